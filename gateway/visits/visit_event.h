/* visit_event.h - what happens in a visit is one timeline; chapters, summary and hand-over are
 * views of it. Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_VISIT_EVENT_H
#define BEDSIDE_VISITS_VISIT_EVENT_H

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum visit_event_kind {
    EVENT_VISIT_SCHEDULED,
    EVENT_VISIT_OPENED,
    EVENT_VISIT_ENDED,
    EVENT_ARRIVED,
    EVENT_WAITING,
    EVENT_ENTERED,
    EVENT_ADMITTED,
    EVENT_DENIED,
    EVENT_LEFT,
    EVENT_CONNECTED,
    EVENT_LOST, /* the connection, not the seat */
    EVENT_CHAT,
    EVENT_CONSENT_GIVEN,
    EVENT_CONSENT_REFUSED,
    EVENT_CONSENT_WITHDRAWN,
    EVENT_RECORDING_ASKED,
    EVENT_RECORDING_STARTED,
    EVENT_RECORDING_PAUSED,
    EVENT_RECORDING_RESUMED,
    EVENT_RECORDING_STOPPED, /* somebody's word, or the end of the visit */
    EVENT_RECORDING_FAILED,
    EVENT_RECORDING_FINISHED,
    EVENT_RECORDING_ATTACHED,
    EVENT_MISSED_WORDS,       /* the actor spoke, the subject did not hear it; detail: seconds */
    EVENT_CONSULTATION_BEGAN, /* the actor, licensed, vouches for the subject; detail: the state */
    EVENT_CONSULTATION_ENDED,
    EVENT_LICENCE_WARNED,      /* of the subject: went on all the same; detail: the reason */
    EVENT_DEVICE_CHECKED,      /* by the actor; the subject is the check; detail: what is worst */
    EVENT_SCREENING_COMPLETED, /* by the actor; the subject is the response */
    EVENT_ALERT_RAISED,        /* the subject is the alert; detail: the role that is told */
    EVENT_ALERT_TAKEN,
    EVENT_ALERT_ACKNOWLEDGED,
    EVENT_ALERT_ESCALATED,
    EVENT_ALERT_CLOSED,
    EVENT_NOTIFICATION_SENT, /* to the subject; detail: which */
    EVENT_NOTIFICATION_FAILED,
    EVENT_INVITED,         /* the subject, into the running visit; detail: the role */
    EVENT_VISIT_DELAYED,   /* detail: the new time in ms, 0 for the planned one */
    EVENT_VISIT_MOVED,     /* to another time; detail: the time before and the new one in ms */
    EVENT_EMERGENCY_BEGAN, /* the subject needs help at once */
    EVENT_EMERGENCY_TOLD,  /* the patient knows that help is being arranged */
    EVENT_EMERGENCY_ENDED,
    EVENT_SENT_OUT,  /* the subject, a guest, by the patient, for a while */
    EVENT_SENT_BACK, /* the subject, by the team, to the waiting room */
    EVENT_HUDDLE_BEGAN,
    EVENT_HUDDLE_ENDED,
    EVENT_HELP_OFFERED, /* by the actor to the subject */
    EVENT_HELP_OPENED,  /* the subject, who is helped, said yes */
    EVENT_HELP_ENDED,   /* detail: how */
    EVENT_KNOCKED, /* the subject, who waits, let it be known */
    EVENT_KIND_COUNT,
};
/* "visit.opened", "recording.paused", ...: the name in SQL, JSON and hooks. */
const char *visit_event_kind_name(enum visit_event_kind kind);
int visit_event_kind_from_name(const char *name, enum visit_event_kind *ret_kind);
/* Whether events of this kind are handed to hooks. */
bool visit_event_kind_is_announced(enum visit_event_kind kind);

#define VISIT_EVENT_DETAIL_SIZE 129

/* Ids and codes only; contents are in the rows that the ids name. Unused ids are empty. */
struct visit_event {
    char id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    enum visit_event_kind kind;
    int64_t at_ms;
    char actor_id[UUID_TEXT_SIZE];   /* participant who did it */
    char subject_id[UUID_TEXT_SIZE]; /* participant to whom it was done; chat message; */
    char recording_id[UUID_TEXT_SIZE];
    char detail[VISIT_EVENT_DETAIL_SIZE]; /* a code */
};

struct visit_event_list {
    struct visit_event *events; /* owned, oldest first */
    size_t count;
};
struct visit_event_list *visit_event_list_create(void);
struct visit_event_list *visit_event_list_destroy(struct visit_event_list *list);
DEFINE_AUTO(visit_event_list)

#endif

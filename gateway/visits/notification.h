/* notification.h - what people are written about a visit before it begins: an invitation with
 * their link, reminders, a new time, that it does not take place, that it begins later, a link
 * anew.
 *
 *     pending --taken, sent--> sent
 *        |  ^ \--given up----> failed      (no address, or refused for too long)
 *        |  '- try again later
 *        '---- not wanted any more --> dropped
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_NOTIFICATION_H
#define BEDSIDE_VISITS_NOTIFICATION_H

#include "gateway/visits/visit.h"

enum notification_kind {
    NOTIFICATION_INVITATION,
    NOTIFICATION_REMINDER,
    NOTIFICATION_MOVED,
    NOTIFICATION_CANCELLED,
    NOTIFICATION_LINK, /* somebody asked for it */
    NOTIFICATION_LATE, /* the team says that it begins later; or that it does not, after all */
    NOTIFICATION_KIND_COUNT,
};
const char *notification_kind_name(enum notification_kind kind);
int notification_kind_from_name(const char *name, enum notification_kind *ret_kind);

enum notification_channel {
    /* Mail to who has an address, else a text message; the other way round for what is urgent. */
    NOTIFICATION_ANY,
    NOTIFICATION_MAIL,
    NOTIFICATION_TEXT, /* to a telephone */
    NOTIFICATION_CHANNEL_COUNT,
};
const char *notification_channel_name(enum notification_channel channel);
int notification_channel_from_name(const char *name, enum notification_channel *ret_channel);

enum notification_state {
    NOTIFICATION_PENDING,
    NOTIFICATION_SENT,
    NOTIFICATION_FAILED,
    NOTIFICATION_DROPPED,
    NOTIFICATION_STATE_COUNT,
};
const char *notification_state_name(enum notification_state state);
int notification_state_from_name(const char *name, enum notification_state *ret_state);

#define NOTIFICATION_REMINDERS_MAX 4
#define NOTIFICATION_DETAIL_SIZE 33

struct notification {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    enum notification_kind kind;
    enum notification_channel channel; /* once sent: by which it went */
    enum notification_state state;
    uint32_t sequence; /* of the appointment in calendars (RFC 5545, 3.8.7.4) */
    int64_t due_at_ms; /* of a pending one: when it is tried next */
    uint32_t attempts;
    int64_t settled_at_ms;                 /* 0: pending */
    char detail[NOTIFICATION_DETAIL_SIZE]; /* why it failed: a code */
};

/* What a site sends. */
struct notification_rules {
    bool by_mail;
    bool by_text;
    uint32_t reminder_minutes[NOTIFICATION_REMINDERS_MAX]; /* before the visit */
    size_t reminder_count;
};

/* Reads "1440;60": minutes, at most two weeks each, the earliest first. Returns 0, or -EINVAL. */
int notification_reminders_read(const char *text, struct notification_rules *rules);
/* When reminders of a visit are due, of a plan made at `now_ms`: one that would follow within half
 * an hour is left out. Returns how many. */
size_t notification_plan_reminders(const struct notification_rules *rules,
                                   const struct visit *visit, int64_t now_ms,
                                   int64_t ret_due_ms[NOTIFICATION_REMINDERS_MAX]);
/* Whether it still makes sense to the one in `seat`. */
bool notification_is_wanted(const struct notification *notification, const struct visit *visit,
                            const struct participant *seat, int64_t now_ms);
/* By which way it goes, or NOTIFICATION_ANY: there is none. */
enum notification_channel notification_choose_channel(const struct notification *notification,
                                                      const struct notification_rules *rules,
                                                      const struct person *person);
/* After a failure: when to try again; 0: never. */
int64_t notification_retry_at(const struct notification *notification, int64_t now_ms);

#endif

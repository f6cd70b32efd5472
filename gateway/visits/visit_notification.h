/* visit_notification.h - whom a visit's people are written to, and when: planned in the transaction
 * that schedules the visit, handed out when due, settled afterwards.
 *
 * Delivery is at least once: what was taken and not settled within its time is handed out again.
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_NOTIFICATION_H
#define BEDSIDE_VISITS_VISIT_NOTIFICATION_H

#include "gateway/visits/notification.h"
#include "gateway/visits/visit_service.h"

#define VISIT_NOTIFICATIONS_MAX 128

struct notification_list {
    struct notification notifications[VISIT_NOTIFICATIONS_MAX]; /* newest first */
    size_t count;
};
/* For staff. Refusal: NOT_FOUND. */
int visit_notification_list(struct visit_service *service, const struct visit_actor *actor,
                            const char *visit_id, struct notification_list *ret_list);

/* Somebody is sent their link again, now; the links they had stay. Refusals: NOT_FOUND,
 * VISIT_ENDED, INVALID (there is no such way to this person), TOO_MANY (of this person). */
int visit_notification_request(struct visit_service *service, const struct visit_actor *actor,
                               const char *visit_id, const char *participant_id,
                               enum notification_channel channel,
                               struct notification *ret_notification);

/* One letter to be written. Secrets: destroy wipes them. */
struct notification_job {
    struct notification notification;
    struct visit visit;
    struct participant seat; /* who is written to; the address is person.email or person.phone */
    char host[PERSON_NAME_SIZE];    /* the physician whom the patient will meet; "": unknown */
    char secret[RANDOM_TOKEN_SIZE]; /* of a join link; "": none belongs into it */
    int64_t expected_at_ms;         /* the team says that it begins later: then; 0: as planned */
};
struct notification_job *notification_job_destroy(struct notification_job *job);
DEFINE_AUTO(notification_job)
/* What is due for longest, or NULL in *ret_job: nothing. It is not handed out again for some
 * minutes. What nobody wants any more, or has no address for, is settled on the way. */
int visit_notification_take(struct visit_service *service, struct notification_job **ret_job);

enum notification_outcome {
    NOTIFICATION_DELIVERED,
    NOTIFICATION_REFUSED, /* for good: no such mailbox */
    NOTIFICATION_DELAYED, /* try again */
};
/* `detail`: a code, NULL when delivered. */
int visit_notification_settle(struct visit_service *service, const char *notification_id,
                              enum notification_outcome outcome, const char *detail);

#endif

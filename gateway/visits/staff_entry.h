/* staff_entry.h - a member of staff who signed in comes into a visit without a link: who has an
 * account is who they are, and no date of birth is asked.
 *
 * A seat is one person's, and sits at one device (visit_arrival.h). The same session takes it again
 * without a question: a page that was loaded anew. Another session of the account is a second
 * device, for which the date of birth is not needed once the first was silent for long enough.
 * Whoever signs out has no seat by it any more.
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_STAFF_ENTRY_H
#define BEDSIDE_VISITS_STAFF_ENTRY_H

#include "gateway/visits/visit_service.h"

struct staff_entered {
    struct visit_actor seat;            /* of the device */
    char seat_token[RANDOM_TOKEN_SIZE]; /* give it to the device; it is nowhere else: wipe it */
    bool replaced_device;               /* the seat's older device must be told and disconnected */
    struct visit_picture *picture;      /* owned; of 0 and SECOND_DEVICE_PENDING */
};

/* Sits the actor, an account, at their seat in the visit. 0, or SECOND_DEVICE_PENDING: the token
 * counts once somebody said yes. Refusals: NOT_FOUND (no such visit within reach, or no seat in
 * it), VISIT_ENDED, DENIED. */
int staff_entry_take(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, struct staff_entered *ret_entered);

/* A visit in which the account has a seat. */
struct staff_visit {
    struct visit visit;
    char participant_id[UUID_TEXT_SIZE]; /* the seat */
    enum participant_role role;          /* of the seat */
    enum seat_state state;
    char patient_name[PERSON_NAME_SIZE]; /* empty: there is none in the case */
    int64_t expected_at_ms;              /* later than planned, as the team says; 0: as planned */
};
#define STAFF_VISITS_MAX 100

/* Those of [from, until), and whatever is open now, by time. */
struct staff_visit_list {
    struct staff_visit visits[STAFF_VISITS_MAX];
    size_t count;
};
int staff_entry_list(struct visit_service *service, const struct visit_actor *actor,
                     int64_t from_ms, int64_t until_ms, struct staff_visit_list *ret_list);

#endif

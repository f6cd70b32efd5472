/* visit_practice.h - staff learn in a visit of invented people, in which everything works and of
 * which nothing stays.
 *
 *   begin --> runs --(somebody ends it; PRACTICE_LONGEST_MS; everybody gone for PRACTICE_ALONE_MS)
 *                --> over --(PRACTICE_KEPT_MS, or the account begins another)--> removed
 *
 * It is a visit like any other (visit.h: `practice_of`), with a case and people of its own and join
 * links for them, but that it is on no list and no board, nobody is alerted or written to, no
 * licence is judged, nothing is recorded, and timeline, audit trail, outbox and a case's way have
 * no word of it. The audit trail has one entry: that the account began to practise.
 *
 * An account has one at a time, and the installation PRACTICE_VISITS_MAX. Only who signed in
 * practises, not who came by a link to a case. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_PRACTICE_H
#define BEDSIDE_VISITS_VISIT_PRACTICE_H

#include "gateway/visits/practice_store.h"
#include "gateway/visits/visit_records.h"

#define PRACTICE_LONGEST_MS (2LL * 3600000)
#define PRACTICE_ALONE_MS (10LL * 60000)
#define PRACTICE_KEPT_MS (5LL * 60000) /* so that who is late reads that it is over */
#define PRACTICE_GAP_MS 10000          /* between two beginnings */

struct practice {
    struct visit visit;
    int64_t ends_at_ms;                                /* at the latest */
    struct participant people[VISIT_PARTICIPANTS_MAX]; /* the account's own seat first */
    size_t count;
    struct minted_links *links; /* owned; of begin and renew alone */
};
struct practice *practice_destroy(struct practice *practice);
DEFINE_AUTO(practice)

struct practice_request {
    const char *language;  /* of the invented people; NULL: English */
    const char *time_zone; /* NULL: the account's */
};
/* Refusals: NOT_PERMITTED, INVALID, WRONG_STATE (one runs), TOO_SOON, TOO_MANY. */
int visit_practice_begin(struct visit_service *service, const struct visit_actor *actor,
                         const struct practice_request *request, struct practice **ret_practice);
/* *ret_practice is NULL when none runs. */
int visit_practice_look(struct visit_service *service, const struct visit_actor *actor,
                        struct practice **ret_practice);
/* New links for all of its people; older ones stop working, devices that have arrived stay.
 * Refusal: NOT_FOUND (none runs). */
int visit_practice_renew(struct visit_service *service, const struct visit_actor *actor,
                         struct practice **ret_practice);
/* Refusal: NOT_FOUND (none runs). */
int visit_practice_end(struct visit_service *service, const struct visit_actor *actor,
                       struct visit_picture **ret_picture);

/* Visits that are over now, for whoever is in them. */
struct practice_round {
    struct visit_picture *pictures[PRACTICE_VISITS_MAX]; /* owned */
    size_t count;
};
void practice_round_clear(struct practice_round *round);
/* By the gateway, now and then: ends what is due and removes what is over. */
int visit_practice_tidy(struct visit_service *service, struct practice_round *ret_round);

#endif

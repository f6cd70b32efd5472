/* visit_licence.h - licences of physicians, where people are today, and what follows for a visit
 * (licence.h has the rules). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_LICENCE_H
#define BEDSIDE_VISITS_VISIT_LICENCE_H

#include "gateway/visits/licence_store.h"
#include "gateway/visits/visit_service.h"

struct licence_list {
    struct licence licences[LICENCES_MAX];
    size_t count;
};

/* Visits in which a physician's licences count now, as they are after a change. */
struct licence_pictures {
    struct visit_picture *pictures[LICENCE_VISITS_MAX]; /* owned */
    size_t count;
};
void licence_pictures_clear(struct licence_pictures *pictures);

/* Those of one physician, in place of all that were known; by a coordinator, of one whom the
 * programme knows. `ret_pictures` (may be NULL) has the physician's visits of these days, and
 * boards look at them again. Refusals: INVALID (ask licence_find_problem() first), TOO_MANY,
 * NOT_FOUND. */
int visit_licence_replace(struct visit_service *service, const struct visit_actor *actor,
                          const char *staff_key, const struct licence *licences, size_t count,
                          struct licence_pictures *ret_pictures);
/* Refusal: NOT_FOUND. */
int visit_licence_list(struct visit_service *service, const struct visit_actor *actor,
                       const char *staff_key, struct licence_list *ret_list);

/* Where the actor is today. NULL leaves what is known. */
struct visit_place {
    const char *subdivision; /* ISO 3166-2 */
    const char *address;
    const char *phone; /* to be called back at */
};
/* Refusals: INVALID, VISIT_ENDED. */
int visit_licence_state_place(struct visit_service *service, const struct visit_actor *actor,
                              const struct visit_place *place, struct visit_picture **ret_picture);

#endif

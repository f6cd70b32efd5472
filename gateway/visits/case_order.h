/* case_order.h - a treating physician asks for a second opinion: an order becomes a case, once.
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_CASE_ORDER_H
#define BEDSIDE_VISITS_CASE_ORDER_H

#include "gateway/visits/team.h"
#include "gateway/visits/visit_service.h"

#define ORDER_SYSTEM_SIZE 257
#define ORDER_VALUE_SIZE 129

struct case_order {
    char system[ORDER_SYSTEM_SIZE]; /* with `value`: which order it is, everywhere and for ever */
    char value[ORDER_VALUE_SIZE];
    struct clinical_case *clinical_case;             /* owned; people and title are set */
    char subspecialties[EXPERT_SUBSPECIALTIES_SIZE]; /* the first that has a team counts */
    enum case_priority priority;
    char *document; /* owned: as it came; kept */
};
struct case_order *case_order_create(void);
struct case_order *case_order_destroy(struct case_order *order);
DEFINE_AUTO(case_order)

/* Makes a case of the programme in the step `requested`, routed to the team that fits; or finds the
 * one that this order made before. A treating physician who orders becomes one of its people, and
 * can do so only in a programme that has a team. The case's number is the order's value, or made
 * from it where that is taken or does not serve. Refusals: INVALID, NOT_PERMITTED, CASE_EXISTS (the
 * order is known, and its case beyond the actor's reach). */
int case_order_take(struct visit_service *service, const struct visit_actor *actor,
                    const char *programme, struct case_order *order,
                    char ret_case_id[UUID_TEXT_SIZE], bool *ret_is_new);

#endif

/* staff_sign_in.h - members of staff come in by the organisation's sign-in (OpenID Connect; who
 * they are was verified before), and stay by a session of their own.
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_STAFF_SIGN_IN_H
#define BEDSIDE_VISITS_STAFF_SIGN_IN_H

#include "gateway/visits/staff_account.h"
#include "gateway/visits/visit_service.h"

struct staff_session_opened {
    struct visit_actor actor;
    struct staff_account account;
    int64_t ends_at_ms;            /* if nothing happens any more */
    char token[RANDOM_TOKEN_SIZE]; /* of open only; give it to the browser: it is nowhere else */
};

/* Knows the account again by issuer and subject, or makes it; what the claims say of it is taken
 * over; opens a session. `identity`: id, times and `disabled_at_ms` are ignored. Refusals: INVALID
 * (ask staff_account_find_problem() first), NOT_PERMITTED (no role, or disabled). */
int staff_sign_in_open(struct visit_service *service, const struct staff_account *identity,
                       struct staff_session_opened *ret_session);
/* Whose session it is. Counts as activity. Refusal: SESSION_EXPIRED. */
int staff_sign_in_resolve(struct visit_service *service, const char *token,
                          struct staff_session_opened *ret_session);
/* The same for who only asks who they are: no activity. */
int staff_sign_in_look(struct visit_service *service, const char *token,
                       struct staff_session_opened *ret_session);
/* Audits a sign-in that came to nothing before anybody was known; `reason` is a word of ours.
 * Returns NOT_PERMITTED, or a negative errno. */
int staff_sign_in_note_refusal(struct visit_service *service, const char *reason);
/* The actor's own session is over at once. */
int staff_sign_in_end(struct visit_service *service, const struct visit_actor *actor);

#endif

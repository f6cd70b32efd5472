/* staff_account.h - a member of staff as the organisation's sign-in knows them, beyond any one
 * case, and the session that a sign-in opens.
 *
 * The roles are those of the last sign-in's claims. What an account may do in a case follows from
 * the person of that case whose `staff_key` is the account's, or from being a coordinator or a
 * technical helper (visit_act.h).
 *
 *   A session ends when it is ended, at its absolute age, or when nothing was asked for longer
 *   than the idle limit and the account is in no running visit: a visit is never cut short.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_STAFF_ACCOUNT_H
#define BEDSIDE_VISITS_STAFF_ACCOUNT_H

#include "gateway/base/digest.h"
#include "gateway/visits/clinical_case.h"
#include "gateway/visits/participant.h"

#define STAFF_ISSUER_SIZE 257
#define STAFF_SUBJECT_SIZE 257
#define STAFF_EMAIL_SIZE 255

struct staff_account {
    char id[UUID_TEXT_SIZE];
    char issuer[STAFF_ISSUER_SIZE]; /* with `subject`: who it is (OpenID Connect Core 2) */
    char subject[STAFF_SUBJECT_SIZE];
    char staff_key[PERSON_STAFF_KEY_SIZE]; /* what cases call this member of staff */
    char display_name[PERSON_NAME_SIZE];
    char email[STAFF_EMAIL_SIZE];          /* may be empty */
    char programme[CASE_PROGRAMME_SIZE];   /* a coordinator's or helper's; empty: all */
    char time_zone[TIME_ZONE_SIZE];        /* may be empty */
    char languages[PERSON_LANGUAGES_SIZE]; /* may be empty */
    unsigned roles;                        /* PARTICIPANT_ROLE_BIT() of each */
    int64_t created_at_ms;
    int64_t signed_in_at_ms; /* the last time */
    int64_t disabled_at_ms;  /* 0: good */
};

/* Roles that an account may have: all of a care team. */
#define STAFF_ACCOUNT_ROLES                                                                        \
    (PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN) |                                              \
     PARTICIPANT_ROLE_BIT(ROLE_TREATING_PHYSICIAN) | PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR) |      \
     PARTICIPANT_ROLE_BIT(ROLE_INTERPRETER) | PARTICIPANT_ROLE_BIT(ROLE_TRAINEE) |                 \
     PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER))

/* Checks every field. Returns NULL, or the name of the first bad field (static). */
const char *staff_account_find_problem(const struct staff_account *account);
/* Whether the account's roles bear out the role in which a case names it: any physician is one. */
bool staff_account_bears_role(unsigned roles, enum participant_role role);

struct account_session {
    char id[UUID_TEXT_SIZE];
    char account_id[UUID_TEXT_SIZE];
    char token_sha256[DIGEST_SHA256_HEX_SIZE];
    int64_t created_at_ms;
    int64_t active_at_ms; /* of the last request, roughly: see is_to_be_touched */
    int64_t ended_at_ms;  /* 0: not ended */
};

struct account_session_limits {
    uint32_t idle_minutes;
    uint32_t absolute_hours;
};

/* `in_visit`: the account has a seat in a running visit and is connected. */
bool account_session_is_over(const struct account_session *session,
                             const struct account_session_limits *limits, bool in_visit,
                             int64_t now_ms);
/* When it ends at the latest if nothing happens any more. */
int64_t account_session_ends_at_ms(const struct account_session *session,
                                   const struct account_session_limits *limits);
/* Whether `active_at_ms` has to be written anew: not at each request, but once a minute, and more
 * often where the idle limit is short. */
bool account_session_is_to_be_touched(const struct account_session *session,
                                      const struct account_session_limits *limits, int64_t now_ms);

#endif

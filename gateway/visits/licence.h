/* licence.h - may this physician see a patient who is there now?
 *
 * Medicine happens where the patient is: the physician needs a licence of that state, whoever's
 * patient it is and wherever they live. What a missing one means is the site's rule, state by
 * state; without a rule nothing is checked. A physician without one may be *consulted* by a
 * colleague who has one and is in the visit, where the rule says so; it is a consultation for as
 * long as that colleague is present. Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_LICENCE_H
#define BEDSIDE_VISITS_LICENCE_H

#include "gateway/visits/participant.h"

#define LICENCE_NUMBER_SIZE 41
#define LICENCE_RULES_MAX 128
#define LICENCES_MAX 64 /* of one physician */

enum licence_status {
    LICENCE_ACTIVE,
    LICENCE_RESTRICTED, /* probation, limits */
    LICENCE_SUSPENDED,
    LICENCE_REVOKED,
    LICENCE_LAPSED,
    LICENCE_STATUS_COUNT
};
const char *licence_status_name(enum licence_status status);
int licence_status_from_name(const char *name, enum licence_status *ret_status);

struct licence {
    char state[SUBDIVISION_SIZE]; /* ISO 3166-2: "US-MT" */
    char number[LICENCE_NUMBER_SIZE];
    enum licence_status status;
    char expires[PERSON_DATE_SIZE]; /* the last good day; empty: none is known */
};
/* Checks every field. Returns NULL, or the name of the first bad field (static). */
const char *licence_find_problem(const struct licence *licence);

enum licence_action {
    LICENCE_ACTION_ALLOW,
    LICENCE_ACTION_WARN,
    LICENCE_ACTION_BLOCK,
    LICENCE_ACTION_COUNT
};
const char *licence_action_name(enum licence_action action);
int licence_action_from_name(const char *name, enum licence_action *ret_action);

/* For patients in one state ("US-MT"), one country ("US-*") or anywhere ("*"): the closest holds.
 */
struct licence_rule {
    char state[SUBDIVISION_SIZE];
    enum licence_action missing;    /* no licence there, or none that is good */
    enum licence_action restricted; /* one with restrictions */
    bool consultation;              /* a licensed colleague in the visit makes it a consultation */
    uint32_t expiry_warning_days;   /* 0: no warning beforehand */
};
struct licence_rules {
    struct licence_rule rules[LICENCE_RULES_MAX];
    size_t count;                      /* 0: nothing is checked */
    enum licence_action place_unknown; /* the patient has not said where they are */
};

enum licence_outcome {
    LICENCE_NOT_CHECKED, /* no rule, no patient, no physician */
    LICENCE_GOOD,
    LICENCE_WARNED, /* may go on after having said that they know */
    LICENCE_CONSULTATION,
    LICENCE_BLOCKED,
    LICENCE_OUTCOME_COUNT
};
const char *licence_outcome_name(enum licence_outcome outcome);

enum licence_reason {
    LICENCE_REASON_NONE,
    LICENCE_REASON_PLACE_UNKNOWN,
    LICENCE_REASON_MISSING,
    LICENCE_REASON_EXPIRED,
    LICENCE_REASON_NOT_ACTIVE,
    LICENCE_REASON_RESTRICTED,
    LICENCE_REASON_EXPIRES_SOON,
    LICENCE_REASON_COUNT
};
const char *licence_reason_name(enum licence_reason reason);

struct licence_verdict {
    enum licence_outcome outcome;
    enum licence_reason reason;
    char expires[PERSON_DATE_SIZE]; /* of the licence that decided; may be empty */
    bool consultation_helps; /* a licensed treating physician in the visit would make it one */
};

struct licence_question {
    const struct licence_rules *rules;
    const char *state; /* where the patient is; "" unknown */
    const struct licence *licences;
    size_t count;
    bool colleague_licensed; /* a treating physician with a good licence there is in the visit */
    const char *today;       /* YYYY-MM-DD where the patient is */
};
struct licence_verdict licence_decide(const struct licence_question *question);

/* Whether the licences alone are good for that state today, whatever the rules. */
bool licence_is_good(const struct licence *licences, size_t count, const char *state,
                     const char *today);
/* The rule for a state, or NULL. */
const struct licence_rule *licence_rules_find(const struct licence_rules *rules, const char *state);

#endif

#include "gateway/visits/licence.h"

#include "gateway/visits/name_table.h"
#include "gateway/visits/zone_clock.h"

#include <glib.h>

static const char *const status_names[LICENCE_STATUS_COUNT] = {
    [LICENCE_ACTIVE] = "active",       [LICENCE_RESTRICTED] = "restricted",
    [LICENCE_SUSPENDED] = "suspended", [LICENCE_REVOKED] = "revoked",
    [LICENCE_LAPSED] = "lapsed",
};
static const char *const action_names[LICENCE_ACTION_COUNT] = {
    [LICENCE_ACTION_ALLOW] = "allow",
    [LICENCE_ACTION_WARN] = "warn",
    [LICENCE_ACTION_BLOCK] = "block",
};
static const char *const outcome_names[LICENCE_OUTCOME_COUNT] = {
    [LICENCE_NOT_CHECKED] = "not_checked", [LICENCE_GOOD] = "good",
    [LICENCE_WARNED] = "warning",          [LICENCE_CONSULTATION] = "consultation",
    [LICENCE_BLOCKED] = "blocked",
};
static const char *const reason_names[LICENCE_REASON_COUNT] = {
    [LICENCE_REASON_NONE] = "none",
    [LICENCE_REASON_PLACE_UNKNOWN] = "place_unknown",
    [LICENCE_REASON_MISSING] = "missing",
    [LICENCE_REASON_EXPIRED] = "expired",
    [LICENCE_REASON_NOT_ACTIVE] = "not_active",
    [LICENCE_REASON_RESTRICTED] = "restricted",
    [LICENCE_REASON_EXPIRES_SOON] = "expires_soon",
};

DEFINE_NAMES(licence_status, licence_status, status_names)
DEFINE_NAMES(licence_action, licence_action, action_names)

const char *licence_outcome_name(enum licence_outcome outcome)
{
    return NAME_OF(outcome_names, outcome);
}

const char *licence_reason_name(enum licence_reason reason)
{
    return NAME_OF(reason_names, reason);
}

const char *licence_find_problem(const struct licence *licence)
{
    if (!subdivision_is_well_formed(licence->state)) {
        return "state";
    }
    if (!licence->number[0] || !person_text_is_clean(licence->number, false)) {
        return "number";
    }
    if ((unsigned)licence->status >= LICENCE_STATUS_COUNT) {
        return "status";
    }
    if (licence->expires[0] && !person_date_is_valid(licence->expires)) {
        return "expires";
    }
    return NULL;
}

/* ---- rules ---- */

/* How closely a rule's state fits: 0 not at all. */
static int closeness(const char *of_rule, const char *state)
{
    if (strcmp(of_rule, state) == 0) {
        return 3;
    }
    if (strlen(of_rule) == 4 && of_rule[3] == '*' && strncmp(of_rule, state, 3) == 0) {
        return 2;
    }
    return strcmp(of_rule, "*") == 0 ? 1 : 0;
}

const struct licence_rule *licence_rules_find(const struct licence_rules *rules, const char *state)
{
    const struct licence_rule *best = NULL;
    int best_closeness = 0;
    for (size_t i = 0; i < rules->count; i++) {
        const int close = closeness(rules->rules[i].state, state);
        if (close > best_closeness) {
            best = &rules->rules[i];
            best_closeness = close;
        }
    }
    return best;
}

/* ---- licences: of several for one state the best counts ---- */

static enum licence_reason look_at(const struct licence *licence, const char *today)
{
    if (licence->status != LICENCE_ACTIVE && licence->status != LICENCE_RESTRICTED) {
        return LICENCE_REASON_NOT_ACTIVE;
    }
    if (licence->expires[0] && strcmp(licence->expires, today) < 0) { /* ISO dates sort as text */
        return LICENCE_REASON_EXPIRED;
    }
    return licence->status == LICENCE_RESTRICTED ? LICENCE_REASON_RESTRICTED : LICENCE_REASON_NONE;
}

/* How good: a good one, a restricted one, one that is over, none. */
static int goodness(enum licence_reason reason)
{
    switch (reason) {
    case LICENCE_REASON_NONE:
        return 3;
    case LICENCE_REASON_RESTRICTED:
        return 2;
    case LICENCE_REASON_MISSING:
        return 0;
    default:
        return 1;
    }
}

static enum licence_reason find_best(const struct licence *licences, size_t count,
                                     const char *state, const char *today,
                                     const struct licence **ret_best)
{
    enum licence_reason best = LICENCE_REASON_MISSING;
    *ret_best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(licences[i].state, state) != 0) {
            continue;
        }
        const enum licence_reason reason = look_at(&licences[i], today);
        if (!*ret_best || goodness(reason) > goodness(best)) {
            best = reason;
            *ret_best = &licences[i];
        }
    }
    return best;
}

bool licence_is_good(const struct licence *licences, size_t count, const char *state,
                     const char *today)
{
    const struct licence *best;
    return find_best(licences, count, state, today, &best) == LICENCE_REASON_NONE;
}

static bool expires_within(const char *expires, const char *today, uint32_t days)
{
    civil_day now;
    civil_day end;
    return civil_day_from_text(today, &now) == 0 && civil_day_from_text(expires, &end) == 0 &&
           end - now < (civil_day)days;
}

/* ---- the verdict ---- */

static enum licence_outcome outcome_of(enum licence_action action)
{
    switch (action) {
    case LICENCE_ACTION_ALLOW:
        return LICENCE_GOOD;
    case LICENCE_ACTION_WARN:
        return LICENCE_WARNED;
    default:
        return LICENCE_BLOCKED;
    }
}

struct licence_verdict licence_decide(const struct licence_question *question)
{
    struct licence_verdict verdict = {.outcome = LICENCE_NOT_CHECKED};
    if (question->rules->count == 0) {
        return verdict;
    }
    if (!question->state[0]) {
        verdict.outcome = outcome_of(question->rules->place_unknown);
        verdict.reason = LICENCE_REASON_PLACE_UNKNOWN;
        return verdict;
    }
    const struct licence_rule *rule = licence_rules_find(question->rules, question->state);
    if (!rule) {
        return verdict;
    }
    const struct licence *best;
    verdict.reason =
        find_best(question->licences, question->count, question->state, question->today, &best);
    if (best) {
        memcpy(verdict.expires, best->expires, sizeof(verdict.expires));
    }
    if (verdict.reason == LICENCE_REASON_NONE) {
        const bool ends = expires_within(best->expires, question->today, rule->expiry_warning_days);
        verdict.outcome = LICENCE_GOOD;
        verdict.reason = ends ? LICENCE_REASON_EXPIRES_SOON : LICENCE_REASON_NONE;
        return verdict;
    }
    verdict.outcome =
        outcome_of(verdict.reason == LICENCE_REASON_RESTRICTED ? rule->restricted : rule->missing);
    if (verdict.outcome != LICENCE_GOOD && rule->consultation) {
        verdict.consultation_helps = true;
        verdict.outcome = question->colleague_licensed ? LICENCE_CONSULTATION : verdict.outcome;
    }
    return verdict;
}

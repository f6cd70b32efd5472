#include "gateway/visits/licence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

#define TODAY "2026-11-22"

static const struct licence_rules rules = {
    .rules =
        {
            {"*", LICENCE_ACTION_WARN, LICENCE_ACTION_ALLOW, false, 0},
            {"US-*", LICENCE_ACTION_BLOCK, LICENCE_ACTION_WARN, true, 30},
            {"US-ID", LICENCE_ACTION_BLOCK, LICENCE_ACTION_BLOCK, false, 0},
        },
    .count = 3,
    .place_unknown = LICENCE_ACTION_BLOCK,
};

static void each_case_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *place;
        struct licence licences[3];
        bool colleague;
        enum licence_outcome outcome;
        enum licence_reason reason;
    } cases[] = {
        {"good",
         "US-MT",
         {{"US-MT", "1", LICENCE_ACTIVE, "2027-12-31"}},
         false,
         LICENCE_GOOD,
         LICENCE_REASON_NONE},
        {"good without an end",
         "US-MT",
         {{"US-MT", "1", LICENCE_ACTIVE, ""}},
         false,
         LICENCE_GOOD,
         LICENCE_REASON_NONE},
        {"good on its last day",
         "US-ID",
         {{"US-ID", "1", LICENCE_ACTIVE, TODAY}},
         false,
         LICENCE_GOOD,
         LICENCE_REASON_NONE},
        {"over since yesterday",
         "US-MT",
         {{"US-MT", "1", LICENCE_ACTIVE, "2026-11-21"}},
         false,
         LICENCE_BLOCKED,
         LICENCE_REASON_EXPIRED},
        {"ends in 29 days",
         "US-MT",
         {{"US-MT", "1", LICENCE_ACTIVE, "2026-12-21"}},
         false,
         LICENCE_GOOD,
         LICENCE_REASON_EXPIRES_SOON},
        {"ends in 30 days",
         "US-MT",
         {{"US-MT", "1", LICENCE_ACTIVE, "2026-12-22"}},
         false,
         LICENCE_GOOD,
         LICENCE_REASON_NONE},
        {"of another state",
         "US-MT",
         {{"US-ID", "1", LICENCE_ACTIVE, ""}},
         false,
         LICENCE_BLOCKED,
         LICENCE_REASON_MISSING},
        {"none at all", "US-MT", {{"", "", 0, ""}}, false, LICENCE_BLOCKED, LICENCE_REASON_MISSING},
        {"consulted",
         "US-MT",
         {{"", "", 0, ""}},
         true,
         LICENCE_CONSULTATION,
         LICENCE_REASON_MISSING},
        {"consulted where that is not enough",
         "US-ID",
         {{"", "", 0, ""}},
         true,
         LICENCE_BLOCKED,
         LICENCE_REASON_MISSING},
        {"suspended",
         "US-MT",
         {{"US-MT", "1", LICENCE_SUSPENDED, ""}},
         false,
         LICENCE_BLOCKED,
         LICENCE_REASON_NOT_ACTIVE},
        {"revoked, with a colleague",
         "US-MT",
         {{"US-MT", "1", LICENCE_REVOKED, ""}},
         true,
         LICENCE_CONSULTATION,
         LICENCE_REASON_NOT_ACTIVE},
        {"restricted",
         "US-MT",
         {{"US-MT", "1", LICENCE_RESTRICTED, ""}},
         false,
         LICENCE_WARNED,
         LICENCE_REASON_RESTRICTED},
        {"restricted where that is too little",
         "US-ID",
         {{"US-ID", "1", LICENCE_RESTRICTED, ""}},
         false,
         LICENCE_BLOCKED,
         LICENCE_REASON_RESTRICTED},
        {"the best of three",
         "US-MT",
         {{"US-MT", "1", LICENCE_LAPSED, ""},
          {"US-MT", "2", LICENCE_ACTIVE, "2027-01-31"},
          {"US-MT", "3", LICENCE_RESTRICTED, ""}},
         false,
         LICENCE_GOOD,
         LICENCE_REASON_NONE},
        {"another country",
         "CA-ON",
         {{"US-MT", "1", LICENCE_ACTIVE, ""}},
         false,
         LICENCE_WARNED,
         LICENCE_REASON_MISSING},
        {"nobody knows where",
         "",
         {{"US-MT", "1", LICENCE_ACTIVE, ""}},
         true,
         LICENCE_BLOCKED,
         LICENCE_REASON_PLACE_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct licence_question question = {
            .rules = &rules,
            .state = cases[i].place,
            .licences = cases[i].licences,
            .count = ARRAY_LENGTH(cases[i].licences),
            .colleague_licensed = cases[i].colleague,
            .today = TODAY,
        };
        const struct licence_verdict verdict = licence_decide(&question);
        if (verdict.outcome != cases[i].outcome || verdict.reason != cases[i].reason) {
            fail_msg("%s: %s, %s", cases[i].name, licence_outcome_name(verdict.outcome),
                     licence_reason_name(verdict.reason));
        }
    }
}

static void without_rules_nothing_is_checked(void **state)
{
    (void)state;
    static const struct licence_rules none = {.place_unknown = LICENCE_ACTION_BLOCK};
    const struct licence_question question = {.rules = &none, .state = "", .today = TODAY};
    assert_int_equal(licence_decide(&question).outcome, LICENCE_NOT_CHECKED);
    static const struct licence_rules one = {.rules = {{.state = "US-MT"}}, .count = 1};
    const struct licence_question elsewhere = {.rules = &one, .state = "US-ID", .today = TODAY};
    assert_int_equal(licence_decide(&elsewhere).outcome, LICENCE_NOT_CHECKED);
}

static void the_closest_rule_holds(void **state)
{
    (void)state;
    assert_ptr_equal(licence_rules_find(&rules, "US-ID"), &rules.rules[2]);
    assert_ptr_equal(licence_rules_find(&rules, "US-MT"), &rules.rules[1]);
    assert_ptr_equal(licence_rules_find(&rules, "FR-75"), &rules.rules[0]);
}

static void each_bad_field_is_named(void **state)
{
    (void)state;
    static const struct {
        struct licence licence;
        const char *problem;
    } cases[] = {
        {{"US-MT", "A 1", LICENCE_ACTIVE, ""}, NULL},
        {{"US-MT", "A 1", LICENCE_ACTIVE, "2027-02-28"}, NULL},
        {{"Montana", "1", LICENCE_ACTIVE, ""}, "state"},
        {{"us-mt", "1", LICENCE_ACTIVE, ""}, "state"},
        {{"US-", "1", LICENCE_ACTIVE, ""}, "state"},
        {{"US-MT", "", LICENCE_ACTIVE, ""}, "number"},
        {{"US-MT", "a\nb", LICENCE_ACTIVE, ""}, "number"},
        {{"US-MT", "1", LICENCE_STATUS_COUNT, ""}, "status"},
        {{"US-MT", "1", LICENCE_ACTIVE, "2027-02-29"}, "expires"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *problem = licence_find_problem(&cases[i].licence);
        if ((problem == NULL) != (cases[i].problem == NULL) ||
            (problem && strcmp(problem, cases[i].problem) != 0)) {
            fail_msg("case %zu: %s", i, problem ? problem : "none");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_has_its_verdict),
        cmocka_unit_test(without_rules_nothing_is_checked),
        cmocka_unit_test(the_closest_rule_holds),
        cmocka_unit_test(each_bad_field_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

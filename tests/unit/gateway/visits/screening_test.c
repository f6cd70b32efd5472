#include "gateway/visits/screening.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct screening_rules rules = {
    .rules = {{"distress", 4, FOLLOW_ALERT},
              {"distress", 9, FOLLOW_CRISIS},
              {"distress", 6, FOLLOW_ALERT},
              {"phq-2", 3, FOLLOW_ALERT},
              {"pain", 1, FOLLOW_NOTHING}},
    .count = 5,
    .crisis = {{"en", "Call or text at any hour.", "988"}, {"es", "Llame a toda hora.", "988"}},
    .crisis_count = 2,
};

static void thresholds_decide(void **state)
{
    (void)state;
    static const struct {
        const char *score;
        uint32_t value;
        uint32_t at_least; /* 0: nothing is found */
        enum screening_follow follow;
    } rows[] = {
        {"distress", 0, 0, FOLLOW_NOTHING},
        {"distress", 3, 0, FOLLOW_NOTHING},
        {"distress", 4, 4, FOLLOW_ALERT},
        {"distress", 5, 4, FOLLOW_ALERT},
        {"distress", 6, 6, FOLLOW_ALERT},
        {"distress", 8, 6, FOLLOW_ALERT},
        {"distress", 9, 9, FOLLOW_CRISIS},
        {"distress", 10, 9, FOLLOW_CRISIS},
        {"phq-2", 3, 3, FOLLOW_ALERT},
        {"phq-2", 2, 0, FOLLOW_NOTHING},
        {"pain", 10, 0, FOLLOW_NOTHING},
        {"phq-22", 10, 0, FOLLOW_NOTHING},
        {"distress", UINT32_MAX, 9, FOLLOW_CRISIS},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        /* One of two questions answered: what is reached, is reached. */
        struct questionnaire_score score = {.value = rows[i].value, .answered = 1, .asked = 2};
        struct screening_finding findings[QUESTIONNAIRE_SCORES_MAX];
        size_t count = 99;
        strcpy(score.code, rows[i].score);
        assert_int_equal(screening_decide(&rules, &score, 1, findings, &count), rows[i].follow);
        assert_int_equal(count, rows[i].at_least > 0 ? 1 : 0);
        if (count > 0) {
            assert_int_equal(findings[0].at_least, rows[i].at_least);
            assert_int_equal(findings[0].value, rows[i].value);
            assert_string_equal(findings[0].score, rows[i].score);
        }
        assert_int_equal(screening_decide(NULL, &score, 1, findings, &count), FOLLOW_NOTHING);
        assert_int_equal(count, 0);
    }
}

static void the_gravest_of_several_scores_counts(void **state)
{
    (void)state;
    const struct questionnaire_score scores[] = {
        {.code = "phq-2", .value = 6}, {.code = "distress", .value = 10}, {.code = "pain"}};
    struct screening_finding findings[QUESTIONNAIRE_SCORES_MAX];
    size_t count;
    assert_int_equal(screening_decide(&rules, scores, 3, findings, &count), FOLLOW_CRISIS);
    assert_int_equal(count, 2);
    assert_int_equal(findings[0].follow, FOLLOW_ALERT);
    assert_int_equal(findings[1].follow, FOLLOW_CRISIS);
}

static void rules_are_checked(void **state)
{
    (void)state;
    struct screening_rules changed = rules;
    assert_null(screening_rules_find_problem(&changed));
    changed.crisis_count = 0;
    assert_non_null(screening_rules_find_problem(&changed)); /* crisis without words */
    changed = rules;
    changed.rules[0].at_least = 0;
    assert_non_null(screening_rules_find_problem(&changed));
    changed = rules;
    changed.rules[1].score[0] = '\0';
    assert_non_null(screening_rules_find_problem(&changed));
    changed = rules;
    changed.crisis[1].number[0] = '\0';
    assert_non_null(screening_rules_find_problem(&changed));
    changed = rules;
    strcpy(changed.crisis[1].words, "a\x07");
    assert_non_null(screening_rules_find_problem(&changed));
}

static void the_crisis_text_is_in_the_persons_language(void **state)
{
    (void)state;
    static const struct screening_rules none = {.count = 0};
    assert_string_equal(screening_choose_crisis(&rules, "es-MX en")->language, "es");
    assert_string_equal(screening_choose_crisis(&rules, "vi")->language, "en");
    assert_string_equal(screening_choose_crisis(&rules, "")->language, "en");
    assert_null(screening_choose_crisis(&none, "en"));
    assert_null(screening_choose_crisis(NULL, "en"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_decide),
        cmocka_unit_test(the_gravest_of_several_scores_counts),
        cmocka_unit_test(rules_are_checked),
        cmocka_unit_test(the_crisis_text_is_in_the_persons_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "gateway/visits/staff_account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

#define MINUTE 60000
#define HOUR 3600000
#define BORN 1790000000000

static const struct account_session_limits limits = {.idle_minutes = 15, .absolute_hours = 12};

static struct staff_account good_account(void)
{
    return (struct staff_account){
        .issuer = "https://id.example",
        .subject = "7f3a",
        .staff_key = "rao",
        .display_name = "Dr. Mira Rao",
        .email = "rao@example.org",
        .time_zone = "America/New_York",
        .roles = PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN),
    };
}

static void session_ends_by_idleness_age_or_word(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t active_after_ms;
        int64_t ended_after_ms;
        bool in_visit;
        int64_t now_after_ms;
        bool over;
    } cases[] = {
        {"new", 0, 0, false, 0, false},
        {"idle, not yet", 0, 0, false, 15 * MINUTE - 1, false},
        {"idle", 0, 0, false, 15 * MINUTE, true},
        {"active since", 14 * MINUTE, 0, false, 20 * MINUTE, false},
        {"idle, but in a visit", 0, 0, true, 40 * MINUTE, false},
        {"old, not yet", 12 * HOUR - MINUTE, 0, false, 12 * HOUR - 1, false},
        {"old", 12 * HOUR - MINUTE, 0, false, 12 * HOUR, true},
        {"old, but a visit is not cut short", 12 * HOUR - MINUTE, 0, true, 13 * HOUR, false},
        {"ended, even in a visit", 0, MINUTE, true, MINUTE, true},
        {"a clock set back by an hour", 0, 0, false, -HOUR, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct account_session session = {
            .created_at_ms = BORN,
            .active_at_ms = BORN + cases[i].active_after_ms,
            .ended_at_ms = cases[i].ended_after_ms ? BORN + cases[i].ended_after_ms : 0,
        };
        if (account_session_is_over(&session, &limits, cases[i].in_visit,
                                    BORN + cases[i].now_after_ms) != cases[i].over) {
            fail_msg("%s", cases[i].name);
        }
    }
}

static void activity_is_kept_to_the_minute(void **state)
{
    (void)state;
    const struct account_session session = {.created_at_ms = BORN, .active_at_ms = BORN};
    assert_false(account_session_is_to_be_touched(&session, &limits, BORN + MINUTE - 1));
    assert_true(account_session_is_to_be_touched(&session, &limits, BORN + MINUTE));
    const struct account_session_limits shortest = {.idle_minutes = 1, .absolute_hours = 1};
    assert_false(account_session_is_to_be_touched(&session, &shortest, BORN + MINUTE / 10 - 1));
    assert_true(account_session_is_to_be_touched(&session, &shortest, BORN + MINUTE / 10));
    assert_int_equal(account_session_ends_at_ms(&session, &limits), BORN + 15 * MINUTE);
}

static void roles_bear_out_what_a_case_says(void **state)
{
    (void)state;
    const unsigned reviewer = PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN);
    assert_true(staff_account_bears_role(reviewer, ROLE_REVIEWING_PHYSICIAN));
    assert_true(staff_account_bears_role(reviewer, ROLE_TREATING_PHYSICIAN));
    assert_false(staff_account_bears_role(reviewer, ROLE_COORDINATOR));
    assert_false(staff_account_bears_role(PARTICIPANT_ROLE_BIT(ROLE_PATIENT), ROLE_PATIENT));
    assert_true(staff_account_bears_role(PARTICIPANT_ROLE_BIT(ROLE_INTERPRETER), ROLE_INTERPRETER));
}

static void each_bad_field_is_named(void **state)
{
    (void)state;
    struct staff_account account = good_account();
    assert_null(staff_account_find_problem(&account));
    account.subject[0] = 0;
    assert_string_equal(staff_account_find_problem(&account), "subject");
    account = good_account();
    account.issuer[0] = '\n';
    assert_string_equal(staff_account_find_problem(&account), "issuer");
    account = good_account();
    account.staff_key[0] = 0;
    assert_string_equal(staff_account_find_problem(&account), "staff_key");
    account = good_account();
    account.display_name[0] = 0;
    assert_string_equal(staff_account_find_problem(&account), "display_name");
    account = good_account();
    account.email[0] = 1;
    assert_string_equal(staff_account_find_problem(&account), "email");
    account = good_account();
    strcpy(account.programme, "a\nb");
    assert_string_equal(staff_account_find_problem(&account), "programme");
    account = good_account();
    strcpy(account.time_zone, "Mars;");
    assert_string_equal(staff_account_find_problem(&account), "time_zone");
    account = good_account();
    account.languages[0] = 2;
    assert_string_equal(staff_account_find_problem(&account), "languages");
    account = good_account();
    account.roles = 0;
    assert_string_equal(staff_account_find_problem(&account), "roles");
    account.roles = PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
    assert_string_equal(staff_account_find_problem(&account), "roles");
    account.roles = PARTICIPANT_ROLE_BIT(ROLE_OPERATOR);
    assert_string_equal(staff_account_find_problem(&account), "roles");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_ends_by_idleness_age_or_word),
        cmocka_unit_test(activity_is_kept_to_the_minute),
        cmocka_unit_test(roles_bear_out_what_a_case_says),
        cmocka_unit_test(each_bad_field_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

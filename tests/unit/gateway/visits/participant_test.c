#include "gateway/visits/participant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

static void names_go_both_ways(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
        enum participant_role back = ROLE_GATEWAY;
        assert_int_equal(
            participant_role_from_name(participant_role_name((enum participant_role)role), &back),
            0);
        assert_int_equal(back, role);
    }
    enum participant_role untouched = ROLE_TRAINEE;
    /* Nobody becomes the operator by name. */
    static const char *const refused[] = {"operator", "gateway", "", "Patient", "unknown"};
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        assert_true(participant_role_from_name(refused[i], &untouched) < 0);
    }
    assert_int_equal(untouched, ROLE_TRAINEE);
    for (int seat = 0; seat < SEAT_STATE_COUNT; seat++) {
        enum seat_state back = SEAT_DENIED;
        assert_int_equal(seat_state_from_name(seat_state_name((enum seat_state)seat), &back), 0);
        assert_int_equal(back, seat);
    }
}

static void dates_are_of_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"1951-03-04", true},  {"2000-02-29", true},  {"1900-02-29", false}, {"2024-02-29", true},
        {"2023-02-29", false}, {"1880-01-01", true},  {"1879-12-31", false}, {"2020-13-01", false},
        {"2020-00-10", false}, {"2020-04-31", false}, {"2020-04-00", false}, {"2020-4-3", false},
        {"", false},           {"2020/04/03", false}, {"20200403", false},   {"2020-04-03 ", false},
        {"abcd-ef-gh", false}, {"+951-03-04", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (person_date_is_valid(cases[i].text) != cases[i].valid) {
            fail_msg("%s", cases[i].text);
        }
    }
}

static void text_is_clean_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool one_line;
        bool multiline;
    } cases[] = {
        {"Ana Alder", true, true},
        {"Łukasz Ngô 李", true, true},
        {"", true, true},
        {"two\nlines", false, true},
        {"tab\there", false, true},
        {"bell\a", false, false},
        {"carriage\r", false, false},
        {"\x7f", false, false},
        {"\xc2\x85", false, false},         /* C1 control */
        {"\xff", false, false},             /* no UTF-8 */
        {"\xc3", false, false},             /* cut off */
        {"\xc0\xaf", false, false},         /* overlong */
        {"\xe0\x80\xaf", false, false},     /* overlong */
        {"\xed\xa0\x80", false, false},     /* surrogate */
        {"\xf4\x90\x80\x80", false, false}, /* beyond Unicode */
        {"a\xe2\x80\xae"
         "b",
         false, false}, /* right-to-left override */
        {"a\xe2\x81\xa6"
         "b",
         false, false}, /* isolate */
        {"\xf0\x9f\x98\x80", true, true},
        {"<img onerror=x>", true, true}, /* ordinary text: shown as text */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (person_text_is_clean(cases[i].text, false) != cases[i].one_line ||
            person_text_is_clean(cases[i].text, true) != cases[i].multiline) {
            fail_msg("case %zu", i);
        }
    }
}

static void time_zones_have_a_form(void **state)
{
    (void)state;
    static const char *const good[] = {"UTC", "America/New_York", "Etc/GMT+5",
                                       "America/Argentina/Buenos_Aires"};
    static const char *const bad[] = {"", "/etc/passwd", "America/", "A//B", "A B", "../../x", "é"};
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        assert_true(time_zone_is_well_formed(good[i]));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(time_zone_is_well_formed(bad[i]));
    }
}

static void problems_are_named(void **state)
{
    (void)state;
    struct person person = {.role = ROLE_PATIENT, .display_name = "A"};
    assert_null(person_find_problem(&person));
    strcpy(person.birth_date, "1951-02-30");
    assert_string_equal(person_find_problem(&person), "birth_date");
    person.birth_date[0] = 0;
    strcpy(person.phone, "call me");
    assert_string_equal(person_find_problem(&person), "phone");
    person.phone[0] = 0;
    strcpy(person.languages, "en;es");
    assert_string_equal(person_find_problem(&person), "languages");
    person.languages[0] = 0;
    strcpy(person.emergency_contact_phone, "x@y");
    assert_string_equal(person_find_problem(&person), "emergency_contact.phone");
    person.emergency_contact_phone[0] = 0;
    person.role = ROLE_OPERATOR;
    assert_string_equal(person_find_problem(&person), "role");
    person.role = ROLE_PATIENT;
    person.display_name[0] = 0;
    assert_string_equal(person_find_problem(&person), "display_name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_both_ways), cmocka_unit_test(dates_are_of_the_calendar),
        cmocka_unit_test(text_is_clean_utf8), cmocka_unit_test(time_zones_have_a_form),
        cmocka_unit_test(problems_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

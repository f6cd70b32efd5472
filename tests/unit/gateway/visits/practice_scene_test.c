/* The invented people are such as a case may have. */
#include "gateway/visits/practice_scene.h"

#include "gateway/visits/case_flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct clinical_case *make(enum participant_role own_role, const char *language)
{
    const struct practice_scene scene = {.own_role = own_role,
                                         .own_name = "Nora Quill, RN",
                                         .language = language,
                                         .time_zone = "America/Denver"};
    return practice_scene_make(&scene, 1790000000000);
}

static void everybody_of_the_care_team_finds_their_scene(void **state)
{
    (void)state;
    static const struct {
        enum participant_role own;
        enum participant_role colleague;
        enum visit_shape shape;
    } cases[] = {
        {ROLE_REVIEWING_PHYSICIAN, ROLE_TREATING_PHYSICIAN, VISIT_EXPERT_LED},
        {ROLE_TREATING_PHYSICIAN, ROLE_REVIEWING_PHYSICIAN, VISIT_TREATING_LED},
        {ROLE_COORDINATOR, ROLE_REVIEWING_PHYSICIAN, VISIT_NURSE_LED},
        {ROLE_INTERPRETER, ROLE_REVIEWING_PHYSICIAN, VISIT_EXPERT_LED},
        {ROLE_TRAINEE, ROLE_REVIEWING_PHYSICIAN, VISIT_EXPERT_LED},
        {ROLE_TECHNICAL_HELPER, ROLE_REVIEWING_PHYSICIAN, VISIT_EXPERT_LED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO(clinical_case) made = make(cases[i].own, "en");
        assert_int_equal(practice_scene_shape(cases[i].own), cases[i].shape);
        assert_int_equal(made->person_count, 4);
        assert_string_equal(made->people[0].display_name, "Nora Quill, RN");
        assert_int_equal(made->people[0].role, cases[i].own);
        assert_int_equal(made->people[3].role, cases[i].colleague);
        assert_ptr_equal(clinical_case_patient(made), &made->people[1]);
        assert_string_equal(made->people[1].birth_date, PRACTICE_BIRTH_DATE);
        for (size_t k = 0; k < made->person_count; k++) {
            assert_null(person_find_problem(&made->people[k]));
            assert_string_equal(made->people[k].staff_key, ""); /* nobody's other visits */
            assert_string_equal(made->people[k].email, "");
            assert_true(visit_shape_seats(cases[i].shape, made->people[k].role));
        }
        assert_null(opinion_find_problem(made->opinion));
    }
}

static void they_speak_the_language_that_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        const char *title;
    } cases[] = {
        {"es", "Visita de práctica"}, {"es-US", "Visita de práctica"}, {"en", "Practice visit"},
        {"est", "Practice visit"},    {"vi", "Practice visit"},        {"", "Practice visit"},
        {NULL, "Practice visit"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO(clinical_case) made = make(ROLE_COORDINATOR, cases[i].asked);
        assert_string_equal(made->title, cases[i].title);
    }
}

static void no_programme_can_be_called_like_theirs(void **state)
{
    (void)state;
    assert_false(case_code_is_plain(PRACTICE_PROGRAMME));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_of_the_care_team_finds_their_scene),
        cmocka_unit_test(they_speak_the_language_that_was_asked_for),
        cmocka_unit_test(no_programme_can_be_called_like_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

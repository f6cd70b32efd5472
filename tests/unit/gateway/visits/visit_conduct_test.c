#include "gateway/visits/visit_doors.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static void patients_wait_until_a_physician_admits_them(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
    AUTO(visit_picture) picture = NULL;
    /* Not by themselves. */
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[PATIENT],
                                         clinic->participants[PATIENT], false, &picture),
                     REFUSAL_NOT_IN_VISIT);
    clinic_join(clinic, REVIEWER);
    /* Not from outside the visit. */
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[REVIEWER],
                                         clinic->participants[PATIENT], false, &picture),
                     REFUSAL_NOT_IN_VISIT);
    clinic_enter(clinic, REVIEWER);
    assert_int_equal(clinic_count_events(clinic, EVENT_VISIT_OPENED), 1);
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[REVIEWER],
                                         clinic->participants[PATIENT], false, &picture),
                     0);
    assert_int_equal(picture->visit.state, VISIT_OPEN);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_IN_VISIT);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[REVIEWER],
                                         clinic->participants[CAREGIVER], false, &picture),
                     REFUSAL_WRONG_STATE);
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[REVIEWER],
                                         "no-such-person", false, &picture),
                     REFUSAL_NOT_FOUND);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void whoever_is_denied_stays_out_until_admitted(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_deny(clinic->service, &clinic->actors[PATIENT],
                                        clinic->participants[CAREGIVER], &picture),
                     0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_conduct_enter(clinic->service, &clinic->actors[CAREGIVER], &picture),
                     REFUSAL_DENIED);
    clinic_admit(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_IN_VISIT);
}

static void chat_is_open_to_those_in_the_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    struct chat_message message = {0};
    assert_int_equal(
        visit_conduct_chat(clinic->service, &clinic->actors[PATIENT], "Hello?", &message),
        REFUSAL_NOT_IN_VISIT);
    clinic_be_in_visit(clinic, REVIEWER);
    assert_int_equal(visit_conduct_chat(clinic->service, &clinic->actors[REVIEWER],
                                        "Good morning, ¿cómo está?", &message),
                     0);
    assert_string_equal(message.participant_id, clinic->participants[REVIEWER]);
    free(message.body);
    static const char *const bad[] = {"", "  \n", "bell\a", "\xff"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_int_equal(
            visit_conduct_chat(clinic->service, &clinic->actors[REVIEWER], bad[i], &message),
            REFUSAL_INVALID);
    }
    char long_text[CHAT_BODY_SIZE_MAX + 2];
    memset(long_text, 'a', sizeof(long_text));
    long_text[CHAT_BODY_SIZE_MAX + 1] = 0;
    assert_int_equal(
        visit_conduct_chat(clinic->service, &clinic->actors[REVIEWER], long_text, &message),
        REFUSAL_INVALID);

    AUTO(visit_snapshot) waiting = NULL;
    assert_int_equal(visit_conduct_snapshot(clinic->service, &clinic->actors[PATIENT],
                                            clinic->visit_id, &waiting),
                     0);
    assert_int_equal(waiting->chat->count, 0);
    clinic_admit(clinic, PATIENT);
    AUTO(visit_snapshot) inside = NULL;
    assert_int_equal(visit_conduct_snapshot(clinic->service, &clinic->actors[PATIENT],
                                            clinic->visit_id, &inside),
                     0);
    assert_int_equal(inside->chat->count, 1);
    assert_string_equal(inside->chat->messages[0].body, "Good morning, ¿cómo está?");
    assert_true(inside->picture->version > waiting->picture->version);
}

static void people_see_whom_they_may(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    clinic_be_in_visit(clinic, INTERPRETER);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_doors_send_back(clinic->service, &clinic->actors[REVIEWER],
                                           clinic->participants[PATIENT], &picture),
                     0);
    AUTO(visit_snapshot) taken = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->actors[PATIENT], clinic->visit_id, &taken),
        0);
    static const struct {
        enum clinic_person viewer;
        const char *sees; /* one letter per person, in the order of the enum */
    } cases[] = {
        {PATIENT, "y-yy-"},     /* waits: oneself and staff */
        {CAREGIVER, "yyyy-"},   /* waits: and the patient */
        {REVIEWER, "yyyyy"},    /* staff */
        {INTERPRETER, "--y-y"}, /* in the visit: who is in it */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct participant *viewer =
            visit_picture_find(taken->picture, clinic->participants[cases[i].viewer]);
        for (size_t k = 0; k < CLINIC_PEOPLE; k++) {
            if (visit_picture_shows(taken->picture, viewer, &taken->picture->participants[k]) !=
                (cases[i].sees[k] == 'y')) {
                fail_msg("viewer %zu, person %zu", i, k);
            }
        }
    }
}

static void a_restart_keeps_seats_and_admissions(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    clinic_pass_ms(clinic, 5000);
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    AUTO(visit_snapshot) taken = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->actors[PATIENT], clinic->visit_id, &taken),
        0);
    for (size_t i = 0; i < taken->picture->participant_count; i++) {
        assert_false(taken->picture->participants[i].connected);
    }
    clinic_enter(clinic, PATIENT);
    clinic_enter(clinic, CAREGIVER);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_IN_VISIT);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_WAITING);
    assert_int_equal(clinic_seat_state(clinic, REVIEWER), SEAT_IN_VISIT);
    assert_int_equal(clinic_count_events(clinic, EVENT_ADMITTED), 1);
}

static void leaving_keeps_the_admission(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[PATIENT], &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[PATIENT], &picture),
                     REFUSAL_WRONG_STATE);
    clinic_enter(clinic, PATIENT);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_IN_VISIT);
}

static void nobody_enters_a_visit_that_is_over(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[PATIENT], clinic->visit_id, &picture),
        REFUSAL_NOT_PERMITTED);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &picture),
        0);
    assert_int_equal(picture->visit.state, VISIT_ENDED);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->bedsidectl, clinic->visit_id, &picture),
        REFUSAL_VISIT_ENDED);
    assert_int_equal(visit_conduct_enter(clinic->service, &clinic->actors[PATIENT], &picture),
                     REFUSAL_VISIT_ENDED);
    struct join_link_look look;
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, CAREGIVER), &look),
        REFUSAL_VISIT_ENDED);
    struct visit_actor actor;
    assert_int_equal(
        visit_arrival_resolve_seat(clinic->service, clinic->seat_tokens[PATIENT], &actor),
        REFUSAL_VISIT_ENDED);
    struct minted_links *links = NULL;
    assert_int_equal(visit_records_mint_link(clinic->service, &clinic->bedsidectl, clinic->visit_id,
                                             clinic->actors[PATIENT].participant_id, &links),
                     REFUSAL_VISIT_ENDED);
    /* Staff can still open the case. */
    assert_int_equal(
        visit_records_mint_links(clinic->service, &clinic->bedsidectl, clinic->visit_id, &links),
        0);
    assert_true(links->count > 0);
    for (size_t i = 0; i < links->count; i++) {
        assert_string_equal(links->links[i].participant_id, "");
    }
    minted_links_destroy(links);
    assert_int_equal(clinic_count_events(clinic, EVENT_VISIT_ENDED), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patients_wait_until_a_physician_admits_them),
        cmocka_unit_test(whoever_is_denied_stays_out_until_admitted),
        cmocka_unit_test(chat_is_open_to_those_in_the_visit),
        cmocka_unit_test(people_see_whom_they_may),
        cmocka_unit_test(a_restart_keeps_seats_and_admissions),
        cmocka_unit_test(leaving_keeps_the_admission),
        cmocka_unit_test(nobody_enters_a_visit_that_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

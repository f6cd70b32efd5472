#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static int join_with(struct clinic *clinic, enum clinic_person person, const char *birth_date,
                     const char *seat_token, struct join_result *result)
{
    const struct join_request request = {
        .link_secret = clinic_join_secret(clinic, person),
        .birth_date = birth_date,
        .seat_token = seat_token,
    };
    const int outcome = visit_arrival_join(clinic->service, &request, result);
    result->picture = visit_picture_destroy(result->picture);
    return outcome;
}

static void looking_changes_nothing(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct join_link_look look;
    const uint64_t rows = clinic_verify_audit(clinic).rows;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            visit_arrival_look(clinic->service, clinic_join_secret(clinic, CAREGIVER), &look), 0);
    }
    assert_int_equal(look.role, ROLE_CAREGIVER);
    assert_int_equal(look.birth_date_owner, BIRTH_DATE_OF_PATIENT);
    assert_string_equal(look.inviter_name, "Dr. Priya Rao");
    assert_string_equal(look.time_zone, "America/Chicago");
    assert_int_equal(look.tries_left, 5);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_INVITED);
    /* The verification before is the one row that came. */
    assert_int_equal(clinic_verify_audit(clinic).rows, rows + 1);
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, PATIENT), &look), 0);
    assert_int_equal(look.birth_date_owner, BIRTH_DATE_OWN);
    assert_string_equal(look.time_zone, "America/New_York");
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, REVIEWER), &look), 0);
    assert_int_equal(look.birth_date_owner, BIRTH_DATE_NOT_ASKED);
}

static void links_that_lead_nowhere(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct join_link_look look;
    char guessed[RANDOM_TOKEN_SIZE];
    random_token(guessed);
    assert_int_equal(visit_arrival_look(clinic->service, guessed, &look), REFUSAL_LINK_UNKNOWN);
    assert_int_equal(visit_arrival_look(clinic->service, "", &look), REFUSAL_LINK_UNKNOWN);
    struct join_result result;
    const struct join_request request = {.link_secret = guessed, .birth_date = "1951-03-04"};
    assert_int_equal(visit_arrival_join(clinic->service, &request, &result), REFUSAL_LINK_UNKNOWN);
    assert_string_equal(result.seat_token, "");

    /* A newer link replaces the older. */
    char older[RANDOM_TOKEN_SIZE];
    strcpy(older, clinic_join_secret(clinic, PATIENT));
    clinic->links = minted_links_destroy(clinic->links);
    assert_int_equal(visit_records_mint_links(clinic->service, &clinic->bedsidectl,
                                              clinic->visit_id, &clinic->links),
                     0);
    assert_int_equal(visit_arrival_look(clinic->service, older, &look), REFUSAL_LINK_UNKNOWN);
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, PATIENT), &look), 0);

    clinic_pass_ms(clinic, 13 * 3600000);
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, PATIENT), &look),
        REFUSAL_LINK_EXPIRED);
}

static void the_date_of_birth_is_asked_five_times(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct join_result result;
    assert_int_equal(join_with(clinic, PATIENT, NULL, NULL, &result), REFUSAL_BIRTH_DATE_NEEDED);
    assert_int_equal(result.birth_date_owner, BIRTH_DATE_OWN);
    assert_int_equal(result.tries_left, 5);
    for (unsigned left = 4; left > 0; left--) {
        assert_int_equal(join_with(clinic, PATIENT, "1952-03-04", NULL, &result),
                         REFUSAL_BIRTH_DATE_WRONG);
        assert_int_equal(result.tries_left, left);
        assert_string_equal(result.seat_token, "");
    }
    assert_int_equal(join_with(clinic, PATIENT, "1952-03-04", NULL, &result), REFUSAL_LINK_LOCKED);
    assert_int_equal(join_with(clinic, PATIENT, CLINIC_PATIENT_BIRTH_DATE, NULL, &result),
                     REFUSAL_LINK_LOCKED);
    /* The caregiver's link is another one. */
    assert_int_equal(join_with(clinic, CAREGIVER, CLINIC_PATIENT_BIRTH_DATE, NULL, &result), 0);
    /* The family may not unlock; staff may. */
    struct visit_actor caregiver = result.actor;
    assert_int_equal(visit_arrival_unlock(clinic->service, &caregiver, clinic->visit_id,
                                          clinic->participants[PATIENT]),
                     REFUSAL_NOT_PERMITTED);
    clinic_be_in_visit(clinic, REVIEWER);
    assert_int_equal(visit_arrival_unlock(clinic->service, &clinic->actors[REVIEWER],
                                          clinic->visit_id, clinic->case_id),
                     REFUSAL_NOT_FOUND);
    for (int i = 0; i < 2; i++) { /* the second time nothing is locked */
        assert_int_equal(visit_arrival_unlock(clinic->service, &clinic->actors[REVIEWER],
                                              clinic->visit_id, clinic->participants[PATIENT]),
                         0);
    }
    assert_int_equal(join_with(clinic, PATIENT, CLINIC_PATIENT_BIRTH_DATE, NULL, &result), 0);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_ARRIVED);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_seat_token_finds_its_seat(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    struct visit_actor actor;
    assert_int_equal(
        visit_arrival_resolve_seat(clinic->service, clinic->seat_tokens[PATIENT], &actor), 0);
    assert_string_equal(actor.participant_id, clinic->participants[PATIENT]);
    assert_string_equal(actor.visit_id, clinic->visit_id);
    assert_int_equal(actor.role, ROLE_PATIENT);
    char guessed[RANDOM_TOKEN_SIZE];
    random_token(guessed);
    assert_int_equal(visit_arrival_resolve_seat(clinic->service, guessed, &actor),
                     REFUSAL_SEAT_UNKNOWN);
    /* The same device again: no question, the same token. */
    struct join_result again;
    assert_int_equal(join_with(clinic, PATIENT, NULL, clinic->seat_tokens[PATIENT], &again), 0);
    assert_string_equal(again.seat_token, clinic->seat_tokens[PATIENT]);
    /* The patient's token does not sit on the caregiver's chair. */
    assert_int_equal(join_with(clinic, CAREGIVER, NULL, clinic->seat_tokens[PATIENT], &again),
                     REFUSAL_BIRTH_DATE_NEEDED);
}

static void a_second_device_waits_for_the_first(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    struct join_result second;
    struct visit_actor actor;
    assert_int_equal(join_with(clinic, PATIENT, CLINIC_PATIENT_BIRTH_DATE, NULL, &second),
                     REFUSAL_SECOND_DEVICE_PENDING);
    assert_int_equal(visit_arrival_resolve_seat(clinic->service, second.seat_token, &actor),
                     REFUSAL_SECOND_DEVICE_PENDING);
    /* Asking again is the same question. */
    struct join_result again;
    assert_int_equal(join_with(clinic, PATIENT, NULL, second.seat_token, &again),
                     REFUSAL_SECOND_DEVICE_PENDING);
    char whose[UUID_TEXT_SIZE];
    AUTO(visit_picture) picture = NULL;
    /* A pending device may do nothing, not even say yes to itself. */
    assert_int_equal(visit_arrival_answer_second_device(clinic->service, &second.actor,
                                                        second.actor.device_id, true, whose,
                                                        &picture),
                     REFUSAL_SECOND_DEVICE_PENDING);
    assert_int_equal(visit_conduct_enter(clinic->service, &second.actor, &picture),
                     REFUSAL_SECOND_DEVICE_PENDING);
    assert_int_equal(visit_arrival_answer_second_device(clinic->service, &clinic->actors[PATIENT],
                                                        second.actor.device_id, true, whose,
                                                        &picture),
                     0);
    assert_string_equal(whose, clinic->participants[PATIENT]);
    assert_false(visit_picture_find(picture, clinic->participants[PATIENT])->second_device_asks);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_arrival_resolve_seat(clinic->service, second.seat_token, &actor), 0);
    assert_int_equal(
        visit_arrival_resolve_seat(clinic->service, clinic->seat_tokens[PATIENT], &actor),
        REFUSAL_DEVICE_REPLACED);
    /* The first device's session is over, too, though its actor was made before. */
    assert_int_equal(visit_conduct_enter(clinic->service, &clinic->actors[PATIENT], &picture),
                     REFUSAL_DEVICE_REPLACED);
    assert_int_equal(visit_conduct_enter(clinic->service, &second.actor, &picture), 0);
}

static void the_first_device_or_staff_may_say_no(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, PATIENT);
    struct join_result second;
    assert_int_equal(join_with(clinic, PATIENT, CLINIC_PATIENT_BIRTH_DATE, NULL, &second),
                     REFUSAL_SECOND_DEVICE_PENDING);
    char whose[UUID_TEXT_SIZE];
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_arrival_answer_second_device(clinic->service, &clinic->actors[CAREGIVER],
                                                        second.actor.device_id, true, whose,
                                                        &picture),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(visit_arrival_answer_second_device(clinic->service, &clinic->actors[REVIEWER],
                                                        second.actor.device_id, false, whose,
                                                        &picture),
                     0);
    struct visit_actor actor;
    assert_int_equal(visit_arrival_resolve_seat(clinic->service, second.seat_token, &actor),
                     REFUSAL_DEVICE_REFUSED);
    assert_int_equal(
        visit_arrival_resolve_seat(clinic->service, clinic->seat_tokens[PATIENT], &actor), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_arrival_answer_second_device(clinic->service, &clinic->actors[REVIEWER],
                                                        second.actor.device_id, true, whose,
                                                        &picture),
                     REFUSAL_WRONG_STATE);
}

static void a_silent_device_gives_way_to_the_date_of_birth(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    clinic_presence(clinic, PATIENT, false);
    clinic_pass_ms(clinic, 29999);
    struct join_result second;
    assert_int_equal(join_with(clinic, PATIENT, CLINIC_PATIENT_BIRTH_DATE, NULL, &second),
                     REFUSAL_SECOND_DEVICE_PENDING);
    clinic_pass_ms(clinic, 1);
    struct join_result third;
    assert_int_equal(join_with(clinic, PATIENT, "1960-01-01", NULL, &third),
                     REFUSAL_BIRTH_DATE_WRONG);
    assert_int_equal(join_with(clinic, PATIENT, CLINIC_PATIENT_BIRTH_DATE, NULL, &third), 0);
    assert_true(third.replaced_device);
    struct visit_actor actor;
    assert_int_equal(
        visit_arrival_resolve_seat(clinic->service, clinic->seat_tokens[PATIENT], &actor),
        REFUSAL_DEVICE_REPLACED);
}

static void without_a_date_of_birth_staff_or_a_new_link_decides(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_presence(clinic, REVIEWER, false);
    clinic_pass_ms(clinic, 60000);
    struct join_result second;
    assert_int_equal(join_with(clinic, REVIEWER, NULL, NULL, &second),
                     REFUSAL_SECOND_DEVICE_PENDING);
    clinic->links = minted_links_destroy(clinic->links);
    assert_int_equal(visit_records_mint_links(clinic->service, &clinic->bedsidectl,
                                              clinic->visit_id, &clinic->links),
                     0);
    assert_int_equal(join_with(clinic, REVIEWER, NULL, NULL, &second), 0);
    assert_true(second.replaced_device);
}

static void staff_links_open_sessions(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct staff_session opened;
    struct staff_session resolved;
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, REVIEWER), &opened),
                     0);
    assert_int_equal(visit_arrival_resolve_session(clinic->service, opened.token, &resolved), 0);
    assert_int_equal(resolved.actor.role, ROLE_REVIEWING_PHYSICIAN);
    assert_string_equal(resolved.display_name, "Dr. Priya Rao");
    assert_string_equal(resolved.token, "");
    /* A join link is no staff link. */
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_join_secret(clinic, REVIEWER), &resolved),
                     REFUSAL_LINK_UNKNOWN);
    clinic_pass_ms(clinic, 12 * 3600000 - 1);
    AUTO(clinical_case) found = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &opened.actor, clinic->case_id, &found), 0);
    clinic_pass_ms(clinic, 1);
    assert_int_equal(visit_arrival_resolve_session(clinic->service, opened.token, &resolved),
                     REFUSAL_SESSION_EXPIRED);
    found = clinical_case_destroy(found);
    assert_int_equal(
        visit_records_read_case(clinic->service, &opened.actor, clinic->case_id, &found),
        REFUSAL_SESSION_EXPIRED);
    clinic_pass_ms(clinic, 168 * 3600000LL);
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, REVIEWER), &opened),
                     REFUSAL_LINK_EXPIRED);
}

static void a_session_that_was_ended_is_over(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct staff_session session;
    struct staff_session other;
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, REVIEWER), &session),
                     0);
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, REVIEWER), &other),
                     0);
    assert_int_equal(visit_arrival_end_session(clinic->service, &session.actor), 0);
    struct staff_session resolved;
    assert_int_equal(visit_arrival_resolve_session(clinic->service, session.token, &resolved),
                     REFUSAL_SESSION_EXPIRED);
    assert_int_equal(visit_arrival_end_session(clinic->service, &session.actor),
                     REFUSAL_SESSION_EXPIRED);
    /* The other browser is not concerned. */
    assert_int_equal(visit_arrival_resolve_session(clinic->service, other.token, &resolved), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_changes_nothing),
        cmocka_unit_test(links_that_lead_nowhere),
        cmocka_unit_test(the_date_of_birth_is_asked_five_times),
        cmocka_unit_test(a_seat_token_finds_its_seat),
        cmocka_unit_test(a_second_device_waits_for_the_first),
        cmocka_unit_test(the_first_device_or_staff_may_say_no),
        cmocka_unit_test(a_silent_device_gives_way_to_the_date_of_birth),
        cmocka_unit_test(without_a_date_of_birth_staff_or_a_new_link_decides),
        cmocka_unit_test(staff_links_open_sessions),
        cmocka_unit_test(a_session_that_was_ended_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

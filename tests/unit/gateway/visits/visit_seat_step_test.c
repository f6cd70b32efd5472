/* Pages tell how far their people are; the store keeps it. */
#include "gateway/visits/visit_seat_step.h"

#include "gateway/visits/visit_store.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static struct seat_stand stand_of(struct clinic *clinic, enum clinic_person person)
{
    struct participant seat;
    struct join_link link;
    struct seat_progress progress;
    const struct visit_store_ops *ops = clinic->store->ops;
    assert_int_equal(ops->read_participant(clinic->store, clinic->participants[person], &seat), 0);
    assert_int_equal(ops->latest_join_link(clinic->store, seat.id, &link), 0);
    assert_int_equal(ops->seat_steps.read(clinic->store, &seat, &progress), 0);
    return seat_step_now(&seat, &link, &progress);
}

static int tell(struct clinic *clinic, enum seat_step step, unsigned problems)
{
    clinic_pass_ms(clinic, 1000);
    return visit_seat_step_tell(clinic->service, &clinic->actors[PATIENT], step, problems);
}

static void assert_at(struct clinic *clinic, enum seat_step step, unsigned problems)
{
    const struct seat_stand stand = stand_of(clinic, PATIENT);
    assert_string_equal(seat_step_name(stand.step), seat_step_name(step));
    assert_int_equal(stand.problems, problems);
    assert_int_equal(stand.since_ms, clinic->now_ms);
}

static int try_birth_date(struct clinic *clinic, const char *date)
{
    const struct join_request request = {.link_secret = clinic_join_secret(clinic, PATIENT),
                                         .birth_date = date};
    struct join_result result;
    clinic_pass_ms(clinic, 1000);
    const int outcome = visit_arrival_join(clinic->service, &request, &result);
    visit_picture_destroy(result.picture);
    return outcome;
}

static void a_patient_is_followed_to_the_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const char *secret = clinic_join_secret(clinic, PATIENT);
    assert_at(clinic, SEAT_STEP_LINK_NOT_OPENED, 0);
    clinic_pass_ms(clinic, 1000);
    assert_int_equal(visit_seat_step_tell_by_link(clinic->service, secret, SEAT_STEP_LINK_OPENED),
                     0);
    assert_at(clinic, SEAT_STEP_LINK_OPENED, 0);
    clinic_pass_ms(clinic, 1000);
    assert_int_equal(
        visit_seat_step_tell_by_link(clinic->service, secret, SEAT_STEP_BIRTH_DATE_ASKED), 0);
    assert_at(clinic, SEAT_STEP_BIRTH_DATE_ASKED, 0);
    assert_int_equal(try_birth_date(clinic, "1950-01-01"), REFUSAL_BIRTH_DATE_WRONG);
    assert_at(clinic, SEAT_STEP_BIRTH_DATE_WRONG, 0);
    clinic_pass_ms(clinic, 1000);
    clinic_join(clinic, PATIENT);
    assert_at(clinic, SEAT_STEP_ARRIVED, 0);
    assert_int_equal(tell(clinic, SEAT_STEP_PERMISSION_ASKED, 0), 0);
    assert_at(clinic, SEAT_STEP_PERMISSION_ASKED, 0);
    assert_int_equal(tell(clinic, SEAT_STEP_PERMISSION_DENIED, SEAT_PROBLEM_MICROPHONE), 0);
    assert_at(clinic, SEAT_STEP_PERMISSION_DENIED, SEAT_PROBLEM_MICROPHONE);
    assert_int_equal(tell(clinic, SEAT_STEP_CHECKED, 0), 0);
    assert_at(clinic, SEAT_STEP_CHECKED, 0);
    clinic_pass_ms(clinic, 1000);
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_enter(clinic, PATIENT);
    assert_at(clinic, SEAT_STEP_WAITING, 0);
    clinic_pass_ms(clinic, 1000);
    clinic_admit(clinic, PATIENT);
    assert_at(clinic, SEAT_STEP_IN_VISIT, 0);
    clinic_pass_ms(clinic, 1000);
    clinic_presence(clinic, PATIENT, false);
    assert_at(clinic, SEAT_STEP_LOST, 0);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void five_wrong_dates_lock(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    for (int i = 1; i < JOIN_LINK_TRIES_MAX; i++) {
        assert_int_equal(try_birth_date(clinic, "1950-01-01"), REFUSAL_BIRTH_DATE_WRONG);
    }
    assert_int_equal(try_birth_date(clinic, "1950-01-01"), REFUSAL_LINK_LOCKED);
    assert_at(clinic, SEAT_STEP_LOCKED, 0);
    const int64_t locked_ms = clinic->now_ms;
    assert_int_equal(try_birth_date(clinic, CLINIC_PATIENT_BIRTH_DATE), REFUSAL_LINK_LOCKED);
    assert_int_equal(stand_of(clinic, PATIENT).since_ms, locked_ms);
}

static void nobody_tells_what_the_gateway_knows(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const char *secret = clinic_join_secret(clinic, PATIENT);
    struct visit_service *service = clinic->service;
    assert_int_equal(visit_seat_step_tell_by_link(service, secret, SEAT_STEP_CHECKED),
                     REFUSAL_INVALID);
    assert_int_equal(visit_seat_step_tell_by_link(service, "short", SEAT_STEP_LINK_OPENED),
                     REFUSAL_LINK_UNKNOWN);
    char other[RANDOM_TOKEN_SIZE];
    random_token(other);
    assert_int_equal(visit_seat_step_tell_by_link(service, other, SEAT_STEP_LINK_OPENED),
                     REFUSAL_LINK_UNKNOWN);
    clinic_join(clinic, PATIENT);
    assert_int_equal(tell(clinic, SEAT_STEP_IN_VISIT, 0), REFUSAL_INVALID);
    assert_int_equal(tell(clinic, SEAT_STEP_LINK_OPENED, 0), REFUSAL_INVALID);
    assert_int_equal(tell(clinic, SEAT_STEP_CHECKED, SEAT_PROBLEM_CAMERA), REFUSAL_INVALID);
    assert_int_equal(visit_seat_step_tell(service, &clinic->bedsidectl, SEAT_STEP_CHECKED, 0),
                     REFUSAL_NOT_PERMITTED);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_end(service, &clinic->bedsidectl, clinic->visit_id, &picture),
                     0);
    assert_int_equal(tell(clinic, SEAT_STEP_CHECKED, 0), REFUSAL_VISIT_ENDED);
    assert_int_equal(visit_seat_step_tell_by_link(service, secret, SEAT_STEP_LINK_OPENED),
                     REFUSAL_VISIT_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_patient_is_followed_to_the_visit),
        cmocka_unit_test(five_wrong_dates_lock),
        cmocka_unit_test(nobody_tells_what_the_gateway_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "gateway/visits/visit_doors.h"

#include "gateway/visits/admission.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static struct clinic *clinic_with_all(void)
{
    struct clinic *clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_be_in_visit(clinic, CAREGIVER);
    clinic_be_in_visit(clinic, INTERPRETER);
    return clinic;
}

static int send_out(struct clinic *clinic, enum clinic_person by, enum clinic_person whom)
{
    AUTO(visit_picture) picture = NULL;
    return visit_doors_send_out(clinic->service, &clinic->actors[by], clinic->participants[whom],
                                &picture);
}

static int send_back(struct clinic *clinic, enum clinic_person by, enum clinic_person whom)
{
    AUTO(visit_picture) picture = NULL;
    return visit_doors_send_back(clinic->service, &clinic->actors[by], clinic->participants[whom],
                                 &picture);
}

static int admit(struct clinic *clinic, enum clinic_person by, enum clinic_person whom)
{
    AUTO(visit_picture) picture = NULL;
    return visit_conduct_admit(clinic->service, &clinic->actors[by], clinic->participants[whom],
                               false, &picture);
}

static int huddle(struct clinic *clinic, enum clinic_person by, bool begins)
{
    AUTO(visit_picture) picture = NULL;
    return visit_doors_huddle(clinic->service, &clinic->actors[by], begins, &picture);
}

static int knock(struct clinic *clinic, enum clinic_person by)
{
    AUTO(visit_picture) picture = NULL;
    return visit_doors_knock(clinic->service, &clinic->actors[by], &picture);
}

static int64_t huddle_since_ms(struct clinic *clinic)
{
    AUTO(visit_snapshot) taken = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->bedsidectl, clinic->visit_id, &taken), 0);
    return taken->picture->visit.huddle_since_ms;
}

static size_t count_chat(struct clinic *clinic, const struct visit_actor *reader)
{
    AUTO(visit_snapshot) taken = NULL;
    assert_int_equal(visit_conduct_snapshot(clinic->service, reader, clinic->visit_id, &taken), 0);
    return taken->chat->count;
}

static int say(struct clinic *clinic, enum clinic_person by, const char *words)
{
    struct chat_message message = {0};
    const int result = visit_conduct_chat(clinic->service, &clinic->actors[by], words, &message);
    free(message.body);
    return result;
}

static void a_guest_sent_out_waits_until_the_patient_lets_them_back(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_all();
    assert_int_equal(send_out(clinic, REVIEWER, CAREGIVER), REFUSAL_NOT_PERMITTED);
    assert_int_equal(send_out(clinic, CAREGIVER, INTERPRETER), REFUSAL_NOT_PERMITTED);
    assert_int_equal(send_out(clinic, PATIENT, REVIEWER), REFUSAL_NOT_PERMITTED);
    assert_int_equal(send_out(clinic, PATIENT, CAREGIVER), 0);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_WAITING);
    assert_int_equal(send_out(clinic, PATIENT, CAREGIVER), REFUSAL_WRONG_STATE);
    assert_int_equal(clinic_count_events(clinic, EVENT_SENT_OUT), 1);
    /* Neither a reload nor leaving nor a restart lets them in. */
    clinic_enter(clinic, CAREGIVER);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[CAREGIVER], &picture), 0);
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_WAITING);
    assert_int_equal(admit(clinic, REVIEWER, CAREGIVER), REFUSAL_NOT_PERMITTED);
    assert_int_equal(admit(clinic, PATIENT, CAREGIVER), 0);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_IN_VISIT);
    clinic_enter(clinic, CAREGIVER);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_IN_VISIT);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void the_team_sends_back_and_alone_lets_in_again(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_all();
    clinic_be_in_visit(clinic, TREATING);
    assert_int_equal(send_back(clinic, PATIENT, CAREGIVER), REFUSAL_NOT_PERMITTED);
    assert_int_equal(send_back(clinic, REVIEWER, TREATING), REFUSAL_NOT_PERMITTED);
    assert_int_equal(send_back(clinic, REVIEWER, CAREGIVER), 0);
    assert_int_equal(send_back(clinic, TREATING, PATIENT), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_SENT_BACK), 2);
    assert_int_equal(admit(clinic, PATIENT, CAREGIVER), REFUSAL_NOT_IN_VISIT);
    assert_int_equal(admit(clinic, REVIEWER, PATIENT), 0);
    assert_int_equal(admit(clinic, PATIENT, CAREGIVER), REFUSAL_NOT_PERMITTED);
    assert_int_equal(admit(clinic, TREATING, CAREGIVER), 0);
}

static void guests_wait_for_a_patient_who_is_not_there(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_join(clinic, INTERPRETER);
    clinic_enter(clinic, INTERPRETER);
    assert_int_equal(admit(clinic, REVIEWER, INTERPRETER), REFUSAL_NOT_PERMITTED);
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    assert_int_equal(admit(clinic, PATIENT, INTERPRETER), REFUSAL_NOT_IN_VISIT);
    clinic_admit(clinic, PATIENT);
    assert_int_equal(admit(clinic, PATIENT, INTERPRETER), 0);
}

static void who_waits_knocks_once_a_minute(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_join(clinic, PATIENT);
    assert_int_equal(knock(clinic, PATIENT), REFUSAL_WRONG_STATE); /* not in the waiting room yet */
    clinic_enter(clinic, PATIENT);
    assert_int_equal(knock(clinic, PATIENT), 0);
    const uint64_t rows = clinic_verify_audit(clinic).rows;
    assert_int_equal(knock(clinic, PATIENT), REFUSAL_TOO_SOON);
    assert_int_equal(clinic_verify_audit(clinic).rows, rows + 1); /* the look itself */
    /* Neither leaving nor a restart makes it sooner. */
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[PATIENT], &picture), 0);
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    clinic_pass_ms(clinic, ADMISSION_KNOCK_PAUSE_MS - 1);
    clinic_enter(clinic, PATIENT);
    assert_int_equal(knock(clinic, PATIENT), REFUSAL_TOO_SOON);
    clinic_pass_ms(clinic, 1);
    assert_int_equal(knock(clinic, PATIENT), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_KNOCKED), 2);
    assert_int_equal(knock(clinic, REVIEWER), REFUSAL_NOT_PERMITTED);
    clinic_admit(clinic, PATIENT);
    assert_int_equal(knock(clinic, PATIENT), REFUSAL_WRONG_STATE);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void who_was_sent_out_does_not_knock(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_all();
    assert_int_equal(send_out(clinic, PATIENT, CAREGIVER), 0);
    assert_int_equal(knock(clinic, CAREGIVER), REFUSAL_WRONG_STATE);
    assert_int_equal(send_back(clinic, REVIEWER, PATIENT), 0);
    assert_int_equal(knock(clinic, PATIENT), 0);
}

static void a_huddle_takes_two_and_ends_with_the_last(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_all();
    assert_int_equal(huddle(clinic, REVIEWER, true), REFUSAL_WRONG_STATE);
    clinic_be_in_visit(clinic, TREATING);
    assert_int_equal(huddle(clinic, PATIENT, true), REFUSAL_NOT_PERMITTED);
    assert_int_equal(huddle(clinic, INTERPRETER, true), REFUSAL_NOT_PERMITTED);
    assert_int_equal(huddle(clinic, REVIEWER, false), REFUSAL_WRONG_STATE);
    assert_int_equal(huddle(clinic, REVIEWER, true), 0);
    assert_int_equal(huddle(clinic, TREATING, true), REFUSAL_WRONG_STATE);
    assert_int_equal(huddle_since_ms(clinic), clinic->now_ms);
    /* A lost connection, a restart: they believe that they are among themselves. */
    clinic_presence(clinic, REVIEWER, false);
    clinic_presence(clinic, TREATING, false);
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    clinic_enter(clinic, PATIENT);
    assert_true(huddle_since_ms(clinic) != 0);
    clinic_enter(clinic, TREATING);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[TREATING], &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_true(huddle_since_ms(clinic) != 0);
    clinic_enter(clinic, REVIEWER);
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[REVIEWER], &picture), 0);
    assert_int_equal(picture->visit.huddle_since_ms, 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_HUDDLE_BEGAN), 1);
    assert_int_equal(clinic_count_events(clinic, EVENT_HUDDLE_ENDED), 1);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_huddle_whose_team_is_gone_ends_in_the_waiting_room(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_all();
    clinic_be_in_visit(clinic, TREATING);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(huddle(clinic, REVIEWER, true), 0);
    clinic_presence(clinic, REVIEWER, false);
    /* One of them is still there. */
    assert_int_equal(visit_doors_abandon_huddle(clinic->service, clinic->visit_id, &picture), 0);
    assert_true(picture->visit.huddle_since_ms != 0);
    picture = visit_picture_destroy(picture);
    clinic_presence(clinic, TREATING, false);
    assert_int_equal(visit_doors_abandon_huddle(clinic->service, clinic->visit_id, &picture), 0);
    assert_int_equal(picture->visit.huddle_since_ms, 0);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_WAITING);
    assert_int_equal(clinic_seat_state(clinic, TREATING), SEAT_IN_VISIT);
    assert_int_equal(clinic_count_events(clinic, EVENT_HUDDLE_ENDED), 1);
    picture = visit_picture_destroy(picture);
    /* Over is over; a reload changes nothing, and the doors are as at the beginning. */
    assert_int_equal(visit_doors_abandon_huddle(clinic->service, clinic->visit_id, &picture), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_HUDDLE_ENDED), 1);
    clinic_enter(clinic, PATIENT);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
    clinic_enter(clinic, REVIEWER);
    assert_int_equal(admit(clinic, REVIEWER, PATIENT), 0);
    assert_int_equal(admit(clinic, PATIENT, CAREGIVER), 0);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void what_is_written_in_a_huddle_is_for_the_team(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_all();
    clinic_be_in_visit(clinic, TREATING);
    assert_int_equal(say(clinic, REVIEWER, "Good morning"), 0);
    assert_int_equal(huddle(clinic, REVIEWER, true), 0);
    assert_int_equal(say(clinic, PATIENT, "Hello?"), REFUSAL_NOT_IN_VISIT);
    assert_int_equal(say(clinic, TREATING, "Among us"), 0);
    assert_int_equal(huddle(clinic, TREATING, false), 0);
    assert_int_equal(say(clinic, PATIENT, "Hello again"), 0);
    static const struct {
        enum clinic_person reader;
        size_t reads;
    } cases[] = {{REVIEWER, 3}, {TREATING, 3}, {PATIENT, 2}, {CAREGIVER, 2}, {INTERPRETER, 2}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(count_chat(clinic, &clinic->actors[cases[i].reader]), cases[i].reads);
    }
    assert_int_equal(count_chat(clinic, &clinic->bedsidectl), 2);
}

static void a_huddle_holds_the_recording_and_gives_it_back(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, TREATING);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_START);
    static const enum clinic_person people[] = {REVIEWER, TREATING, PATIENT};
    for (size_t i = 0; i < ARRAY_LENGTH(people); i++) {
        clinic_consent(clinic, people[i], CONSENT_GIVEN);
    }
    assert_int_equal(clinic_recording(clinic).flow, RECORDING_FLOW_RUN);
    assert_int_equal(huddle(clinic, REVIEWER, true), 0);
    assert_int_equal(clinic_recording(clinic).flow, RECORDING_FLOW_HOLD);
    assert_int_equal(clinic_recording(clinic).reason, RECORDING_REASON_HUDDLE);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_PAUSE);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_RESUME);
    assert_int_equal(clinic_recording(clinic).flow, RECORDING_FLOW_HOLD);
    assert_int_equal(huddle(clinic, REVIEWER, false), 0);
    assert_int_equal(clinic_recording(clinic).flow, RECORDING_FLOW_RUN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_sent_out_waits_until_the_patient_lets_them_back),
        cmocka_unit_test(the_team_sends_back_and_alone_lets_in_again),
        cmocka_unit_test(guests_wait_for_a_patient_who_is_not_there),
        cmocka_unit_test(who_waits_knocks_once_a_minute),
        cmocka_unit_test(who_was_sent_out_does_not_knock),
        cmocka_unit_test(a_huddle_takes_two_and_ends_with_the_last),
        cmocka_unit_test(a_huddle_whose_team_is_gone_ends_in_the_waiting_room),
        cmocka_unit_test(what_is_written_in_a_huddle_is_for_the_team),
        cmocka_unit_test(a_huddle_holds_the_recording_and_gives_it_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

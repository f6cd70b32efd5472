#include "gateway/visits/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

enum move { ARRIVE, ENTER, ADMIT, DENY, LEAVE };

static enum visit_refusal go(enum move move, struct participant *seat, const struct visit *visit)
{
    const struct admission_scene scene = {visit, true, ROLE_REVIEWING_PHYSICIAN};
    switch (move) {
    case ARRIVE:
        return admission_arrive(seat, visit);
    case ENTER:
        return admission_enter(seat, visit, 100);
    case ADMIT:
        return admission_admit(seat, &scene, 100);
    case DENY:
        return admission_deny(seat, &scene);
    default:
        return admission_leave(seat);
    }
}

#define YES REFUSAL_NONE

/* Every edge of the drawing in participant.h, and what is none. */
static const struct {
    enum participant_role role;
    enum seat_state from;
    bool admitted;
    enum visit_state visit;
    enum move move;
    enum visit_refusal refusal;
    enum seat_state to;
} edges[] = {
    {ROLE_PATIENT, SEAT_INVITED, false, VISIT_SCHEDULED, ARRIVE, YES, SEAT_ARRIVED},
    {ROLE_PATIENT, SEAT_WAITING, false, VISIT_OPEN, ARRIVE, YES, SEAT_WAITING},
    {ROLE_PATIENT, SEAT_DENIED, false, VISIT_OPEN, ARRIVE, REFUSAL_DENIED, SEAT_DENIED},
    {ROLE_PATIENT, SEAT_INVITED, false, VISIT_ENDED, ARRIVE, REFUSAL_VISIT_ENDED, SEAT_INVITED},
    {ROLE_PATIENT, SEAT_ARRIVED, false, VISIT_SCHEDULED, ENTER, YES, SEAT_WAITING},
    {ROLE_CAREGIVER, SEAT_ARRIVED, false, VISIT_OPEN, ENTER, YES, SEAT_WAITING},
    {ROLE_INTERPRETER, SEAT_ARRIVED, false, VISIT_OPEN, ENTER, YES, SEAT_WAITING},
    {ROLE_TRAINEE, SEAT_ARRIVED, false, VISIT_OPEN, ENTER, YES, SEAT_WAITING},
    {ROLE_TECHNICAL_HELPER, SEAT_ARRIVED, false, VISIT_OPEN, ENTER, YES, SEAT_WAITING},
    {ROLE_REVIEWING_PHYSICIAN, SEAT_ARRIVED, false, VISIT_SCHEDULED, ENTER, YES, SEAT_IN_VISIT},
    {ROLE_TREATING_PHYSICIAN, SEAT_ARRIVED, false, VISIT_OPEN, ENTER, YES, SEAT_IN_VISIT},
    {ROLE_COORDINATOR, SEAT_ARRIVED, false, VISIT_OPEN, ENTER, YES, SEAT_IN_VISIT},
    {ROLE_PATIENT, SEAT_LEFT, true, VISIT_OPEN, ENTER, YES, SEAT_IN_VISIT},
    {ROLE_PATIENT, SEAT_LEFT, false, VISIT_OPEN, ENTER, YES, SEAT_WAITING},
    {ROLE_PATIENT, SEAT_IN_VISIT, true, VISIT_OPEN, ENTER, YES, SEAT_IN_VISIT},
    {ROLE_PATIENT, SEAT_DENIED, false, VISIT_OPEN, ENTER, REFUSAL_DENIED, SEAT_DENIED},
    {ROLE_REVIEWING_PHYSICIAN, SEAT_ARRIVED, false, VISIT_ENDED, ENTER, REFUSAL_VISIT_ENDED,
     SEAT_ARRIVED},
    {ROLE_PATIENT, SEAT_WAITING, false, VISIT_OPEN, ADMIT, YES, SEAT_IN_VISIT},
    {ROLE_PATIENT, SEAT_DENIED, false, VISIT_OPEN, ADMIT, YES, SEAT_LEFT},
    {ROLE_PATIENT, SEAT_ARRIVED, false, VISIT_OPEN, ADMIT, REFUSAL_WRONG_STATE, SEAT_ARRIVED},
    {ROLE_PATIENT, SEAT_IN_VISIT, true, VISIT_OPEN, ADMIT, REFUSAL_WRONG_STATE, SEAT_IN_VISIT},
    {ROLE_PATIENT, SEAT_WAITING, false, VISIT_SCHEDULED, ADMIT, REFUSAL_VISIT_NOT_OPEN,
     SEAT_WAITING},
    {ROLE_PATIENT, SEAT_WAITING, false, VISIT_ENDED, ADMIT, REFUSAL_VISIT_ENDED, SEAT_WAITING},
    {ROLE_PATIENT, SEAT_WAITING, false, VISIT_OPEN, DENY, YES, SEAT_DENIED},
    {ROLE_PATIENT, SEAT_IN_VISIT, true, VISIT_OPEN, DENY, REFUSAL_WRONG_STATE, SEAT_IN_VISIT},
    {ROLE_PATIENT, SEAT_IN_VISIT, true, VISIT_OPEN, LEAVE, YES, SEAT_LEFT},
    {ROLE_PATIENT, SEAT_WAITING, false, VISIT_OPEN, LEAVE, YES, SEAT_LEFT},
    {ROLE_PATIENT, SEAT_INVITED, false, VISIT_OPEN, LEAVE, REFUSAL_WRONG_STATE, SEAT_INVITED},
};

static void a_seat_follows_the_drawing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(edges); i++) {
        const struct visit visit = {.state = edges[i].visit};
        struct participant seat = {.state = edges[i].from};
        seat.person.role = edges[i].role;
        seat.admitted_at_ms = edges[i].admitted ? 50 : 0;
        const enum visit_refusal refusal = go(edges[i].move, &seat, &visit);
        if (refusal != edges[i].refusal || seat.state != edges[i].to) {
            fail_msg("edge %zu: %s, %s", i, visit_refusal_code(refusal),
                     seat_state_name(seat.state));
        }
        if (seat.state == SEAT_IN_VISIT) {
            assert_true(seat.admitted_at_ms > 0);
        }
        assert_int_equal(seat.waiting_since_ms != 0,
                         edges[i].move == ENTER && refusal == YES && seat.state == SEAT_WAITING);
    }
}

static void the_coordinator_opens_the_door_in_nurse_led_visits_alone(void **state)
{
    (void)state;
    for (int shape = 0; shape < VISIT_SHAPE_COUNT; shape++) {
        for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
            const bool expected = role == ROLE_REVIEWING_PHYSICIAN ||
                                  role == ROLE_TREATING_PHYSICIAN ||
                                  (role == ROLE_COORDINATOR && shape == VISIT_NURSE_LED);
            assert_int_equal(
                admission_role_opens_door((enum participant_role)role, (enum visit_shape)shape),
                expected);
        }
    }
}

#define PATIENT ROLE_PATIENT
#define FAMILY ROLE_CAREGIVER
#define HELPER ROLE_TECHNICAL_HELPER
#define REVIEWER ROLE_REVIEWING_PHYSICIAN
#define NURSE ROLE_COORDINATOR
#define NO REFUSAL_NOT_PERMITTED
#define NOT_NOW REFUSAL_WRONG_STATE

enum step { LET_IN, REFUSE, SEND_OUT, SEND_BACK };

/* Who may do what at the doors, to whom. */
static const struct {
    enum visit_shape shape;
    bool has_patient;
    enum participant_role keeper;
    enum step step;
    enum participant_role role;
    enum seat_state from;
    enum seat_hold hold;
    enum visit_refusal refusal;
    enum seat_state to;
    enum seat_hold hold_after;
} doors[] = {
    /* The patient's door. */
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, FAMILY, SEAT_WAITING, 0, YES, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, ROLE_INTERPRETER, SEAT_WAITING, 0, YES, SEAT_IN_VISIT,
     0},
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, ROLE_TRAINEE, SEAT_WAITING, 0, YES, SEAT_IN_VISIT, 0},
    {VISIT_NURSE_LED, true, PATIENT, LET_IN, HELPER, SEAT_WAITING, 0, YES, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, PATIENT, REFUSE, FAMILY, SEAT_WAITING, 0, YES, SEAT_DENIED, 0},
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, FAMILY, SEAT_DENIED, 0, YES, SEAT_LEFT, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, LET_IN, FAMILY, SEAT_WAITING, 0, NO, SEAT_WAITING, 0},
    {VISIT_TREATING_LED, true, ROLE_TREATING_PHYSICIAN, LET_IN, FAMILY, SEAT_WAITING, 0, NO,
     SEAT_WAITING, 0},
    {VISIT_NURSE_LED, true, NURSE, LET_IN, FAMILY, SEAT_WAITING, 0, NO, SEAT_WAITING, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, REFUSE, FAMILY, SEAT_WAITING, 0, NO, SEAT_WAITING, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, LET_IN, FAMILY, SEAT_DENIED, 0, NO, SEAT_DENIED, 0},
    {VISIT_EXPERT_LED, true, FAMILY, LET_IN, FAMILY, SEAT_WAITING, 0, NO, SEAT_WAITING, 0},
    /* The team's. */
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, PATIENT, SEAT_WAITING, 0, NO, SEAT_WAITING, 0},
    {VISIT_NURSE_LED, true, NURSE, LET_IN, PATIENT, SEAT_WAITING, 0, YES, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, NURSE, LET_IN, PATIENT, SEAT_WAITING, 0, NO, SEAT_WAITING, 0},
    {VISIT_PHYSICIANS_ONLY, false, REVIEWER, LET_IN, ROLE_TRAINEE, SEAT_WAITING, 0, YES,
     SEAT_IN_VISIT, 0},
    {VISIT_PHYSICIANS_ONLY, false, NURSE, LET_IN, ROLE_TRAINEE, SEAT_WAITING, 0, NO, SEAT_WAITING,
     0},
    {VISIT_EXPERT_LED, false, REVIEWER, LET_IN, FAMILY, SEAT_WAITING, 0, YES, SEAT_IN_VISIT, 0},
    /* Out for a while, and back in. */
    {VISIT_EXPERT_LED, true, PATIENT, SEND_OUT, FAMILY, SEAT_IN_VISIT, 0, YES, SEAT_WAITING,
     SEAT_HOLD_PATIENT},
    {VISIT_EXPERT_LED, true, PATIENT, SEND_OUT, FAMILY, SEAT_WAITING, 0, NOT_NOW, SEAT_WAITING, 0},
    {VISIT_EXPERT_LED, true, PATIENT, SEND_OUT, REVIEWER, SEAT_IN_VISIT, 0, NO, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, PATIENT, SEND_OUT, PATIENT, SEAT_IN_VISIT, 0, NO, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, SEND_OUT, FAMILY, SEAT_IN_VISIT, 0, NO, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, FAMILY, SEAT_WAITING, SEAT_HOLD_PATIENT, YES,
     SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, LET_IN, FAMILY, SEAT_WAITING, SEAT_HOLD_PATIENT, NO,
     SEAT_WAITING, SEAT_HOLD_PATIENT},
    {VISIT_EXPERT_LED, true, PATIENT, REFUSE, FAMILY, SEAT_WAITING, SEAT_HOLD_PATIENT, NOT_NOW,
     SEAT_WAITING, SEAT_HOLD_PATIENT},
    /* Back to the waiting room, and in again. */
    {VISIT_EXPERT_LED, true, REVIEWER, SEND_BACK, PATIENT, SEAT_IN_VISIT, 0, YES, SEAT_WAITING,
     SEAT_HOLD_TEAM},
    {VISIT_EXPERT_LED, true, REVIEWER, SEND_BACK, FAMILY, SEAT_IN_VISIT, 0, YES, SEAT_WAITING,
     SEAT_HOLD_TEAM},
    {VISIT_EXPERT_LED, true, NURSE, SEND_BACK, FAMILY, SEAT_IN_VISIT, 0, NO, SEAT_IN_VISIT, 0},
    {VISIT_NURSE_LED, true, NURSE, SEND_BACK, FAMILY, SEAT_IN_VISIT, 0, YES, SEAT_WAITING,
     SEAT_HOLD_TEAM},
    {VISIT_EXPERT_LED, true, REVIEWER, SEND_BACK, ROLE_TREATING_PHYSICIAN, SEAT_IN_VISIT, 0, NO,
     SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, PATIENT, SEND_BACK, FAMILY, SEAT_IN_VISIT, 0, NO, SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, SEND_BACK, FAMILY, SEAT_WAITING, SEAT_HOLD_PATIENT, NOT_NOW,
     SEAT_WAITING, SEAT_HOLD_PATIENT},
    {VISIT_EXPERT_LED, true, PATIENT, LET_IN, FAMILY, SEAT_WAITING, SEAT_HOLD_TEAM, NO,
     SEAT_WAITING, SEAT_HOLD_TEAM},
    {VISIT_EXPERT_LED, true, REVIEWER, LET_IN, FAMILY, SEAT_WAITING, SEAT_HOLD_TEAM, YES,
     SEAT_IN_VISIT, 0},
    {VISIT_EXPERT_LED, true, REVIEWER, LET_IN, PATIENT, SEAT_WAITING, SEAT_HOLD_TEAM, YES,
     SEAT_IN_VISIT, 0},
};

static enum visit_refusal take(enum step step, struct participant *seat,
                               const struct admission_scene *scene)
{
    switch (step) {
    case LET_IN:
        return admission_admit(seat, scene, 100);
    case REFUSE:
        return admission_deny(seat, scene);
    case SEND_OUT:
        return admission_send_out(seat, scene, 100);
    default:
        return admission_send_back(seat, scene, 100);
    }
}

static bool has_power(enum step step, const struct admission_powers *powers)
{
    const bool all[] = {powers->admit, powers->deny, powers->send_out, powers->send_back};
    return all[step];
}

static void each_door_has_its_keeper(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(doors); i++) {
        const struct visit visit = {.state = VISIT_OPEN, .shape = doors[i].shape};
        const struct admission_scene scene = {&visit, doors[i].has_patient, doors[i].keeper};
        struct participant seat = {.state = doors[i].from, .hold = doors[i].hold};
        seat.person.role = doors[i].role;
        const struct admission_powers powers = admission_powers_over(&seat, &scene);
        assert_int_equal(has_power(doors[i].step, &powers), doors[i].refusal == YES);
        const enum visit_refusal refusal = take(doors[i].step, &seat, &scene);
        if (refusal != doors[i].refusal || seat.state != doors[i].to ||
            seat.hold != doors[i].hold_after) {
            fail_msg("door %zu: %s, %s, held by %s", i, visit_refusal_code(refusal),
                     seat_state_name(seat.state), seat_hold_name(seat.hold));
        }
    }
}

static void whoever_was_sent_out_comes_back_no_sooner_by_leaving(void **state)
{
    (void)state;
    const struct visit visit = {.state = VISIT_OPEN};
    for (int hold = SEAT_HOLD_PATIENT; hold < SEAT_HOLD_COUNT; hold++) {
        struct participant seat = {
            .state = SEAT_WAITING, .hold = (enum seat_hold)hold, .admitted_at_ms = 50};
        seat.person.role = ROLE_CAREGIVER;
        assert_int_equal(admission_enter(&seat, &visit, 60), REFUSAL_NONE);
        assert_int_equal(seat.state, SEAT_WAITING);
        assert_int_equal(admission_leave(&seat), REFUSAL_NONE);
        assert_int_equal(admission_arrive(&seat, &visit), REFUSAL_NONE);
        assert_int_equal(admission_enter(&seat, &visit, 70), REFUSAL_NONE);
        assert_int_equal(seat.state, SEAT_WAITING);
        assert_int_equal(seat.hold, hold);
    }
}

static void a_visit_follows_its_drawing(void **state)
{
    (void)state;
    struct visit visit = {.state = VISIT_SCHEDULED};
    assert_int_equal(visit_open(&visit, 5), 0);
    assert_int_equal(visit.opened_at_ms, 5);
    assert_true(visit_open(&visit, 6) < 0);
    assert_int_equal(visit_end(&visit, 7), 0);
    assert_true(visit_end(&visit, 8) < 0);
    assert_true(visit_open(&visit, 9) < 0);
    assert_int_equal(visit.ended_at_ms, 7);
    struct visit unopened = {.state = VISIT_SCHEDULED};
    assert_int_equal(visit_end(&unopened, 3), 0);
}

static void a_huddle_is_of_an_open_visit(void **state)
{
    (void)state;
    struct visit visit = {.state = VISIT_SCHEDULED};
    assert_true(visit_huddle_begin(&visit, 5) < 0);
    assert_int_equal(visit_open(&visit, 5), 0);
    assert_true(visit_huddle_end(&visit) < 0);
    assert_int_equal(visit_huddle_begin(&visit, 6), 0);
    assert_int_equal(visit.huddle_since_ms, 6);
    assert_true(visit_huddle_begin(&visit, 7) < 0);
    assert_int_equal(visit_huddle_end(&visit), 0);
    assert_int_equal(visit_huddle_begin(&visit, 8), 0);
    assert_int_equal(visit_end(&visit, 9), 0);
    assert_int_equal(visit.huddle_since_ms, 0);
    assert_true(visit_huddle_begin(&visit, 10) < 0);
    for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
        assert_int_equal(visit_huddle_seats((enum participant_role)role),
                         role == ROLE_REVIEWING_PHYSICIAN || role == ROLE_TREATING_PHYSICIAN ||
                             role == ROLE_COORDINATOR);
    }
}

static void a_knock_is_told_while_one_waits(void **state)
{
    (void)state;
    const struct visit visit = {.state = VISIT_OPEN};
    struct participant seat = {.state = SEAT_WAITING, .waiting_since_ms = 1000};
    assert_int_equal(admission_knocked_at_ms(&seat), 0);
    assert_int_equal(admission_knock(&seat, &visit, 5000), YES);
    assert_int_equal(admission_knocked_at_ms(&seat), 5000);
    /* A clock that was set back keeps nobody from knocking. */
    assert_int_equal(admission_knock(&seat, &visit, 4000), YES);
    assert_int_equal(admission_knock(&seat, &visit, 4001), REFUSAL_TOO_SOON);
    seat.waiting_since_ms = 9000; /* they left, and came again */
    assert_int_equal(admission_knocked_at_ms(&seat), 0);
    seat.state = SEAT_IN_VISIT;
    assert_int_equal(admission_knock(&seat, &visit, 500000), REFUSAL_WRONG_STATE);
    const struct visit over = {.state = VISIT_ENDED};
    seat.state = SEAT_WAITING;
    assert_int_equal(admission_knock(&seat, &over, 500000), REFUSAL_VISIT_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seat_follows_the_drawing),
        cmocka_unit_test(the_coordinator_opens_the_door_in_nurse_led_visits_alone),
        cmocka_unit_test(each_door_has_its_keeper),
        cmocka_unit_test(whoever_was_sent_out_comes_back_no_sooner_by_leaving),
        cmocka_unit_test(a_visit_follows_its_drawing),
        cmocka_unit_test(a_huddle_is_of_an_open_visit),
        cmocka_unit_test(a_knock_is_told_while_one_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

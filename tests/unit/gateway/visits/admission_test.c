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
    switch (move) {
    case ARRIVE:
        return admission_arrive(seat, visit);
    case ENTER:
        return admission_enter(seat, visit, 100);
    case ADMIT:
        return admission_admit(seat, visit, 100);
    case DENY:
        return admission_deny(seat, visit);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seat_follows_the_drawing),
        cmocka_unit_test(the_coordinator_opens_the_door_in_nurse_led_visits_alone),
        cmocka_unit_test(a_visit_follows_its_drawing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

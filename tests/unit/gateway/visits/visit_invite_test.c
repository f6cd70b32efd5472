/* Who may invite whom into a running visit, and what becomes of the link. */
#include "gateway/visits/visit_invite.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static int invite(struct clinic *clinic, enum clinic_person who, enum participant_role role,
                  const char *name, struct visit_invited *ret_invited)
{
    AUTO(visit_picture) picture = NULL;
    const struct visit_invitation invitation = {
        .name = name, .role = role, .relation = "your neighbour", .language = "es"};
    return visit_invite(clinic->service, &clinic->actors[who], &invitation, ret_invited, &picture);
}

static struct clinic *running_visit(void)
{
    struct clinic *clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    return clinic;
}

static void each_role_invites_whom_it_may(void **state)
{
    (void)state;
    static const struct {
        enum clinic_person who;
        enum participant_role role;
        int expected;
    } cases[] = {
        {PATIENT, ROLE_CAREGIVER, 0},
        {PATIENT, ROLE_INTERPRETER, REFUSAL_NOT_PERMITTED},
        {PATIENT, ROLE_REVIEWING_PHYSICIAN, REFUSAL_NOT_PERMITTED},
        {REVIEWER, ROLE_CAREGIVER, 0},
        {REVIEWER, ROLE_INTERPRETER, 0},
        {REVIEWER, ROLE_TRAINEE, 0},
        {REVIEWER, ROLE_TECHNICAL_HELPER, 0},
        {REVIEWER, ROLE_PATIENT, REFUSAL_NOT_PERMITTED},
        {REVIEWER, ROLE_TREATING_PHYSICIAN, REFUSAL_NOT_PERMITTED},
        {REVIEWER, ROLE_COORDINATOR, REFUSAL_NOT_PERMITTED},
        {CAREGIVER, ROLE_CAREGIVER, REFUSAL_NOT_PERMITTED},
    };
    AUTO(clinic) clinic = running_visit();
    clinic_be_in_visit(clinic, CAREGIVER);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct visit_invited invited;
        assert_int_equal(invite(clinic, cases[i].who, cases[i].role, "Sam", &invited),
                         cases[i].expected);
    }
    assert_int_equal(clinic_count_events(clinic, EVENT_INVITED), 5);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void the_link_opens_a_seat_that_waits_and_ends_with_the_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = running_visit();
    struct visit_invited invited;
    assert_int_equal(invite(clinic, REVIEWER, ROLE_INTERPRETER, "Luz Ortega", &invited), 0);
    struct join_result joined = {0};
    const struct join_request request = {.link_secret = invited.secret};
    assert_int_equal(visit_arrival_join(clinic->service, &request, &joined), 0);
    assert_string_equal(joined.actor.participant_id, invited.participant_id);
    visit_picture_destroy(joined.picture);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_enter(clinic->service, &joined.actor, &picture), 0);
    const struct participant *seat = visit_picture_find(picture, invited.participant_id);
    assert_int_equal(seat->state, SEAT_WAITING); /* through the doors like everybody */
    assert_string_equal(seat->person.languages, "es");
    AUTO(visit_picture) refused = NULL;
    AUTO(visit_picture) let_in = NULL;
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[REVIEWER],
                                         invited.participant_id, true, &refused),
                     REFUSAL_NOT_PERMITTED); /* the patient opens for guests, whoever invited */
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[PATIENT],
                                         invited.participant_id, false, &let_in),
                     0);
    assert_int_equal(visit_picture_find(let_in, invited.participant_id)->state, SEAT_IN_VISIT);
    AUTO(visit_picture) ended = NULL;
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &ended), 0);
    struct join_link_look look;
    assert_int_equal(visit_arrival_look(clinic->service, invited.secret, &look),
                     REFUSAL_VISIT_ENDED);
    assert_int_equal(invite(clinic, REVIEWER, ROLE_CAREGIVER, "Sam", &invited),
                     REFUSAL_VISIT_ENDED);
}

static void bad_words_and_too_many_people_are_refused(void **state)
{
    (void)state;
    char long_name[PERSON_NAME_SIZE + 10];
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = 0;
    AUTO(clinic) clinic = running_visit();
    struct visit_invited invited;
    assert_int_equal(invite(clinic, REVIEWER, ROLE_CAREGIVER, "", &invited), REFUSAL_INVALID);
    assert_int_equal(invite(clinic, REVIEWER, ROLE_CAREGIVER, "a\nb", &invited), REFUSAL_INVALID);
    assert_int_equal(invite(clinic, REVIEWER, ROLE_CAREGIVER, long_name, &invited),
                     REFUSAL_INVALID);
    int result = 0;
    unsigned count = CLINIC_PEOPLE;
    while (result == 0 && count <= VISIT_INVITED_MAX) {
        result = invite(clinic, REVIEWER, ROLE_CAREGIVER, "Sam", &invited);
        count += result == 0;
    }
    assert_int_equal(result, REFUSAL_TOO_MANY);
    assert_true(count <= VISIT_INVITED_MAX);
}

static void nobody_invites_from_the_waiting_room(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    struct visit_invited invited;
    assert_int_equal(invite(clinic, PATIENT, ROLE_CAREGIVER, "Sam", &invited),
                     REFUSAL_NOT_IN_VISIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_invites_whom_it_may),
        cmocka_unit_test(the_link_opens_a_seat_that_waits_and_ends_with_the_visit),
        cmocka_unit_test(bad_words_and_too_many_people_are_refused),
        cmocka_unit_test(nobody_invites_from_the_waiting_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

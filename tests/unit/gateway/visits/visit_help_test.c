#include "gateway/visits/visit_help.h"

#include "gateway/visits/visit_invite.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
#define INTERPRETS PARTICIPANT_ROLE_BIT(ROLE_INTERPRETER)
#define HELPER PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER)
#define PHYSICIAN PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)

/* Somebody who helps: signed in, and at their seat once they offered. */
struct nora {
    struct visit_actor account;
    struct visit_actor seat;
    struct visit_help_offered offered;
};

static struct nora nora_signs_in(struct clinic *clinic, const char *key)
{
    return (struct nora){.account = clinic_sign_in(clinic, key, COORDINATOR, "")};
}

static int offer(struct clinic *clinic, struct nora *nora, enum clinic_person whom)
{
    AUTO(visit_picture) picture = NULL;
    return visit_help_offer(clinic->service, &nora->account, clinic->visit_id,
                            clinic->participants[whom], &nora->offered, &picture);
}

static int sit(struct clinic *clinic, struct nora *nora)
{
    AUTO(visit_picture) picture = NULL;
    const int result =
        visit_arrival_resolve_seat(clinic->service, nora->offered.seat_token, &nora->seat);
    return result != 0 ? result : visit_help_sit(clinic->service, &nora->seat, &picture);
}

static void begin(struct clinic *clinic, struct nora *nora, enum clinic_person whom)
{
    assert_int_equal(offer(clinic, nora, whom), 0);
    assert_int_equal(sit(clinic, nora), 0);
}

static int step(struct clinic *clinic, const struct visit_actor *who, enum help_step step)
{
    AUTO(visit_picture) picture = NULL;
    return visit_help_step(clinic->service, who, step, &picture);
}

static struct visit_picture *picture_of(struct clinic *clinic)
{
    AUTO(visit_snapshot) taken = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->bedsidectl, clinic->visit_id, &taken), 0);
    return TAKE(taken->picture);
}

static struct help_session help_of(struct clinic *clinic)
{
    AUTO(visit_picture) picture = picture_of(clinic);
    return picture->help;
}

static struct clinic *clinic_with_waiting_patient(void)
{
    struct clinic *clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    return clinic;
}

static void help_is_offered_accepted_and_ends_where_everybody_was(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    clinic_be_in_visit(clinic, REVIEWER);
    struct nora nora = nora_signs_in(clinic, "quill");
    struct visit_help_look look;
    assert_int_equal(offer(clinic, &nora, PATIENT), 0);
    assert_int_equal(visit_help_look(clinic->service, &clinic->actors[PATIENT], &look), 0);
    assert_false(look.is_offered); /* nobody is there yet */
    assert_int_equal(sit(clinic, &nora), 0);
    assert_int_equal(visit_help_look(clinic->service, &clinic->actors[PATIENT], &look), 0);
    assert_true(look.is_offered);
    assert_int_equal(look.helper_role, ROLE_COORDINATOR);
    assert_int_equal(help_of(clinic).state, HELP_OFFERED);
    assert_int_equal(step(clinic, &nora.seat, HELP_STEP_ACCEPT), REFUSAL_WRONG_STATE);
    assert_int_equal(step(clinic, &clinic->actors[REVIEWER], HELP_STEP_END), REFUSAL_WRONG_STATE);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    AUTO(visit_picture) picture = picture_of(clinic);
    const struct participant *helper = visit_picture_find(picture, nora.seat.participant_id);
    const struct participant *patient = visit_picture_find(picture, clinic->participants[PATIENT]);
    const struct participant *rao = visit_picture_find(picture, clinic->participants[REVIEWER]);
    assert_true(visit_picture_sets_apart(picture, helper));
    assert_true(visit_picture_sets_apart(picture, patient));
    assert_false(visit_picture_sets_apart(picture, rao));
    assert_true(visit_picture_hears(picture, rao));
    assert_true(visit_picture_shows(picture, patient, helper));
    assert_true(helper->state == SEAT_ARRIVED && patient->state == SEAT_WAITING);
    assert_int_equal(step(clinic, &nora.seat, HELP_STEP_END), 0);
    assert_int_equal(help_of(clinic).end, HELP_ENDED_BY_HELPER);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
    const uint64_t rows = clinic_verify_audit(clinic).rows;
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_END), REFUSAL_WRONG_STATE);
    assert_int_equal(clinic_verify_audit(clinic).rows, rows + 1); /* the look itself */
    assert_int_equal(sit(clinic, &nora), REFUSAL_WRONG_STATE);
    assert_int_equal(clinic_count_events(clinic, EVENT_HELP_OFFERED), 1);
    assert_int_equal(clinic_count_events(clinic, EVENT_HELP_OPENED), 1);
    assert_int_equal(clinic_count_events(clinic, EVENT_HELP_ENDED), 1);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void who_is_in_the_visit_is_apart_and_needs_no_consent_of_the_helper(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_admit(clinic, PATIENT);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_START);
    clinic_consent(clinic, REVIEWER, CONSENT_GIVEN);
    clinic_consent(clinic, PATIENT, CONSENT_GIVEN);
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    assert_int_equal(clinic_recording(clinic).state, RECORDING_STATE_RECORDING);
    AUTO(visit_picture) picture = picture_of(clinic);
    const struct participant *patient = visit_picture_find(picture, clinic->participants[PATIENT]);
    assert_int_equal(patient->state, SEAT_IN_VISIT);
    assert_false(visit_picture_hears(picture, patient));
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_END), 0);
    picture = visit_picture_destroy(picture);
    picture = picture_of(clinic);
    assert_true(
        visit_picture_hears(picture, visit_picture_find(picture, clinic->participants[PATIENT])));
}

static void a_second_helper_is_refused_and_the_same_one_goes_on(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    struct nora nora = nora_signs_in(clinic, "quill");
    struct nora other = nora_signs_in(clinic, "other");
    begin(clinic, &nora, PATIENT);
    assert_int_equal(offer(clinic, &other, PATIENT), REFUSAL_HELP_TAKEN);
    assert_int_equal(offer(clinic, &other, CAREGIVER), REFUSAL_HELP_TAKEN);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    /* A reload: the same session, the same seat, another device. */
    const struct help_session before = help_of(clinic);
    const struct visit_actor old = nora.seat;
    assert_int_equal(offer(clinic, &nora, PATIENT), 0);
    assert_true(nora.offered.replaced_device);
    assert_string_equal(nora.offered.participant_id, old.participant_id);
    assert_int_equal(step(clinic, &old, HELP_STEP_END), REFUSAL_DEVICE_REPLACED);
    assert_int_equal(sit(clinic, &nora), 0);
    assert_string_equal(help_of(clinic).id, before.id);
    assert_int_equal(help_of(clinic).state, HELP_OPEN);
    /* Going to somebody else ends it. */
    begin(clinic, &nora, CAREGIVER);
    assert_string_equal(help_of(clinic).helped_id, clinic->participants[CAREGIVER]);
    assert_int_equal(step(clinic, &clinic->actors[CAREGIVER], HELP_STEP_DECLINE), 0);
    assert_int_equal(help_of(clinic).end, HELP_DECLINED);
    assert_int_equal(offer(clinic, &other, PATIENT), 0);
    /* Who never came makes room after a while. */
    assert_int_equal(offer(clinic, &nora, PATIENT), REFUSAL_HELP_TAKEN);
    clinic_pass_ms(clinic, HELP_DESERTED_AFTER_MS + 1);
    assert_int_equal(offer(clinic, &nora, PATIENT), 0);
}

static int presence(struct clinic *clinic, const struct visit_actor *who, bool connected)
{
    AUTO(visit_picture) picture = NULL;
    return visit_conduct_presence(clinic->service, who, connected, &picture);
}

static void it_ends_when_one_of_the_two_is_gone(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    clinic_be_in_visit(clinic, REVIEWER);
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    assert_int_equal(presence(clinic, &clinic->actors[REVIEWER], false), 0);
    assert_int_equal(help_of(clinic).state, HELP_OPEN);
    assert_int_equal(presence(clinic, &nora.seat, false), 0);
    assert_int_equal(help_of(clinic).end, HELP_LOST);

    begin(clinic, &nora, PATIENT);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[PATIENT], &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(help_of(clinic).end, HELP_LEFT);
    assert_int_equal(offer(clinic, &nora, PATIENT), REFUSAL_WRONG_STATE);
    assert_int_equal(offer(clinic, &nora, INTERPRETER), REFUSAL_WRONG_STATE); /* never arrived */

    clinic_enter(clinic, PATIENT);
    clinic_enter(clinic, REVIEWER);
    begin(clinic, &nora, PATIENT);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &picture),
        0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(help_of(clinic).end, HELP_VISIT_ENDED);
    assert_int_equal(offer(clinic, &nora, PATIENT), REFUSAL_VISIT_ENDED);
}

/* A restart leaves what any end leaves: the end, when, a line of the timeline, a row of the trail.
 */
static void a_restart_ends_each_session_in_the_books(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    clinic_pass_ms(clinic, 4000);
    const uint64_t rows = clinic_verify_audit(clinic).rows;
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    assert_int_equal(clinic_verify_audit(clinic).rows, rows + 2); /* and the look itself */
    assert_int_equal(help_of(clinic).state, HELP_OVER);
    assert_int_equal(help_of(clinic).end, HELP_RESTART);
    assert_int_equal(help_of(clinic).ended_at_ms, clinic->now_ms);
    assert_int_equal(clinic_count_events(clinic, EVENT_HELP_ENDED), 1);
    /* Once: there is nothing to end any more. */
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_HELP_ENDED), 1);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
    begin(clinic, &nora, PATIENT);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_session_that_lost_one_is_abandoned_once(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    const struct help_session first = help_of(clinic);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    AUTO(visit_picture) ended = NULL;
    assert_int_equal(visit_help_abandon(clinic->service, clinic->visit_id, first.id, &ended), 0);
    assert_int_equal(ended->help.end, HELP_LOST);
    /* Not the next one. */
    begin(clinic, &nora, PATIENT);
    AUTO(visit_picture) again = NULL;
    assert_int_equal(visit_help_abandon(clinic->service, clinic->visit_id, first.id, &again), 0);
    assert_int_equal(again->help.state, HELP_OFFERED);
    assert_int_equal(clinic_count_events(clinic, EVENT_HELP_ENDED), 1);
}

static void helping_takes_the_right_and_the_reach(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    struct nora physician = {.account = clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN, "")};
    struct nora elsewhere = {.account =
                                 clinic_sign_in(clinic, "south", COORDINATOR, "another programme")};
    struct nora stranger = {.account = clinic_sign_in(clinic, "sam", HELPER, "another programme")};
    struct nora obi = {.account = clinic_sign_in(clinic, "obi", HELPER, "")};
    assert_int_equal(offer(clinic, &physician, PATIENT), REFUSAL_NOT_PERMITTED);
    assert_int_equal(offer(clinic, &elsewhere, PATIENT), REFUSAL_NOT_FOUND);
    assert_int_equal(offer(clinic, &stranger, PATIENT), REFUSAL_NOT_FOUND);
    begin(clinic, &obi, PATIENT);
    assert_int_equal(obi.seat.role, ROLE_TECHNICAL_HELPER);
    assert_int_equal(step(clinic, &obi.seat, HELP_STEP_END), 0);
    struct nora nora = nora_signs_in(clinic, "quill");
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_help_offer(clinic->service, &nora.account, clinic->visit_id,
                                      "0190a000-0000-7000-8000-000000000000", &nora.offered,
                                      &picture),
                     REFUSAL_NOT_FOUND);
    begin(clinic, &nora, PATIENT);
    assert_int_equal(visit_help_offer(clinic->service, &nora.account, clinic->visit_id,
                                      nora.seat.participant_id, &nora.offered, &picture),
                     REFUSAL_INVALID);
}

static void a_seat_of_a_role_one_bears_no_more_is_not_taken(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    clinic_be_in_visit(clinic, REVIEWER);
    struct nora nora = nora_signs_in(clinic, CLINIC_REVIEWER_KEY); /* a physician no more */
    begin(clinic, &nora, PATIENT);
    assert_string_not_equal(nora.offered.participant_id, clinic->participants[REVIEWER]);
    assert_false(nora.offered.replaced_device);
    assert_int_equal(nora.seat.role, ROLE_COORDINATOR);
    clinic_presence(clinic, REVIEWER, true); /* whoever is there stays there */
}

/* The same through the session that they had when they bore it. */
static void nor_is_one_from_which_they_helped_before(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    const unsigned both = COORDINATOR | PHYSICIAN;
    struct nora nora = {.account = clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, both, "")};
    begin(clinic, &nora, PATIENT);
    assert_string_equal(nora.offered.participant_id, clinic->participants[REVIEWER]);
    struct nora later = nora_signs_in(clinic, CLINIC_REVIEWER_KEY);
    assert_string_equal(later.account.account_id, nora.account.account_id);
    assert_int_equal(step(clinic, &nora.seat, HELP_STEP_END), 0);
    begin(clinic, &later, PATIENT);
    assert_string_not_equal(later.offered.participant_id, clinic->participants[REVIEWER]);
}

static void a_seat_beside_the_visit_never_leads_into_it(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_enter(clinic->service, &nora.seat, &picture),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    assert_int_equal(step(clinic, &nora.seat, HELP_STEP_END), 0);
    /* Nor afterwards, nor after more of the same. */
    begin(clinic, &nora, PATIENT);
    assert_int_equal(visit_conduct_enter(clinic->service, &nora.seat, &picture),
                     REFUSAL_NOT_PERMITTED);
    AUTO(visit_picture) after = picture_of(clinic);
    assert_int_equal(after->visit.state, VISIT_SCHEDULED);
    assert_int_equal(visit_picture_find(after, nora.seat.participant_id)->state, SEAT_ARRIVED);
    /* Whoever was invited helps from their own seat, and goes in. */
    struct nora ortega = {
        .account = clinic_sign_in(clinic, CLINIC_INTERPRETER_KEY, COORDINATOR | INTERPRETS, "")};
    assert_int_equal(step(clinic, &nora.seat, HELP_STEP_END), 0);
    begin(clinic, &ortega, PATIENT);
    assert_string_equal(ortega.seat.participant_id, clinic->participants[INTERPRETER]);
    assert_int_equal(visit_conduct_enter(clinic->service, &ortega.seat, &picture), 0);
}

/* The next visit of the case, with everybody who is invited by default. */
static void schedule_another(struct clinic *clinic)
{
    const struct visit_schedule_request request = {.case_id = clinic->case_id,
                                                   .shape = VISIT_EXPERT_LED,
                                                   .scheduled_at_ms = clinic->now_ms,
                                                   .minutes = 30,
                                                   .time_zone = "UTC"};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_records_schedule(clinic->service, &clinic->bedsidectl, &request, &picture), 0);
    assert_int_equal(picture->participant_count, CLINIC_PEOPLE);
    strcpy(clinic->visit_id, picture->visit.id);
    for (size_t i = 0; i < CLINIC_PEOPLE; i++) {
        strcpy(clinic->participants[i], picture->participants[i].id);
    }
    clinic->links = minted_links_destroy(clinic->links);
    assert_int_equal(visit_records_mint_links(clinic->service, &clinic->bedsidectl,
                                              clinic->visit_id, &clinic->links),
                     0);
    clinic->seat_tokens[PATIENT][0] = '\0';
}

static void who_helped_is_invited_nowhere_and_known_again(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    const size_t links = clinic->links->count;
    schedule_another(clinic);
    assert_int_equal(clinic->links->count, links);
    clinic_join(clinic, PATIENT);
    begin(clinic, &nora, PATIENT);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_enter(clinic->service, &nora.seat, &picture),
                     REFUSAL_NOT_PERMITTED);
    AUTO(clinical_case) after = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, clinic->case_id, &after), 0);
    assert_int_equal(after->person_count, CLINIC_PEOPLE); /* they are none of its people */
}

/* However many came to help: invitations and the case have their places still. */
static void who_helps_takes_nobodys_place(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_with_waiting_patient();
    clinic_be_in_visit(clinic, REVIEWER);
    struct nora first = nora_signs_in(clinic, "helper-0");
    begin(clinic, &first, PATIENT);
    for (int i = 1; i < CASE_PEOPLE_MAX + 2; i++) {
        char key[32];
        snprintf(key, sizeof(key), "helper-%d", i);
        struct nora next = nora_signs_in(clinic, key);
        struct visit_picture *ended = NULL;
        assert_int_equal(
            visit_help_abandon(clinic->service, clinic->visit_id, help_of(clinic).id, &ended), 0);
        visit_picture_destroy(ended);
        begin(clinic, &next, PATIENT);
        AUTO(visit_picture) picture = picture_of(clinic);
        assert_true(picture->participant_count <= CLINIC_PEOPLE + VISIT_HELPERS_MAX);
        assert_non_null(visit_picture_find(picture, next.seat.participant_id));
    }
    /* The first comes back to the seat of before, which the picture had forgotten. */
    const struct visit_actor before = first.seat;
    clinic_pass_ms(clinic, HELP_DESERTED_AFTER_MS + 1);
    AUTO(visit_picture) ended = NULL;
    assert_int_equal(
        visit_help_abandon(clinic->service, clinic->visit_id, help_of(clinic).id, &ended), 0);
    begin(clinic, &first, PATIENT);
    assert_string_equal(first.seat.participant_id, before.participant_id);
    /* As many as ever may be invited. */
    const struct visit_invitation sam = {.name = "Sam", .role = ROLE_CAREGIVER};
    int result = 0;
    unsigned invited = CLINIC_PEOPLE;
    while (result == 0) {
        struct visit_invited one;
        AUTO(visit_picture) picture = NULL;
        result = visit_invite(clinic->service, &clinic->actors[REVIEWER], &sam, &one, &picture);
        invited += result == 0;
    }
    assert_int_equal(result, REFUSAL_TOO_MANY);
    assert_int_equal(invited, VISIT_INVITED_MAX);
}

/* Their page checks devices and has no conversation with the gateway yet. */
static void somebody_on_the_way_in_is_helped_and_goes_on_there(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    struct nora nora = nora_signs_in(clinic, "quill");
    begin(clinic, &nora, PATIENT);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_help_sit(clinic->service, &clinic->actors[PATIENT], &picture), 0);
    assert_int_equal(step(clinic, &clinic->actors[PATIENT], HELP_STEP_ACCEPT), 0);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_ARRIVED);
    /* And goes in meanwhile: the help goes on. */
    clinic_enter(clinic, PATIENT);
    assert_int_equal(help_of(clinic).state, HELP_OPEN);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_is_offered_accepted_and_ends_where_everybody_was),
        cmocka_unit_test(who_is_in_the_visit_is_apart_and_needs_no_consent_of_the_helper),
        cmocka_unit_test(a_second_helper_is_refused_and_the_same_one_goes_on),
        cmocka_unit_test(it_ends_when_one_of_the_two_is_gone),
        cmocka_unit_test(a_restart_ends_each_session_in_the_books),
        cmocka_unit_test(a_session_that_lost_one_is_abandoned_once),
        cmocka_unit_test(helping_takes_the_right_and_the_reach),
        cmocka_unit_test(a_seat_of_a_role_one_bears_no_more_is_not_taken),
        cmocka_unit_test(nor_is_one_from_which_they_helped_before),
        cmocka_unit_test(a_seat_beside_the_visit_never_leads_into_it),
        cmocka_unit_test(who_helped_is_invited_nowhere_and_known_again),
        cmocka_unit_test(who_helps_takes_nobodys_place),
        cmocka_unit_test(somebody_on_the_way_in_is_helped_and_goes_on_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

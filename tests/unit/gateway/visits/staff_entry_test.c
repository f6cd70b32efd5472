#include "gateway/visits/staff_entry.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/staff_sign_in.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
#define INTERPRETS PARTICIPANT_ROLE_BIT(ROLE_INTERPRETER)
#define PHYSICIAN PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define DAY_MS 86400000

/* A member of staff at one browser. */
struct desk {
    struct visit_actor account;
    struct staff_entered entered;
};

static struct desk sign_in(struct clinic *clinic, const char *key, unsigned roles)
{
    return (struct desk){.account = clinic_sign_in(clinic, key, roles, "")};
}

static int take(struct clinic *clinic, struct desk *desk)
{
    const int result =
        staff_entry_take(clinic->service, &desk->account, clinic->visit_id, &desk->entered);
    desk->entered.picture = visit_picture_destroy(desk->entered.picture);
    return result;
}

static int enter(struct clinic *clinic, struct desk *desk)
{
    AUTO(visit_picture) picture = NULL;
    struct visit_actor seat;
    const int result = visit_arrival_resolve_seat(clinic->service, desk->entered.seat_token, &seat);
    return result != 0 ? result : visit_conduct_enter(clinic->service, &seat, &picture);
}

static int look(struct clinic *clinic, const struct desk *desk)
{
    struct visit_actor seat;
    return visit_arrival_resolve_seat(clinic->service, desk->entered.seat_token, &seat);
}

static void who_signed_in_takes_their_seat_without_a_link(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_int_equal(take(clinic, &rao), 0);
    assert_string_equal(rao.entered.seat.participant_id, clinic->participants[REVIEWER]);
    assert_int_equal(rao.entered.seat.role, ROLE_REVIEWING_PHYSICIAN);
    assert_false(rao.entered.replaced_device);
    assert_int_equal(clinic_seat_state(clinic, REVIEWER), SEAT_ARRIVED);
    assert_int_equal(clinic_count_events(clinic, EVENT_ARRIVED), 1);
    assert_int_equal(enter(clinic, &rao), 0);
    assert_int_equal(clinic_seat_state(clinic, REVIEWER), SEAT_IN_VISIT);
    /* Whoever comes through the patient's door comes through it all the same. */
    struct desk ortega = sign_in(clinic, CLINIC_INTERPRETER_KEY, INTERPRETS);
    assert_int_equal(take(clinic, &ortega), 0);
    assert_int_equal(enter(clinic, &ortega), 0);
    assert_int_equal(clinic_seat_state(clinic, INTERPRETER), SEAT_WAITING);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_page_that_is_loaded_anew_keeps_the_seat(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_int_equal(take(clinic, &rao), 0);
    assert_int_equal(enter(clinic, &rao), 0);
    const struct desk before = rao;
    assert_int_equal(take(clinic, &rao), 0);
    assert_true(rao.entered.replaced_device);
    assert_int_equal(look(clinic, &before), REFUSAL_DEVICE_REPLACED);
    assert_int_equal(enter(clinic, &rao), 0);
    assert_int_equal(clinic_seat_state(clinic, REVIEWER), SEAT_IN_VISIT);
}

static void another_browser_is_a_second_device(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    struct desk home = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_string_equal(rao.account.account_id, home.account.account_id);
    assert_int_equal(take(clinic, &rao), 0);
    assert_int_equal(enter(clinic, &rao), 0);
    assert_int_equal(take(clinic, &home), REFUSAL_SECOND_DEVICE_PENDING);
    assert_int_equal(look(clinic, &home), REFUSAL_SECOND_DEVICE_PENDING);
    assert_int_equal(look(clinic, &rao), 0);
    /* The first says yes. */
    char whose[UUID_TEXT_SIZE];
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_arrival_answer_second_device(clinic->service, &rao.entered.seat,
                                                        home.entered.seat.device_id, true, whose,
                                                        &picture),
                     0);
    assert_string_equal(whose, clinic->participants[REVIEWER]);
    assert_int_equal(look(clinic, &rao), REFUSAL_DEVICE_REPLACED);
    assert_int_equal(enter(clinic, &home), 0);
    /* Nobody answers: it is not asked for ever, and of several who ask only the latest may. */
    assert_int_equal(take(clinic, &rao), REFUSAL_SECOND_DEVICE_PENDING);
    const struct desk first = rao;
    assert_int_equal(take(clinic, &rao), REFUSAL_SECOND_DEVICE_PENDING);
    assert_int_equal(look(clinic, &first), REFUSAL_DEVICE_REFUSED);
    AUTO(visit_picture) lost = NULL;
    assert_int_equal(visit_conduct_presence(clinic->service, &home.entered.seat, false, &lost), 0);
    clinic_pass_ms(clinic, 30001);
    assert_int_equal(take(clinic, &rao), 0);
    assert_true(rao.entered.replaced_device);
}

/* Neither does the link take the seat from who signed in, nor the other way round. */
static void a_link_and_an_account_share_one_seat(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_int_equal(take(clinic, &rao), REFUSAL_SECOND_DEVICE_PENDING);
    clinic_presence(clinic, REVIEWER, false);
    clinic_pass_ms(clinic, 30001);
    assert_int_equal(take(clinic, &rao), 0);
    assert_int_equal(enter(clinic, &rao), 0);
    const struct join_request link = {.link_secret = clinic_join_secret(clinic, REVIEWER)};
    struct join_result result;
    assert_int_equal(visit_arrival_join(clinic->service, &link, &result),
                     REFUSAL_SECOND_DEVICE_PENDING);
    visit_picture_destroy(result.picture);
}

static void only_who_has_a_seat_is_let_in(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct desk nora =
        sign_in(clinic, "quill", COORDINATOR); /* of the programme, and not invited */
    struct desk other = {.account = clinic_sign_in(clinic, "south", COORDINATOR, "another")};
    struct desk stranger = sign_in(clinic, "nobody", PHYSICIAN);
    struct desk once = sign_in(clinic, CLINIC_REVIEWER_KEY, INTERPRETS); /* a physician no more */
    assert_int_equal(take(clinic, &nora), REFUSAL_NOT_FOUND);
    assert_int_equal(take(clinic, &other), REFUSAL_NOT_FOUND);
    assert_int_equal(take(clinic, &stranger), REFUSAL_NOT_FOUND);
    assert_int_equal(take(clinic, &once), REFUSAL_NOT_FOUND);
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    clinic_be_in_visit(clinic, TREATING);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[TREATING], clinic->visit_id, &picture),
        0);
    assert_int_equal(take(clinic, &rao), REFUSAL_VISIT_ENDED);
}

static void who_signs_out_has_no_seat_by_it(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_int_equal(take(clinic, &rao), 0);
    assert_int_equal(look(clinic, &rao), 0);
    clinic_pass_ms(clinic, 20 * 60000); /* idle; a visit is not cut short by that */
    assert_int_equal(look(clinic, &rao), 0);
    struct desk again = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_int_equal(take(clinic, &again), 0);
    assert_int_equal(staff_sign_in_end(clinic->service, &again.account), 0);
    assert_int_equal(look(clinic, &again), REFUSAL_SESSION_EXPIRED);
    assert_int_equal(take(clinic, &again), REFUSAL_SESSION_EXPIRED);
    /* Who signed out gave the seat up: nobody has to be asked, or to be silent. */
    const struct join_request link = {.link_secret = clinic_join_secret(clinic, REVIEWER)};
    struct join_result result;
    assert_int_equal(visit_arrival_join(clinic->service, &link, &result), 0);
    assert_true(result.replaced_device);
    visit_picture_destroy(result.picture);
    clinic_pass_ms(clinic, 30001);
    /* And who bears the role no more. */
    struct desk later = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    assert_int_equal(take(clinic, &later), 0);
    sign_in(clinic, CLINIC_REVIEWER_KEY, INTERPRETS);
    assert_int_equal(look(clinic, &later), REFUSAL_SESSION_EXPIRED);
}

static size_t count_visits(struct clinic *clinic, const struct desk *desk, int64_t from_ms,
                           struct staff_visit_list *list)
{
    assert_int_equal(
        staff_entry_list(clinic->service, &desk->account, from_ms, from_ms + DAY_MS, list), 0);
    return list->count;
}

static void one_sees_the_visits_in_which_one_has_a_seat(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO_FREE struct staff_visit_list *list = allocate_zeroed(1, sizeof(*list));
    AUTO(visit_snapshot) taken = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->bedsidectl, clinic->visit_id, &taken), 0);
    const int64_t at_ms = taken->picture->visit.scheduled_at_ms;
    struct desk rao = sign_in(clinic, CLINIC_REVIEWER_KEY, PHYSICIAN);
    struct desk nora = sign_in(clinic, "quill", COORDINATOR);
    assert_int_equal(count_visits(clinic, &rao, at_ms - 1000, list), 1);
    assert_string_equal(list->visits[0].visit.id, clinic->visit_id);
    assert_string_equal(list->visits[0].participant_id, clinic->participants[REVIEWER]);
    assert_int_equal(list->visits[0].role, ROLE_REVIEWING_PHYSICIAN);
    assert_int_equal(list->visits[0].state, SEAT_INVITED);
    assert_true(list->visits[0].patient_name[0]);
    assert_int_equal(count_visits(clinic, &nora, at_ms - 1000, list), 0);
    assert_int_equal(count_visits(clinic, &rao, at_ms + 1000, list), 0);
    assert_int_equal(count_visits(clinic, &rao, at_ms - 2 * DAY_MS, list), 0);
    /* It began yesterday, and goes on. */
    assert_int_equal(take(clinic, &rao), 0);
    assert_int_equal(enter(clinic, &rao), 0);
    assert_int_equal(count_visits(clinic, &rao, at_ms + 1000, list), 1);
    assert_int_equal(list->visits[0].visit.state, VISIT_OPEN);
    /* In a role that the account bears no more nobody is named. */
    struct desk once = sign_in(clinic, CLINIC_REVIEWER_KEY, INTERPRETS);
    assert_int_equal(count_visits(clinic, &once, at_ms - 1000, list), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_signed_in_takes_their_seat_without_a_link),
        cmocka_unit_test(a_page_that_is_loaded_anew_keeps_the_seat),
        cmocka_unit_test(another_browser_is_a_second_device),
        cmocka_unit_test(a_link_and_an_account_share_one_seat),
        cmocka_unit_test(only_who_has_a_seat_is_let_in),
        cmocka_unit_test(who_signs_out_has_no_seat_by_it),
        cmocka_unit_test(one_sees_the_visits_in_which_one_has_a_seat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

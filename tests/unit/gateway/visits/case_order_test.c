/* Orders become cases, once. */
#include "gateway/visits/case_order.h"

#include "gateway/visits/case_work.h"
#include "gateway/visits/team_work.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define TREATS PARTICIPANT_ROLE_BIT(ROLE_TREATING_PHYSICIAN)
#define REVIEWING PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define COORDINATES PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)

static struct case_order *make_order(const char *system, const char *value)
{
    struct case_order *order = case_order_create();
    struct person patient = {.role = ROLE_PATIENT,
                             .display_name = "Ruth Alder",
                             .birth_date = "1955-03-14",
                             .languages = "es-US"};
    snprintf(order->system, sizeof(order->system), "%s", system);
    snprintf(order->value, sizeof(order->value), "%s", value);
    snprintf(order->subspecialties, sizeof(order->subspecialties), "207RX0202X myeloma");
    snprintf(order->clinical_case->title, sizeof(order->clinical_case->title), "Second opinion");
    order->document = strdup("{\"resourceType\":\"ServiceRequest\"}");
    assert_int_equal(clinical_case_add_person(order->clinical_case, &patient), 0);
    return order;
}

static void add_team(struct clinic *clinic, char team_id[UUID_TEXT_SIZE])
{
    const struct expert expert = {
        .staff_key = "lund", .display_name = "Dr. Lund", .time_zone = "UTC"};
    AUTO(team) team = team_create();
    bool is_new;
    strcpy(team->programme, "second-opinion");
    strcpy(team->key, "mm");
    strcpy(team->name, "Myeloma");
    strcpy(team->subspecialty, "myeloma");
    assert_int_equal(team_add_expert(team, &expert), 0);
    assert_int_equal(team_work_keep(clinic->service, &clinic->bedsidectl, team, NULL, &is_new), 0);
    memcpy(team_id, team->id, sizeof(team->id));
}

static int take(struct clinic *clinic, const struct visit_actor *actor, const char *programme,
                const char *system, const char *value, char case_id[UUID_TEXT_SIZE], bool *is_new)
{
    AUTO(case_order) order = make_order(system, value);
    return case_order_take(clinic->service, actor, programme, order, case_id, is_new);
}

static void an_order_makes_a_case_once(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char team_id[UUID_TEXT_SIZE];
    char first[UUID_TEXT_SIZE];
    char again[UUID_TEXT_SIZE];
    char other[UUID_TEXT_SIZE];
    bool is_new = false;
    add_team(clinic, team_id);
    assert_int_equal(
        take(clinic, &clinic->bedsidectl, "second-opinion", "urn:a", "SR-1", first, &is_new), 0);
    assert_true(is_new);
    assert_int_equal(
        take(clinic, &clinic->bedsidectl, "second-opinion", "urn:a", "SR-1", again, &is_new), 0);
    assert_false(is_new);
    assert_string_equal(first, again);
    AUTO(case_progress) progress = NULL;
    assert_int_equal(case_work_read(clinic->service, &clinic->bedsidectl, first, &progress), 0);
    assert_int_equal(progress->row.flow.step, CASE_REQUESTED);
    assert_string_equal(progress->row.reference, "SR-1");
    assert_string_equal(progress->row.flow.subspecialty, "myeloma");
    assert_string_equal(progress->row.flow.team_id, team_id);
    assert_int_equal(progress->events->count, 2);
    assert_int_equal(progress->events->events[1].kind, CASE_EVENT_ORDERED);

    /* The same number of another system is another order. */
    assert_int_equal(
        take(clinic, &clinic->bedsidectl, "second-opinion", "urn:b", "SR-1", other, &is_new), 0);
    assert_true(is_new);
    assert_string_not_equal(first, other);
    AUTO(case_progress) second = NULL;
    assert_int_equal(case_work_read(clinic->service, &clinic->bedsidectl, other, &second), 0);
    assert_int_equal(strncmp(second->row.reference, "order-", 6), 0);
    /* And one that is no number to write on paper gets one made from it. */
    assert_int_equal(
        take(clinic, &clinic->bedsidectl, "second-opinion", "urn:a", "SR 1/2", other, &is_new), 0);
    assert_true(is_new);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void who_may_order(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char team_id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    bool is_new = false;
    add_team(clinic, team_id);
    const struct visit_actor beck = clinic_sign_in(clinic, "beck", TREATS, "");
    const struct {
        const char *name;
        struct visit_actor actor;
        const char *programme;
        int expected;
    } rows[] = {
        {"a treating physician", beck, "second-opinion", 0},
        {"of a programme without a team", beck, "tumor-board", REFUSAL_NOT_PERMITTED},
        {"of a programme that is none", beck, "a b", REFUSAL_INVALID},
        {"a reviewing physician", clinic_sign_in(clinic, "rao", REVIEWING, ""), "second-opinion",
         REFUSAL_NOT_PERMITTED},
        {"a coordinator", clinic_sign_in(clinic, "n1", COORDINATES, "second-opinion"),
         "second-opinion", 0},
        {"a coordinator of another", clinic_sign_in(clinic, "n2", COORDINATES, "tumor-board"),
         "second-opinion", REFUSAL_NOT_PERMITTED},
        {"the operator", clinic->bedsidectl, "second-opinion", 0},
        {"the gateway", visit_actor_gateway(), "second-opinion", REFUSAL_NOT_PERMITTED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char value[16];
        snprintf(value, sizeof(value), "SR-%zu", i);
        const int result =
            take(clinic, &rows[i].actor, rows[i].programme, "urn:a", value, case_id, &is_new);
        if (result != rows[i].expected) {
            fail_msg("%s: %d", rows[i].name, result);
        }
    }
}

static void whoever_orders_reaches_the_case(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char team_id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char again[UUID_TEXT_SIZE];
    bool is_new = false;
    add_team(clinic, team_id);
    const struct visit_actor beck = clinic_sign_in(clinic, "beck", TREATS, "");
    const struct visit_actor stranger = clinic_sign_in(clinic, "stranger", TREATS, "");
    assert_int_equal(take(clinic, &beck, "second-opinion", "urn:a", "SR-1", case_id, &is_new), 0);
    AUTO(clinical_case) found = NULL;
    assert_int_equal(visit_records_read_case(clinic->service, &beck, case_id, &found), 0);
    assert_int_equal(found->person_count, 2);
    assert_string_equal(found->people[1].staff_key, "beck");
    assert_string_equal(found->people[1].display_name, "Somebody Invented");
    assert_int_equal(take(clinic, &beck, "second-opinion", "urn:a", "SR-1", again, &is_new), 0);
    assert_string_equal(case_id, again);
    /* Somebody else's order is known, and nothing of its case is told. */
    assert_int_equal(take(clinic, &stranger, "second-opinion", "urn:a", "SR-1", again, &is_new),
                     REFUSAL_CASE_EXISTS);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void an_order_without_a_patient_leaves_nothing(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char case_id[UUID_TEXT_SIZE];
    bool is_new = false;
    AUTO(case_order) order = make_order("urn:a", "SR-1");
    order->clinical_case->person_count = 0;
    assert_int_equal(case_order_take(clinic->service, &clinic->bedsidectl, "second-opinion", order,
                                     case_id, &is_new),
                     REFUSAL_INVALID);
    assert_int_equal(
        take(clinic, &clinic->bedsidectl, "second-opinion", "urn:a", "SR-1", case_id, &is_new), 0);
    assert_true(is_new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_makes_a_case_once),
        cmocka_unit_test(who_may_order),
        cmocka_unit_test(whoever_orders_reaches_the_case),
        cmocka_unit_test(an_order_without_a_patient_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

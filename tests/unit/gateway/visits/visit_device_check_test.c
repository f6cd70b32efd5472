/* Device checks are kept, held against the one before, and read by the team alone. */
#include "gateway/visits/visit_device_check.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static struct device_check good(void)
{
    struct device_check check = {
        .moment = CHECK_BEFORE,
        .device = CHECK_IPAD,
        .browser = CHECK_SAFARI,
        .browser_version = 18,
        .network = {.udp = CHECK_WAY_OPEN,
                    .path = CHECK_PATH_UDP,
                    .up_kbps = 900,
                    .down_kbps = 1200,
                    .rtt_ms = 40,
                    .jitter_ms = 3,
                    .loss_permille = 0,
                    .seconds = 10},
        .camera_mark = "0123456789abcdef",
        .microphone_mark = "fedcba9876543210",
    };
    return check;
}

static int record(struct clinic *clinic, enum clinic_person person, struct device_check *check)
{
    return visit_device_check_record(clinic->service, &clinic->actors[person], check);
}

static int list(struct clinic *clinic, const struct visit_actor *actor,
                struct device_check_list *ret_list)
{
    return visit_device_check_list(clinic->service, actor, clinic->visit_id, ret_list);
}

static void a_check_is_kept_before_the_visit_opens(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    struct device_check check = good();
    struct device_check found;
    assert_int_equal(visit_device_check_own(clinic->service, &clinic->actors[PATIENT], &found),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(record(clinic, PATIENT, &check), 0);
    assert_int_equal(visit_device_check_own(clinic->service, &clinic->actors[PATIENT], &found), 0);
    assert_memory_equal(&found, &check, sizeof(check));
    assert_string_equal(found.participant_id, clinic->participants[PATIENT]);
    assert_int_equal(found.at_ms, clinic->now_ms);
    assert_int_equal(found.items[CHECK_NETWORK].verdict, CHECK_GOOD);
    assert_int_equal(clinic_count_events(clinic, EVENT_DEVICE_CHECKED), 1);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void the_gateway_judges_the_network_itself(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    struct device_check check = good();
    check.network.path = CHECK_PATH_TCP;
    check.items[CHECK_NETWORK].verdict = CHECK_GOOD; /* says the page */
    assert_int_equal(record(clinic, PATIENT, &check), 0);
    assert_int_equal(check.items[CHECK_NETWORK].verdict, CHECK_FAIR);
    assert_int_equal(check.items[CHECK_NETWORK].reason, CHECK_REASON_BY_TCP);

    /* Nothing was measured: the page says why, and no more than that. */
    check.network = (struct check_network){0};
    check.items[CHECK_NETWORK] = (struct check_outcome){CHECK_UNTRIED, CHECK_REASON_BUSY};
    assert_int_equal(record(clinic, PATIENT, &check), 0);
    assert_int_equal(check.items[CHECK_NETWORK].reason, CHECK_REASON_BUSY);
    check.items[CHECK_NETWORK] = (struct check_outcome){CHECK_GOOD, CHECK_REASON_NONE};
    assert_int_equal(record(clinic, PATIENT, &check), 0);
    assert_int_equal(check.items[CHECK_NETWORK].verdict, CHECK_UNTRIED);
}

static void what_changed_at_the_door_is_seen(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct device_check_list found;
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, CAREGIVER);
    clinic_join(clinic, REVIEWER);
    struct device_check check = good();
    assert_int_equal(record(clinic, PATIENT, &check), 0);
    assert_int_equal(check.change, CHECK_CHANGE_NONE);
    assert_int_equal(record(clinic, CAREGIVER, &check), 0);
    assert_int_equal(check.change, CHECK_CHANGE_NONE); /* of another person there was none before */
    clinic_pass_ms(clinic, 3600000);
    check.moment = CHECK_AT_DOOR;
    check.items[CHECK_MICROPHONE] = (struct check_outcome){CHECK_PROBLEM, CHECK_REASON_NOT_FOUND};
    assert_int_equal(record(clinic, PATIENT, &check), 0);
    assert_int_equal(check.change, CHECK_CHANGE_MICROPHONE_LOST);

    assert_int_equal(list(clinic, &clinic->actors[REVIEWER], &found), 0);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.checks[1].participant_id, clinic->participants[PATIENT]);
    assert_int_equal(found.checks[1].moment, CHECK_AT_DOOR);
    assert_int_equal(found.checks[1].change, CHECK_CHANGE_MICROPHONE_LOST);
}

static void only_the_team_reads_those_of_others(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct device_check_list found;
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, REVIEWER);
    assert_int_equal(list(clinic, &clinic->actors[PATIENT], &found), REFUSAL_NOT_PERMITTED);
    assert_int_equal(list(clinic, &clinic->actors[REVIEWER], &found), 0);
    assert_int_equal(found.count, 0);
    assert_int_equal(list(clinic, &clinic->bedsidectl, &found), 0);
    struct device_check check = good();
    assert_int_not_equal(visit_device_check_record(clinic->service, &clinic->bedsidectl, &check),
                         0);
}

static void nonsense_is_refused_and_nothing_kept(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    struct device_check check = good();
    check.network.rtt_ms = -5;
    assert_int_equal(record(clinic, PATIENT, &check), REFUSAL_INVALID);
    assert_int_equal(visit_device_check_own(clinic->service, &clinic->actors[PATIENT], &check),
                     REFUSAL_NOT_FOUND);
}

static void only_the_latest_few_are_kept(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    struct device_check check = good();
    for (int i = 0; i < 3 * DEVICE_CHECKS_KEPT; i++) {
        check.network.up_kbps = 1000 + i;
        assert_int_equal(record(clinic, PATIENT, &check), 0);
    }
    struct device_check found;
    assert_int_equal(visit_device_check_own(clinic->service, &clinic->actors[PATIENT], &found), 0);
    assert_int_equal(found.network.up_kbps, 1000 + 3 * DEVICE_CHECKS_KEPT - 1);
}

static void after_the_visit_nothing_is_tried(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(visit_picture) picture = NULL;
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_join(clinic, PATIENT);
    const struct visit_actor *patient = &clinic->actors[PATIENT];
    assert_int_equal(visit_device_check_may_try(clinic->service, patient), 0);
    assert_int_equal(visit_device_check_may_try(clinic->service, &clinic->bedsidectl),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &picture),
        0);
    assert_int_equal(visit_device_check_may_try(clinic->service, patient), REFUSAL_VISIT_ENDED);
    struct device_check check = good();
    assert_int_equal(record(clinic, PATIENT, &check), REFUSAL_VISIT_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_is_kept_before_the_visit_opens),
        cmocka_unit_test(the_gateway_judges_the_network_itself),
        cmocka_unit_test(what_changed_at_the_door_is_seen),
        cmocka_unit_test(only_the_team_reads_those_of_others),
        cmocka_unit_test(nonsense_is_refused_and_nothing_kept),
        cmocka_unit_test(only_the_latest_few_are_kept),
        cmocka_unit_test(after_the_visit_nothing_is_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

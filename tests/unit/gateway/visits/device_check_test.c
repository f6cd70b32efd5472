#include "gateway/visits/device_check.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define U CHECK_UNKNOWN

static void figures_are_judged_by_what_a_visit_needs(void **state)
{
    (void)state;
    static const struct {
        struct check_network network; /* udp tcp relay path up down rtt jitter loss seconds */
        enum check_verdict verdict;
        enum check_reason reason;
    } table[] = {
        {{CHECK_WAY_OPEN, CHECK_WAY_OPEN, CHECK_WAY_OPEN, CHECK_PATH_UDP, 2400, 2600, 40, 4, 0, 10},
         CHECK_GOOD,
         CHECK_REASON_NONE},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, U, U, U, U, U, U}, CHECK_GOOD, CHECK_REASON_NONE},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 400, 500, 350, 60, 30, 9},
         CHECK_GOOD,
         CHECK_REASON_NONE},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 399, 500, 0, 0, 0, 9},
         CHECK_FAIR,
         CHECK_REASON_SLOW},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 400, 499, 0, 0, 0, 9},
         CHECK_FAIR,
         CHECK_REASON_SLOW},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 79, 900, 0, 0, 0, 9},
         CHECK_PROBLEM,
         CHECK_REASON_SLOW},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, U, 0, 0, 0, 0, 9},
         CHECK_PROBLEM,
         CHECK_REASON_SLOW},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 900, 900, 0, 0, 31, 9},
         CHECK_FAIR,
         CHECK_REASON_LOSSY},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 900, 900, 0, 0, 251, 9},
         CHECK_PROBLEM,
         CHECK_REASON_LOSSY},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 900, 900, 351, 0, 0, 9},
         CHECK_FAIR,
         CHECK_REASON_FAR},
        {{CHECK_WAY_OPEN, 0, 0, CHECK_PATH_UDP, 900, 900, 0, 61, 0, 9},
         CHECK_FAIR,
         CHECK_REASON_UNEVEN},
        {{CHECK_WAY_CLOSED, CHECK_WAY_OPEN, 0, CHECK_PATH_TCP, 900, 900, 10, 1, 0, 9},
         CHECK_FAIR,
         CHECK_REASON_BY_TCP},
        {{CHECK_WAY_CLOSED, CHECK_WAY_CLOSED, CHECK_WAY_OPEN, CHECK_PATH_RELAY, 900, 900, 10, 1, 0,
          9},
         CHECK_FAIR,
         CHECK_REASON_BY_RELAY},
        /* What is wrong beside the way says more than the way. */
        {{CHECK_WAY_CLOSED, CHECK_WAY_OPEN, 0, CHECK_PATH_TCP, 100, 900, 10, 1, 0, 9},
         CHECK_FAIR,
         CHECK_REASON_SLOW},
        {{CHECK_WAY_CLOSED, CHECK_WAY_CLOSED, CHECK_WAY_CLOSED, CHECK_PATH_NONE, U, U, U, U, U, 8},
         CHECK_PROBLEM,
         CHECK_REASON_BLOCKED},
        {{0, 0, 0, CHECK_PATH_NONE, U, U, U, U, U, U}, CHECK_UNTRIED, CHECK_REASON_NONE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        const struct check_outcome outcome = device_check_judge_network(&table[i].network);
        if (outcome.verdict != table[i].verdict || outcome.reason != table[i].reason) {
            fail_msg("row %zu: %s %s", i, check_verdict_name(outcome.verdict),
                     check_reason_name(outcome.reason));
        }
    }
}

/* All is well. */
static struct device_check good(void)
{
    struct device_check check = {
        .device = CHECK_IPAD,
        .browser = CHECK_SAFARI,
        .browser_version = 18,
        .network = {.path = CHECK_PATH_UDP, .up_kbps = 900, .down_kbps = 900},
        .camera_mark = "0123456789abcdef",
        .microphone_mark = "fedcba9876543210",
    };
    return check;
}

static void the_gravest_change_is_told(void **state)
{
    (void)state;
    struct device_check before = good();
    struct device_check now = good();
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_NONE);

    strcpy(now.camera_mark, "0000000000000000");
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_OTHER_CAMERA);
    strcpy(now.microphone_mark, "0000000000000000");
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_OTHER_MICROPHONE);
    now.browser = CHECK_CHROME;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_OTHER_BROWSER);
    now.device = CHECK_COMPUTER;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_OTHER_DEVICE);
    now.items[CHECK_SPEAKER].verdict = CHECK_PROBLEM;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_SPEAKER_LOST);
    now.items[CHECK_NETWORK].verdict = CHECK_FAIR;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_NETWORK_WORSE);
    now.items[CHECK_CAMERA].verdict = CHECK_PROBLEM;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_CAMERA_LOST);
    now.items[CHECK_MICROPHONE].verdict = CHECK_PROBLEM;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_MICROPHONE_LOST);
}

static void what_was_not_tried_is_no_change(void **state)
{
    (void)state;
    struct device_check before = good();
    struct device_check now = good();
    now.items[CHECK_NETWORK].verdict = CHECK_UNTRIED;
    now.items[CHECK_CAMERA].verdict = CHECK_UNTRIED;
    now.camera_mark[0] = '\0';
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_NONE);
    before.items[CHECK_NETWORK].verdict = CHECK_UNTRIED;
    now.items[CHECK_NETWORK].verdict = CHECK_PROBLEM;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_NONE);
    /* It was broken then, too. */
    before.items[CHECK_MICROPHONE].verdict = CHECK_PROBLEM;
    now.items[CHECK_MICROPHONE].verdict = CHECK_PROBLEM;
    assert_int_equal(device_check_compare(&before, &now), CHECK_CHANGE_NONE);
}

static void a_row_says_what_is_worst(void **state)
{
    (void)state;
    struct device_check check = good();
    struct device_check_summary summary;
    check.at_ms = 7;
    strcpy(check.participant_id, "p");
    device_check_summarise(&check, &summary);
    assert_int_equal(summary.verdict, CHECK_GOOD);
    assert_int_equal(summary.at_ms, 7);
    assert_string_equal(summary.participant_id, "p");
    check.items[CHECK_SPEAKER] = (struct check_outcome){CHECK_UNTRIED, CHECK_REASON_NONE};
    check.items[CHECK_NETWORK] = (struct check_outcome){CHECK_FAIR, CHECK_REASON_BY_TCP};
    device_check_summarise(&check, &summary);
    assert_int_equal(summary.item, CHECK_NETWORK);
    assert_int_equal(summary.reason, CHECK_REASON_BY_TCP);
    check.items[CHECK_CAMERA] = (struct check_outcome){CHECK_PROBLEM, CHECK_REASON_DENIED};
    device_check_summarise(&check, &summary);
    assert_int_equal(summary.item, CHECK_CAMERA);
    assert_int_equal(summary.verdict, CHECK_PROBLEM);
    assert_int_equal(summary.network, CHECK_FAIR);
}

static void bad_values_are_named(void **state)
{
    (void)state;
    struct device_check check = good();
    assert_null(device_check_find_problem(&check));
    check.network.loss_permille = 1001;
    assert_string_equal(device_check_find_problem(&check), "network.loss_permille");
    check.network.up_kbps = -2;
    assert_string_equal(device_check_find_problem(&check), "network.up_kbps");
    strcpy(check.microphone_mark, "FEDCBA9876543210");
    assert_string_equal(device_check_find_problem(&check), "microphone.mark");
    strcpy(check.camera_mark, "short");
    assert_string_equal(device_check_find_problem(&check), "camera.mark");
    check.browser_version = 10000;
    assert_string_equal(device_check_find_problem(&check), "platform.version");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_judged_by_what_a_visit_needs),
        cmocka_unit_test(the_gravest_change_is_told),
        cmocka_unit_test(what_was_not_tried_is_no_change),
        cmocka_unit_test(a_row_says_what_is_worst),
        cmocka_unit_test(bad_values_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/netlab/impairment_script.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)

static struct impairment_settings apply_line(const char *line, enum impairment_direction direction)
{
    struct impairment_settings settings[IMPAIRMENT_DIRECTIONS] = {0};
    struct impairment_change change;
    assert_int_equal(impairment_change_read(line, &change), 1);
    impairment_change_apply(&change, settings);
    return settings[direction];
}

static void settings_have_their_units(void **state)
{
    (void)state;
    assert_true(apply_line("cut 1", IMPAIRMENT_UP).cut);
    assert_true(apply_line("loss 2.5", IMPAIRMENT_UP).loss_percent == 2.5);
    assert_true(apply_line("duplicate 3", IMPAIRMENT_UP).duplicate_percent == 3);
    assert_true(apply_line("reorder 4", IMPAIRMENT_UP).reorder_percent == 4);
    assert_int_equal(apply_line("delay 50", IMPAIRMENT_DOWN).delay_us, 50000);
    assert_int_equal(apply_line("jitter 0.5", IMPAIRMENT_DOWN).jitter_us, 500);
    assert_int_equal(apply_line("rate 2000", IMPAIRMENT_DOWN).rate_bps, 2000000);
    assert_int_equal(apply_line("queue 64000", IMPAIRMENT_DOWN).queue_bytes, 64000);
    assert_true(apply_line("noudp 1", IMPAIRMENT_UP).noudp);
    assert_int_equal(apply_line("rebind 1000", IMPAIRMENT_UP).port_shift, 1000);
    const struct impairment_settings bursty = apply_line("burst 1,25", IMPAIRMENT_DOWN);
    assert_true(bursty.burst_enter_percent == 1 && bursty.burst_leave_percent == 25);
    assert_true(apply_line("burst 0", IMPAIRMENT_UP).burst_enter_percent == 0);
}

static void a_suffix_names_one_direction(void **state)
{
    (void)state;
    assert_int_equal(apply_line("delay-up 50", IMPAIRMENT_UP).delay_us, 50000);
    assert_int_equal(apply_line("delay-up 50", IMPAIRMENT_DOWN).delay_us, 0);
    assert_int_equal(apply_line("delay-down 50", IMPAIRMENT_UP).delay_us, 0);
    assert_int_equal(apply_line("delay-down 50", IMPAIRMENT_DOWN).delay_us, 50000);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "loss",         "loss x",        "loss 101",    "loss -1",   "loss 1 2 3",   "wind 3",
        "delay-left 3", "delay- 3",      "x delay 3",   "-1 loss 3", "loss nan",     "loss 1e999",
        "burst 1",      "burst 1,0",     "burst 1,2,3", "burst ,2",  "loss 5%",      "cut 2",
        "delay 50ms",   "10 loss 20 30", "rate 1e12",   "noudp 2",   "rebind 65536",
    };
    struct impairment_change change;
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
        assert_int_equal(impairment_change_read(lines[i], &change), -EINVAL);
    }
    assert_int_equal(impairment_change_read("", &change), 0);
    assert_int_equal(impairment_change_read("  # nothing but a remark", &change), 0);
    assert_int_equal(impairment_change_read("loss 5 # a remark", &change), 1);
}

static void a_script_changes_settings_in_time(void **state)
{
    (void)state;
    struct impairment_settings settings[IMPAIRMENT_DIRECTIONS] = {0};
    AUTO(impairment_script) script = NULL;
    unsigned line = 0;
    assert_int_equal(impairment_script_read("delay 50\n"
                                            "20 loss 0\n"
                                            "10 loss 20\n"
                                            "10 loss-down 30  # the later line wins\n",
                                            &script, &line),
                     0);
    assert_int_equal(impairment_script_due_us(script), 0);
    impairment_script_apply(script, 0, settings);
    assert_int_equal(settings[IMPAIRMENT_UP].delay_us, 50000);
    assert_true(settings[IMPAIRMENT_UP].loss_percent == 0);

    assert_int_equal(impairment_script_due_us(script), 10 * SECOND);
    impairment_script_apply(script, 10 * SECOND, settings);
    assert_true(settings[IMPAIRMENT_UP].loss_percent == 20);
    assert_true(settings[IMPAIRMENT_DOWN].loss_percent == 30);

    impairment_script_apply(script, 100 * SECOND, settings);
    assert_true(settings[IMPAIRMENT_DOWN].loss_percent == 0);
    assert_int_equal(settings[IMPAIRMENT_DOWN].delay_us, 50000);
    assert_int_equal(impairment_script_due_us(script), IMPAIRMENT_NOTHING_DUE);
}

static void a_wrong_line_is_named(void **state)
{
    (void)state;
    AUTO(impairment_script) script = NULL;
    unsigned line = 0;
    assert_int_equal(impairment_script_read("delay 50\n\nloss many\n", &script, &line), -EINVAL);
    assert_int_equal(line, 3);
    assert_null(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_have_their_units),
        cmocka_unit_test(a_suffix_names_one_direction),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(a_script_changes_settings_in_time),
        cmocka_unit_test(a_wrong_line_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

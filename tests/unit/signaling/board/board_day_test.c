/* Days where the clocks change, and days that there are not. */
#include "signaling/board/board_day.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HOUR 3600000LL
#define NOON_UTC 1795435200000LL /* 2026-11-23T12:00:00Z */

static void a_day_is_as_long_as_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        const char *zone;
        int64_t from_ms;
        int64_t hours;
    } rows[] = {
        {"2026-11-23", "UTC", NOON_UTC - 12 * HOUR, 24},
        {"2026-11-23", "", NOON_UTC - 12 * HOUR, 24},
        {"2026-11-23", "America/Denver", NOON_UTC - 5 * HOUR, 24},
        {"2026-11-01", "America/Denver", NOON_UTC - 6 * HOUR - 22 * 24 * HOUR, 25},
        {"2026-03-08", "America/Denver", NOON_UTC - 5 * HOUR - 260 * 24 * HOUR, 23},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct board_day day;
        assert_int_equal(board_day_find(rows[i].day, rows[i].zone, NOON_UTC, &day), 0);
        assert_string_equal(day.day, rows[i].day);
        assert_int_equal(day.from_ms, rows[i].from_ms);
        assert_int_equal(day.until_ms - day.from_ms, rows[i].hours * HOUR);
    }
}

static void today_is_where_one_is(void **state)
{
    (void)state;
    struct board_day day;
    assert_int_equal(board_day_find("", "Pacific/Kiritimati", NOON_UTC, &day), 0);
    assert_string_equal(day.day, "2026-11-24");
    assert_int_equal(board_day_find("", "Pacific/Pago_Pago", NOON_UTC - 2 * HOUR, &day), 0);
    assert_string_equal(day.day, "2026-11-22");
}

static void there_is_no_such_day(void **state)
{
    (void)state;
    struct board_day day;
    assert_true(board_day_find("2026-02-30", "UTC", NOON_UTC, &day) < 0);
    assert_true(board_day_find("today", "UTC", NOON_UTC, &day) < 0);
    assert_true(board_day_find("", "Mars/Olympus", NOON_UTC, &day) < 0);
    assert_true(board_day_find("", "../etc/passwd", NOON_UTC, &day) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_as_long_as_it_is),
        cmocka_unit_test(today_is_where_one_is),
        cmocka_unit_test(there_is_no_such_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

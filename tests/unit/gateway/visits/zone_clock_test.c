#include "gateway/visits/zone_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HOURS(n) ((int64_t)(n)*3600000)
#define AT(hour, minute) ((hour)*60 + (minute))

static civil_day day_of(const char *text)
{
    civil_day day = 0;
    assert_int_equal(civil_day_from_text(text, &day), 0);
    return day;
}

static void days_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        civil_day day;
        unsigned weekday;
    } rows[] = {
        {"1970-01-01", 0, 4},     {"1969-12-31", -1, 3},    {"2000-02-29", 11016, 2},
        {"2026-11-22", 20779, 7}, {"2026-11-23", 20780, 1}, {"1880-01-01", -32872, 4},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char text[PERSON_DATE_SIZE];
        assert_int_equal(day_of(rows[i].text), rows[i].day);
        assert_int_equal(civil_day_weekday(rows[i].day), rows[i].weekday);
        civil_day_to_text(rows[i].day, text);
        assert_string_equal(text, rows[i].text);
    }
    static const char *const wrong[] = {"",           "2026-2-3", "2026-02-29",
                                        "2026-13-01", "20260101", "2026-11-22x"};
    civil_day day = 7;
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_true(civil_day_from_text(wrong[i], &day) < 0);
    }
    assert_int_equal(day, 7);
}

/* As hours of UTC from the midnight that begins the day in UTC. */
static void clocks_change(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        const char *day;
        unsigned minute;
        int64_t from_midnight_ms;
    } rows[] = {
        {"UTC", "2026-03-08", AT(2, 30), HOURS(2) + 1800000},
        {"America/New_York", "2026-01-15", AT(9, 0), HOURS(14)},
        {"America/New_York", "2026-07-15", AT(9, 0), HOURS(13)},
        /* 2026-03-08: 02:00 becomes 03:00, at 07:00 UTC */
        {"America/New_York", "2026-03-08", AT(1, 59), HOURS(6) + 59 * 60000},
        {"America/New_York", "2026-03-08", AT(2, 0), HOURS(7)},
        {"America/New_York", "2026-03-08", AT(2, 30), HOURS(7)},
        {"America/New_York", "2026-03-08", AT(3, 0), HOURS(7)},
        {"America/New_York", "2026-03-08", AT(24, 0), HOURS(28)},
        /* 2026-11-01: 02:00 becomes 01:00, at 06:00 UTC */
        {"America/New_York", "2026-11-01", AT(0, 59), HOURS(4) + 59 * 60000},
        {"America/New_York", "2026-11-01", AT(1, 0), HOURS(5)},
        {"America/New_York", "2026-11-01", AT(1, 30), HOURS(5) + 1800000},
        {"America/New_York", "2026-11-01", AT(2, 0), HOURS(7)},
        {"America/New_York", "2026-11-01", AT(24, 0), HOURS(29)},
        {"Europe/Berlin", "2026-03-29", AT(2, 30), HOURS(1)},
        {"Europe/Berlin", "2026-10-25", AT(2, 30), 1800000},
        /* half an hour */
        {"Australia/Lord_Howe", "2026-04-05", AT(1, 45), -HOURS(9) - 15 * 60000},
        {"Australia/Lord_Howe", "2026-10-04", AT(2, 15), -HOURS(8) - 1800000},
        {"Asia/Kathmandu", "2026-06-01", AT(5, 45), 0},
        {"America/Phoenix", "2026-07-15", AT(9, 0), HOURS(16)},
        /* beyond the table of tzdata, by its rule */
        {"America/New_York", "2060-07-15", AT(9, 0), HOURS(13)},
        {"America/New_York", "2060-01-15", AT(9, 0), HOURS(14)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(zone_clock) clock = zone_clock_create(rows[i].zone);
        assert_non_null(clock);
        const civil_day day = day_of(rows[i].day);
        const int64_t midnight_ms = (int64_t)day * HOURS(24);
        const int64_t utc_ms = zone_clock_to_utc_ms(clock, day, rows[i].minute);
        if (utc_ms - midnight_ms != rows[i].from_midnight_ms) {
            fail_msg("%s %s %u: %lld minutes", rows[i].zone, rows[i].day, rows[i].minute,
                     (long long)(utc_ms - midnight_ms) / 60000);
        }
        const civil_day shown = zone_clock_day_at(clock, utc_ms);
        assert_int_equal(shown, rows[i].minute == AT(24, 0) ? day + 1 : day);
    }
}

static void a_zone_that_nobody_knows_has_no_clock(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "Mars/Olympus",
                                        "../etc/passwd",
                                        "/etc/passwd",
                                        "America/New_York/",
                                        "America//New_York"};
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_null(zone_clock_create(wrong[i]));
    }
    assert_null(zone_clock_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted),
        cmocka_unit_test(clocks_change),
        cmocka_unit_test(a_zone_that_nobody_knows_has_no_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

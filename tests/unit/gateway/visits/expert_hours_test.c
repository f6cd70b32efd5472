#include "gateway/visits/expert_hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS 86400000LL
#define MINUTE_MS 60000LL
#define MON 1
#define SUN 7
#define H(hour) ((hour)*60)
#define LISTED 8

static civil_day day_of(const char *text)
{
    civil_day day = 0;
    assert_int_equal(civil_day_from_text(text, &day), 0);
    return day;
}

/* A row's exception, with its days as text. */
struct day_row {
    const char *first;
    const char *last;
    uint16_t from;
    uint16_t until;
    bool away;
};

/* Minutes since the midnight of UTC that begins `day`. */
struct busy_row {
    int from;
    int until;
};

struct row {
    const char *name;
    const char *zone;
    struct hours_window windows[LISTED];
    struct day_row exceptions[LISTED];
    struct busy_row busy[LISTED];
    const char *day; /* asked about: 24 hours of UTC from here, or `minutes` */
    int minutes;
    const char *free; /* "from-until ...": minutes since that midnight */
};

static const struct row rows[] = {
    {.name = "an ordinary Monday in winter",
     .zone = "America/New_York",
     .windows = {{MON, H(9), H(12)}, {MON, H(14), H(16)}},
     .day = "2026-01-12",
     .free = "840-1020 1140-1260"},
    {.name = "the same in summer is an hour earlier",
     .zone = "America/New_York",
     .windows = {{MON, H(9), H(12)}},
     .day = "2026-07-13",
     .free = "780-960"},
    {.name = "another day of the week",
     .zone = "America/New_York",
     .windows = {{2, H(9), H(12)}},
     .day = "2026-01-12",
     .free = ""},
    {.name = "the day of the week is that of the zone",
     .zone = "Pacific/Auckland",
     .windows = {{MON, H(9), H(12)}},
     .day = "2026-06-07", /* a Sunday in UTC: Monday 09:00 there is 21:00 UTC */
     .free = "1260-1440"},
    {.name = "windows that overlap or touch are one",
     .zone = "UTC",
     .windows = {{MON, H(9), H(11)}, {MON, H(10), H(12)}, {MON, H(12), H(13)}, {MON, H(9), H(10)}},
     .day = "2026-01-12",
     .free = "540-780"},
    {.name = "a whole day, and the next",
     .zone = "UTC",
     .windows = {{MON, 0, H(24)}, {2, 0, H(24)}},
     .day = "2026-01-12",
     .minutes = 2880,
     .free = "0-2880"},
    {.name = "clocks go forward: 01:00 to 04:00 is two hours",
     .zone = "America/New_York",
     .windows = {{SUN, H(1), H(4)}},
     .day = "2026-03-08",
     .free = "360-480"},
    {.name = "clocks go forward: a window that is skipped",
     .zone = "America/New_York",
     .windows = {{SUN, H(2), H(3)}, {SUN, H(2) + 15, H(2) + 45}},
     .day = "2026-03-08",
     .free = ""},
    {.name = "clocks go forward: from within the gap",
     .zone = "America/New_York",
     .windows = {{SUN, H(2) + 30, H(5)}},
     .day = "2026-03-08",
     .free = "420-540"},
    {.name = "clocks go back: 00:00 to 03:00 is four hours",
     .zone = "America/New_York",
     .windows = {{SUN, 0, H(3)}},
     .day = "2026-11-01",
     .free = "240-480"},
    {.name = "clocks go back: what comes twice is taken once",
     .zone = "America/New_York",
     .windows = {{SUN, H(1), H(1) + 30}},
     .day = "2026-11-01",
     .free = "300-330"},
    {.name = "Europe changes on another Sunday",
     .zone = "Europe/Berlin",
     .windows = {{SUN, H(9), H(10)}},
     .day = "2026-03-29",
     .free = "420-480"},
    {.name = "half an hour of change",
     .zone = "Australia/Lord_Howe",
     .windows = {{SUN, H(1), H(4)}},
     .day = "2026-04-04", /* Sunday the 5th: 02:00 becomes 01:30, at 15:00 UTC of the 4th */
     .free = "840-1050"},
    {.name = "away for the day",
     .zone = "UTC",
     .windows = {{MON, H(9), H(12)}},
     .exceptions = {{"2026-01-10", "2026-01-20", 0, H(24), true}},
     .day = "2026-01-12",
     .free = ""},
    {.name = "away for an hour in the middle",
     .zone = "UTC",
     .windows = {{MON, H(9), H(12)}},
     .exceptions = {{"2026-01-12", "2026-01-12", H(10), H(11), true}},
     .day = "2026-01-12",
     .free = "540-600 660-720"},
    {.name = "further hours, and away counts more",
     .zone = "UTC",
     .exceptions = {{"2026-01-12", "2026-01-12", H(8), H(12), false},
                    {"2026-01-12", "2026-01-12", H(9), H(10), true}},
     .day = "2026-01-12",
     .free = "480-540 600-720"},
    {.name = "an exception of another day",
     .zone = "UTC",
     .windows = {{MON, H(9), H(12)}},
     .exceptions = {{"2026-01-13", "2026-01-13", 0, H(24), true}},
     .day = "2026-01-12",
     .free = "540-720"},
    {.name = "away by the zone's day, not by UTC's",
     .zone = "America/Los_Angeles",
     .windows = {{SUN, H(16), H(20)}},
     .exceptions = {{"2026-01-12", "2026-01-12", 0, H(24), true}},
     .day = "2026-01-12", /* 16:00 on Sunday there is Monday 00:00 UTC */
     .free = "0-240"},
    {.name = "booked at the beginning, in the middle, at the end",
     .zone = "UTC",
     .windows = {{MON, H(9), H(17)}},
     .busy = {{960, 1100}, {500, 570}, {600, 645}, {620, 630}},
     .day = "2026-01-12",
     .free = "570-600 645-960"},
    {.name = "booked from end to end",
     .zone = "UTC",
     .windows = {{MON, H(9), H(10)}, {MON, H(11), H(12)}},
     .busy = {{540, 600}, {630, 730}},
     .day = "2026-01-12",
     .free = ""},
    {.name = "what lies outside the question is cut",
     .zone = "UTC",
     .windows = {{MON, H(9), H(17)}},
     .day = "2026-01-12",
     .minutes = 600,
     .free = "540-600"},
};

static void fill_hours(const struct row *row, struct expert_hours *hours)
{
    snprintf(hours->time_zone, sizeof(hours->time_zone), "%s", row->zone);
    while (row->windows[hours->window_count].until_minute > 0) {
        hours->windows[hours->window_count] = row->windows[hours->window_count];
        hours->window_count++;
    }
    for (size_t i = 0; row->exceptions[i].first; i++) {
        const struct day_row *day = &row->exceptions[i];
        hours->exceptions[hours->exception_count++] = (struct hours_exception){
            day_of(day->first), day_of(day->last), day->from, day->until, day->away};
    }
    size_t index;
    assert_null(expert_hours_find_problem(hours, &index));
}

static void describe(const struct interval_list *list, int64_t midnight_ms, char *text, size_t size)
{
    size_t length = 0;
    text[0] = 0;
    for (size_t i = 0; i < list->count && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, "%s%d-%d", i > 0 ? " " : "",
                                   (int)((list->intervals[i].from_ms - midnight_ms) / MINUTE_MS),
                                   (int)((list->intervals[i].until_ms - midnight_ms) / MINUTE_MS));
    }
}

static void free_time_is_as_written_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct expert_hours hours = {0};
        struct time_interval busy[LISTED];
        size_t busy_count = 0;
        char text[256];
        const int64_t midnight_ms = day_of(rows[i].day) * DAY_MS;
        const int minutes = rows[i].minutes > 0 ? rows[i].minutes : 1440;
        fill_hours(&rows[i], &hours);
        while (rows[i].busy[busy_count].until > 0) {
            const struct busy_row *booked = &rows[i].busy[busy_count];
            busy[busy_count++] = (struct time_interval){midnight_ms + booked->from * MINUTE_MS,
                                                        midnight_ms + booked->until * MINUTE_MS};
        }
        AUTO(interval_list)
        list = expert_hours_free(
            &hours, (struct time_interval){midnight_ms, midnight_ms + minutes * MINUTE_MS}, busy,
            busy_count);
        assert_non_null(list);
        describe(list, midnight_ms, text, sizeof(text));
        if (strcmp(text, rows[i].free) != 0) {
            fail_msg("%s: %s", rows[i].name, text);
        }
    }
}

static void a_week_of_changing_clocks_keeps_the_wall(void **state)
{
    (void)state;
    /* Every day 09:00 to 10:00: the interval before the change is 24 h, the one over it 25 h. */
    struct expert_hours hours = {.time_zone = "America/New_York", .window_count = 7};
    for (uint8_t i = 0; i < 7; i++) {
        hours.windows[i] = (struct hours_window){(uint8_t)(i + 1), H(9), H(10)};
    }
    const int64_t from_ms = day_of("2026-10-30") * DAY_MS;
    AUTO(interval_list)
    list =
        expert_hours_free(&hours, (struct time_interval){from_ms, from_ms + 4 * DAY_MS}, NULL, 0);
    assert_int_equal(list->count, 4);
    assert_int_equal(list->intervals[1].from_ms - list->intervals[0].from_ms, DAY_MS);
    assert_int_equal(list->intervals[2].from_ms - list->intervals[1].from_ms,
                     DAY_MS + 60 * MINUTE_MS);
    assert_int_equal(list->intervals[3].from_ms - list->intervals[2].from_ms, DAY_MS);
}

static void slots_are_cut_on_the_quarter(void **state)
{
    (void)state;
    static const struct {
        struct time_interval free[2];
        unsigned minutes;
        const char *starts; /* in minutes */
    } cut[] = {
        {{{0, 60}}, 30, "0 30"},
        {{{0, 59}}, 30, "0"},
        {{{7, 60}}, 30, "15"},
        {{{7, 60}}, 45, "15"},
        {{{0, 120}}, 20, "0 30 60 90"},
        {{{0, 30}, {45, 90}}, 30, "0 45"},
        {{{10, 25}}, 15, ""},
        {{{0, 60}}, 0, ""},
        {{{0, 60}}, 61, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cut); i++) {
        struct time_interval free_time[2];
        struct time_interval slots[8];
        size_t count = 0;
        char text[128] = "";
        for (; count < 2 && cut[i].free[count].until_ms > 0; count++) {
            free_time[count].from_ms = cut[i].free[count].from_ms * MINUTE_MS;
            free_time[count].until_ms = cut[i].free[count].until_ms * MINUTE_MS;
        }
        const struct interval_list list = {free_time, count};
        const size_t found =
            interval_list_cut_slots(&list, cut[i].minutes, slots, ARRAY_LENGTH(slots));
        for (size_t k = 0; k < found; k++) {
            const size_t length = strlen(text);
            snprintf(text + length, sizeof(text) - length, "%s%d", k > 0 ? " " : "",
                     (int)(slots[k].from_ms / MINUTE_MS));
            assert_int_equal(slots[k].until_ms - slots[k].from_ms, cut[i].minutes * MINUTE_MS);
            assert_true(interval_list_covers(&list, slots[k]));
        }
        if (strcmp(text, cut[i].starts) != 0) {
            fail_msg("row %zu: %s", i, text);
        }
        assert_int_equal(interval_list_cut_slots(&list, cut[i].minutes, slots, 0), 0);
    }
}

static void only_what_is_whole_is_covered(void **state)
{
    (void)state;
    struct time_interval free_time[] = {{100, 200}, {300, 400}};
    const struct interval_list list = {free_time, 2};
    static const struct {
        struct time_interval wanted;
        bool covered;
    } asked[] = {{{100, 200}, true},  {{120, 130}, true},  {{99, 200}, false}, {{100, 201}, false},
                 {{150, 350}, false}, {{200, 300}, false}, {{390, 400}, true}, {{150, 150}, false}};
    for (size_t i = 0; i < ARRAY_LENGTH(asked); i++) {
        assert_int_equal(interval_list_covers(&list, asked[i].wanted), asked[i].covered);
    }
}

static void what_makes_no_sense_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        struct hours_window window;
        struct hours_exception exception;
        const char *problem;
    } wrong[] = {
        {"UTC", {1, 0, 1440}, {10, 10, 0, 1440, true}, NULL},
        {"Mars/Olympus", {1, 0, 60}, {10, 10, 0, 60, true}, "time_zone"},
        {"", {1, 0, 60}, {10, 10, 0, 60, true}, "time_zone"},
        {"UTC", {0, 0, 60}, {10, 10, 0, 60, true}, "windows"},
        {"UTC", {8, 0, 60}, {10, 10, 0, 60, true}, "windows"},
        {"UTC", {1, 60, 60}, {10, 10, 0, 60, true}, "windows"},
        {"UTC", {1, 0, 1441}, {10, 10, 0, 60, true}, "windows"},
        {"UTC", {1, 0, 60}, {10, 9, 0, 60, true}, "exceptions"},
        {"UTC", {1, 0, 60}, {10, 1000, 0, 60, true}, "exceptions"},
        {"UTC", {1, 0, 60}, {10, 10, 60, 0, true}, "exceptions"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        struct expert_hours hours = {.windows = {{1, 0, 60}, wrong[i].window},
                                     .window_count = 2,
                                     .exceptions = {{1, 1, 0, 60, true}, wrong[i].exception},
                                     .exception_count = 2};
        size_t index = 9;
        snprintf(hours.time_zone, sizeof(hours.time_zone), "%s", wrong[i].zone);
        const char *problem = expert_hours_find_problem(&hours, &index);
        if (!wrong[i].problem) {
            assert_null(problem);
            continue;
        }
        assert_non_null(problem);
        assert_string_equal(problem, wrong[i].problem);
        assert_int_equal(index, strcmp(problem, "time_zone") == 0 ? 0 : 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_time_is_as_written_down),
        cmocka_unit_test(a_week_of_changing_clocks_keeps_the_wall),
        cmocka_unit_test(slots_are_cut_on_the_quarter),
        cmocka_unit_test(only_what_is_whole_is_covered),
        cmocka_unit_test(what_makes_no_sense_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

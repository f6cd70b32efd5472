/* expert_hours.h - when an expert has time for visits: protected hours of the week by the clock of
 * their own zone, days that differ, and what is booked already.
 *
 *   free = (hours of the week + further hours - hours away) - busy
 *
 * A window is taken as what the clock on the wall shows (zone_clock.h): on the night when 02:00
 * becomes 03:00, "01:00 to 04:00" is two hours long. A window ends on its own day (24:00 at the
 * latest); one over midnight is two windows. Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_EXPERT_HOURS_H
#define BEDSIDE_VISITS_EXPERT_HOURS_H

#include "gateway/visits/participant.h"
#include "gateway/visits/zone_clock.h"

#define EXPERT_WINDOWS_MAX 32
#define EXPERT_EXCEPTIONS_MAX 128
#define EXCEPTION_DAYS_MAX 366
/* How far one question may look ahead. */
#define EXPERT_DAYS_MAX 92
/* Slots begin at a quarter of an hour. */
#define SLOT_GRID_MS 900000

/* Every week. Minutes of the day, 0 to 1440; `from` < `until`. */
struct hours_window {
    uint8_t weekday; /* ISO 8601: 1 is Monday */
    uint16_t from_minute;
    uint16_t until_minute;
};

/* From the first to the last day, each day between the minutes. */
struct hours_exception {
    civil_day first_day;
    civil_day last_day;
    uint16_t from_minute;
    uint16_t until_minute;
    bool away; /* else: further hours. Who is away is away, whatever else is said of the day */
};

struct expert_hours {
    char time_zone[TIME_ZONE_SIZE];
    struct hours_window windows[EXPERT_WINDOWS_MAX];
    size_t window_count;
    struct hours_exception exceptions[EXPERT_EXCEPTIONS_MAX];
    size_t exception_count;
};

/* Checks every field. Returns NULL, or the name of the first bad field (static), with its index in
 * *ret_index when it is in a list ("windows", "exceptions"). */
const char *expert_hours_find_problem(const struct expert_hours *hours, size_t *ret_index);

/* UTC milliseconds; the end does not belong to it. */
struct time_interval {
    int64_t from_ms;
    int64_t until_ms;
};
struct interval_list {
    struct time_interval *intervals; /* owned; ordered, neither overlapping nor touching */
    size_t count;
};
struct interval_list *interval_list_create(void);
struct interval_list *interval_list_destroy(struct interval_list *list);
DEFINE_AUTO(interval_list)

/* What is free within `range`. `busy` may be in any order and overlap. Returns an owned list, or
 * NULL when this machine does not know the zone. */
struct interval_list *expert_hours_free(const struct expert_hours *hours,
                                        struct time_interval range,
                                        const struct time_interval *busy, size_t busy_count);
/* Whether the whole of `wanted` is free. */
bool interval_list_covers(const struct interval_list *list, struct time_interval wanted);
/* Cuts slots of `minutes`, the first at the first quarter of an hour of each interval, the next
 * when the one before has ended, at a quarter again. Returns how many were written. */
size_t interval_list_cut_slots(const struct interval_list *list, unsigned minutes,
                               struct time_interval *ret_slots, size_t capacity);

#endif

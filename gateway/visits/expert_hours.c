#include "gateway/visits/expert_hours.h"

#include "gateway/base/allocate.h"

#include <string.h>

#define MS_PER_MINUTE 60000

/* ---- checks ---- */

static bool minutes_are_good(uint16_t from_minute, uint16_t until_minute)
{
    return from_minute < until_minute && until_minute <= CIVIL_MINUTES_PER_DAY;
}

static bool exception_is_good(const struct hours_exception *exception)
{
    return exception->first_day <= exception->last_day &&
           exception->last_day - exception->first_day <= EXCEPTION_DAYS_MAX &&
           minutes_are_good(exception->from_minute, exception->until_minute);
}

const char *expert_hours_find_problem(const struct expert_hours *hours, size_t *ret_index)
{
    AUTO(zone_clock) clock = zone_clock_create(hours->time_zone);
    *ret_index = 0;
    if (!clock) {
        return "time_zone";
    }
    for (size_t i = 0; i < hours->window_count; i++) {
        const struct hours_window *window = &hours->windows[i];
        if (window->weekday < 1 || window->weekday > 7 ||
            !minutes_are_good(window->from_minute, window->until_minute)) {
            *ret_index = i;
            return "windows";
        }
    }
    for (size_t i = 0; i < hours->exception_count; i++) {
        if (!exception_is_good(&hours->exceptions[i])) {
            *ret_index = i;
            return "exceptions";
        }
    }
    return NULL;
}

/* ---- lists of intervals ---- */

struct interval_list *interval_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct interval_list));
}

struct interval_list *interval_list_destroy(struct interval_list *list)
{
    if (list) {
        free(list->intervals);
        free(list);
    }
    return NULL;
}

static void add(struct interval_list *list, struct time_interval interval)
{
    if (interval.from_ms >= interval.until_ms) {
        return; /* a window that the clocks skip */
    }
    if ((list->count & (list->count - 1)) == 0) { /* doubles at the powers of two */
        const size_t capacity = list->count > 0 ? list->count * 2 : 1;
        struct time_interval *grown = reallocarray(list->intervals, capacity, sizeof(*grown));
        if (!grown) {
            abort();
        }
        list->intervals = grown;
    }
    list->intervals[list->count++] = interval;
}

static int compare(const void *left, const void *right)
{
    const struct time_interval *a = left;
    const struct time_interval *b = right;
    return a->from_ms != b->from_ms ? (a->from_ms > b->from_ms) - (a->from_ms < b->from_ms)
                                    : (a->until_ms > b->until_ms) - (a->until_ms < b->until_ms);
}

/* Orders, and joins what overlaps or touches. */
static void normalise(struct interval_list *list)
{
    if (list->count == 0) {
        return;
    }
    qsort(list->intervals, list->count, sizeof(*list->intervals), compare);
    size_t last = 0;
    for (size_t i = 1; i < list->count; i++) {
        if (list->intervals[i].from_ms > list->intervals[last].until_ms) {
            list->intervals[++last] = list->intervals[i];
        } else if (list->intervals[i].until_ms > list->intervals[last].until_ms) {
            list->intervals[last].until_ms = list->intervals[i].until_ms;
        }
    }
    list->count = last + 1;
}

/* What of `from` is not in `taken`; both are normalised. */
static struct interval_list *subtract(const struct interval_list *from,
                                      const struct interval_list *taken)
{
    struct interval_list *left = interval_list_create();
    size_t next = 0;
    for (size_t i = 0; i < from->count; i++) {
        struct time_interval rest = from->intervals[i];
        while (next < taken->count && taken->intervals[next].until_ms <= rest.from_ms) {
            next++;
        }
        for (size_t k = next; k < taken->count && taken->intervals[k].from_ms < rest.until_ms;
             k++) {
            add(left, (struct time_interval){rest.from_ms, taken->intervals[k].from_ms});
            rest.from_ms = taken->intervals[k].until_ms;
        }
        add(left, rest);
    }
    return left;
}

bool interval_list_covers(const struct interval_list *list, struct time_interval wanted)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->intervals[i].from_ms <= wanted.from_ms &&
            wanted.until_ms <= list->intervals[i].until_ms) {
            return wanted.from_ms < wanted.until_ms;
        }
    }
    return false;
}

static int64_t next_on_grid(int64_t ms)
{
    return (ms + SLOT_GRID_MS - 1) / SLOT_GRID_MS * SLOT_GRID_MS;
}

size_t interval_list_cut_slots(const struct interval_list *list, unsigned minutes,
                               struct time_interval *ret_slots, size_t capacity)
{
    const int64_t length_ms = (int64_t)minutes * MS_PER_MINUTE;
    size_t count = 0;
    for (size_t i = 0; i < list->count && length_ms > 0; i++) {
        int64_t from_ms = next_on_grid(list->intervals[i].from_ms);
        while (count < capacity && from_ms + length_ms <= list->intervals[i].until_ms) {
            ret_slots[count++] = (struct time_interval){from_ms, from_ms + length_ms};
            from_ms = next_on_grid(from_ms + length_ms);
        }
    }
    return count;
}

/* ---- hours ---- */

static struct time_interval on_day(const struct zone_clock *clock, civil_day day,
                                   uint16_t from_minute, uint16_t until_minute)
{
    return (struct time_interval){zone_clock_to_utc_ms(clock, day, from_minute),
                                  zone_clock_to_utc_ms(clock, day, until_minute)};
}

static void add_day(const struct expert_hours *hours, const struct zone_clock *clock, civil_day day,
                    struct interval_list *there, struct interval_list *away)
{
    for (size_t i = 0; i < hours->window_count; i++) {
        const struct hours_window *window = &hours->windows[i];
        if (window->weekday == civil_day_weekday(day)) {
            add(there, on_day(clock, day, window->from_minute, window->until_minute));
        }
    }
    for (size_t i = 0; i < hours->exception_count; i++) {
        const struct hours_exception *exception = &hours->exceptions[i];
        if (exception->first_day <= day && day <= exception->last_day) {
            add(exception->away ? away : there,
                on_day(clock, day, exception->from_minute, exception->until_minute));
        }
    }
}

struct interval_list *expert_hours_free(const struct expert_hours *hours,
                                        struct time_interval range,
                                        const struct time_interval *busy, size_t busy_count)
{
    AUTO(zone_clock) clock = zone_clock_create(hours->time_zone);
    if (!clock) {
        return NULL;
    }
    AUTO(interval_list) there = interval_list_create();
    AUTO(interval_list) taken = interval_list_create();
    if (range.from_ms < range.until_ms) {
        const civil_day last = zone_clock_day_at(clock, range.until_ms - 1);
        for (civil_day day = zone_clock_day_at(clock, range.from_ms); day <= last; day++) {
            add_day(hours, clock, day, there, taken);
        }
    }
    for (size_t i = 0; i < busy_count; i++) {
        add(taken, busy[i]);
    }
    add(taken, (struct time_interval){INT64_MIN, range.from_ms});
    add(taken, (struct time_interval){range.until_ms, INT64_MAX});
    normalise(there);
    normalise(taken);
    return subtract(there, taken);
}

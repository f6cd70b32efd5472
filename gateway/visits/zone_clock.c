#include "gateway/visits/zone_clock.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>

#define SECONDS_PER_DAY 86400
#define EPOCH_JULIAN 719163 /* GLib's number of 1970-01-01 */

struct zone_clock {
    GTimeZone *zone;
};

/* ---- days ---- */

int civil_day_from_text(const char *text, civil_day *ret_day)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (!person_date_is_valid(text) || sscanf(text, "%4d-%2u-%2u", &year, &month, &day) != 3) {
        return -EINVAL;
    }
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    *ret_day = (civil_day)g_date_get_julian(&date) - EPOCH_JULIAN;
    return 0;
}

void civil_day_to_text(civil_day day, char ret_text[PERSON_DATE_SIZE])
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, (guint32)(day + EPOCH_JULIAN));
    snprintf(ret_text, PERSON_DATE_SIZE, "%04u-%02u-%02u", g_date_get_year(&date) % 10000u,
             g_date_get_month(&date) % 100u, g_date_get_day(&date) % 100u);
}

unsigned civil_day_weekday(civil_day day)
{
    const int from_monday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (unsigned)(from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

/* ---- clocks ---- */

struct zone_clock *zone_clock_create(const char *time_zone)
{
    if (!time_zone_is_well_formed(time_zone)) {
        return NULL;
    }
    GTimeZone *zone = g_time_zone_new_identifier(time_zone);
    if (!zone) {
        return NULL;
    }
    struct zone_clock *clock = allocate_zeroed(1, sizeof(*clock));
    clock->zone = zone;
    return clock;
}

struct zone_clock *zone_clock_destroy(struct zone_clock *clock)
{
    if (clock) {
        g_time_zone_unref(clock->zone);
        free(clock);
    }
    return NULL;
}

static int64_t offset_at(const struct zone_clock *clock, int64_t utc_s)
{
    const int interval = g_time_zone_find_interval(clock->zone, G_TIME_TYPE_UNIVERSAL, utc_s);
    return g_time_zone_get_offset(clock->zone, interval);
}

/* The first second in (from, until] that has the offset which `until` has. */
static int64_t find_change(const struct zone_clock *clock, int64_t from_s, int64_t until_s)
{
    const int64_t offset_s = offset_at(clock, until_s);
    while (until_s - from_s > 1) {
        const int64_t middle_s = from_s + (until_s - from_s) / 2;
        if (offset_at(clock, middle_s) == offset_s) {
            until_s = middle_s;
        } else {
            from_s = middle_s;
        }
    }
    return until_s;
}

int64_t zone_clock_to_utc_ms(const struct zone_clock *clock, civil_day day, unsigned minute)
{
    const int64_t local_s = (int64_t)day * SECONDS_PER_DAY + (int64_t)minute * 60;
    /* No zone is further than a day from UTC, and none changes twice in two days. */
    const int64_t before_s = offset_at(clock, local_s - SECONDS_PER_DAY);
    const int64_t after_s = offset_at(clock, local_s + SECONDS_PER_DAY);
    const int64_t early_s = local_s - before_s;
    const int64_t late_s = local_s - after_s;
    int64_t utc_s;
    if (offset_at(clock, early_s) == before_s) {
        utc_s = early_s;
    } else if (offset_at(clock, late_s) == after_s) {
        utc_s = late_s;
    } else {
        utc_s = find_change(clock, late_s, early_s);
    }
    return utc_s * 1000;
}

civil_day zone_clock_day_at(const struct zone_clock *clock, int64_t utc_ms)
{
    const int64_t utc_s = utc_ms / 1000 - (utc_ms % 1000 < 0);
    const int64_t local_s = utc_s + offset_at(clock, utc_s);
    return (civil_day)(local_s / SECONDS_PER_DAY - (local_s % SECONDS_PER_DAY < 0));
}

/* zone_clock.h - what the clocks on the wall show in an IANA time zone, and the calendar's days.
 *
 *   The rules come from the machine's tzdata. On the days when clocks change,
 *     a time that is skipped  (02:30, when 02:00 becomes 03:00)  is the moment of the change;
 *     a time that comes twice (01:30, when 02:00 becomes 01:00)  is the first of the two.
 * Thread: any; an object is immutable. */
#ifndef BEDSIDE_VISITS_ZONE_CLOCK_H
#define BEDSIDE_VISITS_ZONE_CLOCK_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/participant.h"

#define CIVIL_MINUTES_PER_DAY 1440

/* A day of the Gregorian calendar: days since 1970-01-01. */
typedef int32_t civil_day;

/* "2026-11-01". Returns 0, or -EINVAL. */
int civil_day_from_text(const char *text, civil_day *ret_day);
void civil_day_to_text(civil_day day, char ret_text[PERSON_DATE_SIZE]);
/* ISO 8601: 1 is Monday, 7 is Sunday. */
unsigned civil_day_weekday(civil_day day);

struct zone_clock;

/* Returns an owned clock, or NULL when this machine knows no such zone. */
struct zone_clock *zone_clock_create(const char *time_zone);
/* Accepts NULL. Always returns NULL. */
struct zone_clock *zone_clock_destroy(struct zone_clock *clock);
DEFINE_AUTO(zone_clock)

/* The moment when it is `minute` (0 to 1440) of `day` there, in UTC milliseconds since 1970. */
int64_t zone_clock_to_utc_ms(const struct zone_clock *clock, civil_day day, unsigned minute);
/* Which day it is there. */
civil_day zone_clock_day_at(const struct zone_clock *clock, int64_t utc_ms);

#endif

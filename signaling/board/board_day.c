#include "signaling/board/board_day.h"

#include "gateway/visits/zone_clock.h"

#include <errno.h>
#include <stdio.h>

int board_day_find(const char *day, const char *zone, int64_t now_ms, struct board_day *ret_day)
{
    const char *name = *zone ? zone : "UTC";
    if (!time_zone_is_well_formed(name) || (*day && !person_date_is_valid(day))) {
        return -EINVAL;
    }
    AUTO(zone_clock) clock = zone_clock_create(name);
    civil_day which = 0;
    if (!clock || (*day && civil_day_from_text(day, &which) < 0)) {
        return -EINVAL;
    }
    if (!*day) {
        which = zone_clock_day_at(clock, now_ms);
    }
    struct board_day found = {.from_ms = zone_clock_to_utc_ms(clock, which, 0),
                              .until_ms = zone_clock_to_utc_ms(clock, which + 1, 0)};
    civil_day_to_text(which, found.day);
    snprintf(found.zone, sizeof(found.zone), "%s", name);
    *ret_day = found;
    return 0;
}

/* board_day.h - which moments a coordinator's day is made of. Reads the machine's time zones.
 * Thread: not the control thread. */
#ifndef BEDSIDE_SIGNALING_BOARD_BOARD_DAY_H
#define BEDSIDE_SIGNALING_BOARD_BOARD_DAY_H

#include "gateway/visits/participant.h"

struct board_day {
    char day[PERSON_DATE_SIZE];
    char zone[TIME_ZONE_SIZE];
    int64_t from_ms;
    int64_t until_ms;
};

/* `day`: "2026-11-22", "" is today there. `zone`: IANA, "" is UTC. Returns 0, or -EINVAL for a day
 * or a zone that there is not. */
int board_day_find(const char *day, const char *zone, int64_t now_ms, struct board_day *ret_day);

#endif

/* local_time.h - a moment as people write it, in their language and time zone (CLDR, through ICU).
 * Pure. Thread: any. */
#ifndef BEDSIDE_NOTIFICATIONS_LOCAL_TIME_H
#define BEDSIDE_NOTIFICATIONS_LOCAL_TIME_H

#include <stdint.h>

enum local_time_form {
    LOCAL_TIME_DAY,  /* "Tuesday, November 24" */
    LOCAL_TIME_FULL, /* "Tuesday, November 24 at 2:30 PM Mountain Time" */
};

/* `language`: a BCP 47 tag; one without a region is taken as spoken in the United States.
 * `time_zone`: an IANA name; one that nobody knows is UTC. Returns owned UTF-8. */
char *local_time_write(int64_t wall_ms, enum local_time_form form, const char *language,
                       const char *time_zone);

#endif

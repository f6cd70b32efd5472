/* clock.h - the only reader of time.
 * Thread: any. */
#ifndef BEDSIDE_BASE_CLOCK_H
#define BEDSIDE_BASE_CLOCK_H

#include <stdint.h>

/* Microseconds of CLOCK_MONOTONIC. Never 0, never goes back. */
uint64_t clock_now_us(void);

/* Milliseconds since 1970-01-01T00:00:00Z (UTC), for records that people read. */
int64_t clock_wall_ms(void);

/* The year 2200, in milliseconds since 1970: no date of ours is later, a later one was mistyped. */
#define WALL_MS_MAX 7258118400000LL

/* Microseconds since 1970-01-01T00:00:00Z of the moment `now_us` on the monotonic clock, through an
 * offset taken once per process, so that reports derived from it never jump. */
uint64_t clock_wall_us_of(uint64_t now_us);

#endif

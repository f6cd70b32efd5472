#include "gateway/base/clock.h"

#include <pthread.h>
#include <time.h>

static uint64_t read_us(clockid_t id)
{
    struct timespec time;
    clock_gettime(id, &time);
    return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

uint64_t clock_now_us(void)
{
    /* A machine that started less than a microsecond ago does not run us; 0 means "never" in many
     * structs, so it must not be a time. */
    const uint64_t now_us = read_us(CLOCK_MONOTONIC);
    return now_us > 0 ? now_us : 1;
}

int64_t clock_wall_ms(void)
{
    return (int64_t)(read_us(CLOCK_REALTIME) / 1000u);
}

static pthread_once_t wall_offset_once = PTHREAD_ONCE_INIT;
static uint64_t wall_offset_us; /* wall minus monotonic; wraps when the wall clock is before boot */

static void take_wall_offset(void)
{
    wall_offset_us = read_us(CLOCK_REALTIME) - read_us(CLOCK_MONOTONIC);
}

uint64_t clock_wall_us_of(uint64_t now_us)
{
    pthread_once(&wall_offset_once, take_wall_offset);
    return now_us + wall_offset_us;
}

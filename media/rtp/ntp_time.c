#include "media/rtp/ntp_time.h"

#define SECONDS_1900_TO_1970 2208988800u
#define US_PER_SECOND 1000000u
#define ROUND_TRIP_MAX_US 20000000u

uint64_t ntp_time_from_unix_us(uint64_t unix_us)
{
    const uint64_t seconds = unix_us / US_PER_SECOND + SECONDS_1900_TO_1970;
    const uint64_t fraction = ((unix_us % US_PER_SECOND) << 32) / US_PER_SECOND;
    return seconds << 32 | fraction;
}

uint64_t ntp_time_to_unix_us(uint64_t ntp)
{
    const uint64_t fraction = ntp & UINT32_MAX;
    uint64_t seconds = ntp >> 32;
    if (seconds < SECONDS_1900_TO_1970) {
        seconds += UINT64_C(1) << 32;
    }
    return (seconds - SECONDS_1900_TO_1970) * US_PER_SECOND +
           ((fraction * US_PER_SECOND + (UINT64_C(1) << 31)) >> 32);
}

uint32_t ntp_time_compact_from_us(uint64_t duration_us)
{
    const uint64_t seconds = duration_us / US_PER_SECOND;
    const uint64_t rest_us = duration_us % US_PER_SECOND;
    return (uint32_t)(seconds << 16 | (rest_us << 16) / US_PER_SECOND);
}

uint64_t ntp_time_compact_to_us(uint32_t compact)
{
    return ((uint64_t)compact * US_PER_SECOND) >> 16;
}

uint32_t ntp_time_round_trip_us(uint32_t now_compact, uint32_t last_sr,
                                uint32_t delay_since_last_sr)
{
    if (last_sr == 0) {
        return 0;
    }
    const uint32_t compact = now_compact - last_sr - delay_since_last_sr;
    if ((int32_t)compact <= 0) {
        /* On a short path rounding makes it 0 or a hair less. */
        return (int32_t)compact > -66 ? 1 : 0;
    }
    const uint64_t us = ntp_time_compact_to_us(compact);
    if (us > ROUND_TRIP_MAX_US) {
        return 0;
    }
    return us > 0 ? (uint32_t)us : 1;
}

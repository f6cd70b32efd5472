/* ntp_time.h - NTP timestamps as RTCP carries them (RFC 3550, 4): seconds since 1900 in 32.32 fixed
 * point. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_NTP_TIME_H
#define BEDSIDE_MEDIA_RTP_NTP_TIME_H

#include <stdint.h>

/* From and to microseconds since 1970. NTP times before 1970 are taken as of the era that begins in
 * 2036. */
uint64_t ntp_time_from_unix_us(uint64_t unix_us);
uint64_t ntp_time_to_unix_us(uint64_t ntp);

/* The middle 32 bits: 16.16 seconds, as in the fields LSR and DLSR. */
static inline uint32_t ntp_time_compact(uint64_t ntp)
{
    return (uint32_t)(ntp >> 16);
}

uint32_t ntp_time_compact_from_us(uint64_t duration_us);
uint64_t ntp_time_compact_to_us(uint32_t compact);

/* Round-trip time from a report block that arrived at `now_compact` (RFC 3550, 6.4.1, A - LSR -
 * DLSR); 0 when the block answers no sender report yet or makes no sense (more than 20 s). At least
 * 1 otherwise. */
uint32_t ntp_time_round_trip_us(uint32_t now_compact, uint32_t last_sr,
                                uint32_t delay_since_last_sr);

#endif

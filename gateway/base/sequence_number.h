/* sequence_number.h - arithmetic on numbers that wrap (RFC 1982; RFC 3550, appendix A.1).
 * Pure. Thread: any. */
#ifndef BEDSIDE_BASE_SEQUENCE_NUMBER_H
#define BEDSIDE_BASE_SEQUENCE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* How far `a` is ahead of `b`, from -32768 to 32767. */
static inline int16_t sequence_distance(uint16_t a, uint16_t b)
{
    return (int16_t)(uint16_t)(a - b);
}

static inline bool sequence_is_newer(uint16_t a, uint16_t b)
{
    return sequence_distance(a, b) > 0;
}

/* The same for 32-bit RTP timestamps. */
static inline int32_t timestamp_distance(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

/* The 64-bit index nearest to `reference` whose low 16 bits are `seq` (never below 0). */
static inline int64_t sequence_unwrap(uint16_t seq, int64_t reference)
{
    const int64_t index = reference + sequence_distance(seq, (uint16_t)reference);
    return index < 0 ? index + 65536 : index;
}

#endif

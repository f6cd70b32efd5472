#include "media/congestion/arrival_log.h"

#include "gateway/base/allocate.h"
#include "gateway/base/sequence_number.h"
#include "media/rtp/rtcp_transport_cc.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define TICK_SHIFT 6
/* Of a longer row of losses only the end is told: feedback must hold an arrival. */
#define LEADING_LOSSES_MAX (TRANSPORT_CC_STATUSES_MAX / 2)

struct arrival_log {
    size_t mask;
    bool started;
    int64_t highest;   /* unwrapped */
    int64_t next_told; /* the first number that the next feedback speaks of */
    uint8_t feedback_count;
    uint64_t newest_us;  /* the arrival that was recorded last */
    uint32_t arrivals[]; /* by the low bits of the number, in ticks; 0: it did not come */
};

struct arrival_log *arrival_log_create(size_t capacity)
{
    assert(capacity >= 64 && capacity <= INT16_MAX && (capacity & (capacity - 1)) == 0);
    struct arrival_log *log =
        allocate_zeroed(1, sizeof(*log) + capacity * sizeof(log->arrivals[0]));
    log->mask = capacity - 1;
    return log;
}

struct arrival_log *arrival_log_destroy(struct arrival_log *log)
{
    free(log);
    return NULL;
}

static uint32_t *arrival_of(struct arrival_log *log, int64_t index)
{
    return &log->arrivals[(size_t)index & log->mask];
}

/* Feedback counts in 250 us: ticks of 64 us lose nothing, and 32 bits of them are three days. */
static uint32_t ticks_of(uint64_t arrival_us)
{
    const uint32_t ticks = (uint32_t)(arrival_us >> TICK_SHIFT);
    return ticks != 0 ? ticks : 1;
}

static uint64_t arrival_us_of(const struct arrival_log *log, uint32_t ticks)
{
    const uint64_t newest = log->newest_us >> TICK_SHIFT;
    const uint64_t before = (uint32_t)((uint32_t)newest - ticks);
    return ticks == 0 ? 0 : (newest - before) << TICK_SHIFT;
}

static int64_t oldest_of(const struct arrival_log *log)
{
    return log->highest - (int64_t)log->mask;
}

static void advance(struct arrival_log *log, int64_t index)
{
    const int64_t capacity = (int64_t)log->mask + 1;
    const int64_t first = index - log->highest > capacity ? index - capacity : log->highest;
    for (int64_t skipped = first + 1; skipped < index; skipped++) {
        *arrival_of(log, skipped) = 0;
    }
    log->highest = index;
    if (log->next_told < oldest_of(log)) {
        log->next_told = oldest_of(log);
    }
}

int arrival_log_record(struct arrival_log *log, uint16_t transport_sequence, uint64_t arrival_us)
{
    if (!log->started) {
        log->started = true;
        log->highest = log->next_told = (int64_t)transport_sequence + UINT16_MAX + 1;
        *arrival_of(log, log->highest) = ticks_of(arrival_us);
        log->newest_us = arrival_us;
        return 0;
    }
    const int64_t index = sequence_unwrap(transport_sequence, log->highest);
    if (index > log->highest) {
        advance(log, index);
    } else if (index < oldest_of(log)) {
        return -ESTALE;
    } else if (*arrival_of(log, index) != 0) {
        return -EALREADY;
    } else if (index < log->next_told) {
        log->next_told = index; /* told as lost, and here it is */
    }
    *arrival_of(log, index) = ticks_of(arrival_us);
    log->newest_us = arrival_us > log->newest_us ? arrival_us : log->newest_us;
    return 0;
}

/* Moves next_told near the first arrival. The highest number always came, so there is one. */
static void skip_leading_losses(struct arrival_log *log)
{
    int64_t arrived = log->next_told;
    while (*arrival_of(log, arrived) == 0) {
        arrived++;
    }
    if (arrived - log->next_told > LEADING_LOSSES_MAX) {
        log->next_told = arrived - LEADING_LOSSES_MAX;
    }
}

int arrival_log_write_feedback(struct arrival_log *log, struct byte_writer *writer,
                               uint32_t sender_ssrc, uint32_t media_ssrc)
{
    if (!log->started || log->next_told > log->highest) {
        return 0;
    }
    skip_leading_losses(log);
    uint64_t arrivals_us[TRANSPORT_CC_STATUSES_MAX];
    size_t count = 0;
    for (int64_t index = log->next_told; index <= log->highest && count < TRANSPORT_CC_STATUSES_MAX;
         index++) {
        arrivals_us[count++] = arrival_us_of(log, *arrival_of(log, index));
    }
    const struct transport_cc_feedback feedback = {
        .sender_ssrc = sender_ssrc,
        .media_ssrc = media_ssrc,
        .base_sequence = (uint16_t)log->next_told,
        .feedback_count = log->feedback_count,
    };
    const int told = rtcp_write_transport_cc(writer, &feedback, arrivals_us, count);
    if (told < 0) {
        return told;
    }
    log->feedback_count++;
    log->next_told += told;
    return 1;
}

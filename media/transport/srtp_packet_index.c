#include "media/transport/srtp_packet_index.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define ROLLOVER (UINT64_C(1) << 16)
#define HALF (ROLLOVER / 2)

/* RFC 3711, appendix A. There is nothing before rollover 0. */
static uint64_t nearest(uint64_t newest, uint16_t sequence_number)
{
    const uint64_t last = newest % ROLLOVER;
    const uint64_t rollovers = newest - last;
    if (last < HALF && sequence_number > last + HALF && rollovers > 0) {
        return rollovers - ROLLOVER + sequence_number;
    }
    if (last >= HALF && sequence_number < last - HALF) {
        return rollovers + ROLLOVER + sequence_number;
    }
    return rollovers + sequence_number;
}

static uint64_t bit_of(uint64_t index)
{
    return UINT64_C(1) << index % 64;
}

static uint64_t *word_of(struct srtp_packet_index *index, uint64_t number)
{
    return &index->seen[number % SRTP_REPLAY_WINDOW / 64];
}

static bool was_seen(const struct srtp_packet_index *index, uint64_t number)
{
    return index->seen[number % SRTP_REPLAY_WINDOW / 64] & bit_of(number);
}

int srtp_packet_index_check(const struct srtp_packet_index *index, uint64_t number)
{
    const bool is_old = number <= index->newest;
    return is_old && (index->newest - number >= SRTP_REPLAY_WINDOW || was_seen(index, number))
               ? -EALREADY
               : 0;
}

int srtp_packet_index_guess(const struct srtp_packet_index *index, uint16_t sequence_number,
                            uint64_t *ret_index)
{
    const uint64_t guess = nearest(index->newest, sequence_number);
    if (guess > SRTP_PACKET_INDEX_MAX) {
        return -EKEYEXPIRED;
    }
    const int checked = srtp_packet_index_check(index, guess);
    if (checked == 0) {
        *ret_index = guess;
    }
    return checked;
}

/* What is skipped takes the place of indices that leave the window. */
static void forget_skipped(struct srtp_packet_index *index, uint64_t next)
{
    if (next - index->newest >= SRTP_REPLAY_WINDOW) {
        memset(index->seen, 0, sizeof(index->seen));
        return;
    }
    for (uint64_t skipped = index->newest + 1; skipped < next; skipped++) {
        *word_of(index, skipped) &= ~bit_of(skipped);
    }
}

void srtp_packet_index_record(struct srtp_packet_index *index, uint64_t recorded)
{
    assert(recorded <= SRTP_PACKET_INDEX_MAX);
    if (recorded > index->newest) {
        forget_skipped(index, recorded);
        index->newest = recorded;
    }
    *word_of(index, recorded) |= bit_of(recorded);
}

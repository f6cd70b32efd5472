#include "media/rtp/receive_window.h"

#include "gateway/base/sequence_number.h"

#include <errno.h>
#include <string.h>

static uint64_t *word_of(struct receive_window *window, int64_t index)
{
    return &window->bits[((uint64_t)index % RECEIVE_WINDOW_SIZE) / 64];
}

static uint64_t bit_of(int64_t index)
{
    return UINT64_C(1) << ((uint64_t)index % 64);
}

void receive_window_init(struct receive_window *window)
{
    *window = (struct receive_window){.started = false};
}

static void advance(struct receive_window *window, int64_t index)
{
    if (index - window->highest >= RECEIVE_WINDOW_SIZE) {
        *window = (struct receive_window){.started = true};
    } else {
        for (int64_t skipped = window->highest + 1; skipped < index; skipped++) {
            *word_of(window, skipped) &= ~bit_of(skipped);
        }
    }
    window->highest = index;
    *word_of(window, index) |= bit_of(index);
}

int receive_window_accept(struct receive_window *window, uint16_t sequence)
{
    if (!window->started) {
        window->started = true;
        window->highest = (int64_t)sequence + UINT16_MAX + 1; /* never below 0 */
        *word_of(window, window->highest) |= bit_of(window->highest);
        return 0;
    }
    const int64_t index = sequence_unwrap(sequence, window->highest);
    if (index > window->highest) {
        advance(window, index);
        return 0;
    }
    if (window->highest - index >= RECEIVE_WINDOW_SIZE) {
        return -ESTALE;
    }
    uint64_t *word = word_of(window, index);
    if (*word & bit_of(index)) {
        return -EALREADY;
    }
    *word |= bit_of(index);
    return 0;
}

void receive_window_close(struct receive_window *window)
{
    if (window->started) {
        memset(window->bits, 0xff, sizeof(window->bits));
    }
}

bool receive_window_has(const struct receive_window *window, uint16_t sequence)
{
    if (!window->started) {
        return false;
    }
    const int64_t index = sequence_unwrap(sequence, window->highest);
    const bool within = index <= window->highest && window->highest - index < RECEIVE_WINDOW_SIZE;
    return within && window->bits[((uint64_t)index % RECEIVE_WINDOW_SIZE) / 64] & bit_of(index);
}

/* Which earlier frames are at hand, and that buffers are let go. */
#include "media/router/sound_history.h"

#include "gateway/base/cleanup.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define POOL 16
#define FRAME_TICKS 960u

static struct packet_buffer *take(struct packet_buffer_pool *pool, uint16_t sequence,
                                  uint32_t timestamp)
{
    struct packet_buffer *packet = packet_buffer_take(pool);
    memset(packet->data, 0, 14);
    packet->data[0] = 0x80;
    rtp_packet_set_sequence(packet->data, sequence);
    rtp_packet_set_timestamp(packet->data, timestamp);
    packet->data[12] = (uint8_t)sequence;
    packet->size = 14;
    assert_int_equal(rtp_packet_parse(packet->data, packet->size, &packet->rtp), 0);
    return packet;
}

static void put(struct sound_history *history, struct packet_buffer_pool *pool, uint16_t sequence,
                uint32_t timestamp)
{
    struct packet_buffer *packet = take(pool, sequence, timestamp);
    sound_history_put(history, packet);
    packet_buffer_drop(packet);
}

static void finds_what_went_before(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint16_t ago[4]; /* what is kept; 0 ends */
        uint32_t frame_ticks;
        uint8_t wanted; /* bit 0: the one before */
        uint8_t found;
    } rows[] = {
        {"nothing", {0}, FRAME_TICKS, 7, 0},
        {"one", {1}, FRAME_TICKS, 7, 1},
        {"three", {3, 2, 1}, FRAME_TICKS, 7, 7},
        {"not more than is wanted", {3, 2, 1}, FRAME_TICKS, 3, 3},
        {"the one before that alone", {3, 2, 1}, FRAME_TICKS, 2, 2},
        {"the first and the last of three", {3, 2, 1}, FRAME_TICKS, 5, 5},
        {"none wanted", {3, 2, 1}, FRAME_TICKS, 0, 0},
        {"a hole", {3, 1}, FRAME_TICKS, 7, 5},
        {"the one before is missing", {3, 2}, FRAME_TICKS, 7, 6},
        {"what is older does not count", {4, 3, 2, 1}, FRAME_TICKS, 7, 7},
        {"long silence before", {2, 1}, 9600, 7, 1},
        {"too long ago for RED", {2, 1}, 16384, 7, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(POOL);
        struct sound_history history = {.wanted = true};
        struct red_audio_frame frames[SOUND_HISTORY_PLACES - 1];
        const struct rtp_packet now = {.sequence = 1, .timestamp = 500};
        for (size_t k = 0; k < 4 && rows[i].ago[k] > 0; k++) {
            put(&history, pool, (uint16_t)(1 - rows[i].ago[k]),
                500 - rows[i].ago[k] * rows[i].frame_ticks);
        }
        uint8_t found = 0xff;
        const size_t count = sound_history_find(&history, &now, rows[i].wanted, &found, frames);
        if (found != rows[i].found) {
            fail_msg("%s: found %#x", rows[i].what, found);
        }
        size_t k = 0;
        for (unsigned ago = 3; ago > 0; ago--) {
            if (found & 1u << (ago - 1)) {
                assert_int_equal(frames[k].timestamp, 500 - ago * rows[i].frame_ticks);
                assert_int_equal(frames[k].data[0], (uint8_t)(1 - ago));
                assert_int_equal(frames[k++].size, 2);
            }
        }
        assert_int_equal(k, count);
        sound_history_clear(&history);
    }
}

static void holds_on_to_little(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(POOL);
    struct sound_history history = {.wanted = false};
    for (uint16_t i = 0; i < 100; i++) {
        put(&history, pool, i, i * FRAME_TICKS);
    }
    assert_int_equal(packet_buffer_pool_available(pool), POOL);
    sound_history_set_wanted(&history, true);
    for (uint16_t i = 100; i < 200; i++) {
        put(&history, pool, i, i * FRAME_TICKS);
    }
    assert_int_equal(packet_buffer_pool_available(pool), POOL - SOUND_HISTORY_PLACES);
    sound_history_set_wanted(&history, true);
    assert_int_equal(packet_buffer_pool_available(pool), POOL - SOUND_HISTORY_PLACES);
    sound_history_set_wanted(&history, false);
    assert_int_equal(packet_buffer_pool_available(pool), POOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_went_before),
        cmocka_unit_test(holds_on_to_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

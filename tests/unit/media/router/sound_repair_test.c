/* What comes back out of redundant sound, and where it is put. */
#include "media/router/sound_repair.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define OPUS 111
#define RED 63
#define OF_10_MS 0x70 /* the first byte of Opus frames, RFC 6716, table 2 */
#define OF_20_MS 0x78
#define OF_60_MS 0x18
#define MS_TICKS 48u
#define FRAMES_MAX 5

struct spoken {
    unsigned ms_ago; /* before the packet's own frame; 0: that */
    uint8_t first;
};

struct situation {
    const char *what;
    uint16_t came[6]; /* how many packets ago; 0 ends */
    unsigned newest_ms_ago;
    struct spoken frames[FRAMES_MAX]; /* the oldest first, the packet's own last */
    uint16_t recovered[4];            /* how many packets ago; 0 ends */
};

static size_t write_red(const struct spoken *frames, uint32_t timestamp, uint8_t *ret_payload)
{
    struct red_audio_frame earlier[FRAMES_MAX] = {{0}};
    uint8_t contents[FRAMES_MAX][3];
    size_t count = 0;
    for (; frames[count].ms_ago > 0; count++) {
        contents[count][0] = frames[count].first;
        contents[count][1] = (uint8_t)frames[count].ms_ago;
        earlier[count] = (struct red_audio_frame){timestamp - frames[count].ms_ago * MS_TICKS,
                                                  contents[count], 2};
    }
    size_t size = red_audio_write_headers(earlier, count, OPUS, timestamp, ret_payload);
    for (size_t i = 0; i < count; i++) {
        memcpy(ret_payload + size, contents[i], 2);
        size += 2;
    }
    ret_payload[size++] = frames[count].first;
    ret_payload[size++] = 0;
    return size;
}

static void make_packet(struct packet_buffer *packet, uint16_t sequence, uint32_t timestamp,
                        const uint8_t *payload, size_t size)
{
    static const uint8_t header[12] = {0x80, RED};
    memset(packet, 0, offsetof(struct packet_buffer, data));
    memcpy(packet->data, header, sizeof(header));
    rtp_packet_set_sequence(packet->data, sequence);
    rtp_packet_set_timestamp(packet->data, timestamp);
    rtp_packet_set_ssrc(packet->data, 77);
    memcpy(packet->data + sizeof(header), payload, size);
    packet->size = (uint16_t)(sizeof(header) + size);
    packet->arrival_us = 12345;
    packet->audio_level = (struct rtp_audio_level){.present = true, .minus_dbov = 33};
    assert_int_equal(rtp_packet_parse(packet->data, packet->size, &packet->rtp), 0);
}

static const struct situation situations[] = {
    {"nothing is missing", {2, 1}, 20, {{20, OF_20_MS}, {0, OF_20_MS}}, {0}},
    {"the one before is missing", {3, 2}, 40, {{20, OF_20_MS}, {0, OF_20_MS}}, {1}},
    {"two are missing, one comes again", {4, 3}, 60, {{20, OF_20_MS}, {0, OF_20_MS}}, {1}},
    {"two are missing and come again",
     {4, 3},
     60,
     {{40, OF_20_MS}, {20, OF_20_MS}, {0, OF_20_MS}},
     {2, 1}},
    {"of three that are repeated, the middle one is missing",
     {4, 3, 1},
     20,
     {{60, OF_20_MS}, {40, OF_20_MS}, {20, OF_20_MS}, {0, OF_20_MS}},
     {2}},
    {"the repeated one is older than the one before",
     {4, 3},
     60,
     {{40, OF_20_MS}, {0, OF_20_MS}},
     {2}},
    {"frames of 60 ms", {3, 2}, 120, {{60, OF_60_MS}, {0, OF_60_MS}}, {1}},
    {"frames that have just become longer", {3, 2}, 30, {{10, OF_10_MS}, {0, OF_60_MS}}, {1}},
    {"silence was left out in between, nothing is missing",
     {2, 1},
     100,
     {{100, OF_20_MS}, {0, OF_20_MS}},
     {0}},
    {"silence was left out and packets are missing: nobody knows which",
     {3, 2},
     140,
     {{100, OF_20_MS}, {0, OF_20_MS}},
     {0}},
    {"times that don't fit frames", {3, 2}, 40, {{25, OF_20_MS}, {0, OF_20_MS}}, {0}},
    {"no Opus frame", {3, 2}, 40, {{20, 0x7b}, {0, OF_20_MS}}, {0}},
    {"too long ago", {20, 19}, 200, {{180, OF_10_MS}, {0, OF_10_MS}}, {0}},
};

static void expect_recovered(const struct situation *situation,
                             const struct sound_repair_frame *missing, int count,
                             const struct packet_buffer *carrier)
{
    for (int i = 0; i < count; i++) {
        static struct packet_buffer filled;
        const uint16_t ago = (uint16_t)(carrier->rtp.sequence - missing[i].sequence);
        if (ago != situation->recovered[i] || ago == 0) {
            fail_msg("%s: recovered the one %u ago", situation->what, ago);
        }
        memset(&filled, 0, sizeof(filled));
        sound_repair_fill(&filled, carrier, &missing[i]);
        assert_int_equal(filled.rtp.sequence, missing[i].sequence);
        assert_int_equal(filled.rtp.timestamp, missing[i].frame.timestamp);
        assert_int_equal(filled.rtp.ssrc, 77);
        assert_int_equal(filled.rtp.payload_type, OPUS);
        assert_int_equal(filled.rtp.payload_size, 2);
        assert_memory_equal(rtp_packet_payload(&filled.rtp), missing[i].frame.data, 2);
        assert_true(filled.retransmitted);
        assert_int_equal(filled.arrival_us, 12345);
        assert_int_equal(filled.audio_level.minus_dbov, 33);
    }
    if (count < 4 && situation->recovered[count] != 0) {
        fail_msg("%s: the one %u ago did not come", situation->what, situation->recovered[count]);
    }
}

static void try(const struct situation *situation, uint16_t sequence, uint32_t timestamp)
{
    static struct packet_buffer packet;
    struct sound_repair_frame missing[RED_AUDIO_EARLIER_MAX];
    struct sound_repair repair;
    struct receive_window came;
    uint8_t payload[200];
    sound_repair_init(&repair);
    receive_window_init(&came);
    for (size_t i = 0; i < ARRAY_LENGTH(situation->came) && situation->came[i] > 0; i++) {
        const uint16_t before = (uint16_t)(sequence - situation->came[i]);
        receive_window_accept(&came, before);
        const struct rtp_packet rtp = {
            .sequence = before, .timestamp = timestamp - situation->newest_ms_ago * MS_TICKS};
        sound_repair_on_packet(&repair, &rtp);
    }
    const size_t size = write_red(situation->frames, timestamp, payload);
    make_packet(&packet, sequence, timestamp, payload, size);
    const int count = sound_repair_open(&repair, &came, &packet, OPUS, missing);
    if (count < 0) {
        fail_msg("%s: refused", situation->what);
    }
    assert_int_equal(packet.rtp.payload_type, OPUS);
    assert_int_equal(packet.rtp.payload_size, 2);
    expect_recovered(situation, missing, count, &packet);
}

static void missing_packets_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(situations); i++) {
        try(&situations[i], 1000, 500000);
    }
}

static void numbers_may_wrap(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(situations); i++) {
        try(&situations[i], 1, 700);
    }
}

static void before_the_first_packet_nothing_is_missing(void **state)
{
    (void)state;
    static struct packet_buffer packet;
    struct sound_repair_frame missing[RED_AUDIO_EARLIER_MAX];
    struct sound_repair repair;
    struct receive_window came;
    uint8_t payload[200];
    const struct spoken frames[] = {{20, OF_20_MS}, {0, OF_20_MS}};
    sound_repair_init(&repair);
    receive_window_init(&came);
    make_packet(&packet, 7, 100000, payload, write_red(frames, 100000, payload));
    assert_int_equal(sound_repair_open(&repair, &came, &packet, OPUS, missing), 0);
    assert_int_equal(packet.rtp.payload_size, 2);
}

static void what_is_broken_is_refused(void **state)
{
    (void)state;
    static struct packet_buffer packet;
    static const uint8_t broken[] = {0x80 | OPUS, 0, 0, 200, OPUS, 1, 2};
    struct sound_repair_frame missing[RED_AUDIO_EARLIER_MAX];
    const struct sound_repair repair = {.started = true};
    struct receive_window came;
    receive_window_init(&came);
    make_packet(&packet, 7, 100000, broken, sizeof(broken));
    assert_int_equal(sound_repair_open(&repair, &came, &packet, OPUS, missing), -EBADMSG);
    assert_int_equal(packet.rtp.payload_type, RED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_packets_are_found),
        cmocka_unit_test(numbers_may_wrap),
        cmocka_unit_test(before_the_first_packet_nothing_is_missing),
        cmocka_unit_test(what_is_broken_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

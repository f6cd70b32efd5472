#include "media/router/recorder_outbox.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MESSAGES_MAX 4096
#define TICK_US 20000
#define PACKET_SIZE 1000
#define PACKETS_PER_DATAGRAM (RECORDER_DATAGRAM_SIZE_MAX / (PACKET_SIZE + RECORDER_HEADER_SIZE))

/* The recorder's end of the socket. */
struct scene {
    struct recorder_outbox *outbox;
    int refuses; /* 0, or what sending comes back with */
    unsigned tries;
    unsigned datagrams;
    struct recorder_message messages[MESSAGES_MAX];
    size_t count;
    uint64_t now_us;
    uint16_t sequence; /* of the next packet; written into it, to see the order */
};

static int receive(void *context, enum sink_datagram kind, const struct packet_part *parts,
                   size_t part_count)
{
    struct scene *s = context;
    struct recorder_walk walk;
    int r = 0;
    assert_int_equal(kind, SINK_RECORDER);
    assert_int_equal(part_count, 1);
    assert_in_range(parts[0].size, 1, RECORDER_DATAGRAM_SIZE_MAX);
    s->tries++;
    if (s->refuses != 0) {
        return s->refuses;
    }
    s->datagrams++;
    recorder_walk_begin(&walk, parts[0].data, parts[0].size);
    while (s->count < MESSAGES_MAX && (r = recorder_walk_next(&walk, &s->messages[s->count])) > 0) {
        struct recorder_message *message = &s->messages[s->count++];
        if (message->type == RECORDER_RTP) {
            message->track = (uint16_t)(message->payload[2] << 8 | message->payload[3]);
        }
    }
    assert_int_equal(r, 0);
    return 0;
}

static int set_up(void **state)
{
    static const struct sink_ops ops = {.send = receive};
    struct scene *s = calloc(1, sizeof(*s));
    const struct sink sink = {.ops = &ops, .context = s};
    s->outbox = recorder_outbox_create(&sink);
    s->now_us = 1000000;
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    s->outbox = recorder_outbox_destroy(s->outbox);
    free(s);
    return 0;
}

static void add_packet(struct scene *s)
{
    uint8_t head[12] = {0x80, 96, (uint8_t)(s->sequence >> 8), (uint8_t)s->sequence};
    static const uint8_t payload[PACKET_SIZE - sizeof(head)];
    const struct packet_part parts[] = {{head, sizeof(head)}, {payload, sizeof(payload)}};
    s->sequence++;
    recorder_outbox_add_rtp(s->outbox, 1, s->now_us, parts, ARRAY_LENGTH(parts), s->now_us);
}

static void add_packets(struct scene *s, unsigned count)
{
    while (count-- > 0) {
        add_packet(s);
    }
}

static void add_mark(struct scene *s, enum recorder_message_type type)
{
    const struct recorder_message message = {.type = type};
    recorder_outbox_add_mark(s->outbox, &message);
}

static void tick(struct scene *s)
{
    s->now_us += TICK_US;
    recorder_outbox_on_tick(s->outbox, s->now_us);
}

static void test_packets_wait_for_one_another(void **state)
{
    struct scene *s = *state;
    unsigned ticks = 0;
    add_packets(s, 10);
    while (s->datagrams == 0) {
        assert_int_equal(s->count, 0);
        tick(s);
        ticks++;
    }
    assert_in_range(ticks * TICK_US, 2 * TICK_US, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_int_equal(s->datagrams, 1);
    assert_int_equal(s->count, 10);
    for (unsigned i = 0; i < 20; i++) {
        tick(s);
    }
    assert_int_equal(s->tries, 1); /* an empty batch is not sent */
}

static void test_a_full_datagram_does_not_wait(void **state)
{
    struct scene *s = *state;
    add_packets(s, PACKETS_PER_DATAGRAM);
    assert_int_equal(s->datagrams, 0);
    add_packet(s);
    assert_int_equal(s->datagrams, 1);
    assert_int_equal(s->count, PACKETS_PER_DATAGRAM);
    add_packets(s, 5 * PACKETS_PER_DATAGRAM);
    add_mark(s, RECORDER_END);
    assert_int_equal(s->datagrams, 7);
    for (uint16_t i = 0; i < s->sequence; i++) {
        assert_int_equal(s->messages[i].type, RECORDER_RTP);
        assert_int_equal(s->messages[i].track, i);
    }
}

static void test_a_mark_goes_at_once_with_all_before_it(void **state)
{
    static const enum recorder_message_type marks[] = {RECORDER_TRACK, RECORDER_FLOW,
                                                       RECORDER_PAUSE, RECORDER_END};
    struct scene *s = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++) {
        add_packet(s);
        const struct recorder_message mark = {
            .type = marks[i], .codec = MEDIA_CODEC_OPUS, .label = "a"};
        recorder_outbox_add_mark(s->outbox, &mark);
        assert_int_equal(s->datagrams, i + 1);
        assert_int_equal(s->messages[2 * i].type, RECORDER_RTP);
        assert_int_equal(s->messages[2 * i + 1].type, marks[i]);
    }
}

static void test_a_full_sink_drops_rtp_and_keeps_marks_in_order(void **state)
{
    struct scene *s = *state;
    s->refuses = -EAGAIN;
    add_packets(s, PACKETS_PER_DATAGRAM + 100);
    assert_int_equal(s->tries, 1); /* not asked again for each packet */
    assert_int_equal(recorder_outbox_dropped(s->outbox), 100);
    unsigned marks = 0;
    for (; marks < 20; marks++) {
        add_mark(s, marks % 2 == 0 ? RECORDER_PAUSE : RECORDER_FLOW);
        add_packet(s);
    }
    tick(s);
    assert_int_equal(s->count, 0);
    assert_false(recorder_outbox_is_broken(s->outbox));
    s->refuses = 0;
    tick(s);
    size_t seen_marks = 0;
    size_t packets_before_first_mark = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->messages[i].type == RECORDER_RTP) {
            packets_before_first_mark += seen_marks == 0;
            continue;
        }
        assert_int_equal(s->messages[i].type, seen_marks % 2 == 0 ? RECORDER_PAUSE : RECORDER_FLOW);
        seen_marks++;
    }
    assert_int_equal(seen_marks, marks);
    assert_int_equal(packets_before_first_mark, PACKETS_PER_DATAGRAM);
    assert_int_equal(s->count + recorder_outbox_dropped(s->outbox), s->sequence + marks);
    add_packet(s);
    add_mark(s, RECORDER_END);
    assert_int_equal(s->messages[s->count - 2].track, s->sequence - 1);
}

/* What was behind a mark that had no room must not overtake it, even when it would fit. */
static void test_no_packet_overtakes_a_mark_that_waits(void **state)
{
    struct scene *s = *state;
    s->refuses = -EAGAIN;
    add_packets(s, PACKETS_PER_DATAGRAM);
    const struct recorder_message track = {
        .type = RECORDER_TRACK, .codec = MEDIA_CODEC_OPUS, .label = "0123456789012345678901234567"};
    const size_t left =
        RECORDER_DATAGRAM_SIZE_MAX - PACKETS_PER_DATAGRAM * (PACKET_SIZE + RECORDER_HEADER_SIZE);
    for (size_t taken = 0; taken <= left; taken += RECORDER_HEADER_SIZE + 29) {
        recorder_outbox_add_mark(s->outbox, &track); /* the last one does not fit */
    }
    static const uint8_t small[12] = {0x80, 96, 0xff, 0xff};
    const struct packet_part part = {small, sizeof(small)};
    recorder_outbox_add_rtp(s->outbox, 1, s->now_us, &part, 1, s->now_us);
    s->refuses = 0;
    tick(s);
    assert_int_equal(s->messages[s->count - 1].type, RECORDER_TRACK);
    assert_int_equal(recorder_outbox_dropped(s->outbox), 1);
}

static void test_too_many_waiting_marks_break_it(void **state)
{
    struct scene *s = *state;
    s->refuses = -EAGAIN;
    for (unsigned i = 0; i < 10000; i++) {
        add_mark(s, RECORDER_PAUSE);
    }
    assert_true(recorder_outbox_is_broken(s->outbox));
    s->refuses = 0;
    tick(s);
    add_packet(s);
    add_mark(s, RECORDER_END);
    assert_int_equal(s->count, 0);
}

static void test_a_broken_sink_is_not_asked_again(void **state)
{
    struct scene *s = *state;
    s->refuses = -EPIPE;
    add_packet(s);
    add_mark(s, RECORDER_PAUSE);
    assert_true(recorder_outbox_is_broken(s->outbox));
    add_packets(s, 1000);
    add_mark(s, RECORDER_FLOW);
    tick(s);
    assert_int_equal(s->tries, 1);
}

static void test_a_packet_too_large_is_dropped(void **state)
{
    struct scene *s = *state;
    static const uint8_t bytes[RECORDER_MESSAGE_SIZE_MAX] = {0x80, 96};
    const struct packet_part part = {bytes, sizeof(bytes)};
    recorder_outbox_add_rtp(s->outbox, 1, 0, &part, 1, s->now_us);
    assert_int_equal(recorder_outbox_dropped(s->outbox), 1);
    add_mark(s, RECORDER_END);
    assert_int_equal(s->count, 1);
}

int main(void)
{
#define OUTBOX_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        OUTBOX_TEST(test_packets_wait_for_one_another),
        OUTBOX_TEST(test_a_full_datagram_does_not_wait),
        OUTBOX_TEST(test_a_mark_goes_at_once_with_all_before_it),
        OUTBOX_TEST(test_a_full_sink_drops_rtp_and_keeps_marks_in_order),
        OUTBOX_TEST(test_no_packet_overtakes_a_mark_that_waits),
        OUTBOX_TEST(test_too_many_waiting_marks_break_it),
        OUTBOX_TEST(test_a_broken_sink_is_not_asked_again),
        OUTBOX_TEST(test_a_packet_too_large_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "media/congestion/sent_packets.h"

#include "media/rtp/rtcp_transport_cc.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct packet_result results[SENT_PACKETS_MAX];

/* Reads one RTCP packet, and takes what it tells. */
static int take(struct sent_packets *log, const struct rtcp_packet *packet, uint64_t now_us)
{
    struct transport_cc_feedback head;
    struct transport_cc_status statuses[SENT_PACKETS_MAX];
    const int count = rtcp_transport_cc_read(packet, &head, statuses, SENT_PACKETS_MAX);
    return count < 0 ? count
                     : (int)sent_packets_on_feedback(log, statuses, (size_t)count, now_us, results);
}

/* Feedback on packets from `base` on: arrivals in ms, 0: lost. */
static int tell(struct sent_packets *log, uint16_t base, const uint64_t *arrivals_ms, size_t count,
                uint64_t now_us)
{
    uint8_t buffer[4096];
    uint64_t arrivals_us[TRANSPORT_CC_STATUSES_MAX];
    for (size_t i = 0; i < count; i++) {
        arrivals_us[i] = arrivals_ms[i] * 1000;
    }
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    const struct transport_cc_feedback feedback = {.base_sequence = base};
    assert_int_equal(rtcp_write_transport_cc(&writer, &feedback, arrivals_us, count), count);
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, buffer, writer.size);
    assert_int_equal(rtcp_walk_next(&walk, &packet), 1);
    return take(log, &packet, now_us);
}

static void send_some(struct sent_packets *log, uint16_t first, unsigned count, uint64_t now_us)
{
    for (unsigned i = 0; i < count; i++) {
        sent_packets_record(log, (uint16_t)(first + i), 100 + i, 0, now_us + i * 1000);
    }
}

static void joins_what_was_sent_with_what_arrived(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    send_some(log, 65534, 4, 5000000);
    sent_packets_record(log, 2, 1228, 7, 5004000);
    const uint64_t arrivals_ms[] = {1000, 0, 1004, 1003, 1010};
    assert_int_equal(tell(log, 65534, arrivals_ms, 5, 5100000), 5);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(results[i].sent_us, 5000000 + i * 1000);
        assert_int_equal(results[i].size, 100 + i);
        assert_int_equal(results[i].received, i != 1);
        assert_int_equal(results[i].probe, 0);
    }
    assert_int_equal(results[2].arrival_us - results[0].arrival_us, 4000);
    assert_int_equal(results[3].arrival_us - results[0].arrival_us, 3000);
    assert_int_equal(results[4].probe, 7);
    assert_int_equal(results[4].size, 1228);
}

static void tells_once_as_lost_and_once_as_received(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    send_some(log, 10, 3, 5000000);
    const uint64_t lost_ms[] = {1000, 0, 1004};
    const uint64_t late_ms[] = {1000, 1006, 1004};
    assert_int_equal(tell(log, 10, lost_ms, 3, 5100000), 3);
    assert_false(results[1].received);
    assert_int_equal(tell(log, 10, lost_ms, 3, 5100000), 0);
    assert_int_equal(tell(log, 10, late_ms, 3, 5200000), 1);
    assert_true(results[0].received);
    assert_true(results[0].was_lost);
    assert_int_equal(results[0].sent_us, 5001000);
    assert_int_equal(tell(log, 10, late_ms, 3, 5300000), 0);
    assert_int_equal(tell(log, 10, lost_ms, 3, 5300000), 0);
}

static void says_how_much_was_never_told(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    send_some(log, 10, 6, 5000000);
    const uint64_t arrivals_ms[] = {1000, 1001};
    assert_int_equal(tell(log, 10, arrivals_ms, 2, 5100000), 2);
    assert_int_equal(results[1].untold_bytes, 0);
    assert_int_equal(tell(log, 14, arrivals_ms, 2, 5200000), 2); /* 12 and 13 were skipped */
    assert_int_equal(results[0].untold_bytes, 102 + 103);
    assert_int_equal(results[1].untold_bytes, 0);
}

static void ignores_what_was_never_sent(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    const uint64_t arrivals_ms[] = {1000, 1001, 1002, 1003};
    assert_int_equal(tell(log, 10, arrivals_ms, 4, 5000000), 0);
    send_some(log, 12, 1, 5000000);
    assert_int_equal(tell(log, 10, arrivals_ms, 4, 5100000), 1);
    /* a number that was passed over */
    sent_packets_record(log, 15, 100, 0, 5200000);
    assert_int_equal(tell(log, 12, arrivals_ms, 4, 5300000), 1);
    assert_int_equal(results[0].sent_us, 5200000);
    assert_int_equal(results[0].untold_bytes, 0);
}

static void forgets_the_oldest(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    send_some(log, 0, SENT_PACKETS_MAX + 1, 5000000);
    const uint64_t arrivals_ms[] = {1000, 1001};
    assert_int_equal(tell(log, 0, arrivals_ms, 2, 7000000), 1);
    assert_int_equal(results[0].sent_us, 5001000);
    /* half a minute of silence */
    assert_int_equal(tell(log, 2, arrivals_ms, 2, 40000000), 0);
    sent_packets_record(log, SENT_PACKETS_MAX + 1, 100, 0, 40000000);
    assert_int_equal(tell(log, SENT_PACKETS_MAX, arrivals_ms, 2, 40100000), 1);
}

static void follows_the_receivers_clock_over_its_wrap(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    send_some(log, 0, 2, 5000000);
    const uint64_t wrap_ms = (UINT64_C(1) << 24) * 64;
    const uint64_t before_ms[] = {wrap_ms - 30};
    const uint64_t after_ms[] = {wrap_ms + 30};
    assert_int_equal(tell(log, 0, before_ms, 1, 5100000), 1);
    const uint64_t arrival_us = results[0].arrival_us;
    assert_int_equal(tell(log, 1, after_ms, 1, 5200000), 1);
    assert_int_equal(results[0].arrival_us - arrival_us, 60000);
}

static void refuses_broken_feedback(void **state)
{
    (void)state;
    AUTO(sent_packets) log = sent_packets_create();
    send_some(log, 0, 4, 5000000);
    static const struct {
        uint8_t type;
        uint8_t count;
        uint8_t body[20];
        size_t size;
        int expected;
    } cases[] = {
        {205, 1, {0}, 16, -EINVAL},                                       /* a NACK */
        {205, 15, {0}, 8, -EBADMSG},                                      /* too short */
        {205, 15, {0}, 20, -EBADMSG},                                     /* tells of nothing */
        {205, 15, {[11] = 4, [16] = 0x20, [17] = 4}, 18, -EBADMSG},       /* deltas are missing */
        {205, 15, {[11] = 2, [16] = 0x60, [17] = 2}, 20, -EBADMSG},       /* a reserved symbol */
        {205, 15, {[10] = 0x20, [16] = 0x1f, [17] = 0xff}, 20, -ENOBUFS}, /* 8192 packets */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct rtcp_packet packet = {.type = cases[i].type,
                                           .count = cases[i].count,
                                           .body = cases[i].body,
                                           .body_size = cases[i].size};
        assert_int_equal(take(log, &packet, 5100000), cases[i].expected);
    }
    const uint64_t arrivals_ms[] = {1000, 1001, 1002, 1003};
    assert_int_equal(tell(log, 0, arrivals_ms, 4, 5100000), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_what_was_sent_with_what_arrived),
        cmocka_unit_test(tells_once_as_lost_and_once_as_received),
        cmocka_unit_test(says_how_much_was_never_told),
        cmocka_unit_test(ignores_what_was_never_sent),
        cmocka_unit_test(forgets_the_oldest),
        cmocka_unit_test(follows_the_receivers_clock_over_its_wrap),
        cmocka_unit_test(refuses_broken_feedback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

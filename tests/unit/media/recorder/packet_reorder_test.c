/* Order, waiting, giving up, and streams that begin anew: a script of arrivals and what comes out.
 */
#include "gateway/base/cleanup.h"
#include "media/recorder/packet_reorder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WAIT_US 500000

static int push(struct packet_reorder *reorder, uint32_t ssrc, uint16_t sequence, uint64_t now_us)
{
    const uint8_t packet[16] = {
        0x80,          96, (uint8_t)(sequence >> 8), (uint8_t)sequence, 0, 0, 0, 0, 0, 0, 0,
        (uint8_t)ssrc, 1};
    return packet_reorder_push(reorder, packet, sizeof packet, sequence, now_us);
}

/* Writes the numbers that come out. */
static void drain(struct packet_reorder *reorder, uint64_t now_us, bool flush, char *ret_text,
                  size_t capacity)
{
    struct reordered_packet packet;
    size_t size = 0;
    ret_text[0] = 0;
    while (flush ? packet_reorder_flush(reorder, &packet)
                 : packet_reorder_take(reorder, now_us, &packet)) {
        size += (size_t)snprintf(ret_text + size, capacity - size, "%u ",
                                 packet.bytes[2] << 8 | packet.bytes[3]);
        assert_int_equal(packet.media_time_us, packet.bytes[2] << 8 | packet.bytes[3]);
        free(packet.bytes);
    }
}

struct arrival {
    uint32_t ssrc;
    uint16_t sequence;
    uint64_t at_us;
    int expected; /* of push */
    const char *out;
};

static void run_script(const struct arrival *arrivals, size_t count, const char *rest)
{
    AUTO(packet_reorder) reorder = packet_reorder_create(WAIT_US);
    char out[256];
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(push(reorder, arrivals[i].ssrc, arrivals[i].sequence, arrivals[i].at_us),
                         arrivals[i].expected);
        drain(reorder, arrivals[i].at_us, false, out, sizeof out);
        assert_string_equal(out, arrivals[i].out);
    }
    drain(reorder, 0, true, out, sizeof out);
    assert_string_equal(out, rest);
}

static void late_packets_are_put_in_order(void **state)
{
    (void)state;
    static const struct arrival arrivals[] = {
        {1, 10, 1, 0, "10 "},       {1, 12, 2, 0, ""},         {1, 13, 3, 0, ""},
        {1, 11, 4, 0, "11 12 13 "}, {1, 13, 5, -EALREADY, ""}, {1, 9, 6, -EALREADY, ""},
        {1, 16, 7, 0, ""},          {1, 16, 8, -EALREADY, ""},
    };
    run_script(arrivals, ARRAY_LENGTH(arrivals), "16 ");
}

static void what_never_comes_is_given_up(void **state)
{
    (void)state;
    static const struct arrival arrivals[] = {
        {1, 10, 1, 0, "10 "},
        {1, 12, 100, 0, ""},
        {1, 14, 400, 0, ""},
        {1, 15, 100 + WAIT_US, 0, "12 "}, /* 13 is missed only since then */
        {1, 16, 100 + 2 * WAIT_US, 0, "14 15 16 "},
        {1, 11, 100 + 2 * WAIT_US, -EALREADY, ""},
    };
    run_script(arrivals, ARRAY_LENGTH(arrivals), "");
}

static void numbers_wrap(void **state)
{
    (void)state;
    static const struct arrival arrivals[] = {{1, 65534, 1, 0, "65534 "},
                                              {1, 0, 2, 0, ""},
                                              {1, 1, 3, 0, ""},
                                              {1, 65535, 4, 0, "65535 0 1 "}};
    run_script(arrivals, ARRAY_LENGTH(arrivals), "");
}

static void another_stream_begins_anew(void **state)
{
    (void)state;
    static const struct arrival arrivals[] = {
        {1, 10, 1, 0, "10 "},      {1, 12, 2, 0, ""},
        {2, 500, 3, 0, "12 500 "}, /* another SSRC: what waits goes first */
        {2, 501, 4, 0, "501 "},    {2, 9000, 5, 0, "9000 "}, /* a jump */
        {2, 9001, 6, 0, "9001 "},
    };
    run_script(arrivals, ARRAY_LENGTH(arrivals), "");
}

static void the_buffer_is_bounded(void **state)
{
    (void)state;
    AUTO(packet_reorder) reorder = packet_reorder_create(UINT64_MAX);
    struct reordered_packet packet;
    size_t out = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        if (i == 1) {
            continue; /* lost for ever */
        }
        push(reorder, 1, (uint16_t)i, i + 1);
        while (packet_reorder_take(reorder, i + 1, &packet)) {
            free(packet.bytes);
            out++;
        }
    }
    assert_true(out >= 5000 - REORDER_PACKETS_MAX);
    assert_int_equal(packet_reorder_push(reorder, (const uint8_t *)"x", 1, 0, 0), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_packets_are_put_in_order),
        cmocka_unit_test(what_never_comes_is_given_up),
        cmocka_unit_test(numbers_wrap),
        cmocka_unit_test(another_stream_begins_anew),
        cmocka_unit_test(the_buffer_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "media/transport/handshake_queue.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int put(struct handshake_queue *queue, uint16_t number, size_t size)
{
    uint8_t bytes[UDP_DATAGRAM_SIZE_MAX + 1];
    memset(bytes, number & 0xff, sizeof(bytes));
    const struct udp_datagram datagram = {.data = bytes, .size = size, .source = {.port = number}};
    return handshake_queue_put(queue, &datagram);
}

static void a_turn_has_its_share_in_order(void **state)
{
    (void)state;
    AUTO(handshake_queue) queue = handshake_queue_create();
    struct udp_datagram datagram;
    assert_true(handshake_queue_is_empty(queue));
    assert_false(handshake_queue_take(queue, &datagram));
    uint16_t next_in = 0;
    uint16_t next_out = 0;
    for (unsigned turn = 0; turn < 200; turn++) {
        for (unsigned i = 0; i < HANDSHAKE_QUEUE_PER_TURN; i++, next_in++) {
            assert_int_equal(put(queue, next_in, next_in % 1500), 0);
        }
        unsigned taken = 0;
        for (; handshake_queue_take(queue, &datagram); taken++, next_out++) {
            assert_int_equal(datagram.source.port, next_out);
            assert_int_equal(datagram.size, next_out % 1500);
            for (size_t i = 0; i < datagram.size; i++) {
                assert_int_equal(datagram.data[i], next_out & 0xff);
            }
        }
        assert_int_equal(taken, HANDSHAKE_QUEUE_PER_TURN);
        assert_false(handshake_queue_take(queue, &datagram));
        handshake_queue_end_turn(queue);
    }
    assert_true(handshake_queue_is_empty(queue));
}

static void it_is_bounded(void **state)
{
    (void)state;
    AUTO(handshake_queue) queue = handshake_queue_create();
    for (uint16_t i = 0; i < HANDSHAKE_QUEUE_PLACES; i++) {
        assert_int_equal(put(queue, i, UDP_DATAGRAM_SIZE_MAX), 0);
    }
    assert_int_equal(put(queue, 0, 1), -ENOSPC);
    assert_int_equal(put(queue, 0, UDP_DATAGRAM_SIZE_MAX + 1), -EMSGSIZE);
    struct udp_datagram datagram;
    assert_true(handshake_queue_take(queue, &datagram));
    assert_int_equal(datagram.source.port, 0);
    assert_int_equal(put(queue, 7, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_has_its_share_in_order),
        cmocka_unit_test(it_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

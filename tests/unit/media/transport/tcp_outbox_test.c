#include "media/transport/tcp_outbox.h"

#include "media/transport/tcp_framing.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PICTURE_SIZE 1200
#define SOUND_SIZE 160

static const uint8_t zeros[TCP_FRAMING_PACKET_SIZE_MAX + 1];

static size_t waiting(const struct tcp_outbox *outbox)
{
    struct iovec pieces[2];
    const int count = tcp_outbox_peek(outbox, pieces);
    return (count > 0 ? pieces[0].iov_len : 0) + (count > 1 ? pieces[1].iov_len : 0);
}

/* Returns how many packets of `size` bytes it took before it refused one. */
static size_t fill(struct tcp_outbox *outbox, size_t size)
{
    size_t count = 0;
    while (tcp_outbox_put(outbox, zeros, size) == 0) {
        count++;
    }
    return count;
}

static void bytes_come_out_as_they_went_in(void **state)
{
    (void)state;
    AUTO(tcp_outbox) outbox = tcp_outbox_create();
    /* Whole frames of an odd size, over the ring's end again and again. */
    for (unsigned i = 0; i < 1000; i++) {
        uint8_t packet[777];
        memset(packet, (int)i, sizeof(packet));
        assert_int_equal(tcp_outbox_put(outbox, packet, sizeof(packet)), 0);
        uint8_t frame[2 + sizeof(packet)];
        struct iovec pieces[2];
        const int count = tcp_outbox_peek(outbox, pieces);
        assert_int_equal(waiting(outbox), sizeof(frame));
        memcpy(frame, pieces[0].iov_base, pieces[0].iov_len);
        if (count > 1) {
            memcpy(frame + pieces[0].iov_len, pieces[1].iov_base, pieces[1].iov_len);
        }
        const uint8_t *found = NULL;
        size_t size = 0;
        assert_int_equal(tcp_framing_next(frame, sizeof(frame), &found, &size), sizeof(frame));
        assert_memory_equal(found, packet, sizeof(packet));
        tcp_outbox_take(outbox, sizeof(frame));
    }
    assert_true(tcp_outbox_is_empty(outbox));
}

static void pictures_leave_room_for_sound(void **state)
{
    (void)state;
    AUTO(tcp_outbox) outbox = tcp_outbox_create();
    assert_true(fill(outbox, PICTURE_SIZE) > 30);
    assert_true(waiting(outbox) <= TCP_OUTBOX_SIZE / 4 * 3);
    assert_true(fill(outbox, SOUND_SIZE) > 90);
    assert_true(waiting(outbox) <= TCP_OUTBOX_SIZE);
    assert_int_equal(tcp_outbox_put(outbox, zeros, SOUND_SIZE), -EAGAIN);
    assert_int_equal(tcp_outbox_put(outbox, zeros, sizeof(zeros)), -EMSGSIZE);
    /* What was refused took no room, and what has left gives it back. */
    tcp_outbox_take(outbox, waiting(outbox));
    assert_int_equal(tcp_outbox_put(outbox, zeros, PICTURE_SIZE), 0);
}

static void pictures_wait_for_what_waits_too_long(void **state)
{
    (void)state;
    const uint64_t start_us = 5000000;
    AUTO(tcp_outbox) outbox = tcp_outbox_create();
    tcp_outbox_on_tick(outbox, start_us);
    assert_int_equal(tcp_outbox_put(outbox, zeros, PICTURE_SIZE), 0);
    tcp_outbox_on_tick(outbox, start_us);
    tcp_outbox_on_tick(outbox, start_us + TCP_OUTBOX_LATE_US - 1);
    assert_int_equal(tcp_outbox_put(outbox, zeros, PICTURE_SIZE), 0);
    tcp_outbox_on_tick(outbox, start_us + TCP_OUTBOX_LATE_US);
    assert_int_equal(tcp_outbox_put(outbox, zeros, PICTURE_SIZE), -EAGAIN);
    assert_int_equal(tcp_outbox_put(outbox, zeros, SOUND_SIZE), 0);
    /* The packet that was waited for is through. */
    tcp_outbox_take(outbox, 2 + PICTURE_SIZE);
    tcp_outbox_on_tick(outbox, start_us + TCP_OUTBOX_LATE_US + 20000);
    assert_int_equal(tcp_outbox_put(outbox, zeros, PICTURE_SIZE), 0);
}

/* A full but moving queue is no reason to refuse pictures. */
static void what_moves_is_not_late(void **state)
{
    (void)state;
    AUTO(tcp_outbox) outbox = tcp_outbox_create();
    for (uint64_t now_us = 1000000; now_us < 4000000; now_us += 20000) {
        assert_int_equal(tcp_outbox_put(outbox, zeros, PICTURE_SIZE), 0);
        if (waiting(outbox) > 4 * (2 + PICTURE_SIZE)) {
            tcp_outbox_take(outbox, 2 + PICTURE_SIZE);
        }
        tcp_outbox_on_tick(outbox, now_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_as_they_went_in),
        cmocka_unit_test(pictures_leave_room_for_sound),
        cmocka_unit_test(pictures_wait_for_what_waits_too_long),
        cmocka_unit_test(what_moves_is_not_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

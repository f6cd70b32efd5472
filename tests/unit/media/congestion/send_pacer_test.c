#include "media/congestion/send_pacer.h"

#include "media/rtp/packet_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MS UINT64_C(1000)
#define PACKETS 64

struct fixture {
    struct packet_buffer_pool *pool;
    struct send_pacer pacer;
    uint64_t now_us;
    int line;
    int other_line;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->pool = packet_buffer_pool_create(PACKETS);
    f->now_us = 5000 * MS;
    send_pacer_init(&f->pacer);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    send_pacer_finish(&f->pacer);
    assert_int_equal(packet_buffer_pool_available(f->pool), PACKETS);
    packet_buffer_pool_destroy(f->pool);
    free(f);
    return 0;
}

/* A picture's packet that waits; the queue alone holds it. */
static int let_wait(struct fixture *f, void *line, uint32_t timestamp, uint16_t size)
{
    struct packet_buffer *packet = packet_buffer_take(f->pool);
    packet->rtp.timestamp = timestamp;
    const struct paced_packet waiting = {.line = line, .packet = packet, .size = size};
    const int r = send_pacer_wait(&f->pacer, PACER_PICTURE, &waiting);
    packet_buffer_drop(packet);
    return r;
}

static void test_rates(void **state)
{
    static const struct {
        uint32_t estimate_bps;
        uint32_t rate_bps;
    } cases[] = {
        {0, 0},
        {100000, 100000},
        {300000, 300000},
        {650000, 812500},
        {1000000, 1500000},
        {2500000, 5000000},
        {4000000, 10000000},
        {10000000, 25000000},
        {UINT32_MAX, UINT32_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(send_pacer_rate_bps(cases[i].estimate_bps), cases[i].rate_bps);
    }
}

static void test_nothing_waits_without_an_estimate(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 1000; i++) {
        assert_true(send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us));
        send_pacer_note_sent(&f->pacer, 1200, f->now_us);
    }
}

/* At 1 Mbit/s the pictures have 1.5 Mbit/s: 188 bytes each millisecond. */
static void test_pictures_are_spread_and_sound_is_not(void **state)
{
    struct fixture *f = *state;
    send_pacer_set_estimate(&f->pacer, 1000000);
    size_t sent = 0;
    for (uint64_t end_us = f->now_us + 1000 * MS; f->now_us < end_us; f->now_us += 5 * MS) {
        while (send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us)) {
            send_pacer_note_sent(&f->pacer, 1000, f->now_us);
            sent += 1000;
        }
        assert_true(send_pacer_is_clear(&f->pacer, PACER_SOUND, f->now_us));
    }
    assert_in_range(sent, 185500, 192000);
}

static void test_sound_takes_its_share_of_the_rate(void **state)
{
    struct fixture *f = *state;
    send_pacer_set_estimate(&f->pacer, 100000);
    for (int i = 0; i < 5; i++) {
        send_pacer_note_sent(&f->pacer, 120, f->now_us);
    }
    assert_false(send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us));
    assert_true(send_pacer_is_clear(&f->pacer, PACER_SOUND, f->now_us));
}

static void test_repair_goes_before_pictures(void **state)
{
    struct fixture *f = *state;
    struct paced_packet taken;
    send_pacer_set_estimate(&f->pacer, 200000);
    send_pacer_note_sent(&f->pacer, 3000, f->now_us);
    assert_int_equal(let_wait(f, &f->line, 1, 1000), 0);
    const struct paced_packet repair = {.line = &f->line, .sequence = 7, .size = 1000};
    assert_int_equal(send_pacer_wait(&f->pacer, PACER_REPAIR, &repair), 0);
    assert_false(send_pacer_take(&f->pacer, f->now_us, &taken));

    f->now_us += 1000 * MS;
    assert_true(send_pacer_take(&f->pacer, f->now_us, &taken));
    assert_null(taken.packet);
    assert_int_equal(taken.sequence, 7);
    /* What comes meanwhile does not overtake. */
    assert_false(send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us));
    assert_true(send_pacer_take(&f->pacer, f->now_us, &taken));
    packet_buffer_unlock(taken.packet);
    assert_true(send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us));
    assert_false(send_pacer_has_waiting(&f->pacer));
}

static void test_held_nothing_leaves_but_sound(void **state)
{
    static const uint32_t estimates_bps[] = {0, 500000};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(estimates_bps) / sizeof(estimates_bps[0]); i++) {
        struct paced_packet packet;
        send_pacer_set_estimate(&f->pacer, estimates_bps[i]);
        send_pacer_hold(&f->pacer, true);
        assert_true(send_pacer_is_clear(&f->pacer, PACER_SOUND, f->now_us));
        assert_false(send_pacer_is_clear(&f->pacer, PACER_REPAIR, f->now_us));
        assert_false(send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us));
        assert_int_equal(let_wait(f, &f->line, 1, 1000), 0);
        f->now_us += 1000 * MS;
        assert_false(send_pacer_take(&f->pacer, f->now_us, &packet));
        send_pacer_hold(&f->pacer, false);
        assert_true(send_pacer_take(&f->pacer, f->now_us, &packet));
        (void)packet_buffer_unlock(packet.packet);
        assert_true(send_pacer_is_clear(&f->pacer, PACER_PICTURE, f->now_us));
    }
}

static void test_order_is_kept_while_the_ring_grows(void **state)
{
    struct fixture *f = *state;
    struct paced_packet taken;
    send_pacer_set_estimate(&f->pacer, 1000000);
    for (uint32_t i = 0; i < 20; i++) {
        let_wait(f, &f->line, i, 100);
    }
    for (uint32_t i = 0; i < 10; i++) {
        assert_true(send_pacer_take(&f->pacer, f->now_us, &taken));
        assert_int_equal(taken.packet->rtp.timestamp, i);
        packet_buffer_unlock(taken.packet);
    }
    for (uint32_t i = 20; i < 60; i++) {
        let_wait(f, &f->line, i, 100);
    }
    for (uint32_t i = 10; i < 60; i++) {
        assert_true(send_pacer_take(&f->pacer, f->now_us, &taken));
        assert_int_equal(taken.packet->rtp.timestamp, i);
        packet_buffer_unlock(taken.packet);
    }
}

static void test_overdue(void **state)
{
    struct fixture *f = *state;
    static const struct {
        uint32_t frames;
        uint16_t size; /* of each of 30 packets; 150 bytes leave in a millisecond */
        bool overdue;
    } cases[] = {
        {3, 1000, false}, /* 200 ms */
        {3, 1500, true},  /* 300 ms */
        {1, 1500, false}, /* a key frame alone may take that long */
        {1, 2500, false}, /* 500 ms */
        {1, 3300, true},  /* 660 ms */
    };
    send_pacer_set_estimate(&f->pacer, 800000);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (uint32_t k = 0; k < 30; k++) {
            let_wait(f, &f->line, k % cases[i].frames, cases[i].size);
        }
        assert_int_equal(send_pacer_is_overdue(&f->pacer, f->now_us), cases[i].overdue);
        send_pacer_drop(&f->pacer, NULL);
    }
}

static void test_one_line_is_dropped_alone(void **state)
{
    struct fixture *f = *state;
    struct paced_packet taken;
    for (uint32_t i = 0; i < 10; i++) {
        let_wait(f, i % 2 == 0 ? &f->line : &f->other_line, i, 100);
    }
    send_pacer_drop(&f->pacer, &f->line);
    assert_int_equal(packet_buffer_pool_available(f->pool), PACKETS - 5);
    for (uint32_t i = 1; i < 10; i += 2) {
        assert_true(send_pacer_take(&f->pacer, f->now_us, &taken));
        assert_int_equal(taken.packet->rtp.timestamp, i);
        packet_buffer_unlock(taken.packet);
    }
    assert_false(send_pacer_has_waiting(&f->pacer));
    assert_int_equal(send_pacer_wait_us(&f->pacer, f->now_us), 0);
}

static void test_the_queue_is_bounded_and_its_memory_goes(void **state)
{
    struct fixture *f = *state;
    const struct paced_packet repair = {.line = &f->line, .size = 1};
    for (int i = 0; i < SEND_PACER_WAITING_MAX; i++) {
        assert_int_equal(send_pacer_wait(&f->pacer, PACER_REPAIR, &repair), 0);
    }
    assert_true(send_pacer_wait(&f->pacer, PACER_REPAIR, &repair) < 0);
    send_pacer_tend(&f->pacer, f->now_us);
    send_pacer_drop(&f->pacer, NULL);
    send_pacer_tend(&f->pacer, f->now_us + 9000 * MS);
    assert_non_null(f->pacer.repair.packets);
    send_pacer_tend(&f->pacer, f->now_us + 10000 * MS);
    assert_null(f->pacer.repair.packets);
}

int main(void)
{
#define PACER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        PACER_TEST(test_rates),
        PACER_TEST(test_nothing_waits_without_an_estimate),
        PACER_TEST(test_pictures_are_spread_and_sound_is_not),
        PACER_TEST(test_sound_takes_its_share_of_the_rate),
        PACER_TEST(test_repair_goes_before_pictures),
        PACER_TEST(test_held_nothing_leaves_but_sound),
        PACER_TEST(test_order_is_kept_while_the_ring_grows),
        PACER_TEST(test_overdue),
        PACER_TEST(test_one_line_is_dropped_alone),
        PACER_TEST(test_the_queue_is_bounded_and_its_memory_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

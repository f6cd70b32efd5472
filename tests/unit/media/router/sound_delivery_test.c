/* What a receiver heard, from what it said of packets. */
#include "media/router/sound_delivery.h"

#include "gateway/base/cleanup.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FRAME_US UINT64_C(20000)
#define BEGAN_US UINT64_C(5000000000)
#define FIRST 65530 /* numbers wrap soon */
#define FIRST_TRANSPORT 65520

static void send(struct sound_delivery *delivery, unsigned index, unsigned repeated)
{
    const struct sound_sent sent = {
        .sequence = (uint16_t)(FIRST + index),
        .transport_sequence = (uint16_t)(FIRST_TRANSPORT + index * 3), /* pictures in between */
        .repeated = (uint8_t)repeated,
        .is_speech = true,
    };
    sound_delivery_on_sent(delivery, &sent, BEGAN_US + index * FRAME_US);
}

/* Tells of packets `from` to `to`, `missing` messages after the last one; `fates` has a letter for
 * each packet of the test. */
static void tell_after(unsigned missing, struct sound_delivery *delivery, const char *fates,
                       unsigned from, unsigned to)
{
    struct transport_cc_status statuses[200] = {{0}};
    size_t count = 0;
    for (unsigned i = from * 3; i <= to * 3; i++, count++) {
        statuses[count].sequence = (uint16_t)(FIRST_TRANSPORT + i);
        statuses[count].received = i % 3 == 0 && fates[i / 3] == '.';
    }
    sound_delivery_on_feedback(delivery, statuses, count, missing);
}

static void tell(struct sound_delivery *delivery, const char *fates, unsigned from, unsigned to)
{
    tell_after(0, delivery, fates, from, to);
}

/* Reads what became of all: '.' came, 'r' repeated, or perhaps, 'x' unheard, '?' unknown. */
static void expect(const char *what, struct sound_delivery *delivery, const char *expected,
                   uint64_t now_us)
{
    struct sound_fate fate;
    char fates[64];
    size_t count = 0;
    while (sound_delivery_next(delivery, now_us, &fate)) {
        assert_true(count < sizeof(fates) - 1);
        assert_true(fate.is_speech);
        assert_true(fate.is_known || fate.heard);
        fates[count++] = !fate.is_known ? '?' : fate.packet_came ? '.' : fate.heard ? 'r' : 'x';
    }
    fates[count] = '\0';
    if (strcmp(fates, expected) != 0) {
        fail_msg("%s: %s, not %s", what, fates, expected);
    }
}

static void tells_what_was_heard(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        unsigned repeated; /* bit 0: the frame before */
        const char *fates; /* '.' came, 'x' lost, '-' never sent */
        const char *expected;
    } rows[] = {
        {"all came", 0, "......", "......"},
        {"lost, nothing is repeated", 0, "..x...", "..x..."},
        {"lost and repeated", 1, "..x...", "..r..."},
        {"two lost, one repeated", 1, "..xx..", "..xr.."},
        {"two lost and repeated", 3, "..xx..", "..rr.."},
        {"three lost and repeated", 7, ".xxx..", ".rrr.."},
        {"four lost, three repeated", 7, ".xxxx..", ".xrrr.."},
        {"two lost, repeated from two back", 2, "..xx..", "..rr.."},
        {"three lost, repeated from three back", 4, ".xxx....", ".rrr...."},
        {"every second one, from two back", 2, ".x.x...", ".x.r..."},
        {"from two back, and that lost", 2, ".x.x.x..", ".x.x.r.."},
        {"every second one lost", 1, ".x.x.x..", ".r.r.r.."},
        {"never sent", 1, "..-...", "..r..."},
        {"never sent, nor repeated", 0, "..-...", "..x..."},
        {"the last ones are lost", 1, "....xx", "....xx"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_delivery delivery;
        const unsigned count = (unsigned)strlen(rows[i].fates);
        sound_delivery_init(&delivery);
        for (unsigned k = 0; k < count; k++) {
            if (rows[i].fates[k] != '-') {
                send(&delivery, k, rows[i].repeated);
            }
        }
        tell(&delivery, rows[i].fates, 0, count - 1);
        expect(rows[i].what, &delivery, rows[i].expected, BEGAN_US + 1000000);
    }
}

static void waits_for_what_may_still_come(void **state)
{
    (void)state;
    struct sound_delivery delivery;
    sound_delivery_init(&delivery);
    for (unsigned k = 0; k < 4; k++) {
        send(&delivery, k, 1);
    }
    expect("too soon", &delivery, "", BEGAN_US + 300000);
    tell(&delivery, ".x.", 0, 2);
    expect("too soon, though known", &delivery, "", BEGAN_US + 399000);
    expect("the first", &delivery, ".", BEGAN_US + 400000);
    tell(&delivery, "...", 0, 2); /* it was only late */
    expect("the next", &delivery, "..", BEGAN_US + 450000);
    expect("of the last nobody told", &delivery, "", BEGAN_US + 4559000);
    expect("so it was lost", &delivery, "x", BEGAN_US + 4560000);
}

/* Feedback that waits behind a long queue is no loss. */
static void waits_longer_while_no_feedback_comes(void **state)
{
    (void)state;
    struct sound_delivery delivery;
    sound_delivery_init(&delivery);
    for (unsigned k = 0; k < 6; k++) {
        send(&delivery, k, 0);
    }
    tell(&delivery, "..", 0, 1);
    expect("before", &delivery, "..", BEGAN_US + 1000000);
    expect("it stays away", &delivery, "", BEGAN_US + 3500000);
    tell(&delivery, "..x.", 2, 3);
    expect("late news", &delivery, "x.", BEGAN_US + 3500000);
    tell(&delivery, "......", 5, 5);
    expect("one was passed over", &delivery, "x.", BEGAN_US + 3500000);
}

/* Messages of feedback that were lost: nobody knows what they told. */
static void what_was_not_told_is_no_loss(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        unsigned repeated;
        unsigned missing;
        const char *fates;
        unsigned to;    /* the first feedback tells up to here */
        unsigned again; /* the next one from here on */
        const char *expected;
    } rows[] = {
        {"one is missing", 0, 1, "..........", 3, 6, "....??...."},
        {"nothing is: they never came", 0, 0, "..........", 3, 6, "....xx...."},
        {"lost before it", 0, 1, "..xx......", 3, 6, "..xx??...."},
        {"lost, and perhaps repeated", 1, 1, "...x......", 3, 6, "...r??...."},
        {"lost, and repeated elsewhere", 2, 1, "...x......", 3, 5, "...r?....."},
        {"lost, and not repeated", 0, 1, "......x...", 3, 6, "....??x..."},
        {"one accounts for 300 ms", 0, 1, "....................", 1, 18, "..???????????????x.."},
        {"two for 600", 0, 2, "....................", 1, 18, "..????????????????.."},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_delivery delivery;
        const unsigned count = (unsigned)strlen(rows[i].fates);
        sound_delivery_init(&delivery);
        for (unsigned k = 0; k < count; k++) {
            send(&delivery, k, rows[i].repeated);
        }
        tell(&delivery, rows[i].fates, 0, rows[i].to);
        tell_after(rows[i].missing, &delivery, rows[i].fates, rows[i].again, count - 1);
        expect(rows[i].what, &delivery, rows[i].expected, BEGAN_US + 3000000);
    }
}

static void late_news_is_news(void **state)
{
    (void)state;
    struct sound_delivery delivery;
    sound_delivery_init(&delivery);
    for (unsigned k = 0; k < 6; k++) {
        send(&delivery, k, 0);
    }
    tell(&delivery, "..", 0, 1);
    tell_after(1, &delivery, "......", 4, 5);
    tell(&delivery, "..x...", 2, 3); /* reordered */
    expect("all is told", &delivery, "..x...", BEGAN_US + 1000000);
}

static void a_late_packet_fills_its_hole(void **state)
{
    (void)state;
    struct sound_delivery delivery;
    sound_delivery_init(&delivery);
    send(&delivery, 0, 0);
    send(&delivery, 2, 0);
    send(&delivery, 1, 0);
    tell(&delivery, "...", 0, 2);
    expect("reordered", &delivery, "...", BEGAN_US + 1000000);
    send(&delivery, 1, 0); /* its fate was told: nothing happens */
    expect("once", &delivery, "", BEGAN_US + 1000000);
}

static void a_leap_begins_anew(void **state)
{
    (void)state;
    struct sound_delivery delivery;
    sound_delivery_init(&delivery);
    send(&delivery, 0, 0);
    send(&delivery, 20000, 0);
    tell(&delivery, ".", 0, 0);
    struct sound_fate fate;
    assert_false(sound_delivery_next(&delivery, BEGAN_US + 1000000, &fate));
    const uint64_t later_us = BEGAN_US + 20000 * FRAME_US + 3000000;
    assert_true(sound_delivery_next(&delivery, later_us, &fate));
    assert_false(fate.heard);
    assert_false(sound_delivery_next(&delivery, later_us, &fate));
}

static void the_oldest_give_way(void **state)
{
    (void)state;
    struct sound_delivery delivery;
    struct sound_fate fate;
    unsigned told = 0;
    sound_delivery_init(&delivery);
    for (unsigned k = 0; k < 1000; k++) { /* nobody asks for fates */
        send(&delivery, k, 0);
    }
    while (sound_delivery_next(&delivery, BEGAN_US + 1000 * FRAME_US + 3000000, &fate)) {
        told++;
    }
    assert_in_range(told, SOUND_DELIVERY_PLACES - 2, SOUND_DELIVERY_PLACES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_was_heard),
        cmocka_unit_test(waits_for_what_may_still_come),
        cmocka_unit_test(waits_longer_while_no_feedback_comes),
        cmocka_unit_test(what_was_not_told_is_no_loss),
        cmocka_unit_test(late_news_is_news),
        cmocka_unit_test(a_late_packet_fills_its_hole),
        cmocka_unit_test(a_leap_begins_anew),
        cmocka_unit_test(the_oldest_give_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How much is repeated, for what a link loses and bears. */
#include "media/router/sound_redundancy.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FRAME_US UINT64_C(20000)
#define SECOND_US UINT64_C(1000000)

/* Losses in rows of `row`, `permille` of all packets in the mean, the same in every run. */
struct link {
    uint32_t dice;
    unsigned permille;
    unsigned row;
    unsigned left;
};

static bool comes(struct link *link)
{
    link->dice = link->dice * 1664525u + 1013904223u;
    if (link->left > 0) {
        link->left--;
        return false;
    }
    /* After each row of losses at least one packet comes. */
    const unsigned share = link->permille * 1000 / (link->row * (1000 - link->permille));
    if ((link->dice >> 16) % 1000 < share) {
        link->left = link->row - 1;
        return false;
    }
    return true;
}

static const struct sound_cost ordinary = {.frame_bytes = 80, .packets_per_second = 50};

static unsigned count_of(uint8_t repeated)
{
    return (repeated & 1u) + (repeated >> 1 & 1u) + (repeated >> 2 & 1u);
}

/* Returns how many frames go along at the end. */
static unsigned flow(struct sound_redundancy *redundancy, struct link *link,
                     const struct sound_cost *cost, uint64_t from_us, uint64_t span_us)
{
    for (uint64_t at_us = from_us; at_us < from_us + span_us; at_us += FRAME_US) {
        sound_redundancy_on_packet(redundancy, comes(link));
        sound_redundancy_decide(redundancy, cost, at_us);
    }
    return count_of(sound_redundancy_repeated(redundancy));
}

static unsigned decided(struct sound_redundancy *redundancy, const struct sound_cost *cost,
                        uint64_t now_us)
{
    sound_redundancy_decide(redundancy, cost, now_us);
    return count_of(sound_redundancy_repeated(redundancy));
}

static void follows_losses(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        unsigned permille;
        unsigned row;
        uint8_t repeated; /* bit 0: the last frame; one of the two */
        uint8_t or ;
    } rows[] = {
        {"nothing is lost", 0, 1, 0, 0},
        {"1 of 1000", 1, 1, 0, 0},
        {"1 % here and there", 10, 1, 1, 1},
        {"3 % here and there", 30, 1, 1, 3},
        {"10 % here and there", 100, 1, 3, 7},
        {"20 % here and there", 200, 1, 7, 7},
        {"3 % in twos: from two back", 30, 2, 2, 4},
        {"5 % in threes: from three back", 50, 3, 4, 4},
        {"5 % in fives: as far back as there is", 50, 5, 4, 4},
        {"nothing comes: nothing helps", 999, 1000, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_redundancy redundancy;
        struct link link = {.dice = 7, .permille = rows[i].permille, .row = rows[i].row};
        sound_redundancy_init(&redundancy);
        (void)flow(&redundancy, &link, &ordinary, SECOND_US, 9 * SECOND_US);
        const uint8_t repeated = sound_redundancy_repeated(&redundancy);
        if (repeated != rows[i].repeated && repeated != rows[i].or) {
            fail_msg("%s: %#x is repeated", rows[i].what, repeated);
        }
    }
}

/* By fates, one letter each, again and again: which frames are repeated. */
static void looks_at_what_would_have_come(void **state)
{
    (void)state;
    static const struct {
        const char *fates; /* 'x' lost */
        uint8_t repeated;
    } rows[] = {
        {"....................", 0},
        {"...................x", 1},
        {"..................xx", 2},
        {".................xxx", 4},
        {"................x.x.", 1},
        {"...............xx.xx", 3}, /* each of them alone would leave one unheard */
        {"..............x.xx..", 3},
        {"..x.........xx......", 2}, /* in twos, and by itself */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_redundancy redundancy;
        sound_redundancy_init(&redundancy);
        for (unsigned k = 0; k < 400; k++) {
            sound_redundancy_on_packet(&redundancy, rows[i].fates[k % 20] == '.');
            sound_redundancy_decide(&redundancy, &ordinary, SECOND_US + k * FRAME_US);
        }
        /* What was right before much was known is over after a while. */
        for (unsigned k = 400; k < 1600; k++) {
            sound_redundancy_on_packet(&redundancy, rows[i].fates[k % 20] == '.');
            sound_redundancy_decide(&redundancy, &ordinary, SECOND_US + k * FRAME_US);
        }
        if (sound_redundancy_repeated(&redundancy) != rows[i].repeated) {
            fail_msg("%s: %#x is repeated", rows[i].fates, sound_redundancy_repeated(&redundancy));
        }
    }
}

static void is_quick_to_rise_and_slow_to_fall(void **state)
{
    (void)state;
    struct sound_redundancy redundancy;
    struct link lossy = {.dice = 7, .permille = 100, .row = 1};
    struct link good = {.dice = 7, .row = 1};
    sound_redundancy_init(&redundancy);
    assert_int_equal(flow(&redundancy, &good, &ordinary, 0, 10 * SECOND_US), 0);
    const uint64_t began_us = 10 * SECOND_US;
    assert_true(flow(&redundancy, &lossy, &ordinary, began_us, SECOND_US) >= 1);
    const unsigned high = flow(&redundancy, &lossy, &ordinary, began_us + SECOND_US, 9 * SECOND_US);
    assert_true(high >= 2);
    const uint64_t over_us = began_us + 10 * SECOND_US;
    assert_int_equal(flow(&redundancy, &good, &ordinary, over_us, 8 * SECOND_US), high);
    assert_int_equal(flow(&redundancy, &good, &ordinary, over_us + 8 * SECOND_US, 60 * SECOND_US),
                     0);
}

static void costs_no_more_than_its_share(void **state)
{
    (void)state;
    static const struct {
        uint32_t share_bps;
        uint32_t frame_bytes;
        uint32_t packets_per_second;
        unsigned repeats;
    } rows[] = {
        {0, 80, 50, 3},                            /* nothing is known of the link */
        {1000000, 80, 50, 3}, {300000, 80, 50, 3}, /* of 600 kbit/s */
        {150000, 80, 50, 2},  {75000, 80, 50, 0},  /* of 150 kbit/s: in-band redundancy has to do */
        {75000, 120, 17, 2},                       /* the same with frames of 60 ms */
        {75000, 40, 50, 1},   {10000, 80, 50, 0},
        {10000, 80, 0, 3}, /* nothing flows: nothing is paid */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_redundancy redundancy;
        struct link link = {.dice = 7, .permille = 300, .row = 1};
        const struct sound_cost cost = {rows[i].frame_bytes, rows[i].packets_per_second,
                                        rows[i].share_bps, false};
        sound_redundancy_init(&redundancy);
        const unsigned repeats = flow(&redundancy, &link, &cost, SECOND_US, 5 * SECOND_US);
        if (repeats != rows[i].repeats) {
            fail_msg("%u bit/s: %u frames are repeated", rows[i].share_bps, repeats);
        }
        assert_true(rows[i].share_bps == 0 || repeats == 0 ||
                    sound_cost_bps(&cost, repeats) <= rows[i].share_bps);
    }
}

/* More than one repeat is worth no more than a tenth of the link, unless much is unheard without.
 */
static void repeats_leave_room_for_the_picture(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint32_t share_bps; /* half of the link */
        bool beside_picture;
        unsigned permille;
        unsigned row;
        unsigned repeats;
    } rows[] = {
        {"500 kbit/s, 9 %: a second one would be too much", 250000, true, 90, 1, 1},
        {"without a picture it is not", 250000, false, 90, 1, 2},
        {"1 Mbit/s: not there", 500000, true, 90, 1, 2},
        {"500 kbit/s, 15 %: sound first", 250000, true, 150, 1, 2},
        {"500 kbit/s, 30 %: all the more", 250000, true, 300, 1, 3},
        {"500 kbit/s, 3 % in threes: one serves", 250000, true, 30, 3, 1},
        {"300 kbit/s, 2 %", 150000, true, 20, 1, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_redundancy redundancy;
        struct link link = {.dice = 7, .permille = rows[i].permille, .row = rows[i].row};
        const struct sound_cost cost = {80, 50, rows[i].share_bps, rows[i].beside_picture};
        sound_redundancy_init(&redundancy);
        const unsigned repeats = flow(&redundancy, &link, &cost, SECOND_US, 9 * SECOND_US);
        if (repeats != rows[i].repeats) {
            fail_msg("%s: %u frames are repeated", rows[i].what, repeats);
        }
    }
}

static void gives_way_at_once(void **state)
{
    (void)state;
    struct sound_redundancy redundancy;
    struct link link = {.dice = 7, .permille = 200, .row = 1};
    struct sound_cost cost = ordinary;
    sound_redundancy_init(&redundancy);
    assert_int_equal(flow(&redundancy, &link, &cost, SECOND_US, 5 * SECOND_US), 3);
    cost.share_bps = 100000;
    assert_int_equal(decided(&redundancy, &cost, 6 * SECOND_US), 1);
    cost.share_bps = 129800; /* two would fit, without room to spare: it stays */
    assert_true(sound_cost_bps(&cost, 2) <= cost.share_bps);
    assert_int_equal(decided(&redundancy, &cost, 6 * SECOND_US), 1);
    cost.share_bps = 160000;
    assert_int_equal(decided(&redundancy, &cost, 6 * SECOND_US), 2);
}

static void a_report_will_do(void **state)
{
    (void)state;
    static const struct {
        uint8_t fraction_lost;
        unsigned repeats;
    } rows[] = {{0, 0}, {1, 1}, {5, 1}, {13, 1}, {26, 2}, {52, 3}, {128, 3}, {255, 0}};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sound_redundancy redundancy;
        sound_redundancy_init(&redundancy);
        sound_redundancy_on_report(&redundancy, rows[i].fraction_lost);
        assert_int_equal(sound_redundancy_loss(&redundancy), rows[i].fraction_lost);
        assert_int_equal(decided(&redundancy, &ordinary, SECOND_US), rows[i].repeats);
    }
}

static void says_what_is_lost(void **state)
{
    (void)state;
    struct sound_redundancy redundancy;
    sound_redundancy_init(&redundancy);
    sound_redundancy_on_report(&redundancy, 99);
    for (unsigned i = 0; i < 200; i++) {
        sound_redundancy_on_packet(&redundancy, i % 10 != 0);
    }
    assert_int_equal(sound_redundancy_loss(&redundancy), 25); /* feedback knows better */
    for (unsigned i = 0; i < 20000; i++) {
        sound_redundancy_on_packet(&redundancy, false);
    }
    assert_in_range(sound_redundancy_loss(&redundancy), 250, 255);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_losses),
        cmocka_unit_test(looks_at_what_would_have_come),
        cmocka_unit_test(is_quick_to_rise_and_slow_to_fall),
        cmocka_unit_test(costs_no_more_than_its_share),
        cmocka_unit_test(repeats_leave_room_for_the_picture),
        cmocka_unit_test(gives_way_at_once),
        cmocka_unit_test(a_report_will_do),
        cmocka_unit_test(says_what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

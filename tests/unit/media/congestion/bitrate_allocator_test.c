#include "media/congestion/bitrate_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define KBPS 1000u

/* A camera in three layers of 135, 270 and 540 lines: 110, 350 and 1000 kbit/s. */
static struct allocation_slot camera(uint16_t shown_lines, uint8_t priority)
{
    return (struct allocation_slot){
        .is_shown = true,
        .shown_lines = shown_lines,
        .priority = priority,
        .layer_count = 3,
        .layers = {{{44 * KBPS, 66 * KBPS, 110 * KBPS, 110 * KBPS}, true, 135},
                   {{140 * KBPS, 210 * KBPS, 350 * KBPS, 350 * KBPS}, true, 270},
                   {{400 * KBPS, 600 * KBPS, 1000 * KBPS, 1000 * KBPS}, true, 540}},
    };
}

static void run(const struct allocation_slot *slots, size_t count, uint32_t budget_bps,
                struct allocation_memory *memories, uint64_t now_us,
                struct allocation_result *ret_result)
{
    const struct allocation_input input = {
        .budget_bps = budget_bps, .slots = slots, .slot_count = count};
    bitrate_allocator_run(&input, memories, now_us, ret_result);
}

static void test_one_picture_by_budget(void **state)
{
    static const struct {
        uint32_t budget_bps;
        uint16_t shown_lines;
        struct picture_choice choice;
        bool is_full;
        bool is_limited;
    } cases[] = {
        {2000 * KBPS, 0, {2, 3, false}, true, false},
        {2000 * KBPS, 540, {2, 3, false}, true, false},
        {2000 * KBPS, 278, {1, 3, false}, true, false}, /* it is shown small */
        {2000 * KBPS, 300, {2, 3, false}, true, false}, /* a face is not stretched */
        {2000 * KBPS, 100, {0, 3, false}, true, false},
        {999 * KBPS, 540, {1, 3, false}, false, true},
        {349 * KBPS, 540, {0, 3, false}, false, true},
        {109 * KBPS, 540, {0, 1, false}, false, true}, /* fewer frames */
        {65 * KBPS, 540, {0, 0, false}, false, true},
        {43 * KBPS, 540, {0, 3, true}, false, true}, /* a still now and then */
        {13 * KBPS, 540, {-1, 0, false}, false, true},
        {0, 540, {-1, 0, false}, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct allocation_memory memory = {0};
        struct allocation_result result;
        const struct allocation_slot slot = camera(cases[i].shown_lines, 0);
        run(&slot, 1, cases[i].budget_bps, &memory, SECOND, &result);
        assert_int_equal(result.choices[0].layer, cases[i].choice.layer);
        assert_int_equal(result.choices[0].still, cases[i].choice.still);
        if (cases[i].choice.layer >= 0 && !cases[i].choice.still) {
            assert_int_equal(result.choices[0].temporal, cases[i].choice.temporal);
        }
        assert_int_equal(result.is_full[0], cases[i].is_full);
        assert_int_equal(result.limits_bps[0] > 0, cases[i].is_limited);
        assert_true(result.limits_bps[0] <= cases[i].budget_bps);
    }
}

static void test_everybody_before_somebody_well(void **state)
{
    static const struct {
        uint32_t budget_bps;
        int layers[3]; /* of the speaker, the patient, another */
        uint8_t temporal_of_last;
    } cases[] = {
        {5000 * KBPS, {2, 2, 2}, 3}, {2500 * KBPS, {2, 2, 1}, 3}, {1500 * KBPS, {2, 1, 0}, 3},
        {600 * KBPS, {1, 0, 0}, 3},  {200 * KBPS, {0, 0, 0}, 0},  {100 * KBPS, {0, 0, -1}, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct allocation_memory memories[3] = {{0}};
        struct allocation_result result;
        /* Their slots are not in the order of priority. */
        const struct allocation_slot slots[] = {camera(540, 1), camera(540, 0), camera(540, 2)};
        run(slots, 3, cases[i].budget_bps, memories, SECOND, &result);
        assert_int_equal(result.choices[2].layer, cases[i].layers[0]);
        assert_int_equal(result.choices[0].layer, cases[i].layers[1]);
        assert_int_equal(result.choices[1].layer, cases[i].layers[2]);
        if (cases[i].layers[2] >= 0) {
            assert_int_equal(result.choices[1].temporal, cases[i].temporal_of_last);
        }
    }
}

static void test_down_at_once_and_up_after_a_while(void **state)
{
    struct allocation_memory memory = {0};
    struct allocation_result result;
    const struct allocation_slot slot = camera(540, 0);
    (void)state;
    run(&slot, 1, 2000 * KBPS, &memory, 1 * SECOND, &result);
    run(&slot, 1, 400 * KBPS, &memory, 2 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 1);
    /* Not enough room to spare. */
    for (uint64_t t = 3; t < 20; t++) {
        run(&slot, 1, 1040 * KBPS, &memory, t * SECOND, &result);
        assert_int_equal(result.choices[0].layer, 1);
    }
    run(&slot, 1, 1200 * KBPS, &memory, 20 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 1);
    assert_int_equal(result.layers_wanted[0], 2);
    run(&slot, 1, 1200 * KBPS, &memory, 21 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 2);
    /* It stays although it has a little less than it takes. */
    run(&slot, 1, 960 * KBPS, &memory, 22 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 2);
}

/* How long it takes to rise from 400 kbit/s after a fall at `fell_us`, in tenths of a second. */
static unsigned time_to_rise(struct allocation_memory *memory, uint64_t fell_us)
{
    const struct allocation_slot slot = camera(540, 0);
    struct allocation_result result;
    run(&slot, 1, 400 * KBPS, memory, fell_us, &result);
    for (unsigned i = 1; i < 1000; i++) {
        run(&slot, 1, 1200 * KBPS, memory, fell_us + i * SECOND / 10, &result);
        if (result.choices[0].layer == 2) {
            return i;
        }
    }
    return 1000;
}

static void test_patience_doubles_with_failures(void **state)
{
    struct allocation_memory memory = {0};
    uint64_t now_us = SECOND;
    unsigned before = time_to_rise(&memory, now_us);
    (void)state;
    for (int i = 0; i < 3; i++) {
        now_us += before * SECOND / 10 + SECOND;
        const unsigned now = time_to_rise(&memory, now_us);
        assert_in_range(now, 2 * before - 2, 2 * before);
        before = now;
    }
    /* One that lasted is forgiven. */
    now_us += before * SECOND / 10 + 11 * SECOND;
    assert_in_range(time_to_rise(&memory, now_us), 10, 12);
}

/* However often more of it failed. */
static void test_what_stands_moves_again_at_once(void **state)
{
    struct allocation_memory memory = {0};
    struct allocation_result result;
    const struct allocation_slot slot = camera(540, 0);
    uint64_t now_us = 100 * SECOND;
    (void)state;
    run(&slot, 1, 120 * KBPS, &memory, now_us, &result);
    for (unsigned i = 0; i < 5; i++) {
        now_us += SECOND;
        run(&slot, 1, 20 * KBPS, &memory, now_us, &result);
        assert_true(result.choices[0].still);
        run(&slot, 1, 120 * KBPS, &memory, now_us + SECOND / 10, &result);
        assert_true(result.choices[0].still);
        run(&slot, 1, 120 * KBPS, &memory, now_us + SECOND / 2, &result);
        assert_false(result.choices[0].still);
        assert_int_equal(result.choices[0].layer, 0);
        assert_int_equal(result.choices[0].temporal, 0);
        now_us += SECOND / 2 + 70 * SECOND * (i % 2);
        run(&slot, 1, 120 * KBPS, &memory, now_us, &result);
        assert_int_equal(result.choices[0].temporal, i % 2 ? 3 : 0);
    }
}

static void test_a_layer_that_is_off_is_wanted_and_not_chosen(void **state)
{
    struct allocation_memory memory = {0};
    struct allocation_result result;
    struct allocation_slot slot = camera(540, 0);
    slot.layers[2].flows = false;
    slot.layers[1].flows = false;
    (void)state;
    run(&slot, 1, 2000 * KBPS, &memory, SECOND, &result);
    assert_int_equal(result.choices[0].layer, 0);
    assert_int_equal(result.layers_wanted[0], 2);
    assert_false(result.is_full[0]);
}

static void test_stopped_and_hidden(void **state)
{
    struct allocation_memory memories[2] = {{0}};
    struct allocation_result result;
    struct allocation_slot slots[] = {camera(540, 0), camera(540, 0)};
    struct allocation_input input = {
        .budget_bps = 5000 * KBPS, .is_stopped = true, .slots = slots, .slot_count = 2};
    (void)state;
    bitrate_allocator_run(&input, memories, SECOND, &result);
    assert_int_equal(result.choices[0].layer, -1);
    assert_true(result.wanted_bps >= 2000 * KBPS);
    input.is_stopped = false;
    slots[1].is_shown = false;
    bitrate_allocator_run(&input, memories, 10 * SECOND, &result);
    bitrate_allocator_run(&input, memories, 11 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 2);
    assert_int_equal(result.choices[1].layer, -1);
    assert_in_range(result.wanted_bps, 1200 * KBPS, 1500 * KBPS);
}

/* What a publisher is asked for, so that a better layer can be had at a part of its rate. */
static void test_slower_rather_than_smaller(void **state)
{
    static const struct {
        const char *what;
        uint32_t budget_bps;
        uint32_t middle_bps; /* measured */
        uint8_t aim;         /* until now; 0: none */
        int chosen;
        int wanted;
        uint32_t limit_bps; /* of the wanted layer */
    } cases[] = {
        {"as much as there usually is", 1500 * KBPS, 300 * KBPS, 0, 2, 2, 0},
        {"enough of the best", 900 * KBPS, 300 * KBPS, 0, 1, 2, 774 * KBPS},
        {"too little of the best", 700 * KBPS, 300 * KBPS, 0, 1, 1, 0},
        {"the middle one nearly fits", 290 * KBPS, 300 * KBPS, 0, 0, 1, 249400},
        {"the middle one does as it was asked", 290 * KBPS, 260 * KBPS, 0, 1, 1, 249400},
        {"half of the middle one", 195 * KBPS, 300 * KBPS, 0, 0, 1, 167700},
        {"less than that", 185 * KBPS, 300 * KBPS, 0, 0, 0, 0},
        {"less than that, where it was had until now", 185 * KBPS, 300 * KBPS, 5, 0, 1, 165000},
        {"far less", 120 * KBPS, 300 * KBPS, 5, 0, 0, 0},
        {"the lowest is hardly had", 112 * KBPS, 300 * KBPS, 0, 0, 0, 0},
        {"the lowest is too much", 90 * KBPS, 300 * KBPS, 0, 0, 0, 77400},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct allocation_memory memory = {.aim = cases[i].aim};
        struct allocation_result result;
        struct allocation_slot slot = camera(540, 0);
        slot.layers[1].bps[3] = cases[i].middle_bps;
        run(&slot, 1, cases[i].budget_bps, &memory, SECOND, &result);
        if (result.choices[0].layer != cases[i].chosen ||
            result.layers_wanted[0] != cases[i].wanted ||
            result.limits_bps[0] != cases[i].limit_bps) {
            fail_msg("%s: %d is chosen, %d wanted at %u", cases[i].what, result.choices[0].layer,
                     result.layers_wanted[0], result.limits_bps[0]);
        }
    }
}

/* Where all is said twice, a publisher leaves room for that; what is there goes on as it fits. */
static void test_room_to_say_it_twice(void **state)
{
    static const struct {
        const char *what;
        uint32_t budget_bps;
        bool sends_twice;
        int chosen;
        int wanted;
        uint32_t limit_bps;
    } cases[] = {
        {"once", 90 * KBPS, false, 0, 0, 77400},
        {"twice: asked for less", 90 * KBPS, true, 0, 0, 38700},
        {"what fits is made less", 130 * KBPS, true, 0, 0, 55900},
        {"half of the middle one, twice", 390 * KBPS, true, 1, 1, 167700},
        {"enough of the best, twice", 1800 * KBPS, true, 2, 2, 774 * KBPS},
        {"plenty", 3000 * KBPS, true, 2, 2, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct allocation_memory memory = {0};
        struct allocation_result result;
        struct allocation_slot slot = camera(540, 0);
        const struct allocation_input input = {.budget_bps = cases[i].budget_bps,
                                               .sends_twice = cases[i].sends_twice,
                                               .slots = &slot,
                                               .slot_count = 1};
        bitrate_allocator_run(&input, &memory, SECOND, &result);
        if (result.choices[0].layer != cases[i].chosen ||
            result.layers_wanted[0] != cases[i].wanted ||
            result.limits_bps[0] != cases[i].limit_bps) {
            fail_msg("%s: %d is chosen, %d wanted at %u", cases[i].what, result.choices[0].layer,
                     result.layers_wanted[0], result.limits_bps[0]);
        }
    }
}

/* What one of two takes, the other does not count upon; what fits is not made less and less. */
static void test_what_is_left_is_given_once(void **state)
{
    struct allocation_memory memories[2] = {{0}};
    struct allocation_result result;
    const struct allocation_slot slots[] = {camera(540, 1), camera(540, 0)};
    (void)state;
    for (uint64_t t = 1; t < 10; t++) {
        run(slots, 2, 390 * KBPS, memories, t * SECOND, &result);
        assert_int_equal(result.layers_wanted[0], 1);
        assert_in_range(result.limits_bps[0], 165 * KBPS, 290 * KBPS);
        assert_int_equal(result.layers_wanted[1], 0);
        assert_int_equal(result.limits_bps[1], 0);
    }
}

/* A publisher that does as it is asked: the better layer is there within two seconds, stays, and
 * becomes faster with the link. */
static void test_asked_and_had(void **state)
{
    struct allocation_memory memory = {0};
    struct allocation_result result;
    struct allocation_slot slot = camera(540, 0);
    uint32_t before = 0;
    (void)state;
    slot.layers[1].bps[3] = 318 * KBPS;
    for (uint64_t t = 1; t < 60; t++) {
        const uint32_t budget = t < 30 ? 270 * KBPS : 330 * KBPS;
        run(&slot, 1, budget, &memory, t * SECOND / 2, &result);
        const uint32_t limit = result.limits_bps[0] > 0 ? result.limits_bps[0] : 300 * KBPS;
        assert_int_equal(result.layers_wanted[0], 1);
        if (t == 1) {
            assert_int_equal(result.choices[0].layer, 0);
        } else if (t > 5) {
            assert_int_equal(result.choices[0].layer, 1);
        }
        assert_true(limit >= before);
        before = limit;
        slot.layers[1].bps[3] = limit + limit / 20;
    }
    assert_true(before >= 280 * KBPS);
}

/* A link that gave way is no failure of the up-switch before; and where there is far more room than
 * is needed, what failed does not count. */
static void test_patience_is_for_up_switches_that_failed(void **state)
{
    static const struct {
        const char *what;
        uint32_t fallen_bps;
        uint32_t room_bps;
        unsigned least; /* tenths of a second, to rise after a fall */
        unsigned most;
    } cases[] = {
        {"it failed", 400 * KBPS, 1200 * KBPS, 20, 21},
        {"the link gave way", 60 * KBPS, 1200 * KBPS, 10, 11},
        {"there is far more room", 400 * KBPS, 1400 * KBPS, 10, 11},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct allocation_slot slot = camera(540, 0);
        struct allocation_memory memory = {0};
        struct allocation_result result;
        uint64_t now_us = SECOND;
        unsigned rose = 0;
        run(&slot, 1, 400 * KBPS, &memory, now_us, &result);
        for (int fall = 0; fall < 2; fall++) {
            for (rose = 0; result.choices[0].layer < 2 && rose < 1000; rose++) {
                now_us += SECOND / 10;
                run(&slot, 1, cases[i].room_bps, &memory, now_us, &result);
            }
            run(&slot, 1, cases[i].fallen_bps, &memory, now_us + SECOND / 20, &result);
        }
        if (rose < cases[i].least || rose > cases[i].most) {
            fail_msg("%s: %u", cases[i].what, rose);
        }
    }
}

/* A camera without layers, of which nothing is measured yet, and one of a single temporal layer. */
static void test_one_layer(void **state)
{
    static const struct {
        uint32_t measured_bps;
        uint32_t budget_bps;
        int layer;
        bool still;
        bool is_limited;
    } cases[] = {
        {0, 1400 * KBPS, 0, false, false},        {900 * KBPS, 1400 * KBPS, 0, false, false},
        {900 * KBPS, 950 * KBPS, 0, false, true}, {900 * KBPS, 500 * KBPS, 0, true, true},
        {100 * KBPS, 150 * KBPS, 0, false, true}, /* it does as it was asked to */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct allocation_memory memory = {0};
        struct allocation_result result;
        const uint32_t bps = cases[i].measured_bps;
        const struct allocation_slot slot = {
            .is_shown = true, .layer_count = 1, .layers = {{{bps, bps, bps, bps}, true, 540}}};
        run(&slot, 1, cases[i].budget_bps, &memory, SECOND, &result);
        assert_int_equal(result.choices[0].layer, cases[i].layer);
        assert_int_equal(result.choices[0].still, cases[i].still);
        assert_int_equal(result.limits_bps[0] > 0, cases[i].is_limited);
    }
}

static void test_fall_back(void **state)
{
    struct allocation_memory memory = {0};
    struct allocation_result result;
    const struct allocation_slot slot = camera(540, 0);
    (void)state;
    run(&slot, 1, 2000 * KBPS, &memory, SECOND, &result);
    allocation_memory_fall_back(&memory, 2 * SECOND);
    run(&slot, 1, 2000 * KBPS, &memory, 2 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 0);
    run(&slot, 1, 2000 * KBPS, &memory, 3 * SECOND, &result);
    assert_int_equal(result.choices[0].layer, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_picture_by_budget),
        cmocka_unit_test(test_everybody_before_somebody_well),
        cmocka_unit_test(test_down_at_once_and_up_after_a_while),
        cmocka_unit_test(test_patience_doubles_with_failures),
        cmocka_unit_test(test_what_stands_moves_again_at_once),
        cmocka_unit_test(test_a_layer_that_is_off_is_wanted_and_not_chosen),
        cmocka_unit_test(test_stopped_and_hidden),
        cmocka_unit_test(test_slower_rather_than_smaller),
        cmocka_unit_test(test_room_to_say_it_twice),
        cmocka_unit_test(test_what_is_left_is_given_once),
        cmocka_unit_test(test_asked_and_had),
        cmocka_unit_test(test_patience_is_for_up_switches_that_failed),
        cmocka_unit_test(test_one_layer),
        cmocka_unit_test(test_fall_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "media/router/layers_wanted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define KBPS 1000u

struct viewer {
    int layer;
    uint32_t limit_bps;
};

static bool ask(struct layers_wanted *wanted, size_t layer_count, uint32_t lines,
                const struct viewer *viewers, size_t count, uint64_t now_us,
                struct layers_order *ret_order)
{
    struct layers_demand demand = {0};
    for (size_t i = 0; i < count; i++) {
        layers_demand_add(&demand, viewers[i].layer, viewers[i].limit_bps);
    }
    return layers_wanted_update(wanted, layer_count, lines, &demand, now_us, ret_order);
}

static void test_what_nobody_needs_goes_after_ten_seconds(void **state)
{
    struct layers_wanted wanted;
    struct layers_order order;
    const struct viewer best = {2, 0};
    const struct viewer middle = {1, 0};
    (void)state;
    layers_wanted_init(&wanted, 100 * SECOND);
    assert_true(ask(&wanted, 3, 135, &best, 1, 100 * SECOND, &order)); /* at first always */
    assert_int_equal(order.layers, 7);
    for (uint64_t t = 101; t < 110; t++) {
        assert_false(ask(&wanted, 3, 135, &best, 1, t * SECOND, &order));
    }
    assert_true(ask(&wanted, 3, 135, &best, 1, 110 * SECOND, &order));
    assert_int_equal(order.layers, 5); /* the lowest always */
    assert_int_equal(order.limits[0].max_bps, 0);
    assert_false(ask(&wanted, 3, 135, &best, 1, 112 * SECOND, &order));
    /* One that is needed comes at once, the other goes later. */
    assert_true(ask(&wanted, 3, 135, &middle, 1, 113 * SECOND, &order));
    assert_int_equal(order.layers, 7);
    for (uint64_t t = 114; t < 122; t++) {
        assert_false(ask(&wanted, 3, 135, &middle, 1, t * SECOND, &order));
    }
    assert_true(ask(&wanted, 3, 135, &middle, 1, 123 * SECOND, &order));
    assert_int_equal(order.layers, 3);
    /* Nobody looks. */
    assert_false(ask(&wanted, 3, 135, NULL, 0, 130 * SECOND, &order));
    assert_true(ask(&wanted, 3, 135, NULL, 0, 140 * SECOND, &order));
    assert_int_equal(order.layers, 1);
}

/* The least at once, and what is right afterwards as soon as that. */
static void test_a_queue_that_drains_leaves_the_least(void **state)
{
    struct layers_wanted wanted;
    struct layers_order order;
    struct layers_demand demand = {0};
    (void)state;
    layers_wanted_init(&wanted, 100 * SECOND);
    layers_demand_add(&demand, 1, 0);
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 100 * SECOND, &order));
    demand.is_draining = true;
    demand.ceiling_bps = 90 * KBPS;
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 100 * SECOND + 50000, &order));
    assert_int_equal(order.layers, 1);
    assert_int_equal(order.limits[0].max_bps, 30 * KBPS);
    assert_true(order.limits[0].max_fps != 0);
    assert_false(layers_wanted_update(&wanted, 3, 135, &demand, 103 * SECOND, &order));
    demand.is_draining = false;
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 103 * SECOND + 50000, &order));
    assert_int_equal(order.layers, 1);
    assert_int_equal(order.limits[0].max_bps, 90 * KBPS);
    demand.ceiling_bps = 0;
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 105 * SECOND, &order));
    assert_int_equal(order.layers & 2, 2);
}

static void test_smaller_and_slower(void **state)
{
    static const struct {
        size_t layer_count;
        uint32_t lines;
        struct viewer viewers[3];
        size_t count;
        uint32_t layers;
        struct layer_limit lowest;
    } cases[] = {
        {3, 135, {{0, 80 * KBPS}}, 1, 7, {80 * KBPS, 0, 1}},
        {3, 135, {{0, 60 * KBPS}}, 1, 7, {60 * KBPS, 0, 1}},
        {3, 135, {{0, 41 * KBPS}}, 1, 7, {40 * KBPS, 15, 1}},
        {3, 135, {{-1, 8 * KBPS}}, 1, 7, {30 * KBPS, 10, 1}},
        /* Of several layers the worst off decides about the lowest. */
        {3, 135, {{2, 0}, {0, 60 * KBPS}, {0, 90 * KBPS}}, 3, 7, {60 * KBPS, 0, 1}},
        /* Of one layer the best off. */
        {1, 540, {{0, 300 * KBPS}, {0, 600 * KBPS}}, 2, 1, {600 * KBPS, 15, 1}},
        {1, 540, {{0, 150 * KBPS}}, 1, 1, {150 * KBPS, 15, 2}},
        {1, 540, {{0, 80 * KBPS}}, 1, 1, {80 * KBPS, 0, 4}},
        {1, 0, {{0, 80 * KBPS}}, 1, 1, {80 * KBPS, 0, 4}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct layers_wanted wanted;
        struct layers_order order = {0};
        layers_wanted_init(&wanted, 100 * SECOND);
        assert_true(ask(&wanted, cases[i].layer_count, cases[i].lines, cases[i].viewers,
                        cases[i].count, 101 * SECOND, &order));
        assert_int_equal(order.layers, cases[i].layers);
        assert_int_equal(order.limits[0].max_bps, cases[i].lowest.max_bps);
        assert_int_equal(order.limits[0].scale_down, cases[i].lowest.scale_down);
        assert_int_equal(order.limits[0].max_fps, cases[i].lowest.max_fps);
    }
}

/* Rates in kbit/s; 0: no limit. */
static void test_each_layer_has_its_own_limit(void **state)
{
    static const struct {
        const char *what;
        struct viewer viewers[3];
        size_t count;
        uint32_t limits[3];
    } cases[] = {
        {"one who could have most of the middle layer", {{1, 230 * KBPS}}, 1, {0, 230, 0}},
        {"two: the worse off of them", {{1, 230 * KBPS}, {1, 190 * KBPS}}, 2, {0, 190, 0}},
        {"one of them takes it as it comes", {{1, 230 * KBPS}, {1, 0}}, 2, {0, 0, 0}},
        {"the other looks at another layer", {{1, 230 * KBPS}, {2, 0}}, 2, {0, 230, 0}},
        {"each at a layer", {{0, 60 * KBPS}, {1, 230 * KBPS}, {2, 900 * KBPS}}, 3, {60, 230, 900}},
        {"who has nothing needs the lowest less", {{-1, 40 * KBPS}, {2, 0}}, 2, {40, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct layers_wanted wanted;
        struct layers_order order;
        layers_wanted_init(&wanted, 100 * SECOND);
        order = wanted.told;
        (void)ask(&wanted, 3, 135, cases[i].viewers, cases[i].count, 101 * SECOND, &order);
        for (size_t layer = 0; layer < 3; layer++) {
            if (order.limits[layer].max_bps != cases[i].limits[layer] * KBPS) {
                fail_msg("%s: layer %zu gets %u", cases[i].what, layer,
                         order.limits[layer].max_bps);
            }
            assert_int_equal(order.limits[layer].scale_down, 1);
            assert_true(layer == 0 || order.limits[layer].max_fps == 0);
        }
    }
}

/* The recorder needs a layer that nobody else looks at any more: it is whole again. */
static void test_the_recorder_bears_any_limit(void **state)
{
    struct layers_wanted wanted;
    struct layers_order order;
    const struct viewer slow = {2, 700 * KBPS};
    const struct viewer gone = {0, 0};
    (void)state;
    layers_wanted_init(&wanted, 100 * SECOND);
    struct layers_demand demand = {.layers = 1u << 2};
    layers_demand_add(&demand, slow.layer, slow.limit_bps);
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 101 * SECOND, &order));
    assert_int_equal(order.limits[2].max_bps, 700 * KBPS);
    demand = (struct layers_demand){.layers = 1u << 2};
    layers_demand_add(&demand, gone.layer, gone.limit_bps);
    assert_false(layers_wanted_update(&wanted, 3, 135, &demand, 103 * SECOND, &order));
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 106 * SECOND, &order));
    assert_int_equal(order.limits[2].max_bps, 0);
    assert_int_equal(order.layers, 7);
}

static void test_nothing_is_asked_where_somebody_takes_it_as_it_comes(void **state)
{
    struct layers_wanted wanted;
    struct layers_order order;
    const struct viewer viewers[] = {{0, 0}, {0, 60 * KBPS}};
    (void)state;
    layers_wanted_init(&wanted, 100 * SECOND);
    assert_true(ask(&wanted, 1, 540, viewers, 2, 101 * SECOND, &order));
    assert_int_equal(order.limits[0].max_bps, 0);
    assert_false(ask(&wanted, 1, 540, viewers, 2, 103 * SECOND, &order));
}

static void test_until_the_link_is_proven_the_lowest_layer_is_enough(void **state)
{
    struct layers_wanted wanted;
    struct layers_order order;
    struct layers_demand demand = {.is_unproven = true};
    (void)state;
    layers_demand_add(&demand, 2, 0);
    layers_wanted_init(&wanted, 100 * SECOND);
    assert_false(layers_wanted_update(&wanted, 3, 135, &demand, 101 * SECOND, &order));
    demand.is_unproven = false;
    assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 102 * SECOND, &order));
    assert_int_equal(order.layers, 7);
    assert_int_equal(order.limits[0].max_bps, 0);
}

static void test_what_the_publishers_link_does_not_bear_goes_at_once(void **state)
{
    static const struct {
        uint32_t ceiling;
        uint32_t limit; /* of the viewer of the lowest */
        uint32_t layers;
        struct layer_limit lowest;
    } cases[] = {
        {30 * KBPS, 0, 1, {30 * KBPS, 10, 1}},  {52 * KBPS, 0, 1, {50 * KBPS, 15, 1}},
        {90 * KBPS, 0, 1, {90 * KBPS, 0, 1}},   {90 * KBPS, 60 * KBPS, 1, {60 * KBPS, 0, 1}},
        {300 * KBPS, 0, 3, {300 * KBPS, 0, 1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct layers_wanted wanted;
        struct layers_order order;
        struct layers_demand demand = {0};
        layers_demand_add(&demand, 2, 0);
        layers_demand_add(&demand, 0, cases[i].limit);
        layers_wanted_init(&wanted, 100 * SECOND);
        assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 101 * SECOND, &order));
        assert_int_equal(order.layers, 7);
        demand.ceiling_bps = cases[i].ceiling;
        assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 102 * SECOND, &order));
        if (order.layers != cases[i].layers || order.limits[0].max_bps != cases[i].lowest.max_bps ||
            order.limits[0].max_fps != cases[i].lowest.max_fps ||
            order.limits[0].scale_down != cases[i].lowest.scale_down) {
            fail_msg("case %zu: layers %u, %u bps, %u fps", i, order.layers,
                     order.limits[0].max_bps, order.limits[0].max_fps);
        }
        demand.ceiling_bps = 0;
        assert_true(layers_wanted_update(&wanted, 3, 135, &demand, 103 * SECOND, &order));
        assert_int_equal(order.layers, 7);
        (void)layers_wanted_update(&wanted, 3, 135, &demand, 106 * SECOND, &order);
        assert_int_equal(order.limits[0].max_bps, cases[i].limit);
    }
}

static void test_less_at_once_more_after_three_seconds(void **state)
{
    struct layers_wanted wanted;
    struct layers_order order;
    struct viewer viewer = {0, 90 * KBPS};
    (void)state;
    layers_wanted_init(&wanted, 100 * SECOND);
    assert_true(ask(&wanted, 3, 135, &viewer, 1, 101 * SECOND, &order));
    viewer.limit_bps = 85 * KBPS; /* little steps not at all */
    assert_false(ask(&wanted, 3, 135, &viewer, 1, 103 * SECOND, &order));
    viewer.limit_bps = 50 * KBPS;
    assert_true(ask(&wanted, 3, 135, &viewer, 1, 104 * SECOND, &order));
    assert_int_equal(order.limits[0].max_bps, 50 * KBPS);
    viewer.limit_bps = 40 * KBPS; /* not more often than once a second */
    assert_false(ask(&wanted, 3, 135, &viewer, 1, 104 * SECOND + SECOND / 2, &order));
    assert_true(ask(&wanted, 3, 135, &viewer, 1, 105 * SECOND, &order));
    viewer.limit_bps = 0;
    assert_false(ask(&wanted, 3, 135, &viewer, 1, 107 * SECOND, &order));
    assert_false(ask(&wanted, 3, 135, &viewer, 1, 109 * SECOND, &order));
    assert_true(ask(&wanted, 3, 135, &viewer, 1, 110 * SECOND, &order));
    assert_int_equal(order.limits[0].max_bps, 0);
    assert_int_equal(order.limits[0].max_fps, 0);
    assert_int_equal(order.limits[0].scale_down, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_nobody_needs_goes_after_ten_seconds),
        cmocka_unit_test(test_a_queue_that_drains_leaves_the_least),
        cmocka_unit_test(test_smaller_and_slower),
        cmocka_unit_test(test_each_layer_has_its_own_limit),
        cmocka_unit_test(test_the_recorder_bears_any_limit),
        cmocka_unit_test(test_nothing_is_asked_where_somebody_takes_it_as_it_comes),
        cmocka_unit_test(test_until_the_link_is_proven_the_lowest_layer_is_enough),
        cmocka_unit_test(test_what_the_publishers_link_does_not_bear_goes_at_once),
        cmocka_unit_test(test_less_at_once_more_after_three_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

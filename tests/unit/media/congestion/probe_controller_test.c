#include "media/congestion/probe_controller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BEGAN_US 1000000

struct prober {
    struct probe_controller probes;
    struct probe_conditions conditions;
    uint64_t now_us;
};

static void begin(struct prober *prober, uint32_t bps, uint32_t wanted_bps)
{
    *prober = (struct prober){.now_us = BEGAN_US, .conditions = {.bps = bps, .rtt_us = 50000}};
    probe_controller_init(&prober->probes, BEGAN_US);
    probe_controller_set_wanted(&prober->probes, wanted_bps, BEGAN_US);
}

static bool take(struct prober *prober, struct probe_request *ret_request)
{
    return probe_controller_take(&prober->probes, &prober->conditions, prober->now_us, ret_request);
}

/* Sends what was asked for through a link of `link_bps` that loses each `lost_each`-th packet. */
static enum probe_outcome answer(struct prober *prober, const struct probe_request *request,
                                 double link_bps, unsigned lost_each,
                                 struct probe_result *ret_result)
{
    const uint32_t size = request->bytes / request->packets;
    double free_us = 0;
    enum probe_outcome outcome = PROBE_NONE;
    for (unsigned i = 0; i < request->packets; i++) {
        const double sent_us = (double)prober->now_us + i * size * 8e6 / request->bps;
        free_us = (free_us > sent_us ? free_us : sent_us) + size * 8e6 / link_bps;
        const struct packet_result result = {
            .sent_us = (uint64_t)sent_us,
            .arrival_us = (uint64_t)free_us + 30000,
            .size = size,
            .probe = request->id,
            .received = lost_each == 0 || i % lost_each != lost_each - 1,
        };
        assert_int_equal(outcome, PROBE_NONE);
        outcome =
            probe_controller_add(&prober->probes, &result, 0, prober->now_us + 100000, ret_result);
    }
    prober->now_us += 100000;
    return outcome;
}

static void aims_at_twice_and_stops_at_what_is_wanted(void **state)
{
    (void)state;
    static const struct {
        uint32_t bps;
        uint32_t wanted_bps;
        uint32_t expected_bps; /* 0: no probe */
    } cases[] = {{300000, 5000000, 600000},
                 {300000, 400000, 420000},
                 {300000, 300000, 0},
                 {300000, 0, 0},
                 {40000, 5000000, 80000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prober prober;
        struct probe_request request;
        begin(&prober, cases[i].bps, cases[i].wanted_bps);
        assert_int_equal(take(&prober, &request), cases[i].expected_bps > 0);
        if (cases[i].expected_bps > 0) {
            assert_int_equal(request.bps, cases[i].expected_bps);
            assert_int_not_equal(request.id, 0);
            assert_true(request.packets >= 5);
            assert_true(request.bytes <= request.packets * 1200);
            assert_false(take(&prober, &request)); /* one at a time */
        }
    }
}

static void goes_on_at_once_where_there_is_room(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 300000, 50000000);
    for (unsigned i = 0; i < 4; i++) {
        assert_true(take(&prober, &request));
        assert_int_equal(answer(&prober, &request, 1e9, 0, &result), PROBE_TOLD);
        assert_true(result.has_room);
        assert_float_equal(result.bps, request.bps, request.bps * 0.02);
        prober.conditions.bps = (uint32_t)result.bps;
    }
    assert_true(prober.conditions.bps > 6000000);
}

static void measures_what_the_link_carries(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 1000000, 5000000);
    assert_true(take(&prober, &request));
    assert_int_equal(answer(&prober, &request, 1200000, 0, &result), PROBE_TOLD);
    assert_false(result.has_room);
    assert_float_equal(result.bps, 0.9 * 1200000, 20000);
    assert_float_equal(result.most_bps, 1200000, 20000);
    assert_false(take(&prober, &request));
    prober.now_us += 6000000;
    assert_true(take(&prober, &request));
}

/* Behind an uneven link: longer, lower, and two that agree. */
static void believes_two_where_the_link_is_uneven(void **state)
{
    (void)state;
    static const struct {
        uint32_t first_bps;
        uint32_t second_bps;
    } cases[] = {{1000000000, 600000}, {600000, 1000000000}, {600000, 600000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prober prober;
        struct probe_request request;
        struct probe_result result = {.bps = 0};
        begin(&prober, 500000, 5000000);
        prober.conditions.unevenness_us = 15000;
        assert_true(take(&prober, &request));
        assert_in_range(request.bps, 600000, 850000);
        assert_in_range((uint64_t)request.bytes * 8000000 / request.bps, 95000, 130000);
        assert_int_equal(answer(&prober, &request, cases[i].first_bps, 0, &result), PROBE_NONE);
        prober.now_us += 200000;
        assert_true(take(&prober, &request)); /* soon */
        assert_int_equal(answer(&prober, &request, cases[i].second_bps, 0, &result), PROBE_TOLD);
        assert_true(result.bps > 450000 && result.bps <= 600000);
        /* what one alone rules out is not ruled out */
        assert_true(result.most_bps == 0 || result.most_bps > 600000);
    }
}

/* A flow that shares a full link sends in bursts, too: one burst may have found a gap. */
static void believes_two_where_the_link_was_full(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 1000000, 5000000);
    prober.conditions.is_full = true;
    assert_true(take(&prober, &request));
    assert_true((uint64_t)request.bytes * 8000000 / request.bps >= 75000);
    assert_int_equal(answer(&prober, &request, 1e9, 0, &result), PROBE_NONE);
    prober.now_us += 200000;
    assert_true(take(&prober, &request));
    assert_int_equal(answer(&prober, &request, 1e9, 0, &result), PROBE_TOLD);
    assert_true(result.has_room && result.bps > 1400000);
}

/* Padding is made of packets that were sent before, and they are as long as they are. */
static void measures_all_of_a_probe_whose_packets_are_small(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 1000000, 5000000);
    assert_true(take(&prober, &request));
    const unsigned packets = 3 * request.packets;
    for (unsigned i = 0; i < packets; i++) {
        const uint32_t size = request.bytes / packets + 1;
        const uint64_t sent_us = prober.now_us + (uint64_t)i * size * 8000000 / request.bps;
        const struct packet_result told = {.sent_us = sent_us,
                                           .arrival_us = sent_us + 30000,
                                           .size = size,
                                           .probe = request.id,
                                           .received = true};
        const enum probe_outcome outcome =
            probe_controller_add(&prober.probes, &told, 0, prober.now_us + 100000, &result);
        if (outcome == PROBE_TOLD) {
            assert_true(i >= packets * 9 / 10);
            return;
        }
    }
    fail();
}

/* Far more of the burst is lost than is lost anyway, without any delay. */
static void tells_of_a_policer(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 1000000, 5000000);
    prober.conditions.is_full = true;
    assert_true(take(&prober, &request));
    assert_int_equal(answer(&prober, &request, 1e9, 3, &result), PROBE_POLICED);
    assert_false(take(&prober, &request));
}

static void fails_where_too_much_is_lost(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 1000000, 5000000);
    assert_true(take(&prober, &request));
    assert_int_equal(answer(&prober, &request, 1e9, 2, &result), PROBE_FAILED);
}

static void asks_often_after_the_link_gave_way(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 200000, 5000000);
    prober.now_us += 10000000;
    probe_controller_on_drop(&prober.probes, 2000000, 200000, prober.now_us);
    const uint64_t dropped_us = prober.now_us;
    unsigned probes = 0;
    while (prober.now_us < dropped_us + 30000000) {
        prober.now_us += 20000;
        if (take(&prober, &request)) {
            probes++;
            assert_int_equal(answer(&prober, &request, 200000, 0, &result), PROBE_TOLD);
        }
    }
    assert_in_range(probes, 15, 20); /* so none waits for 2 s */
    /* until all is as it was */
    prober.conditions.bps = 1900000;
    prober.now_us += 2000000;
    assert_true(take(&prober, &request));
    answer(&prober, &request, 1900000, 0, &result);
    prober.now_us += 2000000;
    assert_false(take(&prober, &request));
}

static void asks_at_once_where_nothing_is_known(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    struct probe_result result;
    begin(&prober, 150000, 5000000);
    prober.now_us += 10000000;
    probe_controller_on_doubt(&prober.probes, 2000000, prober.now_us);
    assert_true(take(&prober, &request));
    assert_int_equal(answer(&prober, &request, 200000, 0, &result), PROBE_TOLD);
    prober.now_us += 2000000; /* and often from then on */
    assert_true(take(&prober, &request));
}

static void gives_up_on_one_that_is_not_sent(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    begin(&prober, 300000, 5000000);
    assert_true(take(&prober, &request));
    const uint16_t id = request.id;
    prober.now_us += 2000000;
    assert_false(take(&prober, &request));
    prober.now_us += 2000000;
    assert_true(take(&prober, &request));
    assert_int_not_equal(request.id, id);
    /* nor is one begun while a queue stands */
    prober.now_us += 20000000;
    prober.conditions.held = true;
    assert_false(take(&prober, &request));
}

static void casts_a_shadow(void **state)
{
    (void)state;
    struct prober prober;
    struct probe_request request;
    begin(&prober, 300000, 5000000);
    assert_false(probe_controller_shadows(&prober.probes, prober.now_us));
    assert_true(take(&prober, &request));
    assert_true(probe_controller_shadows(&prober.probes, prober.now_us));
    assert_false(probe_controller_shadows(&prober.probes, prober.now_us - 1));
    assert_false(probe_controller_shadows(&prober.probes, prober.now_us + 300000));
    probe_controller_end_shadow(&prober.probes);
    assert_false(probe_controller_shadows(&prober.probes, prober.now_us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aims_at_twice_and_stops_at_what_is_wanted),
        cmocka_unit_test(goes_on_at_once_where_there_is_room),
        cmocka_unit_test(measures_what_the_link_carries),
        cmocka_unit_test(believes_two_where_the_link_is_uneven),
        cmocka_unit_test(believes_two_where_the_link_was_full),
        cmocka_unit_test(measures_all_of_a_probe_whose_packets_are_small),
        cmocka_unit_test(tells_of_a_policer),
        cmocka_unit_test(fails_where_too_much_is_lost),
        cmocka_unit_test(asks_often_after_the_link_gave_way),
        cmocka_unit_test(asks_at_once_where_nothing_is_known),
        cmocka_unit_test(gives_up_on_one_that_is_not_sent),
        cmocka_unit_test(casts_a_shadow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "media/transport/silence_watch.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TICK_US 20000

/* A phase of a peer's life: packets that come in each tick, or now and then. */
struct phase {
    unsigned ms;
    unsigned rtp_every_ms;    /* 0: none */
    unsigned others_every_ms; /* 0: none */
};

struct life {
    const char *name;
    struct phase phases[4];
    unsigned silences;
    bool ends_silent;
};

static bool is_due(unsigned every_ms, unsigned at_ms)
{
    return every_ms > 0 && at_ms % every_ms == 0;
}

static void lives_are_told_apart(void **state)
{
    (void)state;
    static const struct life lives[] = {
        {"never sent anything", {{5000, 0, 0}}, 0, false},
        {"only checks", {{9000, 0, 2500}}, 0, false},
        {"speaks", {{5000, 20, 1000}}, 0, false},
        {"the network is gone", {{3000, 20, 1000}, {1000, 0, 0}}, 1, true},
        {"gone for less than half a second", {{3000, 20, 0}, {480, 0, 0}, {1000, 20, 0}}, 0, false},
        {"gone and back", {{3000, 20, 0}, {700, 0, 0}, {3000, 20, 0}}, 1, false},
        {"gone twice", {{3000, 20, 0}, {700, 0, 0}, {3000, 20, 0}, {700, 0, 0}}, 2, true},
        {"long frames", {{3000, 120, 0}, {700, 0, 0}}, 1, true},
        {"spoke for a moment only", {{600, 20, 0}, {2000, 0, 0}}, 0, false},
        {"pauses in speech (DTX)", {{9000, 400, 0}, {2000, 0, 0}}, 0, false},
        {"stopped sending, checks and reports go on",
         {{3000, 20, 100}, {2000, 0, 300}, {3000, 0, 2500}},
         0,
         false},
        {"a check comes back before media",
         {{3000, 20, 0}, {700, 0, 0}, {3000, 0, 2500}},
         1,
         false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(lives); i++) {
        struct silence_watch watch = {0};
        uint64_t rtp = 0;
        uint64_t others = 0;
        unsigned silences = 0;
        uint64_t now_us = 77000000;
        for (size_t p = 0; p < ARRAY_LENGTH(lives[i].phases); p++) {
            const struct phase *phase = &lives[i].phases[p];
            for (unsigned at_ms = 0; at_ms < phase->ms; at_ms += TICK_US / 1000) {
                now_us += TICK_US;
                rtp += is_due(phase->rtp_every_ms, at_ms);
                others += is_due(phase->others_every_ms, at_ms);
                const bool changed = silence_watch_on_tick(&watch, rtp, others, now_us);
                silences += changed && silence_watch_is_silent(&watch);
            }
        }
        if (silences != lives[i].silences ||
            silence_watch_is_silent(&watch) != lives[i].ends_silent) {
            fail_msg("%s: %u silences", lives[i].name, silences);
        }
    }
}

static void it_is_noticed_after_half_a_second(void **state)
{
    (void)state;
    struct silence_watch watch = {0};
    uint64_t now_us = 1000000;
    for (uint64_t rtp = 1; rtp < 100; rtp++, now_us += TICK_US) {
        assert_false(silence_watch_on_tick(&watch, rtp, 0, now_us));
    }
    const uint64_t last_us = now_us - TICK_US;
    assert_false(silence_watch_on_tick(&watch, 99, 0, last_us + SILENCE_WATCH_SILENT_US - 1));
    assert_true(silence_watch_on_tick(&watch, 99, 0, last_us + SILENCE_WATCH_SILENT_US));
    assert_false(silence_watch_on_tick(&watch, 99, 0, last_us + SILENCE_WATCH_SILENT_US + 1));
    assert_true(silence_watch_on_tick(&watch, 100, 0, last_us + SILENCE_WATCH_SILENT_US + 2));
    assert_false(silence_watch_is_silent(&watch));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lives_are_told_apart),
        cmocka_unit_test(it_is_noticed_after_half_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The estimator behind simulated links (tests/fakes/simulated_downlink.h): it comes to what they
 * carry, without queues, shares, and comes back. What is promised of a single link is held to in
 * each run. Chance has a part where a link is shared or falls: there nearly all runs keep it, and
 * none misses by far. */
#include "tests/fakes/simulated_downlink.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SAMPLES_MAX 1500
#define PER_SECOND (1000000 / SIMULATED_SAMPLE_US)
#define STEADY_S 30
#define PACKET_BITS 9600

/* Runs that keep a promise, of all. */
struct tally {
    unsigned kept;
    unsigned runs;
};

static void count(struct tally *tally, bool kept)
{
    tally->runs++;
    tally->kept += kept;
}

struct run {
    size_t samples;
    struct simulated_sample of[SIMULATED_RECEIVERS_MAX][SAMPLES_MAX];
};

static struct run the_run;

static const struct run *run(const struct simulated_downlink_config *config, unsigned seconds)
{
    AUTO(simulated_downlink) downlink = simulated_downlink_create(config);
    the_run.samples = seconds * PER_SECOND;
    assert_true(the_run.samples <= SAMPLES_MAX);
    for (size_t i = 0; i < the_run.samples; i++) {
        struct simulated_sample samples[SIMULATED_RECEIVERS_MAX];
        simulated_downlink_run(downlink, samples);
        the_run.of[0][i] = samples[0];
        the_run.of[1][i] = samples[1];
    }
    return &the_run;
}

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Of the last half minute. `field` is an offset in struct simulated_sample. */
static uint32_t steady_median(const struct run *done, size_t receiver, size_t field)
{
    uint32_t values[STEADY_S * PER_SECOND];
    const size_t first = done->samples - STEADY_S * PER_SECOND;
    for (size_t i = 0; i < STEADY_S * PER_SECOND; i++) {
        const struct simulated_sample *sample = &done->of[receiver][first + i];
        memcpy(&values[i], (const char *)sample + field, sizeof(values[i]));
    }
    qsort(values, STEADY_S * PER_SECOND, sizeof(values[0]), compare);
    return values[STEADY_S * PER_SECOND / 2];
}

static uint32_t median_estimate(const struct run *done, size_t receiver)
{
    return steady_median(done, receiver, offsetof(struct simulated_sample, estimate_bps));
}

static uint32_t median_wait_us(const struct run *done)
{
    return steady_median(done, 0, offsetof(struct simulated_sample, wait_us));
}

static void require(bool condition, const char *link, const char *what, double value)
{
    if (!condition) {
        fail_msg("%s: %s is %.3f", link, what, value);
    }
}

/* Reaches what the link carries within 15 %, and the packets of half of all tenths of a second wait
 * for no longer than 100 ms, or two packet times, on average. */
static void comes_to_what_the_link_carries(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        uint64_t kbps;
        uint32_t delay_ms;
        uint32_t jitter_ms;
        double loss_percent;
        uint32_t queue_ms;
        uint32_t feedback_ms;
        double feedback_loss_percent;
        int32_t drift_ppm;
    } links[] = {
        {"50 kbit/s", 50, 40, 0, 0, 800, 100, 0, 0},
        {"80 kbit/s, uneven", 80, 80, 8, 0, 600, 75, 0, 30},
        {"edge: 150 kbit/s, 5 % loss", 150, 150, 0, 5, 500, 75, 5, 0},
        {"250 kbit/s", 250, 30, 2, 0, 400, 50, 0, -50},
        {"400 kbit/s, feedback lost", 400, 60, 5, 0, 300, 100, 20, 0},
        {"lte-weak: 600 kbit/s, 40 ms jitter, 3 % loss", 600, 60, 40, 3, 300, 75, 3, 0},
        {"1 Mbit/s", 1000, 20, 0, 0, 250, 100, 0, 100},
        {"2 Mbit/s from afar", 2000, 300, 0, 1, 400, 75, 1, 0},
        {"3.5 Mbit/s, a short queue", 3500, 10, 1, 0, 100, 60, 0, 0},
        {"5 Mbit/s", 5000, 50, 3, 0.5, 300, 50, 0, -100},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(links); i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            const struct simulated_downlink_config config = {
                .seed = seed,
                .down = {.rate_bps = links[i].kbps * 1000,
                         .delay_us = links[i].delay_ms * 1000,
                         .jitter_us = links[i].jitter_ms * 1000,
                         .loss_percent = links[i].loss_percent,
                         .queue_bytes = (uint32_t)(links[i].kbps * links[i].queue_ms / 8)},
                .up = {.delay_us = links[i].delay_ms * 1000,
                       .loss_percent = links[i].feedback_loss_percent},
                .feedback_us = links[i].feedback_ms * 1000,
                .drift_ppm = links[i].drift_ppm,
                .wanted_bps = 8000000,
            };
            const struct run *done = run(&config, 90);
            const double share = median_estimate(done, 0) / (double)(links[i].kbps * 1000);
            require(share > 0.85 && share < 1.15, links[i].link, "the share", share);
            const double packets_us = 2.0 * PACKET_BITS * 1000 / (double)links[i].kbps;
            const double limit_us = packets_us > 100000 ? packets_us : 100000;
            const double wait_us = median_wait_us(done);
            require(wait_us <= limit_us, links[i].link, "the wait in us", wait_us);
        }
    }
}

static void does_not_take_chance_for_congestion(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        double loss_percent;
        uint32_t delay_ms;
        enum simulated_pictures pictures;
    } links[] = {{"loss-10", 10, 30, SIMULATED_FOLLOWING},
                 {"loss-10 with layers", 10, 30, SIMULATED_LAYERS},
                 {"satellite", 1, 300, SIMULATED_FOLLOWING},
                 {"no loss", 0, 30, SIMULATED_LAYERS}};
    for (size_t i = 0; i < ARRAY_LENGTH(links); i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            const struct simulated_downlink_config config = {
                .seed = seed,
                .down = {.loss_percent = links[i].loss_percent,
                         .delay_us = links[i].delay_ms * 1000},
                .up = {.loss_percent = links[i].loss_percent, .delay_us = links[i].delay_ms * 1000},
                .wanted_bps = 1800000,
                .pictures = links[i].pictures,
            };
            const struct run *done = run(&config, 60);
            for (size_t k = 15 * PER_SECOND; k < done->samples; k++) {
                const double bps = done->of[0][k].estimate_bps;
                require(bps >= 0.97 * 1800000, links[i].link, "the estimate", bps);
                require(bps <= 2 * 1800000, links[i].link, "the estimate", bps);
            }
        }
    }
}

/* Where the queue is too short to be seen, loss says what the link carries. */
static void takes_loss_of_a_short_queue_for_congestion(void **state)
{
    (void)state;
    static const uint32_t queues_ms[] = {50, 80, 120};
    for (size_t i = 0; i < ARRAY_LENGTH(queues_ms); i++) {
        const struct simulated_downlink_config config = {
            .seed = 1,
            .down = {.rate_bps = 1000000, .delay_us = 30000, .queue_bytes = 125 * queues_ms[i]},
            .up = {.delay_us = 30000},
            .wanted_bps = 5000000,
        };
        const double share = median_estimate(run(&config, 90), 0) / 1e6;
        require(share > 0.8 && share < 1.2, "a short queue", "the share", share);
    }
}

/* What is in use bounds what is believed; silence does not undo it. */
static void believes_what_was_used_or_probed(void **state)
{
    (void)state;
    const struct simulated_downlink_config config = {
        .seed = 1,
        .down = {.rate_bps = 5000000, .delay_us = 30000},
        .up = {.delay_us = 30000},
        .wanted_bps = 60000,
        .pictures = SIMULATED_NONE,
    };
    const struct run *done = run(&config, 60);
    assert_in_range(median_estimate(done, 0), 60000, 310000);
}

static void shares_a_bottleneck(void **state)
{
    (void)state;
    static const uint64_t rates_bps[] = {300000, 500000, 1000000, 3000000};
    struct tally fair = {0};
    for (size_t i = 0; i < 3 * ARRAY_LENGTH(rates_bps); i++) {
        const struct simulated_downlink_config config = {
            .seed = i,
            .down = {.rate_bps = rates_bps[i / 3], .delay_us = 30000, .jitter_us = 1000},
            .up = {.delay_us = 30000},
            .wanted_bps = 8000000,
            .second_at_us = i % 3 * 5000000 + 1000,
        };
        const struct run *done = run(&config, 120);
        const double ratio = (double)median_estimate(done, 0) / median_estimate(done, 1);
        require(ratio > 0.45 && ratio < 2.2, "shared", "the ratio", ratio);
        count(&fair, ratio > 0.6 && ratio < 1.6);
    }
    assert_true(fair.kept + 1 >= fair.runs);
}

static void gives_way_and_comes_back(void **state)
{
    (void)state;
    const struct impairment_settings wide = {.rate_bps = 2000000, .delay_us = 25000};
    const struct impairment_settings narrow = {.rate_bps = 200000, .delay_us = 25000};
    static const uint32_t queues_ms[] = {250, 500, 1000};
    struct tally short_queues = {0};
    for (size_t i = 0; i < 2 * ARRAY_LENGTH(queues_ms); i++) {
        struct simulated_downlink_config config = {
            .seed = i + 1,
            .down = wide,
            .changes = {{20000000, narrow}, {40000000, wide}},
            .up = {.delay_us = 25000},
            .wanted_bps = 1800000,
            .is_paced = true,
            .pictures = i % 2 ? SIMULATED_LAYERS : SIMULATED_FOLLOWING,
        };
        config.down.queue_bytes = 250 * queues_ms[i / 2];
        config.changes[0].down.queue_bytes = 25 * queues_ms[i / 2];
        config.changes[1].down.queue_bytes = 250 * queues_ms[i / 2];
        const struct run *done = run(&config, 60);
        uint32_t longest_us = 0;
        for (size_t k = 22 * PER_SECOND; k < 40 * PER_SECOND; k++) {
            const uint32_t queue_us = done->of[0][k].queue_us;
            longest_us = queue_us > longest_us ? queue_us : longest_us;
            require(done->of[0][k].estimate_bps < 400000, "narrow", "the estimate",
                    done->of[0][k].estimate_bps);
        }
        require(longest_us < 400000, "narrow", "the longest queue in us", longest_us);
        count(&short_queues, longest_us < 300000);
        const double back_bps = done->of[0][43 * PER_SECOND].estimate_bps;
        require(back_bps > 0.75 * 1800000, "wide again", "the estimate after 3 s", back_bps);
    }
    assert_true(short_queues.kept + 1 >= short_queues.runs);
}

/* Both ways at once, so that feedback waits behind the receiver's own camera: 64 kB hold 2.6 s of
 * the narrow link, and the pictures of 0.5 s. The receiver's voice is missed first. */
static void stops_before_anybody_can_tell(void **state)
{
    (void)state;
    const struct impairment_settings wide = {
        .rate_bps = 2000000, .delay_us = 30000, .queue_bytes = 64000};
    struct impairment_settings narrow = wide;
    static const uint32_t feedbacks_ms[] = {50, 75, 100};
    struct tally soon = {0};
    struct tally short_queues = {0};
    narrow.rate_bps = 200000;
    for (size_t i = 0; i < 4 * ARRAY_LENGTH(feedbacks_ms); i++) {
        const bool is_late = i % 2 == 1;
        const uint64_t drop_us = 20000000 + 17000 * i;
        const struct simulated_downlink_config config = {
            .seed = i + 1,
            .down = wide,
            .changes = {{drop_us, narrow, is_late ? 200000 : 0},
                        {40000000, wide, is_late ? 2000000 : 0}},
            .up = wide,
            .feedback_us = feedbacks_ms[i / 4] * 1000,
            .own_bps = is_late ? 1300000 : 0,
            .has_voice = is_late,
            .wanted_bps = 1300000,
            .is_paced = true,
            .pictures = SIMULATED_LAYERS,
        };
        const struct run *done = run(&config, 60);
        uint32_t at_drop_us = 0;
        uint32_t later_us = 0;
        uint32_t held_us = 0;
        for (size_t k = 20 * PER_SECOND; k < 40 * PER_SECOND; k++) {
            const struct simulated_sample *sample = &done->of[0][k];
            uint32_t *longest_us = sample->at_us < drop_us + 2000000 ? &at_drop_us : &later_us;
            *longest_us = sample->queue_us > *longest_us ? sample->queue_us : *longest_us;
            held_us += sample->held_us;
        }
        require(at_drop_us < 900000, "drop", "the queue in us", at_drop_us);
        require(later_us < 800000, "drop", "the queue two seconds later in us", later_us);
        require(held_us < (is_late ? 7000000 : 2000000), "drop", "held for us", held_us);
        count(&soon, at_drop_us < 700000);
        count(&short_queues, later_us < 300000);
    }
    assert_true(soon.kept * 4 >= soon.runs * 3);
    assert_true(short_queues.kept + 1 >= short_queues.runs);
}

/* What is late because of feedback alone costs next to nothing. */
static void seldom_holds_without_need(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        uint32_t delay_ms;
        uint32_t jitter_ms;
        double loss_percent;
        uint32_t feedback_ms;
        uint32_t kbps;
    } links[] = {{"good", 20, 0, 0, 50, 0},           {"lte-weak", 60, 40, 3, 75, 600},
                 {"satellite", 300, 0, 1, 100, 0},    {"loss-10", 30, 0, 10, 50, 0},
                 {"slow feedback", 30, 0, 0, 250, 0}, {"edge", 150, 0, 5, 200, 150}};
    for (size_t i = 0; i < ARRAY_LENGTH(links); i++) {
        for (unsigned pictures = SIMULATED_LAYERS; pictures <= SIMULATED_NONE; pictures++) {
            const struct impairment_settings way = {.rate_bps = links[i].kbps * 1000,
                                                    .delay_us = links[i].delay_ms * 1000,
                                                    .jitter_us = links[i].jitter_ms * 1000,
                                                    .loss_percent = links[i].loss_percent,
                                                    .queue_bytes = 64000};
            const struct simulated_downlink_config config = {
                .seed = i + 1,
                .down = way,
                .up = way,
                .feedback_us = links[i].feedback_ms * 1000,
                .has_voice = true,
                .wanted_bps = 1300000,
                .is_paced = true,
                .pictures = (enum simulated_pictures)pictures,
            };
            const struct run *done = run(&config, 60);
            uint32_t held_us = 0;
            uint32_t longest_us = 0;
            uint32_t row_us = 0;
            for (size_t k = 15 * PER_SECOND; k < done->samples; k++) {
                const uint32_t sample_us = done->of[0][k].held_us;
                row_us = sample_us > 0 ? row_us + sample_us : 0;
                longest_us = row_us > longest_us ? row_us : longest_us;
                held_us += sample_us;
            }
            require(held_us < 0.04 * 45000000, links[i].link, "held for us", held_us);
            require(longest_us < 1000000, links[i].link, "held in a row for us", longest_us);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_to_what_the_link_carries),
        cmocka_unit_test(does_not_take_chance_for_congestion),
        cmocka_unit_test(takes_loss_of_a_short_queue_for_congestion),
        cmocka_unit_test(believes_what_was_used_or_probed),
        cmocka_unit_test(shares_a_bottleneck),
        cmocka_unit_test(gives_way_and_comes_back),
        cmocka_unit_test(stops_before_anybody_can_tell),
        cmocka_unit_test(seldom_holds_without_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

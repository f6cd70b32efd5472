#include "media/rtp/nack_generator.h"

#include "gateway/base/allocate.h"
#include "gateway/base/sequence_number.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define RTT_UNKNOWN_US 100000
#define LOSS_SPAN 256 /* packets */
#define MUCH_IS_LOST_PPM 30000

struct missing {
    uint64_t since_us;
    uint64_t asked_at_us;
    unsigned tries;
    uint16_t sequence;
    bool is_repeated; /* the last request */
};

struct nack_generator {
    struct nack_generator_config config;
    struct nack_generator_statistics statistics;
    bool started;
    bool beyond_repair; /* since the caller was last told */
    uint16_t highest;
    uint32_t loss_ppm;
    size_t count;
    struct missing missing[]; /* in ascending order */
};

const struct nack_generator_config nack_generator_config_video = {
    .max_missing = 256,
    .reorder_wait_us = 5000,
    .retry_min_us = 20000,
    .retry_late_us = 5000,
    .repeat_us = 15000,
    .max_tries = 10,
};

struct nack_generator *nack_generator_create(const struct nack_generator_config *config)
{
    assert(config->max_missing > 0 && config->max_missing <= INT16_MAX && config->max_tries > 0);
    struct nack_generator *generator = allocate_zeroed(
        1, sizeof(*generator) + config->max_missing * sizeof(generator->missing[0]));
    generator->config = *config;
    return generator;
}

struct nack_generator *nack_generator_destroy(struct nack_generator *generator)
{
    free(generator);
    return NULL;
}

static void forget_oldest(struct nack_generator *generator, size_t count)
{
    memmove(generator->missing, generator->missing + count,
            (generator->count - count) * sizeof(generator->missing[0]));
    generator->count -= count;
    generator->statistics.lost_for_good += count;
    generator->beyond_repair = true;
}

/* Notes the `skipped` numbers before `sequence`. */
static void note_gap(struct nack_generator *generator, uint16_t sequence, size_t skipped,
                     uint64_t now_us)
{
    const size_t most = generator->config.max_missing;
    generator->statistics.missed += skipped;
    if (skipped > most) {
        forget_oldest(generator, generator->count);
        generator->statistics.lost_for_good += skipped;
        return;
    }
    if (generator->count + skipped > most) {
        forget_oldest(generator, generator->count + skipped - most);
    }
    for (size_t ago = skipped; ago > 0; ago--) {
        generator->missing[generator->count++] = (struct missing){
            .since_us = now_us,
            .sequence = (uint16_t)(sequence - ago),
        };
    }
}

static int note_late(struct nack_generator *generator, uint16_t sequence)
{
    for (size_t i = 0; i < generator->count; i++) {
        if (generator->missing[i].sequence == sequence) {
            generator->count--;
            memmove(generator->missing + i, generator->missing + i + 1,
                    (generator->count - i) * sizeof(generator->missing[0]));
            generator->statistics.recovered++;
            return 0;
        }
    }
    return -EALREADY;
}

static void note_loss(struct nack_generator *generator, size_t skipped)
{
    const uint32_t most = 1000000;
    const uint32_t share = skipped < LOSS_SPAN ? (uint32_t)skipped * (most / LOSS_SPAN) : most;
    generator->loss_ppm -= generator->loss_ppm / LOSS_SPAN;
    generator->loss_ppm = generator->loss_ppm + share < most ? generator->loss_ppm + share : most;
}

int nack_generator_on_packet(struct nack_generator *generator, uint16_t sequence, uint64_t now_us)
{
    if (!generator->started) {
        generator->started = true;
        generator->highest = sequence;
        return 0;
    }
    const int ahead = sequence_distance(sequence, generator->highest);
    if (ahead <= 0) {
        return note_late(generator, sequence);
    }
    note_loss(generator, (size_t)ahead - 1);
    if (ahead > 1) {
        note_gap(generator, sequence, (size_t)ahead - 1, now_us);
    }
    generator->highest = sequence;
    return 0;
}

static bool is_due(const struct nack_generator *generator, const struct missing *missing,
                   uint64_t now_us, uint32_t rtt_us)
{
    if (missing->tries == 0) {
        return now_us >= missing->since_us + generator->config.reorder_wait_us;
    }
    const uint32_t round_trip_us = rtt_us > 0 ? rtt_us : RTT_UNKNOWN_US;
    const uint32_t wait_us = round_trip_us > generator->config.retry_min_us
                                 ? round_trip_us
                                 : generator->config.retry_min_us;
    return now_us >= missing->asked_at_us + wait_us + generator->config.retry_late_us;
}

static bool is_repeat_due(const struct nack_generator *generator, const struct missing *missing,
                          uint64_t now_us)
{
    return generator->loss_ppm >= MUCH_IS_LOST_PPM && missing->tries > 0 && !missing->is_repeated &&
           now_us >= missing->asked_at_us + generator->config.repeat_us;
}

int nack_generator_due(struct nack_generator *generator, uint64_t now_us, uint32_t rtt_us,
                       uint16_t *ret_sequences, size_t capacity)
{
    if (generator->beyond_repair) {
        generator->beyond_repair = false;
        return -ENOBUFS;
    }
    size_t asked = 0;
    size_t kept = 0;
    for (size_t i = 0; i < generator->count; i++) {
        struct missing *missing = &generator->missing[i];
        const bool due = is_due(generator, missing, now_us, rtt_us);
        if (due && missing->tries >= generator->config.max_tries) {
            generator->statistics.lost_for_good++;
            generator->beyond_repair = true;
            continue;
        }
        if (due && asked < capacity) {
            missing->tries++;
            missing->asked_at_us = now_us;
            missing->is_repeated = false;
            ret_sequences[asked++] = missing->sequence;
        } else if (is_repeat_due(generator, missing, now_us) && asked < capacity) {
            missing->is_repeated = true;
            ret_sequences[asked++] = missing->sequence;
        }
        generator->missing[kept++] = *missing;
    }
    generator->count = kept;
    generator->statistics.requested += asked;
    return (int)asked;
}

bool nack_generator_is_missing(const struct nack_generator *generator)
{
    return generator->count > 0;
}

uint32_t nack_generator_loss_ppm(const struct nack_generator *generator)
{
    return generator->loss_ppm;
}

const struct nack_generator_statistics *
nack_generator_statistics(const struct nack_generator *generator)
{
    return &generator->statistics;
}

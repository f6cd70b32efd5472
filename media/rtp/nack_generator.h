/* nack_generator.h - decides which lost packets to ask for again (RFC 4585, 6.2.1).
 *
 *   missing --reorder wait--> asked --round trip--> asked again ... --max_tries--> lost for good
 *      '----------------------- nack_generator_on_packet() ---> here
 *
 * Where much is lost, requests are lost, too: each is sent twice then, a little apart. A browser
 * that got both answers once, since it sends nothing again within a round trip.
 *
 * Pure: no clock, no socket, no log.
 * Thread: belongs to the worker that owns the track. */
#ifndef BEDSIDE_MEDIA_RTP_NACK_GENERATOR_H
#define BEDSIDE_MEDIA_RTP_NACK_GENERATOR_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nack_generator_config {
    size_t max_missing;       /* gaps remembered at once; more at a time are beyond repair */
    uint32_t reorder_wait_us; /* before the first request */
    uint32_t retry_min_us;    /* between requests, however short the round trip */
    uint32_t retry_late_us;   /* more than a round trip: what the answer waits for at its sender */
    uint32_t repeat_us;       /* after a request, the same again, while much is lost */
    unsigned max_tries;
};

/* What suits video from a browser: 256 gaps, 5 ms, 20 ms, 5 ms, 15 ms, 10 tries. */
extern const struct nack_generator_config nack_generator_config_video;

struct nack_generator_statistics {
    uint64_t missed;        /* numbers that were skipped */
    uint64_t requested;     /* requests, with repeats */
    uint64_t recovered;     /* came after all, asked for or merely late */
    uint64_t lost_for_good; /* given up */
};

struct nack_generator;

struct nack_generator *nack_generator_create(const struct nack_generator_config *config);
/* Accepts NULL. Always returns NULL. */
struct nack_generator *nack_generator_destroy(struct nack_generator *generator);
DEFINE_AUTO(nack_generator)

/* Records an arrival; `sequence` may be late or recovered by RTX. Returns 0, or -EALREADY when it
 * is neither new nor missed (came before, or was given up). */
int nack_generator_on_packet(struct nack_generator *generator, uint16_t sequence, uint64_t now_us);
/* Writes what is due for request, oldest first; meant for each batch or tick. `rtt_us` 0 while
 * unknown. Returns the count, or -ENOBUFS, once, when something was lost beyond repair and the
 * caller should ask for a key frame; a second call at once goes on with what is due. */
int nack_generator_due(struct nack_generator *generator, uint64_t now_us, uint32_t rtt_us,
                       uint16_t *ret_sequences, size_t capacity);
/* Something is missing that may still come: worth asking every 5 ms what is due. */
bool nack_generator_is_missing(const struct nack_generator *generator);
/* How many of a million packets did not come at the first try, over the last few hundred. */
uint32_t nack_generator_loss_ppm(const struct nack_generator *generator);
const struct nack_generator_statistics *
nack_generator_statistics(const struct nack_generator *generator);

#endif

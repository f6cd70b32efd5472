/* bandwidth_estimator.h - how much may be sent to one receiver, from what became of the packets
 * sent to it (in the line of draft-ietf-rmcat-gcc-02; media/README.md, "How the downlink is
 * estimated").
 *
 * Delay that grows is congestion; loss without a queue and without a relation to the rate is not.
 * What the link can carry beyond what is sent is found by probes, short bursts of padding, which
 * the caller sends when asked.
 *
 *   on each packet sent       bandwidth_estimator_on_sent()       (beside sent_packets_record)
 *   on each feedback          bandwidth_estimator_on_results()    (with what sent_packets made of
 * it) every 20 to 50 ms         bandwidth_estimator_on_tick(), bandwidth_estimator_take_probe()
 *   whenever it is used       bandwidth_estimator_now()
 *
 * Pure: time is given, in microseconds of one monotonic clock, and need not begin at 0. Thread: the
 * worker that owns the endpoint. */
#ifndef BEDSIDE_MEDIA_CONGESTION_BANDWIDTH_ESTIMATOR_H
#define BEDSIDE_MEDIA_CONGESTION_BANDWIDTH_ESTIMATOR_H

#include "gateway/base/cleanup.h"
#include "media/congestion/packet_result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bandwidth_estimator;

struct bandwidth_estimator_config {
    uint32_t start_bps; /* believed until the first feedback */
    uint32_t min_bps;   /* never less; greater than 0 */
    uint32_t max_bps;   /* never more */
};

enum network_usage { NETWORK_USAGE_NORMAL, NETWORK_USAGE_UNDER, NETWORK_USAGE_OVER };

struct bandwidth_estimate {
    uint32_t bps; /* everything: sound, pictures, retransmissions, headers up to IP */
    /* What it will be in a moment, when a small queue is gone: for what is not changed so quickly.
     */
    uint32_t lasting_bps;
    uint32_t queue_us;      /* how long a packet waits now behind others of ours */
    uint16_t loss_permille; /* of the last one to two seconds */
    enum network_usage usage;
    /* News of what was sent is late, and with it that of a queue, maybe: hold pictures, keep sound,
     * until this is false again. */
    bool hold_wanted;
    /* The link gave way suddenly and a queue stands before it, or nothing is known of it for too
     * long: drop pictures, keep sound, until this is false again. */
    bool drained_wanted;
};

/* A burst to send now: `packets` packets of padding, `bytes` in all and with their headers, evenly
 * at `bps`, each recorded with probe = id. They go on top of what is sent anyway, unless ordinary
 * packets fill `bps`. Fewer than asked for is harmless; nothing is learned then. */
struct probe_request {
    uint16_t id; /* not 0 */
    uint32_t bps;
    uint32_t bytes;
    uint32_t packets;
};

/* Returns an owned estimator. */
struct bandwidth_estimator *
bandwidth_estimator_create(const struct bandwidth_estimator_config *config, uint64_t now_us);
/* Accepts NULL, returns NULL. */
struct bandwidth_estimator *bandwidth_estimator_destroy(struct bandwidth_estimator *estimator);
DEFINE_AUTO(bandwidth_estimator)

/* Something was sent. Without it, feedback that stays away is not noticed. */
void bandwidth_estimator_on_sent(struct bandwidth_estimator *estimator, uint64_t now_us);
/* `results` are those of one feedback packet, in the order of sending. */
void bandwidth_estimator_on_results(struct bandwidth_estimator *estimator,
                                    const struct packet_result *results, size_t count,
                                    uint64_t now_us);
/* From RTCP reports or ICE checks. */
void bandwidth_estimator_set_rtt(struct bandwidth_estimator *estimator, uint32_t rtt_us);
void bandwidth_estimator_on_tick(struct bandwidth_estimator *estimator, uint64_t now_us);
/* What comes from the receiver is late all at once: so will be what tells of a queue. */
void bandwidth_estimator_suspect(struct bandwidth_estimator *estimator, uint64_t now_us);
/* What would be sent if the link could carry it: probes aim there and stop there. 0, as at the
 * beginning: nothing, no probes. */
void bandwidth_estimator_set_wanted(struct bandwidth_estimator *estimator, uint32_t wanted_bps,
                                    uint64_t now_us);
/* True when a burst is due, once for each. */
bool bandwidth_estimator_take_probe(struct bandwidth_estimator *estimator, uint64_t now_us,
                                    struct probe_request *ret_request);

/* Borrowed; follows the calls above. */
const struct bandwidth_estimate *
bandwidth_estimator_now(const struct bandwidth_estimator *estimator);

#endif

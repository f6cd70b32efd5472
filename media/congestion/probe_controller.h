/* probe_controller.h - when to try whether the link carries more, with how much, and what came of
 * it. A probe is a short burst above the estimate: where it arrives as fast as it was sent, there
 * is room; where it is stretched, the stretched rate is what the link carries.
 *
 * Probes aim at twice the estimate, at most at what is wanted. Where one arrives as it was sent the
 * next follows at once, so the estimate doubles with each round trip. While nothing is known to
 * have changed they are seldom, and for a minute after the link gave way they are frequent, so that
 * its return is seen within 3 s. Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_PROBE_CONTROLLER_H
#define BEDSIDE_MEDIA_CONGESTION_PROBE_CONTROLLER_H

#include "media/congestion/bandwidth_estimator.h"

/* A straight line through times over bytes, by least squares. */
struct probe_line {
    double n, x, y, xx, xy;
};

struct probe_measure {
    uint64_t first_sent_us;
    uint64_t first_arrival_us;
    struct probe_line sent;
    struct probe_line arrived;
    uint32_t bytes;
    uint32_t between_bytes; /* ordinary packets since the last one of the probe */
    uint32_t told;          /* packets of the probe, lost or not */
    uint32_t told_bytes;
    uint32_t received;
};

struct probe_result {
    double bps;      /* the link carries this */
    double most_bps; /* and surely no more; 0: not known */
    bool has_room;   /* it arrived as fast as it was sent */
};

struct probe_controller {
    uint32_t wanted_bps;
    uint8_t id;
    bool open; /* a probe is on its way */
    bool keen; /* the last one arrived as it was sent */
    uint32_t before_drop_bps;
    unsigned failures; /* in a row */
    bool has_first;    /* of two that must agree */
    struct probe_result first;
    double bps; /* the estimate when it was sent */
    uint32_t unevenness_us;
    bool is_full;
    uint32_t lasts_us;
    uint64_t next_us;
    uint64_t frequent_until_us;
    uint64_t shadow_from_us; /* packets sent within wait behind the probe */
    uint64_t shadow_to_us;
    uint64_t deadline_us;
    struct probe_request request;
    struct probe_measure measure;
};

/* What the estimator knows. */
struct probe_conditions {
    uint32_t bps;
    uint32_t sent_bps; /* that of ordinary packets */
    uint32_t rtt_us;
    uint32_t unevenness_us;
    double usual_loss; /* the share lost whatever the rate */
    bool is_full;      /* it was a short while ago: a burst may only have found a gap */
    bool held;         /* no time for probes: a queue stands, or feedback stays away */
};

/* PROBE_NONE also where a second probe shall confirm a first. PROBE_POLICED: far more of it was
 * lost than is lost anyway. */
enum probe_outcome { PROBE_NONE, PROBE_TOLD, PROBE_FAILED, PROBE_POLICED };

void probe_controller_init(struct probe_controller *controller, uint64_t now_us);
void probe_controller_set_wanted(struct probe_controller *controller, uint32_t wanted_bps,
                                 uint64_t now_us);
bool probe_controller_take(struct probe_controller *controller,
                           const struct probe_conditions *conditions, uint64_t now_us,
                           struct probe_request *ret_request);
/* How long the last probe was to last. */
uint32_t probe_controller_lasts_us(const struct probe_controller *controller);
/* All results, in the order of sending. `usual_loss` is the share lost whatever the rate. */
enum probe_outcome probe_controller_add(struct probe_controller *controller,
                                        const struct packet_result *result, double usual_loss,
                                        uint64_t now_us, struct probe_result *ret_result);
/* Was this sent while a probe filled the link? */
bool probe_controller_shadows(const struct probe_controller *controller, uint64_t sent_us);
/* Packets wait longer than any probe makes them: they count again. */
void probe_controller_end_shadow(struct probe_controller *controller);
/* The estimate fell from `before_bps` to `after_bps`. */
void probe_controller_on_drop(struct probe_controller *controller, uint32_t before_bps,
                              uint32_t after_bps, uint64_t now_us);
/* It was `before_bps`, and may be so again: nothing is known. The next probe is due now. */
void probe_controller_on_doubt(struct probe_controller *controller, uint32_t before_bps,
                               uint64_t now_us);

#endif

/* rate_control.h - the rate, from the state of the network (draft-ietf-rmcat-gcc-02, 5.5): up
 * slowly, down to less than what gets through, wait until the queue is gone, and then at once back
 * to just below what the link was seen to carry.
 *
 *   INCREASE --over: rate_control_update--> DRAIN --the queue is gone------> INCREASE
 *                                             | it stays whatever we send:
 *                                             '--RATE_NOT_OURS: not our queue--> INCREASE
 *
 * Near what the link was seen to carry, every flow goes up by about as much, whatever its share, so
 * that flows on one bottleneck come to equal shares. Pure; fields are private. Thread: its owner's.
 */
#ifndef BEDSIDE_MEDIA_CONGESTION_RATE_CONTROL_H
#define BEDSIDE_MEDIA_CONGESTION_RATE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

struct rate_conditions {
    uint64_t now_us;
    uint64_t held_us;    /* since when pictures are held; 0: they are not */
    uint64_t heard_us;   /* when the newest packet that arrived was sent */
    bool over;           /* the link is too full */
    bool sudden;         /* and at once much too full */
    bool doubtful;       /* or it is only uneven: much less is sent than was believed to fit */
    bool is_uneven;      /* delays vary without us, and so may their floor */
    uint32_t queue_us;   /* that stands now */
    uint32_t drained_us; /* less than this is none */
    double wanted_bps;   /* there is no use in much more; 0: not known */
    double acknowledged_bps;
    double busy_bps; /* acknowledged while the queue stood: what the link carries of us */
};

enum rate_change { RATE_FOLLOWED, RATE_BACKED_OFF, RATE_DRAINED, RATE_TAKEN_BACK, RATE_NOT_OURS };

/* When it backed off. */
struct rate_before {
    double bps;
    double capacity_bps;
    uint32_t queue_us;
    uint64_t at_us;
};

struct rate_control {
    double bps;
    double min_bps;
    double max_bps;
    double capacity_bps; /* 0: never seen */
    bool draining;
    bool sudden;        /* and of a sudden queue */
    unsigned fruitless; /* times that less did not help, in a row */
    struct rate_before before;
    uint32_t queue_at_back_off_us;
    uint64_t backed_off_us;
    uint64_t updated_us;
};

void rate_control_init(struct rate_control *control, double start_bps, double min_bps,
                       double max_bps, uint64_t now_us);
enum rate_change rate_control_update(struct rate_control *control,
                                     const struct rate_conditions *conditions);
/* What the rate will be when the queue that stands now is gone. */
double rate_control_lasting_bps(const struct rate_control *control);
/* From a probe, or after loss was judged: the rate is this now, within its limits. */
void rate_control_set(struct rate_control *control, double bps, uint64_t now_us);
/* The link carries this; at what rate, not until when. */
void rate_control_saw_capacity(struct rate_control *control, double bps);

#endif

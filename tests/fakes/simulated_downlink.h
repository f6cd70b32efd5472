/* simulated_downlink.h - receivers behind one bad link, and a sender to each that follows its
 * estimate as a gateway does: Opus in frames of 20 or 60 ms, pictures with key frames, a pacer,
 * probes. Everything between is the real thing: sent_packets, arrival_log, feedback in RTCP, and
 * the impairments of tests/netlab.
 *
 *   sender 1 --.                                               .--> receiver 1
 *   sender 2 ---+--> loss, bottleneck and queue, delay, jitter --+--> receiver 2
 *   others   --'     <------------ loss, delay ------------------'  feedback
 *
 * Deterministic: a seed decides. Thread: any one. */
#ifndef BEDSIDE_TESTS_FAKES_SIMULATED_DOWNLINK_H
#define BEDSIDE_TESTS_FAKES_SIMULATED_DOWNLINK_H

#include "gateway/base/cleanup.h"
#include "media/congestion/packet_result.h"
#include "tests/netlab/impairment.h"

#define SIMULATED_RECEIVERS_MAX 2
#define SIMULATED_CHANGES_MAX 4
#define SIMULATED_SAMPLE_US 100000

enum simulated_pictures {
    SIMULATED_FOLLOWING, /* a bitrate just below the estimate */
    SIMULATED_LAYERS,    /* the best of a few simulcast layers that fits */
    SIMULATED_NONE       /* sound alone */
};

/* What the estimator of the first receiver is told, and when. */
typedef void (*simulated_told_fn)(void *context, const struct packet_result *results, size_t count,
                                  uint64_t now_us);

struct simulated_change {
    uint64_t at_us;
    struct impairment_settings down;
    uint64_t up_bps; /* 0: the uplink stays as it is */
};

struct simulated_downlink_config {
    uint64_t seed;
    struct impairment_settings down;
    struct impairment_settings up;                          /* of the feedback */
    struct simulated_change changes[SIMULATED_CHANGES_MAX]; /* at_us 0: no more */
    uint32_t start_bps;                                     /* of the estimator; 0: 300 kbit/s */
    uint32_t wanted_bps;
    uint32_t feedback_us;  /* between two feedback packets; 0: 75 ms */
    int32_t drift_ppm;     /* of the receivers' clocks */
    uint32_t own_bps;      /* of the receivers' own media, before the feedback on the uplink */
    bool has_voice;        /* of the first receiver, on the uplink, too */
    uint32_t others_bps;   /* of somebody else, on and off by the second, on the same link */
    uint64_t second_at_us; /* when a second receiver joins; 0: never */
    bool is_paced;         /* as send_pacer does it; else pictures at 1.5 times the estimate */
    enum simulated_pictures pictures;
    simulated_told_fn told; /* may be NULL */
    void *context;          /* borrowed */
};

/* About a receiver, every 100 ms. */
struct simulated_sample {
    uint64_t at_us;
    uint64_t capacity_bps; /* of the bottleneck; 0: unlimited */
    uint32_t estimate_bps;
    uint32_t sent_bps;  /* of the last 100 ms */
    uint32_t queue_us;  /* the most that a packet waited for the bottleneck, truly */
    uint32_t wait_us;   /* and what they waited on average */
    uint32_t gauged_us; /* what the estimator takes for it */
    uint32_t held_us;   /* for how long of it pictures were held or to be dropped */
    uint16_t loss_permille;
};

struct simulated_downlink;

/* `config` is copied. */
struct simulated_downlink *
simulated_downlink_create(const struct simulated_downlink_config *config);
/* Accepts NULL, returns NULL. */
struct simulated_downlink *simulated_downlink_destroy(struct simulated_downlink *downlink);
DEFINE_AUTO(simulated_downlink)

/* Goes on for SIMULATED_SAMPLE_US and tells of each receiver. */
void simulated_downlink_run(struct simulated_downlink *downlink,
                            struct simulated_sample ret_samples[SIMULATED_RECEIVERS_MAX]);

#endif

#include "media/congestion/queue_signs.h"

#include <math.h>

/* Of the queue, by how many groups and over which time its floor is taken. */
#define STANDING_US 250000
#define STANDING_GROUPS 5
#define LATEST_US 60000
#define LATEST_GROUPS 2
/* What the floor may be beside the unevenness of the link, and so many bits of ours more. */
#define STANDING_QUEUE_US 12000
#define STANDING_BITS 32000
#define STANDING_MAX_US 85000
#define STANDING_UNEVENNESS 2
/* Of that, where the trend says that the queue grows. */
#define GROWING_SHARE 0.5
#define CERTAIN_US 70000
#define CERTAIN_UNEVENNESS 3
#define OWN_SHARE 0.3 /* of the length of a packet, that is no unevenness of the link */
#define UNEVEN_US 6000
#define DRAINED_QUEUE_US 12000
#define SUDDEN_QUEUE_US 60000
#define SUDDEN_OVER_US 40000
#define SUDDEN_UNEVENNESS 3
#define SUDDEN_PACKETS 2
#define PACKET_BITS 9600.0

uint32_t queue_signs_noise_us(const struct queue_gauge *gauge, double bps)
{
    const double packet_us = PACKET_BITS * 1e6 / bps;
    const double us = queue_gauge_unevenness_us(gauge) - OWN_SHARE * packet_us;
    return us > 0 ? (uint32_t)us : 0;
}

static bool is_sudden(const struct queue_gauge *gauge, double bps, uint32_t latest_us,
                      uint32_t noise_us)
{
    const uint32_t packets_us = (uint32_t)(SUDDEN_PACKETS * PACKET_BITS * 1e6 / bps);
    const uint32_t usual_us = SUDDEN_UNEVENNESS * noise_us + packets_us;
    const uint32_t two_us = queue_gauge_floor_us(gauge, 0, LATEST_GROUPS);
    return latest_us > SUDDEN_OVER_US + usual_us && two_us > SUDDEN_QUEUE_US + usual_us;
}

void queue_signs_read(const struct queue_gauge *gauge, enum network_usage usage, double bps,
                      struct queue_signs *ret_signs)
{
    const uint32_t noise_us = queue_signs_noise_us(gauge, bps);
    const uint32_t standing_us = queue_gauge_floor_us(gauge, STANDING_US, STANDING_GROUPS);
    const uint32_t latest_us = queue_gauge_floor_us(gauge, LATEST_US, LATEST_GROUPS);
    const double tolerated_us =
        fmin(STANDING_QUEUE_US + STANDING_BITS * 1e6 / bps, STANDING_MAX_US);
    const bool is_growing =
        usage == NETWORK_USAGE_OVER && standing_us > GROWING_SHARE * tolerated_us + noise_us / 2.0;
    const bool stands = standing_us > tolerated_us + STANDING_UNEVENNESS * noise_us;
    const bool sudden = is_sudden(gauge, bps, latest_us, noise_us);
    *ret_signs = (struct queue_signs){
        .latest_us = latest_us,
        .drained_us = DRAINED_QUEUE_US + queue_gauge_unevenness_us(gauge),
        .over = is_growing || stands || sudden,
        .sudden = sudden,
        .is_certain = sudden || standing_us >= CERTAIN_US + CERTAIN_UNEVENNESS * noise_us,
        .is_uneven = noise_us > UNEVEN_US,
    };
}

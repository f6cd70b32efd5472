/* impairment.h - what one direction of a bad network does to its packets.
 *
 *   offered --> cut? bursts? loss? --> duplicated? --> the bottleneck --> delay, jitter --> due
 *                      |                                    | a full queue
 *                      '-------------> gone <---------------'
 *
 * The bottleneck sends `rate_bps` and holds at most `queue_bytes`, so that too much traffic shows
 * as growing delay first and as loss then, as behind a real modem. Jitter alone keeps the order of
 * packets; a reordered packet skips the delay and overtakes what is on its way.
 *
 * Every packet draws the same number of random numbers whatever the settings are: with one seed the
 * n-th packet meets the same fate in every run, also when other settings change meanwhile. Pure:
 * time is given. Thread: any one. */
#ifndef BEDSIDE_TESTS_NETLAB_IMPAIRMENT_H
#define BEDSIDE_TESTS_NETLAB_IMPAIRMENT_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPAIRMENT_NOTHING_DUE UINT64_MAX

/* All zero: a perfect network. Percentages are 0 to 100. */
struct impairment_settings {
    bool cut;   /* nothing passes */
    bool noudp; /* no UDP over IPv4 passes: a firewall */
    double loss_percent;
    double burst_enter_percent; /* Gilbert's model: of packets, that begin a burst of losses ... */
    double burst_leave_percent; /* ... and that end it; within a burst everything is lost */
    double duplicate_percent;
    double reorder_percent;
    uint32_t delay_us;
    uint32_t jitter_us;   /* delay is even between delay_us - jitter_us and delay_us + jitter_us */
    uint64_t rate_bps;    /* 0: no bottleneck */
    uint32_t queue_bytes; /* of the bottleneck; 0: a quarter of a second's worth */
    uint16_t port_shift;  /* see port_translation.h, which does it */
};

struct impairment_statistics {
    uint64_t offered;
    uint64_t lost;       /* by cut, noudp, loss and bursts */
    uint64_t overflowed; /* the bottleneck's queue was full */
    uint64_t duplicated;
    uint64_t passed; /* taken when due; duplicates count */
    uint64_t passed_bytes;
    uint64_t late; /* of those, taken 5 ms after they were due or later: by a busy machine */
    uint64_t longest_queue_us; /* what a packet waited for others at the bottleneck, at most */
};

struct impaired_packet {
    uint64_t due_us;
    uint64_t number; /* of equally due ones the first offered is the first taken */
    size_t size;
    uint8_t bytes[];
};

struct impairment;

struct impairment *impairment_create(uint64_t seed);
/* Accepts NULL, returns NULL; what is still on its way is gone. */
struct impairment *impairment_destroy(struct impairment *impairment);
DEFINE_AUTO(impairment)

/* For packets offered from now on; may be changed in place at any time. Borrowed. */
struct impairment_settings *impairment_settings(struct impairment *impairment);
const struct impairment_statistics *impairment_statistics(const struct impairment *impairment);
/* Returns longest_queue_us, and begins it anew. */
uint64_t impairment_take_longest_queue_us(struct impairment *impairment);

/* Copies the packet, if it is not lost. `now_us` never goes back. */
void impairment_offer(struct impairment *impairment, const uint8_t *packet, size_t size,
                      uint64_t now_us);
/* When the next packet is due, or IMPAIRMENT_NOTHING_DUE. */
uint64_t impairment_due_us(const struct impairment *impairment);
/* Returns the first packet that is due, owned by the caller: free() it; NULL: none is. */
struct impaired_packet *impairment_take(struct impairment *impairment, uint64_t now_us);

#endif

/* packet_reorder.h - puts RTP packets of one track in order; those that were lost and sent again
 * arrive late.
 *
 * A packet waits while one before it is missing, at most `wait_us` from the moment the gap was
 * seen, or until the buffer is full. What arrives after its turn, or twice, is dropped. A jump of
 * more than 3000 numbers, or another SSRC, is a new stream: what waits is released, and the order
 * begins anew. Pure. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_PACKET_REORDER_H
#define BEDSIDE_MEDIA_RECORDER_PACKET_REORDER_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REORDER_PACKETS_MAX 1024

struct reordered_packet {
    uint8_t *bytes;
    size_t size;
    uint64_t media_time_us;
};

struct packet_reorder;

struct packet_reorder *packet_reorder_create(uint64_t wait_us);
struct packet_reorder *packet_reorder_destroy(struct packet_reorder *reorder);
DEFINE_AUTO(packet_reorder)

/* Takes a copy. Returns 0, -EBADMSG for what is no RTP packet, or -EALREADY for one that is late.
 * Take what is due afterwards. */
int packet_reorder_push(struct packet_reorder *reorder, const uint8_t *bytes, size_t size,
                        uint64_t media_time_us, uint64_t now_us);
/* Returns whether a packet is due; its bytes are then the caller's to free. */
bool packet_reorder_take(struct packet_reorder *reorder, uint64_t now_us,
                         struct reordered_packet *ret_packet);
/* The same, without waiting for what is missing. */
bool packet_reorder_flush(struct packet_reorder *reorder, struct reordered_packet *ret_packet);
/* Forgets everything, as if nothing had been received. */
void packet_reorder_reset(struct packet_reorder *reorder);

#endif

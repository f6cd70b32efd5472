/* packet_buffer.h - one received packet, decrypted once and shared by everybody who sends it on.
 *
 * The transport takes a buffer from the worker's pool, decrypts straight into it and hands it to
 * the router, which *drops* it at the end; histories *lock* it and *unlock* it. It goes back when
 * it is dropped and nobody holds a lock. The count is a plain integer, since a packet never leaves
 * its worker. After filling, nobody changes `data`, but for the length of one call that sends it.
 * Thread: the worker that owns the pool. */
#ifndef BEDSIDE_MEDIA_RTP_PACKET_BUFFER_H
#define BEDSIDE_MEDIA_RTP_PACKET_BUFFER_H

#include "gateway/base/cleanup.h"
#include "media/rtp/keyframe_detector.h"
#include "media/rtp/rtp_extensions.h"
#include "media/rtp/rtp_packet.h"

#include <stddef.h>
#include <stdint.h>

/* Whatever comes in one Ethernet frame fits, with its SRTP tag. */
#define PACKET_BUFFER_DATA_SIZE 1500

struct packet_buffer_pool;

struct packet_buffer {
    struct packet_buffer_pool *pool; /* borrowed */
    uint32_t locks;
    bool dropped;
    bool retransmitted; /* came through RTX, or repeated in a later packet (RFC 2198) */
    uint64_t arrival_us;
    int64_t media_time_us; /* of the content, on the gateway's clock (rtp_clock.h) */
    struct rtp_packet rtp; /* view of `data` */
    struct rtp_audio_level audio_level;
    struct keyframe_detector_result payload;
    uint16_t size; /* of what is in `data` */
    _Alignas(16) uint8_t data[PACKET_BUFFER_DATA_SIZE];
};

struct packet_buffer_pool *packet_buffer_pool_create(size_t capacity);
/* Every buffer must have come back (asserted). Accepts NULL, returns NULL. */
struct packet_buffer_pool *packet_buffer_pool_destroy(struct packet_buffer_pool *pool);
DEFINE_AUTO(packet_buffer_pool)

size_t packet_buffer_pool_available(const struct packet_buffer_pool *pool);
/* How often packet_buffer_take() found nothing. */
uint64_t packet_buffer_pool_exhausted_count(const struct packet_buffer_pool *pool);

/* Returns an empty buffer (everything before `data` is zero but `pool`), or NULL when the pool is
 * exhausted. */
struct packet_buffer *packet_buffer_take(struct packet_buffer_pool *pool);
/* Ends the receive path's hold. Accepts NULL, returns NULL. */
struct packet_buffer *packet_buffer_drop(struct packet_buffer *packet);
struct packet_buffer *packet_buffer_lock(struct packet_buffer *packet);
/* Accepts NULL, returns NULL. */
struct packet_buffer *packet_buffer_unlock(struct packet_buffer *packet);

#endif

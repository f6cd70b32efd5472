#include "media/recorder/packet_reorder.h"

#include "gateway/base/allocate.h"
#include "gateway/base/sequence_number.h"
#include "media/rtp/rtp_packet.h"

#include <errno.h>
#include <string.h>

#define JUMP_MAX 3000

struct packet_reorder {
    uint64_t wait_us;
    bool started;
    uint32_t ssrc;
    int64_t next;                                      /* the number whose turn it is, unwrapped */
    int64_t end;                                       /* one past the newest that waits */
    size_t waiting;                                    /* packets in the ring */
    uint64_t gap_seen_us;                              /* 0: none is missing */
    struct reordered_packet ring[REORDER_PACKETS_MAX]; /* number n at n % REORDER_PACKETS_MAX */
    /* A packet of a new stream, until the old one is taken out. */
    bool has_restart;
    struct reordered_packet restart;
    uint32_t restart_ssrc;
    uint16_t restart_sequence;
};

struct packet_reorder *packet_reorder_create(uint64_t wait_us)
{
    struct packet_reorder *reorder = allocate_zeroed(1, sizeof *reorder);
    reorder->wait_us = wait_us;
    return reorder;
}

struct packet_reorder *packet_reorder_destroy(struct packet_reorder *reorder)
{
    if (reorder) {
        packet_reorder_reset(reorder);
        free(reorder);
    }
    return NULL;
}

static struct reordered_packet *slot_of(struct packet_reorder *reorder, int64_t number)
{
    return &reorder->ring[(uint64_t)number % REORDER_PACKETS_MAX];
}

static void begin(struct packet_reorder *reorder, uint32_t ssrc, uint16_t sequence)
{
    /* Far from 0, so that packets before the first one have a number, too. */
    reorder->started = true;
    reorder->ssrc = ssrc;
    reorder->next = (int64_t)sequence + (1 << 20);
    reorder->end = reorder->next;
    reorder->gap_seen_us = 0;
}

static struct reordered_packet copy_of(const uint8_t *bytes, size_t size, uint64_t media_time_us)
{
    struct reordered_packet packet = {allocate_zeroed(1, size), size, media_time_us};
    memcpy(packet.bytes, bytes, size);
    return packet;
}

static void put(struct packet_reorder *reorder, int64_t number, struct reordered_packet packet)
{
    *slot_of(reorder, number) = packet;
    reorder->waiting++;
    reorder->end = number >= reorder->end ? number + 1 : reorder->end;
}

static void note_gap(struct packet_reorder *reorder, uint64_t now_us)
{
    const bool missing = reorder->waiting > 0 && !slot_of(reorder, reorder->next)->bytes;
    if (!missing) {
        reorder->gap_seen_us = 0;
    } else if (reorder->gap_seen_us == 0) {
        reorder->gap_seen_us = now_us;
    }
}

static int push_restart(struct packet_reorder *reorder, const struct rtp_packet *packet,
                        uint64_t media_time_us)
{
    if (reorder->has_restart) {
        return -EALREADY; /* the caller did not take what is due: only this can be lost */
    }
    reorder->has_restart = true;
    reorder->restart = copy_of(packet->bytes, packet->size, media_time_us);
    reorder->restart_ssrc = packet->ssrc;
    reorder->restart_sequence = packet->sequence;
    return 0;
}

int packet_reorder_push(struct packet_reorder *reorder, const uint8_t *bytes, size_t size,
                        uint64_t media_time_us, uint64_t now_us)
{
    struct rtp_packet packet;
    if (rtp_packet_parse(bytes, size, &packet) < 0) {
        return -EBADMSG;
    }
    if (!reorder->started) {
        begin(reorder, packet.ssrc, packet.sequence);
    }
    const int64_t number = sequence_unwrap(packet.sequence, reorder->next);
    const int64_t distance = number - reorder->next;
    if (packet.ssrc != reorder->ssrc || distance > JUMP_MAX || distance < -JUMP_MAX) {
        return push_restart(reorder, &packet, media_time_us);
    }
    if (distance < 0 || (distance < REORDER_PACKETS_MAX && slot_of(reorder, number)->bytes)) {
        return -EALREADY;
    }
    if (distance >= REORDER_PACKETS_MAX) {
        return push_restart(reorder, &packet, media_time_us);
    }
    put(reorder, number, copy_of(bytes, size, media_time_us));
    note_gap(reorder, now_us);
    return 0;
}

static void skip_missing(struct packet_reorder *reorder)
{
    while (!slot_of(reorder, reorder->next)->bytes) {
        reorder->next++;
    }
    reorder->gap_seen_us = 0;
}

static void take_next(struct packet_reorder *reorder, uint64_t now_us,
                      struct reordered_packet *ret_packet)
{
    struct reordered_packet *slot = slot_of(reorder, reorder->next);
    *ret_packet = *slot;
    *slot = (struct reordered_packet){0};
    reorder->next++;
    reorder->waiting--;
    note_gap(reorder, now_us);
}

static bool take_restart(struct packet_reorder *reorder, struct reordered_packet *ret_packet)
{
    if (!reorder->has_restart) {
        return false;
    }
    begin(reorder, reorder->restart_ssrc, reorder->restart_sequence);
    reorder->next++;
    reorder->end++;
    reorder->has_restart = false;
    *ret_packet = reorder->restart;
    reorder->restart = (struct reordered_packet){0};
    return true;
}

bool packet_reorder_take(struct packet_reorder *reorder, uint64_t now_us,
                         struct reordered_packet *ret_packet)
{
    if (reorder->waiting == 0) {
        return take_restart(reorder, ret_packet);
    }
    if (!slot_of(reorder, reorder->next)->bytes) {
        const bool waited =
            reorder->gap_seen_us && now_us - reorder->gap_seen_us >= reorder->wait_us;
        if (!waited && !reorder->has_restart) {
            return false;
        }
        skip_missing(reorder);
    }
    take_next(reorder, now_us, ret_packet);
    return true;
}

bool packet_reorder_flush(struct packet_reorder *reorder, struct reordered_packet *ret_packet)
{
    if (reorder->waiting == 0) {
        return take_restart(reorder, ret_packet);
    }
    skip_missing(reorder);
    take_next(reorder, 0, ret_packet);
    reorder->gap_seen_us = 0;
    return true;
}

void packet_reorder_reset(struct packet_reorder *reorder)
{
    struct reordered_packet packet;
    while (packet_reorder_flush(reorder, &packet)) {
        free(packet.bytes);
    }
    reorder->started = false;
}

#include "media/router/recorder_outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MAX 64
#define TICK_US 20000

struct recorder_outbox {
    struct sink sink;
    bool broken;
    bool refused; /* the sink had no room since the last tick, when it is asked again */
    uint64_t dropped;
    uint64_t batch_began_us; /* when its first packet came */
    size_t batch_size;
    size_t waiting_first;
    size_t waiting_count;
    struct recorder_message waiting[WAITING_MAX]; /* a ring */
    uint8_t batch[RECORDER_DATAGRAM_SIZE_MAX];
};

struct recorder_outbox *recorder_outbox_create(const struct sink *sink)
{
    struct recorder_outbox *outbox = calloc(1, sizeof(*outbox));
    outbox->sink = *sink;
    return outbox;
}

struct recorder_outbox *recorder_outbox_destroy(struct recorder_outbox *outbox)
{
    free(outbox);
    return NULL;
}

/* Afterwards the batch is empty, or the sink took nothing. */
static void send_batch(struct recorder_outbox *outbox)
{
    if (outbox->broken || outbox->batch_size == 0) {
        return;
    }
    const struct packet_part part = {outbox->batch, outbox->batch_size};
    const int r = sink_send(&outbox->sink, SINK_RECORDER, &part, 1);
    outbox->refused = r == -EAGAIN;
    if (r != -EAGAIN) {
        outbox->broken = r < 0;
        outbox->batch_size = 0;
    }
}

/* Returns where the payload of the message goes, or NULL while there is no room for it. */
static uint8_t *append(struct recorder_outbox *outbox, const struct recorder_message *message)
{
    uint8_t *place = outbox->batch + outbox->batch_size;
    size_t room = sizeof(outbox->batch) - outbox->batch_size;
    size_t size = recorder_message_write(message, place, room);
    if (size == 0 && outbox->batch_size > 0 && !outbox->refused) {
        send_batch(outbox);
        place = outbox->batch + outbox->batch_size;
        room = sizeof(outbox->batch) - outbox->batch_size;
        size = recorder_message_write(message, place, room);
    }
    outbox->batch_size += size;
    return size > 0 ? place + RECORDER_HEADER_SIZE : NULL;
}

/* Returns true when no mark waits any more. */
static bool append_waiting(struct recorder_outbox *outbox)
{
    while (outbox->waiting_count > 0 && !outbox->broken) {
        if (!append(outbox, &outbox->waiting[outbox->waiting_first])) {
            return false;
        }
        outbox->waiting_first = (outbox->waiting_first + 1) % WAITING_MAX;
        outbox->waiting_count--;
    }
    return !outbox->broken;
}

void recorder_outbox_add_mark(struct recorder_outbox *outbox,
                              const struct recorder_message *message)
{
    if (outbox->broken) {
        return;
    }
    if (outbox->waiting_count == WAITING_MAX) {
        outbox->broken = true;
        return;
    }
    outbox->waiting[(outbox->waiting_first + outbox->waiting_count) % WAITING_MAX] = *message;
    outbox->waiting_count++;
    (void)append_waiting(outbox);
    send_batch(outbox);
}

void recorder_outbox_add_rtp(struct recorder_outbox *outbox, uint16_t track, uint64_t media_time_us,
                             const struct packet_part *parts, size_t part_count, uint64_t now_us)
{
    struct recorder_message message = {
        .type = RECORDER_RTP, .track = track, .media_time_us = media_time_us};
    for (size_t i = 0; i < part_count; i++) {
        message.payload_size += parts[i].size;
    }
    uint8_t *payload = append_waiting(outbox) ? append(outbox, &message) : NULL;
    if (!payload) {
        outbox->dropped++;
        return;
    }
    if (payload == outbox->batch + RECORDER_HEADER_SIZE) {
        outbox->batch_began_us = now_us;
    }
    for (size_t i = 0; i < part_count; i++) {
        memcpy(payload, parts[i].data, parts[i].size);
        payload += parts[i].size;
    }
}

void recorder_outbox_on_tick(struct recorder_outbox *outbox, uint64_t now_us)
{
    const bool old = now_us + TICK_US >= outbox->batch_began_us + RECORDER_OUTBOX_HOLD_MAX_US;
    const bool due = old || outbox->refused || outbox->waiting_count > 0;
    outbox->refused = false;
    (void)append_waiting(outbox);
    if (due) {
        send_batch(outbox);
    }
}

bool recorder_outbox_is_broken(const struct recorder_outbox *outbox)
{
    return outbox->broken;
}

uint64_t recorder_outbox_dropped(const struct recorder_outbox *outbox)
{
    return outbox->dropped;
}

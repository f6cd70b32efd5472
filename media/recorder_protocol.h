/* recorder_protocol.h - messages between a worker and bedside-recorder: one or more in each
 * datagram of a Unix SOCK_SEQPACKET pair, one behind the other.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |     type      |   version 2   |            track              |
 *  +---------------+---------------+-------------------------------+
 *  |                    media time, microseconds                   |
 *  |                           (64 bits)                           |
 *  +-------------------------------+-------------------------------+
 *  |     payload size, bytes       |  payload: an RTP packet, a    |
 *  +-------------------------------+  label, a wall clock, nothing |
 *
 * `track` is chosen by the worker, unique for the life of the socket. Media time is the gateway's
 * monotonic clock: the moment at which the content was captured, mapped from the publisher's clock
 * (sender reports), so that tracks of one recording share one time line.
 *
 * Worker to recorder, in this order: TRACK before the first RTP of a track, FLOW before the first
 * RTP after a pause, PAUSE when the consented interval ends, END once. Recorder to worker:
 * KEYFRAME. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RECORDER_PROTOCOL_H
#define BEDSIDE_MEDIA_RECORDER_PROTOCOL_H

#include "gateway/base/byte_reader.h"
#include "media/rtp/media_codec.h"

#include <stddef.h>
#include <stdint.h>

#define RECORDER_PROTOCOL_VERSION 2
#define RECORDER_HEADER_SIZE 14
#define RECORDER_MESSAGE_SIZE_MAX 2048
#define RECORDER_DATAGRAM_SIZE_MAX 32768
#define RECORDER_LABEL_SIZE_MAX 37

enum recorder_message_type {
    RECORDER_TRACK = 1, /* payload: codec (u8), label of the endpoint (up to 36 bytes) */
    RECORDER_RTP = 2,   /* payload: one plain RTP packet, padding and RTX already undone; payload
                           type as sent */
    RECORDER_FLOW = 3,  /* media time: where the interval begins; payload: wall clock in ms (u64) */
    RECORDER_PAUSE = 4, /* media time: where it ends; payload: wall clock in ms (u64) */
    RECORDER_END = 5,   /* the recording is over */
    RECORDER_KEYFRAME = 6, /* recorder to worker: the track needs a key frame */
};

struct recorder_message {
    enum recorder_message_type type;
    uint16_t track;
    uint64_t media_time_us;
    const uint8_t *payload; /* borrowed from the datagram */
    size_t payload_size;
    /* Of RECORDER_TRACK: */
    enum media_codec codec;
    char label[RECORDER_LABEL_SIZE_MAX];
    /* Of RECORDER_FLOW and RECORDER_PAUSE: */
    int64_t wall_ms;
};

/* A label becomes part of a file's name, so nothing but letters, digits and - _ may be in it, and
 * fewer than RECORDER_LABEL_SIZE_MAX of them. */
bool recorder_label_is_good(const uint8_t *label, size_t size);

/* The messages of one datagram, which is borrowed while it is walked over. */
struct recorder_walk {
    struct byte_reader rest;
};

void recorder_walk_begin(struct recorder_walk *walk, const uint8_t *datagram, size_t size);
/* Returns 1 with the next message, 0 after the last one, or -EBADMSG for one that is none of the
 * above: it is passed over, or, when its end is not to be found, all that is left. So call it until
 * it returns 0. */
int recorder_walk_next(struct recorder_walk *walk, struct recorder_message *ret_message);

/* Writes a message into `capacity` bytes. Of RECORDER_RTP it leaves out the packet, whose
 * `payload_size` bytes the caller puts behind the header; the other types know their payload.
 * Returns the size with the payload, or 0 when that does not fit or exceeds
 * RECORDER_MESSAGE_SIZE_MAX. */
size_t recorder_message_write(const struct recorder_message *message, uint8_t *ret_bytes,
                              size_t capacity);

#endif

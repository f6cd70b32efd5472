/* red_audio.h - sound with earlier frames beside its own (RFC 2198), so that one packet that comes
 * makes up for those before it that did not.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |1| payload type|      timestamp offset     |    block length   |  of each earlier frame
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |0| payload type|  of the packet's own frame, which is what remains
 *  +-+-+-+-+-+-+-+-+
 *  |  the frames, in the order of their headers  ...
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RED_AUDIO_H
#define BEDSIDE_MEDIA_RTP_RED_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RED_AUDIO_OFFSET_MAX 0x3fff /* 341 ms of Opus */
#define RED_AUDIO_LENGTH_MAX 0x3ff
#define RED_AUDIO_EARLIER_MAX 8 /* browsers send 1, and take more */
#define RED_AUDIO_HEADERS_SIZE_MAX (RED_AUDIO_EARLIER_MAX * 4 + 1)

struct red_audio_frame {
    uint32_t timestamp;
    const uint8_t *data; /* borrowed */
    size_t size;
};

struct red_audio {
    struct red_audio_frame own;
    struct red_audio_frame earlier[RED_AUDIO_EARLIER_MAX]; /* the oldest first */
    size_t earlier_count;
};

/* Takes apart the payload of a packet of `timestamp`. Frames of another payload type than
 * `payload_type`, empty ones and second copies are skipped. Returns 0, or -EBADMSG: a header or a
 * frame passes the end, more than RED_AUDIO_EARLIER_MAX earlier frames, an own frame that is empty
 * or of another payload type. */
int red_audio_parse(const uint8_t *payload, size_t size, uint8_t payload_type, uint32_t timestamp,
                    struct red_audio *ret_red);

/* Whether a frame can go along with one of `timestamp`: it is earlier, and neither too old nor too
 * large for its header. */
bool red_audio_can_carry(const struct red_audio_frame *earlier, uint32_t timestamp);

/* Writes what stands before the frames: `earlier`, at most RED_AUDIO_EARLIER_MAX that
 * red_audio_can_carry(), then the packet's own. Returns its size. */
size_t red_audio_write_headers(const struct red_audio_frame *earlier, size_t count,
                               uint8_t payload_type, uint32_t timestamp,
                               uint8_t ret_headers[RED_AUDIO_HEADERS_SIZE_MAX]);

#endif

/* playable_writer.h - sound and picture of one participant -> one seekable, encrypted file.
 *
 *   sound (Opus) --------------------------------> webmmux --> image_sink       WebM: VP8, or sound
 * alone picture (VP8) ------------------------------->
 *
 *   sound (Opus) -> opusdec -> ... -> voaacenc --> mp4mux ---> image_sink       MP4: H.264
 *   picture (H.264) [-> h264parse, as avc3] ----->
 *
 * Thread: its owner's; GStreamer's threads live within. The calls block while the muxer is behind.
 */
#ifndef BEDSIDE_MEDIA_RECORDER_PLAYABLE_WRITER_H
#define BEDSIDE_MEDIA_RECORDER_PLAYABLE_WRITER_H

#include "gateway/base/cleanup.h"
#include "gateway/base/digest.h"
#include "media/recorder_control.h"

#include <gst/gst.h>

struct playable_writer_config {
    int directory_fd;
    const char *name; /* must not exist */
    const uint8_t *data_key;
    enum media_codec video;   /* NONE: sound alone */
    bool parameter_sets_vary; /* of H.264: they are then kept in the stream */
    /* Asked while waiting: when it returns true, the calls return -ECANCELED. */
    bool (*is_canceled)(void *context);
    void *context;
};

struct playable_writer;

/* Returns 0, an errno of the disk, or -ENOTSUP when the pipeline can't be built. */
int playable_writer_create(const struct playable_writer_config *config,
                           struct playable_writer **ret_writer);
/* Without finish the file is worthless: unlink it. */
struct playable_writer *playable_writer_destroy(struct playable_writer *writer);
DEFINE_AUTO(playable_writer)

/* Frames of each kind in order, both together nearly so. They return 0, an errno of the disk,
 * -EBADMSG (playable_writer_reason()), or -ECANCELED. */
int playable_writer_write_audio(struct playable_writer *writer, const uint8_t *packet, size_t size,
                                uint64_t pts_us, uint64_t duration_us);
/* `frame` and `caps` are borrowed. */
int playable_writer_write_video(struct playable_writer *writer, GstBuffer *frame, GstCaps *caps,
                                uint64_t pts_us);
/* Says that no picture will come after this, so that the muxer does not wait for one. */
void playable_writer_end_video(struct playable_writer *writer);
/* Writes the index, closes and digests the file. Only destroy may follow. */
int playable_writer_finish(struct playable_writer *writer, uint64_t *ret_plain_size,
                           uint64_t *ret_size, uint8_t ret_sha256[DIGEST_SHA256_SIZE]);
const char *playable_writer_reason(const struct playable_writer *writer);

#endif

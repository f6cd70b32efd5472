/* recorder_rig.h - what the recorder's tests share: clips of real RTP, a supervisor with a real
 * bedside-recorder, a worker's side of the media socket, and eyes and ears for what was recorded.
 *
 * A clip is black with a white flash of 100 ms at every full second, and silent with a beep at the
 * same moments. Media time is the test's own: minutes pass as fast as the recorder reads. */
#ifndef BEDSIDE_TESTS_INTEGRATION_RECORDER_RIG_H
#define BEDSIDE_TESTS_INTEGRATION_RECORDER_RIG_H

#include "gateway/recorder_supervisor.h"
#include "media/rtp/media_codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RIG_MARKS_MAX 128

struct clip_packet {
    uint8_t *bytes;
    size_t size;
    uint64_t pts_us;
};

struct clip {
    struct clip_packet *packets;
    size_t count;
};

/* `seconds` of flashes or beeps as RTP. Key frames every `keyframe_distance` frames of 25 a second.
 */
struct clip clip_create_video(enum media_codec codec, unsigned seconds, unsigned width,
                              unsigned height, unsigned keyframe_distance);
struct clip clip_create_audio(unsigned seconds);
void clip_destroy(struct clip *clip);

struct rig {
    char directory[64];
    int directory_fd;
    uint8_t data_key[RECORDER_DATA_KEY_SIZE];
    struct mailbox *events;
    struct recorder_supervisor *supervisor;
    int worker_fd;
};

void rig_open(struct rig *rig, uint64_t minimum_free_bytes);
void rig_close(struct rig *rig);
/* Starts to record and keeps the worker's end. */
void rig_start(struct rig *rig);
/* Waits for the next event (fails the test after 30 s), which is the caller's. */
struct recorder_event *rig_next_event(struct rig *rig);
/* Waits for an event of `type`; others before it are dropped. */
struct recorder_event *rig_wait(struct rig *rig, enum recorder_event_type type);

void rig_send_track(struct rig *rig, uint16_t track, enum media_codec codec, const char *label);
void rig_send_flow(struct rig *rig, uint64_t media_time_us, int64_t wall_ms);
void rig_send_pause(struct rig *rig, uint64_t media_time_us, int64_t wall_ms);
void rig_send_end(struct rig *rig);
void rig_send_packet(struct rig *rig, uint16_t track, const struct clip_packet *packet,
                     uint64_t media_time_us);
/* Sends two clips as they would arrive, interleaved, the packets of `from_us` to `to_us`, captured
 * at `base_us` + their time. Either may be NULL. */
void rig_send_clips(struct rig *rig, uint16_t audio_track, const struct clip *audio,
                    uint16_t video_track, const struct clip *video, uint64_t from_us,
                    uint64_t to_us, uint64_t base_us);

/* The next segment or playable file, decrypted into `rig->directory`/plain. */
void rig_decrypt(struct rig *rig, const char *name, char *ret_path, size_t capacity);

struct watched {
    uint64_t duration_us; /* as the file says */
    bool seekable;        /* a seek to its middle gives a picture (or sound) from there */
    size_t flash_count;
    uint64_t flashes_us[RIG_MARKS_MAX];
    size_t beep_count;
    uint64_t beeps_us[RIG_MARKS_MAX];
    size_t frame_count;
    uint64_t first_frame_us;
    uint64_t last_frame_us;
};

/* Decodes the whole file. */
void rig_watch(const char *path, bool has_picture, struct watched *ret_watched);

#endif

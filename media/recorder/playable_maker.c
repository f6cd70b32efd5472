#include "media/recorder/playable_maker.h"

#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "media/recorder/consent_timeline.h"
#include "media/recorder/control_sender.h"
#include "media/rtp/opus_packet.h"
#include "media/recorder/opus_timeline.h"
#include "media/recorder/playable_writer.h"
#include "media/recorder/segment_reader.h"
#include "media/recorder/track_source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

LOG_TOPIC("remuxer");

#define CANCEL_CHECK_FRAMES 256

struct playable {
    const struct segment_catalogue *catalogue; /* borrowed */
    enum media_codec video_codec;
    struct playable_writer *writer;
    struct track_source audio;
    struct track_source video;
    uint64_t audio_end_us; /* of the sound written so far */
    uint64_t duration_us;
    uint64_t last_video_us;
    bool has_video;
};

static bool is_canceled(void *context)
{
    const struct playable *playable = context;
    return segment_catalogue_is_canceled(playable->catalogue);
}

static int write_silence(struct playable *playable)
{
    const int error =
        playable_writer_write_audio(playable->writer, opus_silence, sizeof opus_silence,
                                    playable->audio_end_us, OPUS_SILENCE_US);
    playable->audio_end_us += OPUS_SILENCE_US;
    return error;
}

static int write_packet(struct playable *playable)
{
    GstMapInfo map;
    int error = 0;
    if (gst_buffer_map(playable->audio.frame, &map, GST_MAP_READ)) {
        const uint32_t duration_us = opus_packet_duration_us(map.data, map.size);
        if (duration_us > 0) {
            error = playable_writer_write_audio(playable->writer, map.data, map.size,
                                                playable->audio_end_us, duration_us);
            playable->audio_end_us += duration_us;
        }
        gst_buffer_unmap(playable->audio.frame, &map);
    }
    track_source_advance(&playable->audio);
    return error;
}

/* Writes the sound that comes next: a packet, or silence where none was received. */
static int step_audio(struct playable *playable)
{
    if (!playable->audio.frame) {
        return write_silence(playable);
    }
    switch (opus_timeline_step(playable->audio_end_us, playable->audio.frame_us)) {
    case OPUS_TIMELINE_SILENCE:
        return write_silence(playable);
    case OPUS_TIMELINE_DROP:
        track_source_advance(&playable->audio);
        return 0;
    default:
        return write_packet(playable);
    }
}

static int step_video(struct playable *playable)
{
    int error = 0;
    const uint64_t pts_us = playable->video.frame_us;
    if (!playable->has_video || pts_us > playable->last_video_us) {
        error = playable_writer_write_video(playable->writer, playable->video.frame,
                                            segment_reader_caps(playable->video.reader), pts_us);
        playable->last_video_us = pts_us;
        playable->has_video = true;
    }
    track_source_advance(&playable->video);
    if (!playable->video.frame) {
        playable_writer_end_video(playable->writer);
    }
    return error;
}

static int write_frames(struct playable *playable)
{
    int error = 0;
    for (unsigned steps = 0; error == 0; steps++) {
        const bool sound_left = playable->audio_end_us < playable->duration_us;
        if (!sound_left && !playable->video.frame) {
            break;
        }
        if (playable->video.frame &&
            (!sound_left || playable->video.frame_us <= playable->audio_end_us)) {
            error = step_video(playable);
        } else {
            error = step_audio(playable);
        }
        if (steps % CANCEL_CHECK_FRAMES == 0 &&
            segment_catalogue_is_canceled(playable->catalogue)) {
            error = -ECANCELED;
        }
    }
    return error;
}

static const struct {
    const char *suffix;
    const char *mime;
} formats[] = {
    [MEDIA_CODEC_NONE] = {".webm.sealed", "audio/webm; codecs=\"opus\""},
    [MEDIA_CODEC_VP8] = {".webm.sealed", "video/webm; codecs=\"vp8, opus\""},
    [MEDIA_CODEC_H264] = {".mp4.sealed", "video/mp4"},
};

static int write_playable(struct playable *playable, const char *part_name,
                          bool parameter_sets_vary, struct recorder_file_report *report)
{
    const struct segment_catalogue *catalogue = playable->catalogue;
    const struct playable_writer_config config = {
        .directory_fd = catalogue->directory_fd,
        .name = part_name,
        .data_key = catalogue->configuration->data_key,
        .video = playable->video_codec,
        .parameter_sets_vary = parameter_sets_vary,
        .is_canceled = is_canceled,
        .context = playable,
    };
    AUTO(playable_writer) writer = NULL;
    int error = playable_writer_create(&config, &writer);
    if (error < 0) {
        return error;
    }
    playable->writer = writer;
    error = write_frames(playable);
    if (error == 0) {
        error = playable_writer_finish(writer, &report->plain_size, &report->size, report->sha256);
    }
    if (error < 0 && playable_writer_reason(writer)[0]) {
        log_error("muxer_failed", "reason=%s", playable_writer_reason(writer));
    }
    return error;
}

/* Several segments may have the same parameter sets, but then nothing is lost by keeping them in
 * the stream. */
static bool parameter_sets_vary(const struct segment_catalogue *catalogue, const char *label)
{
    return segment_catalogue_count(catalogue, label, MEDIA_CODEC_H264) > 1;
}

static int rename_whole(int directory_fd, const char *part_name, const char *name)
{
    if (renameat(directory_fd, part_name, directory_fd, name) < 0 || fsync(directory_fd) < 0) {
        return -errno;
    }
    return 0;
}

/* Writes under another name, so that a file that has its own is whole. Returns 1. */
static int write_whole(struct playable *playable, struct recorder_file_report *report)
{
    const struct segment_catalogue *catalogue = playable->catalogue;
    char part_name[RECORDER_FILE_NAME_SIZE + sizeof PLAYABLE_PART_SUFFIX];
    snprintf(part_name, sizeof part_name, "%s" PLAYABLE_PART_SUFFIX, report->name);
    int error =
        write_playable(playable, part_name, parameter_sets_vary(catalogue, report->label), report);
    error = error ? error : rename_whole(catalogue->directory_fd, part_name, report->name);
    if (error < 0) {
        unlinkat(catalogue->directory_fd, part_name, 0);
        return error;
    }
    control_send_file(catalogue->control_fd, RECORDER_CONTROL_PLAYABLE, report);
    return 1;
}

int playable_maker_run(const struct segment_catalogue *catalogue, const char *label,
                       enum media_codec video_codec)
{
    struct playable playable = {
        .catalogue = catalogue,
        .video_codec = video_codec,
        .duration_us =
            consent_timeline_duration_us(catalogue->intervals, catalogue->interval_count),
    };
    struct recorder_file_report report = {
        .kind = video_codec == MEDIA_CODEC_NONE ? MEDIA_KIND_AUDIO : MEDIA_KIND_VIDEO,
        .codec = video_codec,
        .complete = true,
        .end_us = playable.duration_us,
    };
    snprintf(report.name, sizeof report.name, "%s%s", label, formats[video_codec].suffix);
    snprintf(report.label, sizeof report.label, "%s", label);
    snprintf(report.mime, sizeof report.mime, "%s", formats[video_codec].mime);
    track_source_init(&playable.audio, catalogue, label, MEDIA_CODEC_OPUS);
    track_source_init(&playable.video, catalogue, label, video_codec);
    const struct track_source *source =
        video_codec == MEDIA_CODEC_NONE ? &playable.audio : &playable.video;
    const int result = source->frame ? write_whole(&playable, &report) : 0;
    track_source_finish(&playable.audio);
    track_source_finish(&playable.video);
    return result;
}

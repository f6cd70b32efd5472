#include "media/recorder/recording_remuxer.h"

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "media/recorder/consent_timeline.h"
#include "media/recorder/control_sender.h"
#include "media/recorder/opus_packet.h"
#include "media/recorder/opus_timeline.h"
#include "media/recorder/playable_writer.h"
#include "media/recorder/segment_reader.h"
#include "media/recording_file/recording_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

LOG_TOPIC("remuxer");

#define PART_SUFFIX ".part"
#define CANCEL_CHECK_FRAMES 256

struct remuxer {
    const struct recorder_configuration *configuration;
    int directory_fd;
    int control_fd;
    struct recorder_file_report *segments; /* by number */
    size_t segment_count;
    struct recorder_interval *intervals;
    size_t interval_count;
};

/* The frames of one kind of one participant, in order, over all its segments. */
struct track_source {
    const struct remuxer *remuxer; /* borrowed */
    const char *label;
    enum media_codec codec; /* NONE: nothing */
    size_t next_segment;
    struct segment_reader *reader;
    GstBuffer *frame;  /* the next one, or NULL at the end */
    uint64_t frame_us; /* where it lies on the recording's time line */
    bool needs_keyframe;
};

static bool is_canceled(void *context)
{
    const struct remuxer *remuxer = context;
    struct pollfd control = {.fd = remuxer->control_fd, .events = POLLIN};
    return poll(&control, 1, 0) > 0; /* STOP, or the supervisor is gone */
}

/* ---- what is there ---- */

static int compare_numbers(const void *a, const void *b)
{
    const struct recorder_file_report *x = a;
    const struct recorder_file_report *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int read_through(struct segment_reader *reader, struct recorder_file_report *report)
{
    bool first = true;
    GstBuffer *frame = NULL;
    int result = 0;
    while ((result = segment_reader_next(reader, &frame)) > 0) {
        const uint64_t pts_us = GST_BUFFER_PTS(frame) / GST_USECOND;
        report->start_us = first ? pts_us : report->start_us;
        report->end_us = pts_us;
        first = false;
        gst_buffer_unref(frame);
    }
    return result;
}

/* Opens every chunk of a segment, and tells what was found: also of one that was changed, up to
 * there. */
static int check_segment(struct remuxer *remuxer, const char *name,
                         struct recorder_file_report *report)
{
    AUTO(segment_reader) reader = NULL;
    int error =
        segment_reader_open(remuxer->directory_fd, name, remuxer->configuration->data_key, &reader);
    if (error < 0) {
        return error;
    }
    const struct segment_description *description = segment_reader_description(reader);
    *report = (struct recorder_file_report){
        .kind = description->kind,
        .codec = description->codec,
        .number = description->number,
        .complete = segment_reader_is_complete(reader),
        .interval_start_ms = description->interval_start_ms,
        .plain_size = segment_reader_plain_size(reader),
    };
    if (strlen(name) >= sizeof report->name) {
        return -ENAMETOOLONG;
    }
    memcpy(report->name, name, strlen(name) + 1);
    memcpy(report->label, description->label, sizeof report->label);
    error = read_through(reader, report);
    report->complete = report->complete && error == 0;
    const int digest_error =
        recording_file_digest(remuxer->directory_fd, name, &report->size, report->sha256);
    return error ? error : digest_error;
}

static void tell_failure(struct remuxer *remuxer, const char *what, const char *name,
                         const char *why)
{
    char reason[RECORDER_REASON_SIZE];
    snprintf(reason, sizeof reason, "%s %.*s: %s", what, RECORDER_FILE_NAME_SIZE, name, why);
    log_error("failed", "reason=%s", reason);
    control_send_reason(remuxer->control_fd, RECORDER_CONTROL_FAILED, reason);
}

/* What can't be opened is named; what can is used all the same. */
static void add_segment(struct remuxer *remuxer, const char *name)
{
    struct stat status;
    if (fstatat(remuxer->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_size == 0) {
        return; /* its recorder was killed before the first byte */
    }
    struct recorder_file_report report = {0};
    const int error = check_segment(remuxer, name, &report);
    if (error < 0) {
        tell_failure(remuxer, "segment", name, strerror(-error));
    }
    if (report.name[0]) {
        control_send_file(remuxer->control_fd, RECORDER_CONTROL_SEGMENT_CHECKED, &report);
        remuxer->segments = allocate_resized(remuxer->segments, remuxer->segment_count + 1,
                                             sizeof *remuxer->segments);
        remuxer->segments[remuxer->segment_count++] = report;
    }
}

/* Lists the segments by number and removes what a finishing before this one left half done. A
 * segment that can't be opened is told, and the rest goes on without it. */
static int scan(struct remuxer *remuxer)
{
    const int fd = openat(remuxer->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    if (!directory) {
        const int error = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return error;
    }
    struct dirent *entry = NULL;
    while ((entry = readdir(directory)) && !is_canceled(remuxer)) {
        uint32_t number = 0;
        const char *suffix = strrchr(entry->d_name, '.');
        if (suffix && strcmp(suffix, PART_SUFFIX) == 0) {
            unlinkat(remuxer->directory_fd, entry->d_name, 0);
        } else if (segment_name_parse(entry->d_name, &number)) {
            add_segment(remuxer, entry->d_name);
        }
    }
    closedir(directory);
    if (remuxer->segment_count > 0) {
        qsort(remuxer->segments, remuxer->segment_count, sizeof *remuxer->segments,
              compare_numbers);
    }
    return is_canceled(remuxer) ? -ECANCELED : 0;
}

/* Without the supervisor's word, an interval is as long as the longest segment in it. */
static void take_intervals(struct remuxer *remuxer)
{
    const struct recorder_configuration *configuration = remuxer->configuration;
    size_t count = configuration->interval_count;
    if (count > 0) {
        remuxer->intervals = allocate_zeroed(count, sizeof *remuxer->intervals);
        memcpy(remuxer->intervals, configuration->intervals, count * sizeof *remuxer->intervals);
    } else {
        count = remuxer->segment_count;
        remuxer->intervals = allocate_zeroed(count, sizeof *remuxer->intervals);
        for (size_t i = 0; i < count; i++) {
            const struct recorder_file_report *segment = &remuxer->segments[i];
            remuxer->intervals[i] = (struct recorder_interval){
                segment->interval_start_ms,
                segment->interval_start_ms + (int64_t)(segment->end_us / 1000) + 1,
            };
        }
    }
    remuxer->interval_count = consent_timeline_normalise(remuxer->intervals, count);
}

/* ---- frames of one track, in order ---- */

static bool open_next_segment(struct track_source *source)
{
    const struct remuxer *remuxer = source->remuxer;
    source->reader = segment_reader_destroy(source->reader);
    while (source->next_segment < remuxer->segment_count) {
        const struct recorder_file_report *segment = &remuxer->segments[source->next_segment++];
        if (segment->codec == source->codec && strcmp(segment->label, source->label) == 0) {
            source->needs_keyframe = segment->kind == MEDIA_KIND_VIDEO;
            if (segment_reader_open(remuxer->directory_fd, segment->name,
                                    remuxer->configuration->data_key, &source->reader) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Returns whether the frame lies within the consented intervals and can be decoded. */
static bool place_frame(struct track_source *source, const GstBuffer *frame)
{
    const struct remuxer *remuxer = source->remuxer;
    const int64_t start_ms = segment_reader_description(source->reader)->interval_start_ms;
    const int64_t wall_us = start_ms * 1000 + (int64_t)(GST_BUFFER_PTS(frame) / GST_USECOND);
    if (!consent_timeline_place(remuxer->intervals, remuxer->interval_count, wall_us,
                                &source->frame_us)) {
        source->needs_keyframe = source->codec != MEDIA_CODEC_OPUS;
        return false;
    }
    if (source->needs_keyframe && GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT)) {
        return false;
    }
    source->needs_keyframe = false;
    return true;
}

/* A segment that was changed ends where it was: that was told when it was checked. */
static void advance(struct track_source *source)
{
    g_clear_pointer(&source->frame, gst_buffer_unref);
    while (source->reader || open_next_segment(source)) {
        GstBuffer *frame = NULL;
        if (segment_reader_next(source->reader, &frame) <= 0) {
            source->reader = segment_reader_destroy(source->reader);
            continue;
        }
        if (place_frame(source, frame)) {
            source->frame = frame;
            return;
        }
        gst_buffer_unref(frame);
    }
}

static void close_source(struct track_source *source)
{
    g_clear_pointer(&source->frame, gst_buffer_unref);
    source->reader = segment_reader_destroy(source->reader);
}

/* ---- one file ---- */

struct playable {
    struct remuxer *remuxer;
    const char *label;
    enum media_codec video_codec;
    struct playable_writer *writer;
    struct track_source audio;
    struct track_source video;
    uint64_t audio_end_us; /* of the sound written so far */
    uint64_t duration_us;
    uint64_t last_video_us;
    bool has_video;
};

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
    advance(&playable->audio);
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
        advance(&playable->audio);
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
    advance(&playable->video);
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
        if (steps % CANCEL_CHECK_FRAMES == 0 && is_canceled(playable->remuxer)) {
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
    struct remuxer *remuxer = playable->remuxer;
    const struct playable_writer_config config = {
        .directory_fd = remuxer->directory_fd,
        .name = part_name,
        .data_key = remuxer->configuration->data_key,
        .video = playable->video_codec,
        .parameter_sets_vary = parameter_sets_vary,
        .is_canceled = is_canceled,
        .context = remuxer,
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

/* Whether the H.264 segments of the label have more than one pair of parameter sets. */
static bool parameter_sets_vary(const struct remuxer *remuxer, const char *label)
{
    size_t segments = 0;
    for (size_t i = 0; i < remuxer->segment_count; i++) {
        const struct recorder_file_report *segment = &remuxer->segments[i];
        segments += segment->codec == MEDIA_CODEC_H264 && strcmp(segment->label, label) == 0;
    }
    return segments > 1; /* several may have the same, but then nothing is lost by keeping them in
                            the stream */
}

static int rename_whole(int directory_fd, const char *part_name, const char *name)
{
    if (renameat(directory_fd, part_name, directory_fd, name) < 0 || fsync(directory_fd) < 0) {
        return -errno;
    }
    return 0;
}

/* Returns 1 when a file was made, 0 when there is nothing to put into one. */
static int make_playable(struct remuxer *remuxer, const char *label, enum media_codec video_codec)
{
    struct playable playable = {
        .remuxer = remuxer,
        .label = label,
        .video_codec = video_codec,
        .audio = {.remuxer = remuxer, .label = label, .codec = MEDIA_CODEC_OPUS},
        .video = {.remuxer = remuxer, .label = label, .codec = video_codec},
        .duration_us = consent_timeline_duration_us(remuxer->intervals, remuxer->interval_count),
    };
    struct recorder_file_report report = {
        .kind = video_codec == MEDIA_CODEC_NONE ? MEDIA_KIND_AUDIO : MEDIA_KIND_VIDEO,
        .codec = video_codec,
        .complete = true,
        .end_us = playable.duration_us,
    };
    char part_name[RECORDER_FILE_NAME_SIZE];
    snprintf(report.name, sizeof report.name, "%s%s", label, formats[video_codec].suffix);
    snprintf(part_name, sizeof part_name, "%s%s" PART_SUFFIX, label, formats[video_codec].suffix);
    snprintf(report.label, sizeof report.label, "%s", label);
    snprintf(report.mime, sizeof report.mime, "%s", formats[video_codec].mime);
    advance(&playable.audio);
    if (video_codec != MEDIA_CODEC_NONE) {
        advance(&playable.video);
    }
    const struct track_source *source =
        video_codec == MEDIA_CODEC_NONE ? &playable.audio : &playable.video;
    int result = 0;
    if (source->frame) {
        result = write_playable(&playable, part_name, parameter_sets_vary(remuxer, label), &report);
        result = result ? result : rename_whole(remuxer->directory_fd, part_name, report.name);
        if (result == 0) {
            control_send_file(remuxer->control_fd, RECORDER_CONTROL_PLAYABLE, &report);
            result = 1;
        } else {
            unlinkat(remuxer->directory_fd, part_name, 0);
        }
    }
    close_source(&playable.audio);
    close_source(&playable.video);
    return result;
}

/* ---- all files ---- */

static bool has_codec(const struct remuxer *remuxer, const char *label, enum media_codec codec)
{
    for (size_t i = 0; i < remuxer->segment_count; i++) {
        if (remuxer->segments[i].codec == codec && strcmp(remuxer->segments[i].label, label) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_first_of_label(const struct remuxer *remuxer, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(remuxer->segments[i].label, remuxer->segments[index].label) == 0) {
            return false;
        }
    }
    return true;
}

static int make_participant(struct remuxer *remuxer, const char *label)
{
    static const enum media_codec codecs[] = {MEDIA_CODEC_H264, MEDIA_CODEC_VP8, MEDIA_CODEC_NONE};
    int result = 0;
    bool made = false;
    for (size_t i = 0; i < ARRAY_LENGTH(codecs) && result >= 0; i++) {
        const bool sound_alone = codecs[i] == MEDIA_CODEC_NONE;
        if (sound_alone ? !made : has_codec(remuxer, label, codecs[i])) {
            result = make_playable(remuxer, label, codecs[i]);
            made = made || result > 0;
        }
    }
    if (result < 0 && result != -ECANCELED) {
        tell_failure(remuxer, "the playable file of", label, strerror(-result));
    }
    return result < 0 ? result : 0;
}

/* What another try can mend: the disk, or the supervisor's wish. What the publisher sent can't be.
 */
static bool ends_finishing(int error)
{
    return error < 0 && error != -EBADMSG && error != -ENOTSUP;
}

int recording_remuxer_run(const struct recorder_configuration *configuration, int directory_fd,
                          int control_fd)
{
    struct remuxer remuxer = {
        .configuration = configuration,
        .directory_fd = directory_fd,
        .control_fd = control_fd,
    };
    int error = scan(&remuxer);
    take_intervals(&remuxer);
    for (size_t i = 0; i < remuxer.segment_count && !ends_finishing(error); i++) {
        if (is_first_of_label(&remuxer, i)) {
            error = make_participant(&remuxer, remuxer.segments[i].label);
        }
    }
    free(remuxer.segments);
    free(remuxer.intervals);
    return ends_finishing(error) ? error : 0;
}

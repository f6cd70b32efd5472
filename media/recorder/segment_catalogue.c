#include "media/recorder/segment_catalogue.h"

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "media/recorder/consent_timeline.h"
#include "media/recorder/control_sender.h"
#include "media/recorder/segment_reader.h"
#include "media/recording_file/recording_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

LOG_TOPIC("remuxer");

bool segment_catalogue_is_canceled(const struct segment_catalogue *catalogue)
{
    struct pollfd control = {.fd = catalogue->control_fd, .events = POLLIN};
    return poll(&control, 1, 0) > 0; /* STOP, or the supervisor is gone */
}

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
static int check_segment(struct segment_catalogue *catalogue, const char *name,
                         struct recorder_file_report *report)
{
    AUTO(segment_reader) reader = NULL;
    int error = segment_reader_open(catalogue->directory_fd, name,
                                    catalogue->configuration->data_key, &reader);
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
        recording_file_digest(catalogue->directory_fd, name, &report->size, report->sha256);
    return error ? error : digest_error;
}

void segment_catalogue_tell_failure(const struct segment_catalogue *catalogue, const char *what,
                                    const char *name, const char *why)
{
    char reason[RECORDER_REASON_SIZE];
    snprintf(reason, sizeof reason, "%s %.*s: %s", what, RECORDER_FILE_NAME_SIZE, name, why);
    log_error("failed", "reason=%s", reason);
    control_send_reason(catalogue->control_fd, RECORDER_CONTROL_FAILED, reason);
}

/* What can't be opened is named; what can is used all the same. */
static void add_segment(struct segment_catalogue *catalogue, const char *name)
{
    struct stat status;
    if (fstatat(catalogue->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_size == 0) {
        return; /* its recorder was killed before the first byte */
    }
    struct recorder_file_report report = {0};
    const int error = check_segment(catalogue, name, &report);
    if (error < 0) {
        segment_catalogue_tell_failure(catalogue, "segment", name, strerror(-error));
    }
    if (report.name[0]) {
        control_send_file(catalogue->control_fd, RECORDER_CONTROL_SEGMENT_CHECKED, &report);
        catalogue->segments = allocate_resized(catalogue->segments, catalogue->segment_count + 1,
                                               sizeof *catalogue->segments);
        catalogue->segments[catalogue->segment_count++] = report;
    }
}

/* Lists the segments by number and removes what a finishing before this one left half done. A
 * segment that can't be opened is told, and the rest goes on without it. */
static int scan(struct segment_catalogue *catalogue)
{
    const int fd = openat(catalogue->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    if (!directory) {
        const int error = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return error;
    }
    struct dirent *entry = NULL;
    while ((entry = readdir(directory)) && !segment_catalogue_is_canceled(catalogue)) {
        uint32_t number = 0;
        const char *suffix = strrchr(entry->d_name, '.');
        if (suffix && strcmp(suffix, PLAYABLE_PART_SUFFIX) == 0) {
            unlinkat(catalogue->directory_fd, entry->d_name, 0);
        } else if (segment_name_parse(entry->d_name, &number)) {
            add_segment(catalogue, entry->d_name);
        }
    }
    closedir(directory);
    if (catalogue->segment_count > 0) {
        qsort(catalogue->segments, catalogue->segment_count, sizeof *catalogue->segments,
              compare_numbers);
    }
    return segment_catalogue_is_canceled(catalogue) ? -ECANCELED : 0;
}

/* Without the supervisor's word, an interval is as long as the longest segment in it. */
static void take_intervals(struct segment_catalogue *catalogue)
{
    const struct recorder_configuration *configuration = catalogue->configuration;
    size_t count = configuration->interval_count;
    if (count > 0) {
        catalogue->intervals = allocate_zeroed(count, sizeof *catalogue->intervals);
        memcpy(catalogue->intervals, configuration->intervals,
               count * sizeof *catalogue->intervals);
    } else {
        count = catalogue->segment_count;
        catalogue->intervals = allocate_zeroed(count, sizeof *catalogue->intervals);
        for (size_t i = 0; i < count; i++) {
            const struct recorder_file_report *segment = &catalogue->segments[i];
            catalogue->intervals[i] = (struct recorder_interval){
                segment->interval_start_ms,
                segment->interval_start_ms + (int64_t)(segment->end_us / 1000) + 1,
            };
        }
    }
    catalogue->interval_count = consent_timeline_normalise(catalogue->intervals, count);
}

int segment_catalogue_init(struct segment_catalogue *catalogue,
                           const struct recorder_configuration *configuration, int directory_fd,
                           int control_fd)
{
    *catalogue = (struct segment_catalogue){
        .configuration = configuration, .directory_fd = directory_fd, .control_fd = control_fd};
    const int error = scan(catalogue);
    take_intervals(catalogue);
    return error;
}

void segment_catalogue_finish(struct segment_catalogue *catalogue)
{
    free(catalogue->segments);
    free(catalogue->intervals);
}

size_t segment_catalogue_count(const struct segment_catalogue *catalogue, const char *label,
                               enum media_codec codec)
{
    size_t count = 0;
    for (size_t i = 0; i < catalogue->segment_count; i++) {
        const struct recorder_file_report *segment = &catalogue->segments[i];
        count += segment->codec == codec && strcmp(segment->label, label) == 0;
    }
    return count;
}

bool segment_catalogue_is_first_of_label(const struct segment_catalogue *catalogue, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(catalogue->segments[i].label, catalogue->segments[index].label) == 0) {
            return false;
        }
    }
    return true;
}

#include "gateway/visits/recording.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/name_table.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const phase_names[RECORDING_PHASE_COUNT] = {
    [RECORDING_OPEN] = "open",
    [RECORDING_FINISHING] = "finishing",
    [RECORDING_ATTACHED] = "attached",
    [RECORDING_EMPTY] = "empty",
};
DEFINE_NAMES(recording_phase, recording_phase, phase_names)

static const char *const wish_names[RECORDING_WISH_COUNT] = {
    [RECORDING_WISH_RUN] = "run",
    [RECORDING_WISH_PAUSE] = "pause",
    [RECORDING_WISH_STOP] = "stop",
};
DEFINE_NAMES(recording_wish, recording_wish, wish_names)

static const char *const failure_names[RECORDING_FAILURE_COUNT] = {
    [RECORDING_FAILURE_NONE] = "none",
    [RECORDING_FAILURE_NO_SPACE] = "no_space",
    [RECORDING_FAILURE_NO_SANDBOX] = "no_sandbox",
    [RECORDING_FAILURE_RECORDER] = "recorder_failed",
};
DEFINE_NAMES(recording_failure, recording_failure, failure_names)

struct recording_list *recording_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct recording_list));
}

struct recording_list *recording_list_destroy(struct recording_list *list)
{
    if (list) {
        for (size_t i = 0; i < list->count; i++) {
            free(list->records[i].intervals);
            free(list->records[i].segments);
            free(list->records[i].files);
        }
        free(list->records);
        free(list);
    }
    return NULL;
}

bool recording_file_name_is_safe(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const size_t length = strlen(name);
    return length > 0 && length < RECORDING_FILE_NAME_SIZE && name[0] != '.' &&
           strspn(name, allowed) == length;
}

struct manifest_line {
    const char *name;
    const char *sha256;
    uint64_t size_bytes;
};

static int compare_lines(const void *a, const void *b)
{
    return strcmp(((const struct manifest_line *)a)->name, ((const struct manifest_line *)b)->name);
}

static void digest_lines(struct digest_stream *stream, struct manifest_line *lines, size_t count)
{
    qsort(lines, count, sizeof(*lines), compare_lines);
    for (size_t i = 0; i < count; i++) {
        char text[DIGEST_SHA256_HEX_SIZE + RECORDING_FILE_NAME_SIZE + 32];
        const int size = snprintf(text, sizeof(text), "%s  %" PRIu64 "  %s\n", lines[i].sha256,
                                  lines[i].size_bytes, lines[i].name);
        digest_stream_update(stream, text, (size_t)size);
    }
}

void recording_manifest_digest(const struct recording_record *record,
                               char ret_digest[DIGEST_SHA256_HEX_SIZE])
{
    AUTO(digest_stream) stream = digest_stream_create();
    const size_t most =
        record->segment_count > record->file_count ? record->segment_count : record->file_count;
    AUTO_FREE struct manifest_line *lines = allocate_zeroed(most, sizeof(*lines));
    for (size_t i = 0; i < record->segment_count; i++) {
        const struct recording_segment *segment = &record->segments[i];
        lines[i] = (struct manifest_line){segment->file_name, segment->sha256, segment->size_bytes};
    }
    digest_lines(stream, lines, record->segment_count);
    for (size_t i = 0; i < record->file_count; i++) {
        const struct recording_file *file = &record->files[i];
        lines[i] = (struct manifest_line){file->file_name, file->sha256, file->size_bytes};
    }
    digest_lines(stream, lines, record->file_count);
    uint8_t digest[DIGEST_SHA256_SIZE];
    digest_stream_finish(stream, digest);
    digest_to_hex(digest, ret_digest);
}

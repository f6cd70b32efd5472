/* segment_description.h - what a segment's file header says of it, so that a directory of segments
 * explains itself, also after a crash: version (1) | kind (1) | codec (1) | number (4) | interval
 * start, wall clock in ms (8) | label. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RECORDER_SEGMENT_DESCRIPTION_H
#define BEDSIDE_MEDIA_RECORDER_SEGMENT_DESCRIPTION_H

#include "media/recorder_protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEGMENT_DESCRIPTION_SIZE_MAX 64
#define SEGMENT_NAME_SIZE 80
#define SEGMENT_SUFFIX ".segment"

struct segment_description {
    enum media_kind kind;
    enum media_codec codec;
    uint32_t number;
    int64_t interval_start_ms; /* media time 0 of the segment, on the wall clock */
    char label[RECORDER_LABEL_SIZE_MAX];
};

size_t segment_description_write(const struct segment_description *description,
                                 uint8_t ret_bytes[SEGMENT_DESCRIPTION_SIZE_MAX]);
/* Returns 0, or -EBADMSG. */
int segment_description_parse(const uint8_t *bytes, size_t size,
                              struct segment_description *ret_description);

/* "00012-video-<label>.segment" */
void segment_name_write(const struct segment_description *description,
                        char ret_name[SEGMENT_NAME_SIZE]);
/* Whether a file's name is a segment's, and its number. */
bool segment_name_parse(const char *name, uint32_t *ret_number);

#endif

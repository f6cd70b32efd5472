/* segment_catalogue.h - what a recording has: its segments, each opened from end to end, and the
 * consented intervals that they lie in. Tells the supervisor of every segment.
 * Thread: its owner's. The scan blocks on the disk. */
#ifndef BEDSIDE_MEDIA_RECORDER_SEGMENT_CATALOGUE_H
#define BEDSIDE_MEDIA_RECORDER_SEGMENT_CATALOGUE_H

#include "media/recorder_control.h"

#include <stdbool.h>
#include <stddef.h>

struct segment_catalogue {
    const struct recorder_configuration *configuration; /* borrowed */
    int directory_fd;                                   /* borrowed */
    int control_fd;                                     /* borrowed */
    struct recorder_file_report *segments;              /* owned; by number */
    size_t segment_count;
    struct recorder_interval *intervals; /* owned; in order, none touching */
    size_t interval_count;
};

/* Lists what is in the directory, and removes what a finishing before this one left half done. A
 * segment that can't be opened is told, and the rest goes on without it. Returns 0, an errno of the
 * directory, or -ECANCELED. Finish it in any case. */
int segment_catalogue_init(struct segment_catalogue *catalogue,
                           const struct recorder_configuration *configuration, int directory_fd,
                           int control_fd);
void segment_catalogue_finish(struct segment_catalogue *catalogue);

/* How many segments of a codec a participant has. */
size_t segment_catalogue_count(const struct segment_catalogue *catalogue, const char *label,
                               enum media_codec codec);
/* No segment before this one is the same participant's. */
bool segment_catalogue_is_first_of_label(const struct segment_catalogue *catalogue, size_t index);
/* The supervisor wants this to end, or is gone. */
bool segment_catalogue_is_canceled(const struct segment_catalogue *catalogue);
/* Logs, and tells the supervisor; `what` is a noun, `name` a file or participant. */
void segment_catalogue_tell_failure(const struct segment_catalogue *catalogue, const char *what,
                                    const char *name, const char *why);

/* Where `.part` files come from. */
#define PLAYABLE_PART_SUFFIX ".part"

#endif

/* playable_maker.h - the segments of one participant -> one file that plays: sound from the first
 * consented moment to the last (silence where none was received), and pictures where there are any.
 * Thread: its owner's. Blocks until it is done. */
#ifndef BEDSIDE_MEDIA_RECORDER_PLAYABLE_MAKER_H
#define BEDSIDE_MEDIA_RECORDER_PLAYABLE_MAKER_H

#include "media/recorder/segment_catalogue.h"

/* `video_codec` NONE makes a file of sound alone. The file takes the place of an earlier one when
 * it is whole, and is told to the supervisor. Returns 1 when it was made, 0 when there is nothing
 * to put into one, or what playable_writer.h says. */
int playable_maker_run(const struct segment_catalogue *catalogue, const char *label,
                       enum media_codec video_codec);

#endif

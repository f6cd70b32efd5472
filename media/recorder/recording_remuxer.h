/* recording_remuxer.h - finishing: the segments of a directory -> seekable files that browsers
 * play.
 *
 * For each participant one file that lasts as long as the consented intervals together: WebM with
 * VP8 and Opus (also for sound alone), MP4 with H.264 and AAC; one of each for who changed from one
 * to the other. Sound covers the whole time, silent where none was received, so that all files
 * share a time line and the muxer never waits. Video is not transcoded. The files are written under
 * another name and renamed when they are whole, so that finishing may be killed and done again.
 * Thread: its owner's; GStreamer's threads live within. */
#ifndef BEDSIDE_MEDIA_RECORDER_RECORDING_REMUXER_H
#define BEDSIDE_MEDIA_RECORDER_RECORDING_REMUXER_H

#include "media/recorder_control.h"

/* Tells SEGMENT_CHECKED and PLAYABLE on the control socket as it goes, and with FAILED what could
 * not be opened or made; the rest goes on without it. Returns 0, or what another try may mend: an
 * errno of the disk, or -ECANCELED when the supervisor said STOP or is gone. */
int recording_remuxer_run(const struct recorder_configuration *configuration, int directory_fd,
                          int control_fd);

#endif

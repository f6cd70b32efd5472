/* webm_sound_flags.h - marks every block of sound as one to begin at, in a WebM file that is being
 * written (EBML: RFC 8794; Matroska: RFC 9559, 10.2).
 *
 * Each packet of sound can be decoded by itself, and players look for the flag that says so:
 * FFmpeg's index, and with it Chromium's seeking, has no entries of a track without it. GStreamer's
 * muxer (1.22) sets it for key frames of pictures only.
 *
 *   Segment -> Tracks -> TrackEntry -> TrackNumber, TrackType   which tracks are sound
 *           -> Cluster -> SimpleBlock: track number (1 to 8) | time (2) | flags (1) | ...
 *
 * Everything else is skipped. Where the bytes stop making sense, the rest is left as it is.
 * Pure. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_WEBM_SOUND_FLAGS_H
#define BEDSIDE_MEDIA_RECORDER_WEBM_SOUND_FLAGS_H

#include "gateway/base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

struct webm_sound_flags;

struct webm_sound_flags *webm_sound_flags_create(void);
struct webm_sound_flags *webm_sound_flags_destroy(struct webm_sound_flags *flags);
DEFINE_AUTO(webm_sound_flags)

/* Sets the flags in the bytes that are about to be written at `offset`, cut in any way. What lies
 * before the end reached so far is what the muxer goes back to, and stays as it is. */
void webm_sound_flags_set(struct webm_sound_flags *flags, uint64_t offset, uint8_t *bytes,
                          size_t size);

#endif

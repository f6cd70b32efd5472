/* consent_timeline.h - the wall clock of a visit -> the time line of its recording, which has only
 * what everybody consented to: the intervals, one after the other. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RECORDER_CONSENT_TIMELINE_H
#define BEDSIDE_MEDIA_RECORDER_CONSENT_TIMELINE_H

#include "media/recorder_control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sorts the intervals and joins those that touch or overlap; empty ones go. Returns how many are
 * left. */
size_t consent_timeline_normalise(struct recorder_interval *intervals, size_t count);
/* How long they last together. */
uint64_t consent_timeline_duration_us(const struct recorder_interval *intervals, size_t count);
/* Returns whether the moment lies in an interval, and where on the time line. */
bool consent_timeline_place(const struct recorder_interval *intervals, size_t count,
                            int64_t wall_us, uint64_t *ret_timeline_us);

#endif

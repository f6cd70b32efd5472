/* connection_quality.h - reports of a worker -> what people are told of a connection.
 * A level is told when it has held for two reports, so that one bad second is not news; lost is
 * told at once. Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_CONNECTION_QUALITY_H
#define BEDSIDE_SIGNALING_SESSION_CONNECTION_QUALITY_H

#include "media/worker/worker_messages.h"

enum quality_level { QUALITY_GOOD, QUALITY_FAIR, QUALITY_POOR, QUALITY_LOST };
enum quality_reason {
    QUALITY_REASON_NONE,
    QUALITY_REASON_LOSS,
    QUALITY_REASON_DELAY,
    QUALITY_REASON_RATE,
    QUALITY_REASON_CPU,
    QUALITY_REASON_DEVICE,
    QUALITY_REASON_SILENT,
    QUALITY_REASON_COUNT,
};

struct connection_quality {
    enum quality_level level; /* as told */
    enum quality_reason reason;
    enum quality_level next;
    enum quality_reason next_reason;
    unsigned reports_of_next;
    uint64_t packets_received;
    uint64_t packets_lost_up;
};

const char *quality_level_name(enum quality_level level);
const char *quality_reason_name(enum quality_reason reason);
/* Returns true when there is something new to tell. */
bool connection_quality_update(struct connection_quality *quality,
                               const struct worker_endpoint_report *report, bool audio_muted);
/* `reason`: NONE when the connection is given up, SILENT when nothing comes any more. */
bool connection_quality_lost(struct connection_quality *quality, enum quality_reason reason);
/* Something comes again: no longer lost; the next reports say how it is. */
bool connection_quality_returned(struct connection_quality *quality);

#endif

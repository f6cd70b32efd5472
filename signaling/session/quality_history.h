/* quality_history.h - how one person's connection was, minute by minute, for the case record.
 * Scores come every 10 s and are made into one row a minute. Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_QUALITY_HISTORY_H
#define BEDSIDE_SIGNALING_SESSION_QUALITY_HISTORY_H

#include "gateway/visits/quality_minute.h"
#include "signaling/session/client_figures.h"
#include "signaling/session/connection_score.h"

#define QUALITY_HISTORY_ROW_MS 60000

struct quality_history {
    int64_t from_ms; /* of the open row; 0: none is open */
    unsigned samples;
    unsigned score_sum;
    unsigned worst;
    enum quality_reason reason; /* of the worst */
    uint64_t estimate_sum;      /* bits per second */
    uint64_t rtt_sum_us;
    unsigned rtt_samples;
    uint64_t heard_ms;
    uint64_t concealed_ms;
    uint32_t frozen_ms;
    enum signaling_path path;
};

/* One window's score, with the report and the figures that it was judged from. */
void quality_history_add(struct quality_history *history, const struct connection_score *score,
                         const struct worker_endpoint_report *report,
                         const struct client_figures *figures, int64_t now_ms);
/* Whether the open row is as long as a row gets. */
bool quality_history_is_due(const struct quality_history *history, int64_t now_ms);
/* Closes the open row. Returns true and the row (without its ids), or false when there is none. */
bool quality_history_take(struct quality_history *history, int64_t now_ms,
                          struct quality_minute *ret_row);

#endif

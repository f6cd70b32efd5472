/* connection_score.h - a person's connection as a number for people: 5 (nothing to notice) to 1
 * (hardly possible), and what lowers it. Judged over windows of 10 s from what the worker reports
 * and what the client says; the worst of all counts decides. Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_CONNECTION_SCORE_H
#define BEDSIDE_SIGNALING_SESSION_CONNECTION_SCORE_H

#include "media/worker/worker_messages.h"
#include "signaling/session/client_figures.h"
#include "signaling/session/connection_quality.h"

#define CONNECTION_SCORE_BEST 5
#define CONNECTION_SCORE_WORST 1
#define CONNECTION_SCORE_SECONDS 10

struct connection_score {
    unsigned score; /* of the last whole window */
    enum quality_reason reason;
    /* The window: */
    unsigned reports;
    unsigned sound_lost_permille; /* the worst second */
    unsigned device_silent;       /* seconds */
    uint64_t rtt_us;              /* sum */
    uint64_t received;
    uint64_t lost_up;
    uint64_t packets_received; /* totals as last reported */
    uint64_t packets_lost_up;
    bool has_totals;
    enum picture_step step; /* the worst that was shown */
};

void connection_score_init(struct connection_score *score);
/* One report, each second. `step`: the worst step of the pictures that the person is shown now.
 * `device_silent`: a microphone or camera that is not muted sends nothing. When a window is
 * complete the score is judged from it and from `figures` (of the same time; may be empty), and
 * true is returned. */
bool connection_score_on_report(struct connection_score *score,
                                const struct worker_endpoint_report *report, enum picture_step step,
                                bool device_silent, const struct client_figures *figures);
/* Nothing comes any more. */
void connection_score_lost(struct connection_score *score);

#endif

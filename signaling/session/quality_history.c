#include "signaling/session/quality_history.h"

#include <stdio.h>

/* A page that sent no figures yet is on the way that the worker sees. */
static enum signaling_path path_of(const struct worker_endpoint_report *report,
                                   const struct client_figures *figures)
{
    if (figures->path != SIGNALING_PATH_UNKNOWN || report->path == ENDPOINT_PATH_NONE) {
        return figures->path;
    }
    return report->path == ENDPOINT_PATH_TCP ? SIGNALING_PATH_TCP : SIGNALING_PATH_UDP;
}

void quality_history_add(struct quality_history *history, const struct connection_score *score,
                         const struct worker_endpoint_report *report,
                         const struct client_figures *figures, int64_t now_ms)
{
    if (history->from_ms == 0) {
        *history = (struct quality_history){.from_ms = now_ms - CONNECTION_SCORE_SECONDS * 1000,
                                            .worst = CONNECTION_SCORE_BEST + 1};
    }
    history->samples++;
    history->score_sum += score->score;
    if (score->score < history->worst) {
        history->worst = score->score;
        history->reason = score->reason;
    }
    history->estimate_sum += report->estimate_down_bps;
    history->rtt_sum_us += report->rtt_us;
    history->rtt_samples += report->rtt_us > 0;
    history->heard_ms += figures->heard_ms;
    history->concealed_ms += figures->concealed_ms;
    history->frozen_ms += figures->frozen_ms;
    history->path = path_of(report, figures);
}

bool quality_history_is_due(const struct quality_history *history, int64_t now_ms)
{
    return history->from_ms != 0 && now_ms - history->from_ms >= QUALITY_HISTORY_ROW_MS;
}

bool quality_history_take(struct quality_history *history, int64_t now_ms,
                          struct quality_minute *ret_row)
{
    if (history->from_ms == 0) {
        return false;
    }
    *ret_row = (struct quality_minute){
        .from_ms = history->from_ms,
        /* A clock that was set back makes no row that ends before it begins. */
        .until_ms = now_ms > history->from_ms ? now_ms : history->from_ms,
        .score_tenths = (history->score_sum * 10 + history->samples / 2) / history->samples,
        .worst = history->worst,
        .concealed_permille = history->heard_ms > 0
                                  ? (uint32_t)(history->concealed_ms * 1000 / history->heard_ms)
                                  : 0,
        .frozen_ms = history->frozen_ms,
        .estimate_bps = (uint32_t)(history->estimate_sum / history->samples),
        .rtt_ms = history->rtt_samples > 0
                      ? (uint32_t)(history->rtt_sum_us / history->rtt_samples / 1000)
                      : 0,
    };
    snprintf(ret_row->reason, sizeof(ret_row->reason), "%s", quality_reason_name(history->reason));
    snprintf(ret_row->path, sizeof(ret_row->path), "%s", client_figures_path_name(history->path));
    *history = (struct quality_history){0};
    return true;
}

#include "signaling/session/connection_score.h"

#include <string.h>

/* From which value on a count allows 4, 3, 2, 1 at most; 0: it never does. */
struct limits {
    unsigned at[4];
    enum quality_reason reason;
};

/* Speech holds a concealed hundredth unnoticed; at a fifth nobody follows. */
static const struct limits sound_limits = {{10, 30, 80, 200}, QUALITY_REASON_LOSS};
/* Of what comes from the person, picture and sound together. */
static const struct limits up_limits = {{20, 50, 100, 250}, QUALITY_REASON_LOSS};
/* There and back and the wait in the jitter buffer, in ms: from 400 on people interrupt each
 * other (ITU-T G.114). */
static const struct limits delay_limits = {{300, 500, 900, 2000}, QUALITY_REASON_DELAY};
/* Of the time, in thousandths. */
static const struct limits frozen_limits = {{30, 100, 300, 0}, QUALITY_REASON_RATE};

static const struct limits step_limits = {
    {PICTURE_SMALL, PICTURE_STILL, PICTURE_SOUND_ONLY, PICTURE_SOUND_LOST}, QUALITY_REASON_RATE};
static const struct limits cpu_limits = {{1, 0, 0, 0}, QUALITY_REASON_CPU};
/* Seconds without sound from a microphone that is on. */
static const struct limits device_limits = {{0, 3, 5, 0}, QUALITY_REASON_DEVICE};

static void hold_against(struct connection_score *score, const struct limits *limits,
                         unsigned value)
{
    for (size_t i = sizeof(limits->at) / sizeof(limits->at[0]); i > 0; i--) {
        const unsigned allowed = CONNECTION_SCORE_BEST - (unsigned)i;
        if (limits->at[i - 1] > 0 && value >= limits->at[i - 1]) {
            if (allowed < score->score) {
                score->score = allowed;
                score->reason = limits->reason;
            }
            return;
        }
    }
}

static unsigned permille(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (unsigned)(part * 1000 / whole) : 0;
}

static void forget_window(struct connection_score *score)
{
    score->reports = 0;
    score->sound_lost_permille = 0;
    score->device_silent = 0;
    score->rtt_us = 0;
    score->received = 0;
    score->lost_up = 0;
    score->step = PICTURE_FULL;
}

static void judge(struct connection_score *score, const struct client_figures *figures)
{
    const unsigned rtt_ms = (unsigned)(score->rtt_us / score->reports / 1000);
    const unsigned concealed = permille(figures->concealed_ms, figures->heard_ms);
    /* What was concealed in the whole window says more than the worst second of packets. */
    const unsigned sound = figures->heard_ms > 0 ? concealed : score->sound_lost_permille;
    score->score = CONNECTION_SCORE_BEST;
    score->reason = QUALITY_REASON_NONE;
    hold_against(score, &sound_limits, sound);
    hold_against(score, &up_limits, permille(score->lost_up, score->received + score->lost_up));
    hold_against(score, &delay_limits, rtt_ms + figures->buffer_ms);
    hold_against(score, &step_limits, score->step);
    hold_against(score, &frozen_limits, permille(figures->frozen_ms, figures->interval_ms));
    hold_against(score, &cpu_limits, figures->limited_by == SIGNALING_LIMITED_BY_CPU);
    hold_against(score, &device_limits, score->device_silent);
}

static void count_packets(struct connection_score *score,
                          const struct worker_endpoint_report *report)
{
    if (score->has_totals && report->packets_received >= score->packets_received) {
        score->received += report->packets_received - score->packets_received;
        score->lost_up += report->packets_lost_up > score->packets_lost_up
                              ? report->packets_lost_up - score->packets_lost_up
                              : 0;
    }
    score->has_totals = true;
    score->packets_received = report->packets_received;
    score->packets_lost_up = report->packets_lost_up;
}

void connection_score_init(struct connection_score *score)
{
    memset(score, 0, sizeof(*score));
    score->score = CONNECTION_SCORE_BEST;
}

bool connection_score_on_report(struct connection_score *score,
                                const struct worker_endpoint_report *report, enum picture_step step,
                                bool device_silent, const struct client_figures *figures)
{
    count_packets(score, report);
    score->reports++;
    score->rtt_us += report->rtt_us;
    score->device_silent += device_silent;
    if (report->audio_lost_down_permille > score->sound_lost_permille) {
        score->sound_lost_permille = report->audio_lost_down_permille;
    }
    if (step != PICTURE_HIDDEN && step > score->step) {
        score->step = step;
    }
    if (score->reports < CONNECTION_SCORE_SECONDS) {
        return false;
    }
    judge(score, figures);
    forget_window(score);
    return true;
}

void connection_score_lost(struct connection_score *score)
{
    forget_window(score);
    score->score = CONNECTION_SCORE_WORST;
    score->reason = QUALITY_REASON_SILENT;
}

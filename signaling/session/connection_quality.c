#include "signaling/session/connection_quality.h"

#define POOR_LOSS 26 /* of 256: 10 % */
#define FAIR_LOSS 8  /* 3 % */
#define POOR_RTT_US 600000
#define FAIR_RTT_US 300000
#define REPORTS_TO_BELIEVE 2

const char *quality_level_name(enum quality_level level)
{
    static const char *const names[] = {"good", "fair", "poor", "lost"};
    return names[level];
}

const char *quality_reason_name(enum quality_reason reason)
{
    static const char *const names[] = {"none", "loss", "delay", "rate", "cpu", "device", "silent"};
    return names[reason];
}

/* Of the last second, in 1/256. */
static unsigned loss_up(struct connection_quality *quality,
                        const struct worker_endpoint_report *report)
{
    const uint64_t received = report->packets_received - quality->packets_received;
    const uint64_t lost = report->packets_lost_up > quality->packets_lost_up
                              ? report->packets_lost_up - quality->packets_lost_up
                              : 0;
    quality->packets_received = report->packets_received;
    quality->packets_lost_up = report->packets_lost_up;
    return received + lost > 0 ? (unsigned)(lost * 256 / (received + lost)) : 0;
}

static void judge(const struct worker_endpoint_report *report, unsigned loss, bool audio_muted,
                  enum quality_level *ret_level, enum quality_reason *ret_reason)
{
    *ret_level = QUALITY_GOOD;
    *ret_reason = QUALITY_REASON_NONE;
    if (!report->connected) {
        *ret_level = QUALITY_LOST;
    } else if (report->in_room && !audio_muted && !report->audio_flowing) {
        *ret_level = QUALITY_POOR;
        *ret_reason = QUALITY_REASON_SILENT;
    } else if (loss >= FAIR_LOSS) {
        *ret_level = loss >= POOR_LOSS ? QUALITY_POOR : QUALITY_FAIR;
        *ret_reason = QUALITY_REASON_LOSS;
    } else if (report->rtt_us >= FAIR_RTT_US) {
        *ret_level = report->rtt_us >= POOR_RTT_US ? QUALITY_POOR : QUALITY_FAIR;
        *ret_reason = QUALITY_REASON_DELAY;
    }
}

static bool tell(struct connection_quality *quality, enum quality_level level,
                 enum quality_reason reason)
{
    const bool is_news = quality->level != level || quality->reason != reason;
    quality->level = level;
    quality->reason = reason;
    quality->reports_of_next = 0;
    return is_news;
}

bool connection_quality_update(struct connection_quality *quality,
                               const struct worker_endpoint_report *report, bool audio_muted)
{
    const unsigned up = loss_up(quality, report);
    const unsigned down = report->fraction_lost_down;
    enum quality_level level;
    enum quality_reason reason;
    judge(report, up > down ? up : down, audio_muted, &level, &reason);
    if (level == QUALITY_LOST || quality->level == QUALITY_LOST) {
        return false; /* before it is up, and after: _lost() and _returned() say when */
    }
    if (level != quality->next || reason != quality->next_reason) {
        quality->next = level;
        quality->next_reason = reason;
        quality->reports_of_next = 0;
    }
    if (++quality->reports_of_next < REPORTS_TO_BELIEVE) {
        return false;
    }
    return tell(quality, level, reason);
}

bool connection_quality_lost(struct connection_quality *quality, enum quality_reason reason)
{
    return tell(quality, QUALITY_LOST, reason);
}

bool connection_quality_returned(struct connection_quality *quality)
{
    return quality->level == QUALITY_LOST && tell(quality, QUALITY_GOOD, QUALITY_REASON_NONE);
}

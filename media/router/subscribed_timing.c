/* What a receiver is told about time: how late its pictures are, for how long it is to keep them
 * back, and when they were captured. */
#include "gateway/base/byte_writer.h"
#include "gateway/base/clock.h"
#include "media/router/subscribed_track_state.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/rtcp_packet.h"

static const uint64_t REPORT_INTERVAL_US = 1000000;
/* A receiver knows the mapping after two reports: the second one comes soon. */
static const uint64_t SECOND_REPORT_AFTER_US = 200000;
static const uint64_t TOLD_ANEW_INTERVAL_US = 100000;
static const uint64_t TOLD_ANEW_FOR_US = 2000000;
static const uint64_t STILL_FLOWS_US = 5000000;
static const int64_t SOUND_LATE_SMOOTHING = 32;

/* Where packets are lost, here or on their way to us, a receiver keeps its pictures back for as
 * long as a repair takes. */
static uint32_t held_back_us(const struct subscribed_track *track)
{
    const uint32_t here_us = picture_protection_wait_us(&track->subscriber->downlink.protection);
    const uint32_t there_us = track->source ? track->source->repairs.wait_us : 0;
    return here_us > there_us ? here_us : there_us;
}

/* For how long it takes pictures to be late in any case. */
static int64_t holds_us(const struct subscribed_track *track, uint64_t now_us)
{
    const int64_t repair_us = picture_lag_repair_us(&track->lag, track->subscriber->rtt_us, now_us);
    const int64_t told_us = held_back_us(track);
    return repair_us > told_us ? repair_us : told_us;
}

void subscribed_track_note_leaving(struct subscribed_track *track,
                                   const struct packet_buffer *packet, uint64_t now_us)
{
    const int64_t late_us = (int64_t)now_us - packet->media_time_us;
    if (track->kind == MEDIA_KIND_AUDIO) {
        track->late_us += (late_us - track->late_us) / SOUND_LATE_SMOOTHING;
    } else if (track->audio) {
        if (packet->rtp.timestamp != track->numbers.last_timestamp) {
            picture_lag_on_frame(&track->lag, holds_us(track, now_us));
        }
        if (!packet->retransmitted) {
            picture_lag_note(&track->lag, late_us - track->audio->late_us);
        }
    }
}

void subscribed_track_tell_playout_delay(struct subscribed_track *track)
{
    const uint32_t wait_us = held_back_us(track);
    /* Who was told to keep pictures back has to be told when it need not any more. */
    const struct rtp_playout_delay delay = {
        .present = wait_us > 0 || track->format.playout_delay.present,
        .min_ms = (uint16_t)(wait_us / 1000),
    };
    line_format_set_playout_delay(&track->format, delay);
}

/* ---- sender reports ---- */

bool subscribed_track_report_is_due(const struct subscribed_track *track, bool is_for_what_waits,
                                    uint64_t now_us)
{
    const bool is_first = track->reports_since_switch == 0;
    return track->source && track->subscriber->open && track->sent_at_us != 0 &&
           now_us - track->sent_at_us < STILL_FLOWS_US && now_us >= track->report_due_us &&
           (is_first || is_for_what_waits);
}

static void note_told(struct subscribed_track *track, uint64_t now_us)
{
    if (track->lag.told_us != track->told_us) {
        track->told_us = track->lag.told_us;
        track->told_anew_at_us = now_us;
    }
}

/* A receiver fits a line through the last reports (libwebrtc: 20): when what is told has changed,
 * many reports make that the line. */
static uint64_t report_interval_us(const struct subscribed_track *track, uint64_t now_us)
{
    if (track->told_anew_at_us != 0 && now_us - track->told_anew_at_us < TOLD_ANEW_FOR_US) {
        return TOLD_ANEW_INTERVAL_US;
    }
    return track->reports_since_switch == 0 ? SECOND_REPORT_AFTER_US : REPORT_INTERVAL_US;
}

int subscribed_track_write_report(struct subscribed_track *track, struct byte_writer *writer,
                                  uint64_t now_us)
{
    const struct rtcp_sender_info info = {
        .ssrc = track->line.ssrc,
        .ntp = ntp_time_from_unix_us(clock_wall_us_of(now_us) + (uint64_t)track->lag.told_us),
        .rtp_timestamp = outgoing_numbers_timestamp_at(&track->numbers, now_us),
        .packet_count = track->packets_sent,
        .octet_count = track->octets_sent,
    };
    int r = rtcp_write_sender_report(writer, &info, NULL, 0);
    if (r < 0) {
        return r;
    }
    note_told(track, now_us);
    track->report_due_us = now_us + report_interval_us(track, now_us);
    track->reports_since_switch++;
    return 0;
}

bool subscribed_track_tells_capture_times(const struct subscribed_track *track)
{
    return track->lag.told_us == 0 && track->told_us == 0;
}

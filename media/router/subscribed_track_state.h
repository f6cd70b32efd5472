/* subscribed_track_state.h - what a subscribed track consists of; for the files of this folder that
 * work on it. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SUBSCRIBED_TRACK_STATE_H
#define BEDSIDE_MEDIA_ROUTER_SUBSCRIBED_TRACK_STATE_H

#include "gateway/base/token_bucket.h"
#include "media/router/line_format.h"
#include "media/router/outgoing_numbers.h"
#include "media/router/picture_lag.h"
#include "media/router/sound_line.h"
#include "media/router/stream_gate.h"
#include "media/router/subscribed_track.h"
#include "media/rtp/picture_filter.h"
#include "media/rtp/resend_limiter.h"
#include "media/rtp/rtx_stream.h"

struct subscribed_track {
    /* what each packet needs */
    struct track_listener listener;
    struct subscriber *subscriber;        /* borrowed */
    const struct subscribed_track *audio; /* borrowed; NULL but for video with sound */
    struct published_track *source;       /* borrowed; NULL: the line is empty */
    struct sound_line *sound;             /* owned; NULL for a picture */
    enum media_kind kind;
    struct stream_gate gate;
    struct picture_choice choice;
    uint32_t packets_sent;
    uint32_t octets_sent;
    uint64_t sent_at_us;
    int64_t late_us;         /* of sound: how long after its capture it leaves, smoothed */
    uint64_t stuck_since_us; /* its receiver asked for a key frame; 0: it has what it needs */
    struct picture_filter filter;
    struct picture_lag lag; /* of a picture against its sound */
    struct line_format format;
    struct outgoing_numbers numbers;

    /* what a request or a report needs */
    int64_t told_us;          /* of the lag, by the last report */
    uint64_t told_anew_at_us; /* 0: never */
    uint64_t report_due_us;
    unsigned reports_since_switch;
    struct endpoint_slot_line line;
    struct rtx_stream rtx;
    struct token_bucket resend_budget;
    struct resend_limiter resends;
    uint16_t pad_sequence; /* the next of the old packets to be sent as padding */
};

/* Numbers a packet that leaves now, and sends it in the form that its receiver takes. */
void subscribed_track_send(struct subscribed_track *track, const struct paced_packet *out,
                           const struct line_format *format, uint64_t now_us);
/* A packet that came just now, or waited for its turn, leaves. */
void subscribed_track_note_leaving(struct subscribed_track *track,
                                   const struct packet_buffer *packet, uint64_t now_us);
/* Sends an outgoing packet again, as RTX, if it is still there. */
void subscribed_track_resend(struct subscribed_track *track, uint16_t sequence, uint64_t now_us);

#endif

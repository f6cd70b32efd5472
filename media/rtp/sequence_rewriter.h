/* sequence_rewriter.h - sequence numbers and timestamps of one outgoing stream, unbroken while
 * sources, simulcast layers and left-out packets come and go.
 *
 * Sequence numbers run on without a hole. Timestamps lie on one line of the gateway's media time:
 * at each switch the new source's timestamps are set to where the moment of its packet falls on
 * that line, so that two packets of different sources are as far apart as they were captured. Late
 * packets around a switch or a gap get the number that was kept for them, and no number is ever
 * given out twice (an SRTP nonce depends on it). Pure; fields are private. Thread: the worker that
 * owns the subscription. */
#ifndef BEDSIDE_MEDIA_RTP_SEQUENCE_REWRITER_H
#define BEDSIDE_MEDIA_RTP_SEQUENCE_REWRITER_H

#include "media/rtp/number_line.h"
#include "media/rtp/receive_window.h"

struct sequence_rewriter {
    uint32_t clock_rate;
    bool started;
    uint32_t first_timestamp;
    uint32_t highest_timestamp;
    int64_t first_media_time_us;
    struct receive_window sent;
    struct number_line line; /* notes: what is added to the source's timestamps */
};

struct sequence_rewriter_result {
    uint16_t sequence;
    uint32_t timestamp;
};

/* Where an outgoing packet came from. */
struct sequence_rewriter_origin {
    uint32_t source;
    uint16_t sequence;         /* the publisher's */
    uint32_t timestamp_offset; /* add it to the publisher's timestamp */
};

/* Outgoing numbers begin at `first_sequence`, below 2^15 (asserted), timestamps at
 * `first_timestamp`; take both from random_u32(). */
void sequence_rewriter_init(struct sequence_rewriter *rewriter, uint32_t clock_rate,
                            uint16_t first_sequence, uint32_t first_timestamp);
/* The next packets come from `source` (any number but 0 that names one published stream; the same
 * again after a pause), beginning with this packet, captured at `media_time_us`. */
void sequence_rewriter_switch(struct sequence_rewriter *rewriter, uint32_t source,
                              uint16_t sequence, uint32_t timestamp, int64_t media_time_us);
/* Numbers a packet that will be sent now. Returns 0; -EALREADY: its number was used; -ENOENT: it
 * was left out; -ESTALE: too late, or of a source that is not on the line. Then it must not be
 * sent. */
int sequence_rewriter_forward(struct sequence_rewriter *rewriter, uint32_t source,
                              uint16_t sequence, uint32_t timestamp,
                              struct sequence_rewriter_result *ret_result);
/* Says that a packet of the current source is not sent on purpose and shall leave no hole. */
void sequence_rewriter_leave_out(struct sequence_rewriter *rewriter, uint32_t source,
                                 uint16_t sequence);
/* For a NACK: what was sent as `out_sequence`. Returns 0, or -ENOENT: never sent, or too long ago.
 */
int sequence_rewriter_origin(const struct sequence_rewriter *rewriter, uint16_t out_sequence,
                             struct sequence_rewriter_origin *ret_origin);
/* What to add to timestamps of the current source, as in a sender report. Returns 0, or -ENOENT
 * before the first switch. */
int sequence_rewriter_timestamp_offset(const struct sequence_rewriter *rewriter,
                                       uint32_t *ret_offset);

#endif

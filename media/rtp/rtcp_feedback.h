/* rtcp_feedback.h - feedback about losses and pictures: generic NACK and PLI (RFC 4585, 6.2.1
 * and 6.3.1), FIR (RFC 5104, 4.3.1), REMB (draft-alvestrand-rmcat-remb-03).
 *
 * Readers take what rtcp_walk_next() returned and come back with -EINVAL when it is another
 * message, -EBADMSG when it is broken. Writers: as in rtcp_packet.h. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RTCP_FEEDBACK_H
#define BEDSIDE_MEDIA_RTP_RTCP_FEEDBACK_H

#include "media/rtp/rtcp_packet.h"

/* One NACK may name 17 packets in 4 bytes; what goes beyond this many is left out. */
#define RTCP_NACK_SEQUENCES_MAX 500
#define RTCP_FIR_ENTRIES_MAX 32
#define RTCP_REMB_SSRCS_MAX 255

enum rtcp_feedback_kind {
    RTCP_FEEDBACK_OTHER,
    RTCP_FEEDBACK_NACK,
    RTCP_FEEDBACK_TRANSPORT_CC, /* rtcp_transport_cc.h */
    RTCP_FEEDBACK_PLI,
    RTCP_FEEDBACK_FIR,
};

enum rtcp_feedback_kind rtcp_feedback_kind_of(const struct rtcp_packet *packet);

/* Expands PID and BLP. Returns how many numbers were written, at most `capacity` and
 * RTCP_NACK_SEQUENCES_MAX. */
int rtcp_nack_read(const struct rtcp_packet *packet, uint32_t *ret_media_ssrc,
                   uint16_t *ret_sequences, size_t capacity);
int rtcp_pli_read(const struct rtcp_packet *packet, uint32_t *ret_media_ssrc);

struct rtcp_fir_entry {
    uint32_t ssrc;
    uint8_t command; /* a repeated number is the same request again */
};

/* Returns how many entries were written, at most `capacity`. */
int rtcp_fir_read(const struct rtcp_packet *packet, struct rtcp_fir_entry *ret_entries,
                  size_t capacity);

/* `sequences` ascend (modulo 2^16), `count` > 0. */
int rtcp_write_nack(struct byte_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc,
                    const uint16_t *sequences, size_t count);
int rtcp_write_pli(struct byte_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc);
int rtcp_write_fir(struct byte_writer *writer, uint32_t sender_ssrc,
                   const struct rtcp_fir_entry *entry);
/* What all streams of `ssrcs` (at most RTCP_REMB_SSRCS_MAX) may take together, rounded down to 18
 * significant bits. */
int rtcp_write_remb(struct byte_writer *writer, uint32_t sender_ssrc, uint64_t bps,
                    const uint32_t *ssrcs, size_t count);

#endif

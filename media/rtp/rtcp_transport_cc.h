/* rtcp_transport_cc.h - transport-wide feedback: which packets arrived when
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1).
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |V=2|P|  FMT=15 |    PT=205     |            length             |
 *  |                     SSRC of packet sender                     |
 *  |                      SSRC of media source                     |
 *  |      base sequence number     |      packet status count      |
 *  |                 reference time                | fb pkt. count |
 *  |          packet chunk         |  ...          |  recv delta.. |
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RTCP_TRANSPORT_CC_H
#define BEDSIDE_MEDIA_RTP_RTCP_TRANSPORT_CC_H

#include "media/rtp/rtcp_packet.h"

#define TRANSPORT_CC_DELTA_US 250
#define TRANSPORT_CC_REFERENCE_US 64000
/* What one written packet reports at most; more is told in the next one. */
#define TRANSPORT_CC_STATUSES_MAX 512

struct transport_cc_feedback {
    uint32_t sender_ssrc;
    uint32_t media_ssrc;
    uint16_t base_sequence;
    uint8_t feedback_count; /* a number of the feedback packet, by which its loss is seen */
};

/* `arrivals_us[i]` is when packet base_sequence + i came, on the monotonic clock; 0: it did not
 * come. At least one of the first TRANSPORT_CC_STATUSES_MAX came. Returns how many of the `count`
 * were told, less than all where two neighbours are more than 8.19 s apart, room ends, or
 * TRANSPORT_CC_STATUSES_MAX is reached: the caller goes on with a new packet there. -ENOBUFS when
 * not one arrival fits, -EINVAL when there is none; nothing is written then. */
int rtcp_write_transport_cc(struct byte_writer *writer,
                            const struct transport_cc_feedback *feedback,
                            const uint64_t *arrivals_us, size_t count);

struct transport_cc_status {
    uint16_t sequence;
    bool received;
    int64_t
        arrival_us; /* on the reporter's clock, from 0 to 2^24 * 64 ms, where it wraps; 0 if lost */
};

/* Returns how many statuses were written. -EINVAL: another message. -EBADMSG: broken. -ENOBUFS: it
 * tells of more than `capacity` packets, hostile or useless. */
int rtcp_transport_cc_read(const struct rtcp_packet *packet,
                           struct transport_cc_feedback *ret_feedback,
                           struct transport_cc_status *ret_statuses, size_t capacity);

#endif

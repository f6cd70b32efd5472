/* rtcp_packet.h - compound RTCP packets (RFC 3550, 6; reduced size, RFC 5506): walking, reading and
 * writing of sender reports, receiver reports, SDES with CNAME, and BYE.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |V=2|P|  count  |     type      |    length in words, less 1    |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                     body, of that length                      |
 *
 * Writers append to a byte_writer. They return 0, or -ENOBUFS and then have written nothing.
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RTCP_PACKET_H
#define BEDSIDE_MEDIA_RTP_RTCP_PACKET_H

#include "gateway/base/byte_writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTCP_HEADER_SIZE 4
#define RTCP_REPORT_BLOCKS_MAX 31
#define RTCP_CNAME_SIZE_MAX 255

enum rtcp_type {
    RTCP_SENDER_REPORT = 200,
    RTCP_RECEIVER_REPORT = 201,
    RTCP_SOURCE_DESCRIPTION = 202,
    RTCP_BYE = 203,
    RTCP_APPLICATION = 204,
    RTCP_TRANSPORT_FEEDBACK = 205, /* rtcp_feedback.h, rtcp_transport_cc.h */
    RTCP_PAYLOAD_FEEDBACK = 206,   /* rtcp_feedback.h */
    RTCP_EXTENDED_REPORT = 207,
};

/* One packet of a compound. */
struct rtcp_packet {
    uint8_t type;        /* enum rtcp_type, or one that we do not know */
    uint8_t count;       /* report blocks, SDES chunks, BYE sources, or the feedback message type */
    const uint8_t *body; /* borrowed; after the 4-byte header, without padding */
    size_t body_size;
};

struct rtcp_walk {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t position;
};

void rtcp_walk_begin(struct rtcp_walk *walk, const uint8_t *compound, size_t size);
/* Returns 1 with the next packet, 0 after the last one, or -EBADMSG: not version 2, a length that
 * passes the end, bad padding, or a body smaller than its type and count need. After an error the
 * walk is over. */
int rtcp_walk_next(struct rtcp_walk *walk, struct rtcp_packet *ret_packet);

struct rtcp_sender_info {
    uint32_t ssrc;
    uint64_t ntp; /* 0: the sender knows no wall clock */
    uint32_t rtp_timestamp;
    uint32_t packet_count;
    uint32_t octet_count;
};

struct rtcp_report_block {
    uint32_t ssrc; /* whom it is about */
    uint8_t fraction_lost;
    int32_t cumulative_lost; /* 24 bits, signed */
    uint32_t extended_highest_sequence;
    uint32_t jitter_rtp_ticks;
    uint32_t last_sr;             /* compact NTP; 0: none came yet */
    uint32_t delay_since_last_sr; /* 1/65536 s */
};

/* Readers of what rtcp_walk_next() returned. -EINVAL: not a packet of that type. */
int rtcp_sender_report_read(const struct rtcp_packet *packet, struct rtcp_sender_info *ret_info);
/* Of a sender or receiver report; `index` below packet->count, else -ENOENT. */
int rtcp_report_block_read(const struct rtcp_packet *packet, size_t index,
                           struct rtcp_report_block *ret_block);
/* `index` below packet->count, else -ENOENT. */
int rtcp_bye_read(const struct rtcp_packet *packet, size_t index, uint32_t *ret_ssrc);

int rtcp_write_sender_report(struct byte_writer *writer, const struct rtcp_sender_info *info,
                             const struct rtcp_report_block *blocks, size_t block_count);
int rtcp_write_receiver_report(struct byte_writer *writer, uint32_t sender_ssrc,
                               const struct rtcp_report_block *blocks, size_t block_count);
/* `cname` is a C string of 1 to 255 characters. */
int rtcp_write_cname(struct byte_writer *writer, uint32_t ssrc, const char *cname);
int rtcp_write_bye(struct byte_writer *writer, const uint32_t *ssrcs, size_t count);

/* For the other writers: begins a packet of `body_size` bytes (a multiple of 4) and returns where
 * its body goes, or NULL when it does not fit, without harm to the writer. */
uint8_t *rtcp_write_begin(struct byte_writer *writer, uint8_t type, uint8_t count,
                          size_t body_size);

#endif

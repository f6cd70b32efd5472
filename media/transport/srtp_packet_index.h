/* srtp_packet_index.h - the packet index of one SSRC in one direction, and which indices have been
 * (RFC 3711, 3.3.1 to 3.4).
 *
 *   RTP: 48 bits, ROC * 2^16 + sequence number; RTCP: 31 bits that are in each packet
 *
 * Pure. All zero is the state before the first packet.
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_PACKET_INDEX_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_PACKET_INDEX_H

#include <stdint.h>

/* RFC 3711, 3.3.2 asks for at least 64; video at high rates with reordering wants more. */
#define SRTP_REPLAY_WINDOW 1024
/* After them the key is used up (RFC 3711, 9.2). */
#define SRTP_PACKET_INDEX_MAX ((UINT64_C(1) << 48) - 1)
#define SRTCP_PACKET_INDEX_MAX ((UINT64_C(1) << 31) - 1)

struct srtp_packet_index {
    uint64_t newest;
    uint64_t seen[SRTP_REPLAY_WINDOW / 64]; /* bit n: the index of the window that is n modulo it */
};

/* Takes the index nearest to the newest for a sequence number. Returns 0; -EALREADY for one that
 * has been, or is too old to tell; -EKEYEXPIRED beyond the last. */
int srtp_packet_index_guess(const struct srtp_packet_index *index, uint16_t sequence_number,
                            uint64_t *ret_index);
/* The same of an index that is known. Returns 0 or -EALREADY. */
int srtp_packet_index_check(const struct srtp_packet_index *index, uint64_t number);
/* Records what one of the two allowed, once the packet has proved authentic or is about
 * to be sent. */
void srtp_packet_index_record(struct srtp_packet_index *index, uint64_t recorded);

#endif

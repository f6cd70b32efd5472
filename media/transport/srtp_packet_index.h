/* srtp_packet_index.h - the 48-bit packet index of one SSRC in one direction, and which indices
 * have been (RFC 3711, 3.3.1 and 3.3.2).
 *
 *   index = ROC * 2^16 + sequence number
 *
 * Pure. All zero is the state before the first packet.
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_PACKET_INDEX_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_PACKET_INDEX_H

#include <stdint.h>

/* RFC 3711, 3.3.2 asks for at least 64; video at high rates with reordering wants more. */
#define SRTP_REPLAY_WINDOW 1024
/* After it the key is used up (RFC 3711, 9.2). */
#define SRTP_PACKET_INDEX_MAX ((UINT64_C(1) << 48) - 1)

struct srtp_packet_index {
    uint64_t newest;
    uint64_t seen[SRTP_REPLAY_WINDOW / 64]; /* bit n: the index of the window that is n modulo it */
};

/* Takes the index nearest to the newest for a sequence number. Returns 0; -EALREADY for one that
 * has been, or is too old to tell; -EKEYEXPIRED beyond the last. */
int srtp_packet_index_guess(const struct srtp_packet_index *index, uint16_t sequence_number,
                            uint64_t *ret_index);
/* Records what srtp_packet_index_guess() allowed, once the packet has proved authentic or is about
 * to be sent. */
void srtp_packet_index_record(struct srtp_packet_index *index, uint64_t recorded);

#endif

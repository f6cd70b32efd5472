/* srtp_ssrc_table.h - the SSRCs of one direction, each with its packet index; flat and bounded.
 *
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_SSRC_TABLE_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_SSRC_TABLE_H

#include "media/transport/srtp_packet_index.h"

#include <stddef.h>

/* SSRCs that one peer may bring, or be sent; further ones are refused. */
#define SRTP_SSRCS_MAX 64
/* Twice as many, so that a search ends soon. */
#define SRTP_SSRC_PLACES 128

struct srtp_ssrc {
    uint32_t ssrc;
    struct srtp_packet_index index;
};

struct srtp_ssrc_table {
    struct srtp_ssrc *entries; /* owned; grows with the SSRCs, never with packets */
    uint8_t count;
    uint8_t capacity;
    uint8_t places[SRTP_SSRC_PLACES]; /* 1 + position in `entries`, at or after the SSRC's hash */
};

/* All zero is an empty table. */
void srtp_ssrc_table_finish(struct srtp_ssrc_table *table);

/* NULL when it is not there. The pointer holds until the next srtp_ssrc_table_add(). */
struct srtp_ssrc *srtp_ssrc_table_find(const struct srtp_ssrc_table *table, uint32_t ssrc);
/* Adds an SSRC that is not there. NULL when the table is full. */
struct srtp_ssrc *srtp_ssrc_table_add(struct srtp_ssrc_table *table, uint32_t ssrc);

#endif

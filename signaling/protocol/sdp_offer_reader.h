/* sdp_offer_reader.h - what the parts of the reader of offers (sdp_offer.h) share; each of them
 * reads one matter of an m-line. Private to them. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_SDP_OFFER_READER_H
#define BEDSIDE_SIGNALING_PROTOCOL_SDP_OFFER_READER_H

#include "signaling/protocol/sdp_offer.h"

#include <gst/sdp/gstsdpmessage.h>

/* Everything is borrowed. */
struct sdp_reader {
    const GstSDPMessage *message;
    struct sdp_offer *offer;
    struct sdp_problem *problem;
    char extension_uris[256][128]; /* by id: what it means on every line */
    bool has_transport;
    const char *setup;
};

/* Notes what is wrong with the m-line. Returns -EBADMSG, as the readers below do then. */
int sdp_reader_fail_line(struct sdp_reader *reader, size_t index, const char *message);

/* sdp_offer_transport.c: ICE and DTLS. With BUNDLE there is one transport: all lines say the same.
 */
int sdp_reader_read_transport(struct sdp_reader *reader, const GstSDPMedia *media, size_t index);
/* sdp_offer_codecs.c: the payload types that this gateway takes, with their RTX and RED. */
int sdp_reader_read_codecs(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                           struct sdp_offer_line *line);
/* sdp_offer_streams.c: what a line sends, by SSRC or by RID. */
int sdp_reader_read_streams(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                            struct sdp_offer_line *line);

#endif

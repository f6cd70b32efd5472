/* rtp_extensions.h - the negotiated header extensions of a packet that came, and the whole header
 * of one that goes.
 *
 * An outgoing packet shares its payload with all other subscribers and gets a header of its own:
 * twelve bytes and one extension block. The transport-wide sequence number is always the block's
 * first element, so that it can be set at the last moment. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RTP_EXTENSIONS_H
#define BEDSIDE_MEDIA_RTP_RTP_EXTENSIONS_H

#include "media/rtp/media_codec.h"
#include "media/rtp/rtp_packet.h"

#define RTP_EXTENSION_TEXT_SIZE_MAX 16

/* mid, rid: not terminated, size 0 when absent. */
struct rtp_extension_text {
    const uint8_t *data; /* borrowed from the packet */
    uint8_t size;
};

/* RFC 6464 */
struct rtp_audio_level {
    bool present;
    bool voice;         /* the sender's own voice detector; many never set it */
    uint8_t minus_dbov; /* 0 loudest, 127 silence */
};

struct rtp_extensions {
    struct rtp_extension_text mid;
    struct rtp_extension_text rid;
    struct rtp_extension_text repaired_rid;
    struct rtp_audio_level audio_level;
    bool has_transport_sequence;
    uint16_t transport_sequence;
};

/* Elements that were not negotiated are skipped; of one that comes twice the first counts; one
 * whose size is not its kind's (text over 16 bytes or with a 0 in it, say) counts as absent.
 * Returns 0 or -EBADMSG. */
int rtp_extensions_read(const struct rtp_packet *packet, const struct media_extension_ids *ids,
                        struct rtp_extensions *ret_extensions);

/* `expected` is a C string. An absent text equals nothing. */
bool rtp_extension_text_equals(const struct rtp_extension_text *text, const char *expected);

/* How long a receiver is to keep pictures back at least, so that what was lost can come again. It
 * holds until it is told another. */
struct rtp_playout_delay {
    bool present;
    uint16_t min_ms; /* in steps of 10 ms, at most 10 s */
};

/* The header of an outgoing packet. */
struct rtp_header {
    bool marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
    const char *mid; /* borrowed C string of at most 16 characters; NULL or empty: none */
    bool has_transport_sequence;
    uint16_t transport_sequence;
    struct rtp_audio_level audio_level;
    struct rtp_playout_delay playout_delay;
};

#define RTP_HEADER_SIZE_MAX 48 /* all of the above, in the two-byte form */

/* Writes what is both in `header` and negotiated (`ids`); in the two-byte form only if an id above
 * 14 is used. Returns the size, a multiple of 4, or -ENOBUFS (never with RTP_HEADER_SIZE_MAX
 * bytes). */
int rtp_header_write(const struct rtp_header *header, const struct media_extension_ids *ids,
                     uint8_t *ret_bytes, size_t capacity);

#endif

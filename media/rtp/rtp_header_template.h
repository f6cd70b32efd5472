/* rtp_header_template.h - the header that all packets of one outgoing line share, written once.
 *
 * Payload type, SSRC and the layout of the header extension stay for the life of a line (until it
 * is negotiated anew, or another codec flows); for a packet, the template is copied and its numbers
 * are set in place. The bytes are those of rtp_header_write(). Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RTP_HEADER_TEMPLATE_H
#define BEDSIDE_MEDIA_RTP_RTP_HEADER_TEMPLATE_H

#include "media/rtp/rtp_extensions.h"

#include <stddef.h>
#include <stdint.h>

struct rtp_header_template {
    uint8_t size;
    uint8_t transport_sequence_at; /* offset; 0: the header has none */
    uint8_t audio_level_at;
    uint8_t bytes[RTP_HEADER_SIZE_MAX];
};

/* What differs from packet to packet, of struct rtp_header. */
struct rtp_header_numbers {
    bool marker;
    uint16_t sequence;
    uint32_t timestamp;
    uint16_t transport_sequence;
    struct rtp_audio_level audio_level;
};

/* `header` says what there is; its numbers, marker and level do not matter. */
void rtp_header_template_init(struct rtp_header_template *header_template,
                              const struct rtp_header *header,
                              const struct media_extension_ids *ids);
/* Writes one header. Returns its size. */
size_t rtp_header_template_write(const struct rtp_header_template *header_template,
                                 const struct rtp_header_numbers *numbers,
                                 uint8_t ret_bytes[RTP_HEADER_SIZE_MAX]);

#endif

#include "media/rtp/rtcp_feedback.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/cleanup.h"

#include <assert.h>
#include <errno.h>

#define SSRCS_SIZE 8 /* of the packet's sender and of the media source */
#define NACK_FORMAT 1
#define TRANSPORT_CC_FORMAT 15
#define PLI_FORMAT 1
#define FIR_FORMAT 4
#define NACK_FCI_SIZE 4
#define FIR_FCI_SIZE 8
#define BITMASK_BITS 16
#define APPLICATION_FORMAT 15
#define REMB_HEAD_SIZE 8 /* the identifier, the count and the rate */
#define REMB_MANTISSA_BITS 18

static const struct {
    uint8_t type;
    uint8_t format;
    enum rtcp_feedback_kind kind;
} kinds[] = {
    {RTCP_TRANSPORT_FEEDBACK, NACK_FORMAT, RTCP_FEEDBACK_NACK},
    {RTCP_TRANSPORT_FEEDBACK, TRANSPORT_CC_FORMAT, RTCP_FEEDBACK_TRANSPORT_CC},
    {RTCP_PAYLOAD_FEEDBACK, PLI_FORMAT, RTCP_FEEDBACK_PLI},
    {RTCP_PAYLOAD_FEEDBACK, FIR_FORMAT, RTCP_FEEDBACK_FIR},
};

enum rtcp_feedback_kind rtcp_feedback_kind_of(const struct rtcp_packet *packet)
{
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (kinds[i].type == packet->type && kinds[i].format == packet->count) {
            return kinds[i].kind;
        }
    }
    return RTCP_FEEDBACK_OTHER;
}

int rtcp_nack_read(const struct rtcp_packet *packet, uint32_t *ret_media_ssrc,
                   uint16_t *ret_sequences, size_t capacity)
{
    if (rtcp_feedback_kind_of(packet) != RTCP_FEEDBACK_NACK) {
        return -EINVAL;
    }
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    byte_reader_skip(&reader, sizeof(uint32_t));
    const uint32_t media_ssrc = byte_reader_u32(&reader);
    if (byte_reader_remaining(&reader) < NACK_FCI_SIZE) {
        return -EBADMSG;
    }
    const size_t most = capacity < RTCP_NACK_SEQUENCES_MAX ? capacity : RTCP_NACK_SEQUENCES_MAX;
    size_t count = 0;
    while (count < most && byte_reader_remaining(&reader) >= NACK_FCI_SIZE) {
        const uint16_t packet_id = byte_reader_u16(&reader);
        const uint16_t bitmask = byte_reader_u16(&reader);
        ret_sequences[count++] = packet_id;
        for (unsigned bit = 0; bit < BITMASK_BITS && count < most; bit++) {
            if (bitmask >> bit & 1) {
                ret_sequences[count++] = (uint16_t)(packet_id + bit + 1);
            }
        }
    }
    *ret_media_ssrc = media_ssrc;
    return (int)count;
}

int rtcp_pli_read(const struct rtcp_packet *packet, uint32_t *ret_media_ssrc)
{
    if (rtcp_feedback_kind_of(packet) != RTCP_FEEDBACK_PLI) {
        return -EINVAL;
    }
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    byte_reader_skip(&reader, sizeof(uint32_t));
    *ret_media_ssrc = byte_reader_u32(&reader);
    return 0;
}

int rtcp_fir_read(const struct rtcp_packet *packet, struct rtcp_fir_entry *ret_entries,
                  size_t capacity)
{
    if (rtcp_feedback_kind_of(packet) != RTCP_FEEDBACK_FIR) {
        return -EINVAL;
    }
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    byte_reader_skip(&reader, SSRCS_SIZE);
    if (byte_reader_remaining(&reader) < FIR_FCI_SIZE) {
        return -EBADMSG;
    }
    size_t count = 0;
    while (count < capacity && byte_reader_remaining(&reader) >= FIR_FCI_SIZE) {
        ret_entries[count].ssrc = byte_reader_u32(&reader);
        ret_entries[count].command = byte_reader_u8(&reader);
        byte_reader_skip(&reader, 3);
        count++;
    }
    return (int)count;
}

/* Takes as many of the ascending numbers as one FCI holds. Returns how many. */
static size_t pack_nack(const uint16_t *sequences, size_t count, uint16_t *ret_bitmask)
{
    uint16_t bitmask = 0;
    size_t taken = 1;
    for (; taken < count; taken++) {
        const uint16_t ahead = (uint16_t)(sequences[taken] - sequences[0]);
        if (ahead == 0) {
            continue;
        }
        if (ahead > BITMASK_BITS) {
            break;
        }
        bitmask |= (uint16_t)(1u << (ahead - 1));
    }
    *ret_bitmask = bitmask;
    return taken;
}

int rtcp_write_nack(struct byte_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc,
                    const uint16_t *sequences, size_t count)
{
    assert(count > 0);
    uint16_t bitmask;
    size_t fci_count = 0;
    for (size_t at = 0; at < count; fci_count++) {
        at += pack_nack(sequences + at, count - at, &bitmask);
    }
    const size_t body_size = SSRCS_SIZE + fci_count * NACK_FCI_SIZE;
    uint8_t *body = rtcp_write_begin(writer, RTCP_TRANSPORT_FEEDBACK, NACK_FORMAT, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, sender_ssrc);
    byte_writer_u32(&to, media_ssrc);
    for (size_t at = 0; at < count;) {
        const uint16_t packet_id = sequences[at];
        at += pack_nack(sequences + at, count - at, &bitmask);
        byte_writer_u16(&to, packet_id);
        byte_writer_u16(&to, bitmask);
    }
    return 0;
}

int rtcp_write_pli(struct byte_writer *writer, uint32_t sender_ssrc, uint32_t media_ssrc)
{
    uint8_t *body = rtcp_write_begin(writer, RTCP_PAYLOAD_FEEDBACK, PLI_FORMAT, SSRCS_SIZE);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, SSRCS_SIZE);
    byte_writer_u32(&to, sender_ssrc);
    byte_writer_u32(&to, media_ssrc);
    return 0;
}

int rtcp_write_fir(struct byte_writer *writer, uint32_t sender_ssrc,
                   const struct rtcp_fir_entry *entry)
{
    const size_t body_size = SSRCS_SIZE + FIR_FCI_SIZE;
    uint8_t *body = rtcp_write_begin(writer, RTCP_PAYLOAD_FEEDBACK, FIR_FORMAT, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, sender_ssrc);
    byte_writer_u32(&to, 0); /* RFC 5104, 4.3.1.2: the media source of the header is unused */
    byte_writer_u32(&to, entry->ssrc);
    byte_writer_u8(&to, entry->command);
    byte_writer_zeros(&to, 3);
    return 0;
}

int rtcp_write_remb(struct byte_writer *writer, uint32_t sender_ssrc, uint64_t bps,
                    const uint32_t *ssrcs, size_t count)
{
    assert(count <= RTCP_REMB_SSRCS_MAX);
    static const uint8_t identifier[4] = {'R', 'E', 'M', 'B'};
    const size_t body_size = SSRCS_SIZE + REMB_HEAD_SIZE + count * sizeof(uint32_t);
    uint8_t *body = rtcp_write_begin(writer, RTCP_PAYLOAD_FEEDBACK, APPLICATION_FORMAT, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    uint32_t exponent = 0;
    while (bps >> exponent >= 1u << REMB_MANTISSA_BITS) {
        exponent++;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, sender_ssrc);
    byte_writer_u32(&to, 0); /* no one media source */
    byte_writer_bytes(&to, identifier, sizeof(identifier));
    byte_writer_u32(&to, (uint32_t)count << 24 | exponent << REMB_MANTISSA_BITS |
                             (uint32_t)(bps >> exponent));
    for (size_t i = 0; i < count; i++) {
        byte_writer_u32(&to, ssrcs[i]);
    }
    return 0;
}

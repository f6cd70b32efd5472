#include "media/rtp/rtcp_packet.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/cleanup.h"

#include <assert.h>
#include <errno.h>

#define VERSION 2
#define WORD 4
#define SENDER_INFO_SIZE 24 /* with the SSRC */
#define REPORT_BLOCK_SIZE 24
#define COUNT_MAX 31
#define SDES_CNAME 1

/* The least body of a packet: `base` and `per_count` for each that its count announces. */
static const struct {
    uint8_t type;
    uint8_t base;
    uint8_t per_count;
} least_sizes[] = {
    {RTCP_SENDER_REPORT, SENDER_INFO_SIZE, REPORT_BLOCK_SIZE},
    {RTCP_RECEIVER_REPORT, 4, REPORT_BLOCK_SIZE},
    {RTCP_SOURCE_DESCRIPTION, 0, 8},
    {RTCP_BYE, 0, 4},
    {RTCP_APPLICATION, 8, 0},
    {RTCP_TRANSPORT_FEEDBACK, 8, 0},
    {RTCP_PAYLOAD_FEEDBACK, 8, 0},
    {RTCP_EXTENDED_REPORT, 4, 0},
};

static size_t least_body_size(uint8_t type, uint8_t count)
{
    for (size_t i = 0; i < ARRAY_LENGTH(least_sizes); i++) {
        if (least_sizes[i].type == type) {
            return least_sizes[i].base + (size_t)count * least_sizes[i].per_count;
        }
    }
    return 0;
}

void rtcp_walk_begin(struct rtcp_walk *walk, const uint8_t *compound, size_t size)
{
    *walk = (struct rtcp_walk){.data = compound, .size = size};
}

static int parse_one(const uint8_t *data, size_t room, struct rtcp_packet *ret_packet,
                     size_t *ret_size)
{
    if (room < RTCP_HEADER_SIZE || data[0] >> 6 != VERSION) {
        return -EBADMSG;
    }
    const size_t size = WORD * ((size_t)(data[2] << 8 | data[3]) + 1);
    if (size > room) {
        return -EBADMSG;
    }
    size_t body_size = size - RTCP_HEADER_SIZE;
    if (data[0] & 0x20) {
        /* RFC 3550, 6.4.1: only the last packet is padded, by a multiple of four that counts
         * itself. But libwebrtc fills transport-wide feedback up to a word, with 1 to 3 bytes, also
         * where another packet follows. */
        const uint8_t padding = body_size > 0 ? data[size - 1] : 0;
        const bool is_strict = data[1] != RTCP_TRANSPORT_FEEDBACK;
        if (padding == 0 || padding > body_size ||
            (is_strict && (size != room || padding % WORD != 0))) {
            return -EBADMSG;
        }
        body_size -= padding;
    }
    const struct rtcp_packet packet = {
        .type = data[1],
        .count = data[0] & 0x1f,
        .body = data + RTCP_HEADER_SIZE,
        .body_size = body_size,
    };
    if (body_size < least_body_size(packet.type, packet.count)) {
        return -EBADMSG;
    }
    *ret_packet = packet;
    *ret_size = size;
    return 0;
}

int rtcp_walk_next(struct rtcp_walk *walk, struct rtcp_packet *ret_packet)
{
    if (walk->position == walk->size) {
        return 0;
    }
    size_t size;
    const int rc =
        parse_one(walk->data + walk->position, walk->size - walk->position, ret_packet, &size);
    walk->position = rc < 0 ? walk->size : walk->position + size;
    return rc < 0 ? rc : 1;
}

int rtcp_sender_report_read(const struct rtcp_packet *packet, struct rtcp_sender_info *ret_info)
{
    if (packet->type != RTCP_SENDER_REPORT) {
        return -EINVAL;
    }
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    struct rtcp_sender_info info;
    info.ssrc = byte_reader_u32(&reader);
    info.ntp = byte_reader_u64(&reader);
    info.rtp_timestamp = byte_reader_u32(&reader);
    info.packet_count = byte_reader_u32(&reader);
    info.octet_count = byte_reader_u32(&reader);
    *ret_info = info;
    return 0;
}

static int32_t sign_extend_24(uint32_t value)
{
    return (int32_t)(value << 8) >> 8;
}

int rtcp_report_block_read(const struct rtcp_packet *packet, size_t index,
                           struct rtcp_report_block *ret_block)
{
    if (packet->type != RTCP_SENDER_REPORT && packet->type != RTCP_RECEIVER_REPORT) {
        return -EINVAL;
    }
    if (index >= packet->count) {
        return -ENOENT;
    }
    const size_t first = packet->type == RTCP_SENDER_REPORT ? SENDER_INFO_SIZE : 4;
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    byte_reader_skip(&reader, first + index * REPORT_BLOCK_SIZE);
    struct rtcp_report_block block;
    block.ssrc = byte_reader_u32(&reader);
    block.fraction_lost = byte_reader_u8(&reader);
    block.cumulative_lost = sign_extend_24(byte_reader_u24(&reader));
    block.extended_highest_sequence = byte_reader_u32(&reader);
    block.jitter_rtp_ticks = byte_reader_u32(&reader);
    block.last_sr = byte_reader_u32(&reader);
    block.delay_since_last_sr = byte_reader_u32(&reader);
    *ret_block = block;
    return 0;
}

int rtcp_bye_read(const struct rtcp_packet *packet, size_t index, uint32_t *ret_ssrc)
{
    if (packet->type != RTCP_BYE) {
        return -EINVAL;
    }
    if (index >= packet->count) {
        return -ENOENT;
    }
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    byte_reader_skip(&reader, index * sizeof(uint32_t));
    *ret_ssrc = byte_reader_u32(&reader);
    return 0;
}

uint8_t *rtcp_write_begin(struct byte_writer *writer, uint8_t type, uint8_t count, size_t body_size)
{
    assert(count <= COUNT_MAX && body_size % WORD == 0 && body_size / WORD <= UINT16_MAX);
    if (byte_writer_failed(writer) ||
        RTCP_HEADER_SIZE + body_size > writer->capacity - writer->size) {
        return NULL;
    }
    byte_writer_u8(writer, (uint8_t)(VERSION << 6 | count));
    byte_writer_u8(writer, type);
    byte_writer_u16(writer, (uint16_t)(body_size / WORD));
    return byte_writer_reserve(writer, body_size);
}

static void write_blocks(struct byte_writer *writer, const struct rtcp_report_block *blocks,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        byte_writer_u32(writer, blocks[i].ssrc);
        byte_writer_u8(writer, blocks[i].fraction_lost);
        byte_writer_u24(writer, (uint32_t)blocks[i].cumulative_lost & 0xffffff);
        byte_writer_u32(writer, blocks[i].extended_highest_sequence);
        byte_writer_u32(writer, blocks[i].jitter_rtp_ticks);
        byte_writer_u32(writer, blocks[i].last_sr);
        byte_writer_u32(writer, blocks[i].delay_since_last_sr);
    }
}

int rtcp_write_sender_report(struct byte_writer *writer, const struct rtcp_sender_info *info,
                             const struct rtcp_report_block *blocks, size_t block_count)
{
    assert(block_count <= RTCP_REPORT_BLOCKS_MAX);
    const size_t body_size = SENDER_INFO_SIZE + block_count * REPORT_BLOCK_SIZE;
    uint8_t *body = rtcp_write_begin(writer, RTCP_SENDER_REPORT, (uint8_t)block_count, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, info->ssrc);
    byte_writer_u64(&to, info->ntp);
    byte_writer_u32(&to, info->rtp_timestamp);
    byte_writer_u32(&to, info->packet_count);
    byte_writer_u32(&to, info->octet_count);
    write_blocks(&to, blocks, block_count);
    return 0;
}

int rtcp_write_receiver_report(struct byte_writer *writer, uint32_t sender_ssrc,
                               const struct rtcp_report_block *blocks, size_t block_count)
{
    assert(block_count <= RTCP_REPORT_BLOCKS_MAX);
    const size_t body_size = 4 + block_count * REPORT_BLOCK_SIZE;
    uint8_t *body = rtcp_write_begin(writer, RTCP_RECEIVER_REPORT, (uint8_t)block_count, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, sender_ssrc);
    write_blocks(&to, blocks, block_count);
    return 0;
}

int rtcp_write_cname(struct byte_writer *writer, uint32_t ssrc, const char *cname)
{
    const size_t size = strlen(cname);
    assert(size > 0 && size <= RTCP_CNAME_SIZE_MAX);
    /* The list of items ends with at least one 0 and fills its last word. */
    const size_t items_size = (2 + size + 1 + WORD - 1) / WORD * WORD;
    const size_t body_size = sizeof(ssrc) + items_size;
    uint8_t *body = rtcp_write_begin(writer, RTCP_SOURCE_DESCRIPTION, 1, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, ssrc);
    byte_writer_u8(&to, SDES_CNAME);
    byte_writer_u8(&to, (uint8_t)size);
    byte_writer_bytes(&to, cname, size);
    byte_writer_zeros(&to, body_size - to.size);
    return 0;
}

int rtcp_write_bye(struct byte_writer *writer, const uint32_t *ssrcs, size_t count)
{
    assert(count > 0 && count <= COUNT_MAX);
    const size_t body_size = count * sizeof(*ssrcs);
    uint8_t *body = rtcp_write_begin(writer, RTCP_BYE, (uint8_t)count, body_size);
    if (!body) {
        return -ENOBUFS;
    }
    struct byte_writer to = byte_writer_over(body, body_size);
    for (size_t i = 0; i < count; i++) {
        byte_writer_u32(&to, ssrcs[i]);
    }
    return 0;
}

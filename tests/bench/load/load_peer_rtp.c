/* What a peer does with the RTP that it receives. */

#include "gateway/base/allocate.h"
#include "media/congestion/arrival_log.h"
#include "media/rtp/rtp_extensions.h"
#include "tests/bench/load/load_peer.h"

#include <string.h>

#define STREAMS_MAX 256 /* more SSRCs than this in one peer are nonsense */

static uint16_t u16_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t u32_at(const uint8_t *bytes)
{
    return (uint32_t)u16_at(bytes) << 16 | u16_at(bytes + 2);
}

/* Of a packet whose payload is still sealed; 0 when it makes no sense. */
static size_t header_size_of(const uint8_t *packet, size_t size)
{
    size_t header_size = RTP_FIXED_HEADER_SIZE + 4u * (packet[0] & 0x0fu);
    if (packet[0] & 0x10) {
        if (header_size + 4 > size) {
            return 0;
        }
        header_size += 4 + 4u * u16_at(packet + header_size + 2);
    }
    return header_size + SRTP_GCM_TAG_SIZE <= size ? header_size : 0;
}

static struct incoming_stream *stream_of(struct load_peer *peer, uint32_t ssrc,
                                         uint8_t payload_type)
{
    for (size_t i = 0; i < peer->stream_count; i++) {
        if (peer->streams[i].ssrc == ssrc) {
            return &peer->streams[i];
        }
    }
    if (peer->stream_count == STREAMS_MAX) {
        return NULL;
    }
    if (peer->stream_count == peer->stream_capacity) {
        peer->stream_capacity = peer->stream_capacity > 0 ? peer->stream_capacity * 2 : 4;
        peer->streams =
            allocate_resized(peer->streams, peer->stream_capacity, sizeof(*peer->streams));
    }
    struct incoming_stream *stream = &peer->streams[peer->stream_count++];
    *stream = (struct incoming_stream){
        .ssrc = ssrc,
        .payload_type = payload_type,
        .is_video = payload_type == peer->video_payload_type,
    };
    return stream;
}

static void note_arrival(struct load_peer *peer, const uint8_t *packet, size_t header_size,
                         uint64_t now_us)
{
    struct rtp_packet header;
    struct rtp_extensions extensions;
    if (peer->extensions.transport_cc == 0) {
        return;
    }
    if (peer->numbers_arrivals) {
        (void)arrival_log_record(peer->arrivals, peer->arrival_number++, now_us);
        return;
    }
    uint8_t clear[RTP_FIXED_HEADER_SIZE + 256];
    if (header_size > sizeof(clear)) {
        return;
    }
    memcpy(clear, packet, header_size);
    clear[0] &= (uint8_t)~0x20; /* the padding is sealed */
    if (rtp_packet_parse(clear, header_size, &header) == 0 &&
        rtp_extensions_read(&header, &peer->extensions, &extensions) == 0 &&
        extensions.has_transport_sequence) {
        (void)arrival_log_record(peer->arrivals, extensions.transport_sequence, now_us);
    }
}

/* RFC 4588: the number of the packet that comes again is in front of its payload. */
static void on_rtx(struct load_peer *peer, const uint8_t *payload, size_t size)
{
    if (size < 2) {
        return; /* a probe */
    }
    peer->load->counts.retransmitted++;
    for (size_t i = 0; i < peer->stream_count; i++) {
        if (peer->streams[i].is_video &&
            incoming_stream_came_again(&peer->streams[i], u16_at(payload))) {
            peer->load->counts.answered++;
            return;
        }
    }
}

static void on_media(struct load_peer *peer, struct incoming_stream *stream, uint16_t sequence,
                     const uint8_t *payload, size_t size, uint64_t received_ns)
{
    struct load *load = peer->load;
    uint32_t magic;
    uint64_t number;
    uint64_t sent_ns;
    if (size < LOAD_TRAILER_SIZE) {
        load->counts.malformed++;
        return;
    }
    const uint8_t *trailer = payload + size - LOAD_TRAILER_SIZE;
    memcpy(&magic, trailer, sizeof(magic));
    memcpy(&number, trailer + 4, sizeof(number));
    memcpy(&sent_ns, trailer + 12, sizeof(sent_ns));
    if (magic != LOAD_MAGIC) {
        load->counts.malformed++;
        return;
    }
    if (stream->is_video && incoming_stream_came_again(stream, sequence)) {
        load->counts.retransmitted++;
        load->counts.answered++;
        return;
    }
    incoming_stream_count(stream, number);
    latency_histogram_add(&load->latency,
                          received_ns > sent_ns ? (received_ns - sent_ns) / 1000 : 0);
    if (load->feedback.nack && stream->is_video && incoming_stream_drops(stream, sequence)) {
        peer->has_missing = true;
        load->counts.thrown_away++;
    } else {
        stream->kept++;
    }
}

void load_peer_on_rtp(struct load_peer *peer, uint8_t *packet, size_t size, uint64_t received_ns,
                      uint64_t now_us)
{
    const size_t header_size = header_size_of(packet, size);
    const uint8_t payload_type = packet[1] & 0x7f;
    struct incoming_stream *stream =
        header_size > 0 ? stream_of(peer, u32_at(packet + 8), payload_type) : NULL;
    if (!stream) {
        peer->load->counts.malformed++;
        return;
    }
    const uint16_t sequence = u16_at(packet + 2);
    const uint64_t index = incoming_stream_index(stream, sequence);
    uint8_t *payload = packet + header_size;
    if (!srtp_open(&peer->incoming, packet, header_size, (uint32_t)(index >> 16), payload,
                   size - header_size, payload)) {
        peer->load->counts.tags_wrong++;
        return;
    }
    size_t payload_size = size - header_size - SRTP_GCM_TAG_SIZE;
    if (packet[0] & 0x20) {
        const size_t padding = payload_size > 0 ? payload[payload_size - 1] : 0;
        payload_size -= padding <= payload_size ? padding : payload_size;
    }
    incoming_stream_on_packet(stream, index, u32_at(packet + 4), now_us);
    note_arrival(peer, packet, header_size, now_us);
    if (payload_type == peer->rtx_payload_type) {
        on_rtx(peer, payload, payload_size);
    } else if (payload_size > 0) {
        on_media(peer, stream, sequence, payload, payload_size, received_ns);
    }
}

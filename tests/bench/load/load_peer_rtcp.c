/* What a peer says and hears by RTCP. */

#include "media/congestion/arrival_log.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/rtcp_feedback.h"
#include "tests/bench/load/load_peer.h"

#define COMPOUND_SIZE_MAX 1200
#define REPORT_EVERY_TICKS 20   /* 1 s */
#define PICTURE_EVERY_TICKS 100 /* 5 s */

/* ---- saying ---- */

static void send_compound(struct load_peer *peer, uint8_t *compound, size_t size)
{
    load_peer_send(peer, compound, srtcp_seal(&peer->outgoing, compound, size));
    peer->load->counts.rtcp_sent++;
}

static bool is_media(const struct load_peer *peer, const struct incoming_stream *stream)
{
    return stream->payload_type != peer->rtx_payload_type;
}

/* What it says of all streams that it receives, if there are any. */
static void write_report_blocks(struct load_peer *peer, uint64_t now_us, struct byte_writer *writer)
{
    struct rtcp_report_block blocks[RTCP_REPORT_BLOCKS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < peer->stream_count && count < RTCP_REPORT_BLOCKS_MAX; i++) {
        if (is_media(peer, &peer->streams[i])) {
            incoming_stream_report(&peer->streams[i], now_us, &blocks[count++]);
        }
    }
    if (count > 0) {
        (void)rtcp_write_receiver_report(writer, peer->ssrc, blocks, count);
    }
}

/* Feedback about one stream: alone where the server takes that, else behind a report about it and a
 * name. Browsers, too, speak of each stream in a compound of its own. */
static struct byte_writer begin_feedback(struct load_peer *peer, struct incoming_stream *stream,
                                         uint64_t now_us, uint8_t *compound)
{
    struct byte_writer writer = byte_writer_over(compound, COMPOUND_SIZE_MAX);
    if (!peer->reduced_size) {
        struct rtcp_report_block block;
        incoming_stream_report(stream, now_us, &block);
        (void)rtcp_write_receiver_report(&writer, peer->ssrc, &block, 1);
        (void)rtcp_write_cname(&writer, peer->ssrc, "bench");
    }
    return writer;
}

static void send_reports(struct load_peer *peer, uint64_t now_us)
{
    uint8_t compound[COMPOUND_SIZE_MAX + SRTCP_GCM_TRAILER_SIZE];
    struct byte_writer writer = byte_writer_over(compound, COMPOUND_SIZE_MAX);
    for (size_t i = 0; i < peer->publication_count; i++) {
        outgoing_stream_write_report(peer->publications[i], now_us, &writer);
    }
    write_report_blocks(peer, now_us, &writer);
    if (writer.size > 0) {
        send_compound(peer, compound, writer.size);
    }
}

static void ask_for_missing(struct load_peer *peer, struct incoming_stream *stream, uint64_t now_us)
{
    uint8_t compound[COMPOUND_SIZE_MAX + SRTCP_GCM_TRAILER_SIZE];
    uint16_t sequences[INCOMING_MISSING_MAX];
    const unsigned count = incoming_stream_take_missing(stream, now_us, sequences);
    if (count == 0) {
        return;
    }
    struct byte_writer writer = begin_feedback(peer, stream, now_us, compound);
    if (rtcp_write_nack(&writer, peer->ssrc, stream->ssrc, sequences, count) == 0) {
        peer->load->counts.nacked += count;
        send_compound(peer, compound, writer.size);
    }
}

void load_peer_ask_again(struct load_peer *peer, uint64_t now_us)
{
    for (size_t i = 0; i < peer->stream_count; i++) {
        ask_for_missing(peer, &peer->streams[i], now_us);
    }
    peer->has_missing = false;
}

static void send_transport_cc(struct load_peer *peer, uint64_t now_us)
{
    uint8_t compound[COMPOUND_SIZE_MAX + SRTCP_GCM_TRAILER_SIZE];
    int more = peer->stream_count > 0;
    while (more == 1) {
        struct byte_writer writer = begin_feedback(peer, &peer->streams[0], now_us, compound);
        const size_t head_size = writer.size;
        more =
            arrival_log_write_feedback(peer->arrivals, &writer, peer->ssrc, peer->streams[0].ssrc);
        if (writer.size > head_size) {
            send_compound(peer, compound, writer.size);
        }
    }
}

static void ask_for_pictures(struct load_peer *peer, uint64_t now_us)
{
    uint8_t compound[COMPOUND_SIZE_MAX + SRTCP_GCM_TRAILER_SIZE];
    for (size_t i = 0; i < peer->stream_count; i++) {
        struct incoming_stream *stream = &peer->streams[i];
        if (stream->is_video) {
            struct byte_writer writer = begin_feedback(peer, stream, now_us, compound);
            (void)rtcp_write_pli(&writer, peer->ssrc, stream->ssrc);
            send_compound(peer, compound, writer.size);
        }
    }
}

void load_peer_tell(struct load_peer *peer, uint64_t now_us)
{
    const struct load_feedback *feedback = &peer->load->feedback;
    if (feedback->transport_cc && peer->extensions.transport_cc != 0) {
        send_transport_cc(peer, now_us);
    }
    load_peer_ask_again(peer, now_us);
    /* The id keeps peers apart. */
    if (feedback->reports && (peer->ticks + peer->id) % REPORT_EVERY_TICKS == 0) {
        send_reports(peer, now_us);
    }
    if (feedback->pictures && (peer->ticks + peer->id) % PICTURE_EVERY_TICKS == 0) {
        ask_for_pictures(peer, now_us);
    }
}

/* ---- hearing ---- */

static void want_key(struct load_peer *peer, uint32_t ssrc)
{
    for (size_t i = 0; i < peer->publication_count; i++) {
        if (peer->publications[i]->config.ssrc == ssrc) {
            peer->publications[i]->key_wanted = true;
            peer->load->counts.key_frames_asked++;
        }
    }
}

static void on_pli(struct load_peer *peer, const struct rtcp_packet *packet)
{
    uint32_t ssrc;
    if (rtcp_pli_read(packet, &ssrc) == 0) {
        want_key(peer, ssrc);
    }
}

static void on_fir(struct load_peer *peer, const struct rtcp_packet *packet)
{
    struct rtcp_fir_entry entries[RTCP_FIR_ENTRIES_MAX];
    const int count = rtcp_fir_read(packet, entries, RTCP_FIR_ENTRIES_MAX);
    for (int i = 0; i < count; i++) {
        want_key(peer, entries[i].ssrc);
    }
}

static void on_nack(struct load_peer *peer, const struct rtcp_packet *packet)
{
    uint32_t ssrc;
    uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
    const int count = rtcp_nack_read(packet, &ssrc, sequences, RTCP_NACK_SEQUENCES_MAX);
    peer->load->counts.nacks_received += count > 0 ? (unsigned)count : 0;
}

static void on_sender_report(struct load_peer *peer, const struct rtcp_packet *packet,
                             uint64_t now_us)
{
    struct rtcp_sender_info info;
    if (rtcp_sender_report_read(packet, &info) < 0) {
        return;
    }
    for (size_t i = 0; i < peer->stream_count; i++) {
        if (peer->streams[i].ssrc == info.ssrc) {
            peer->streams[i].last_sr = ntp_time_compact(info.ntp);
            peer->streams[i].last_sr_us = now_us;
        }
    }
}

static void on_packet(struct load_peer *peer, const struct rtcp_packet *packet, uint64_t now_us)
{
    if (packet->type == RTCP_SENDER_REPORT) {
        on_sender_report(peer, packet, now_us);
        return;
    }
    switch (rtcp_feedback_kind_of(packet)) {
    case RTCP_FEEDBACK_PLI:
        on_pli(peer, packet);
        break;
    case RTCP_FEEDBACK_FIR:
        on_fir(peer, packet);
        break;
    case RTCP_FEEDBACK_NACK:
        on_nack(peer, packet);
        break;
    case RTCP_FEEDBACK_TRANSPORT_CC:
        peer->load->counts.transport_cc_received++;
        break;
    case RTCP_FEEDBACK_OTHER:
        break;
    }
}

void load_peer_on_rtcp(struct load_peer *peer, uint8_t *bytes, size_t size, uint64_t now_us)
{
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    const int clear_size = srtcp_open(&peer->incoming, bytes, size);
    if (clear_size < 0) {
        peer->load->counts.tags_wrong++;
        return;
    }
    peer->load->counts.rtcp_received++;
    rtcp_walk_begin(&walk, bytes, (size_t)clear_size);
    int more;
    while ((more = rtcp_walk_next(&walk, &packet)) > 0) {
        on_packet(peer, &packet, now_us);
    }
    peer->load->counts.malformed += more < 0;
}

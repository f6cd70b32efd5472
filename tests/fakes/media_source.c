#include "tests/fakes/media_source.h"

#include "gateway/base/byte_writer.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/red_audio.h"
#include "media/rtp/rtcp_packet.h"
#include "media/rtp/rtp_extensions.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const uint64_t NTP_EPOCH_US = UINT64_C(1700000000000000);

void media_source_init(struct media_source *source, uint32_t seed)
{
    *source = (struct media_source){
        .extensions =
            {.mid = 4, .rid = 10, .repaired_rid = 11, .audio_level = 1, .transport_cc = 3},
        .audio_mid = "0",
        .video_mid = "1",
        .audio_ssrc = 0x10000000u + seed * 0x10000u + 1,
        .video_ssrc = 0x10000000u + seed * 0x10000u + 2,
        .rtx_ssrc = 0x10000000u + seed * 0x10000u + 3,
        .audio_sequence = (uint16_t)(1000 * seed),
        .video_sequence = (uint16_t)(2000 * seed),
        .rtx_sequence = (uint16_t)(3000 * seed),
        .transport_sequence = (uint16_t)(100 * seed),
        .picture_id = (uint16_t)(500 * seed),
        .tl0_index = (uint8_t)(10 * seed),
        .audio_timestamp = 0x20000000u * seed,
        .video_timestamp = 0x30000000u * seed,
        .level = 60,
        .audio_payload_size = MEDIA_SOURCE_AUDIO_PAYLOAD_SIZE,
        .video_payload_size = MEDIA_SOURCE_VIDEO_PAYLOAD_SIZE,
    };
}

/* ---- what was negotiated ---- */

static const struct media_payload opus = {
    .codec = MEDIA_CODEC_OPUS,
    .payload_type = MEDIA_SOURCE_OPUS,
    .rtx_payload_type = MEDIA_PAYLOAD_TYPE_NONE,
    .transport_cc = true,
};
static const struct media_payload video_payloads[] = {
    {MEDIA_CODEC_VP8, MEDIA_SOURCE_VP8, MEDIA_SOURCE_VP8_RTX, true, true, true, true, 0},
    {MEDIA_CODEC_H264, MEDIA_SOURCE_H264, MEDIA_SOURCE_H264_RTX, true, true, true, true, 0},
};

uint32_t media_source_slot_ssrc(const struct media_source *source, size_t slot,
                                enum media_kind kind, bool is_rtx)
{
    return source->audio_ssrc + 0x100u + (uint32_t)slot * 4u +
           (kind == MEDIA_KIND_VIDEO ? 1u : 0u) + (is_rtx ? 2u : 0u);
}

static void negotiate_slot(const struct media_source *source, size_t i, struct endpoint_slot *slot)
{
    (void)snprintf(slot->audio.mid, sizeof(slot->audio.mid), "a%zu", i);
    slot->audio.ssrc = media_source_slot_ssrc(source, i, MEDIA_KIND_AUDIO, false);
    slot->audio.payloads[0] = opus;
    slot->audio.payloads[0].red_payload_type = source->takes_red ? MEDIA_SOURCE_RED : 0;
    slot->audio.payload_count = 1;
    (void)snprintf(slot->video.mid, sizeof(slot->video.mid), "v%zu", i);
    slot->video.ssrc = media_source_slot_ssrc(source, i, MEDIA_KIND_VIDEO, false);
    slot->video.rtx_ssrc = media_source_slot_ssrc(source, i, MEDIA_KIND_VIDEO, true);
    memcpy(slot->video.payloads, video_payloads, sizeof(video_payloads));
    slot->video.payload_count = 2;
}

void media_source_negotiated(const struct media_source *source, size_t slot_count,
                             struct endpoint_media *ret_media)
{
    struct endpoint_media *media = ret_media;
    *media = (struct endpoint_media){
        .extensions = source->extensions, .publication_count = 2, .slot_count = slot_count};
    struct endpoint_publication *audio = &media->publications[0];
    audio->kind = MEDIA_KIND_AUDIO;
    (void)snprintf(audio->mid, sizeof(audio->mid), "%s", source->audio_mid);
    audio->payloads[0] = opus;
    audio->payloads[0].red_payload_type = source->sends_red ? MEDIA_SOURCE_RED : 0;
    audio->payload_count = 1;
    audio->sources[0].ssrc = source->audio_ssrc;
    audio->source_count = 1;
    struct endpoint_publication *video = &media->publications[1];
    video->kind = MEDIA_KIND_VIDEO;
    (void)snprintf(video->mid, sizeof(video->mid), "%s", source->video_mid);
    memcpy(video->payloads, video_payloads, sizeof(video_payloads));
    video->payload_count = 2;
    video->sources[0].ssrc = source->video_ssrc;
    video->sources[0].rtx_ssrc = source->rtx_ssrc;
    video->source_count = 1;
    for (size_t i = 0; i < slot_count; i++) {
        negotiate_slot(source, i, &media->slots[i]);
    }
}

/* ---- packets ---- */

static uint32_t timestamp_of(uint32_t at_zero, uint64_t capture_us, uint32_t rate)
{
    return at_zero + (uint32_t)(capture_us * rate / 1000000u);
}

static struct byte_writer begin_packet(struct media_source *source, struct rtp_header header,
                                       const char *mid, uint8_t *bytes)
{
    header.mid = source->tells_mid ? mid : NULL;
    header.has_transport_sequence = true;
    header.transport_sequence = source->transport_sequence++;
    struct byte_writer writer = byte_writer_over(bytes, MEDIA_SOURCE_PACKET_SIZE_MAX);
    const int size =
        rtp_header_write(&header, &source->extensions, bytes, MEDIA_SOURCE_PACKET_SIZE_MAX);
    assert(size > 0);
    writer.size = (size_t)size;
    return writer;
}

/* Fills the payload that began at `begin` up to `size` bytes. */
static void write_payload_end(struct byte_writer *writer, size_t begin, size_t size,
                              const struct rtp_header *header)
{
    const size_t filling = begin + size - writer->size - 8;
    uint8_t *fill = byte_writer_reserve(writer, filling);
    memset(fill, 0x5a, filling);
    byte_writer_u32(writer, header->ssrc);
    byte_writer_u32(writer, header->sequence);
}

/* The headers of a RED packet, and the frame before. */
static void write_repeated(struct media_source *source, struct byte_writer *writer,
                           uint32_t timestamp)
{
    const struct red_audio_frame before = {
        .timestamp = source->last_audio_timestamp,
        .data = source->last_audio,
        .size = source->last_audio_size,
    };
    uint8_t headers[RED_AUDIO_HEADERS_SIZE_MAX];
    const size_t count = red_audio_can_carry(&before, timestamp) ? 1 : 0;
    byte_writer_bytes(
        writer, headers,
        red_audio_write_headers(&before, count, MEDIA_SOURCE_OPUS, timestamp, headers));
    byte_writer_bytes(writer, before.data, count * before.size);
}

size_t media_source_audio(struct media_source *source, uint64_t capture_us,
                          uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX])
{
    static const uint8_t opus_of_20_ms = 0x78;
    const struct rtp_header header = {
        .payload_type = source->sends_red ? MEDIA_SOURCE_RED : MEDIA_SOURCE_OPUS,
        .sequence = source->audio_sequence++,
        .timestamp = timestamp_of(source->audio_timestamp, capture_us, 48000),
        .ssrc = source->audio_ssrc,
        .audio_level = {.present = true, .minus_dbov = source->level},
    };
    struct byte_writer writer = begin_packet(source, header, source->audio_mid, ret_packet);
    if (source->sends_red) {
        write_repeated(source, &writer, header.timestamp);
    }
    const size_t begin = writer.size;
    byte_writer_u8(&writer, opus_of_20_ms);
    write_payload_end(&writer, begin, source->audio_payload_size, &header);
    if (source->audio_payload_size <= sizeof(source->last_audio)) {
        source->last_audio_timestamp = header.timestamp;
        source->last_audio_size = source->audio_payload_size;
        memcpy(source->last_audio, ret_packet + begin, source->last_audio_size);
    }
    return writer.size;
}

static struct rtp_header next_video_header(struct media_source *source, uint64_t capture_us)
{
    return (struct rtp_header){
        .payload_type = MEDIA_SOURCE_VP8,
        .sequence = source->video_sequence++,
        .timestamp = timestamp_of(source->video_timestamp, capture_us, 90000),
        .ssrc = source->video_ssrc,
    };
}

size_t media_source_video(struct media_source *source, uint64_t capture_us, unsigned flags,
                          uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX])
{
    /* RFC 6386, 9.1: frame tag, start code, 640 x 480 */
    static const uint8_t keyframe[] = {0x50, 0x42, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01};
    static const uint8_t delta[] = {0x51, 0x42, 0x00};
    struct rtp_header header = next_video_header(source, capture_us);
    header.marker = (flags & MEDIA_SOURCE_LAST) != 0;

    struct byte_writer writer = begin_packet(source, header, source->video_mid, ret_packet);
    byte_writer_u8(&writer, flags & MEDIA_SOURCE_FIRST ? 0x90 : 0x80);
    byte_writer_u8(&writer, 0xc0);
    byte_writer_u16(&writer, (uint16_t)(0x8000u | (source->picture_id & 0x7fffu)));
    byte_writer_u8(&writer, source->tl0_index);
    const size_t frame_begin = writer.size;
    if ((flags & MEDIA_SOURCE_FIRST) && (flags & MEDIA_SOURCE_KEYFRAME)) {
        byte_writer_bytes(&writer, keyframe, sizeof(keyframe));
    } else if (flags & MEDIA_SOURCE_FIRST) {
        byte_writer_bytes(&writer, delta, sizeof(delta));
    }
    write_payload_end(&writer, frame_begin, source->video_payload_size, &header);
    if (flags & MEDIA_SOURCE_LAST) {
        source->picture_id++;
        source->tl0_index++;
    }
    return writer.size;
}

size_t media_source_padding(struct media_source *source, uint64_t capture_us,
                            uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX])
{
    const struct rtp_header header = next_video_header(source, capture_us);
    struct byte_writer writer = begin_packet(source, header, source->video_mid, ret_packet);
    byte_writer_zeros(&writer, 199);
    byte_writer_u8(&writer, 200);
    ret_packet[0] |= 0x20;
    return writer.size;
}

size_t media_source_rtx(struct media_source *source, const uint8_t *packet, size_t size,
                        uint8_t ret_packet[MEDIA_SOURCE_PACKET_SIZE_MAX])
{
    struct rtp_packet original;
    int r = rtp_packet_parse(packet, size, &original);
    assert(r == 0);
    (void)r;
    const struct rtp_header header = {
        .marker = original.marker,
        .payload_type = MEDIA_SOURCE_VP8_RTX,
        .sequence = source->rtx_sequence++,
        .timestamp = original.timestamp,
        .ssrc = source->rtx_ssrc,
    };
    struct byte_writer writer = begin_packet(source, header, source->video_mid, ret_packet);
    byte_writer_u16(&writer, original.sequence);
    byte_writer_bytes(&writer, rtp_packet_payload(&original), original.payload_size);
    return writer.size;
}

size_t media_source_sender_report(const struct media_source *source, enum media_kind kind,
                                  uint64_t now_us, int64_t ntp_offset_us,
                                  uint8_t ret_compound[MEDIA_SOURCE_PACKET_SIZE_MAX])
{
    const bool is_audio = kind == MEDIA_KIND_AUDIO;
    const struct rtcp_sender_info info = {
        .ssrc = is_audio ? source->audio_ssrc : source->video_ssrc,
        .ntp = ntp_time_from_unix_us(NTP_EPOCH_US + now_us + (uint64_t)ntp_offset_us),
        .rtp_timestamp = is_audio ? timestamp_of(source->audio_timestamp, now_us, 48000)
                                  : timestamp_of(source->video_timestamp, now_us, 90000),
    };
    struct byte_writer writer = byte_writer_over(ret_compound, MEDIA_SOURCE_PACKET_SIZE_MAX);
    int r = rtcp_write_sender_report(&writer, &info, NULL, 0);
    assert(r == 0);
    (void)r;
    return writer.size;
}

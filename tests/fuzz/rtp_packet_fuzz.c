/* fuzz-links: bedside_media_rtp */
/* Everything that a view says lies within the packet; what is unwrapped as RTX parses again; a
 * header written from what was read says the same. */
#include "media/rtp/rtp_extensions.h"
#include "media/rtp/rtx_stream.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct media_extension_ids all_ids[] = {
    {.mid = 4, .rid = 10, .repaired_rid = 11, .audio_level = 1, .transport_cc = 3},
    {.mid = 15, .rid = 16, .repaired_rid = 17, .audio_level = 255, .transport_cc = 3},
};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void walk(const struct rtp_packet *packet)
{
    struct rtp_extension_walk cursor;
    struct rtp_extension_element element;
    const uint8_t *begin = packet->bytes + packet->extension_offset;
    rtp_extension_walk_begin(&cursor, packet);
    while (rtp_extension_walk_next(&cursor, &element) > 0) {
        require(element.data >= begin &&
                element.data + element.size <= begin + packet->extension_size);
    }
}

static void write_and_read(const struct rtp_packet *packet, const struct media_extension_ids *ids)
{
    struct rtp_extensions found;
    if (rtp_extensions_read(packet, ids, &found) < 0) {
        return;
    }
    char mid[RTP_EXTENSION_TEXT_SIZE_MAX + 1] = {0};
    if (found.mid.size > 0) {
        memcpy(mid, found.mid.data, found.mid.size);
    }
    const struct rtp_header header = {
        .marker = packet->marker,
        .payload_type = packet->payload_type,
        .sequence = packet->sequence,
        .timestamp = packet->timestamp,
        .ssrc = packet->ssrc,
        .mid = mid,
        .has_transport_sequence = found.has_transport_sequence,
        .transport_sequence = found.transport_sequence,
        .audio_level = found.audio_level,
    };
    uint8_t bytes[RTP_HEADER_SIZE_MAX];
    struct rtp_packet again;
    struct rtp_extensions found_again;
    const int size = rtp_header_write(&header, ids, bytes, sizeof(bytes));
    require(size > 0 && rtp_packet_parse(bytes, (size_t)size, &again) == 0);
    require(rtp_extensions_read(&again, ids, &found_again) == 0);
    require(again.sequence == packet->sequence && again.ssrc == packet->ssrc);
    require(found_again.mid.size == found.mid.size);
    require(found.mid.size == 0 || rtp_extension_text_equals(&found_again.mid, mid));
    require(found_again.transport_sequence == found.transport_sequence);
    require(found_again.audio_level.present == found.audio_level.present);
    require(found_again.audio_level.minus_dbov == found.audio_level.minus_dbov);
}

static void unwrap(uint8_t *bytes, struct rtp_packet packet)
{
    struct rtp_packet again;
    if (rtx_unwrap(bytes, &packet, 1, 96) == 0) {
        require(rtp_packet_parse(bytes, packet.size, &again) == 0);
        require(again.payload_size == packet.payload_size && again.ssrc == 1 &&
                again.payload_type == 96 && again.sequence == packet.sequence);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    require(bytes != NULL);
    memcpy(bytes, data, size);
    struct rtp_packet packet;
    if (rtp_packet_parse(bytes, size, &packet) == 0) {
        require((size_t)packet.payload_offset + packet.payload_size + packet.padding_size == size);
        require(packet.extension_offset + packet.extension_size <= packet.payload_offset);
        walk(&packet);
        write_and_read(&packet, &all_ids[0]);
        write_and_read(&packet, &all_ids[1]);
        unwrap(bytes, packet);
    }
    free(bytes);
    return 0;
}

#include "media/worker/test_card.h"

#include "gateway/base/byte_writer.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/packet_buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define OPUS 111
#define VP8 96
#define SOUND_SSRC 1
#define PICTURE_SSRC 2 /* of the lowest layer; they are the room's own, nobody else sees them */
#define SOUND_BYTES 80
#define PACKET_BYTES 1150

static const uint64_t SOUND_US = 20000;
static const uint64_t FRAME_US = 40000;
/* What is due for longer is left out: a worker that was busy does not make up for it in a burst. */
static const uint64_t LATE_US = 100000;
/* Of a frame: 150, 600 and 2400 kbit/s. */
static const size_t FRAME_BYTES[TEST_CARD_LAYERS] = {750, 3000, 12000};

/* 320 x 180, one colour (RFC 6386); what follows in its last partition is not read. */
static const uint8_t grey_frame[] = {
    0x90, 0x0f, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00, 0x01, 0x07, 0x08, 0x85, 0x85, 0x88,
    0x99, 0x84, 0x88, 0x05, 0x82, 0x02, 0x75, 0xaa, 0x03, 0xf8, 0x02, 0x06, 0x86, 0x85, 0xa8, 0xc3,
    0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9,
    0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39,
    0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3,
    0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9,
    0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39,
    0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3, 0xd9, 0x39, 0xc3,
    0xd9, 0x39, 0xc3, 0xd9, 0x36, 0x40, 0xfe, 0xf7, 0xe4, 0x9f, 0xff, 0x03, 0xf2, 0xe9, 0xc3, 0x1e,
    0x1f, 0xfc, 0x2a, 0xdc, 0x31, 0x0c, 0x9d, 0x00,
};
/* RFC 6716: CELT, fullband, 20 ms, one frame; its first symbol says silence. */
static const uint8_t silent_frame[] = {0xf8, 0xff, 0xfe};

struct test_card {
    struct room *room;                  /* borrowed */
    struct packet_buffer_pool *packets; /* borrowed */
    struct room_endpoint *place;        /* of the room */
    uint64_t began_us;
    uint64_t sound_due_us;
    uint64_t picture_due_us;
    uint16_t sound_sequence;
    uint16_t picture_sequence[TEST_CARD_LAYERS];
    uint16_t picture_id;
};

/* ---- life ---- */

static int drop_datagram(void *context, enum sink_datagram kind, const struct packet_part *parts,
                         size_t part_count)
{
    (void)context;
    (void)kind;
    (void)parts;
    (void)part_count;
    return 0;
}

static const struct endpoint_media media = {
    .publications =
        {
            {
                .kind = MEDIA_KIND_AUDIO,
                .mid = "0",
                .payloads = {{.codec = MEDIA_CODEC_OPUS,
                              .payload_type = OPUS,
                              .rtx_payload_type = MEDIA_PAYLOAD_TYPE_NONE}},
                .payload_count = 1,
                .sources = {{.ssrc = SOUND_SSRC}},
                .source_count = 1,
            },
            {
                .kind = MEDIA_KIND_VIDEO,
                .mid = "1",
                .payloads = {{.codec = MEDIA_CODEC_VP8,
                              .payload_type = VP8,
                              .rtx_payload_type = MEDIA_PAYLOAD_TYPE_NONE,
                              .pli = true}},
                .payload_count = 1,
                .sources = {{.ssrc = PICTURE_SSRC},
                            {.ssrc = PICTURE_SSRC + 1},
                            {.ssrc = PICTURE_SSRC + 2}},
                .source_count = TEST_CARD_LAYERS,
            },
        },
    .publication_count = 2,
};

struct test_card *test_card_create(struct room *room, struct packet_buffer_pool *packets,
                                   uint64_t endpoint_id, uint64_t now_us)
{
    static const struct sink_ops sink_ops = {.send = drop_datagram};
    const struct room_endpoint_config config = {
        .id = endpoint_id, .label = "test card", .sink = {.ops = &sink_ops}};
    AUTO(test_card) card = calloc(1, sizeof(*card));
    *card = (struct test_card){
        .room = room,
        .packets = packets,
        .began_us = now_us,
        .sound_due_us = now_us,
        .picture_due_us = now_us,
    };
    card->place = room_open_endpoint(room, &config, now_us);
    if (!card->place) {
        return NULL;
    }
    room_endpoint_set_media(card->place, &media, now_us);
    room_move(room, card->place, ROOM_CIRCLE_VISIT);
    return TAKE(card);
}

struct test_card *test_card_destroy(struct test_card *card)
{
    if (card && card->place) {
        room_close_endpoint(card->room, card->place);
    }
    free(card);
    return NULL;
}

/* ---- packets ---- */

/* NULL: the pool is empty; the packet is lost, like any other. */
static struct packet_buffer *begin(struct test_card *card, const struct rtp_header *header,
                                   uint64_t now_us, struct byte_writer *ret_writer)
{
    static const struct media_extension_ids none = {0};
    struct packet_buffer *packet = packet_buffer_take(card->packets);
    if (packet) {
        packet->arrival_us = now_us;
        const int size = rtp_header_write(header, &none, packet->data, sizeof(packet->data));
        assert(size > 0);
        *ret_writer = byte_writer_over(packet->data, sizeof(packet->data));
        ret_writer->size = (size_t)size;
    }
    return packet;
}

static void publish(struct test_card *card, struct packet_buffer *packet,
                    const struct byte_writer *writer)
{
    assert(!byte_writer_failed(writer));
    packet->size = (uint16_t)writer->size;
    room_endpoint_on_rtp(card->place, packet);
}

static void send_sound(struct test_card *card, uint64_t now_us)
{
    const struct rtp_header header = {
        .payload_type = OPUS,
        .sequence = card->sound_sequence++,
        .timestamp = (uint32_t)((card->sound_due_us - card->began_us) * 48 / 1000),
        .ssrc = SOUND_SSRC,
    };
    struct byte_writer writer;
    struct packet_buffer *packet = begin(card, &header, now_us, &writer);
    if (packet) {
        byte_writer_bytes(&writer, silent_frame, sizeof(silent_frame));
        byte_writer_zeros(&writer, SOUND_BYTES - sizeof(silent_frame));
        publish(card, packet, &writer);
    }
}

/* `sent` bytes of the frame are on their way. */
static void send_piece(struct test_card *card, size_t layer, size_t sent, size_t piece,
                       uint64_t now_us)
{
    const struct rtp_header header = {
        .marker = sent + piece == FRAME_BYTES[layer],
        .payload_type = VP8,
        .sequence = card->picture_sequence[layer]++,
        .timestamp = (uint32_t)((card->picture_due_us - card->began_us) * 90 / 1000),
        .ssrc = PICTURE_SSRC + (uint32_t)layer,
    };
    struct byte_writer writer;
    struct packet_buffer *packet = begin(card, &header, now_us, &writer);
    if (!packet) {
        return;
    }
    /* RFC 7741, 4.2: X, and S where the partition begins; a picture id of 15 bits */
    byte_writer_u8(&writer, sent == 0 ? 0x90 : 0x80);
    byte_writer_u8(&writer, 0x80);
    byte_writer_u16(&writer, (uint16_t)(0x8000u | (card->picture_id & 0x7fffu)));
    if (sent == 0) {
        byte_writer_bytes(&writer, grey_frame, sizeof(grey_frame));
        piece -= sizeof(grey_frame);
    }
    byte_writer_zeros(&writer, piece);
    publish(card, packet, &writer);
}

static void send_frame(struct test_card *card, size_t layer, uint64_t now_us)
{
    size_t piece;
    for (size_t sent = 0; sent < FRAME_BYTES[layer]; sent += piece) {
        piece = FRAME_BYTES[layer] - sent;
        piece = piece < PACKET_BYTES ? piece : PACKET_BYTES;
        send_piece(card, layer, sent, piece, now_us);
    }
}

static void send_picture(struct test_card *card, uint64_t now_us)
{
    for (size_t layer = 0; layer < TEST_CARD_LAYERS; layer++) {
        send_frame(card, layer, now_us);
    }
    card->picture_id++;
}

/* The first moment of the grid that is not long ago. */
static uint64_t leave_out_late(uint64_t due_us, uint64_t step_us, uint64_t now_us)
{
    if (now_us <= due_us + LATE_US) {
        return due_us;
    }
    return now_us - (now_us - due_us) % step_us;
}

uint64_t test_card_send(struct test_card *card, uint64_t now_us)
{
    card->sound_due_us = leave_out_late(card->sound_due_us, SOUND_US, now_us);
    for (; card->sound_due_us <= now_us; card->sound_due_us += SOUND_US) {
        send_sound(card, now_us);
    }
    card->picture_due_us = leave_out_late(card->picture_due_us, FRAME_US, now_us);
    for (; card->picture_due_us <= now_us; card->picture_due_us += FRAME_US) {
        send_picture(card, now_us);
    }
    return card->sound_due_us < card->picture_due_us ? card->sound_due_us : card->picture_due_us;
}

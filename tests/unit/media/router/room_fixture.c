#include "tests/unit/media/router/room_fixture.h"

#include "media/rtp/packet_buffer.h"
#include "media/rtp/rtcp_feedback.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const size_t PACKETS = 1024;
static const uint64_t TICK_US = 20 * MS;

/* ---- the room's world ---- */

static int keep_what_is_sent(void *context, enum sink_datagram kind,
                             const struct packet_part *parts, size_t part_count)
{
    struct fake_browser *browser = context;
    assert(browser->sent_count < FIXTURE_SENT_MAX);
    struct sent_packet *packet = &browser->sent[browser->sent_count++];
    packet->kind = kind;
    packet->at_us = browser->fixture->now_us;
    packet->size = 0;
    for (size_t i = 0; i < part_count; i++) {
        assert(packet->size + parts[i].size <= sizeof(packet->bytes));
        memcpy(packet->bytes + packet->size, parts[i].data, parts[i].size);
        packet->size += parts[i].size;
    }
    if (kind == SINK_RTP) {
        int r = rtp_packet_parse(packet->bytes, packet->size, &packet->rtp);
        assert(r == 0 && packet->rtp.payload_offset == parts[0].size);
        r = rtp_extensions_read(&packet->rtp, &browser->source.extensions, &packet->extensions);
        assert(r == 0);
        (void)r;
    }
    return 0;
}

static void note_speaker(void *context, uint64_t room, uint64_t endpoint_id)
{
    struct room_fixture *fixture = context;
    (void)room;
    fixture->speaker_id = endpoint_id;
    fixture->speaker_events++;
}

static void note_broken(void *context, uint64_t room)
{
    struct room_fixture *fixture = context;
    (void)room;
    fixture->broken_events++;
}

static void note_missed(void *context, const struct room_missed_words *missed)
{
    struct room_fixture *fixture = context;
    fixture->missed_events++;
    fixture->missed = *missed;
}

static void note_picture(void *context, uint64_t endpoint_id, uint32_t slot, uint64_t source_id,
                         enum picture_step step)
{
    struct room_fixture *fixture = context;
    (void)endpoint_id;
    (void)slot;
    (void)source_id;
    fixture->step = step;
    fixture->step_at_us = fixture->now_us;
    fixture->picture_events++;
}

static void note_order(void *context, uint64_t endpoint_id, const char *mid,
                       const struct layers_order *order)
{
    struct room_fixture *fixture = context;
    (void)endpoint_id;
    (void)mid;
    fixture->order = *order;
}

int room_fixture_setup(void **state)
{
    static const struct room_ops ops = {.on_speaker = note_speaker,
                                        .on_missed_words = note_missed,
                                        .on_recording_broken = note_broken,
                                        .on_picture = note_picture,
                                        .on_layers_wanted = note_order};
    struct room_fixture *fixture = calloc(1, sizeof(*fixture));
    fixture->now_us = 100000 * MS;
    fixture->packets = packet_buffer_pool_create(PACKETS);
    const struct room_config config = {
        .id = 77,
        .packets = fixture->packets,
        .packets_reserve = PACKETS / 8,
        .ops = &ops,
        .context = fixture,
    };
    fixture->room = room_create(&config);
    *state = fixture;
    return 0;
}

void room_fixture_leave_for_good(struct fake_browser *browser)
{
    room_close_endpoint(browser->fixture->room, browser->endpoint);
    browser->endpoint = NULL;
}

int room_fixture_teardown(void **state)
{
    struct room_fixture *fixture = *state;
    for (size_t i = 0; i < FIXTURE_BROWSERS_MAX; i++) {
        if (fixture->browsers[i].endpoint) {
            room_fixture_leave_for_good(&fixture->browsers[i]);
        }
        free(fixture->browsers[i].sent);
    }
    room_destroy(fixture->room);
    assert(packet_buffer_pool_available(fixture->packets) == PACKETS);
    packet_buffer_pool_destroy(fixture->packets);
    free(fixture);
    return 0;
}

struct fake_browser *room_fixture_open_unconnected(struct room_fixture *fixture, size_t index)
{
    static const struct sink_ops ops = {.send = keep_what_is_sent};
    struct fake_browser *browser = &fixture->browsers[index];
    browser->fixture = fixture;
    browser->id = index + 1;
    browser->sent = calloc(FIXTURE_SENT_MAX, sizeof(*browser->sent));
    media_source_init(&browser->source, (uint32_t)index + 1);
    media_source_negotiated(&browser->source, 3, &browser->media);
    const struct room_endpoint_config config = {
        .id = browser->id,
        .label = "label",
        .sink = {.ops = &ops, .context = browser},
    };
    browser->endpoint = room_open_endpoint(fixture->room, &config, fixture->now_us);
    room_endpoint_set_media(browser->endpoint, &browser->media, fixture->now_us);
    return browser;
}

struct fake_browser *room_fixture_open(struct room_fixture *fixture, size_t index)
{
    struct fake_browser *browser = room_fixture_open_unconnected(fixture, index);
    room_endpoint_set_connected(browser->endpoint, 0, fixture->now_us);
    return browser;
}

struct fake_browser *room_fixture_join(struct room_fixture *fixture, size_t index)
{
    struct fake_browser *browser = room_fixture_open(fixture, index);
    room_move(fixture->room, browser->endpoint, ROOM_CIRCLE_VISIT);
    return browser;
}

int room_fixture_bind(struct fake_browser *receiver, uint32_t slot,
                      const struct fake_browser *source, bool video)
{
    struct room_fixture *fixture = receiver->fixture;
    return room_bind_slot(fixture->room, receiver->endpoint, slot, source ? source->id : 0, video,
                          fixture->now_us);
}

void room_fixture_pass(struct room_fixture *fixture, uint64_t span_us)
{
    const uint64_t end_us = fixture->now_us + span_us;
    while (fixture->now_us + TICK_US <= end_us) {
        fixture->now_us += TICK_US;
        room_on_tick(fixture->room, fixture->now_us);
    }
    fixture->now_us = end_us;
}

/* ---- what browsers do ---- */

void fake_browser_send_rtp(struct fake_browser *browser, const uint8_t *packet, size_t size)
{
    struct packet_buffer *buffer = packet_buffer_take(browser->fixture->packets);
    assert(buffer && size <= sizeof(buffer->data));
    memcpy(buffer->data, packet, size);
    buffer->size = (uint16_t)size;
    buffer->arrival_us = browser->fixture->now_us;
    room_endpoint_on_rtp(browser->endpoint, buffer);
}

void fake_browser_send_rtcp(struct fake_browser *browser, const struct byte_writer *compound)
{
    room_endpoint_on_rtcp(browser->endpoint, compound->data, compound->size,
                          browser->fixture->now_us);
}

void fake_browser_speak(struct fake_browser *browser)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    const size_t size = media_source_audio(&browser->source, browser->fixture->now_us, packet);
    fake_browser_send_rtp(browser, packet, size);
}

void fake_browser_show(struct fake_browser *browser, bool keyframe, unsigned packets)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    for (unsigned i = 0; i < packets; i++) {
        const unsigned flags = (keyframe ? MEDIA_SOURCE_KEYFRAME : 0u) |
                               (i == 0 ? MEDIA_SOURCE_FIRST : 0u) |
                               (i + 1 == packets ? MEDIA_SOURCE_LAST : 0u);
        const size_t size =
            media_source_video(&browser->source, browser->fixture->now_us, flags, packet);
        fake_browser_send_rtp(browser, packet, size);
    }
}

void fake_browser_perform(struct fake_browser *browser, uint64_t span_us)
{
    for (uint64_t passed_us = 0; passed_us < span_us; passed_us += TICK_US) {
        fake_browser_speak(browser);
        if (passed_us % (2 * TICK_US) == 0) {
            fake_browser_show(browser, false, 2);
        }
        room_fixture_pass(browser->fixture, TICK_US);
    }
}

/* ---- what was sent to a browser ---- */

void fake_browser_forget(struct fake_browser *browser)
{
    browser->sent_count = 0;
}

const struct sent_packet *fake_browser_next_rtp(const struct fake_browser *browser, uint32_t ssrc,
                                                size_t *cursor)
{
    while (*cursor < browser->sent_count) {
        const struct sent_packet *packet = &browser->sent[(*cursor)++];
        if (packet->kind == SINK_RTP && packet->rtp.ssrc == ssrc) {
            return packet;
        }
    }
    return NULL;
}

size_t fake_browser_count_rtp(const struct fake_browser *browser, uint32_t ssrc)
{
    size_t count = 0;
    size_t cursor = 0;
    while (fake_browser_next_rtp(browser, ssrc, &cursor)) {
        count++;
    }
    return count;
}

size_t fake_browser_count_all_rtp(const struct fake_browser *browser)
{
    size_t count = 0;
    for (size_t i = 0; i < browser->sent_count; i++) {
        count += browser->sent[i].kind == SINK_RTP;
    }
    return count;
}

uint32_t fake_browser_slot(const struct fake_browser *browser, size_t slot, enum media_kind kind)
{
    return media_source_slot_ssrc(&browser->source, slot, kind, false);
}

uint32_t fake_browser_slot_rtx(const struct fake_browser *browser, size_t slot)
{
    return media_source_slot_ssrc(&browser->source, slot, MEDIA_KIND_VIDEO, true);
}

static uint32_t u32_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint32_t sent_packet_origin_ssrc(const struct sent_packet *packet)
{
    return u32_at(packet->bytes + packet->size - 8);
}

uint16_t sent_packet_origin_sequence(const struct sent_packet *packet)
{
    return (uint16_t)u32_at(packet->bytes + packet->size - 4);
}

void fake_browser_for_rtcp(const struct fake_browser *browser,
                           void (*act)(void *context, const struct rtcp_packet *packet,
                                       uint64_t at_us),
                           void *context)
{
    for (size_t i = 0; i < browser->sent_count; i++) {
        const struct sent_packet *sent = &browser->sent[i];
        struct rtcp_walk walk;
        struct rtcp_packet packet;
        if (sent->kind != SINK_RTCP) {
            continue;
        }
        rtcp_walk_begin(&walk, sent->bytes, sent->size);
        int r = 0;
        while ((r = rtcp_walk_next(&walk, &packet)) > 0) {
            act(context, &packet, sent->at_us);
        }
        assert(r == 0);
    }
}

struct pli_count {
    uint32_t ssrc;
    unsigned count;
};

static void count_pli(void *context, const struct rtcp_packet *packet, uint64_t at_us)
{
    struct pli_count *counted = context;
    uint32_t ssrc = 0;
    (void)at_us;
    if (rtcp_pli_read(packet, &ssrc) == 0 && ssrc == counted->ssrc) {
        counted->count++;
    }
}

unsigned fake_browser_count_pli(const struct fake_browser *browser, uint32_t ssrc)
{
    struct pli_count counted = {.ssrc = ssrc};
    fake_browser_for_rtcp(browser, count_pli, &counted);
    return counted.count;
}

/* room_fixture.h - a room without a network: browsers are media_sources, their transports are lists
 * of what was sent to them, and time is a number. */
#ifndef BEDSIDE_TESTS_UNIT_MEDIA_ROUTER_ROOM_FIXTURE_H
#define BEDSIDE_TESTS_UNIT_MEDIA_ROUTER_ROOM_FIXTURE_H

#include "media/router/layers_wanted.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/rtcp_packet.h"
#include "media/rtp/rtp_extensions.h"
#include "tests/fakes/media_source.h"

#define FIXTURE_BROWSERS_MAX 10
#define FIXTURE_SENT_MAX 16384
#define MS UINT64_C(1000)

struct sent_packet {
    enum sink_datagram kind;
    uint64_t at_us;
    size_t size;
    uint8_t bytes[1600];
    struct rtp_packet rtp; /* of SINK_RTP */
    struct rtp_extensions extensions;
};

struct room_fixture;

struct fake_browser {
    struct room_fixture *fixture;
    uint64_t id;
    struct media_source source;
    struct endpoint_media media;
    struct room_endpoint *endpoint;
    struct sent_packet *sent; /* to it */
    size_t sent_count;
};

struct room_fixture {
    struct packet_buffer_pool *packets;
    struct room *room;
    uint64_t now_us;
    struct fake_browser browsers[FIXTURE_BROWSERS_MAX];
    uint64_t speaker_id;
    unsigned speaker_events;
    unsigned broken_events;
    enum picture_step step; /* said last, of any slot */
    uint64_t step_at_us;
    unsigned picture_events;
    struct layers_order order; /* told last */
    unsigned missed_events;
    struct room_missed_words missed; /* the last */
};

/* cmocka setup and teardown: a fixture in *state. */
int room_fixture_setup(void **state);
int room_fixture_teardown(void **state);

/* Opens endpoint number `index` (id index + 1), with media, connected, outside the room. */
struct fake_browser *room_fixture_open(struct room_fixture *fixture, size_t index);
/* The same, but its handshake is not done. */
struct fake_browser *room_fixture_open_unconnected(struct room_fixture *fixture, size_t index);
/* Opens it, and it enters. */
struct fake_browser *room_fixture_join(struct room_fixture *fixture, size_t index);
void room_fixture_leave_for_good(struct fake_browser *browser);
int room_fixture_bind(struct fake_browser *receiver, uint32_t slot,
                      const struct fake_browser *source, bool video);

/* Lets time pass, with a tick each 20 ms. */
void room_fixture_pass(struct room_fixture *fixture, uint64_t span_us);

/* One packet of 20 ms of sound; a frame of `packets` packets; from now. */
void fake_browser_speak(struct fake_browser *browser);
void fake_browser_show(struct fake_browser *browser, bool keyframe, unsigned packets);
/* `span_us` of sound each 20 ms and a delta frame of two packets each 40 ms. */
void fake_browser_perform(struct fake_browser *browser, uint64_t span_us);
void fake_browser_send_rtp(struct fake_browser *browser, const uint8_t *packet, size_t size);
void fake_browser_send_rtcp(struct fake_browser *browser, const struct byte_writer *compound);

/* ---- what was sent to a browser ---- */

void fake_browser_forget(struct fake_browser *browser);
/* The next RTP packet of `ssrc` at or after *cursor, which moves past it; NULL: no more. */
const struct sent_packet *fake_browser_next_rtp(const struct fake_browser *browser, uint32_t ssrc,
                                                size_t *cursor);
size_t fake_browser_count_rtp(const struct fake_browser *browser, uint32_t ssrc);
size_t fake_browser_count_all_rtp(const struct fake_browser *browser);
uint32_t fake_browser_slot(const struct fake_browser *browser, size_t slot, enum media_kind kind);
uint32_t fake_browser_slot_rtx(const struct fake_browser *browser, size_t slot);
/* The SSRC and sequence number that the publisher wrote at the end of the payload. */
uint32_t sent_packet_origin_ssrc(const struct sent_packet *packet);
uint16_t sent_packet_origin_sequence(const struct sent_packet *packet);

/* Calls for every RTCP packet that was sent to the browser. */
void fake_browser_for_rtcp(const struct fake_browser *browser,
                           void (*act)(void *context, const struct rtcp_packet *packet,
                                       uint64_t at_us),
                           void *context);
/* How many key frames it was asked for, of the stream `ssrc`. */
unsigned fake_browser_count_pli(const struct fake_browser *browser, uint32_t ssrc);

#endif

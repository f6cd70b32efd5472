/* A receiver behind a link that loses packets, in both directions: how much of the time does its
 * picture stand still? It does what libwebrtc does: asks for what is missing at once and then once
 * per round trip, ten times; shows a frame when all before it are there; and asks for a key frame
 * when it has shown none for three seconds. It keeps pictures back for as long as it is told.
 * Everything that leaves the room goes through the
 * impairments of tests/netlab. */
#include "gateway/base/byte_writer.h"
#include "gateway/base/clock.h"
#include "gateway/base/sequence_number.h"
#include "media/congestion/arrival_log.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/rtcp_feedback.h"
#include "tests/netlab/impairment.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STEP_US (5 * MS)
#define SECOND (1000 * MS)
#define FRAME_US (40 * MS)
#define PLAYOUT_DELAY_ID 6
#define NUMBERS 65536
#define TRIES_MAX 10
#define GIVES_UP_US (3 * SECOND)
#define FROZEN_US (200 * MS) /* a gap between two frames that is seen */

struct place {
    bool has;
    bool marker;
    bool begins_keyframe;
    uint32_t timestamp;
    unsigned tries;
    uint64_t asked_at_us;
};

struct journey {
    struct room_fixture *f;
    struct fake_browser *publisher;
    struct fake_browser *receiver;
    struct impairment *down;
    struct impairment *up;
    struct arrival_log *arrivals;
    uint32_t rtt_us;
    bool keyframe_wanted;
    uint32_t report_sr;
    /* what the receiver has */
    struct place *places; /* by sequence number */
    bool began;
    uint16_t next; /* the first that is missing before the next frame */
    uint16_t newest;
    uint64_t shown_at_us;
    uint64_t wait_us; /* as told */
    int64_t least_us; /* of arrival less timestamp */
    uint64_t asked_for_keyframe_at_us;
    /* what is looked at */
    bool looks;
    uint64_t frozen_us;
    uint64_t longest_us;
    unsigned frames;
    unsigned plis;
    uint64_t bytes;
    uint64_t repeated_bytes;
};

/* ---- what arrives ---- */

static int64_t media_us(uint32_t timestamp)
{
    return (int64_t)timestamp * 100 / 9;
}

static void note_times(struct journey *j, const struct rtp_packet *rtp)
{
    struct rtp_extension_walk walk;
    struct rtp_extension_element element;
    const int64_t least_us = (int64_t)j->f->now_us - media_us(rtp->timestamp);
    j->least_us = !j->began || least_us < j->least_us ? least_us : j->least_us;
    rtp_extension_walk_begin(&walk, rtp);
    while (rtp_extension_walk_next(&walk, &element) > 0) {
        if (element.id == PLAYOUT_DELAY_ID) {
            assert_int_equal(element.size, 3);
            j->wait_us = (uint64_t)(element.data[0] << 4 | element.data[1] >> 4) * 10 * MS;
        }
    }
}

static void take_media(struct journey *j, const struct rtp_packet *rtp, uint16_t sequence,
                       const uint8_t *payload)
{
    struct place *place = &j->places[sequence];
    if (!j->began || sequence_is_newer(sequence, j->newest)) {
        for (uint16_t s = (uint16_t)(j->newest + 1); j->began && s != sequence; s++) {
            j->places[s] = (struct place){.has = false};
        }
        *place = (struct place){.has = false};
        j->newest = sequence;
    }
    if (!j->began) {
        j->began = true;
        j->next = sequence;
    }
    place->has = true;
    place->marker = rtp->marker;
    place->timestamp = rtp->timestamp;
    place->begins_keyframe = (payload[0] & 0x10) && !(payload[5] & 1);
}

static void take(struct journey *j, const struct impaired_packet *flight)
{
    struct rtp_packet rtp;
    struct rtp_extensions extensions;
    assert_int_equal(rtp_packet_parse(flight->bytes, flight->size, &rtp), 0);
    assert_int_equal(rtp_extensions_read(&rtp, &j->receiver->media.extensions, &extensions), 0);
    arrival_log_record(j->arrivals, extensions.transport_sequence, flight->due_us);
    const uint8_t *payload = flight->bytes + rtp.payload_offset;
    if (rtp.ssrc == fake_browser_slot(j->receiver, 0, MEDIA_KIND_VIDEO)) {
        note_times(j, &rtp);
        take_media(j, &rtp, rtp.sequence, payload);
    } else if (rtp.ssrc == fake_browser_slot_rtx(j->receiver, 0) && rtp.payload_size > 8) {
        take_media(j, &rtp, (uint16_t)(payload[0] << 8 | payload[1]), payload + 2);
    }
}

/* ---- what is shown ---- */

static void note_shown(struct journey *j)
{
    const uint64_t gap_us = j->f->now_us - j->shown_at_us;
    if (j->looks && gap_us > FROZEN_US) {
        j->frozen_us += gap_us - FRAME_US;
    }
    if (j->looks && gap_us > j->longest_us) {
        j->longest_us = gap_us;
    }
    j->frames += j->looks;
    j->shown_at_us = j->f->now_us;
}

/* The last packet of the frame that begins at `first`, if all of it is there. */
static bool find_end(const struct journey *j, uint16_t first, uint16_t *ret_last)
{
    for (uint16_t s = first; !sequence_is_newer(s, j->newest); s++) {
        if (!j->places[s].has) {
            return false;
        }
        if (j->places[s].marker) {
            *ret_last = s;
            return true;
        }
    }
    return false;
}

static bool is_due(const struct journey *j, uint16_t first)
{
    const int64_t due_us = j->least_us + media_us(j->places[first].timestamp) + (int64_t)j->wait_us;
    return (int64_t)j->f->now_us >= due_us;
}

static void show(struct journey *j)
{
    uint16_t last;
    while (j->began && find_end(j, j->next, &last) && is_due(j, j->next)) {
        j->next = (uint16_t)(last + 1);
        note_shown(j);
    }
    /* A whole key frame further on needs nothing that is before it. */
    for (uint16_t s = j->next; j->began && !sequence_is_newer(s, j->newest); s++) {
        if (j->places[s].has && j->places[s].begins_keyframe && s != j->next &&
            find_end(j, s, &last) && is_due(j, s)) {
            j->next = s;
            show(j);
            return;
        }
    }
}

/* ---- what it asks for ---- */

static void tell(struct journey *j, const struct byte_writer *compound)
{
    impairment_offer(j->up, compound->data, compound->size, j->f->now_us);
}

static void ask_again(struct journey *j)
{
    uint8_t bytes[1500];
    uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
    size_t count = 0;
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    for (uint16_t s = j->next; j->began && sequence_is_newer(j->newest, s) && count < 100; s++) {
        struct place *place = &j->places[s];
        const bool again =
            place->tries == 0 || j->f->now_us - place->asked_at_us >= j->rtt_us + 5 * MS;
        if (!place->has && again && place->tries < TRIES_MAX) {
            place->tries++;
            place->asked_at_us = j->f->now_us;
            sequences[count++] = s;
        }
    }
    if (count > 0) {
        (void)rtcp_write_nack(&writer, 1, fake_browser_slot(j->receiver, 0, MEDIA_KIND_VIDEO),
                              sequences, count);
        tell(j, &writer);
    }
}

static void ask_for_keyframe(struct journey *j)
{
    uint8_t bytes[64];
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    if (j->f->now_us - j->shown_at_us >= GIVES_UP_US &&
        j->f->now_us - j->asked_for_keyframe_at_us >= GIVES_UP_US) {
        j->asked_for_keyframe_at_us = j->f->now_us;
        j->plis++;
        (void)rtcp_write_pli(&writer, 1, fake_browser_slot(j->receiver, 0, MEDIA_KIND_VIDEO));
        tell(j, &writer);
    }
}

static void give_feedback(struct journey *j)
{
    uint8_t bytes[1200];
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    int r;
    do {
        r = arrival_log_write_feedback(j->arrivals, &writer, 1, 1);
        if (writer.size > 0) {
            tell(j, &writer);
        }
        writer = byte_writer_over(bytes, sizeof(bytes));
    } while (r == 1);
}

/* ---- the journey ---- */

static void publish(struct journey *j)
{
    if (fake_browser_count_pli(j->publisher, j->publisher->source.video_ssrc) > 0) {
        j->keyframe_wanted = true;
    }
    fake_browser_forget(j->publisher);
    if (j->f->now_us % FRAME_US == 0) {
        fake_browser_show(j->publisher, j->keyframe_wanted, j->keyframe_wanted ? 20 : 6);
        j->keyframe_wanted = false;
    }
    if (j->f->now_us % (20 * MS) == 0) {
        fake_browser_speak(j->publisher);
        room_on_tick(j->f->room, j->f->now_us);
    }
    room_send_waiting(j->f->room, j->f->now_us);
}

static void through_the_link(struct journey *j)
{
    struct impaired_packet *flight;
    for (size_t i = 0; i < j->receiver->sent_count; i++) {
        const struct sent_packet *packet = &j->receiver->sent[i];
        if (packet->kind == SINK_RTP) {
            impairment_offer(j->down, packet->bytes, packet->size, j->f->now_us);
            j->bytes += packet->size;
            j->repeated_bytes +=
                packet->rtp.ssrc == fake_browser_slot_rtx(j->receiver, 0) ? packet->size : 0;
        }
    }
    fake_browser_forget(j->receiver);
    while ((flight = impairment_take(j->down, j->f->now_us))) {
        take(j, flight);
        free(flight);
    }
    while ((flight = impairment_take(j->up, j->f->now_us))) {
        struct byte_writer writer = byte_writer_over(flight->bytes, flight->size);
        writer.size = flight->size;
        fake_browser_send_rtcp(j->receiver, &writer);
        free(flight);
    }
}

static void run(struct journey *j, uint64_t span_us)
{
    for (uint64_t end_us = j->f->now_us + span_us; j->f->now_us < end_us;) {
        j->f->now_us += STEP_US;
        publish(j);
        through_the_link(j);
        show(j);
        ask_again(j);
        ask_for_keyframe(j);
        if (j->f->now_us % (75 * MS) == 0) {
            give_feedback(j);
        }
    }
}

struct expectation {
    struct impairment_settings link;
    uint32_t frozen_permille; /* at most */
    uint32_t longest_ms;
    uint32_t repeated_permille; /* of what is sent, at most */
};

static void travel(void **state, const struct expectation *expected)
{
    struct journey *j = calloc(1, sizeof(*j));
    j->f = *state;
    j->f->now_us -= j->f->now_us % FRAME_US;
    j->publisher = room_fixture_join(j->f, 0);
    j->receiver = room_fixture_join(j->f, 1);
    j->receiver->media.extensions.playout_delay = PLAYOUT_DELAY_ID;
    room_endpoint_set_media(j->receiver->endpoint, &j->receiver->media, j->f->now_us);
    j->rtt_us = 2 * expected->link.delay_us;
    room_endpoint_set_connected(j->receiver->endpoint, j->rtt_us, j->f->now_us);
    j->arrivals = arrival_log_create(1024);
    j->places = calloc(NUMBERS, sizeof(*j->places));
    j->down = impairment_create(7);
    j->up = impairment_create(8);
    *impairment_settings(j->down) = expected->link;
    *impairment_settings(j->up) = expected->link;
    j->keyframe_wanted = true;
    j->shown_at_us = j->f->now_us;
    room_fixture_bind(j->receiver, 0, j->publisher, true);

    run(j, 15 * SECOND);
    const uint64_t before = j->bytes;
    const uint64_t repeated_before = j->repeated_bytes;
    j->looks = true;
    run(j, 60 * SECOND);
    const uint64_t frozen_permille = j->frozen_us * 1000 / (60 * SECOND);
    const uint64_t repeated_permille =
        (j->repeated_bytes - repeated_before) * 1000 / (j->bytes - before);
    print_message("frozen %u per mille, longest %u ms, %u frames, %u PLI, repeated %u per mille\n",
                  (unsigned)frozen_permille, (unsigned)(j->longest_us / MS), j->frames, j->plis,
                  (unsigned)repeated_permille);
    assert_true(frozen_permille <= expected->frozen_permille);
    assert_true(j->longest_us <= expected->longest_ms * MS);
    assert_true(repeated_permille <= expected->repeated_permille);

    j->down = impairment_destroy(j->down);
    j->up = impairment_destroy(j->up);
    j->arrivals = arrival_log_destroy(j->arrivals);
    free(j->places);
    free(j);
}

static void test_a_good_link(void **state)
{
    travel(state, &(struct expectation){
                      .link = {.delay_us = 10000},
                      .frozen_permille = 0,
                      .longest_ms = 100,
                      .repeated_permille = 30, /* padding of probes */
                  });
}

static void test_ten_percent(void **state)
{
    travel(state, &(struct expectation){
                      .link = {.delay_us = 30000, .loss_percent = 10},
                      .frozen_permille = 20,
                      .longest_ms = 400,
                      .repeated_permille = 600,
                  });
}

static void test_bursts(void **state)
{
    travel(state, &(struct expectation){
                      .link = {.delay_us = 60000,
                               .jitter_us = 20000,
                               .burst_enter_percent = 1.03,
                               .burst_leave_percent = 33.3},
                      .frozen_permille = 40,
                      .longest_ms = 900,
                      .repeated_permille = 600,
                  });
}

static void test_satellite(void **state)
{
    travel(state, &(struct expectation){
                      .link = {.delay_us = 300000, .loss_percent = 1},
                      .frozen_permille = 5,
                      .longest_ms = 300,
                      .repeated_permille = 600,
                  });
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_a_good_link),
        ROOM_TEST(test_ten_percent),
        ROOM_TEST(test_bursts),
        ROOM_TEST(test_satellite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

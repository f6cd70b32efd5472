/* Every tenth packet is lost on the way to the gateway, and every tenth on the way from it;
 * retransmissions are lost as often. Both repairs together bring (nearly) every packet to the
 * receiver. */
#include "gateway/base/byte_writer.h"
#include "media/rtp/nack_generator.h"
#include "media/rtp/rtcp_feedback.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STEP_US (10 * MS)
#define PACKETS_MAX 4096

struct sent_copy {
    size_t size;
    uint8_t bytes[MEDIA_SOURCE_PACKET_SIZE_MAX];
    bool delivered;
};

struct journey {
    struct room_fixture *f;
    struct fake_browser *publisher;
    struct fake_browser *receiver;
    struct nack_generator *losses; /* the receiver's */
    struct sent_copy *copies;
    uint16_t first_sequence;
    size_t sent;
    size_t told;     /* of the publisher's RTCP */
    size_t received; /* of the receiver's packets */
    bool keyframe_wanted;
    uint32_t dice;
    unsigned loss_percent;
};

/* The same losses in every run (Numerical Recipes' generator). */
static bool is_lost(struct journey *j)
{
    j->dice = j->dice * 1664525u + 1013904223u;
    return (j->dice >> 16) % 100 < j->loss_percent;
}

static void publish_frame(struct journey *j)
{
    for (unsigned i = 0; i < 3; i++) {
        struct sent_copy *copy = &j->copies[j->sent++];
        const unsigned flags = (j->keyframe_wanted ? MEDIA_SOURCE_KEYFRAME : 0u) |
                               (i == 0 ? MEDIA_SOURCE_FIRST : 0u) |
                               (i == 2 ? MEDIA_SOURCE_LAST : 0u);
        copy->size = media_source_video(&j->publisher->source, j->f->now_us, flags, copy->bytes);
        if (!is_lost(j)) {
            fake_browser_send_rtp(j->publisher, copy->bytes, copy->size);
        }
    }
    j->keyframe_wanted = false;
}

static void retransmit(struct journey *j, uint16_t sequence)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    const struct sent_copy *copy = &j->copies[(uint16_t)(sequence - j->first_sequence)];
    assert_true((uint16_t)(sequence - j->first_sequence) < j->sent);
    const size_t size = media_source_rtx(&j->publisher->source, copy->bytes, copy->size, packet);
    if (!is_lost(j)) {
        fake_browser_send_rtp(j->publisher, packet, size);
    }
}

static void publisher_listens(struct journey *j)
{
    for (; j->told < j->publisher->sent_count; j->told++) {
        const struct sent_packet *sent = &j->publisher->sent[j->told];
        struct rtcp_walk walk;
        struct rtcp_packet packet;
        rtcp_walk_begin(&walk, sent->bytes, sent->size);
        while (rtcp_walk_next(&walk, &packet) > 0) {
            uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
            uint32_t ssrc = 0;
            const int count = rtcp_nack_read(&packet, &ssrc, sequences, RTCP_NACK_SEQUENCES_MAX);
            for (int i = 0; i < count; i++) {
                retransmit(j, sequences[i]);
            }
            j->keyframe_wanted |= rtcp_feedback_kind_of(&packet) == RTCP_FEEDBACK_PLI;
        }
    }
}

static void receiver_takes(struct journey *j, const struct sent_packet *packet)
{
    uint16_t sequence = packet->rtp.sequence;
    if (packet->rtp.ssrc == fake_browser_slot_rtx(j->receiver, 0)) {
        const uint8_t *payload = rtp_packet_payload(&packet->rtp);
        sequence = (uint16_t)(payload[0] << 8 | payload[1]);
    }
    (void)nack_generator_on_packet(j->losses, sequence, j->f->now_us);
    j->copies[(uint16_t)(sent_packet_origin_sequence(packet) - j->first_sequence)].delivered = true;
}

static void receiver_asks(struct journey *j)
{
    uint8_t bytes[1500];
    uint16_t sequences[128];
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    const int count = nack_generator_due(j->losses, j->f->now_us, 40 * MS, sequences, 128);
    if (count > 0) {
        rtcp_write_nack(&writer, 1, fake_browser_slot(j->receiver, 0, MEDIA_KIND_VIDEO), sequences,
                        (size_t)count);
        fake_browser_send_rtcp(j->receiver, &writer);
    }
}

static void receiver_listens(struct journey *j)
{
    for (; j->received < j->receiver->sent_count; j->received++) {
        const struct sent_packet *packet = &j->receiver->sent[j->received];
        if (packet->kind == SINK_RTP && !is_lost(j)) {
            receiver_takes(j, packet);
        }
    }
    receiver_asks(j);
}

static size_t run(struct journey *j, uint64_t span_us)
{
    for (uint64_t at_us = 0; at_us < span_us; at_us += STEP_US) {
        if (at_us % (40 * MS) == 0) {
            publish_frame(j);
        }
        publisher_listens(j);
        receiver_listens(j);
        j->f->now_us += STEP_US;
        if (at_us % (20 * MS) == 0) {
            room_on_tick(j->f->room, j->f->now_us);
        }
    }
    size_t delivered = 0;
    for (size_t i = 0; i < j->sent; i++) {
        delivered += j->copies[i].delivered;
    }
    return delivered;
}

static void travel(void **state, unsigned loss_percent, unsigned least_permille)
{
    struct journey j = {.f = *state, .dice = 42, .loss_percent = loss_percent};
    j.publisher = room_fixture_join(j.f, 0);
    j.receiver = room_fixture_join(j.f, 1);
    j.first_sequence = j.publisher->source.video_sequence;
    j.losses = nack_generator_create(&nack_generator_config_video);
    j.copies = calloc(PACKETS_MAX, sizeof(*j.copies));
    room_fixture_bind(j.receiver, 0, j.publisher, true);
    const size_t delivered = run(&j, 20000 * MS);
    j.losses = nack_generator_destroy(j.losses);
    free(j.copies);
    if (delivered * 1000 < j.sent * least_permille) {
        fail_msg("%zu of %zu packets were delivered", delivered, j.sent);
    }
}

static void test_without_loss(void **state)
{
    travel(state, 0, 990);
}

static void test_with_ten_percent(void **state)
{
    travel(state, 10, 980);
}

static void test_with_thirty_percent(void **state)
{
    travel(state, 30, 950);
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_without_loss),
        ROOM_TEST(test_with_ten_percent),
        ROOM_TEST(test_with_thirty_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

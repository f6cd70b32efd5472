#include "gateway/base/byte_writer.h"
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtcp_packet.h"
#include "media/rtp/rtcp_transport_cc.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* All that one browser was told by RTCP. */
struct told {
    unsigned sender_reports;
    unsigned receiver_reports;
    unsigned byes;
    unsigned cnames;
    unsigned nacks;
    unsigned plis;
    unsigned firs;
    unsigned feedbacks;
    unsigned rembs;
    unsigned arrived; /* by transport-wide feedback */
    unsigned missing;
    uint16_t nacked[RTCP_NACK_SEQUENCES_MAX];
    struct rtcp_report_block last_block;
};

static void note(void *context, const struct rtcp_packet *packet, uint64_t at_us)
{
    struct told *told = context;
    const enum rtcp_feedback_kind kind = rtcp_feedback_kind_of(packet);
    (void)at_us;
    told->sender_reports += packet->type == RTCP_SENDER_REPORT;
    told->byes += packet->type == RTCP_BYE;
    told->cnames += packet->type == RTCP_SOURCE_DESCRIPTION;
    told->plis += kind == RTCP_FEEDBACK_PLI;
    told->firs += kind == RTCP_FEEDBACK_FIR;
    told->rembs += packet->type == RTCP_PAYLOAD_FEEDBACK && packet->count == 15;
    if (packet->type == RTCP_RECEIVER_REPORT && packet->count > 0) {
        told->receiver_reports++;
        assert_int_equal(rtcp_report_block_read(packet, 0, &told->last_block), 0);
    } else if (kind == RTCP_FEEDBACK_NACK) {
        uint32_t ssrc = 0;
        told->nacks += (unsigned)rtcp_nack_read(packet, &ssrc, told->nacked, 100);
    } else if (kind == RTCP_FEEDBACK_TRANSPORT_CC) {
        struct transport_cc_feedback feedback;
        struct transport_cc_status statuses[TRANSPORT_CC_STATUSES_MAX];
        const int count =
            rtcp_transport_cc_read(packet, &feedback, statuses, TRANSPORT_CC_STATUSES_MAX);
        assert_true(count > 0);
        told->feedbacks++;
        for (int i = 0; i < count; i++) {
            told->arrived += statuses[i].received;
            told->missing += !statuses[i].received;
        }
    }
}

static struct told told_to(const struct fake_browser *browser)
{
    struct told told = {0};
    fake_browser_for_rtcp(browser, note, &told);
    return told;
}

static void test_lines_that_flow_are_reported_each_second(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    room_fixture_pass(f, 3000 * MS);
    assert_int_equal(told_to(patient).sender_reports, 0);
    room_fixture_bind(patient, 0, physician, true);
    fake_browser_show(physician, true, 1);
    fake_browser_perform(physician, 60 * MS);
    assert_int_equal(told_to(patient).sender_reports, 2); /* both lines, at once */
    fake_browser_perform(physician, 10000 * MS);
    const struct told told = told_to(patient);
    assert_in_range(told.sender_reports, 20, 26);
    assert_int_equal(told.cnames, told.sender_reports);

    room_fixture_bind(patient, 0, NULL, false); /* an SSRC that will be used again gets no BYE */
    fake_browser_forget(patient);
    fake_browser_perform(physician, 3000 * MS);
    assert_int_equal(patient->sent_count, 0);
}

static void test_what_a_browser_sends_is_reported_each_second(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    fake_browser_perform(patient, 500 * MS);
    patient->source.audio_sequence += 5; /* lost */
    fake_browser_perform(patient, 4600 * MS);
    const struct told told = told_to(patient);
    assert_in_range(told.receiver_reports, 4, 6);
    struct room_endpoint_report report;
    room_endpoint_take_report(patient->endpoint, f->now_us, &report);
    assert_int_equal(report.packets_lost_up, 5);
    assert_true(report.audio_flowing && report.video_flowing);
    room_fixture_pass(f, 3000 * MS);
    room_endpoint_take_report(patient->endpoint, f->now_us, &report);
    assert_false(report.audio_flowing || report.video_flowing);
}

static void test_lost_video_is_asked_for_and_given_up(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    fake_browser_show(patient, true, 2);
    const uint16_t lost = patient->source.video_sequence;
    patient->source.video_sequence += 3;
    fake_browser_show(patient, false, 1);
    room_fixture_pass(f, 40 * MS);
    const struct told told = told_to(patient);
    assert_in_range(told.nacks, 3, 6);
    assert_int_equal(told.nacked[0], lost);
    assert_int_equal(told.nacked[2], (uint16_t)(lost + 2));
    room_fixture_pass(f, 5000 * MS);
    struct room_endpoint_report report;
    room_endpoint_take_report(patient->endpoint, f->now_us, &report);
    assert_int_equal(report.packets_lost_up, 3);
}

static void test_lost_sound_is_not_asked_for(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    fake_browser_speak(patient);
    patient->source.audio_sequence += 3;
    fake_browser_speak(patient);
    room_fixture_pass(f, 200 * MS);
    assert_int_equal(told_to(patient).nacks, 0);
}

static void test_every_packet_is_in_the_transport_feedback(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    fake_browser_perform(patient, 1000 * MS); /* 50 of sound, 50 of picture */
    patient->source.transport_sequence += 7;
    fake_browser_perform(patient, 1000 * MS);
    room_fixture_pass(f, 100 * MS);
    const struct told told = told_to(patient);
    assert_int_equal(told.arrived, 200);
    assert_int_equal(told.missing, 7);
    assert_in_range(told.feedbacks, 20, 42);
}

static void test_a_sudden_queue_is_told_and_forgotten(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    fake_browser_perform(patient, 8000 * MS);
    assert_int_equal(told_to(patient).rembs, 0);
    for (int i = 0; i < 20; i++) { /* what was captured in 20 ms takes three times as long */
        fake_browser_speak(patient);
        fake_browser_show(patient, false, 1);
        room_fixture_pass(f, 60 * MS);
        patient->source.audio_timestamp -= 48 * 40;
        patient->source.video_timestamp -= 90 * 40;
    }
    assert_in_range(told_to(patient).rembs, 1, 10);
    room_fixture_pass(f, 20000 * MS); /* lifted, and that is repeated */
    fake_browser_forget(patient);
    room_fixture_pass(f, 5000 * MS);
    assert_int_equal(told_to(patient).rembs, 0);
}

static void test_a_publisher_without_pli_gets_a_fir(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    for (size_t i = 0; i < 2; i++) {
        physician->media.publications[1].payloads[i].pli = false;
    }
    room_endpoint_set_media(physician->endpoint, &physician->media, f->now_us);
    room_fixture_bind(patient, 0, physician, true);
    room_fixture_pass(f, 100 * MS);
    assert_int_equal(told_to(physician).firs, 1);
    assert_int_equal(told_to(physician).plis, 0);
}

/* What is lost beyond repair is not begged for packet by packet. */
static void test_a_long_break_asks_for_a_key_frame(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    fake_browser_show(patient, true, 2);
    patient->source.video_sequence += 2000;
    fake_browser_show(patient, false, 1);
    room_fixture_pass(f, 100 * MS);
    assert_int_equal(told_to(patient).plis, 1);
}

/* Between two ticks: a gap waits for 5 ms, not for the next tick. */
static void test_what_is_missing_is_asked_for_at_once(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    uint8_t lost[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint8_t again[MEDIA_SOURCE_PACKET_SIZE_MAX];
    fake_browser_show(patient, true, 2);
    assert_false(room_is_waiting(f->room));
    const uint16_t sequence = patient->source.video_sequence;
    const size_t size = media_source_video(&patient->source, f->now_us, 0, lost);
    fake_browser_show(patient, false, 1);
    assert_true(room_is_waiting(f->room));

    room_send_waiting(f->room, f->now_us);
    assert_int_equal(told_to(patient).nacks, 0);
    f->now_us += 5 * MS;
    room_send_waiting(f->room, f->now_us);
    assert_int_equal(told_to(patient).nacks, 1);
    assert_int_equal(told_to(patient).nacked[0], sequence);
    assert_true(room_is_waiting(f->room));

    fake_browser_send_rtp(patient, again, media_source_rtx(&patient->source, lost, size, again));
    room_send_waiting(f->room, f->now_us);
    assert_false(room_is_waiting(f->room));
}

#define PLAYOUT_DELAY_ID 6

static unsigned told_delay_ms(const struct fake_browser *receiver)
{
    size_t cursor = 0;
    unsigned delay_ms = 0;
    const uint32_t ssrc = fake_browser_slot(receiver, 0, MEDIA_KIND_VIDEO);
    for (const struct sent_packet *p = NULL;
         (p = fake_browser_next_rtp(receiver, ssrc, &cursor));) {
        struct rtp_extension_walk walk;
        struct rtp_extension_element element;
        rtp_extension_walk_begin(&walk, &p->rtp);
        while (rtp_extension_walk_next(&walk, &element) > 0) {
            if (element.id == PLAYOUT_DELAY_ID) {
                delay_ms = (unsigned)(element.data[0] << 4 | element.data[1] >> 4) * 10;
            }
        }
    }
    return delay_ms;
}

/* Who listens to somebody behind a lossy link waits for what is repaired there. */
static void test_receivers_wait_for_a_publishers_repairs(void **state)
{
    static const struct {
        uint32_t rtt_ms;
        unsigned lost_of_hundred;
        unsigned expected_ms;
    } cases[] = {{60, 0, 0}, {60, 10, 160}, {600, 10, 660}, {2000, 10, 0}};
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    physician->media.extensions.playout_delay = PLAYOUT_DELAY_ID;
    room_endpoint_set_media(physician->endpoint, &physician->media, f->now_us);
    room_fixture_bind(physician, 0, patient, true);
    fake_browser_show(patient, true, 2);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t lost[MEDIA_SOURCE_PACKET_SIZE_MAX];
        room_endpoint_set_connected(patient->endpoint, cases[i].rtt_ms * 1000, f->now_us);
        for (unsigned packet = 0; packet < 1000; packet++) {
            if (packet % 100 % 10 == 5 && packet % 100 < cases[i].lost_of_hundred * 10) {
                (void)media_source_video(&patient->source, f->now_us, 0, lost);
            }
            fake_browser_show(patient, false, 1);
            room_fixture_pass(f, 20 * MS);
            fake_browser_forget(patient);
            if (packet < 990) {
                fake_browser_forget(physician);
            }
        }
        assert_int_equal(told_delay_ms(physician), cases[i].expected_ms);
    }
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_lines_that_flow_are_reported_each_second),
        ROOM_TEST(test_what_a_browser_sends_is_reported_each_second),
        ROOM_TEST(test_lost_video_is_asked_for_and_given_up),
        ROOM_TEST(test_lost_sound_is_not_asked_for),
        ROOM_TEST(test_every_packet_is_in_the_transport_feedback),
        ROOM_TEST(test_a_sudden_queue_is_told_and_forgotten),
        ROOM_TEST(test_a_publisher_without_pli_gets_a_fir),
        ROOM_TEST(test_a_long_break_asks_for_a_key_frame),
        ROOM_TEST(test_what_is_missing_is_asked_for_at_once),
        ROOM_TEST(test_receivers_wait_for_a_publishers_repairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Packets are lost on the way to the gateway and on the way from it; nothing is asked for again.
 * What the publisher says twice repairs the first way, for everybody; what the gateway says twice
 * or more, as often as it takes, repairs the second. */
#include "gateway/base/byte_writer.h"
#include "media/rtp/red_audio.h"
#include "media/rtp/rtcp_transport_cc.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FRAME_US (20 * MS)
#define FRAMES_MAX 4096
#define FEEDBACK_FRAMES 5
#define REPEATS_MOST 3

struct loss {
    uint32_t dice;
    unsigned permille;
    unsigned row; /* lost one after the other; 0 counts as 1 */
    unsigned left;
};

/* One who hears. */
struct ear {
    struct fake_browser *browser;
    struct loss loss;
    bool gives_feedback;
    struct loss feedback_loss;
    uint8_t messages;
    size_t taken; /* of what was sent to it */
    bool started;
    uint16_t first_transport;
    uint64_t arrivals[FRAMES_MAX]; /* by transport-wide number; 0: lost */
    size_t transport_count;
    size_t told;
    bool heard[FRAMES_MAX];
    unsigned carried[REPEATS_MOST + 1]; /* packets with so many earlier frames */
};

struct journey {
    struct room_fixture *f;
    struct fake_browser *speaker;
    struct loss loss;
    uint16_t first_sequence;
    size_t spoken;
    struct ear *ears[2];
    uint8_t fraction_lost; /* that the speaker was told last */
    int32_t cumulative_lost;
};

/* The same losses in every run (Numerical Recipes' generator). */
static bool is_lost(struct loss *loss)
{
    loss->dice = loss->dice * 1664525u + 1013904223u;
    if (loss->left > 0) {
        loss->left--;
        return true;
    }
    const unsigned row = loss->row > 0 ? loss->row : 1;
    if ((loss->dice >> 16) % 1000 < loss->permille / row) {
        loss->left = row - 1;
        return true;
    }
    return false;
}

static struct fake_browser *join(struct room_fixture *f, size_t index, bool sends, bool takes)
{
    struct fake_browser *browser = room_fixture_join(f, index);
    browser->source.sends_red = sends;
    browser->source.takes_red = takes;
    browser->source.level = 30; /* speech */
    media_source_negotiated(&browser->source, 3, &browser->media);
    room_endpoint_set_media(browser->endpoint, &browser->media, f->now_us);
    return browser;
}

static struct ear *add_ear(struct journey *j, size_t index, bool takes_red)
{
    struct ear *ear = calloc(1, sizeof(*ear));
    ear->browser = join(j->f, index + 1, false, takes_red);
    ear->gives_feedback = true;
    ear->loss.dice = (uint32_t)(100 + index);
    room_fixture_bind(ear->browser, 0, j->speaker, false);
    j->ears[index] = ear;
    return ear;
}

static struct journey begin(void **state, bool sends_red)
{
    struct journey j = {.f = *state, .loss.dice = 42};
    j.speaker = join(j.f, 0, sends_red, false);
    j.first_sequence = j.speaker->source.audio_sequence;
    return j;
}

static void end(struct journey *j)
{
    free(j->ears[0]);
    free(j->ears[1]);
}

/* ---- what is heard ---- */

static void hear_frame(const struct journey *j, struct ear *ear, const uint8_t *data, size_t size)
{
    const uint16_t sequence = (uint16_t)(data[size - 2] << 8 | data[size - 1]);
    const uint16_t index = (uint16_t)(sequence - j->first_sequence);
    assert_true(index < j->spoken);
    ear->heard[index] = true;
}

static void hear(const struct journey *j, struct ear *ear, const struct sent_packet *packet)
{
    const struct rtp_packet *rtp = &packet->rtp;
    struct red_audio red = {.earlier_count = 0};
    if (rtp->payload_type == MEDIA_SOURCE_OPUS) {
        red.own =
            (struct red_audio_frame){rtp->timestamp, rtp_packet_payload(rtp), rtp->payload_size};
    } else {
        assert_int_equal(rtp->payload_type, MEDIA_SOURCE_RED);
        assert_true(ear->browser->source.takes_red);
        assert_int_equal(red_audio_parse(rtp_packet_payload(rtp), rtp->payload_size,
                                         MEDIA_SOURCE_OPUS, rtp->timestamp, &red),
                         0);
    }
    assert_true(red.earlier_count <= REPEATS_MOST);
    ear->carried[red.earlier_count]++;
    for (size_t i = 0; i < red.earlier_count; i++) {
        hear_frame(j, ear, red.earlier[i].data, red.earlier[i].size);
    }
    hear_frame(j, ear, red.own.data, red.own.size);
}

static void take_packet(const struct journey *j, struct ear *ear, const struct sent_packet *packet)
{
    const bool lost = is_lost(&ear->loss);
    assert_true(packet->extensions.has_transport_sequence);
    if (!ear->started) {
        ear->started = true;
        ear->first_transport = packet->extensions.transport_sequence;
    }
    const uint16_t index = (uint16_t)(packet->extensions.transport_sequence - ear->first_transport);
    assert_int_equal(index, ear->transport_count);
    ear->arrivals[ear->transport_count++] = lost ? 0 : j->f->now_us;
    if (!lost) {
        hear(j, ear, packet);
    }
}

static void give_feedback(const struct journey *j, struct ear *ear)
{
    uint8_t bytes[1200];
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    const struct transport_cc_feedback head = {
        .sender_ssrc = 1,
        .media_ssrc = fake_browser_slot(ear->browser, 0, MEDIA_KIND_AUDIO),
        .base_sequence = (uint16_t)(ear->first_transport + ear->told),
        .feedback_count = ear->messages,
    };
    const int told = rtcp_write_transport_cc(&writer, &head, ear->arrivals + ear->told,
                                             ear->transport_count - ear->told);
    (void)j;
    if (told > 0) {
        ear->told += (size_t)told;
        ear->messages++;
        if (!is_lost(&ear->feedback_loss)) {
            fake_browser_send_rtcp(ear->browser, &writer);
        }
    }
}

static void note_report(void *context, const struct rtcp_packet *packet, uint64_t at_us)
{
    struct journey *j = context;
    struct rtcp_report_block block;
    (void)at_us;
    if (packet->type == RTCP_RECEIVER_REPORT && packet->count > 0 &&
        rtcp_report_block_read(packet, 0, &block) == 0 &&
        block.ssrc == j->speaker->source.audio_ssrc) {
        j->fraction_lost = block.fraction_lost;
        j->cumulative_lost = block.cumulative_lost;
    }
}

static void run(struct journey *j, uint64_t span_us)
{
    for (uint64_t at_us = 0; at_us < span_us; at_us += FRAME_US) {
        uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
        const size_t size = media_source_audio(&j->speaker->source, j->f->now_us, packet);
        j->spoken++;
        if (!is_lost(&j->loss)) {
            fake_browser_send_rtp(j->speaker, packet, size);
        }
        for (size_t i = 0; i < 2 && j->ears[i]; i++) {
            struct ear *ear = j->ears[i];
            for (; ear->taken < ear->browser->sent_count; ear->taken++) {
                if (ear->browser->sent[ear->taken].kind == SINK_RTP) {
                    take_packet(j, ear, &ear->browser->sent[ear->taken]);
                }
            }
            if (ear->gives_feedback && j->spoken % FEEDBACK_FRAMES == 0) {
                give_feedback(j, ear);
            }
        }
        room_fixture_pass(j->f, FRAME_US);
    }
    fake_browser_for_rtcp(j->speaker, note_report, j);
}

/* Of what was spoken since frame `from`, without the very last, which may still be repeated. */
static unsigned unheard_permille(const struct journey *j, const struct ear *ear, size_t from)
{
    size_t unheard = 0;
    const size_t to = j->spoken - 10;
    for (size_t i = from; i < to; i++) {
        unheard += !ear->heard[i];
    }
    return (unsigned)(unheard * 1000 / (to - from));
}

/* ---- */

static void what_is_lost_on_the_way_here_is_recovered(void **state)
{
    struct journey j = begin(state, true);
    const struct ear *plain = add_ear(&j, 0, false);
    j.loss.permille = 100;
    run(&j, 40000 * MS);
    if (unheard_permille(&j, plain, 1) > 15) {
        fail_msg("%u of 1000 frames never came", unheard_permille(&j, plain, 1));
    }
    assert_int_equal(plain->carried[1] + plain->carried[2] + plain->carried[3], 0);
    struct room_endpoint_report report;
    room_endpoint_take_report(j.speaker->endpoint, j.f->now_us, &report);
    assert_in_range(report.packets_lost_up, 5, 40); /* of 2000; 200 without repair */
    assert_in_range(j.cumulative_lost, 150, 250);   /* the network's */
    end(&j);
}

static void without_repetition_it_is_not(void **state)
{
    struct journey j = begin(state, false);
    const struct ear *plain = add_ear(&j, 0, false);
    j.loss.permille = 100;
    run(&j, 40000 * MS);
    assert_in_range(unheard_permille(&j, plain, 1), 70, 130);
    end(&j);
}

static void who_loses_is_sent_more(void **state)
{
    static const struct {
        const char *what;
        unsigned permille;
        unsigned row;
        unsigned most_permille; /* unheard, once it is known what is lost */
    } rows[] = {
        {"10 % here and there", 100, 1, 5},
        {"5 % in threes", 50, 3, 10},
        {"2 % here and there", 20, 1, 5},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct journey j = begin(state, true);
        struct ear *lossy = add_ear(&j, 0, true);
        const struct ear *good = add_ear(&j, 1, true);
        lossy->loss.permille = rows[i].permille;
        lossy->loss.row = rows[i].row;
        run(&j, 40000 * MS);
        const unsigned unheard = unheard_permille(&j, lossy, 200);
        if (unheard > rows[i].most_permille) {
            fail_msg("%s: %u of 1000 frames are not heard", rows[i].what, unheard);
        }
        assert_true(lossy->carried[1] + lossy->carried[2] + lossy->carried[3] > 1000);
        assert_int_equal(good->carried[0], 2000);
        /* Its encoder is told, so that it makes its own redundancy; its rate is not touched. */
        assert_in_range(j.fraction_lost, rows[i].permille * 256 / 2000, 60);
        assert_int_equal(j.cumulative_lost, 0);
        end(&j);
        room_fixture_teardown(state);
        room_fixture_setup(state);
    }
}

/* What lost messages would have told of is not taken for lost. */
static void lost_feedback_is_no_lost_sound(void **state)
{
    struct journey j = begin(state, true);
    struct ear *ear = add_ear(&j, 0, true);
    ear->loss.permille = 10;
    ear->feedback_loss = (struct loss){.dice = 7, .permille = 200, .row = 2};
    run(&j, 40000 * MS);
    assert_in_range(ear->carried[1], 1000, 2000);
    assert_int_equal(ear->carried[2] + ear->carried[3], 0);
    assert_int_equal(j.f->missed_events, 0);
    assert_in_range(j.fraction_lost, 0, 8);
    end(&j);
}

static void both_ways_at_once(void **state)
{
    struct journey j = begin(state, true);
    struct ear *lossy = add_ear(&j, 0, true);
    const struct ear *plain = add_ear(&j, 1, false);
    j.loss.permille = 50;
    lossy->loss.permille = 100;
    run(&j, 40000 * MS);
    assert_true(unheard_permille(&j, plain, 1) <= 8);
    assert_true(unheard_permille(&j, lossy, 200) <= 15);
    assert_int_equal(j.f->missed_events, 0);
    end(&j);
}

static void a_good_link_costs_nothing(void **state)
{
    struct journey j = begin(state, true);
    const struct ear *ear = add_ear(&j, 0, true);
    run(&j, 10000 * MS);
    assert_int_equal(unheard_permille(&j, ear, 0), 0);
    assert_int_equal(ear->carried[0], 500);
    assert_int_equal(j.fraction_lost, 0);
    end(&j);
}

static void the_speaker_learns_of_missed_words(void **state)
{
    struct journey j = begin(state, true);
    struct ear *ear = add_ear(&j, 0, true);
    run(&j, 5000 * MS);
    ear->loss.permille = 1000; /* a tunnel */
    run(&j, 3000 * MS);
    ear->loss.permille = 0;
    run(&j, 10000 * MS);
    assert_int_equal(j.f->missed_events, 1);
    assert_int_equal(j.f->missed.listener_id, ear->browser->id);
    assert_int_equal(j.f->missed.speaker_id, j.speaker->id);
    assert_in_range(j.f->missed.missed_ms, 2800, 3000);
    assert_in_range(j.f->missed.of_ms, j.f->missed.missed_ms, 6100);
    end(&j);
}

/* What never reached the gateway leaves a hole in what everybody gets: nobody is told that all is
 * well. */
static void what_never_came_was_missed_by_all(void **state)
{
    struct journey j = begin(state, true);
    const struct ear *ear = add_ear(&j, 0, false);
    run(&j, 5000 * MS);
    j.loss.permille = 1000;
    run(&j, 2000 * MS);
    j.loss.permille = 0;
    run(&j, 10000 * MS);
    assert_int_equal(j.f->missed_events, 1);
    assert_int_equal(j.f->missed.listener_id, ear->browser->id);
    assert_in_range(j.f->missed.missed_ms, 1900, 2000);
    end(&j);
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(what_is_lost_on_the_way_here_is_recovered),
        ROOM_TEST(without_repetition_it_is_not),
        ROOM_TEST(who_loses_is_sent_more),
        ROOM_TEST(lost_feedback_is_no_lost_sound),
        ROOM_TEST(both_ways_at_once),
        ROOM_TEST(a_good_link_costs_nothing),
        ROOM_TEST(the_speaker_learns_of_missed_words),
        ROOM_TEST(what_never_came_was_missed_by_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "media/worker/test_card.h"

#include "media/rtp/packet_buffer.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CARD_ID 99

struct counted {
    unsigned sounds;
    unsigned frames;
    unsigned begun;
    size_t picture_bytes;
};

static bool is_sound(const struct fake_browser *browser, const struct sent_packet *packet)
{
    return packet->rtp.ssrc == media_source_slot_ssrc(&browser->source, 0, MEDIA_KIND_AUDIO, false);
}

static bool is_picture(const struct fake_browser *browser, const struct sent_packet *packet)
{
    return packet->rtp.ssrc == media_source_slot_ssrc(&browser->source, 0, MEDIA_KIND_VIDEO, false);
}

static struct counted count(const struct fake_browser *browser)
{
    struct counted counted = {0};
    for (size_t i = 0; i < browser->sent_count; i++) {
        const struct sent_packet *packet = &browser->sent[i];
        if (packet->kind != SINK_RTP) {
            continue;
        }
        counted.sounds += is_sound(browser, packet);
        if (is_picture(browser, packet)) {
            const uint8_t *payload = rtp_packet_payload(&packet->rtp);
            counted.frames += packet->rtp.marker;
            counted.begun += (payload[0] & 0x10) != 0;
            counted.picture_bytes += packet->size;
        }
    }
    return counted;
}

static struct fake_browser *watch(struct room_fixture *fixture)
{
    struct fake_browser *browser = room_fixture_join(fixture, 0);
    assert_int_equal(
        room_bind_slot(fixture->room, browser->endpoint, 0, CARD_ID, true, fixture->now_us), 0);
    return browser;
}

static void show(struct room_fixture *fixture, struct test_card *card, uint64_t span_us)
{
    const uint64_t until_us = fixture->now_us + span_us;
    while (fixture->now_us < until_us) {
        const uint64_t next_us = test_card_send(card, fixture->now_us);
        assert_in_range(next_us, fixture->now_us + 1, fixture->now_us + 20 * MS);
        room_fixture_pass(fixture, next_us - fixture->now_us);
    }
}

static void test_who_has_it_in_a_slot_gets_sound_and_whole_pictures(void **state)
{
    struct room_fixture *fixture = *state;
    struct test_card *card = test_card_create(fixture->room, fixture->packets, CARD_ID, 0);
    const struct fake_browser *browser = watch(fixture);
    show(fixture, card, 2000 * MS);
    const struct counted counted = count(browser);
    assert_in_range(counted.sounds, 98, 101);
    assert_in_range(counted.frames, 47, 51); /* the last may still wait for its turn */
    assert_in_range(counted.begun, counted.frames, counted.frames + 1);
    test_card_destroy(card);
}

/* A receiver that says nothing of arrivals is given the best layer: 2.4 Mbit/s. */
static void test_the_best_layer_fills_a_good_link(void **state)
{
    struct room_fixture *fixture = *state;
    struct test_card *card = test_card_create(fixture->room, fixture->packets, CARD_ID, 0);
    struct fake_browser *browser = watch(fixture);
    show(fixture, card, 3000 * MS);
    browser->sent_count = 0;
    show(fixture, card, 1000 * MS);
    assert_in_range(count(browser).picture_bytes * 8, 2200000, 2700000);
    test_card_destroy(card);
}

static void test_what_was_due_long_ago_is_left_out(void **state)
{
    struct room_fixture *fixture = *state;
    struct test_card *card = test_card_create(fixture->room, fixture->packets, CARD_ID, 0);
    struct fake_browser *browser = watch(fixture);
    show(fixture, card, 100 * MS);
    browser->sent_count = 0;
    room_fixture_pass(fixture, 5000 * MS);
    (void)test_card_send(card, fixture->now_us);
    room_fixture_pass(fixture, 100 * MS);
    const struct counted counted = count(browser);
    assert_in_range(counted.sounds, 1, 2);
    assert_in_range(counted.begun, 1, 2);
    test_card_destroy(card);
}

static void test_it_sends_to_nobody_who_does_not_have_it(void **state)
{
    struct room_fixture *fixture = *state;
    struct test_card *card = test_card_create(fixture->room, fixture->packets, CARD_ID, 0);
    const struct fake_browser *browser = room_fixture_join(fixture, 0);
    show(fixture, card, 500 * MS);
    const struct counted counted = count(browser);
    assert_int_equal(counted.sounds + counted.begun, 0);
    test_card_destroy(card);
}

static void test_a_full_room_has_none(void **state)
{
    struct room_fixture *fixture = *state;
    struct test_card *cards[ROOM_ENDPOINTS_MAX];
    for (size_t i = 0; i < ROOM_ENDPOINTS_MAX; i++) {
        cards[i] = test_card_create(fixture->room, fixture->packets, CARD_ID + i, 0);
        assert_non_null(cards[i]);
    }
    assert_null(test_card_create(fixture->room, fixture->packets, 1, 0));
    for (size_t i = 0; i < ROOM_ENDPOINTS_MAX; i++) {
        test_card_destroy(cards[i]);
    }
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        SCENE(test_who_has_it_in_a_slot_gets_sound_and_whole_pictures),
        SCENE(test_the_best_layer_fills_a_good_link),
        SCENE(test_what_was_due_long_ago_is_left_out),
        SCENE(test_it_sends_to_nobody_who_does_not_have_it),
        SCENE(test_a_full_room_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

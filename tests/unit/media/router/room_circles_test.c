#include "media/recorder_protocol.h"
#include "media/router/recorder_outbox.h"
#include "tests/unit/media/router/room_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WALL_MS 1795000000000

/* Two physicians and a patient, who all hear and see each other. */
struct scene {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct fake_browser *rao;
    struct fake_browser *feld;
    unsigned recorded; /* RTP packets */
};

static void bind_all(const struct scene *s)
{
    struct fake_browser *people[] = {s->patient, s->rao, s->feld};
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t slot = 0; slot < 2; slot++) {
            (void)room_fixture_bind(people[i], slot, people[(i + 1 + slot) % 3], true);
        }
    }
}

static int receive(void *context, enum sink_datagram kind, const struct packet_part *parts,
                   size_t part_count)
{
    struct scene *s = context;
    struct recorder_walk walk;
    struct recorder_message message;
    assert_int_equal(kind, SINK_RECORDER);
    assert_int_equal(part_count, 1);
    recorder_walk_begin(&walk, parts[0].data, parts[0].size);
    while (recorder_walk_next(&walk, &message) > 0) {
        s->recorded += message.type == RECORDER_RTP;
    }
    return 0;
}

static int set_up(void **state)
{
    static const struct sink_ops ops = {.send = receive};
    struct scene *s = calloc(1, sizeof(*s));
    void *fixture = NULL;
    room_fixture_setup(&fixture);
    s->f = fixture;
    s->patient = room_fixture_join(s->f, 0);
    s->rao = room_fixture_join(s->f, 1);
    s->feld = room_fixture_join(s->f, 2);
    bind_all(s);
    const struct sink sink = {.ops = &ops, .context = s};
    room_attach_recorder(s->f->room, &sink);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    void *fixture = s->f;
    room_fixture_teardown(&fixture);
    free(s);
    return 0;
}

static void everybody_performs(const struct scene *s)
{
    struct fake_browser *people[] = {s->patient, s->rao, s->feld};
    for (size_t i = 0; i < 3; i++) {
        fake_browser_forget(people[i]);
        fake_browser_show(people[i], true, 2);
    }
    for (int n = 0; n < 20; n++) {
        for (size_t i = 0; i < 3; i++) {
            fake_browser_speak(people[i]);
        }
        room_fixture_pass(s->f, 20 * MS);
    }
}

static void huddle(const struct scene *s)
{
    room_move(s->f->room, s->patient->endpoint, ROOM_OUTSIDE);
    room_move(s->f->room, s->rao->endpoint, ROOM_CIRCLE_HUDDLE);
    room_move(s->f->room, s->feld->endpoint, ROOM_CIRCLE_HUDDLE);
    bind_all(s);
}

static void return_to_visit(const struct scene *s)
{
    room_move(s->f->room, s->patient->endpoint, ROOM_CIRCLE_VISIT);
    room_move(s->f->room, s->rao->endpoint, ROOM_CIRCLE_VISIT);
    room_move(s->f->room, s->feld->endpoint, ROOM_CIRCLE_VISIT);
    bind_all(s);
}

static size_t heard_from(const struct fake_browser *listener, size_t slot)
{
    return fake_browser_count_rtp(listener, fake_browser_slot(listener, slot, MEDIA_KIND_AUDIO));
}

static void test_who_huddles_hears_each_other_and_nobody_else(void **state)
{
    struct scene *s = *state;
    everybody_performs(s);
    assert_int_equal(heard_from(s->patient, 0), 20);
    huddle(s);
    everybody_performs(s);
    assert_int_equal(fake_browser_count_all_rtp(s->patient), 0);
    assert_int_equal(heard_from(s->rao, 0), 20); /* Feld */
    assert_int_equal(heard_from(s->rao, 1), 0);  /* the patient */
    assert_int_equal(heard_from(s->feld, 0), 0);
    assert_int_equal(heard_from(s->feld, 1), 20);
    assert_true(fake_browser_count_rtp(s->rao, fake_browser_slot(s->rao, 0, MEDIA_KIND_VIDEO)) >=
                2);
    return_to_visit(s);
    everybody_performs(s);
    assert_int_equal(heard_from(s->patient, 0), 20);
    assert_int_equal(heard_from(s->rao, 1), 20);
}

static void test_nothing_goes_from_circle_to_circle(void **state)
{
    struct scene *s = *state;
    room_move(s->f->room, s->rao->endpoint, ROOM_CIRCLE_HUDDLE);
    assert_int_equal(room_fixture_bind(s->patient, 0, s->rao, true), -ENOENT);
    assert_int_equal(room_fixture_bind(s->rao, 1, s->patient, true), -ENOENT);
    everybody_performs(s); /* the slots that they were in are empty */
    assert_int_equal(fake_browser_count_all_rtp(s->rao), 0);
    assert_int_equal(heard_from(s->patient, 0), 0);
    assert_int_equal(heard_from(s->patient, 1), 20);
    assert_int_equal(heard_from(s->feld, 1), 0);
}

static void test_a_huddle_is_not_recorded_even_while_recording_runs(void **state)
{
    struct scene *s = *state;
    assert_int_equal(room_resume_recording(s->f->room, WALL_MS, s->f->now_us), 0);
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_true(s->recorded >= 60);
    huddle(s);
    s->recorded = 0;
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_int_equal(s->recorded, 0);
    /* What they negotiate anew meanwhile is not recorded either. */
    const struct endpoint_media nothing = {.publication_count = 0};
    room_endpoint_set_media(s->rao->endpoint, &nothing, s->f->now_us);
    room_endpoint_set_media(s->rao->endpoint, &s->rao->media, s->f->now_us);
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_int_equal(s->recorded, 0);
    return_to_visit(s);
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_true(s->recorded >= 60);
}

/* A packet that the network held back must not be the first that the patient hears. */
static void test_what_was_said_in_a_huddle_and_comes_late_stays_there(void **state)
{
    struct scene *s = *state;
    uint8_t late[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint8_t newest[MEDIA_SOURCE_PACKET_SIZE_MAX];
    everybody_performs(s);
    huddle(s);
    everybody_performs(s);
    const size_t late_size = media_source_audio(&s->rao->source, s->f->now_us, late);
    const size_t newest_size = media_source_audio(&s->rao->source, s->f->now_us, newest);
    fake_browser_send_rtp(s->rao, newest, newest_size);
    return_to_visit(s);
    fake_browser_forget(s->patient);
    fake_browser_send_rtp(s->rao, late, late_size);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(fake_browser_count_all_rtp(s->patient), 0);
    fake_browser_speak(s->rao);
    fake_browser_send_rtp(s->rao, late, late_size);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(heard_from(s->patient, 0), 1);
}

/* Rao helps the patient, Feld goes on in the visit, and is recorded alone. */
static void test_who_is_helped_hears_the_helper_and_nobody_else(void **state)
{
    struct scene *s = *state;
    assert_int_equal(room_resume_recording(s->f->room, WALL_MS, s->f->now_us), 0);
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_true(s->recorded >= 60);
    room_move(s->f->room, s->patient->endpoint, ROOM_CIRCLE_HELP);
    room_move(s->f->room, s->rao->endpoint, ROOM_CIRCLE_HELP);
    bind_all(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    s->recorded = 0;
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_int_equal(heard_from(s->patient, 0), 20); /* Rao */
    assert_int_equal(heard_from(s->patient, 1), 0);  /* Feld */
    assert_int_equal(heard_from(s->rao, 1), 20);
    assert_int_equal(heard_from(s->rao, 0), 0);
    assert_int_equal(fake_browser_count_all_rtp(s->feld), 0);
    assert_int_equal(room_fixture_bind(s->feld, 0, s->patient, true), -ENOENT);
    const unsigned recorded = s->recorded;
    assert_true(recorded > 0);
    room_move(s->f->room, s->feld->endpoint, ROOM_OUTSIDE);
    s->recorded = 0;
    everybody_performs(s);
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
    assert_int_equal(s->recorded, 0); /* it was Feld alone */
    return_to_visit(s);
    everybody_performs(s);
    assert_int_equal(heard_from(s->feld, 0), 20);
}

static void test_standing_there_already_changes_nothing(void **state)
{
    struct scene *s = *state;
    room_move(s->f->room, s->rao->endpoint, ROOM_CIRCLE_VISIT);
    everybody_performs(s);
    assert_int_equal(heard_from(s->patient, 0), 20);
    assert_int_equal(heard_from(s->rao, 0), 20);
}

int main(void)
{
#define CIRCLE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CIRCLE_TEST(test_who_huddles_hears_each_other_and_nobody_else),
        CIRCLE_TEST(test_nothing_goes_from_circle_to_circle),
        CIRCLE_TEST(test_a_huddle_is_not_recorded_even_while_recording_runs),
        CIRCLE_TEST(test_what_was_said_in_a_huddle_and_comes_late_stays_there),
        CIRCLE_TEST(test_who_is_helped_hears_the_helper_and_nobody_else),
        CIRCLE_TEST(test_standing_there_already_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

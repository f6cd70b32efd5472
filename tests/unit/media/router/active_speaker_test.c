#include "media/router/active_speaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000)
#define PACKET_US (20 * MS)

struct conversation {
    struct active_speaker speaker;
    struct speaker_member patient;
    struct speaker_member physician;
    uint64_t now_us;
    unsigned changes;
};

static const uint64_t PATIENT = 7;
static const uint64_t PHYSICIAN = 9;
static const uint8_t QUIET = 80;
static const uint8_t NORMAL = 30;
static const uint8_t LOUD = 15;

static int start_conversation(void **state)
{
    static struct conversation conversation;
    conversation = (struct conversation){.now_us = 1000000};
    active_speaker_init(&conversation.speaker);
    active_speaker_add(&conversation.speaker, &conversation.patient, PATIENT);
    active_speaker_add(&conversation.speaker, &conversation.physician, PHYSICIAN);
    *state = &conversation;
    return 0;
}

/* Both send a packet each 20 ms at these levels for a while. */
static void hear(struct conversation *c, uint8_t patient_level, uint8_t physician_level,
                 uint64_t duration_us)
{
    for (uint64_t end_us = c->now_us + duration_us; c->now_us < end_us; c->now_us += PACKET_US) {
        uint64_t id = 0;
        speaker_member_on_level(&c->patient, patient_level, c->now_us);
        speaker_member_on_level(&c->physician, physician_level, c->now_us);
        c->changes += active_speaker_update(&c->speaker, c->now_us, &id);
    }
}

static void test_nobody_speaks_in_a_quiet_room(void **state)
{
    struct conversation *c = *state;
    hear(c, QUIET, QUIET, 5000 * MS);
    assert_int_equal(c->speaker.speaker_id, 0);
    assert_int_equal(c->changes, 0);
}

static void test_the_first_sentence_makes_a_speaker(void **state)
{
    struct conversation *c = *state;
    hear(c, NORMAL, QUIET, 600 * MS);
    assert_int_equal(c->speaker.speaker_id, PATIENT);
    assert_int_equal(c->changes, 1);
}

static void test_a_cough_changes_nothing(void **state)
{
    struct conversation *c = *state;
    hear(c, NORMAL, QUIET, 1000 * MS);
    hear(c, NORMAL, LOUD, 300 * MS);
    hear(c, NORMAL, QUIET, 1000 * MS);
    assert_int_equal(c->speaker.speaker_id, PATIENT);
    assert_int_equal(c->changes, 1);
}

static void test_breathing_keeps_the_speaker(void **state)
{
    struct conversation *c = *state;
    hear(c, NORMAL, QUIET, 1000 * MS);
    hear(c, QUIET, QUIET, 1500 * MS);
    hear(c, NORMAL, QUIET, 1000 * MS);
    assert_int_equal(c->changes, 1);
}

static void test_the_answer_takes_over(void **state)
{
    struct conversation *c = *state;
    hear(c, NORMAL, QUIET, 1000 * MS);
    hear(c, QUIET, NORMAL, 1500 * MS);
    assert_int_equal(c->speaker.speaker_id, PHYSICIAN);
    assert_int_equal(c->changes, 2);
}

static void test_two_who_speak_at_once_do_not_flap(void **state)
{
    struct conversation *c = *state;
    hear(c, NORMAL, QUIET, 1000 * MS);
    for (unsigned i = 0; i < 50; i++) {
        hear(c, NORMAL, NORMAL - 3, 100 * MS);
        hear(c, NORMAL - 3, NORMAL, 100 * MS);
    }
    assert_int_equal(c->speaker.speaker_id, PATIENT);
    assert_int_equal(c->changes, 1);
}

static void test_silence_ends_the_speaker(void **state)
{
    struct conversation *c = *state;
    hear(c, NORMAL, QUIET, 1000 * MS);
    hear(c, QUIET, QUIET, 12000 * MS);
    assert_int_equal(c->speaker.speaker_id, 0);
    assert_int_equal(c->changes, 2);
}

static void test_a_muted_microphone_fades(void **state)
{
    struct conversation *c = *state;
    uint64_t id = PATIENT;
    hear(c, LOUD, QUIET, 1000 * MS);
    c->now_us += 20000 * MS;
    assert_true(active_speaker_update(&c->speaker, c->now_us, &id));
    assert_int_equal(id, 0);
}

static void test_who_leaves_no_longer_speaks(void **state)
{
    struct conversation *c = *state;
    uint64_t id = PATIENT;
    hear(c, NORMAL, QUIET, 1000 * MS);
    active_speaker_remove(&c->speaker, &c->patient);
    assert_true(active_speaker_update(&c->speaker, c->now_us, &id));
    assert_int_equal(id, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nobody_speaks_in_a_quiet_room, start_conversation),
        cmocka_unit_test_setup(test_the_first_sentence_makes_a_speaker, start_conversation),
        cmocka_unit_test_setup(test_a_cough_changes_nothing, start_conversation),
        cmocka_unit_test_setup(test_breathing_keeps_the_speaker, start_conversation),
        cmocka_unit_test_setup(test_the_answer_takes_over, start_conversation),
        cmocka_unit_test_setup(test_two_who_speak_at_once_do_not_flap, start_conversation),
        cmocka_unit_test_setup(test_silence_ends_the_speaker, start_conversation),
        cmocka_unit_test_setup(test_a_muted_microphone_fades, start_conversation),
        cmocka_unit_test_setup(test_who_leaves_no_longer_speaks, start_conversation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

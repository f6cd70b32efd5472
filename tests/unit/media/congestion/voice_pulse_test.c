#include "media/congestion/voice_pulse.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS 1000u
#define RATE 48000u
#define TICK_US (5 * MS)

/* A voice whose packets wait for `late_us`, every other one for `uneven_us` more; `lost_every`: 0
 * none. */
struct voice {
    struct voice_pulse pulse;
    uint64_t now_us;
    uint64_t frame_us;
    uint64_t late_us;
    uint64_t uneven_us;
    unsigned lost_every;
    unsigned frames;
    unsigned told;
    uint32_t timestamp;
    unsigned missed;
    uint64_t missed_at_us;
};

static uint64_t arrival_of(const struct voice *voice, unsigned frame)
{
    return 5000000 + frame * voice->frame_us + voice->late_us +
           (frame % 2 == 1 ? voice->uneven_us : 0);
}

/* In the order of saying, as through a queue. */
static void speak(struct voice *voice, uint64_t span_us)
{
    for (const uint64_t end_us = voice->now_us + span_us; voice->now_us < end_us;
         voice->now_us += TICK_US) {
        while (arrival_of(voice, voice->frames) <= voice->now_us) {
            const uint64_t arrival_us = arrival_of(voice, voice->frames);
            const bool is_lost =
                voice->lost_every > 0 && voice->frames % voice->lost_every < 2; /* two in a row */
            if (!is_lost) {
                voice_pulse_on_packet(&voice->pulse, voice->timestamp, RATE, arrival_us);
            }
            voice->timestamp += (uint32_t)(voice->frame_us * RATE / 1000000);
            voice->frames++;
        }
        if (voice_pulse_is_missed(&voice->pulse, voice->now_us)) {
            voice->missed++;
            voice->missed_at_us = voice->now_us;
        }
    }
}

static struct voice begin(unsigned frame_ms, unsigned uneven_ms)
{
    return (struct voice){
        .now_us = 5000000,
        .frame_us = frame_ms * MS,
        .uneven_us = uneven_ms * MS,
        .timestamp = UINT32_MAX - 100000, /* it wraps soon */
    };
}

static void is_steady_as_a_voice_usually_comes(void **state)
{
    (void)state;
    static const struct {
        unsigned frame_ms;
        unsigned uneven_ms;
    } voices[] = {{20, 0}, {20, 10}, {20, 40}, {40, 30}, {60, 0}, {60, 60}, {120, 20}};
    for (size_t i = 0; i < ARRAY_LENGTH(voices); i++) {
        struct voice voice = begin(voices[i].frame_ms, voices[i].uneven_ms);
        speak(&voice, 60000 * MS);
        assert_int_equal(voice.missed, 0);
    }
}

static void a_link_that_gives_way_is_felt_at_once(void **state)
{
    (void)state;
    static const struct {
        unsigned frame_ms;
        unsigned uneven_ms;
        unsigned within_ms; /* after the last packet that came on time */
    } voices[] = {{20, 0, 60}, {20, 5, 65}, {20, 20, 100}, {40, 0, 80}, {60, 0, 100}};
    for (size_t i = 0; i < ARRAY_LENGTH(voices); i++) {
        struct voice voice = begin(voices[i].frame_ms, voices[i].uneven_ms);
        speak(&voice, 10000 * MS);
        const uint64_t last_us = arrival_of(&voice, voice.frames - 1);
        voice.late_us += 500 * MS;
        speak(&voice, 400 * MS);
        assert_int_equal(voice.missed, 1);
        assert_true(voice.missed_at_us - last_us <= voices[i].within_ms * MS);
    }
}

static void it_is_said_once_until_it_is_steady_again(void **state)
{
    (void)state;
    struct voice voice = begin(20, 4);
    speak(&voice, 10000 * MS);
    voice.late_us = 300 * MS;
    speak(&voice, 2000 * MS);
    assert_int_equal(voice.missed, 1);
    voice.late_us = 0;
    speak(&voice, 10000 * MS);
    assert_int_equal(voice.missed, 1);
    voice.late_us = 300 * MS;
    speak(&voice, 500 * MS);
    assert_int_equal(voice.missed, 2);
}

static void a_longer_way_becomes_usual(void **state)
{
    (void)state;
    struct voice voice = begin(20, 4);
    speak(&voice, 10000 * MS);
    voice.late_us = 800 * MS;
    speak(&voice, 20000 * MS);
    assert_int_equal(voice.missed, 1);
    voice.late_us = 1200 * MS;
    speak(&voice, 300 * MS);
    assert_int_equal(voice.missed, 2);
}

/* Two in a row are a surprise, and then known to happen. A link that gives way is missed later
 * there. */
static void rows_that_are_lost_are_waited_for(void **state)
{
    (void)state;
    struct voice voice = begin(20, 4);
    speak(&voice, 10000 * MS);
    voice.lost_every = 100;
    speak(&voice, 60000 * MS);
    assert_int_equal(voice.missed, 1);
    voice.lost_every = 0;
    const uint64_t last_us = arrival_of(&voice, voice.frames - 1);
    voice.late_us += 500 * MS;
    speak(&voice, 400 * MS);
    assert_int_equal(voice.missed, 2);
    assert_true(voice.missed_at_us - last_us <= 105 * MS);
}

static void nothing_is_missed_of_who_never_spoke_or_begins_anew(void **state)
{
    (void)state;
    struct voice voice = begin(20, 0);
    assert_false(voice_pulse_is_missed(&voice.pulse, 7000000));
    speak(&voice, 300 * MS); /* too little to know it */
    voice.late_us = 500 * MS;
    speak(&voice, 400 * MS);
    assert_int_equal(voice.missed, 0);
    speak(&voice, 10000 * MS);
    voice.timestamp += 10 * RATE; /* another microphone */
    speak(&voice, 10000 * MS);
    assert_int_equal(voice.missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_steady_as_a_voice_usually_comes),
        cmocka_unit_test(a_link_that_gives_way_is_felt_at_once),
        cmocka_unit_test(it_is_said_once_until_it_is_steady_again),
        cmocka_unit_test(a_longer_way_becomes_usual),
        cmocka_unit_test(rows_that_are_lost_are_waited_for),
        cmocka_unit_test(nothing_is_missed_of_who_never_spoke_or_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When a speaker is told that words were missed. */
#include "media/router/unheard_speech.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FRAME_US 20000u
#define BEGAN_US UINT64_C(7000000000)

/* So many frames, of which the first `unheard` of each `period` are not heard. */
struct stretch {
    unsigned frames;
    unsigned unheard;
    unsigned period;
    bool is_silence;
};

struct story {
    const char *what;
    struct stretch stretches[5];
    unsigned events;
    unsigned first_began_ms;
    unsigned first_missed_ms;
    unsigned first_of_ms;
    unsigned told_at_ms; /* the first */
};

static const struct story stories[] = {
    {"all is heard", {{1000, 0, 1, false}}, 0, 0, 0, 0, 0},
    {"every tenth frame is missing: concealed", {{3000, 1, 10, false}}, 0, 0, 0, 0, 0},
    {"rows of two: concealed", {{3000, 2, 10, false}}, 0, 0, 0, 0, 0},
    {"half a second is missing",
     {{50, 0, 1, false}, {25, 1, 1, false}, {300, 0, 1, false}},
     0,
     0,
     0,
     0,
     0},
    {"two seconds are missing",
     {{50, 0, 1, false}, {100, 1, 1, false}, {300, 0, 1, false}},
     1,
     1000,
     2000,
     4020,
     5000},
    {"two seconds of silence are missing: nobody missed a word",
     {{50, 0, 1, false}, {100, 1, 1, true}, {300, 0, 1, false}},
     0,
     0,
     0,
     0,
     0},
    {"half of each second is missing",
     {{50, 0, 1, false}, {250, 25, 50, false}, {300, 0, 1, false}},
     1,
     1000,
     2500,
     6020,
     7000},
    {"two rows of 0.6 s, a second apart, belong together",
     {{30, 1, 1, false}, {50, 0, 1, false}, {30, 1, 1, false}, {300, 0, 1, false}},
     1,
     0,
     1200,
     4220,
     4200},
    {"two rows of 0.6 s, three seconds apart, do not",
     {{30, 1, 1, false}, {150, 0, 1, false}, {30, 1, 1, false}, {300, 0, 1, false}},
     0,
     0,
     0,
     0,
     0},
    {"everything is missing, for long: told soon, and again after 15 s",
     {{1250, 1, 1, false}},
     2,
     0,
     6020,
     6020,
     6000},
    {"twice within 15 s: told once",
     {{100, 1, 1, false}, {150, 0, 1, false}, {100, 1, 1, false}, {300, 0, 1, false}},
     1,
     0,
     2000,
     4020,
     4000},
};

static void tells_what_matters(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(stories); i++) {
        const struct story *story = &stories[i];
        struct unheard_speech missed;
        struct unheard_speech_event first = {0};
        struct unheard_speech_event event;
        uint64_t at_us = BEGAN_US;
        uint64_t told_us = BEGAN_US;
        unsigned events = 0;
        unheard_speech_init(&missed);
        for (const struct stretch *s = story->stretches; s->frames > 0; s++) {
            for (unsigned k = 0; k < s->frames; k++, at_us += FRAME_US) {
                const bool heard = k % s->period >= s->unheard;
                if (unheard_speech_on_frame(&missed, at_us, FRAME_US, !s->is_silence, heard,
                                          &event) &&
                    ++events == 1) {
                    first = event;
                    told_us = at_us;
                }
            }
        }
        const unsigned began_ms = events > 0 ? (unsigned)((first.began_us - BEGAN_US) / 1000) : 0;
        const unsigned told_ms = (unsigned)((told_us - BEGAN_US) / 1000);
        if (events != story->events || began_ms != story->first_began_ms ||
            first.missed_ms != story->first_missed_ms || first.of_ms != story->first_of_ms ||
            told_ms != story->told_at_ms) {
            fail_msg("%s: told %u times, first at %u: %u of %u ms since %u", story->what, events,
                     told_ms, first.missed_ms, first.of_ms, began_ms);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

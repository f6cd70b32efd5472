#include "media/router/picture_ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)

/* What happens to a picture, and what is said of it, at which tenth of a second. */
struct scene {
    unsigned from; /* tenths of a second */
    bool hidden;
    bool lost;
    bool full;
    bool still;
    bool moves;
    bool stuck;
};

struct saying {
    unsigned at;
    enum picture_step step;
};

static void play(const struct scene *scenes, unsigned end, const struct saying *sayings)
{
    struct picture_ladder ladder;
    struct picture_state state = {.began_us = 100 * SECOND};
    picture_ladder_init(&ladder);
    for (unsigned t = 1; t <= end; t++) {
        const uint64_t now_us = 100 * SECOND + t * SECOND / 10;
        enum picture_step step;
        if (scenes[1].from != 0 && t >= scenes[1].from) {
            scenes++;
        }
        state.is_shown = !scenes->hidden;
        state.sound_is_lost = scenes->lost;
        state.is_full = scenes->full;
        state.is_still = scenes->still;
        state.sent_at_us = scenes->moves ? now_us : state.sent_at_us;
        state.stuck_since_us = !scenes->stuck              ? 0
                               : state.stuck_since_us == 0 ? now_us
                                                           : state.stuck_since_us;
        if (picture_ladder_update(&ladder, &state, now_us, &step)) {
            assert_int_equal(step, sayings->step);
            assert_in_range(t, sayings->at, sayings->at + 1);
            sayings++;
        }
    }
    assert_int_equal(sayings->at, 0);
}

#define MOVES .moves = true
#define FULL .full = true

static void test_scenes(void **state)
{
    static const struct {
        struct scene scenes[6]; /* the last one is empty */
        unsigned end;
        struct saying sayings[5];
    } cases[] = {
        /* It begins well. */
        {{{0}, {.from = 5, MOVES, FULL}}, 50, {{5, PICTURE_FULL}}},
        /* No first picture in five seconds. */
        {{{0}}, 100, {{50, PICTURE_SOUND_ONLY}}},
        /* It freezes for two seconds and moves again. */
        {{{1, MOVES, FULL}, {.from = 50, FULL}, {.from = 70, MOVES, FULL}},
         100,
         {{1, PICTURE_FULL}, {56, PICTURE_STILL}, {80, PICTURE_FULL}}},
        /* Half a second is no freeze. */
        {{{1, MOVES, FULL}, {.from = 50, FULL}, {.from = 55, MOVES, FULL}},
         100,
         {{1, PICTURE_FULL}}},
        /* It stays away, and then its sound. */
        {{{1, MOVES, FULL}, {.from = 50}, {.from = 120, .lost = true}, {.from = 150, MOVES}},
         200,
         {{1, PICTURE_FULL},
          {56, PICTURE_STILL},
          {99, PICTURE_SOUND_ONLY},
          {120, PICTURE_SOUND_LOST}}},
        /* Smaller, briefly and then for good; back after a while. */
        {{{1, MOVES, FULL},
          {.from = 20, MOVES},
          {.from = 25, MOVES, FULL},
          {.from = 30, MOVES},
          {.from = 80, MOVES, FULL}},
         150,
         {{1, PICTURE_FULL}, {40, PICTURE_SMALL}, {110, PICTURE_FULL}}},
        /* A decoder that waits for a key frame stands still, although packets are sent. */
        {{{1, MOVES, FULL}, {.from = 50, MOVES, FULL, .stuck = true}, {.from = 60, MOVES, FULL}},
         100,
         {{1, PICTURE_FULL}, {57, PICTURE_STILL}, {70, PICTURE_FULL}}},
        /* Stills. */
        {{{1, MOVES}, {.from = 30, MOVES, .still = true}},
         60,
         {{1, PICTURE_SMALL}, {30, PICTURE_STILL}}},
        /* Hidden and shown again. */
        {{{1, MOVES, FULL}, {.from = 20, .hidden = true}, {.from = 40, MOVES, FULL}},
         60,
         {{1, PICTURE_FULL}, {20, PICTURE_HIDDEN}, {40, PICTURE_FULL}}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct saying sayings[6] = {{0}};
        for (size_t k = 0; k < 5; k++) {
            sayings[k] = cases[i].sayings[k];
        }
        /* The last of them comes back from lost sound to a small picture. */
        if (i == 4) {
            sayings[4] = (struct saying){160, PICTURE_SMALL};
        }
        play(cases[i].scenes, cases[i].end, sayings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

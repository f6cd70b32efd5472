#include "signaling/session/missed_words.h"

#include <stdio.h>
#include <string.h>

/* A gap this short between two stretches makes them one. */
#define JOINED_WITHIN_MS 2000
/* Later than this nobody remembers what was said. */
#define TELL_WITHIN_MS 30000

static bool is_idle(const struct missed_stretch *stretch)
{
    return stretch->began_ms == 0 && stretch->waiting_ms == 0;
}

/* The listener's place, or a free one, or that of who has had nothing open longest. NULL: all are
 * busy. */
static struct missed_stretch *find(struct missed_words *words, const char *listener_id)
{
    struct missed_stretch *best = NULL;
    for (size_t i = 0; i < MISSED_WORDS_LISTENERS_MAX; i++) {
        struct missed_stretch *stretch = &words->listeners[i];
        if (strcmp(stretch->listener_id, listener_id) == 0) {
            return stretch;
        }
        if (is_idle(stretch) && (!best || stretch->counted_ms < best->counted_ms)) {
            best = stretch;
        }
    }
    if (best) {
        *best = (struct missed_stretch){0};
        snprintf(best->listener_id, sizeof(best->listener_id), "%s", listener_id);
    }
    return best;
}

static bool is_covered(const struct missed_stretch *stretch)
{
    return stretch->has_figures && stretch->figures_until_ms >= stretch->ended_ms;
}

/* Adds what the last figures say of the open stretch, as far as they lie in it. */
static void take_figures(struct missed_stretch *stretch)
{
    const int64_t from_ms =
        stretch->figures_from_ms > stretch->began_ms ? stretch->figures_from_ms : stretch->began_ms;
    const int64_t until_ms = stretch->figures_until_ms < stretch->ended_ms
                                 ? stretch->figures_until_ms
                                 : stretch->ended_ms;
    const int64_t overlap_ms = until_ms - from_ms;
    if (overlap_ms > 0) {
        stretch->has_figures = true;
        stretch->concealed_ms +=
            stretch->figures_ms < overlap_ms ? stretch->figures_ms : (uint32_t)overlap_ms;
    }
}

static void decide(struct missed_stretch *stretch)
{
    uint32_t missed_ms = stretch->missed_ms;
    const uint32_t span_ms = (uint32_t)(stretch->ended_ms - stretch->began_ms);
    if (is_covered(stretch)) {
        /* Half of it made up means that the rest came by another way, and the page knows best. */
        missed_ms = stretch->concealed_ms < missed_ms / 2 || stretch->concealed_ms > missed_ms
                        ? stretch->concealed_ms
                        : missed_ms;
    }
    missed_ms = missed_ms < span_ms ? missed_ms : span_ms;
    if (missed_ms >= MISSED_WORDS_MS_MIN) {
        stretch->waiting_from_ms =
            stretch->waiting_ms == 0 ? stretch->began_ms : stretch->waiting_from_ms;
        stretch->waiting_ms += missed_ms;
    }
    stretch->counted_ms = stretch->ended_ms;
    stretch->began_ms = 0;
    stretch->missed_ms = 0;
    stretch->concealed_ms = 0;
    stretch->has_figures = false;
}

static bool is_due(const struct missed_stretch *stretch, int64_t now_ms)
{
    return stretch->began_ms != 0 && (now_ms >= stretch->decide_at_ms || is_covered(stretch));
}

static void open_stretch(struct missed_stretch *stretch, int64_t began_ms, int64_t ended_ms,
                         int64_t now_ms)
{
    if (stretch->began_ms == 0) {
        stretch->began_ms = began_ms;
        stretch->ended_ms = ended_ms;
        take_figures(stretch);
    } else {
        stretch->began_ms = began_ms < stretch->began_ms ? began_ms : stretch->began_ms;
        stretch->ended_ms = ended_ms > stretch->ended_ms ? ended_ms : stretch->ended_ms;
    }
    stretch->decide_at_ms = now_ms + MISSED_WORDS_DECIDE_AFTER_MS;
}

void missed_words_on_event(struct missed_words *words, const char *listener_id, int64_t began_ms,
                           uint32_t missed_ms, uint32_t of_ms, int64_t now_ms)
{
    struct missed_stretch *stretch = find(words, listener_id);
    int64_t ended_ms = began_ms + (of_ms > missed_ms ? of_ms : missed_ms);
    ended_ms = ended_ms < now_ms ? ended_ms : now_ms;
    if (!stretch || ended_ms <= stretch->counted_ms) {
        return;
    }
    if (began_ms < stretch->counted_ms) { /* the part that was counted is not counted again */
        const uint64_t span_ms = (uint64_t)(ended_ms - began_ms);
        missed_ms = (uint32_t)(missed_ms * (uint64_t)(ended_ms - stretch->counted_ms) / span_ms);
        began_ms = stretch->counted_ms;
    }
    if (stretch->began_ms != 0 && began_ms > stretch->ended_ms + JOINED_WITHIN_MS) {
        decide(stretch);
    }
    open_stretch(stretch, began_ms, ended_ms, now_ms);
    stretch->missed_ms += missed_ms;
}

void missed_words_on_figures(struct missed_words *words, const char *listener_id,
                             uint32_t interval_ms, uint32_t concealed_ms, bool spoke,
                             int64_t now_ms)
{
    struct missed_stretch *stretch = find(words, listener_id);
    const int64_t began_ms = now_ms - interval_ms;
    if (!stretch) {
        return;
    }
    stretch->figures_from_ms = began_ms;
    stretch->figures_until_ms = now_ms;
    stretch->figures_ms = concealed_ms;
    if (stretch->began_ms != 0) {
        take_figures(stretch);
    } else if (spoke && concealed_ms >= MISSED_WORDS_MS_MIN && began_ms >= stretch->counted_ms) {
        /* The worker noticed nothing, and the page made up a word: it came too late. */
        open_stretch(stretch, began_ms, now_ms, now_ms);
        stretch->missed_ms = concealed_ms;
    }
}

static void fill_notice(struct missed_stretch *stretch, bool tell,
                        struct missed_words_notice *ret_notice)
{
    snprintf(ret_notice->listener_id, sizeof(ret_notice->listener_id), "%s", stretch->listener_id);
    ret_notice->seconds = (stretch->waiting_ms + 500) / 1000;
    ret_notice->at_ms = stretch->waiting_from_ms;
    ret_notice->tell = tell;
    stretch->waiting_ms = 0;
}

bool missed_words_take(struct missed_words *words, int64_t now_ms,
                       struct missed_words_notice *ret_notice)
{
    struct missed_stretch *worst = NULL;
    for (size_t i = 0; i < MISSED_WORDS_LISTENERS_MAX; i++) {
        struct missed_stretch *stretch = &words->listeners[i];
        if (is_due(stretch, now_ms)) {
            decide(stretch);
        }
        if (stretch->waiting_ms > 0 && stretch->waiting_from_ms + TELL_WITHIN_MS < now_ms) {
            fill_notice(stretch, false, ret_notice);
            return true;
        }
        if (stretch->waiting_ms > 0 && (!worst || stretch->waiting_ms > worst->waiting_ms)) {
            worst = stretch;
        }
    }
    if (!worst || (words->told_ms != 0 && now_ms - words->told_ms < MISSED_WORDS_TELL_EVERY_MS)) {
        return false;
    }
    words->told_ms = now_ms;
    fill_notice(worst, true, ret_notice);
    return true;
}

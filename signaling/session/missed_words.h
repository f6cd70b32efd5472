/* missed_words.h - which seconds of one person's speech others did not hear, and when to tell the
 * speaker.
 *
 * The worker says what did not arrive, a few seconds later the listener's page says how much its
 * browser had to make up; the second corrects the first. A stretch is decided when the page's
 * figures cover it, or after 6 s without them. The speaker is told once in 20 s at most, and no
 * second is counted twice. Times are the wall clock's. Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_MISSED_WORDS_H
#define BEDSIDE_SIGNALING_SESSION_MISSED_WORDS_H

#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MISSED_WORDS_LISTENERS_MAX 16
#define MISSED_WORDS_TELL_EVERY_MS 20000
#define MISSED_WORDS_DECIDE_AFTER_MS 6000
#define MISSED_WORDS_MS_MIN 1000 /* less is no word */

struct missed_stretch {
    char listener_id[UUID_TEXT_SIZE]; /* empty: the place is free */
    int64_t began_ms;                 /* of the open stretch; 0: none is open */
    int64_t ended_ms;
    int64_t decide_at_ms;
    uint32_t missed_ms;    /* says the worker */
    uint32_t concealed_ms; /* says the page */
    bool has_figures;      /* it said something of the stretch */
    int64_t counted_ms;    /* everything before has been counted */
    uint32_t waiting_ms;   /* decided, not told yet */
    int64_t waiting_from_ms;
    /* The page's last figures, which may come before the worker's word about the same time. */
    int64_t figures_from_ms;
    int64_t figures_until_ms;
    uint32_t figures_ms; /* made up in them */
};

/* Of one speaker. */
struct missed_words {
    int64_t told_ms; /* when they were told last; 0: never */
    struct missed_stretch listeners[MISSED_WORDS_LISTENERS_MAX];
};

struct missed_words_notice {
    char listener_id[UUID_TEXT_SIZE];
    unsigned seconds;
    int64_t at_ms; /* when it began */
    bool tell;     /* false: too late to be told, still worth a mark */
};

/* The worker's event: in [began, began + of] the listener missed so much. */
void missed_words_on_event(struct missed_words *words, const char *listener_id, int64_t began_ms,
                           uint32_t missed_ms, uint32_t of_ms, int64_t now_ms);
/* The listener's page: in [now - interval, now] it made up so much. `spoke`: the speaker was heard
 * by the room in that time, so that it counts even if the worker noticed nothing (packets that
 * came, but too late). */
void missed_words_on_figures(struct missed_words *words, const char *listener_id,
                             uint32_t interval_ms, uint32_t concealed_ms, bool spoke,
                             int64_t now_ms);
/* Decides what is due. Returns true and one notice; call again until it returns false. */
bool missed_words_take(struct missed_words *words, int64_t now_ms,
                       struct missed_words_notice *ret_notice);

#endif

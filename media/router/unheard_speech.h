/* unheard_speech.h - when has a listener missed so much of what somebody says that the speaker
 * should be told?
 *
 * Single frames are concealed without anybody noticing; only frames of speech in rows of 60 ms and
 * more count as missed. Rows less than 2 s apart belong together. When they are over, or have gone
 * on for 6 s, and more than a second of speech was missed in them, that is told, and not again for
 * 15 s. Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_UNHEARD_SPEECH_H
#define BEDSIDE_MEDIA_ROUTER_UNHEARD_SPEECH_H

#include <stdbool.h>
#include <stdint.h>

struct unheard_speech {
    uint32_t row_us;       /* unheard speech, until now */
    uint64_t row_began_us; /* by the time of sending, all of these */
    uint64_t began_us;     /* 0: nothing was missed lately */
    uint64_t last_us;      /* the last frame of a row */
    uint32_t missed_us;
    uint32_t of_us; /* speech since it began */
    uint64_t quiet_until_us;
};

struct unheard_speech_event {
    uint64_t began_us;
    uint32_t missed_ms;
    uint32_t of_ms; /* how much was said in that time */
};

/* Another speaker, or a new beginning. */
void unheard_speech_init(struct unheard_speech *missed);
/* The next frame, which lasts `span_us`. Returns true when there is something to tell. */
bool unheard_speech_on_frame(struct unheard_speech *missed, uint64_t sent_us, uint32_t span_us,
                             bool is_speech, bool heard, struct unheard_speech_event *ret_event);

#endif

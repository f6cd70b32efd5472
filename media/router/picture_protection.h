/* picture_protection.h - what is done beforehand for the pictures of one receiver whose link loses
 * packets, with what its estimate leaves free.
 *
 *   a packet of the base   ----------> link          each packet of a key frame, or of the frames
 *        '---- 30 ms ----> as RTX ----'              on which all later ones depend
 *   the answer to a NACK   ----------> link
 *        '---- 15 ms ----> as RTX ----'
 *
 * A picture stands still as long as one packet of its base is missing. A repetition that is not
 * asked for comes sooner than any answer, so it is sent where much is lost (3 % and more), or where
 * an answer takes too long (a round trip of 250 ms and more) and anything is. Repetitions are never
 * sent at once: losses come in bursts. What they may take is what pictures and sound leave of nine
 * tenths of the estimate; key frames and answers may use up the last of it, the base leaves half,
 * frames that no other needs three quarters.
 *
 * What is repaired in time is not seen: such a receiver is told to wait (repair_wait.h).
 *
 * Nothing is allocated before something is repeated. Pure; fields are private. Thread: the worker
 * that owns the endpoint. */
#ifndef BEDSIDE_MEDIA_ROUTER_PICTURE_PROTECTION_H
#define BEDSIDE_MEDIA_ROUTER_PICTURE_PROTECTION_H

#include "media/router/repair_wait.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_PROTECTION_REPEATS_MAX 256
#define PICTURE_PROTECTION_REPEAT_AFTER_US 30000
#define PICTURE_PROTECTION_ANSWER_AGAIN_AFTER_US 15000

/* What is known of the link. */
struct protected_link {
    uint32_t estimate_bps; /* 0: unknown */
    uint32_t queue_us;     /* that stands because of us */
    uint32_t rtt_us;       /* 0: unknown */
    uint16_t loss_permille;
    uint64_t bytes; /* all that was sent so far */
};

/* An outgoing packet that will be sent once more. */
struct picture_repeat {
    void *line; /* the caller's: who sends it */
    uint64_t due_us;
    uint16_t sequence;
    uint16_t size;
};

struct picture_protection {
    struct picture_repeat *repeats; /* owned; PICTURE_PROTECTION_REPEATS_MAX, NULL until needed */
    size_t count;
    uint64_t tended_at_us; /* 0: never */
    uint64_t bytes;        /* of the link, then */
    uint64_t repeated;     /* bytes, of these */
    uint64_t repeated_then;
    uint32_t used_bps; /* by all but repetitions, smoothed */
    uint32_t free_bps;
    uint32_t loss_ppm; /* smoothed over 4 s */
    uint32_t rtt_us;
    uint64_t lossy_until_us;
    bool is_lossy;
    struct repair_wait wait;
    int64_t credit_bytes;
};

void picture_protection_init(struct picture_protection *protection);
void picture_protection_finish(struct picture_protection *protection);

/* Looks at the link; each 20 to 50 ms. */
void picture_protection_on_tick(struct picture_protection *protection,
                                const struct protected_link *link, uint64_t now_us);

/* Something was lost lately. */
static inline bool picture_protection_is_lossy(const struct picture_protection *protection)
{
    return protection->is_lossy;
}
/* For how long its receiver should keep pictures back, in steps of 20 ms; 0: it need not. */
static inline uint32_t picture_protection_wait_us(const struct picture_protection *protection)
{
    return protection->wait.wait_us;
}

/* What is lost cannot be asked for in time: all is to be repeated. */
bool picture_protection_wants_all_twice(const struct picture_protection *protection);
/* Whether to repeat a packet that leaves now. */
bool picture_protection_repeats(const struct picture_protection *protection, bool is_keyframe,
                                bool is_base);
/* Whether to send the answer to a NACK twice. */
bool picture_protection_repeats_answers(const struct picture_protection *protection);

/* Notes it, and that it will take its size of what is free. When there are too many it is ignored.
 */
void picture_protection_add(struct picture_protection *protection,
                            const struct picture_repeat *repeat);
/* The next that is due. True, and it is the caller's. */
bool picture_protection_take(struct picture_protection *protection, uint64_t now_us,
                             struct picture_repeat *ret_repeat);
/* Forgets those of one line. */
void picture_protection_forget(struct picture_protection *protection, const void *line);

static inline bool picture_protection_is_waiting(const struct picture_protection *protection)
{
    return protection->count > 0;
}

#endif

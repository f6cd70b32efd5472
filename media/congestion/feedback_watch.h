/* feedback_watch.h - notices when news of what was sent stays away for longer than usual.
 *
 * A link that gives way at once delays the very packets that would tell of it, and feedback often
 * shares its fate: what can be known soonest is that nothing is known. News is as old as the first
 * packet of which nothing has been told; it is late when it is older than it usually becomes before
 * there is some, by four times its unevenness: TCP's retransmission timer (RFC 6298, 2), but that
 * what follows is cheap. It only holds pictures for a moment, so it may be wrong often, and must
 * not be late.
 *
 *   ON TIME --feedback_watch_on_tick: late, or suspected------> HELD
 *   HELD ----feedback_watch_on_told: all was told of that-----> ON TIME
 *            was sent before, or the news is as fresh as usual
 *
 * Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_FEEDBACK_WATCH_H
#define BEDSIDE_MEDIA_CONGESTION_FEEDBACK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* What is usual, and how far off it usually is. */
struct feedback_habit {
    uint32_t mean_us;
    uint32_t off_us;
};

struct feedback_watch {
    struct feedback_habit age;  /* to which news comes */
    struct feedback_habit left; /* of it, when news has come */
    bool is_lossy;
    unsigned told;           /* how often there was news, to a bound */
    uint64_t latest_age_us;  /* that the latest news ended */
    uint64_t latest_left_us; /* and what it left */
    uint64_t last_sent_us;
    uint64_t open_since_us; /* the first packet of which nothing was told; 0: none */
    uint64_t gap_from_us;   /* the last pause: its last packet before, and its first after */
    uint64_t gap_to_us;
    uint64_t held_since_us; /* 0: news is on time */
};

void feedback_watch_init(struct feedback_watch *watch);
void feedback_watch_on_sent(struct feedback_watch *watch, uint64_t now_us);
/* Feedback spoke of packets up to the one that was sent at `sent_us`. Returns true when that ended
 * a hold. */
bool feedback_watch_on_told(struct feedback_watch *watch, uint64_t sent_us, uint64_t now_us);
/* The link always loses some packets: one feedback that is missing says nothing. */
void feedback_watch_set_lossy(struct feedback_watch *watch, bool is_lossy);
/* Returns true when a hold begins. */
bool feedback_watch_on_tick(struct feedback_watch *watch, uint64_t now_us);
/* What else comes from the receiver is late: so will news be. Returns true when a hold begins. */
bool feedback_watch_suspect(struct feedback_watch *watch, uint64_t now_us);
/* For how long it has been held; 0: it is not. */
uint64_t feedback_watch_held_us(const struct feedback_watch *watch, uint64_t now_us);
/* The latest news spoke of nothing newer than this, beyond what is usual here. */
bool feedback_watch_is_old(const struct feedback_watch *watch, uint64_t by_us);
/* The link is well, whatever news is late for: so late is usual now, if it was late. */
void feedback_watch_learn(struct feedback_watch *watch);

#endif

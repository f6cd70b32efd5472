/* huddle_watch.h - a huddle whose team is gone comes to an end. Private to this folder.
 *
 * Somebody of the team who loses the connection comes back and believes to be among themselves, so
 * a huddle outlives that, and a restart of the gateway. When nobody of them comes, the people in
 * the calm room must not wait for ever: they go back to the waiting room, where the team finds
 * them. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_HUDDLE_WATCH_H
#define BEDSIDE_SIGNALING_SESSION_HUDDLE_WATCH_H

#include <stdint.h>

struct visit_room;

/* For so many times the seconds for which a seat is kept, beyond those. */
#define HUDDLE_WATCH_PATIENCE 2

struct huddle_watch {
    uint64_t alone_since_us; /* 0: there is no huddle, or somebody of the team has a seat */
};

/* Each second. */
void huddle_watch_on_tick(struct visit_room *room, uint64_t now_us);

#endif

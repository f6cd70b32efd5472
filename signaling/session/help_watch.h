/* help_watch.h - a help session of which one is gone comes to an end. Private to this folder.
 *
 * The record ends a session when it loses one of the two, but it does not see everybody go: whoever
 * loads their page again moves to another device, and need not come back on it; and whoever offered
 * need not come at all. Until the session ends its other person is apart, alone. Thread: control.
 */
#ifndef BEDSIDE_SIGNALING_SESSION_HELP_WATCH_H
#define BEDSIDE_SIGNALING_SESSION_HELP_WATCH_H

#include "gateway/base/random.h"

#include <stdint.h>

struct visit_room;

struct help_watch {
    uint64_t alone_since_us; /* 0: there is no session, or nobody is missing */
    char help_id[UUID_TEXT_SIZE];
};

/* Each second. */
void help_watch_on_tick(struct visit_room *room, uint64_t now_us);

#endif

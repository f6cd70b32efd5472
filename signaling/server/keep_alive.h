/* keep_alive.h - when a WebSocket is asked whether anybody is there, and when nobody is (RFC 6455,
 * 5.5.2): asked 10 s after it was last heard, given up 25 s after that. Pure: time is given.
 *
 * The server's sweep looks at all sockets together, once a second. One by one, each with a timer of
 * its own, hundreds of them woke the control thread a hundred times a second, and each time the
 * kernel looked at all of them. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_KEEP_ALIVE_H
#define BEDSIDE_SIGNALING_SERVER_KEEP_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

struct keep_alive {
    uint64_t heard_us; /* it was opened, or answered */
    bool asked;        /* since then */
};

enum keep_alive_step { KEEP_ALIVE_WAIT, KEEP_ALIVE_ASK, KEEP_ALIVE_GIVE_UP };

void keep_alive_heard(struct keep_alive *alive, uint64_t now_us);
/* What is to be done now; asks once for each time it was heard. */
enum keep_alive_step keep_alive_look(struct keep_alive *alive, uint64_t now_us);

#endif

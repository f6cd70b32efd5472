/* practice_clock.h - practice visits come to an end by themselves, and are removed
 * (gateway/visits/visit_practice.h).
 *
 *   start --beat--> store thread: visit_practice_tidy() --done--> hub --beat--> ...
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_PRACTICE_CLOCK_H
#define BEDSIDE_SIGNALING_SESSION_PRACTICE_CLOCK_H

struct http_server;
struct signaling_hub;
struct store_gate;

struct practice_clock;

/* All borrowed; they outlive it. It begins at once. */
struct practice_clock *practice_clock_create(struct http_server *server, struct store_gate *store,
                                             struct signaling_hub *hub);
/* Before the server whose timer it uses, when no reply of the store comes any more. Accepts NULL.
 */
struct practice_clock *practice_clock_destroy(struct practice_clock *clock);

#endif

/* alert_clock.h - looks again and again for alerts that nobody acknowledged in time: the next role
 * is told (gateway/visits/alert.h), and whoever has a desk open on such a visit.
 *
 *   start --beat--> store thread: visit_alert_escalate() --done--> hub --beat--> ...
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_ALERT_CLOCK_H
#define BEDSIDE_SIGNALING_SESSION_ALERT_CLOCK_H

#include "gateway/visits/visit_alert.h"

struct http_server;
struct signaling_hub;
struct store_gate;

struct alert_clock;

/* All borrowed; they outlive it. `ladder` says how often to look. It begins at once. */
struct alert_clock *alert_clock_create(struct http_server *server, struct store_gate *store,
                                       struct signaling_hub *hub,
                                       const struct alert_ladder *ladder);
/* Before the server whose timer it uses, when no reply of the store comes any more. */
struct alert_clock *alert_clock_destroy(struct alert_clock *clock);

struct alert_clock_report {
    const struct alert_ladder *ladder;
    size_t pressing[ALERT_LEVELS_MAX]; /* at the last look, by who was told last */
    uint64_t told;                     /* how often the next role was told, since the start */
};
/* `clock` may be NULL: nothing is looked for. */
void alert_clock_read(const struct alert_clock *clock, struct alert_clock_report *ret_report);

#endif

/* media_watchdog.h - notices a microphone or camera that should send and does not while the rest of
 * the connection lives, and slots that were set up but stand still at the receiver; says when to
 * repair them, ever more rarely while it does not help.
 * Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_MEDIA_WATCHDOG_H
#define BEDSIDE_SIGNALING_SESSION_MEDIA_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

/* The worker says "not flowing" after 2 s, each second: this many of them make 5 s. */
#define MEDIA_WATCHDOG_REPORTS 3
#define MEDIA_WATCHDOG_REPAIR_AGAIN_US 10000000ull

/* Of one microphone or camera. */
struct media_watchdog {
    unsigned silent_reports; /* in a row */
    unsigned repair_at;      /* of them; doubles */
};

/* One report, each second. `expected`: it is offered, not muted, in the room, and packets of any
 * kind still come from its browser. Returns true when the client should be asked to repair it. */
bool media_watchdog_on_report(struct media_watchdog *watchdog, bool expected, bool flows);
/* Whether it has been silent long enough to say so. */
bool media_watchdog_is_silent(const struct media_watchdog *watchdog);

/* Of one slot of a receiver. */
struct slot_watchdog {
    uint64_t bound_us;    /* since when the same person has been in it, with picture */
    uint64_t repaired_us; /* 0: never */
    unsigned repairs;     /* in a row, without a frame between */
};

struct slot_sighting {
    bool expected; /* a picture is sent into it, at a step at which it moves */
    uint32_t interval_ms;
    uint32_t frames; /* rendered in it */
};
/* The client's figures of the slot. Returns true when the slot should be set up anew. */
bool slot_watchdog_on_figures(struct slot_watchdog *watchdog, const struct slot_sighting *sighting,
                              uint64_t now_us);
/* Whether a repair may be made now, by whoever asked; if so it is noted. */
bool slot_watchdog_may_repair(struct slot_watchdog *watchdog, uint64_t now_us);

#endif

/* client_figures.h - what a page says of the media it played (`figures`), summed up over a stretch
 * of time. What a client says is believed about itself alone, within what is possible.
 * Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_CLIENT_FIGURES_H
#define BEDSIDE_SIGNALING_SESSION_CLIENT_FIGURES_H

#include "signaling/protocol/signaling_message.h"

#include <stdint.h>

struct client_figures {
    uint32_t interval_ms;  /* that they cover */
    uint32_t heard_ms;     /* of all slots together */
    uint32_t concealed_ms; /* of heard_ms */
    uint32_t frozen_ms;    /* of the slot that stood still longest */
    uint32_t freezes;      /* of all slots */
    uint32_t buffer_ms;    /* the longest wait of sound in a jitter buffer */
    enum signaling_path path;
    enum signaling_limit limited_by;
};

/* What one slot may claim: no more concealed than heard, no more than the interval. */
void client_figures_bound(struct signaling_slot_figures *slot, int interval_ms);
/* Adds one message of type SIGNALING_FIGURES, bounded. */
void client_figures_add(struct client_figures *figures, const struct signaling_request *request);
/* A new stretch begins; path and limit stay known. */
void client_figures_restart(struct client_figures *figures);

/* "unknown", "udp", ...: as in the protocol. */
const char *client_figures_path_name(enum signaling_path path);

#endif

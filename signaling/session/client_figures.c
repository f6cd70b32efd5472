#include "signaling/session/client_figures.h"

#define INTERVALS_MS_MAX 600000 /* of one sum */

static int at_most(int value, int limit)
{
    return value < limit ? value : limit;
}

void client_figures_bound(struct signaling_slot_figures *slot, int interval_ms)
{
    /* Playing catches up and lags behind a little. */
    slot->heard_ms = at_most(slot->heard_ms, interval_ms + interval_ms / 4);
    slot->concealed_ms = at_most(slot->concealed_ms, slot->heard_ms);
    slot->frozen_ms = at_most(slot->frozen_ms, interval_ms);
}

void client_figures_add(struct client_figures *figures, const struct signaling_request *request)
{
    int frozen_ms = 0;
    figures->path = (enum signaling_path)request->path;
    figures->limited_by = (enum signaling_limit)request->limited_by;
    if (figures->interval_ms >= INTERVALS_MS_MAX) {
        return;
    }
    for (size_t i = 0; i < request->slot_figures_count; i++) {
        struct signaling_slot_figures slot = request->slot_figures[i];
        client_figures_bound(&slot, request->interval_ms);
        figures->heard_ms += (uint32_t)slot.heard_ms;
        figures->concealed_ms += (uint32_t)slot.concealed_ms;
        figures->freezes += (uint32_t)slot.freezes;
        frozen_ms = slot.frozen_ms > frozen_ms ? slot.frozen_ms : frozen_ms;
        if ((uint32_t)slot.buffer_ms > figures->buffer_ms) {
            figures->buffer_ms = (uint32_t)slot.buffer_ms;
        }
    }
    figures->frozen_ms += (uint32_t)frozen_ms;
    figures->interval_ms += (uint32_t)request->interval_ms;
}

void client_figures_restart(struct client_figures *figures)
{
    *figures = (struct client_figures){.path = figures->path, .limited_by = figures->limited_by};
}

const char *client_figures_path_name(enum signaling_path path)
{
    static const char *const names[] = {
        [SIGNALING_PATH_UNKNOWN] = "unknown",   [SIGNALING_PATH_UDP] = "udp",
        [SIGNALING_PATH_TCP] = "tcp",           [SIGNALING_PATH_TURN_UDP] = "turn_udp",
        [SIGNALING_PATH_TURN_TCP] = "turn_tcp", [SIGNALING_PATH_TURN_TLS] = "turn_tls",
    };
    return names[path];
}

#include "signaling/session/huddle_watch.h"

#include "gateway/base/log.h"
#include "signaling/session/hub_internal.h"

LOG_TOPIC("huddle");

static bool has_team(const struct visit_room *room)
{
    for (guint i = 0; i < room->seats->len; i++) {
        const struct seat *seat = room->seats->pdata[i];
        if (visit_huddle_seats(seat->actor.role)) {
            return true;
        }
    }
    return false;
}

void huddle_watch_on_tick(struct visit_room *room, uint64_t now_us)
{
    uint64_t *since_us = &room->huddle_watch.alone_since_us;
    const bool huddles = room->picture && room->picture->visit.state == VISIT_OPEN &&
                         room->picture->visit.huddle_since_ms != 0;
    if (!huddles || has_team(room)) {
        *since_us = 0;
        return;
    }
    const uint64_t patience_us =
        HUDDLE_WATCH_PATIENCE * room->hub->config.resume_seconds * UINT64_C(1000000);
    if (*since_us == 0) {
        *since_us = now_us;
    } else if (now_us - *since_us >= patience_us) {
        log_info("huddle_abandoned", "visit=%s", room->visit_id);
        *since_us = now_us; /* until the record says so */
        signaling_hub_post_abandon_huddle(room->hub, room->visit_id);
    }
}

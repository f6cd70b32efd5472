#include "signaling/session/help_watch.h"

#include "gateway/base/log.h"
#include "signaling/session/hub_internal.h"

#include <string.h>

LOG_TOPIC("help");

/* Somebody on the way in, to whom it is only offered, has no conversation yet. */
static bool misses_one(const struct visit_room *room, const struct help_session *help)
{
    return !visit_room_find_seat(room, help->helper_id) ||
           (help->state == HELP_OPEN && !visit_room_find_seat(room, help->helped_id));
}

void help_watch_on_tick(struct visit_room *room, uint64_t now_us)
{
    struct help_watch *watch = &room->help_watch;
    const struct help_session *help = room->picture ? &room->picture->help : NULL;
    if (!help || !help_session_is_on(help) || !misses_one(room, help)) {
        watch->alone_since_us = 0;
        return;
    }
    const uint64_t patience_us = room->hub->config.resume_seconds * UINT64_C(1000000);
    if (watch->alone_since_us == 0 || strcmp(watch->help_id, help->id) != 0) {
        watch->alone_since_us = now_us;
        g_strlcpy(watch->help_id, help->id, sizeof(watch->help_id));
    } else if (now_us - watch->alone_since_us >= patience_us) {
        log_info("help_abandoned", "visit=%s", room->visit_id);
        watch->alone_since_us = now_us; /* until the record says so */
        signaling_hub_post_abandon_help(room->hub, room->visit_id, watch->help_id);
    }
}

#include "signaling/session/picture_notices.h"

#include "gateway/base/clock.h"
#include "signaling/session/seat_news.h"
#include "signaling/session/visit_room.h"

#include <string.h>

/* A camera that was started again takes as long to be seen. */
static const uint64_t STARTS_WITHIN_US = 3000000;

const char *picture_notices_name(enum picture_step step)
{
    static const char *const names[] = {
        [PICTURE_FULL] = "full",
        [PICTURE_SMALL] = "small",
        [PICTURE_STILL] = "still",
        [PICTURE_SOUND_ONLY] = "sound_only",
        [PICTURE_SOUND_LOST] = "sound_lost",
    };
    /* What is not shown is on no step: nobody misses anything. */
    return step < PICTURE_HIDDEN ? names[step] : names[PICTURE_FULL];
}

static bool is_stopped(const struct seat *shown)
{
    return shown->video_muted || (shown->video_started_at_us != 0 &&
                                  clock_now_us() - shown->video_started_at_us < STARTS_WITHIN_US);
}

static enum picture_step as_told(const struct seat *shown, enum picture_step step)
{
    const bool is_missing = step == PICTURE_STILL || step == PICTURE_SOUND_ONLY;
    if (step >= PICTURE_HIDDEN || (is_missing && shown && is_stopped(shown))) {
        return PICTURE_FULL;
    }
    return step;
}

static json_t *picture_event(const struct picture_notice *picture)
{
    return json_pack("{s:s, s:s, s:s}", "type", "picture", "participant", picture->participant_id,
                     "step", picture_notices_name(picture->told));
}

static json_t *seen_event(const struct seat *receiver, const struct picture_notice *picture)
{
    return json_pack("{s:s, s:s, s:s}", "type", "seen", "by", receiver->participant_id, "step",
                     picture_notices_name(picture->told));
}

static void step_to(struct seat *receiver, struct picture_notice *picture, enum picture_step step)
{
    struct seat *shown = visit_room_find_seat(receiver->room, picture->participant_id);
    picture->step = step;
    if (picture->told == as_told(shown, step)) {
        return;
    }
    picture->told = as_told(shown, step);
    seat_tell(receiver, picture_event(picture));
    if (shown) {
        seat_tell(shown, seen_event(receiver, picture));
    }
}

void picture_notices_on_event(struct visit_room *room, const struct worker_picture_event *event)
{
    struct seat *receiver = visit_room_find_endpoint(room, event->endpoint_id);
    const struct seat *shown = visit_room_find_endpoint(room, event->source_endpoint_id);
    /* Said before the worker knew that somebody else is in the slot. */
    if (!receiver || !shown || event->slot >= ENDPOINT_SLOTS_MAX ||
        receiver->bound[event->slot].endpoint_id != event->source_endpoint_id) {
        return;
    }
    struct picture_notice *picture = &receiver->pictures[event->slot];
    memcpy(picture->participant_id, shown->participant_id, sizeof(picture->participant_id));
    step_to(receiver, picture, event->step);
}

void picture_notices_clear(struct seat *receiver, size_t slot)
{
    struct picture_notice *picture = &receiver->pictures[slot];
    if (picture->participant_id[0]) {
        step_to(receiver, picture, PICTURE_FULL);
        memset(picture, 0, sizeof(*picture));
    }
}

void picture_notices_repeat(struct seat *seat)
{
    for (size_t i = 0; i < ENDPOINT_SLOTS_MAX; i++) {
        if (seat->pictures[i].told != PICTURE_FULL) {
            seat_tell(seat, picture_event(&seat->pictures[i]));
        }
    }
    for (guint i = 0; i < seat->room->seats->len; i++) {
        const struct seat *receiver = seat->room->seats->pdata[i];
        for (size_t s = 0; s < ENDPOINT_SLOTS_MAX; s++) {
            if (receiver->pictures[s].told != PICTURE_FULL &&
                strcmp(receiver->pictures[s].participant_id, seat->participant_id) == 0) {
                seat_tell(seat, seen_event(receiver, &receiver->pictures[s]));
            }
        }
    }
}

enum picture_step picture_notices_worst(const struct seat *receiver)
{
    enum picture_step worst = PICTURE_FULL;
    for (size_t i = 0; i < ENDPOINT_SLOTS_MAX; i++) {
        const enum picture_step step = receiver->pictures[i].told;
        worst = step > worst ? step : worst;
    }
    return worst;
}

void picture_notices_review(struct visit_room *room)
{
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *receiver = room->seats->pdata[i];
        for (size_t s = 0; s < ENDPOINT_SLOTS_MAX; s++) {
            struct picture_notice *picture = &receiver->pictures[s];
            if (picture->participant_id[0]) {
                step_to(receiver, picture, picture->step);
            }
        }
    }
}

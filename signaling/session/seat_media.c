#include "signaling/session/seat_media.h"

#include "gateway/base/clock.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/seat_news.h"
#include "signaling/session/visit_room.h"

#include <string.h>

static void forget_bound(struct seat *seat)
{
    memset(seat->bound, 0, sizeof(seat->bound));
    for (size_t i = 0; i < ENDPOINT_SLOTS_MAX; i++) {
        picture_notices_clear(seat, i);
    }
}

void seat_close_endpoint(struct seat *seat)
{
    if (seat->endpoint_id != 0) {
        worker_pool_close_endpoint(seat->room->hub->config.workers, seat->endpoint_id);
    }
    seat->endpoint_id = 0;
    seat->circle = ROOM_OUTSIDE;
    seat->ready = false;
    seat->has_report = false;
    forget_bound(seat);
    seat_link_reset(seat);
}

/* Whoever is among those who hear each other and has negotiated media; while the team huddles, it
 * stands where no recorder is, and so do two of whom one helps the other. */
static enum room_circle circle_of(const struct seat *seat)
{
    const bool is_apart = seat_is_apart(seat);
    const bool belongs = seat->endpoint_id != 0 && (is_apart || seat_hears(seat)) &&
                         peer_negotiation_has_media(seat->negotiation);
    if (!belongs) {
        return ROOM_OUTSIDE;
    }
    if (is_apart) {
        return ROOM_CIRCLE_HELP;
    }
    return seat->room->picture->visit.huddle_since_ms != 0 ? ROOM_CIRCLE_HUDDLE : ROOM_CIRCLE_VISIT;
}

void seat_media_arrange_room(struct visit_room *room)
{
    struct worker_place places[ROOM_ENDPOINTS_MAX];
    size_t count = 0;
    for (guint i = 0; i < room->seats->len && count < ROOM_ENDPOINTS_MAX; i++) {
        struct seat *seat = room->seats->pdata[i];
        const enum room_circle circle = circle_of(seat);
        if (circle != seat->circle) {
            seat->circle = circle;
            forget_bound(seat);
            places[count++] =
                (struct worker_place){.endpoint_id = seat->endpoint_id, .circle = circle};
        }
    }
    worker_pool_arrange_room(room->hub->config.workers, room->id, places, count);
}

static bool is_assignable(const struct visit_picture *picture, bool apart,
                          const struct participant *participant)
{
    return participant->connected && (apart ? visit_picture_sets_apart(picture, participant)
                                            : visit_picture_hears(picture, participant));
}

void seat_media_assign_slots(struct seat *seat)
{
    const struct visit_picture *picture = seat->room->picture;
    const char *people[VISIT_PARTICIPANTS_MAX];
    const bool apart = seat_is_apart(seat);
    size_t count = 0;
    for (size_t i = 0; i < picture->participant_count; i++) {
        const struct participant *other = &picture->participants[i];
        if (is_assignable(picture, apart, other) && strcmp(other->id, seat->participant_id) != 0) {
            people[count++] = other->id;
        }
    }
    slot_assignment_resize(&seat->slots, peer_negotiation_media(seat->negotiation)->slot_count);
    (void)slot_assignment_update(&seat->slots, people, apart || seat_hears(seat) ? count : 0);
}

json_t *seat_slots_json(const struct seat *seat)
{
    const struct endpoint_media *media = peer_negotiation_media(seat->negotiation);
    json_t *list = json_array();
    for (size_t i = 0; i < seat->slots.slot_count && i < media->slot_count; i++) {
        const char *id = seat->slots.slots[i].participant_id;
        json_array_append_new(list, json_pack("{s:i, s:o, s:s, s:s}", "slot", (int)i, "participant",
                                              *id ? json_string(id) : json_null(), "audio_mid",
                                              media->slots[i].audio.mid, "video_mid",
                                              media->slots[i].video.mid));
    }
    return list;
}

static void show_slot(struct seat *seat, size_t slot)
{
    const uint32_t width = seat->slots.slots[slot].width;
    const uint32_t height = seat->slots.slots[slot].height;
    if (seat->bound[slot].width != width || seat->bound[slot].height != height) {
        seat->bound[slot].width = width;
        seat->bound[slot].height = height;
        worker_pool_set_slot_view(seat->room->hub->config.workers, seat->endpoint_id,
                                  (uint32_t)slot, width, height);
    }
}

static void bind_slot(struct seat *seat, size_t slot)
{
    const char *id = seat->slots.slots[slot].participant_id;
    const struct seat *source = *id ? visit_room_find_seat(seat->room, id) : NULL;
    const uint64_t endpoint_id = source && source->circle == seat->circle ? source->endpoint_id : 0;
    const bool video = seat->slots.slots[slot].video;
    if (seat->bound[slot].endpoint_id == endpoint_id &&
        (seat->bound[slot].video == video || endpoint_id == 0)) {
        return;
    }
    if (seat->bound[slot].endpoint_id != endpoint_id) {
        picture_notices_clear(seat, slot);
        seat->link.slots[slot] = (struct slot_watchdog){.bound_us = clock_now_us()};
    }
    seat->bound[slot].endpoint_id = endpoint_id;
    seat->bound[slot].video = video;
    worker_pool_bind_slot(seat->room->hub->config.workers, seat->endpoint_id, (uint32_t)slot,
                          endpoint_id, video);
}

void seat_media_bind_slots(struct seat *seat)
{
    for (size_t i = 0; seat->circle != ROOM_OUTSIDE && seat->ready && i < seat->slots.slot_count;
         i++) {
        show_slot(seat, i); /* first, so that the right layer is sent from the start */
        bind_slot(seat, i);
    }
}

void seat_rebind_slot(struct seat *seat, size_t slot, bool sound)
{
    const uint64_t endpoint_id = seat->bound[slot].endpoint_id;
    if (endpoint_id == 0 || (!sound && !seat->bound[slot].video)) {
        return;
    }
    struct worker_pool *workers = seat->room->hub->config.workers;
    worker_pool_bind_slot(workers, seat->endpoint_id, (uint32_t)slot, sound ? 0 : endpoint_id,
                          false);
    worker_pool_bind_slot(workers, seat->endpoint_id, (uint32_t)slot, endpoint_id,
                          seat->bound[slot].video);
}

const struct endpoint_media **visit_room_receivers(const struct visit_room *room,
                                                   const struct seat *sender, size_t *ret_count)
{
    const struct endpoint_media **receivers =
        g_new(const struct endpoint_media *, room->seats->len + 1);
    size_t count = 0;
    for (guint i = 0; i < room->seats->len; i++) {
        const struct seat *seat = room->seats->pdata[i];
        if (seat != sender && seat_takes_part(seat) &&
            peer_negotiation_has_media(seat->negotiation)) {
            receivers[count++] = peer_negotiation_media(seat->negotiation);
        }
    }
    *ret_count = count;
    return receivers;
}

void seat_media_check_codec(struct seat *seat)
{
    size_t count;
    g_autofree const struct endpoint_media **receivers =
        visit_room_receivers(seat->room, seat, &count);
    const bool wants = seat->circle != ROOM_OUTSIDE &&
                       peer_negotiation_wants_other_codec(seat->negotiation, receivers, count);
    if (wants && !seat->asked_to_renegotiate) {
        seat_tell(seat, json_pack("{s:s}", "type", "renegotiate"));
    }
    seat->asked_to_renegotiate = wants;
}

/* Who stands with whom: entering, leaving, and going from circle to circle. */
#include "media/router/room.h"
#include "media/router/room_state.h"

bool room_endpoint_is_recorded(const struct room_endpoint *endpoint)
{
    return endpoint->room->recorder && endpoint->circle == ROOM_CIRCLE_VISIT;
}

static void record_endpoint(struct room *room, struct room_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->track_count; i++) {
        recorder_feed_add_track(room->recorder, endpoint->tracks[i], endpoint->label);
    }
}

void room_record_everybody(struct room *room)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        struct room_endpoint *endpoint = LIST_ENTRY(element, struct room_endpoint, in_room_list);
        if (room_endpoint_is_recorded(endpoint)) {
            record_endpoint(room, endpoint);
        }
    }
}

static void step_in(struct room *room, struct room_endpoint *endpoint, enum room_circle circle)
{
    endpoint->circle = circle;
    endpoint->subscriber.open = endpoint->connected;
    if (circle != ROOM_CIRCLE_HELP) { /* nobody in the visit is asked to look at them */
        active_speaker_add(&room->speaker, &endpoint->speaker, endpoint->id);
    }
    if (room_endpoint_is_recorded(endpoint)) {
        record_endpoint(room, endpoint);
    }
}

static void step_out(struct room *room, struct room_endpoint *endpoint, bool goes_on)
{
    endpoint->circle = ROOM_OUTSIDE;
    endpoint->subscriber.open = false;
    room_empty_slots(room, endpoint);
    active_speaker_remove(&room->speaker, &endpoint->speaker); /* may be none of them */
    for (size_t i = 0; room->recorder && i < endpoint->track_count; i++) {
        recorder_feed_remove_track(room->recorder, endpoint->tracks[i]);
    }
    room_endpoint_restart_streams(endpoint, goes_on);
}

void room_move(struct room *room, struct room_endpoint *endpoint, enum room_circle circle)
{
    if (endpoint->circle == circle) {
        return;
    }
    if (endpoint->circle != ROOM_OUTSIDE) {
        step_out(room, endpoint, circle != ROOM_OUTSIDE);
    }
    if (circle != ROOM_OUTSIDE) {
        step_in(room, endpoint, circle);
    }
}

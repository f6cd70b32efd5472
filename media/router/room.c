#include "media/router/room.h"

#include "media/router/room_sound.h"
#include "media/router/room_state.h"

#include <assert.h>
#include <errno.h>

static const uint64_t SPEAKER_INTERVAL_US = 50000;
/* What looks at every line of everybody, and concerns spans of a tenth of a second and more: what
 * is kept, what of the sound came. */
static const uint64_t TEND_INTERVAL_US = 60000;

/* ---- life ---- */

struct room *room_create(const struct room_config *config)
{
    struct room *room = calloc(1, sizeof(*room));
    room->config = *config;
    room->next_source = 1;
    list_init(&room->endpoints);
    list_init(&room->waiting);
    list_init(&room->asking);
    active_speaker_init(&room->speaker);
    return room;
}

struct room *room_destroy(struct room *room)
{
    if (!room) {
        return NULL;
    }
    assert(list_is_empty(&room->endpoints));
    room->recorder = recorder_feed_destroy(room->recorder);
    free(room);
    return NULL;
}

uint64_t room_id(const struct room *room)
{
    return room->config.id;
}

struct room_endpoint *room_find_endpoint(const struct room *room, uint64_t id)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        struct room_endpoint *endpoint = LIST_ENTRY(element, struct room_endpoint, in_room_list);
        if (endpoint->id == id) {
            return endpoint;
        }
    }
    return NULL;
}

static void reconnect_slots(struct room *room, uint64_t now_us);

static void tell_speaker(struct room *room, uint64_t now_us)
{
    uint64_t id = 0;
    if (now_us < room->speaker_due_us) {
        return;
    }
    room->speaker_due_us = now_us + SPEAKER_INTERVAL_US;
    if (!active_speaker_update(&room->speaker, now_us, &id)) {
        return;
    }
    room->config.ops->on_speaker(room->config.context, room->config.id, id);
    if (id != 0 && id != room->speaker_id) {
        room->speaker_id = id;
        if (room->thinned) {
            reconnect_slots(room, now_us);
        }
    }
}

static void tend_recorder(struct room *room, uint64_t now_us)
{
    if (!room->recorder) {
        return;
    }
    recorder_feed_on_tick(room->recorder, now_us);
    if (recorder_feed_is_broken(room->recorder) && !room->recorder_reported_broken) {
        room->recorder_reported_broken = true;
        room->config.ops->on_recording_broken(room->config.context, room->config.id);
    }
}

/* ---- what is kept for retransmission ---- */

static void note_receiver(const struct subscribed_track *line, const struct subscriber *subscriber)
{
    struct published_track *source = line ? subscribed_track_source(line) : NULL;
    const uint32_t reach_us =
        retransmission_reach_for(subscriber->rtt_us, downlink_is_lossy(&subscriber->downlink));
    if (source && reach_us > source->receivers_reach_us) {
        source->receivers_reach_us = reach_us;
    }
}

static void note_receivers(struct room *room)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        const struct room_endpoint *endpoint =
            LIST_ENTRY(element, struct room_endpoint, in_room_list);
        for (size_t i = 0; i < endpoint->slot_count; i++) {
            note_receiver(endpoint->slots[i].video, &endpoint->subscriber);
        }
    }
}

static void tend_track(struct published_track *track, uint32_t rtt_us, uint64_t now_us)
{
    published_track_look_at_losses(track, rtt_us, now_us);
    for (size_t i = 0; i < track->stream_count; i++) {
        published_stream_tend(&track->streams[i], track->receivers_reach_us, now_us);
    }
    track->receivers_reach_us = 0; /* noted anew at the next tick */
}

static void tend_tracks(struct room *room, uint64_t now_us)
{
    note_receivers(room);
    LIST_FOR_EACH (element, &room->endpoints) {
        const struct room_endpoint *endpoint =
            LIST_ENTRY(element, struct room_endpoint, in_room_list);
        for (size_t i = 0; i < endpoint->track_count; i++) {
            tend_track(endpoint->tracks[i], endpoint->subscriber.rtt_us, now_us);
        }
    }
}

/* Whose last packets serve as padding: a picture that it has. */
static struct subscribed_track *padder_of(const struct room_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        if (endpoint->slots[i].video && subscribed_track_source(endpoint->slots[i].video)) {
            return endpoint->slots[i].video;
        }
    }
    return NULL;
}

void room_send_waiting(struct room *room, uint64_t now_us)
{
    LIST_FOR_EACH (element, &room->waiting) {
        struct room_endpoint *endpoint =
            LIST_ENTRY(element, struct room_endpoint, subscriber.downlink.in_waiting);
        downlink_send_waiting(&endpoint->subscriber.downlink, padder_of(endpoint), now_us);
    }
    LIST_FOR_EACH (element, &room->asking) {
        struct room_endpoint *endpoint = LIST_ENTRY(element, struct room_endpoint, in_asking);
        if (!endpoint_reports_ask_for_missing(endpoint, now_us)) {
            list_remove(element);
        }
    }
}

bool room_is_waiting(const struct room *room)
{
    return !list_is_empty(&room->waiting) || !list_is_empty(&room->asking);
}

static void tell_playout_delays(struct room *room)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        const struct room_endpoint *endpoint =
            LIST_ENTRY(element, struct room_endpoint, in_room_list);
        if (endpoint->circle != ROOM_OUTSIDE) {
            endpoint_pictures_tell_playout_delays(endpoint);
        }
    }
}

static void tend(struct room *room, uint64_t now_us)
{
    if (now_us < room->tend_due_us) {
        return;
    }
    room->tend_due_us = now_us + TEND_INTERVAL_US;
    tend_tracks(room, now_us);
    tell_playout_delays(room);
    room_sound_on_tick(room, now_us);
}

void room_on_tick(struct room *room, uint64_t now_us)
{
    tend(room, now_us);
    LIST_FOR_EACH (element, &room->endpoints) {
        struct room_endpoint *endpoint = LIST_ENTRY(element, struct room_endpoint, in_room_list);
        downlink_on_tick(&endpoint->subscriber.downlink, now_us);
        endpoint_pictures_on_tick(endpoint, now_us);
        endpoint_pictures_tell_wanted(endpoint, now_us);
    }
    room_send_waiting(room, now_us);
    LIST_FOR_EACH (element, &room->endpoints) {
        endpoint_reports_on_tick(LIST_ENTRY(element, struct room_endpoint, in_room_list), now_us);
    }
    tell_speaker(room, now_us);
    tend_recorder(room, now_us);
}

/* ---- slots ---- */

static struct published_track *first_of_kind(const struct room_endpoint *endpoint,
                                             enum media_kind kind)
{
    for (size_t i = 0; endpoint && i < endpoint->track_count; i++) {
        if (endpoint->tracks[i]->negotiated.kind == kind) {
            return endpoint->tracks[i];
        }
    }
    return NULL;
}

/* A picture that has no layers to leave out is left out whole, but for the speaker's. */
static struct published_track *picture_of(const struct room_endpoint *source)
{
    struct published_track *picture = first_of_kind(source, MEDIA_KIND_VIDEO);
    const bool is_left_out = picture && source->room->thinned && picture->stream_count == 1 &&
                             source->id != source->room->speaker_id;
    return is_left_out ? NULL : picture;
}

static void connect_line(struct subscribed_track **track, enum media_kind kind,
                         const struct endpoint_slot_line *line, struct subscriber *subscriber,
                         struct published_track *source, uint64_t now_us)
{
    if (!*track && source && line->mid[0] != '\0') {
        *track = subscribed_track_create(kind, line, subscriber, now_us);
    }
    if (*track) {
        subscribed_track_set_source(*track, source, now_us);
    }
}

/* The slot's lines listen to what `source` (NULL: nobody) publishes now. */
static void connect_slot(struct room_slot *slot, const struct room_endpoint *source,
                         uint64_t now_us)
{
    connect_line(&slot->audio, MEDIA_KIND_AUDIO, &slot->lines.audio, slot->subscriber,
                 first_of_kind(source, MEDIA_KIND_AUDIO), now_us);
    connect_line(&slot->video, MEDIA_KIND_VIDEO, &slot->lines.video, slot->subscriber,
                 slot->video_wanted ? picture_of(source) : NULL, now_us);
    if (slot->video) {
        subscribed_track_follow(slot->video, slot->audio);
    }
}

static void empty_slot(struct room_slot *slot, uint64_t now_us)
{
    endpoint_pictures_begin(slot, now_us);
    slot->source_id = 0;
    slot->video_wanted = false;
    connect_slot(slot, NULL, now_us);
}

static void limit_layers(const struct room_endpoint *source)
{
    for (size_t i = 0; i < source->track_count; i++) {
        source->tracks[i]->lowest_layer_alone = source->room->thinned;
    }
}

/* Calls for every slot in the room that `source` is in. */
static void for_slots_of(struct room *room, uint64_t source_id,
                         void (*act)(struct room_slot *slot, const struct room_endpoint *source,
                                     uint64_t now_us),
                         const struct room_endpoint *source, uint64_t now_us)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        struct room_endpoint *endpoint = LIST_ENTRY(element, struct room_endpoint, in_room_list);
        for (size_t i = 0; i < endpoint->slot_count; i++) {
            if (endpoint->slots[i].source_id == source_id) {
                act(&endpoint->slots[i], source, now_us);
            }
        }
    }
}

void room_reconnect_source(struct room *room, const struct room_endpoint *source, uint64_t now_us)
{
    limit_layers(source);
    for_slots_of(room, source->id, connect_slot, source, now_us);
}

static void reconnect_slots(struct room *room, uint64_t now_us)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        room_reconnect_source(room, LIST_ENTRY(element, struct room_endpoint, in_room_list),
                              now_us);
    }
}

void room_set_thinned(struct room *room, bool thinned, uint64_t now_us)
{
    if (thinned != room->thinned) {
        room->thinned = thinned;
        reconnect_slots(room, now_us);
    }
}

int room_bind_slot(struct room *room, struct room_endpoint *endpoint, uint32_t index,
                   uint64_t source_id, bool video, uint64_t now_us)
{
    struct room_endpoint *source = room_find_endpoint(room, source_id);
    if (index >= endpoint->slot_count) {
        return -ERANGE;
    }
    struct room_slot *slot = &endpoint->slots[index];
    if (source_id == 0) {
        empty_slot(slot, now_us);
        return 0;
    }
    if (endpoint->circle == ROOM_OUTSIDE || !source || source->circle != endpoint->circle) {
        return -ENOENT;
    }
    if (source == endpoint) {
        return -EINVAL;
    }
    if (source_id != slot->source_id) {
        endpoint_pictures_begin(slot, now_us);
    } else if (video && !slot->video_wanted) {
        slot->picture.began_us = now_us;
    }
    slot->source_id = source_id;
    slot->video_wanted = video;
    connect_slot(slot, source, now_us);
    endpoint_reports_ask_for_keyframes(source, now_us);
    return 0;
}

/* ---- endpoints ---- */

struct room_endpoint *room_open_endpoint(struct room *room,
                                         const struct room_endpoint_config *config, uint64_t now_us)
{
    if (room->endpoint_count == ROOM_ENDPOINTS_MAX) {
        return NULL;
    }
    struct room_endpoint *endpoint = room_endpoint_create(room, config, now_us);
    list_append(&room->endpoints, &endpoint->in_room_list);
    room->endpoint_count++;
    return endpoint;
}

void room_close_endpoint(struct room *room, struct room_endpoint *endpoint)
{
    room_move(room, endpoint, ROOM_OUTSIDE);
    list_remove(&endpoint->in_room_list);
    room->endpoint_count--;
    room_endpoint_destroy(endpoint);
}

static void empty_slot_of(struct room_slot *slot, const struct room_endpoint *source,
                          uint64_t now_us)
{
    (void)source;
    empty_slot(slot, now_us);
}

void room_empty_slots(struct room *room, struct room_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        empty_slot(&endpoint->slots[i], 0);
    }
    for_slots_of(room, endpoint->id, empty_slot_of, endpoint, 0);
}

/* ---- recording ---- */

uint64_t room_recorder_dropped(const struct room *room)
{
    return room->recorder_dropped_before +
           (room->recorder ? recorder_feed_dropped(room->recorder) : 0);
}

static void drop_recorder(struct room *room)
{
    room->recorder_dropped_before = room_recorder_dropped(room);
    room->recorder = recorder_feed_destroy(room->recorder);
}

void room_attach_recorder(struct room *room, const struct sink *sink)
{
    drop_recorder(room);
    room->recorder = recorder_feed_create(sink);
    room->recorder_reported_broken = false;
    room_record_everybody(room);
}

int room_resume_recording(struct room *room, int64_t wall_ms, uint64_t now_us)
{
    if (!room->recorder) {
        return -ENOENT;
    }
    recorder_feed_resume(room->recorder, wall_ms, now_us);
    return 0;
}

int room_pause_recording(struct room *room, int64_t wall_ms, uint64_t now_us)
{
    if (!room->recorder) {
        return -ENOENT;
    }
    recorder_feed_pause(room->recorder, wall_ms, now_us);
    return 0;
}

int room_detach_recorder(struct room *room, int64_t wall_ms, uint64_t now_us)
{
    if (!room->recorder) {
        return -ENOENT;
    }
    recorder_feed_pause(room->recorder, wall_ms, now_us);
    recorder_feed_end(room->recorder, now_us);
    drop_recorder(room);
    return 0;
}

void room_on_recorder_message(struct room *room, const uint8_t *datagram, size_t size,
                              uint64_t now_us)
{
    if (room->recorder) {
        recorder_feed_on_message(room->recorder, datagram, size, now_us);
    }
}

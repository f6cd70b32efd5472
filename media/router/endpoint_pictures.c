#include "media/router/endpoint_pictures.h"

#include "media/router/endpoint_uplink.h"
#include "media/router/room_state.h"

static const uint64_t INTERVAL_US = 100000;
static const uint64_t WANTED_INTERVAL_US = 250000;
static const uint64_t SOUND_INTERVAL_US = 500000;
static const uint32_t UNLIMITED_BPS = UINT32_MAX / 4;
/* A receiver that says nothing at all for so long, while it is sent to, hears nothing. */
static const uint64_t UNHEARD_US = 4000000;
static const uint16_t SOUND_LOST_PERMILLE = 400;
static const uint32_t RECORDED_LINES_MAX = 720;
static const uint32_t SHOWN_LINES_MAX = 4320;

enum priority { PRIORITY_ORDINARY, PRIORITY_PATIENT, PRIORITY_SPEAKER };

/* ---- what there is ---- */

static const struct published_track *source_of(const struct room_slot *slot)
{
    return slot->video ? subscribed_track_source(slot->video) : NULL;
}

static uint8_t priority_of(const struct room_endpoint *endpoint, const struct room_slot *slot)
{
    const struct room_endpoint *source = room_find_endpoint(endpoint->room, slot->source_id);
    if (slot->source_id == endpoint->room->speaker_id) {
        return PRIORITY_SPEAKER;
    }
    return source && source->priority == PICTURE_PRIORITY_PATIENT ? PRIORITY_PATIENT
                                                                  : PRIORITY_ORDINARY;
}

/* Layers of which no key frame told a size are taken for halves of one another. */
static uint16_t lines_of(const struct published_track *track, size_t layer)
{
    for (size_t i = track->stream_count; i-- > 0;) {
        const uint32_t known = track->streams[i].meter.height;
        if (known > 0) {
            return (uint16_t)(i >= layer ? known >> (i - layer) : known << (layer - i));
        }
    }
    return (uint16_t)(540u >> (track->stream_count - 1 - layer));
}

static uint16_t lines_shown(const struct published_track *track, const struct room_slot *slot)
{
    uint32_t lines = slot->view_height;
    for (size_t i = 0; i < track->stream_count; i++) {
        const uint32_t on =
            layer_meter_lines_on(&track->streams[i].meter, slot->view_width, slot->view_height);
        lines = on > lines ? on : lines;
    }
    return (uint16_t)(lines < SHOWN_LINES_MAX ? lines : SHOWN_LINES_MAX);
}

static void read_slot(const struct room_endpoint *endpoint, const struct room_slot *slot,
                      uint64_t now_us, struct allocation_slot *ret_slot)
{
    const struct published_track *track = source_of(slot);
    *ret_slot = (struct allocation_slot){.is_shown = false};
    if (!track || !slot->video_wanted) {
        return;
    }
    ret_slot->is_shown = true;
    ret_slot->shown_lines = lines_shown(track, slot);
    ret_slot->priority = priority_of(endpoint, slot);
    ret_slot->layer_count = track->stream_count;
    for (size_t i = 0; i < track->stream_count; i++) {
        struct allocation_layer *layer = &ret_slot->layers[i];
        layer_meter_read(&track->streams[i].meter, layer->bps);
        layer->flows = simulcast_layer_flows(&track->streams[i].layer, now_us);
        layer->height = track->streams[i].meter.height > 0 ? track->streams[i].meter.height
                                                           : lines_of(track, i);
    }
}

/* ---- the budget ---- */

static void measure_sound(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct endpoint_pictures *pictures = &endpoint->pictures;
    const uint64_t bytes = endpoint->subscriber.sound_bytes;
    const uint64_t span_us = now_us - pictures->sound_measured_at_us;
    if (span_us < SOUND_INTERVAL_US) {
        return;
    }
    const uint32_t bps = (uint32_t)((bytes - pictures->sound_bytes) * 8000000u / span_us);
    pictures->sound_bps =
        bps > pictures->sound_bps ? bps : (uint32_t)((7ull * pictures->sound_bps + bps) / 8);
    pictures->sound_bytes = bytes;
    pictures->sound_measured_at_us = now_us;
}

static uint32_t budget_of(const struct room_endpoint *endpoint, uint64_t now_us)
{
    const struct downlink *downlink = &endpoint->subscriber.downlink;
    const uint32_t sound_bps = endpoint->pictures.sound_bps;
    const uint32_t bps = downlink_believed_bps(downlink, now_us);
    if (bps == 0) {
        return UNLIMITED_BPS;
    }
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    /* What is lost is sent again. */
    const uint32_t lost_permille = estimate ? estimate->loss_permille : 0;
    const uint32_t kept_permille = lost_permille < 500 ? 1000 - lost_permille : 500;
    const uint32_t usable_bps = (uint32_t)((uint64_t)bps * kept_permille / 1000);
    return usable_bps > sound_bps ? usable_bps - sound_bps : 0;
}

/* ---- choices ---- */

/* The old layer goes on until the key frame of the new one is there; while it is too much, it is
 * its base alone. Before its link is known nobody is refused the lowest layer. */
static void choose(const struct room_endpoint *endpoint, struct room_slot *slot,
                   struct picture_choice choice, uint64_t now_us)
{
    struct subscribed_picture picture;
    subscribed_track_picture(slot->video, &picture);
    if (downlink_is_unheard_of(&endpoint->subscriber.downlink, now_us)) {
        choice = PICTURE_CHOICE_NOTHING;
    } else if (!endpoint->subscriber.downlink.governed && (choice.layer < 0 || choice.still)) {
        choice = PICTURE_CHOICE_WHOLE(0);
    }
    if (choice.layer >= 0 && picture.layer > choice.layer) {
        choice.temporal = 0;
    }
    subscribed_track_choose(slot->video, choice, now_us);
}

static void note_overdue(struct room_endpoint *endpoint, struct allocation_memory *memories,
                         uint64_t now_us)
{
    struct endpoint_pictures *pictures = &endpoint->pictures;
    if (pictures->overdue_count == endpoint->subscriber.downlink.overdue_count) {
        return;
    }
    pictures->overdue_count = endpoint->subscriber.downlink.overdue_count;
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        allocation_memory_fall_back(&memories[i], now_us);
    }
}

static void allocate(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct allocation_slot slots[ALLOCATOR_SLOTS_MAX];
    struct allocation_memory memories[ALLOCATOR_SLOTS_MAX];
    struct allocation_result result;
    struct endpoint_pictures *pictures = &endpoint->pictures;
    const struct allocation_input input = {
        .budget_bps = budget_of(endpoint, now_us),
        .is_stopped = pictures->is_stopped,
        .sends_twice =
            picture_protection_wants_all_twice(&endpoint->subscriber.downlink.protection),
        .slots = slots,
        .slot_count = endpoint->slot_count,
    };
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        read_slot(endpoint, &endpoint->slots[i], now_us, &slots[i]);
        memories[i] = endpoint->slots[i].picture.memory;
    }
    note_overdue(endpoint, memories, now_us);
    bitrate_allocator_run(&input, memories, now_us, &result);
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        struct room_slot *slot = &endpoint->slots[i];
        slot->picture.memory = memories[i];
        slot->picture.layer_wanted = result.layers_wanted[i];
        slot->picture.limit_bps = result.limits_bps[i];
        slot->picture.is_full = result.is_full[i];
        if (slots[i].is_shown) {
            choose(endpoint, slot, result.choices[i], now_us);
        }
    }
    downlink_set_wanted(&endpoint->subscriber.downlink, result.wanted_bps + pictures->sound_bps,
                        now_us);
}

/* ---- the ladder ---- */

static bool is_sound_lost(const struct room_endpoint *endpoint, uint64_t now_us)
{
    const struct downlink *downlink = &endpoint->subscriber.downlink;
    const bool unheard = downlink->heard_at_us != 0 && endpoint->subscriber.open &&
                         now_us - downlink->heard_at_us > UNHEARD_US;
    return unheard || endpoint->subscriber.sound_lost_permille > SOUND_LOST_PERMILLE;
}

static void climb(struct room_endpoint *endpoint, size_t index, uint64_t now_us)
{
    const struct room_ops *ops = endpoint->room->config.ops;
    struct room_slot *slot = &endpoint->slots[index];
    const struct room_endpoint *source = room_find_endpoint(endpoint->room, slot->source_id);
    struct subscribed_picture picture = {.layer = -1};
    enum picture_step step;
    if (!source || !room_endpoint_has_picture(source) || !endpoint->subscriber.open) {
        return;
    }
    if (slot->video) {
        subscribed_track_picture(slot->video, &picture);
    }
    const struct picture_state state = {
        .is_shown = slot->video_wanted,
        .sound_is_lost = is_sound_lost(endpoint, now_us),
        .is_full = slot->picture.is_full,
        .is_still = picture.is_still,
        .sent_at_us = picture.sent_at_us,
        .stuck_since_us = picture.stuck_since_us,
        .began_us = slot->picture.began_us,
    };
    if (picture_ladder_update(&slot->picture.ladder, &state, now_us, &step) && ops->on_picture) {
        ops->on_picture(endpoint->room->config.context, endpoint->id, (uint32_t)index,
                        slot->source_id, step);
    }
}

/* ---- */

void endpoint_pictures_begin(struct room_slot *slot, uint64_t now_us)
{
    slot->picture = (struct slot_picture){.began_us = now_us, .layer_wanted = -1};
    picture_ladder_init(&slot->picture.ladder);
}

static void run(struct room_endpoint *endpoint, uint64_t now_us)
{
    const uint32_t bps = downlink_believed_bps(&endpoint->subscriber.downlink, now_us);
    endpoint->pictures.due_us = now_us + INTERVAL_US;
    endpoint->pictures.allocated_bps = bps;
    allocate(endpoint, now_us);
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        climb(endpoint, i, now_us);
    }
}

void endpoint_pictures_on_estimate(struct room_endpoint *endpoint, uint64_t now_us)
{
    struct endpoint_pictures *pictures = &endpoint->pictures;
    const struct downlink *downlink = &endpoint->subscriber.downlink;
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    const bool is_stopped = estimate && estimate->drained_wanted;
    const uint32_t bps = downlink_believed_bps(downlink, now_us);
    const bool fell = bps < pictures->allocated_bps - pictures->allocated_bps / 10;
    if (is_stopped != pictures->is_stopped || fell) {
        pictures->is_stopped = is_stopped;
        run(endpoint, now_us);
    }
}

void endpoint_pictures_tell_playout_delays(const struct room_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        if (endpoint->slots[i].video) {
            subscribed_track_tell_playout_delay(endpoint->slots[i].video);
        }
    }
}

void endpoint_pictures_on_tick(struct room_endpoint *endpoint, uint64_t now_us)
{
    if (endpoint->circle == ROOM_OUTSIDE || endpoint->slot_count == 0) {
        return;
    }
    measure_sound(endpoint, now_us);
    endpoint_pictures_on_estimate(endpoint, now_us);
    if (now_us >= endpoint->pictures.due_us ||
        endpoint->pictures.overdue_count != endpoint->subscriber.downlink.overdue_count) {
        run(endpoint, now_us);
    }
}

/* ---- what is wanted of what it sends ---- */

/* The recorder is a viewer of the best layer up to 720 lines. */
static void add_recorder(const struct room_endpoint *endpoint, const struct published_track *track,
                         struct layers_demand *demand)
{
    if (!endpoint->room->recorder || !recorder_feed_is_flowing(endpoint->room->recorder)) {
        return;
    }
    for (size_t i = track->stream_count; i-- > 0;) {
        if (i == 0 || lines_of(track, i) <= RECORDED_LINES_MAX) {
            demand->layers |= 1u << i;
            return;
        }
    }
}

static void gather(const struct room_endpoint *endpoint, const struct published_track *track,
                   struct layers_demand *demand)
{
    LIST_FOR_EACH (element, &endpoint->room->endpoints) {
        const struct room_endpoint *other = LIST_ENTRY(element, struct room_endpoint, in_room_list);
        for (size_t i = 0; i < other->slot_count; i++) {
            const struct room_slot *slot = &other->slots[i];
            if (source_of(slot) == track && slot->video_wanted) {
                layers_demand_add(demand, slot->picture.layer_wanted, slot->picture.limit_bps);
            }
        }
    }
    add_recorder(endpoint, track, demand);
}

static void tell_wanted(struct room_endpoint *endpoint, size_t index, uint64_t now_us)
{
    const struct room_config *config = &endpoint->room->config;
    const struct published_track *track = endpoint->tracks[index];
    struct picture_demand *known = &endpoint->demands[index];
    struct layers_demand demand = {.layers = 0};
    struct layers_order order;
    if (known->track != track) {
        *known = (struct picture_demand){.track = track};
        layers_wanted_init(&known->wanted, now_us);
    }
    demand.is_draining = uplink_relief_is_capped(&endpoint->relief);
    if (now_us < known->due_us && demand.is_draining == known->wanted.was_draining) {
        return;
    }
    known->due_us = now_us + WANTED_INTERVAL_US;
    gather(endpoint, track, &demand);
    /* A browser tries what its link carries when a layer is switched on, so it is switched off. */
    demand.is_unproven = !uplink_watch_is_proven(&endpoint->uplink) || known->tries_again;
    known->tries_again = false;
    demand.ceiling_bps = uplink_watch_ceiling_bps(&endpoint->uplink);
    if (layers_wanted_update(&known->wanted, track->stream_count, lines_of(track, 0), &demand,
                             now_us, &order) &&
        config->ops->on_layers_wanted) {
        config->ops->on_layers_wanted(config->context, endpoint->id, track->negotiated.mid, &order);
    }
}

void endpoint_pictures_tell_wanted(struct room_endpoint *endpoint, uint64_t now_us)
{
    endpoint_uplink_on_tick(endpoint, now_us);
    for (size_t i = 0; endpoint->circle != ROOM_OUTSIDE && i < endpoint->track_count; i++) {
        if (endpoint->tracks[i]->negotiated.kind == MEDIA_KIND_VIDEO) {
            tell_wanted(endpoint, i, now_us);
        }
    }
}

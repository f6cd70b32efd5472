#include "media/router/room_sound.h"

#include "gateway/base/clock.h"
#include "media/router/room_state.h"

/* Most of a bad link is the picture's and its repair's, but never of the last of it. */
#define SHARE_OF_LINK 2

static const uint64_t LOOK_US = 1000000;
/* So few frames of a second prove nothing. */
static const uint32_t FRAMES_LEAST = 10;

static struct sound_line *sound_of(const struct room_slot *slot)
{
    return slot->audio ? subscribed_track_sound(slot->audio) : NULL;
}

/* What one line may take; 0: nothing is known of the link. */
static uint32_t share_bps(const struct room_endpoint *endpoint, uint64_t now_us)
{
    const struct bandwidth_estimate *estimate = downlink_estimate(&endpoint->subscriber.downlink);
    uint32_t flowing = 0;
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        const struct sound_line *sound = sound_of(&endpoint->slots[i]);
        flowing += sound && sound_line_flows(sound, now_us);
    }
    return estimate && flowing > 0 ? estimate->bps / SHARE_OF_LINK / flowing : 0;
}

static bool is_shown_pictures(const struct room_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        const struct room_slot *slot = &endpoint->slots[i];
        if (slot->video_wanted && slot->video && subscribed_track_source(slot->video)) {
            return true;
        }
    }
    return false;
}

/* ---- the tick ---- */

static void tell_missed(const struct room *room, const struct room_endpoint *listener,
                        const struct room_slot *slot, const struct unheard_speech_event *event)
{
    const struct room_missed_words missed = {
        .listener_id = listener->id,
        .speaker_id = slot->source_id,
        .began_wall_ms = (int64_t)(clock_wall_us_of(event->began_us) / 1000),
        .missed_ms = event->missed_ms,
        .of_ms = event->of_ms,
    };
    if (room->config.ops->on_missed_words && slot->source_id != 0) {
        room->config.ops->on_missed_words(room->config.context, &missed);
    }
}

/* What the link of a listener bears, as far as that is known. */
static uint32_t link_bps(const struct room_endpoint *listener)
{
    const struct downlink *downlink = &listener->subscriber.downlink;
    const struct bandwidth_estimate *estimate = downlink_estimate(downlink);
    return estimate && downlink->governed ? estimate->bps : SOUND_FRAMES_WIDE_BPS;
}

static void note_at_source(const struct room_endpoint *listener, const struct room_slot *slot,
                           const struct sound_line *sound)
{
    struct published_track *source = subscribed_track_source(slot->audio);
    const uint32_t bps = link_bps(listener);
    if (source) {
        source->thinnest_bps = bps < source->thinnest_bps ? bps : source->thinnest_bps;
        source->is_repeated |= sound_line_repeats(sound);
        if (sound_line_loss(sound) > source->receivers_loss) {
            source->receivers_loss = sound_line_loss(sound);
        }
    }
}

static void tend_lines(const struct room *room, const struct room_endpoint *listener,
                       uint64_t now_us)
{
    const uint32_t share = share_bps(listener, now_us);
    const bool shows = is_shown_pictures(listener);
    for (size_t i = 0; i < listener->slot_count; i++) {
        const struct room_slot *slot = &listener->slots[i];
        struct sound_line *sound = sound_of(slot);
        struct unheard_speech_event missed;
        if (!sound) {
            continue;
        }
        if (sound_line_on_tick(sound, share, shows, now_us, &missed)) {
            tell_missed(room, listener, slot, &missed);
        }
        note_at_source(listener, slot, sound);
    }
}

static void for_microphones(const struct room *room,
                            void (*act)(const struct room_endpoint *endpoint,
                                        struct published_track *track, uint64_t now_us),
                            uint64_t now_us)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        const struct room_endpoint *endpoint =
            LIST_ENTRY(element, struct room_endpoint, in_room_list);
        for (size_t i = 0; i < endpoint->track_count; i++) {
            if (endpoint->tracks[i]->negotiated.kind == MEDIA_KIND_AUDIO) {
                act(endpoint, endpoint->tracks[i], now_us);
            }
        }
    }
}

static void forget_needs(const struct room_endpoint *endpoint, struct published_track *track,
                         uint64_t now_us)
{
    (void)now_us;
    track->thinnest_bps =
        uplink_watch_is_thin(&endpoint->uplink) ? SOUND_FRAMES_THIN_BPS : SOUND_FRAMES_WIDE_BPS;
    track->is_repeated = false;
    track->receivers_loss = 0;
}

static void tell_needs(const struct room_endpoint *endpoint, struct published_track *track,
                       uint64_t now_us)
{
    const struct room_config *config = &endpoint->room->config;
    struct sound_order order;
    if (sound_frames_update(&track->frames, track->thinnest_bps,
                            uplink_watch_is_wide(&endpoint->uplink), now_us, &order) &&
        config->ops->on_sound_wanted) {
        config->ops->on_sound_wanted(config->context, endpoint->id, &order);
    }
    for (size_t i = 0; i < track->stream_count; i++) {
        sound_history_set_wanted(&track->streams[i].recent, track->is_repeated);
    }
}

/* Of all that is said to it, or of the worst line, where only reports tell. */
static uint32_t lost_permille(struct room_endpoint *listener, uint64_t now_us)
{
    struct sound_line_figures all = {0};
    uint32_t reported = 0;
    for (size_t i = 0; i < listener->slot_count; i++) {
        struct sound_line *sound = sound_of(&listener->slots[i]);
        struct sound_line_figures figures;
        if (!sound) {
            continue;
        }
        sound_line_take_recent(sound, &figures);
        all.frames += figures.frames;
        all.unheard += figures.unheard;
        const uint32_t lost = sound_line_loss(sound) * 1000u / 256;
        reported = sound_line_flows(sound, now_us) && lost > reported ? lost : reported;
    }
    if (all.frames == 0 && !downlink_estimate(&listener->subscriber.downlink)) {
        return reported;
    }
    return all.frames >= FRAMES_LEAST ? all.unheard * 1000u / all.frames : 0;
}

/* A second of silence is no reason to call; three are. */
static void watch_lost(struct room_endpoint *listener, uint64_t now_us)
{
    struct subscriber *subscriber = &listener->subscriber;
    if (now_us - subscriber->sound_looked_at_us < LOOK_US) {
        return;
    }
    subscriber->sound_looked_at_us = now_us;
    subscriber->sound_lost_permille =
        (uint16_t)((3u * subscriber->sound_lost_permille + lost_permille(listener, now_us)) / 4);
}

void room_sound_on_tick(struct room *room, uint64_t now_us)
{
    for_microphones(room, forget_needs, now_us);
    LIST_FOR_EACH (element, &room->endpoints) {
        struct room_endpoint *listener = LIST_ENTRY(element, struct room_endpoint, in_room_list);
        tend_lines(room, listener, now_us);
        watch_lost(listener, now_us);
    }
    for_microphones(room, tell_needs, now_us);
}

/* ---- what receivers say ---- */

void room_sound_on_feedback(struct room_endpoint *endpoint,
                            const struct transport_cc_status *statuses, size_t count,
                            unsigned missing)
{
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        struct sound_line *sound = sound_of(&endpoint->slots[i]);
        if (sound) {
            sound_line_on_feedback(sound, statuses, count, missing);
        }
    }
}

/* ---- what is known ---- */

uint16_t room_sound_take_lost_permille(struct room_endpoint *endpoint)
{
    uint32_t frames = 0;
    uint32_t unheard = 0;
    for (size_t i = 0; i < endpoint->slot_count; i++) {
        struct sound_line *sound = sound_of(&endpoint->slots[i]);
        struct sound_line_figures figures;
        if (sound) {
            sound_line_take_figures(sound, &figures);
            frames += figures.frames;
            unheard += figures.unheard;
        }
    }
    return frames > 0 ? (uint16_t)(unheard * 1000u / frames) : 0;
}

#include "signaling/session/seat_link.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/quality_books.h"
#include "signaling/session/seat_media.h"
#include "signaling/session/seat_news.h"

#include <string.h>

LOG_TOPIC("link");

/* ---- what people are told ---- */

static unsigned score_as_told(const struct seat_link *link)
{
    return link->quality.level == QUALITY_LOST ? CONNECTION_SCORE_WORST : link->score.score;
}

static const char *reason_as_told(const struct seat_link *link)
{
    const bool by_level =
        link->quality.level == QUALITY_LOST || link->quality.reason != QUALITY_REASON_NONE;
    return quality_reason_name(by_level ? link->quality.reason : link->score.reason);
}

json_t *seat_link_json(const struct seat *seat)
{
    const struct seat_link *link = &seat->link;
    return json_pack("{s:s, s:s, s:i, s:b}", "level", quality_level_name(link->quality.level),
                     "reason", reason_as_told(link), "score", (int)score_as_told(link), "away",
                     seat->session == NULL);
}

static json_t *quality_event(const struct seat *seat)
{
    const struct seat_link *link = &seat->link;
    return json_pack("{s:s, s:s, s:s, s:s, s:i}", "type", "quality", "participant",
                     seat->participant_id, "level", quality_level_name(link->quality.level),
                     "reason", reason_as_told(link), "score", (int)score_as_told(link));
}

static void tell_quality(struct seat *seat)
{
    if (seat_is_apart(seat)) {
        visit_room_tell_apart(seat->room, quality_event(seat));
    } else {
        visit_room_tell_all(seat->room, quality_event(seat));
    }
}

static json_t *layer_wanted(const struct worker_layers_wanted_event *wanted, const char *rid,
                            size_t index)
{
    const struct worker_layer_limit *limit = &wanted->limits[index];
    return json_pack("{s:s, s:b, s:I, s:I, s:I}", "rid", rid, "active",
                     (wanted->layers >> index & 1) != 0, "max_bitrate", (json_int_t)limit->max_bps,
                     "max_framerate", (json_int_t)limit->max_fps, "scale",
                     (json_int_t)CLAMP(limit->scale_down, 1, 16));
}

static json_t *camera_event(const struct seat *seat)
{
    const struct endpoint_media *media = peer_negotiation_media(seat->negotiation);
    const struct worker_layers_wanted_event *wanted = &seat->link.wanted;
    json_t *layers = json_array();
    for (size_t i = 0; i < media->publication_count; i++) {
        const struct endpoint_publication *publication = &media->publications[i];
        if (strcmp(publication->mid, wanted->mid) != 0) {
            continue;
        }
        const size_t count = MAX(publication->rid_count, 1);
        for (size_t r = 0; r < count; r++) {
            const char *rid = publication->rid_count > 0 ? publication->rids[r] : "";
            json_array_append_new(layers, layer_wanted(wanted, rid, r));
        }
    }
    return json_pack("{s:s, s:o}", "type", "camera", "layers", layers);
}

static json_t *microphone_event(const struct seat *seat)
{
    const struct worker_sound_wanted_event *wanted = &seat->link.sound_wanted;
    return json_pack("{s:s, s:I, s:I}", "type", "microphone", "max_bitrate",
                     (json_int_t)wanted->max_bps, "frame_ms", (json_int_t)wanted->frame_ms);
}

static json_t *silence_event(bool silent)
{
    return json_pack("{s:s, s:b}", "type", "silence", "silent", silent);
}

void seat_link_init(struct seat *seat)
{
    connection_score_init(&seat->link.score);
}

void seat_link_reset(struct seat *seat)
{
    struct seat_link *link = &seat->link;
    const enum quality_level level = link->quality.level;
    const enum quality_reason reason = link->quality.reason;
    const unsigned score = link->score.score;
    memset(&link->quality, 0, sizeof(link->quality));
    link->quality.level = level;
    link->quality.reason = reason;
    connection_score_init(&link->score);
    link->score.score = score;
    client_figures_restart(&link->figures);
    link->microphone = (struct media_watchdog){0};
    link->camera = (struct media_watchdog){0};
    memset(link->slots, 0, sizeof(link->slots));
    link->silent = false;
    link->has_wanted = false;
    link->sound_wanted.frame_ms = 0;
}

void seat_link_repeat(struct seat *seat)
{
    for (guint i = 0; i < seat->room->seats->len; i++) {
        const struct seat *other = seat->room->seats->pdata[i];
        if (seat_is_in_visit(seat) && seat_is_in_visit(other) &&
            (other->link.quality.level != QUALITY_GOOD ||
             score_as_told(&other->link) != CONNECTION_SCORE_BEST)) {
            seat_tell(seat, quality_event(other));
        }
    }
    if (seat->link.has_wanted) {
        seat_tell(seat, camera_event(seat));
    }
    if (seat->link.sound_wanted.frame_ms != 0) {
        seat_tell(seat, microphone_event(seat));
    }
    if (seat->link.silent) {
        seat_tell(seat, silence_event(true));
    }
}

void seat_link_on_layers_wanted(struct seat *seat, const struct worker_layers_wanted_event *wanted)
{
    seat->link.wanted = *wanted;
    seat->link.has_wanted = true;
    seat_tell(seat, camera_event(seat));
}

void seat_link_on_sound_wanted(struct seat *seat, const struct worker_sound_wanted_event *wanted)
{
    seat->link.sound_wanted = *wanted;
    log_info("sound_wanted", "visit=%s participant=%s max_bps=%u frame_ms=%u", seat->room->visit_id,
             seat->participant_id, wanted->max_bps, wanted->frame_ms);
    seat_tell(seat, microphone_event(seat));
}

/* ---- up, down, silent ---- */

void seat_link_on_connected(struct seat *seat)
{
    seat->link.silent = false;
    if (connection_quality_returned(&seat->link.quality)) {
        tell_quality(seat);
    }
}

void seat_link_on_failed(struct seat *seat)
{
    seat->link.silent = false;
    if (!connection_quality_lost(&seat->link.quality, QUALITY_REASON_NONE)) {
        return;
    }
    json_t *news = quality_event(seat);
    if (!seat_is_in_visit(seat)) {
        seat_tell(seat, json_incref(news));
    }
    visit_room_tell_all(seat->room, news); /* the person too: their client connects anew */
}

void seat_link_on_silence(struct seat *seat, bool silent)
{
    struct seat_link *link = &seat->link;
    /* Who is out sends nothing. */
    if (link->silent == silent || (silent && !seat_hears(seat) && !seat_is_apart(seat))) {
        return;
    }
    link->silent = silent;
    link->silent_since_us = clock_now_us();
    log_info("silence", "visit=%s participant=%s silent=%d", seat->room->visit_id,
             seat->participant_id, silent);
    seat_tell(seat, silence_event(silent));
    if (silent) {
        seat->room->hub->totals.silences++;
        signaling_hub_watch_silence(seat->room->hub);
    } else if (connection_quality_returned(&link->quality)) {
        tell_quality(seat);
    }
}

bool seat_link_check_silence(struct visit_room *room, uint64_t now_us)
{
    bool waits = false;
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        struct seat_link *link = &seat->link;
        if (!link->silent || link->quality.level == QUALITY_LOST || !seat_takes_part(seat)) {
            continue;
        }
        if (now_us - link->silent_since_us < SEAT_LINK_LOST_AFTER_US) {
            waits = true;
            continue;
        }
        connection_score_lost(&link->score);
        (void)connection_quality_lost(&link->quality, QUALITY_REASON_SILENT);
        tell_quality(seat);
    }
    return waits;
}

/* ---- reports ---- */

static bool publishes(const struct seat *seat, enum media_kind kind)
{
    const struct endpoint_media *media = peer_negotiation_media(seat->negotiation);
    for (size_t i = 0; i < media->publication_count; i++) {
        if (media->publications[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static void watch_device(struct seat *seat, struct media_watchdog *watchdog, enum media_kind kind)
{
    const bool is_sound = kind == MEDIA_KIND_AUDIO;
    const bool expected = seat->report.connected && seat->report.in_room && !seat->link.silent &&
                          seat->away == VISIT_VIEW_HERE && publishes(seat, kind) &&
                          !(is_sound ? seat->audio_muted : seat->video_muted);
    const bool flows = is_sound ? seat->report.audio_flowing : seat->report.video_flowing;
    if (media_watchdog_on_report(watchdog, expected, flows)) {
        seat->room->hub->totals.device_repairs[is_sound ? SIGNALING_SOUND : SIGNALING_PICTURE]++;
        log_info("device_silent", "visit=%s participant=%s media=%s", seat->room->visit_id,
                 seat->participant_id, is_sound ? "sound" : "picture");
        seat_tell(seat, json_pack("{s:s, s:s}", "type", "repair", "media",
                                  is_sound ? "sound" : "picture"));
    }
}

/* Returns whether there is something new to tell. */
static bool update_score(struct seat *seat)
{
    struct seat_link *link = &seat->link;
    const unsigned before = score_as_told(link);
    const enum quality_reason reason = link->score.reason;
    if (!connection_score_on_report(&link->score, &seat->report, picture_notices_worst(seat),
                                    media_watchdog_is_silent(&link->microphone), &link->figures)) {
        return false;
    }
    if (seat_is_in_visit(seat)) {
        quality_history_add(&link->history, &link->score, &seat->report, &link->figures,
                            clock_wall_ms());
        signaling_hub_observe(seat->room->hub, &seat->report, &link->figures);
    }
    client_figures_restart(&link->figures);
    return score_as_told(link) != before || link->score.reason != reason;
}

void seat_link_on_report(struct seat *seat)
{
    struct seat_link *link = &seat->link;
    watch_device(seat, &link->microphone, MEDIA_KIND_AUDIO);
    watch_device(seat, &link->camera, MEDIA_KIND_VIDEO);
    const bool level = connection_quality_update(&link->quality, &seat->report, seat->audio_muted);
    const bool score = seat->report.connected && seat->report.in_room &&
                       link->quality.level != QUALITY_LOST && update_score(seat);
    if (level || score) {
        tell_quality(seat);
    }
}

/* ---- what the page says ---- */

void seat_link_repair_slot(struct seat *seat, size_t slot, enum signaling_media media)
{
    if (seat->bound[slot].endpoint_id == 0 ||
        !slot_watchdog_may_repair(&seat->link.slots[slot], clock_now_us())) {
        return;
    }
    seat->room->hub->totals.slot_repairs[media]++;
    log_info("slot_repaired", "visit=%s participant=%s slot=%zu media=%s", seat->room->visit_id,
             seat->participant_id, slot, media == SIGNALING_SOUND ? "sound" : "picture");
    seat_rebind_slot(seat, slot, media == SIGNALING_SOUND);
}

static void watch_slot(struct seat *seat, const struct seat *source,
                       const struct signaling_slot_figures *figures, int interval_ms)
{
    const size_t slot = (size_t)figures->slot;
    const struct slot_sighting sighting = {
        .expected = seat->bound[slot].video && source->report.video_flowing &&
                    !source->video_muted && seat->away == VISIT_VIEW_HERE &&
                    seat->pictures[slot].participant_id[0] &&
                    seat->pictures[slot].step <= PICTURE_SMALL,
        .interval_ms = (uint32_t)interval_ms,
        .frames = (uint32_t)figures->frames,
    };
    const uint64_t now_us = clock_now_us();
    if (slot_watchdog_on_figures(&seat->link.slots[slot], &sighting, now_us)) {
        seat_link_repair_slot(seat, slot, SIGNALING_PICTURE);
    }
}

static bool has_spoken(const struct seat_link *link, int64_t since_ms)
{
    return link->speaks || link->spoke_until_ms >= since_ms;
}

static void tell_missed_words(struct seat *speaker)
{
    struct visit_room *room = speaker->room;
    struct missed_words_notice notice;
    while (missed_words_take(&speaker->link.words, clock_wall_ms(), &notice)) {
        room->hub->totals.missed_words++;
        room->hub->totals.missed_words_seconds += notice.seconds;
        if (notice.tell) {
            seat_tell(speaker,
                      json_pack("{s:s, s:s, s:I, s:I}", "type", "missed_words", "participant",
                                notice.listener_id, "seconds", (json_int_t)notice.seconds, "at",
                                (json_int_t)notice.at_ms));
        }
        quality_books_mark(room, speaker->participant_id, &notice);
    }
}

static void take_slot_figures(struct seat *seat, struct signaling_slot_figures figures,
                              int interval_ms)
{
    const int64_t now_ms = clock_wall_ms();
    const size_t slot = (size_t)figures.slot;
    struct seat *source = slot < seat->slots.slot_count
                              ? visit_room_find_endpoint(seat->room, seat->bound[slot].endpoint_id)
                              : NULL;
    if (!source) {
        return;
    }
    client_figures_bound(&figures, interval_ms);
    const bool sounds = source->report.audio_flowing && !source->audio_muted;
    missed_words_on_figures(&source->link.words, seat->participant_id, (uint32_t)interval_ms,
                            sounds ? (uint32_t)figures.concealed_ms : 0,
                            has_spoken(&source->link, now_ms - interval_ms), now_ms);
    tell_missed_words(source);
    watch_slot(seat, source, &figures, interval_ms);
}

void seat_link_on_figures(struct seat *seat, const struct signaling_request *request)
{
    client_figures_add(&seat->link.figures, request);
    for (size_t i = 0; i < request->slot_figures_count; i++) {
        take_slot_figures(seat, request->slot_figures[i], request->interval_ms);
    }
}

void seat_link_on_speaks(struct seat *seat, bool speaks)
{
    if (seat->link.speaks && !speaks) {
        seat->link.spoke_until_ms = clock_wall_ms();
    }
    seat->link.speaks = speaks;
}

void seat_link_on_missed_words(struct seat *speaker, const struct seat *listener,
                               const struct worker_missed_words_event *event)
{
    if (seat_is_apart(speaker)) { /* of a help session nothing is kept */
        return;
    }
    missed_words_on_event(&speaker->link.words, listener->participant_id, event->began_wall_ms,
                          event->missed_ms, event->of_ms, clock_wall_ms());
    tell_missed_words(speaker);
}

void seat_link_on_tick(struct seat *seat)
{
    tell_missed_words(seat);
}

enum signaling_path seat_link_path(const struct seat *seat)
{
    if (seat->link.figures.path != SIGNALING_PATH_UNKNOWN) {
        return seat->link.figures.path;
    }
    static const enum signaling_path paths[] = {[ENDPOINT_PATH_NONE] = SIGNALING_PATH_UNKNOWN,
                                                [ENDPOINT_PATH_UDP] = SIGNALING_PATH_UDP,
                                                [ENDPOINT_PATH_TCP] = SIGNALING_PATH_TCP};
    return seat->has_report ? paths[seat->report.path] : SIGNALING_PATH_UNKNOWN;
}

/* ---- the record ---- */

void seat_link_keep_history(struct visit_room *room, bool all)
{
    const int64_t now_ms = clock_wall_ms();
    struct quality_books *books = quality_books_open(room);
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        if (all || quality_history_is_due(&seat->link.history, now_ms)) {
            quality_books_add(books, seat, now_ms);
        }
    }
    quality_books_close(books);
}

void seat_link_keep_last(struct seat *seat)
{
    struct quality_books *books = quality_books_open(seat->room);
    quality_books_add(books, seat, clock_wall_ms());
    quality_books_close(books);
}

#include "signaling/session/visit_room.h"

#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/permission_table.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/emergency_view.h"
#include "signaling/session/help_view.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/licence_view.h"

#include <string.h>

LOG_TOPIC("room");

/* ---- seats ---- */

static struct peer_negotiation *create_negotiation(const struct signaling_hub *hub)
{
    const struct peer_negotiation_config config = {
        .fingerprint = dtls_identity_fingerprint_text(hub->config.identity),
        .addresses = hub->config.media_addresses,
        .address_count = hub->config.media_address_count,
        .tcp = hub->config.media_tcp,
        .slots_max = hub->config.slots_max,
    };
    return peer_negotiation_create(&config);
}

void seat_forget_news(struct seat *seat)
{
    for (size_t i = 0; i < NEWS_COUNT; i++) {
        g_clear_pointer(&seat->told[i], g_free);
    }
}

static void seat_free(gpointer object)
{
    struct seat *seat = object;
    seat_close_endpoint(seat);
    worker_pool_give_place(seat->room->hub->config.workers, seat->room->id);
    peer_negotiation_destroy(seat->negotiation);
    seat_forget_news(seat);
    g_free(seat);
}

struct seat *visit_room_add_seat(struct visit_room *room, const struct visit_actor *actor)
{
    struct seat *seat = g_new0(struct seat, 1);
    seat->room = room;
    seat->actor = *actor;
    g_strlcpy(seat->participant_id, actor->participant_id, sizeof(seat->participant_id));
    random_token(seat->session_token);
    seat->negotiation = create_negotiation(room->hub);
    slot_assignment_init(&seat->slots);
    seat_link_init(seat);
    g_ptr_array_add(room->seats, seat);
    worker_pool_take_place(room->hub->config.workers, room->id);
    return seat;
}

void visit_room_remove_seat(struct visit_room *room, struct seat *seat)
{
    seat_link_keep_last(seat);
    g_ptr_array_remove(room->seats, seat);
}

struct seat *visit_room_find_seat(const struct visit_room *room, const char *participant_id)
{
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        if (strcmp(seat->participant_id, participant_id) == 0) {
            return seat;
        }
    }
    return NULL;
}

struct seat *visit_room_find_endpoint(const struct visit_room *room, uint64_t endpoint_id)
{
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        if (seat->endpoint_id == endpoint_id && endpoint_id != 0) {
            return seat;
        }
    }
    return NULL;
}

const struct participant *seat_participant(const struct seat *seat)
{
    return seat->room->picture ? visit_picture_find(seat->room->picture, seat->participant_id)
                               : NULL;
}

bool seat_is_in_visit(const struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    return participant && !seat->for_help && participant->state == SEAT_IN_VISIT &&
           seat->room->picture->visit.state != VISIT_ENDED;
}

bool seat_hears(const struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    return participant && !seat->for_help && visit_picture_hears(seat->room->picture, participant);
}

bool seat_is_apart(const struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    return participant && visit_picture_sets_apart(seat->room->picture, participant);
}

bool seat_takes_part(const struct seat *seat)
{
    return seat_is_in_visit(seat) || seat_is_apart(seat);
}

/* ---- the media of a seat ---- */

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

/* All at once: nobody is heard by those who are about to go. */
static void refresh_circles(struct visit_room *room)
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

static void refresh_assignment(struct seat *seat)
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

/* Puts into the worker's slots what the client was told stands in them. */
static void bind_slots(struct seat *seat)
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

/* Somebody came who cannot decode what this person sends, or the last such person left. */
static void refresh_codec(struct seat *seat)
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

/* ---- telling ---- */

void seat_tell(struct seat *seat, json_t *event)
{
    if (seat->session) {
        signaling_session_send(seat->session, event);
    } else {
        json_decref(event);
    }
}

/* Takes `event`; sends it unless it is what was told last. */
static void tell_news(struct seat *seat, enum seat_news news, json_t *event)
{
    if (!seat->session) {
        json_decref(event);
        return;
    }
    char *text = json_dumps(event, JSON_COMPACT);
    if (g_strcmp0(seat->told[news], text) == 0) {
        json_decref(event);
    } else {
        g_free(seat->told[news]);
        seat->told[news] = g_strdup(text);
        seat_tell(seat, event);
    }
    free(text);
}

static void tell_those(struct visit_room *room, json_t *event,
                       bool (*belongs)(const struct seat *seat))
{
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        if (belongs(seat)) {
            seat_tell(seat, json_incref(event));
        }
    }
    json_decref(event);
}

void visit_room_tell_all(struct visit_room *room, json_t *event)
{
    tell_those(room, event, seat_is_in_visit);
}

void visit_room_tell_hearers(struct visit_room *room, json_t *event)
{
    tell_those(room, event, seat_hears);
}

static bool is_of_team(const struct seat *seat)
{
    return seat_is_in_visit(seat) && visit_huddle_seats(seat->actor.role);
}

void visit_room_tell_team(struct visit_room *room, json_t *event)
{
    tell_those(room, event, is_of_team);
}

void visit_room_tell_apart(struct visit_room *room, json_t *event)
{
    tell_those(room, event, seat_is_apart);
}

void seat_say_goodbye(struct seat *seat, const char *reason, const char *message)
{
    if (seat->session) {
        signaling_session_dismiss(seat->session, reason, message);
    }
}

/* To those who are in the visit; the two themselves know. */
static bool is_away_for_help(const struct seat *seat, const struct participant *viewer)
{
    return (seat->for_help || seat_is_apart(seat)) &&
           !visit_picture_sets_apart(seat->room->picture, viewer);
}

struct visit_view visit_room_view(const struct visit_room *room, const struct participant *viewer)
{
    const struct signaling_hub *hub = room->hub;
    struct visit_view view = {
        .picture = room->picture,
        .viewer = viewer,
        .recording_since_ms = room->recording_since_ms,
        .recorded_ms = room->recording.recorded_ms,
        .stopped_by_patient = room->stopped_by_patient,
        .consent_words = &hub->consent_words,
    };
    for (size_t i = 0; i < room->picture->participant_count; i++) {
        const struct seat *seat = visit_room_find_seat(room, room->picture->participants[i].id);
        view.live[i] = (struct visit_view_live){
            .audio_muted = seat && seat->audio_muted,
            .video_muted = seat && seat->video_muted,
            .away = !seat || !seat->session          ? VISIT_VIEW_AWAY_CONNECTION
                    : is_away_for_help(seat, viewer) ? VISIT_VIEW_AWAY_HELP
                                                     : seat->away,
        };
    }
    return view;
}

struct visit_view_place visit_room_place(const struct visit_room *room)
{
    const struct signaling_hub_config *config = &room->hub->config;
    return (struct visit_view_place){
        .title = room->picture->visit.title,
        .organisation = config->organisation,
        .support_phone = config->support_phone,
        .slots_max = config->slots_max,
    };
}

/* Whoever may call for help is told all of it, in the visit; patient and family, when somebody said
 * so, that help is coming. Who joins is told nothing while there is nothing to tell. */
static void tell_of_emergency(struct seat *seat, const struct visit_view *view)
{
    const bool may_call = permission_allows(view->viewer->person.role, OPERATION_EMERGENCY);
    const bool is_on = may_call ? emergency_view_is_open(view) : emergency_view_is_told(view);
    if (!is_on && !seat->told[NEWS_EMERGENCY]) {
        return;
    }
    tell_news(seat, NEWS_EMERGENCY,
              may_call ? json_pack("{s:s, s:o}", "type", "emergency", "emergency",
                                   emergency_view(view, seat->room->hub->config.emergency))
                       : json_pack("{s:s, s:b}", "type", "help", "coming", is_on));
}

/* Who joins is told nothing of what is over. */
static void tell_of_help(struct seat *seat, const struct visit_view *view)
{
    json_t *help = help_view(view, seat->room->help_words);
    if (!seat->told[NEWS_HELP] && (json_is_null(help) || help_view_is_over(view))) {
        json_decref(help);
        return;
    }
    tell_news(seat, NEWS_HELP, json_pack("{s:s, s:o}", "type", "help_session", "help", help));
}

static void tell_of_people(struct seat *seat, const struct visit_view *view)
{
    if (view->viewer->state == SEAT_IN_VISIT) {
        if (!seat->told_admitted && !seat->for_help) {
            seat->told_admitted = true;
            seat_tell(seat, json_pack("{s:s}", "type", "admitted"));
        }
        tell_news(
            seat, NEWS_RECORDING,
            json_pack("{s:s, s:o}", "type", "recording", "recording", visit_view_recording(view)));
        tell_news(seat, NEWS_CONSENT,
                  json_pack("{s:s, s:o}", "type", "consent", "consent", visit_view_consent(view)));
        tell_news(seat, NEWS_HUDDLE,
                  json_pack("{s:s, s:o}", "type", "huddle", "huddle", visit_view_huddle(view)));
    } else {
        seat->told_admitted = false;
        tell_news(seat, NEWS_WAITING, visit_view_waiting(view));
    }
    tell_news(seat, NEWS_ROSTER,
              json_pack("{s:s, s:o}", "type", "roster", "participants", visit_view_roster(view)));
    if (participant_role_is_staff(view->viewer->person.role)) {
        tell_news(seat, NEWS_LICENCE,
                  json_pack("{s:s, s:o}", "type", "licence", "licence", licence_view(view)));
    }
    tell_of_emergency(seat, view);
}

static void tell_of_denial(struct seat *seat, const struct participant *participant)
{
    const bool denied = participant->state == SEAT_DENIED;
    if (denied && !seat->told_denied) {
        seat_tell(
            seat,
            json_pack(
                "{s:s, s:s}", "type", "denied", "message",
                "The physician can't let you in now. Please stay nearby: you may ask again."));
    }
    seat->told_denied = denied;
}

static void tell_seat(struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    if (!participant || !seat->session) {
        return;
    }
    const struct visit_view view = visit_room_view(seat->room, participant);
    json_t *visit = json_pack("{s:s, s:s, s:I}", "type", "visit", "state",
                              visit_state_name(view.picture->visit.state), "starts_at",
                              (json_int_t)view.picture->visit.scheduled_at_ms);
    visit_view_add_delay(&view, visit);
    tell_news(seat, NEWS_VISIT, visit);
    tell_of_denial(seat, participant);
    tell_of_people(seat, &view);
    tell_of_help(seat, &view);
    if (seat->ready) {
        tell_news(seat, NEWS_SLOTS,
                  json_pack("{s:s, s:o}", "type", "slots", "slots", seat_slots_json(seat)));
    }
}

/* ---- the room ---- */

static void attach(void *context, uint64_t room_id, int recorder_fd)
{
    worker_pool_attach_recording(context, room_id, recorder_fd);
}

static void pause_recording(void *context, uint64_t room_id)
{
    worker_pool_pause_recording(context, room_id);
}

static void resume_recording(void *context, uint64_t room_id)
{
    worker_pool_resume_recording(context, room_id);
}

static void detach(void *context, uint64_t room_id)
{
    worker_pool_detach_recording(context, room_id);
}

static const struct room_recording_worker worker_of_recording = {
    .attach = attach, .pause = pause_recording, .resume = resume_recording, .detach = detach};

struct visit_room *visit_room_create(struct signaling_hub *hub, uint64_t id, const char *visit_id)
{
    struct visit_room *room = g_new0(struct visit_room, 1);
    room->hub = hub;
    room->id = id;
    g_strlcpy(room->visit_id, visit_id, sizeof(room->visit_id));
    room->seats = g_ptr_array_new_with_free_func(seat_free);
    room_recording_init(&room->recording, id, hub->config.recording, hub->config.recording_context,
                        &worker_of_recording, hub->config.workers);
    worker_pool_open_room(hub->config.workers, id);
    return room;
}

struct visit_room *visit_room_destroy(struct visit_room *room)
{
    if (room) {
        while (room->seats->len > 0) { /* one by one: a seat that goes looks at those that stay */
            g_ptr_array_remove_index(room->seats, room->seats->len - 1);
        }
        g_ptr_array_unref(room->seats);
        worker_pool_close_room(room->hub->config.workers, room->id);
        visit_picture_destroy(room->picture);
        json_decref(room->help_words);
        g_free(room);
    }
    return NULL;
}

bool visit_room_is_idle(const struct visit_room *room)
{
    return room->seats->len == 0 && !room->recording.started;
}

static void note_recording_state(struct visit_room *room)
{
    const struct recording_status *status = &room->picture->recording;
    char state[sizeof(room->recording_state)];
    g_snprintf(state, sizeof(state), "%d %d %d %s", (int)status->state, (int)status->reason,
               status->flowing, status->recording_id);
    if (strcmp(state, room->recording_state) != 0) {
        g_strlcpy(room->recording_state, state, sizeof(room->recording_state));
        room->recording_since_ms = clock_wall_ms();
    }
}

void visit_room_refresh(struct visit_room *room)
{
    if (!room->picture) {
        return;
    }
    refresh_circles(room);
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        refresh_assignment(seat);
        tell_seat(seat); /* a stream is announced before its first packet is sent */
        bind_slots(seat);
        refresh_codec(seat);
    }
}

static void end(struct visit_room *room)
{
    for (guint i = room->seats->len; i > 0; i--) {
        struct seat *seat = room->seats->pdata[i - 1];
        tell_seat(seat);
        seat_say_goodbye(seat, "ended", "The visit has ended.");
        visit_room_remove_seat(room, seat);
    }
}

/* "Not now" was taken back while the person still stands at the door: they come in by themselves.
 */
static bool returns_through_door(struct seat *seat, const struct participant *participant)
{
    if (!seat->told_denied || !seat->session || participant->admitted_at_ms == 0) {
        return false;
    }
    seat->told_denied = false;
    signaling_hub_post_enter(seat->room->hub, &seat->actor);
    return true;
}

static void remove_who_left(struct visit_room *room)
{
    for (guint i = room->seats->len; i > 0; i--) {
        struct seat *seat = room->seats->pdata[i - 1];
        const struct participant *participant = seat_participant(seat);
        if (participant && participant->state == SEAT_LEFT &&
            !returns_through_door(seat, participant)) {
            seat_say_goodbye(seat, "left", "You have left the visit.");
            visit_room_remove_seat(room, seat);
        }
    }
}

/* Who sat down for a help session alone has no other reason to be here. */
static void remove_who_was_helped(struct visit_room *room)
{
    for (guint i = room->seats->len; i > 0; i--) {
        struct seat *seat = room->seats->pdata[i - 1];
        const struct participant *participant = seat_participant(seat);
        if (participant && seat->for_help &&
            !visit_picture_is_in_help(room->picture, participant)) {
            tell_seat(seat);
            seat_say_goodbye(seat, "help_over", "The help session is over.");
            signaling_hub_post_presence(room->hub, &seat->actor, false);
            visit_room_remove_seat(room, seat);
        }
    }
}

static void forget_help_words(struct visit_room *room)
{
    const struct help_session *help = &room->picture->help;
    if (!help_session_is_on(help) || strcmp(help->id, room->help_words_of) != 0) {
        json_decref(room->help_words);
        room->help_words = NULL;
        g_strlcpy(room->help_words_of, help->id, sizeof(room->help_words_of));
    }
}

bool visit_room_say_in_help(struct seat *seat, const char *text)
{
    struct visit_room *room = seat->room;
    const struct participant *speaker = seat_participant(seat);
    char id[UUID_TEXT_SIZE];
    if (!speaker || !visit_picture_is_in_help(room->picture, speaker)) {
        return false;
    }
    if (!room->help_words) {
        room->help_words = json_array();
    }
    if (json_array_size(room->help_words) >= HELP_WORDS_MAX) {
        json_array_remove(room->help_words, 0);
    }
    random_uuid_v7(id);
    json_array_append_new(room->help_words,
                          json_pack("{s:s, s:s, s:s, s:s, s:I}", "id", id, "participant",
                                    speaker->id, "name", speaker->person.display_name, "text", text,
                                    "at", (json_int_t)clock_wall_ms()));
    visit_room_refresh(room);
    return true;
}

void visit_room_take_picture(struct visit_room *room, struct visit_picture *picture)
{
    if (room->picture && picture->version <= room->picture->version) {
        visit_picture_destroy(picture);
        return;
    }
    visit_picture_destroy(room->picture);
    room->picture = picture;
    /* First what may be recorded: nobody is entered into the worker's room before the pause that
     * protects them. */
    const int result = room_recording_apply(&room->recording, &picture->recording,
                                            picture->visit.id, picture->visit.case_id);
    if (result < 0) {
        log_error("recorder_not_started", "visit=%s error=%d", room->visit_id, result);
        signaling_hub_recording_failed(room->hub, picture->recording.recording_id,
                                       RECORDING_FAILURE_RECORDER);
    }
    note_recording_state(room);
    forget_help_words(room);
    if (picture->visit.state == VISIT_ENDED) {
        end(room);
        return;
    }
    remove_who_left(room);
    remove_who_was_helped(room);
    visit_room_refresh(room);
}

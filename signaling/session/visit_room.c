#include "signaling/session/visit_room.h"

#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/help_view.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/seat_media.h"
#include "signaling/session/seat_news.h"

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
        json_decref(room->help_words.latest);
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
    seat_media_arrange_room(room);
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        seat_media_assign_slots(seat);
        seat_news_tell(seat); /* a stream is announced before its first packet is sent */
        seat_media_bind_slots(seat);
        seat_media_check_codec(seat);
    }
}

static void end(struct visit_room *room)
{
    for (guint i = room->seats->len; i > 0; i--) {
        struct seat *seat = room->seats->pdata[i - 1];
        seat_news_tell(seat);
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
            seat_news_tell(seat);
            seat_say_goodbye(seat, "help_over", "The help session is over.");
            signaling_hub_post_presence(room->hub, &seat->actor, false);
            visit_room_remove_seat(room, seat);
        }
    }
}

static void forget_help_words(struct visit_room *room)
{
    struct help_words *words = &room->help_words;
    const struct help_session *help = &room->picture->help;
    if (!help_session_is_on(help) || strcmp(help->id, words->help_id) != 0) {
        json_decref(words->latest);
        *words = (struct help_words){.said = 0};
        g_strlcpy(words->help_id, help->id, sizeof(words->help_id));
    }
}

bool visit_room_say_in_help(struct seat *seat, const char *text)
{
    struct visit_room *room = seat->room;
    struct help_words *words = &room->help_words;
    const struct participant *speaker = seat_participant(seat);
    char id[UUID_TEXT_SIZE];
    if (!speaker || !visit_picture_is_in_help(room->picture, speaker)) {
        return false;
    }
    if (!words->latest) {
        words->latest = json_array();
    }
    if (json_array_size(words->latest) >= HELP_WORDS_MAX) {
        json_array_remove(words->latest, 0);
    }
    random_uuid_v7(id);
    json_array_append_new(words->latest,
                          json_pack("{s:s, s:s, s:s, s:s, s:I}", "id", id, "participant",
                                    speaker->id, "name", speaker->person.display_name, "text", text,
                                    "at", (json_int_t)clock_wall_ms()));
    words->said++;
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

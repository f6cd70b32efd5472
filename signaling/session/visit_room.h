/* visit_room.h - one visit as it goes on: its seats, slots and recording. Private to this folder.
 *
 *   A seat:  away --join--> connected socket --offer--> endpoint --admitted--> in the worker's room
 *             ^                      |                                           ready: slots are
 *             '---- socket lost -----'  30 s later: presence is over,            bound
 *                                       endpoint closed
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_VISIT_ROOM_H
#define BEDSIDE_SIGNALING_SESSION_VISIT_ROOM_H

#include "gateway/visits/chat_message.h"
#include "gateway/visits/visit_actor.h"
#include "gateway/visits/visit_picture.h"
#include "signaling/session/help_view.h"
#include "signaling/session/help_watch.h"
#include "signaling/session/huddle_watch.h"
#include "signaling/session/peer_negotiation.h"
#include "signaling/session/picture_notices.h"
#include "signaling/session/room_recording.h"
#include "signaling/session/seat_link.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/session/slot_assignment.h"
#include "signaling/session/visit_view.h"

#include <glib.h>

struct signaling_session;
struct visit_room;

/* Events of which only the newest counts: sent again only when they changed. */
enum seat_news {
    NEWS_ROSTER,
    NEWS_WAITING,
    NEWS_RECORDING,
    NEWS_CONSENT,
    NEWS_SLOTS,
    NEWS_VISIT,
    NEWS_LICENCE,
    NEWS_EMERGENCY,
    NEWS_HUDDLE,
    NEWS_HELP,
    NEWS_COUNT
};

struct seat {
    struct visit_room *room;
    char participant_id[UUID_TEXT_SIZE];
    struct visit_actor actor;
    char session_token[RANDOM_TOKEN_SIZE];
    struct signaling_session *session; /* NULL: away */
    uint64_t away_since_us;
    struct peer_negotiation *negotiation; /* owned */
    uint64_t endpoint_id;                 /* 0: none */
    enum room_circle circle;              /* of the worker's room, in which the endpoint stands */
    bool for_help; /* joined for a help session alone: whatever its state, it is not in the visit */
    bool ready;
    bool told_admitted;
    bool told_denied;
    bool asked_to_renegotiate;
    bool audio_muted;
    bool video_muted;
    uint64_t video_started_at_us; /* again, after it was muted; 0: it never was */
    enum visit_view_away away;    /* as the page says; a lost socket is seen from `session` */
    struct slot_assignment slots;
    /* What the worker was told last of each slot. */
    struct {
        uint64_t endpoint_id;
        bool video;
        uint32_t width;
        uint32_t height;
    } bound[ENDPOINT_SLOTS_MAX];
    struct picture_notice pictures[ENDPOINT_SLOTS_MAX];
    struct seat_link link;
    struct worker_endpoint_report report;
    bool has_report;
    char *told[NEWS_COUNT]; /* owned */
    struct help_words_told told_words;
};

struct visit_room {
    struct signaling_hub *hub;
    uint64_t id;
    char visit_id[UUID_TEXT_SIZE];
    struct visit_picture *picture; /* owned; NULL until the first */
    GPtrArray *seats;              /* struct seat, owned */
    struct room_recording recording;
    struct huddle_watch huddle_watch;
    struct help_watch help_watch;
    bool stopped_by_patient;
    char recording_state[64]; /* as told last, and since when */
    int64_t recording_since_ms;
    uint64_t speaker_endpoint;
    unsigned marks;               /* of missed words, written by this process */
    struct help_words help_words; /* between the two of a help session, while it goes on */
};

struct visit_room *visit_room_create(struct signaling_hub *hub, uint64_t id, const char *visit_id);
struct visit_room *visit_room_destroy(struct visit_room *room);

/* Takes ownership of the picture; older ones than it has are dropped. */
void visit_room_take_picture(struct visit_room *room, struct visit_picture *picture);
struct seat *visit_room_find_seat(const struct visit_room *room, const char *participant_id);
struct seat *visit_room_find_endpoint(const struct visit_room *room, uint64_t endpoint_id);
struct seat *visit_room_add_seat(struct visit_room *room, const struct visit_actor *actor);
/* Closes the endpoint and forgets the seat (the record keeps it). */
void visit_room_remove_seat(struct visit_room *room, struct seat *seat);
/* Whether nothing keeps it: no seat, no recorder. */
bool visit_room_is_idle(const struct visit_room *room);

const struct participant *seat_participant(const struct seat *seat);
bool seat_is_in_visit(const struct seat *seat);
/* In the visit, and not in the calm room while the team huddles; nor apart, with help. */
bool seat_hears(const struct seat *seat);
/* One of two of whom one helps the other now (help_session.h). */
bool seat_is_apart(const struct seat *seat);
/* In the visit, or apart: its media is taken, and some is given. */
bool seat_takes_part(const struct seat *seat);
struct visit_view visit_room_view(const struct visit_room *room, const struct participant *viewer);
struct visit_view_place visit_room_place(const struct visit_room *room);

/* Brings slots, membership and events up to date after anything changed. */
void visit_room_refresh(struct visit_room *room);
/* Words from one of the two of a help session that is on to the other. Returns false when the seat
 * is in none. */
bool visit_room_say_in_help(struct seat *seat, const char *text);

#endif

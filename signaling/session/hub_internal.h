/* hub_internal.h - what the files of signaling/session share of the hub. Private to this folder.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_HUB_INTERNAL_H
#define BEDSIDE_SIGNALING_SESSION_HUB_INTERNAL_H

#include "signaling/session/signaling_hub.h"
#include "signaling/session/visit_room.h"

#include <glib.h>

#define WORKERS_MAX 256

struct signaling_hub {
    struct signaling_hub_config config;
    GHashTable *rooms;           /* visit id -> struct visit_room, owned */
    struct network_tests *tests; /* owned */
    GHashTable *sessions;        /* id -> struct signaling_session, borrowed: a socket owns it */
    struct http_timer *tick;
    struct http_timer *silence; /* runs while somebody is silent and the others do not know */
    uint64_t next_id;           /* of rooms, endpoints, sessions */
    struct consent_words consent_words;
    struct signaling_hub_report totals; /* the counters of it */
    struct worker_report workers[WORKERS_MAX];
    bool has_worker[WORKERS_MAX];
    unsigned joins_coming; /* at the store: people who were told yes and have no seat yet */
    bool closing;
};

uint64_t signaling_hub_next_id(struct signaling_hub *hub);
struct visit_room *signaling_hub_find_room(const struct signaling_hub *hub, const char *visit_id);
struct visit_room *signaling_hub_open_room(struct signaling_hub *hub, const char *visit_id);
/* NULL: gone. */
struct visit_room *signaling_hub_find_room_of_id(const struct signaling_hub *hub, uint64_t id);
struct visit_room *signaling_hub_find_room_of_recording(const struct signaling_hub *hub,
                                                        const char *recording_id);
struct seat *signaling_hub_find_endpoint(const struct signaling_hub *hub, uint64_t endpoint_id);
/* Closes the room if nothing keeps it. */
void signaling_hub_check_room(struct signaling_hub *hub, struct visit_room *room);

/* hub_tasks.c: what the record is told. */
/* A recording cannot go on. */
void signaling_hub_recording_failed(struct signaling_hub *hub, const char *recording_id,
                                    enum recording_failure failure);
/* It flows since `wall_ms`; or no more since then, paused or broken off. */
void signaling_hub_recording_flowing(struct signaling_hub *hub, const char *recording_id,
                                     int64_t wall_ms);
void signaling_hub_recording_stopped(struct signaling_hub *hub, const char *recording_id,
                                     int64_t wall_ms, bool is_paused);
/* Somebody goes through the door again; or came back, or is gone. */
void signaling_hub_post_enter(struct signaling_hub *hub, const struct visit_actor *actor);
void signaling_hub_post_presence(struct signaling_hub *hub, const struct visit_actor *actor,
                                 bool connected);
/* Nobody of the team came back to it; or one of the two is gone. */
void signaling_hub_post_abandon_huddle(struct signaling_hub *hub, const char *visit_id);
void signaling_hub_post_abandon_help(struct signaling_hub *hub, const char *visit_id,
                                     const char *help_id);

/* recording_events.c: what workers say of recordings. */
void recording_event_flow(struct signaling_hub *hub, struct mailbox_message *message);

/* media_events.c: what they say of endpoints and pictures. */
void media_event_connected(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_failed(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_report(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_speaker(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_picture(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_layers_wanted(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_sound_wanted(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_silence(struct signaling_hub *hub, struct mailbox_message *message);
void media_event_missed_words(struct signaling_hub *hub, struct mailbox_message *message);
/* Counts what a person had in the last 10 s. */
void signaling_hub_observe(struct signaling_hub *hub, const struct worker_endpoint_report *report,
                           const struct client_figures *figures);
/* Somebody fell silent: see to it that the others hear of it in time. */
void signaling_hub_watch_silence(struct signaling_hub *hub);
/* hub_report.c: gives the histograms their bounds. */
void signaling_hub_begin_counting(struct signaling_hub *hub);

/* signaling_session.c */
void signaling_session_send(struct signaling_session *session, json_t *message); /* takes it */
/* The seat is not the session's any more; says bye, closes. */
void signaling_session_dismiss(struct signaling_session *session, const char *reason,
                               const char *message);
void signaling_session_on_tick(struct signaling_session *session, uint64_t now_us);

#endif

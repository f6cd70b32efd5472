/* signaling_hub.h - who is in which visit on this gateway: rooms, seats, and what happens to them.
 *
 *   sockets --requests--> signaling_session --tasks--> store thread --pictures--> hub --events-->
 * sockets
 *                                                                                  '--commands-->
 * workers, recorders
 *
 * The record (a struct visit_picture, always whole) says who is in the visit, who waits, and
 * whether a recording may flow; the hub makes that true and tells everybody. It decides nothing
 * about rights. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_SIGNALING_HUB_H
#define BEDSIDE_SIGNALING_SESSION_SIGNALING_HUB_H

#include "gateway/visits/visit_actor.h"
#include "gateway/visits/visit_picture.h"
#include "media/worker/worker_pool.h"
#include "signaling/protocol/signaling_message.h"
#include "signaling/server/http_server.h"
#include "signaling/session/quality_histogram.h"
#include "signaling/session/recording_control.h"

#include <jansson.h>

struct dtls_identity;
struct network_tests;
struct emergency_site;
struct store_gate;
struct turn_servers;

#define SIGNALING_RESUME_SECONDS_DEFAULT 30
#define SIGNALING_JOIN_SECONDS 10

/* Borrowed; outlives the hub. */
struct signaling_hub_config {
    struct http_server *server;
    struct store_gate
        *store; /* its tasks' context is the owner of the hub, which calls back with the hub */
    struct worker_pool *workers;
    const struct dtls_identity *identity;
    const struct recording_control_ops *recording;
    void *recording_context;
    const char *const *media_addresses;
    size_t media_address_count;
    bool media_tcp;
    const struct turn_servers *turn; /* NULL: none */
    unsigned slots_max;
    unsigned resume_seconds; /* 0: the default */
    const char *organisation;
    const char *support_phone;
    const struct emergency_site *emergency; /* NULL: the site said nothing */
};

struct signaling_hub_report {
    struct worker_pool_status places;
    unsigned rooms;
    unsigned seats;
    unsigned seats_away;
    unsigned seats_waiting;
    unsigned endpoints;
    unsigned endpoints_connected;
    unsigned endpoints_by_profile[3]; /* AEAD_AES_128_GCM, AEAD_AES_256_GCM, AES128_CM_SHA1_80 */
    unsigned recordings_flowing;
    uint64_t messages;
    uint64_t message_errors;
    uint64_t joins;
    uint64_t joins_refused_full;
    uint64_t resumes;
    uint64_t offers;
    uint64_t offers_refused;
    uint64_t endpoint_failures;
    uint64_t recorder_deaths;
    uint64_t network_tests;
    uint64_t network_tests_refused;
    unsigned network_tests_running;
    /* How people fare: */
    unsigned people_by_score[6]; /* at 1 to 5 */
    unsigned people_by_path[SIGNALING_PATHS];
    unsigned pictures_by_step[PICTURE_HIDDEN]; /* enum picture_step */
    uint64_t silences;
    uint64_t ice_restarts;
    uint64_t device_repairs[2]; /* enum signaling_media */
    uint64_t slot_repairs[2];
    uint64_t missed_words;
    uint64_t missed_words_seconds;
    /* Observed of each person every 10 s: */
    struct quality_histogram estimate;  /* bytes per second towards them */
    struct quality_histogram concealed; /* thousandths of the sound they were played */
    struct quality_histogram delay;     /* ms there and back */
    uint64_t heard_ms;
    uint64_t concealed_ms;
    uint64_t freezes;
    uint64_t frozen_ms;
};

struct signaling_hub;

struct signaling_hub *signaling_hub_create(const struct signaling_hub_config *config);
/* Ends its timers; to be called before the server whose sockets it serves is destroyed. */
void signaling_hub_stop(struct signaling_hub *hub);
/* After the server. */
struct signaling_hub *signaling_hub_destroy(struct signaling_hub *hub);
DEFINE_AUTO(signaling_hub)

/* The sockets of the visit protocol are the hub's; its context is the hub. */
extern const struct websocket_handler signaling_websocket_handler;

/* The words of the consent question; copied. */
void signaling_hub_set_consent_words(struct signaling_hub *hub, const struct consent_words *words);
/* Takes ownership of a picture, from whatever task made it. */
void signaling_hub_take_picture(struct signaling_hub *hub, struct visit_picture *picture);
/* Takes ownership of one event of a worker, or of a recorder. */
void signaling_hub_on_worker_event(struct signaling_hub *hub, struct mailbox_message *message);
void signaling_hub_on_recording_event(struct signaling_hub *hub, struct mailbox_message *message);
/* A second device asks for the actor's seat: tells the first and the staff. */
void signaling_hub_second_device(struct signaling_hub *hub, const struct visit_actor *actor,
                                 const char *device);
/* The seat went to another device: the old one is told and disconnected. */
void signaling_hub_device_replaced(struct signaling_hub *hub, const char *visit_id,
                                   const char *participant_id);
/* Somebody's answers, or what became of an alert, changed: staff of the visit who are there are
 * told to look again. */
void signaling_hub_screening_changed(struct signaling_hub *hub, const char *visit_id);
/* Says bye (shutting_down) to everybody. */
void signaling_hub_say_goodbye(struct signaling_hub *hub);

/* For the API: the tests of people's networks. Borrowed. */
struct network_tests *signaling_hub_network_tests(const struct signaling_hub *hub);
/* For the API: what the workers reported last of a visit's endpoints. Owned. */
json_t *signaling_hub_media(const struct signaling_hub *hub, const char *visit_id);
bool signaling_hub_has_people(const struct signaling_hub *hub, const char *visit_id);
/* How the connections of those who are here are now: participant -> {"level", "score", "reason",
 * "away"}; `away`: the socket is gone, and the seat is kept. NULL: nobody is here. Owned. */
json_t *signaling_hub_connections(const struct signaling_hub *hub, const char *visit_id);
void signaling_hub_report(const struct signaling_hub *hub, struct signaling_hub_report *ret_report);
/* Calls `each` for what was last reported of every worker. */
void signaling_hub_each_worker(const struct signaling_hub *hub,
                               void (*each)(void *context, const struct worker_report *report),
                               void *context);

#endif

/* seat_link.h - how the connection of one seat is, what people are told of it, and what is repaired
 * without anybody asking. Private to this folder.
 *
 *   reports (1/s) ---> connection_quality --> `quality`, at once when it is lost
 *        |     '-----> connection_score ----> `quality`, every 10 s; a row a minute for the record
 *        '-----------> media_watchdog ------> `repair`
 *   figures (1/5 s) -> connection_score, slot_watchdog (sets slots up anew), missed_words
 *   silence ---------> `silence` to the person at once, "lost" to the others before 3 s are over
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_SEAT_LINK_H
#define BEDSIDE_SIGNALING_SESSION_SEAT_LINK_H

#include "signaling/protocol/signaling_message.h"
#include "signaling/session/connection_quality.h"
#include "signaling/session/connection_score.h"
#include "signaling/session/media_watchdog.h"
#include "signaling/session/missed_words.h"
#include "signaling/session/quality_history.h"

#include <jansson.h>

struct seat;
struct visit_room;

/* The worker says "silent" after 500 ms; the others are told when 3 s are nearly over. */
#define SEAT_LINK_LOST_AFTER_US 2300000ull

struct seat_link {
    struct connection_quality quality;
    struct connection_score score;
    struct client_figures figures; /* since the last score */
    struct quality_history history;
    struct media_watchdog microphone;
    struct media_watchdog camera;
    struct slot_watchdog slots[ENDPOINT_SLOTS_MAX];
    struct missed_words words; /* of what this person says */
    bool silent;               /* nothing comes, says the worker */
    uint64_t silent_since_us;
    bool speaks;
    int64_t spoke_until_ms;
    bool has_wanted;
    struct worker_layers_wanted_event wanted;      /* the last one; its `message` is not used */
    struct worker_sound_wanted_event sound_wanted; /* the same; frame_ms 0: none came */
};

void seat_link_init(struct seat *seat);
/* The endpoint is closed: what was known of it is forgotten; what people were told stays. */
void seat_link_reset(struct seat *seat);
/* Says again what is otherwise than good, to a seat that has just joined. */
void seat_link_repeat(struct seat *seat);

/* What is told of it to who is not in the visit. Owned. */
json_t *seat_link_json(const struct seat *seat);

void seat_link_on_report(struct seat *seat);
void seat_link_on_figures(struct seat *seat, const struct signaling_request *request);
void seat_link_on_silence(struct seat *seat, bool silent);
/* The connection came up, or can't. */
void seat_link_on_connected(struct seat *seat);
void seat_link_on_failed(struct seat *seat);
void seat_link_on_layers_wanted(struct seat *seat, const struct worker_layers_wanted_event *wanted);
void seat_link_on_sound_wanted(struct seat *seat, const struct worker_sound_wanted_event *wanted);
void seat_link_on_speaks(struct seat *seat, bool speaks);
void seat_link_on_missed_words(struct seat *speaker, const struct seat *listener,
                               const struct worker_missed_words_event *event);
/* The client asks for a slot, or a watchdog does: sets it up anew, unless that was done just now.
 */
void seat_link_repair_slot(struct seat *seat, size_t slot, enum signaling_media media);

/* Each second. */
void seat_link_on_tick(struct seat *seat);
/* Often while somebody is silent. Returns whether somebody still is and the others do not know. */
bool seat_link_check_silence(struct visit_room *room, uint64_t now_us);
/* Writes down the minutes of the room's seats: those that are over, or with `all` the open ones. */
void seat_link_keep_history(struct visit_room *room, bool all);
/* The same for one seat that leaves. */
void seat_link_keep_last(struct seat *seat);

/* The way of the media, as the page says, or else the worker. */
enum signaling_path seat_link_path(const struct seat *seat);

#endif

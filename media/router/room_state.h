/* room_state.h - what a room and its endpoints consist of; for the files of this folder that work
 * on them. Thread: belongs to the worker of the room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ROOM_STATE_H
#define BEDSIDE_MEDIA_ROUTER_ROOM_STATE_H

#include "media/congestion/arrival_log.h"
#include "media/congestion/voice_pulse.h"
#include "media/recorder_protocol.h"
#include "media/router/active_speaker.h"
#include "media/router/endpoint_pictures.h"
#include "media/router/endpoint_reports.h"
#include "media/router/picture_backlog.h"
#include "media/router/recorder_feed.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/router/stream_table.h"
#include "media/router/subscribed_track.h"
#include "media/router/uplink_relief.h"
#include "media/router/uplink_watch.h"

/* Its tracks are made when somebody is in it for the first time: a browser offers more slots than
 * most visits have people. */
struct room_slot {
    struct endpoint_slot lines;     /* as negotiated */
    struct subscriber *subscriber;  /* borrowed: the endpoint's */
    struct subscribed_track *audio; /* owned; NULL: no such line, or nobody was ever in it */
    struct subscribed_track *video; /* owned */
    uint64_t source_id;             /* 0: empty */
    bool video_wanted;
    uint32_t view_width; /* pixels at which it is shown; 0 x 0: unknown */
    uint32_t view_height;
    struct slot_picture picture;
};

struct room_endpoint {
    struct list in_room_list;
    struct list in_asking; /* something of its pictures is missing */
    struct room *room;     /* borrowed */
    uint64_t id;
    char label[RECORDER_LABEL_SIZE_MAX];
    enum room_circle circle;
    bool connected;

    /* what it sends */
    struct publisher_clock clock;
    struct published_track *tracks[ENDPOINT_PUBLICATIONS_MAX]; /* owned */
    size_t track_count;
    struct stream_table streams;
    struct picture_backlog backlog;
    struct arrival_log *arrivals; /* owned */
    struct speaker_member speaker;
    enum picture_priority priority;                           /* of its picture, for others */
    struct picture_demand demands[ENDPOINT_PUBLICATIONS_MAX]; /* of `tracks` */
    uint64_t bytes_received;                                  /* of RTP */
    struct voice_pulse pulse;
    struct uplink_watch uplink;
    uint64_t uplink_due_us;
    struct uplink_relief relief;
    uint64_t relief_due_us;
    uint32_t
        broken_down_bps; /* the least its downlink bore since its uplink broke; 0: it is well */

    /* what it receives */
    struct subscriber subscriber;
    struct room_slot *slots; /* owned; as many as were negotiated */
    size_t slot_count;
    struct endpoint_pictures pictures;

    struct endpoint_reports reports;
    uint64_t packets_rejected;
    uint64_t lost_before; /* by tracks that are no more */
};

struct room {
    struct room_config config;
    struct list endpoints;
    size_t endpoint_count;
    uint32_t next_source; /* numbers streams; never 0 */
    struct list waiting;  /* downlinks with something to send soon */
    struct list asking;   /* endpoints that may have to be asked soon for what is missing */
    uint64_t tend_due_us;
    struct active_speaker speaker;
    uint64_t speaker_due_us;
    uint64_t speaker_id; /* who spoke last; 0: nobody yet */
    bool thinned;
    struct recorder_feed *recorder; /* owned; NULL: no recording */
    bool recorder_reported_broken;
    uint64_t recorder_dropped_before; /* by feeds that are gone */
};

/* In the room, or waiting outside; NULL: there is none. */
struct room_endpoint *room_find_endpoint(const struct room *room, uint64_t id);

/* Connects again what others receive of `source`, whose tracks have changed. */
void room_reconnect_source(struct room *room, const struct room_endpoint *source, uint64_t now_us);

/* Empties its slots and those that it is in. */
void room_empty_slots(struct room *room, struct room_endpoint *endpoint);
/* There is a recorder, and it stands with the recorder. */
bool room_endpoint_is_recorded(const struct room_endpoint *endpoint);
/* Tells a new recorder of all who stand with it. */
void room_record_everybody(struct room *room);

/* Life of an endpoint, on behalf of room.c. */
struct room_endpoint *
room_endpoint_create(struct room *room, const struct room_endpoint_config *config, uint64_t now_us);
struct room_endpoint *room_endpoint_destroy(struct room_endpoint *endpoint);
bool room_endpoint_has_picture(const struct room_endpoint *endpoint);
/* Forgets what its streams were: what comes next begins anew. `goes_on`: it sends on without a
 * break, and what was sent before and comes late is left out. */
void room_endpoint_restart_streams(struct room_endpoint *endpoint, bool goes_on);

#endif

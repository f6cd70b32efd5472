/* worker_messages.h - every message into or out of a media worker.
 *
 * Control posts commands (worker_pool.h wraps them); a worker posts events into the mailbox that
 * was given to worker_pool_create(). Ids are the caller's, never 0, never used twice. Ownership: a
 * posted message, with the descriptors in it, belongs to its reader.
 *
 *   An endpoint is one browser's PeerConnection. It belongs to one room's worker from the start,
 * but it is *in* the room only while ARRANGE has put it into a circle: outside, nothing it sends is
 * routed or kept, and nothing of the room is sent to it. What it sends and receives is a struct
 * endpoint_media (media/router/endpoint_media.h). */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_MESSAGES_H
#define BEDSIDE_MEDIA_WORKER_WORKER_MESSAGES_H

#include "gateway/base/mailbox.h"
#include "media/router/endpoint_media.h"
#include "media/router/picture_step.h"
#include "media/router/room_circle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what control says about an endpoint ---- */

#define ICE_UFRAG_SIZE_MAX 257 /* RFC 8839, 5.4: up to 256 characters, and a 0 */
#define ICE_PWD_SIZE_MAX 257
#define LOCAL_UFRAG_LENGTH 16 /* alphanumeric: 95 bits */
#define LOCAL_PWD_LENGTH 32   /* alphanumeric: 190 bits */
#define ENDPOINT_LABEL_SIZE_MAX 37

struct ice_credentials {
    char ufrag[ICE_UFRAG_SIZE_MAX];
    char pwd[ICE_PWD_SIZE_MAX];
};

struct endpoint_transport {
    struct ice_credentials local;   /* made by control with random_alphanumeric() */
    struct ice_credentials remote;  /* from the offer */
    uint8_t remote_fingerprint[32]; /* SHA-256 of the browser's certificate (RFC 8122) */
};

/* ---- commands: control to worker ---- */

enum worker_command_type {
    WORKER_ROOM_OPEN,
    WORKER_ROOM_CLOSE,
    WORKER_ROOM_TEST_CARD,
    WORKER_ROOM_ARRANGE,
    WORKER_ENDPOINT_OPEN,
    WORKER_ENDPOINT_RESTART_ICE,
    WORKER_ENDPOINT_SET_MEDIA,
    WORKER_ENDPOINT_CLOSE,
    WORKER_SLOT_BIND,
    WORKER_SLOT_VIEW,
    WORKER_ENDPOINT_PRIORITY,
    WORKER_RECORDING_ATTACH,
    WORKER_RECORDING_PAUSE,
    WORKER_RECORDING_RESUME,
    WORKER_RECORDING_DETACH,
    WORKER_STOP,
};

/* ROOM_OPEN, ROOM_CLOSE (closes what is in it), RECORDING_PAUSE, _RESUME, _DETACH, STOP. */
struct worker_room_command {
    struct mailbox_message message;
    uint64_t room_id;
};

/* ROOM_TEST_CARD: the gateway itself sends a picture and a sound into the room, as the endpoint of
 * this id (media/worker/test_card.h), until the room closes. */
struct worker_room_test_card {
    struct mailbox_message message;
    uint64_t room_id;
    uint64_t endpoint_id;
};

/* Where somebody is to stand. */
struct worker_place {
    uint64_t endpoint_id;
    enum room_circle circle;
};

/* ROOM_ARRANGE: moves people between circles (room_circle.h), all of them before the next packet;
 * whoever is not named stays. Slots of those who moved are empty: bind them again. */
struct worker_room_arrange {
    struct mailbox_message message;
    uint64_t room_id;
    size_t count;
    struct worker_place places[ROOM_ENDPOINTS_MAX];
};

/* ENDPOINT_CLOSE. */
struct worker_endpoint_command {
    struct mailbox_message message;
    uint64_t endpoint_id;
};

/* ENDPOINT_OPEN; ENDPOINT_RESTART_ICE (new credentials; the old pair serves until a check with the
 * new ones succeeds, and DTLS is untouched when the fingerprint is the same). */
struct worker_endpoint_open {
    struct mailbox_message message;
    uint64_t room_id;
    uint64_t endpoint_id;
    char label[ENDPOINT_LABEL_SIZE_MAX]; /* opaque id under which the recorder files its tracks */
    struct endpoint_transport transport;
};

/* ENDPOINT_SET_MEDIA: replaces what is negotiated. Lines whose SSRCs and payloads stay keep their
 * state; slots are only ever appended. Valid outside the room too. */
struct worker_endpoint_set_media {
    struct mailbox_message message;
    uint64_t endpoint_id;
    struct endpoint_media media;
};

/* SLOT_BIND: `source_endpoint_id` 0 empties the slot. `video` false sends sound alone (the client
 * does not show this tile). */
struct worker_slot_bind {
    struct mailbox_message message;
    uint64_t endpoint_id;
    uint32_t slot;
    uint64_t source_endpoint_id;
    bool video;
};

/* SLOT_VIEW: the pixels at which the receiver shows the slot's picture; 0 x 0: unknown, which is
 * taken for large. It stays with the slot, whoever is in it. */
struct worker_slot_view {
    struct mailbox_message message;
    uint64_t endpoint_id;
    uint32_t slot;
    uint32_t width;
    uint32_t height;
};

/* ENDPOINT_PRIORITY: whose picture others keep longest when their link is bad. */
struct worker_endpoint_priority {
    struct mailbox_message message;
    uint64_t endpoint_id;
    enum picture_priority priority;
};

/* RECORDING_ATTACH: `recorder_fd` (owned) is the worker's end of media/recorder_protocol.h.
 * Replaces a feed that broke. Starts paused; RESUME lets packets flow and asks publishers for key
 * frames. */
struct worker_recording_attach {
    struct mailbox_message message;
    uint64_t room_id;
    int recorder_fd;
};

/* ---- events: worker to control ---- */

enum worker_event_type {
    WORKER_EVENT_ENDPOINT_CONNECTED, /* worker_endpoint_event: ICE, DTLS and SRTP are up */
    /* worker_endpoint_event: it will not come up, or it ended. Final: it has left the room and
     * carries nothing any more; close it. */
    WORKER_EVENT_ENDPOINT_FAILED,
    WORKER_EVENT_ENDPOINT_REPORT,   /* worker_endpoint_report, each second while open */
    WORKER_EVENT_SPEAKER,           /* worker_speaker_event, on change */
    WORKER_EVENT_RECORDING_FLOWING, /* worker_recording_event: RESUME was carried out at `wall_ms`
                                     */
    WORKER_EVENT_RECORDING_PAUSED,  /* PAUSE or DETACH was carried out: no packet after `wall_ms` */
    WORKER_EVENT_RECORDING_BROKEN,  /* the recorder's socket closed; nothing is recorded since
                                       `wall_ms` */
    WORKER_EVENT_REPORT,            /* worker_report, each second */
    WORKER_EVENT_PICTURE,           /* worker_picture_event, on change */
    WORKER_EVENT_LAYERS_WANTED,     /* worker_layers_wanted_event, on change, at most 1/s */
    WORKER_EVENT_SOUND_WANTED,      /* worker_sound_wanted_event, on change */
    WORKER_EVENT_SILENCE,           /* worker_silence_event, on change */
    WORKER_EVENT_MISSED_WORDS,      /* worker_missed_words_event */
};

enum endpoint_failure {
    ENDPOINT_FAILURE_NONE,
    ENDPOINT_FAILURE_WORKER_FULL,     /* no capacity for another peer */
    ENDPOINT_FAILURE_ICE_TIMEOUT,     /* no valid check within 30 s of opening */
    ENDPOINT_FAILURE_CONSENT_EXPIRED, /* RFC 7675: no valid check for 30 s */
    ENDPOINT_FAILURE_DTLS,            /* the handshake failed 8 times */
    ENDPOINT_FAILURE_FINGERPRINT,     /* the certificate is not the one in the offer */
    ENDPOINT_FAILURE_NO_SRTP_PROFILE,
    ENDPOINT_FAILURE_CLOSED, /* the browser said goodbye (DTLS close_notify) */
};

struct worker_endpoint_event {
    struct mailbox_message message;
    uint64_t endpoint_id;
    enum endpoint_failure failure; /* ENDPOINT_FAILED only */
    const char *srtp_profile;      /* ENDPOINT_CONNECTED: OpenSSL's name, static string */
};

/* By what a browser reaches us. */
enum endpoint_path {
    ENDPOINT_PATH_NONE, /* not connected */
    ENDPOINT_PATH_UDP,
    ENDPOINT_PATH_TCP, /* RFC 6544 */
};

/* Totals since the endpoint opened, seen from the gateway. */
struct worker_endpoint_report {
    struct mailbox_message message;
    uint64_t endpoint_id;
    bool connected;
    bool in_room;
    const char *srtp_profile;  /* static string, or NULL before DTLS is done */
    uint64_t packets_received; /* RTP, authenticated */
    uint64_t bytes_received;
    uint64_t packets_lost_up; /* publisher's packets that never came, also not by RTX */
    uint64_t packets_sent;    /* RTP, with retransmissions */
    uint64_t bytes_sent;
    uint64_t packets_retransmitted;
    uint64_t packets_rejected;  /* failed authentication, replayed, malformed, not negotiated */
    uint32_t rtt_us;            /* 0 while unknown */
    uint8_t fraction_lost_down; /* worst receiver report of the last second, in 1/256 */
    uint32_t bitrate_up_bps;    /* of the last second */
    uint32_t bitrate_down_bps;
    bool audio_flowing; /* its own microphone's packets came within the last 2 s */
    bool video_flowing;
    /* Its link, as estimated from its transport-wide feedback; 0 while there is none. */
    uint32_t estimate_down_bps;
    uint32_t queue_down_us; /* what we ourselves have queued there, and here before it */
    uint16_t loss_down_permille;
    uint16_t audio_lost_down_permille; /* of the sound it was sent, after repair */
    enum endpoint_path path;
    uint32_t jitter_up_us; /* RFC 3550, of its microphone */
};

struct worker_speaker_event {
    struct mailbox_message message;
    uint64_t room_id;
    uint64_t endpoint_id; /* 0: nobody has spoken for a while */
};

/* PICTURE: what `endpoint_id` has of the picture of who is in its slot. Said for each slot when
 * somebody with a picture is put into it, and then on change. */
struct worker_picture_event {
    struct mailbox_message message;
    uint64_t endpoint_id; /* the receiver */
    uint32_t slot;
    uint64_t source_endpoint_id;
    enum picture_step step;
};

/* How one layer of a picture is to be. */
struct worker_layer_limit {
    uint32_t max_bps;    /* 0: no limit */
    uint32_t max_fps;    /* 0: no limit */
    uint32_t scale_down; /* 1, 2, 4: beyond what the layer is scaled down by itself */
};

/* LAYERS_WANTED: what the room needs of a publisher's picture. Layers that nobody needs may be
 * switched off; the lowest is always in the mask. Each layer has its own limit. */
struct worker_layers_wanted_event {
    struct mailbox_message message;
    uint64_t endpoint_id; /* the publisher */
    char mid[MEDIA_MID_SIZE_MAX];
    uint32_t layers; /* bit 0: the lowest of its rids; all bits when nothing is known yet */
    struct worker_layer_limit limits[MEDIA_RIDS_MAX];
};

/* SOUND_WANTED: how a publisher's microphone is to be sent: slower and in longer frames while its
 * link, or that of somebody who hears it, is thin. It
 * begins so; the first word comes when its own link is known. */
struct worker_sound_wanted_event {
    struct mailbox_message message;
    uint64_t endpoint_id; /* the publisher */
    uint32_t max_bps;     /* of the codec; 0: no limit */
    uint32_t frame_ms;    /* 20, 40, 60 */
};

/* SILENCE: nothing came from it for 500 ms although it had been sending; or it comes again. */
struct worker_silence_event {
    struct mailbox_message message;
    uint64_t endpoint_id;
    bool silent;
};

/* MISSED_WORDS: of what the speaker said in `of_ms`, the listener did not hear `missed_ms`, more
 * than a second, whatever it was that lost it: the speaker's way here or the listener's from here.
 * Rows of lost frames below 60 ms are concealed and do not count. Told when it is over, or has gone
 * on for 6 s; for one listener and speaker at most every 15 s. Known only of listeners that give
 * transport-wide feedback. */
struct worker_missed_words_event {
    struct mailbox_message message;
    uint64_t listener_endpoint_id;
    uint64_t speaker_endpoint_id;
    int64_t began_wall_ms;
    uint32_t missed_ms;
    uint32_t of_ms;
};

struct worker_recording_event {
    struct mailbox_message message;
    uint64_t room_id;
    int64_t wall_ms;
};

struct worker_report {
    struct mailbox_message message;
    unsigned worker;
    uint32_t rooms;
    uint32_t endpoints;
    uint32_t endpoints_max;
    uint32_t packet_slots_free; /* of the bounded pool */
    uint32_t load_permille;     /* of its time, smoothed */
    uint32_t load_level;        /* worker_load.h: 0 calm, 1 refuses people, 2 thins pictures */
    uint64_t packets_received;
    uint64_t packets_sent;
    uint64_t bytes_received;
    uint64_t bytes_sent;
    uint64_t datagrams_unknown; /* no endpoint at that address, or no known kind */
    uint64_t stun_rejected;     /* bad or unauthenticated checks */
    uint64_t dtls_rejected;
    uint64_t srtp_rejected;
    uint64_t rtp_rejected; /* authentic, but malformed or not negotiated */
    uint64_t pool_exhausted;
    uint64_t send_dropped;       /* the socket refused a packet, or a TCP reader was too slow */
    uint64_t tcp_refused;        /* connections: too many, or they proved nothing */
    uint64_t consent_requests;   /* to addresses from which silent peers' media came */
    uint64_t receive_overflowed; /* datagrams for which the socket's queue had no room */
    uint64_t recorder_dropped;   /* RTP packets for which a recorder had no room */
    uint64_t times_full;         /* how often load_level rose to 1, to 2 */
    uint64_t times_thinned;
    uint64_t loop_slow_handlers;
};

#endif

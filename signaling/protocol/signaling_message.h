/* signaling_message.h - the requests of docs/signaling.md, read strictly, and the replies that
 * every request can get.
 *
 * A request is one JSON object. A duplicate key, an unknown field, a missing one, one of the wrong
 * type or size: each is refused with the place where it stands. What is read here is what
 * docs/signaling.schema.json says; the tests hold one against the other. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_SIGNALING_MESSAGE_H
#define BEDSIDE_SIGNALING_PROTOCOL_SIGNALING_MESSAGE_H

#include "gateway/base/cleanup.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum signaling_request_type {
    SIGNALING_JOIN,
    SIGNALING_OFFER,
    SIGNALING_READY,
    SIGNALING_SLOTS,
    SIGNALING_MUTE,
    SIGNALING_AWAY,
    SIGNALING_FIGURES,
    SIGNALING_REPAIR,
    SIGNALING_CHAT,
    SIGNALING_CONSENT,
    SIGNALING_RECORDING,
    SIGNALING_ADMIT,
    SIGNALING_DENY,
    SIGNALING_INVITE,
    SIGNALING_LATE,
    SIGNALING_EMERGENCY,
    SIGNALING_SEND_OUT,
    SIGNALING_SEND_BACK,
    SIGNALING_HUDDLE,
    SIGNALING_HELP,
    SIGNALING_KNOCK,
    SIGNALING_DEVICE,
    SIGNALING_PING,
    SIGNALING_LEAVE,
    SIGNALING_END,
    SIGNALING_REQUEST_COUNT,
};

enum signaling_answer { SIGNALING_GIVEN, SIGNALING_REFUSED, SIGNALING_WITHDRAWN };
enum signaling_recording_action {
    SIGNALING_RECORDING_START,
    SIGNALING_RECORDING_PAUSE,
    SIGNALING_RECORDING_RESUME,
    SIGNALING_RECORDING_STOP,
};

enum signaling_huddle_action { SIGNALING_HUDDLE_BEGIN, SIGNALING_HUDDLE_END };
enum signaling_help_action {
    SIGNALING_HELP_ACCEPT,
    SIGNALING_HELP_DECLINE,
    SIGNALING_HELP_SAY,
    SIGNALING_HELP_END,
};

enum signaling_away_reason { SIGNALING_AWAY_HIDDEN, SIGNALING_AWAY_CALL, SIGNALING_AWAY_DEVICE };
enum signaling_path {
    SIGNALING_PATH_UNKNOWN,
    SIGNALING_PATH_UDP,
    SIGNALING_PATH_TCP,
    SIGNALING_PATH_TURN_UDP,
    SIGNALING_PATH_TURN_TCP,
    SIGNALING_PATH_TURN_TLS,
    SIGNALING_PATHS,
};
enum signaling_limit {
    SIGNALING_LIMITED_BY_NOTHING,
    SIGNALING_LIMITED_BY_CPU,
    SIGNALING_LIMITED_BY_BANDWIDTH,
    SIGNALING_LIMITED_BY_OTHER,
};
enum signaling_media { SIGNALING_SOUND, SIGNALING_PICTURE };

enum signaling_guest {
    SIGNALING_GUEST_CAREGIVER,
    SIGNALING_GUEST_INTERPRETER,
    SIGNALING_GUEST_TRAINEE,
    SIGNALING_GUEST_TECHNICAL_HELPER,
};

enum signaling_emergency {
    SIGNALING_EMERGENCY_BEGIN,
    SIGNALING_EMERGENCY_TELL,
    SIGNALING_EMERGENCY_END,
};

#define SIGNALING_SLOTS_MAX 16
#define SIGNALING_SDP_SIZE_MAX 61440

struct signaling_slot_wish {
    int slot;
    bool video;
    int width; /* 0: not said */
    int height;
};

/* What a browser made of one slot's media in an interval. */
struct signaling_slot_figures {
    int slot;
    int heard_ms;
    int concealed_ms; /* of heard_ms */
    int frames;
    int buffer_ms; /* this and the next: 0 when not said */
    int freezes;
    int frozen_ms;
    int height;
};

/* Fields that the type does not have are 0 or NULL. Texts are owned by the request. */
struct signaling_request {
    enum signaling_request_type type;
    int id;
    json_t *json; /* what the texts belong to */
    const char *token;
    const char *resume;
    bool for_help; /* joins for a help session alone */
    const char *sdp;
    bool packed; /* `sdp` is (packed_text.h) */
    bool restart_ice;
    struct signaling_slot_wish slots[SIGNALING_SLOTS_MAX];
    size_t slot_count;
    bool audio;
    bool video;
    bool away;
    int away_reason; /* enum signaling_away_reason */
    int interval_ms;
    int path;       /* enum signaling_path */
    int limited_by; /* enum signaling_limit */
    struct signaling_slot_figures slot_figures[SIGNALING_SLOTS_MAX];
    size_t slot_figures_count;
    int slot;
    int media; /* enum signaling_media */
    const char *text;
    int answer; /* enum signaling_answer */
    const char *text_version;
    int action;    /* of recording, huddle, help */
    int emergency; /* enum signaling_emergency */
    const char *name;
    int guest; /* enum signaling_guest */
    const char *relation;
    const char *language;
    int minutes;
    int64_t at; /* ms since 1970 UTC; 0: not said */
    const char *participant;
    bool knows_licence;
    const char *request;
    bool allow;
};
struct signaling_request *signaling_request_destroy(struct signaling_request *request);
DEFINE_AUTO(signaling_request)

struct signaling_problem {
    const char *code; /* static: "bad_message" or "unknown_type" */
    char message[160];
    char where[64]; /* may be empty */
    bool has_id;    /* the id could be read */
    int id;
};

/* Returns 0 and an owned request, or -EBADMSG with the problem. */
int signaling_request_read(const char *text, size_t size, struct signaling_request **ret_request,
                           struct signaling_problem *ret_problem);

/* Replies: owned values. `reply_to` < 0 leaves it out; `where` may be NULL or empty. */
json_t *signaling_reply_ok(int reply_to);
json_t *signaling_reply_error(int reply_to, const char *code, const char *message,
                              const char *where);

#endif

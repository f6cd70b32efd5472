/* session_internal.h - one socket's conversation as the files that handle its requests see it.
 * Private to this folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_SESSION_INTERNAL_H
#define BEDSIDE_SIGNALING_SESSION_SESSION_INTERNAL_H

#include "gateway/base/token_bucket.h"
#include "signaling/protocol/signaling_message.h"
#include "signaling/session/hub_internal.h"

/* Requests that may follow a join before its reply. */
#define EARLY_REQUESTS_MAX 4

struct signaling_session {
    uint64_t id;
    struct signaling_hub *hub;
    struct websocket_session *socket; /* NULL once it is closing */
    struct seat *seat;                /* borrowed; NULL before join, and after bye */
    bool joining;                     /* a join is at the store */
    /* What came meanwhile: it is dealt with behind the join, as if it had come then. Owned. */
    struct signaling_request *early[EARLY_REQUESTS_MAX];
    size_t early_count;
    uint64_t opened_us;
    struct token_bucket requests;
    unsigned bad_messages;
};

/* `where` may be NULL. */
void signaling_session_send_error(struct signaling_session *session, int reply_to, const char *code,
                                  const char *message, const char *where);

/* media_requests.c: the requests that are about the seat's own media. Each replies. */
void media_request_offer(struct signaling_session *session, struct signaling_request *request);
void media_request_ready(struct signaling_session *session, struct signaling_request *request);
void media_request_slots(struct signaling_session *session, struct signaling_request *request);
void media_request_mute(struct signaling_session *session, struct signaling_request *request);
void media_request_away(struct signaling_session *session, struct signaling_request *request);
void media_request_figures(struct signaling_session *session, struct signaling_request *request);
void media_request_repair(struct signaling_session *session, struct signaling_request *request);

#endif

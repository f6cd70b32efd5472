/* session_internal.h - one socket's conversation as the files that handle its requests see it.
 * Private to this folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_SESSION_INTERNAL_H
#define BEDSIDE_SIGNALING_SESSION_SESSION_INTERNAL_H

#include "gateway/base/token_bucket.h"
#include "gateway/visits/permission_table.h"
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

/* Deals with what came while a join was at the store, if that is back and the socket still there.
 */
void signaling_session_answer_early(struct signaling_hub *hub, uint64_t session_id);

/* Each of the following replies, at once or when the record has answered. */

/* session_join.c */
void session_join(struct signaling_session *session, struct signaling_request *request);

/* door_requests.c */
void door_request_admit(struct signaling_session *session, struct signaling_request *request);
void door_request_deny(struct signaling_session *session, struct signaling_request *request);
void door_request_invite(struct signaling_session *session, struct signaling_request *request);
void door_request_send_out(struct signaling_session *session, struct signaling_request *request);
void door_request_send_back(struct signaling_session *session, struct signaling_request *request);
void door_request_knock(struct signaling_session *session, struct signaling_request *request);
void door_request_huddle(struct signaling_session *session, struct signaling_request *request);

/* recording_requests.c */
void recording_request_consent(struct signaling_session *session,
                               struct signaling_request *request);
void recording_request_command(struct signaling_session *session,
                               struct signaling_request *request);
/* What a role must be allowed for the command: each has its own. */
enum operation recording_request_operation(const struct signaling_request *request);

/* visit_requests.c */
void visit_request_chat(struct signaling_session *session, struct signaling_request *request);
void visit_request_late(struct signaling_session *session, struct signaling_request *request);
void visit_request_emergency(struct signaling_session *session, struct signaling_request *request);
void visit_request_help(struct signaling_session *session, struct signaling_request *request);
void visit_request_device(struct signaling_session *session, struct signaling_request *request);
void visit_request_leave(struct signaling_session *session, struct signaling_request *request);
void visit_request_end(struct signaling_session *session, struct signaling_request *request);

/* media_requests.c: the requests that are about the seat's own media. */
void media_request_offer(struct signaling_session *session, struct signaling_request *request);
void media_request_ready(struct signaling_session *session, struct signaling_request *request);
void media_request_slots(struct signaling_session *session, struct signaling_request *request);
void media_request_mute(struct signaling_session *session, struct signaling_request *request);
void media_request_away(struct signaling_session *session, struct signaling_request *request);
void media_request_figures(struct signaling_session *session, struct signaling_request *request);
void media_request_repair(struct signaling_session *session, struct signaling_request *request);

#endif

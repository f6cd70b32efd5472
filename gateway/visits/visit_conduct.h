/* visit_conduct.h - a visit while it runs. Operations that change it return the whole picture of
 * it. `actor` is from visit_arrival_resolve_seat(), a staff session or the operator; its device and
 * seat are checked again each time (refusals DEVICE_REPLACED, SESSION_EXPIRED, NOT_PERMITTED are
 * possible everywhere). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_CONDUCT_H
#define BEDSIDE_VISITS_VISIT_CONDUCT_H

#include "gateway/visits/chat_message.h"
#include "gateway/visits/visit_service.h"

struct visit_snapshot {
    struct visit_picture *picture; /* owned */
    struct chat_list *chat;        /* owned; empty unless the contents are open to the actor */
};
struct visit_snapshot *visit_snapshot_destroy(struct visit_snapshot *snapshot);
DEFINE_AUTO(visit_snapshot)
/* What a client needs after it connected. The picture is whole: filter it with
 * visit_picture_shows(). */
int visit_conduct_snapshot(struct visit_service *service, const struct visit_actor *actor,
                           const char *visit_id, struct visit_snapshot **ret_snapshot);

/* Sits down: in the visit for staff and for whoever was admitted before, else in the waiting room;
 * marks the seat connected. The first member of staff opens the visit. Safe to repeat. Refusals:
 * VISIT_ENDED, DENIED, NO_LICENCE (a physician, to a patient who is in). */
int visit_conduct_enter(struct visit_service *service, const struct visit_actor *actor,
                        struct visit_picture **ret_picture);
/* Lets in, back in after send_out or send_back (visit_doors.h), or takes a no back.
 * `knows_licence`: the one who opens knows of a warning (licence.h). Refusals: NOT_FOUND,
 * NOT_PERMITTED (another keeps that door), WRONG_STATE (neither waiting nor denied),
 * VISIT_NOT_OPEN, NO_LICENCE, LICENCE_WARNING. (visit_doors.c) */
int visit_conduct_admit(struct visit_service *service, const struct visit_actor *actor,
                        const char *participant_id, bool knows_licence,
                        struct visit_picture **ret_picture);
/* Refusals: NOT_FOUND, NOT_PERMITTED, WRONG_STATE (not waiting). (visit_doors.c) */
int visit_conduct_deny(struct visit_service *service, const struct visit_actor *actor,
                       const char *participant_id, struct visit_picture **ret_picture);
/* The signaling session came back (true), or is gone beyond its grace (false). The seat stays. */
int visit_conduct_presence(struct visit_service *service, const struct visit_actor *actor,
                           bool connected, struct visit_picture **ret_picture);
int visit_conduct_leave(struct visit_service *service, const struct visit_actor *actor,
                        struct visit_picture **ret_picture);
/* Ends it for everybody; a recording goes to FINISH. Refusal: VISIT_ENDED. */
int visit_conduct_end(struct visit_service *service, const struct visit_actor *actor,
                      const char *visit_id, struct visit_picture **ret_picture);

/* Copies `body`; the message's id and time are in *ret_message (its `body` is owned by the caller:
 * free it). In a huddle only the team writes, and only the team reads it, later too. Refusals:
 * NOT_IN_VISIT, INVALID, TOO_MANY. */
int visit_conduct_chat(struct visit_service *service, const struct visit_actor *actor,
                       const char *body, struct chat_message *ret_message);

/* Done once by visit_service_thread_create(), before anything is served: nobody is connected;
 * seats, admissions and consents stay as they were; each help session is over, as any that ends. */
int visit_conduct_recover(struct visit_service *service);

#endif

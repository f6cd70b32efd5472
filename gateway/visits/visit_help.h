/* visit_help.h - help sessions (help_session.h): offered from outside the visit, gone to, answered,
 * ended. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_HELP_H
#define BEDSIDE_VISITS_VISIT_HELP_H

#include "gateway/visits/help_session.h"
#include "gateway/visits/visit_service.h"

struct visit_act;

/* An offer whose helper is not there counts for so long, then another may help. */
#define HELP_DESERTED_AFTER_MS 30000

struct visit_help_offered {
    char participant_id[UUID_TEXT_SIZE]; /* the helper's seat */
    char seat_token[RANDOM_TOKEN_SIZE];  /* of this device; it is nowhere else: wipe it */
    bool replaced_device;                /* the seat's older device must be told and disconnected */
};

/* Staff, outside a visit, offer help to one of its people, from a seat of their own, which is made
 * when they have none: one beside the visit, that never leads into it. Offering again what
 * one offered goes on with it on this device. Refusals: NOT_FOUND, VISIT_ENDED, INVALID (oneself),
 * WRONG_STATE (not on the way in, nor here), HELP_TAKEN (somebody helps in this visit), DENIED,
 * TOO_MANY. */
int visit_help_offer(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, const char *participant_id,
                     struct visit_help_offered *ret_offered, struct visit_picture **ret_picture);

/* Sits down for the help session alone: connected, and otherwise as the seat stands. Refusal:
 * WRONG_STATE (there is none). */
int visit_help_sit(struct visit_service *service, const struct visit_actor *actor,
                   struct visit_picture **ret_picture);

/* From the seat. Refusal: WRONG_STATE (help_session_allows()). */
int visit_help_step(struct visit_service *service, const struct visit_actor *actor,
                    enum help_step step, struct visit_picture **ret_picture);

/* Who offers help to the actor's seat, and is there; for pages on the way in. */
struct visit_help_look {
    bool is_offered; /* or open */
    char helper_name[PERSON_NAME_SIZE];
    enum participant_role helper_role;
};
int visit_help_look(struct visit_service *service, const struct visit_actor *actor,
                    struct visit_help_look *ret_look);

/* Ends this session as lost, when it is still on: one of the two has no conversation with the
 * gateway any more, and did not say goodbye. By the gateway itself. */
int visit_help_abandon(struct visit_service *service, const char *visit_id, const char *help_id,
                       struct visit_picture **ret_picture);

/* After a restart: each session that was on is over. Private to gateway/visits. */
int visit_help_recover(struct visit_service *service);

/* After somebody left or was lost, or the visit ended (`participant_id` NULL): what they were in is
 * over. Private to gateway/visits. */
int visit_help_follow(struct visit_service *service, struct visit_act *act,
                      const char *participant_id, enum help_end end);

#endif

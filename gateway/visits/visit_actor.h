/* visit_actor.h - who asks. Made by the service from a token, never from what a message says.
 * Thread: any; plain data. */
#ifndef BEDSIDE_VISITS_VISIT_ACTOR_H
#define BEDSIDE_VISITS_VISIT_ACTOR_H

#include "gateway/visits/participant.h"

struct visit_actor {
    enum participant_role role;
    char case_id[UUID_TEXT_SIZE];
    /* Somebody in a seat: */
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    char device_id[UUID_TEXT_SIZE];
    /* Staff outside a visit, come by a link to one case: */
    char session_id[UUID_TEXT_SIZE]; /* of this one, or of the account */
    char person_id[UUID_TEXT_SIZE];
    /* Staff who signed in: no case of their own; `role` is the first of `roles`. */
    char account_id[UUID_TEXT_SIZE];
    unsigned roles; /* PARTICIPANT_ROLE_BIT() of each */
    uint32_t uid;   /* ROLE_OPERATOR: of the socket's peer */
    /* ROLE_SYSTEM: */
    char client_id[UUID_TEXT_SIZE];
    unsigned scopes; /* of its token: API_SCOPE_BIT() of each (api_scope.h) */
};

/* bedsidectl over the Unix socket; `uid` from SO_PEERCRED. */
struct visit_actor visit_actor_operator(uint32_t uid);
/* A program, by its access token. */
struct visit_actor visit_actor_system(const char *client_id, unsigned scopes);
/* The product itself. */
struct visit_actor visit_actor_gateway(void);

#endif

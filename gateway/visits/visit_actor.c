#include "gateway/visits/visit_actor.h"

#include <stdio.h>

struct visit_actor visit_actor_operator(uint32_t uid)
{
    return (struct visit_actor){.role = ROLE_OPERATOR, .uid = uid};
}

struct visit_actor visit_actor_gateway(void)
{
    return (struct visit_actor){.role = ROLE_GATEWAY};
}

struct visit_actor visit_actor_system(const char *client_id, unsigned scopes)
{
    struct visit_actor actor = {.role = ROLE_SYSTEM, .scopes = scopes};
    snprintf(actor.client_id, sizeof(actor.client_id), "%s", client_id);
    return actor;
}

#include "gateway/visits/visit_actor.h"

struct visit_actor visit_actor_operator(uint32_t uid)
{
    return (struct visit_actor){.role = ROLE_OPERATOR, .uid = uid};
}

struct visit_actor visit_actor_gateway(void)
{
    return (struct visit_actor){.role = ROLE_GATEWAY};
}

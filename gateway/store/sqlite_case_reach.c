/* Which cases somebody reaches. */
#include "gateway/store/sqlite_store_internal.h"

#include <stdio.h>

/* ",coordinator,interpreter,": what instr() looks in. */
static void write_roles(unsigned roles, char text[SQL_ROLES_SIZE])
{
    size_t length = (size_t)snprintf(text, SQL_ROLES_SIZE, ",");
    for (unsigned role = 0; role < ROLE_SEATED_COUNT; role++) {
        if (roles & PARTICIPANT_ROLE_BIT(role)) {
            length += (size_t)snprintf(text + length, SQL_ROLES_SIZE - length, "%s,",
                                       participant_role_name((enum participant_role)role));
        }
    }
}

void sql_put_reach(struct sql_query *query, const struct case_reach *reach,
                   char roles[SQL_ROLES_SIZE])
{
    write_roles(reach->roles, roles);
    sql_put_int(query, reach->everything);
    sql_put_text(query, reach->programme);
    sql_put_text(query, reach->staff_key);
    sql_put_text(query, roles);
}

/* api_scope.h - what a program may ask for: named bundles of operations (RFC 6749, 3.3).
 *
 * A scope narrows, it never widens: a program may do what the column `system` of the permission
 * table allows *and* one of its scopes has.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_API_SCOPE_H
#define BEDSIDE_VISITS_API_SCOPE_H

#include "gateway/visits/permission_table.h"

enum api_scope {
    API_SCOPE_CASES_READ,
    API_SCOPE_CASES_WRITE,
    API_SCOPE_VISITS_READ,
    API_SCOPE_VISITS_WRITE,
    API_SCOPE_TEAMS_WRITE,
    API_SCOPE_LINKS_WRITE,
    API_SCOPE_RECORDINGS_READ,
    API_SCOPE_COUNT,
};
#define API_SCOPE_BIT(scope) (1u << (scope))
#define API_SCOPES_ALL (API_SCOPE_BIT(API_SCOPE_COUNT) - 1)
/* Of a list of names, with the terminating 0. */
#define API_SCOPES_SIZE 513

/* "system/cases.read", ... */
const char *api_scope_name(enum api_scope scope);
/* Reads names separated by spaces. Returns 0, or -EINVAL for a name that is none and for an empty
 * list. */
int api_scopes_read(const char *text, unsigned *ret_scopes);
void api_scopes_write(unsigned scopes, char ret_text[API_SCOPES_SIZE]);

/* Whether one of the scopes has the operation; what a program needs in order to come in at all
 * needs none. */
bool api_scopes_allow(unsigned scopes, enum operation operation);

#endif

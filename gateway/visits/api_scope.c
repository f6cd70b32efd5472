#include "gateway/visits/api_scope.h"

#include "gateway/visits/name_table.h"

#include <stdio.h>

#define OPERATIONS_PER_SCOPE 6

static const struct {
    const char *name;
    enum operation operations[OPERATIONS_PER_SCOPE];
    size_t count;
} scopes_known[API_SCOPE_COUNT] = {
    /* A case tells of its opinion, its visits and their recordings. */
    [API_SCOPE_CASES_READ] = {"system/cases.read",
                              {OPERATION_CASE_READ, OPERATION_OPINION_READ, OPERATION_VISIT_SEE,
                               OPERATION_RECORDING_LIST, OPERATION_CASE_LIST, OPERATION_TEAM_READ},
                              6},
    [API_SCOPE_CASES_WRITE] = {"system/cases.write",
                               {OPERATION_CASE_IMPORT, OPERATION_CASE_ORDER, OPERATION_CASE_MOVE,
                                OPERATION_CASE_CHANGE, OPERATION_CASE_PLAN},
                               5},
    [API_SCOPE_VISITS_READ] = {"system/visits.read",
                               {OPERATION_VISIT_SEE, OPERATION_NOTIFICATION_READ},
                               2},
    /* Who is invited is looked up in the case. */
    [API_SCOPE_VISITS_WRITE] = {"system/visits.write",
                                {OPERATION_VISIT_SCHEDULE, OPERATION_VISIT_BOOK,
                                 OPERATION_VISIT_MOVE, OPERATION_CASE_READ, OPERATION_TEAM_READ},
                                5},
    [API_SCOPE_TEAMS_WRITE] = {"system/teams.write",
                               {OPERATION_TEAM_WRITE, OPERATION_HOURS_WRITE, OPERATION_TEAM_READ},
                               3},
    [API_SCOPE_LINKS_WRITE] = {"system/links.write",
                               {OPERATION_LINKS_MINT, OPERATION_LINK_RENEW,
                                OPERATION_NOTIFICATION_SEND},
                               3},
    [API_SCOPE_RECORDINGS_READ] = {"system/recordings.read",
                                   {OPERATION_RECORDING_LIST, OPERATION_VISIT_SEE},
                                   2},
};

const char *api_scope_name(enum api_scope scope)
{
    return (unsigned)scope < API_SCOPE_COUNT ? scopes_known[scope].name : "unknown";
}

static int find_scope(const char *name, size_t length)
{
    for (int scope = 0; scope < API_SCOPE_COUNT; scope++) {
        if (strlen(scopes_known[scope].name) == length &&
            memcmp(scopes_known[scope].name, name, length) == 0) {
            return scope;
        }
    }
    return -EINVAL;
}

int api_scopes_read(const char *text, unsigned *ret_scopes)
{
    unsigned scopes = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        const size_t length = strcspn(text, " ");
        const int scope = find_scope(text, length);
        if (scope < 0) {
            return scope;
        }
        scopes |= API_SCOPE_BIT(scope);
        text += length;
    }
    if (scopes == 0) {
        return -EINVAL;
    }
    *ret_scopes = scopes;
    return 0;
}

void api_scopes_write(unsigned scopes, char ret_text[API_SCOPES_SIZE])
{
    size_t length = 0;
    ret_text[0] = 0;
    for (int scope = 0; scope < API_SCOPE_COUNT; scope++) {
        if (scopes & API_SCOPE_BIT(scope)) {
            length += (size_t)snprintf(ret_text + length, API_SCOPES_SIZE - length, "%s%s",
                                       length > 0 ? " " : "", scopes_known[scope].name);
        }
    }
}

bool api_scopes_allow(unsigned scopes, enum operation operation)
{
    if (operation == OPERATION_TOKEN_ISSUE || operation == OPERATION_TOKEN_USE) {
        return true;
    }
    for (int scope = 0; scope < API_SCOPE_COUNT; scope++) {
        for (size_t i = 0; (scopes & API_SCOPE_BIT(scope)) && i < scopes_known[scope].count; i++) {
            if (scopes_known[scope].operations[i] == operation) {
                return true;
            }
        }
    }
    return false;
}

/* permission_ways.h - how each operation of the permission table is asked for, over HTTP and over
 * the visit's WebSocket; and what of both faces is no operation. Thread: the test's. */
#ifndef BEDSIDE_TESTS_PERMISSION_WAYS_H
#define BEDSIDE_TESTS_PERMISSION_WAYS_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/permission_table.h"
#include "tests/integration/role_holders.h"

#define WAYS_STAFF (HOLDER_LINK | HOLDER_ACCOUNT)

/* Paths and bodies have {names} of things, to be put in by ways_fill(). */
struct http_way {
    enum operation operation;
    const char *method;
    const char *path;
    const char *body;       /* NULL: none */
    unsigned takes;         /* enum holder_kind: whose word counts on this route at all */
    unsigned narrow;        /* of them those whose reach is one case, and this is about many */
    unsigned elsewhere;     /* for whom the same request is another operation */
    const char *media_type; /* NULL: application/json */
};
extern const struct http_way http_ways[];
extern const size_t http_way_count;

struct message_way {
    enum operation operation;
    const char *message;
};
/* From inside the visit, and it goes on. */
extern const struct message_way message_ways[];
extern const size_t message_way_count;

/* What else a test asks for in a way of its own: by a secret in the request, by coming in, by
 * answering about a device, by leaving for good. */
extern const enum operation http_special_ways[];
extern const size_t http_special_way_count;
extern const enum operation message_special_ways[];
extern const size_t message_special_way_count;

/* What nobody can ask for from outside. */
extern const enum operation without_way[];
extern const size_t without_way_count;

/* Routes that are no operation: whoever comes gets what is there. "GET /path" */
extern const char *const open_routes[];
extern const size_t open_route_count;
/* Messages that are no operation: the media, and whether one is there. */
extern const char *const open_messages[];
extern const size_t open_message_count;

struct named_value {
    const char *name;
    const char *value;
};
/* The text with each {name} replaced; fails for a name that has no value. Owned: free(). */
char *ways_fill(const char *text, const struct named_value *values, size_t count);
/* What the copy of the table says that was written down by hand; fails where the table differs. */
bool ways_allow(enum operation operation, enum participant_role role);
/* Whether there is a way, special ones too. */
bool ways_over_http(enum operation operation);
bool ways_over_messages(enum operation operation);
/* Whether the operation is in a list. */
bool ways_has(const enum operation *list, size_t count, enum operation operation);

#endif

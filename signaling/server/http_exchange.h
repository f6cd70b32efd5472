/* http_exchange.h - one HTTP request and the answer to it, whatever carries them.
 *
 * An exchange belongs to the server. It may vanish whenever its client does: whoever answers later,
 * from another task, keeps http_exchange_id() and asks http_server_find_exchange().
 *
 *     request read --on_request--> handler --http_exchange_reply(), _fail() or _stream()--> written
 * --> gone
 *                                     '--> (the store thread) --> http_server_find_exchange() --^
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_HTTP_EXCHANGE_H
#define BEDSIDE_SIGNALING_SERVER_HTTP_EXCHANGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_METHOD_OTHER,
};
/* "GET", ...; HTTP_METHOD_OTHER is "". */
const char *http_method_name(enum http_method method);
/* POST, PUT and PATCH: a request has a Content-Length, be it 0. */
bool http_method_has_body(enum http_method method);

/* Through which door a request came. */
enum http_door {
    HTTP_DOOR_PUBLIC = 1,   /* HTTPS */
    HTTP_DOOR_OPERATOR = 2, /* the Unix socket */
    HTTP_DOOR_SETUP = 4,    /* plain HTTP: the development authority alone */
};

/* Text that the client did not send is "". All borrowed from the exchange. */
struct http_request {
    enum http_method method;
    enum http_door door;
    const char *path;  /* percent-decoded, without the query */
    const char *query; /* without '?', as form_fields.h reads it */
    const char *origin;
    const char *cookie;
    const char *content_type;
    const char *range;
    const char *if_range;
    const char *if_match;
    const char *if_none_match;
    const char *authorization;
    const char *idempotency_key;
    const char *accept_encoding;
    const char *client_address; /* behind a trusted proxy: what it says */
    uint32_t client_uid;        /* HTTP_DOOR_OPERATOR: of the peer */
    const char *body;           /* ends with a 0 that does not count */
    size_t body_size;
};

struct http_exchange;

const struct http_request *http_exchange_request(const struct http_exchange *exchange);
uint64_t http_exchange_id(const struct http_exchange *exchange);

/* Before the answer: a header line. Values with control bytes are left out (asserted in debug
 * builds). */
void http_exchange_add_header(struct http_exchange *exchange, const char *name, const char *value);

/* Before the answer: another Content-Security-Policy than that of the web client (borrowed,
 * static). */
void http_exchange_set_content_policy(struct http_exchange *exchange, const char *policy);

/* Answers with a copy of `body`; of HEAD without it, with its length. */
void http_exchange_reply(struct http_exchange *exchange, unsigned status, const char *content_type,
                         const void *body, size_t size);
/* Takes `value` (owned). */
void http_exchange_reply_json(struct http_exchange *exchange, unsigned status, json_t *value);
/* Answers with problem+json (RFC 9457). `where` may be NULL. */
void http_exchange_fail(struct http_exchange *exchange, unsigned status, const char *code,
                        const char *detail, const char *where);
/* The same with further members: takes `members` (owned, may be NULL). */
void http_exchange_fail_with(struct http_exchange *exchange, unsigned status, const char *code,
                             const char *detail, json_t *members);

/* Where a long body comes from. */
struct http_body_source {
    /* Writes the next bytes. Returns the count, 0 when none are ready yet (then call
     * http_exchange_wake()), or a negative errno: the connection is cut, so that nobody takes half
     * a body for a whole one. */
    ssize_t (*read)(void *context, void *ret_bytes, size_t capacity);
    /* Called once, after the last byte or when the client is gone. */
    void (*close)(void *context);
};
/* Answers with `length` bytes from `source` (borrowed; static). Takes over `context`. Of HEAD it is
 * closed at once. */
void http_exchange_stream(struct http_exchange *exchange, unsigned status, const char *content_type,
                          uint64_t length, const struct http_body_source *source, void *context);
void http_exchange_wake(struct http_exchange *exchange);

#endif

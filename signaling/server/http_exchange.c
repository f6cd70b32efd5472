#include "signaling/server/http_exchange.h"

#include "gateway/base/clock.h"
#include "signaling/server/connection.h"
#include "signaling/server/http_answer_head.h"
#include "signaling/server/http_request_reader.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#define WRITE_SIZE 32768
#define KEEPALIVE_SECONDS 20

/*   reading --on_body_end--> waiting --reply, stream--> writing --last byte--> flushing
 * --writeable--> gone (body)                  (handler) (libwebsockets' own queue)      */
/* LINGERING: it was refused and told so, but the body still comes. Closing now would reset the
 * connection, and the client might never read why (RFC 9112, 9.6). */
enum exchange_phase {
    PHASE_READING,
    PHASE_WAITING,
    PHASE_WRITING,
    PHASE_FLUSHING,
    PHASE_LINGERING
};
#define LINGER_SECONDS 2
#define LINGER_BYTES_MAX (1024 * 1024)

struct http_exchange {
    uint64_t id;
    struct connection *connection;
    enum exchange_phase phase;
    struct http_request request;
    char *texts[HTTP_REQUEST_TEXTS]; /* owned: what the request's texts point to */
    GByteArray *body;
    size_t body_expected;
    GString *headers; /* extra lines of the answer */
    const char *content_policy;
    GByteArray *out; /* head and short body */
    size_t out_sent;
    const struct http_body_source *source;
    void *source_context;
    uint64_t source_left;
    bool close_after;
    size_t passed_over; /* of a refused body */
};

const struct http_request *http_exchange_request(const struct http_exchange *exchange)
{
    return &exchange->request;
}

uint64_t http_exchange_id(const struct http_exchange *exchange)
{
    return exchange->id;
}

static void close_source(struct http_exchange *exchange)
{
    if (exchange->source) {
        exchange->source->close(exchange->source_context);
        exchange->source = NULL;
    }
}

static void exchange_destroy(struct http_exchange *exchange)
{
    http_server_forget(exchange->connection->server, &exchange->id);
    close_source(exchange);
    for (size_t i = 0; i < G_N_ELEMENTS(exchange->texts); i++) {
        g_free(exchange->texts[i]);
    }
    g_byte_array_unref(exchange->body);
    g_string_free(exchange->headers, TRUE);
    if (exchange->out) {
        g_byte_array_unref(exchange->out);
    }
    exchange->connection->exchange = NULL;
    g_free(exchange);
}

/* ---- the answer ---- */

void http_exchange_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
    const bool clean = http_header_is_clean(name) && http_header_is_clean(value);
    assert(clean);
    if (clean) {
        g_string_append_printf(exchange->headers, "%s: %s\r\n", name, value);
    }
}

static void begin_answer(struct http_exchange *exchange, unsigned status, const char *content_type,
                         uint64_t length)
{
    assert(exchange->phase == PHASE_WAITING || exchange->phase == PHASE_READING);
    struct connection *connection = exchange->connection;
    http_server_counters(connection->server)->answers_by_class[status / 100 % 6]++;
    const struct http_answer_head answer = {
        .status = status,
        .content_type = content_type,
        .length = length,
        .headers = exchange->headers->str,
        .content_policy = exchange->content_policy,
        .door = exchange->request.door,
        .closes = exchange->close_after,
    };
    GString *head = http_answer_head_write(&answer, connection->server);
    exchange->out = g_byte_array_new();
    g_byte_array_append(exchange->out, (const guint8 *)head->str, (guint)head->len);
    g_string_free(head, TRUE);
    exchange->phase = PHASE_WRITING;
    /* 4.1.6 serves no POLLOUT while reading is held back; who sends a second request now is closed. */
    lws_rx_flow_control(connection->wsi, 1);
    connection->deadline_us = clock_now_us() + HTTP_STALL_SECONDS * 1000000ull;
    lws_callback_on_writable(connection->wsi);
}

void http_exchange_set_content_policy(struct http_exchange *exchange, const char *policy)
{
    exchange->content_policy = policy;
}

void http_exchange_reply(struct http_exchange *exchange, unsigned status, const char *content_type,
                         const void *body, size_t size)
{
    begin_answer(exchange, status, content_type, size);
    if (exchange->request.method != HTTP_HEAD && size > 0) {
        g_byte_array_append(exchange->out, body, (guint)size);
    }
}

void http_exchange_reply_json(struct http_exchange *exchange, unsigned status, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    http_exchange_reply(exchange, status, "application/json", text, strlen(text));
    free(text);
    json_decref(value);
}

void http_exchange_fail_with(struct http_exchange *exchange, unsigned status, const char *code,
                             const char *detail, json_t *members)
{
    json_t *problem =
        json_pack("{s:s, s:i, s:s, s:s, s:s}", "type", "about:blank", "status", (int)status,
                  "title", http_reason_phrase(status), "detail", detail, "code", code);
    if (members) {
        json_object_update(problem, members);
        json_decref(members);
    }
    char *text = json_dumps(problem, JSON_COMPACT);
    http_exchange_reply(exchange, status, "application/problem+json", text, strlen(text));
    free(text);
    json_decref(problem);
}

void http_exchange_fail(struct http_exchange *exchange, unsigned status, const char *code,
                        const char *detail, const char *where)
{
    http_exchange_fail_with(exchange, status, code, detail,
                            where ? json_pack("{s:s}", "where", where) : NULL);
}

void http_exchange_stream(struct http_exchange *exchange, unsigned status, const char *content_type,
                          uint64_t length, const struct http_body_source *source, void *context)
{
    begin_answer(exchange, status, content_type, length);
    exchange->source = source;
    exchange->source_context = context;
    exchange->source_left = length;
    if (exchange->request.method == HTTP_HEAD || length == 0) {
        close_source(exchange);
    }
}

void http_exchange_wake(struct http_exchange *exchange)
{
    if (exchange->phase == PHASE_WRITING) {
        lws_callback_on_writable(exchange->connection->wsi);
    }
}

/* ---- the request ---- */

static void dispatch(struct http_exchange *exchange)
{
    struct connection *connection = exchange->connection;
    const guint8 end = 0;
    g_byte_array_append(exchange->body, &end, 1);
    exchange->request.body = (const char *)exchange->body->data;
    exchange->request.body_size = exchange->body->len - 1;
    exchange->phase = PHASE_WAITING;
    connection->deadline_us = clock_now_us() + HTTP_STALL_SECONDS * 1000000ull;
    /* 4.1.6 would parse a pipelined request into this one's headers: read on when this one is answered. */
    lws_rx_flow_control(connection->wsi, 0);
    void *context;
    const struct http_server_ops *ops = http_server_ops_of(connection->server, &context);
    ops->on_request(context, exchange);
}

static void refuse(struct http_exchange *exchange, unsigned status, const char *code,
                   const char *detail)
{
    exchange->close_after = true;
    http_exchange_fail(exchange, status, code, detail, NULL);
}

int http_exchange_on_headers(struct connection *connection)
{
    if (connection->exchange) {
        return -1; /* a second request before the first was answered */
    }
    struct http_exchange *exchange = g_new0(struct http_exchange, 1);
    exchange->connection = connection;
    exchange->id = http_server_next_id(connection->server);
    exchange->body = g_byte_array_new();
    exchange->headers = g_string_new(NULL);
    connection->exchange = exchange;
    connection->reads_headers = false;
    http_server_register(connection->server, &exchange->id, exchange);
    http_server_counters(connection->server)->requests++;
    lws_set_timeout(connection->wsi, NO_PENDING_TIMEOUT, 0);
    connection->deadline_us = clock_now_us() + HTTP_BODY_SECONDS * 1000000ull;
    exchange->request = (struct http_request){.door = connection->door,
                                              .client_address = connection->address,
                                              .client_uid = connection->uid,
                                              .query = "",
                                              .origin = "",
                                              .range = "",
                                              .authorization = "",
                                              .path = ""};
    if (!http_request_read_headers(connection, &exchange->request, exchange->texts)) {
        refuse(exchange, 431, "headers_too_large", "A header of the request is too long.");
        return 0;
    }
    if (!connection_learn_address(connection)) {
        refuse(exchange, 429, "too_many_connections",
               "Too many connections come from this address.");
        return 0;
    }
    const unsigned status =
        http_request_read_length(connection, &exchange->request, &exchange->body_expected);
    if (status != 0) {
        refuse(exchange, status, status == 413 ? "too_large" : "bad_request",
               status == 413 ? "The body is larger than this route takes."
                             : "The request needs a Content-Length that can be read.");
        return 0;
    }
    /* Of an empty POST the library says that its body is complete; of the others it does not. */
    if (exchange->body_expected == 0 && exchange->request.method != HTTP_POST) {
        dispatch(exchange);
    }
    return 0;
}

/* Whether more of a refused body is worth waiting for. */
static bool is_lingering(const struct http_exchange *exchange)
{
    return exchange->close_after && exchange->passed_over < exchange->body_expected &&
           exchange->passed_over < LINGER_BYTES_MAX;
}

int http_exchange_on_body(struct connection *connection, const void *bytes, size_t size)
{
    struct http_exchange *exchange = connection->exchange;
    if (exchange && exchange->close_after) {
        exchange->passed_over += size;
        return is_lingering(exchange) || exchange->phase != PHASE_LINGERING ? 0 : -1;
    }
    if (!exchange || exchange->phase != PHASE_READING) {
        return -1;
    }
    if (exchange->body->len + size > exchange->body_expected) {
        return -1;
    }
    if (size > 0) {
        g_byte_array_append(exchange->body, bytes, (guint)size);
    }
    return 0;
}

int http_exchange_on_body_end(struct connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    if (exchange && exchange->close_after) {
        return exchange->phase == PHASE_LINGERING ? -1 : 0;
    }
    if (!exchange || exchange->phase != PHASE_READING) {
        return -1;
    }
    dispatch(exchange);
    return 0;
}

/* ---- writing ---- */

static int write_bytes(struct http_exchange *exchange, const void *bytes, size_t size, bool last)
{
    static unsigned char buffer[LWS_PRE + WRITE_SIZE]; /* of the control thread */
    memcpy(buffer + LWS_PRE, bytes, size);
    const int written = lws_write(exchange->connection->wsi, buffer + LWS_PRE, size,
                                  last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
    if (written < (int)size) {
        return -1;
    }
    exchange->connection->deadline_us = clock_now_us() + HTTP_STALL_SECONDS * 1000000ull;
    if (last) {
        exchange->phase = PHASE_FLUSHING;
    }
    lws_callback_on_writable(exchange->connection->wsi);
    return 0;
}

static int write_source(struct http_exchange *exchange)
{
    static unsigned char chunk[WRITE_SIZE];
    const size_t most =
        exchange->source_left < sizeof(chunk) ? (size_t)exchange->source_left : sizeof(chunk);
    const ssize_t size = exchange->source->read(exchange->source_context, chunk, most);
    if (size <= 0) {
        return size == 0 ? 0 : -1; /* 0: http_exchange_wake() comes */
    }
    exchange->source_left -= (uint64_t)size;
    const bool last = exchange->source_left == 0;
    if (last) {
        close_source(exchange);
    }
    return write_bytes(exchange, chunk, (size_t)size, last);
}

static int finish(struct http_exchange *exchange)
{
    struct connection *connection = exchange->connection;
    const bool close_after = exchange->close_after;
    if (is_lingering(exchange)) {
        exchange->phase = PHASE_LINGERING;
        connection->deadline_us = clock_now_us() + LINGER_SECONDS * 1000000ull;
        return 0;
    }
    exchange_destroy(exchange);
    if (close_after || lws_http_transaction_completed(connection->wsi)) {
        return -1;
    }
    connection->deadline_us = clock_now_us() + KEEPALIVE_SECONDS * 1000000ull;
    connection->reads_headers = true;
    return 0;
}

static int write_next(struct connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    if (!exchange || exchange->phase == PHASE_READING || exchange->phase == PHASE_WAITING ||
        exchange->phase == PHASE_LINGERING) {
        return 0;
    }
    if (exchange->phase == PHASE_FLUSHING) {
        return finish(exchange);
    }
    const size_t left = exchange->out->len - exchange->out_sent;
    if (left == 0) {
        return exchange->source ? write_source(exchange) : finish(exchange);
    }
    const size_t size = left < WRITE_SIZE ? left : WRITE_SIZE;
    const guint8 *bytes = exchange->out->data + exchange->out_sent;
    exchange->out_sent += size;
    return write_bytes(exchange, bytes, size, left == size && !exchange->source);
}

int http_exchange_on_writeable(struct connection *connection)
{
    const int result = write_next(connection);
    /* The client may have the whole answer now, and its next request may be here before the next
     * writeable callback: the exchange must be over by then. */
    const struct http_exchange *exchange = connection->exchange;
    if (result == 0 && exchange && exchange->phase == PHASE_FLUSHING &&
        !lws_partial_buffered(connection->wsi)) {
        return finish(connection->exchange);
    }
    return result;
}

void http_exchange_on_closed(struct connection *connection)
{
    if (connection->exchange) {
        exchange_destroy(connection->exchange);
    }
}

/* http_answer_head.h - the head of an answer: status, length, and what keeps a page of ours safe.
 * Private to this folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_HTTP_ANSWER_HEAD_H
#define BEDSIDE_SIGNALING_SERVER_HTTP_ANSWER_HEAD_H

#include "signaling/server/http_exchange.h"

#include <glib.h>

struct http_server;

/* Everything is borrowed. */
struct http_answer_head {
    unsigned status;
    const char *content_type; /* NULL: none */
    uint64_t length;
    const char *headers;        /* further lines, each with its end */
    const char *content_policy; /* NULL: that of the web client */
    enum http_door door;
    bool closes; /* nothing follows on this connection */
};

/* The head with the empty line that ends it. Owned. Cache-Control: no-store unless `headers` say
 * otherwise. */
GString *http_answer_head_write(const struct http_answer_head *answer,
                                const struct http_server *server);

/* "Not Found" and so on. */
const char *http_reason_phrase(unsigned status);
/* Whether it can stand in a header line: no control byte. */
bool http_header_is_clean(const char *text);

#endif

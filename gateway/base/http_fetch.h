/* http_fetch.h - a question to another HTTP server, and its answer: carried from whoever asks to
 * the thread that talks to networks, and back.
 *
 *   asker                               fetcher's thread                    asker
 *   http_fetch_create(), fill in
 *   ops->start() -------------------->  result, status, body --- reply ---> done(fetch), destroy
 *
 * Thread: belongs to whoever has it in hands. */
#ifndef BEDSIDE_BASE_HTTP_FETCH_H
#define BEDSIDE_BASE_HTTP_FETCH_H

#include "gateway/base/cleanup.h"
#include "gateway/base/mailbox.h"

#include <stddef.h>

struct http_fetch {
    struct mailbox_message message; /* first: it travels as a message */
    struct mailbox *reply;          /* borrowed: must outlive the fetcher */
    /* The question; owned, wiped. */
    char *url;
    char *form; /* application/x-www-form-urlencoded, sent with POST; NULL: GET */
    char *user; /* with `password` (RFC 7617); NULL: none */
    char *password;
    size_t size_max; /* of the answer's body */
    /* The answer: 0; or -ECONNREFUSED (nobody answers), -ETIMEDOUT, -EPROTO (no trusted TLS),
     * -EACCES (an address or scheme that may not be asked), -EMSGSIZE, -EAGAIN (too many at once),
     * -ECANCELED, -EIO. */
    int result;
    unsigned status;
    char *body; /* owned, wiped; ends with a 0 that does not count */
    size_t body_size;
    /* Of who asks. */
    void (*done)(struct http_fetch *fetch);
    void *data; /* owned through `data_destroy` */
    void (*data_destroy)(void *data);
};

/* Owned; `url` is copied. */
struct http_fetch *http_fetch_create(const char *url, size_t size_max);
struct http_fetch *http_fetch_destroy(struct http_fetch *fetch);
DEFINE_AUTO(http_fetch)

struct http_fetch_ops {
    /* Takes ownership of `fetch` and posts it to its `reply`, whatever becomes of it. */
    void (*start)(void *fetcher, struct http_fetch *fetch);
};

#endif

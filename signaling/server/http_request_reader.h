/* http_request_reader.h - one HTTP request as the library has parsed it, read into ours: the texts
 * of its headers, and how long a body comes. Private to this folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_HTTP_REQUEST_READER_H
#define BEDSIDE_SIGNALING_SERVER_HTTP_REQUEST_READER_H

#include "signaling/server/http_exchange.h"

struct connection;

#define HTTP_REQUEST_TEXTS 12

/* Fills in the method and the texts; those stand in `texts`, which the caller frees whatever is
 * returned (owned: g_free(); NULL before). Returns false when one does not fit or cannot be read.
 */
bool http_request_read_headers(struct connection *connection, struct http_request *request,
                               char *texts[HTTP_REQUEST_TEXTS]);

/* Returns 0, or the status to refuse with. `*length` is set once it can be read, be the request
 * refused for it or not. */
unsigned http_request_read_length(struct connection *connection, const struct http_request *request,
                                  size_t *length);

#endif

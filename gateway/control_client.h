/* control_client.h - the gateway's JSON API over its Unix socket, for bedsidectl.
 * Thread: one. */
#ifndef BEDSIDE_GATEWAY_CONTROL_CLIENT_H
#define BEDSIDE_GATEWAY_CONTROL_CLIENT_H

#include "gateway/base/cleanup.h"

#include <jansson.h>
#include <stdio.h>

struct control_client;

/* `socket_path` is borrowed. Returns an owned client. */
struct control_client *control_client_create(const char *socket_path);
struct control_client *control_client_destroy(struct control_client *client);
DEFINE_AUTO(control_client)

struct control_request {
    const char *method; /* NULL: GET, or POST with a body or a form */
    const char *path;
    json_t *body;     /* borrowed; NULL: none */
    const char *form; /* instead of it, as it is sent */
};

/* Returns 0 and sets *ret_answer (owned, JSON null for an empty answer); -ECONNREFUSED when no
 * gateway listens; -EREMOTEIO when it answered with a problem. In both cases
 * control_client_error() has a sentence. */
int control_client_request(struct control_client *client, const struct control_request *request,
                           json_t **ret_answer);
/* GET, or POST of `body` when it is not NULL. */
int control_client_call(struct control_client *client, const char *path, json_t *body,
                        json_t **ret_answer);
/* Streams the body of GET `path` into `file`. Errors as above. */
int control_client_download(struct control_client *client, const char *path, FILE *file);

/* The sentence that belongs to the last failure. Borrowed until the next call. */
const char *control_client_error(const struct control_client *client);

#endif

/* visit_client.h - one browser tab of the visit protocol, without the browser: TLS and RFC 6455 by
 * hand, so that wrong frames can be sent too. Blocking, with a generous deadline after which the
 * test fails. Thread: the test's. */
#ifndef BEDSIDE_TESTS_VISIT_CLIENT_H
#define BEDSIDE_TESTS_VISIT_CLIENT_H

#include "gateway/base/cleanup.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VISIT_CLIENT_DEADLINE_MS 60000

struct visit_client_address {
    uint16_t port;
    const char *bind_address; /* NULL: any; "127.0.0.2" to come from elsewhere */
    const char *origin;       /* NULL: no Origin header */
    const char *path;         /* "/visit" */
    const char *protocol;     /* NULL: no subprotocol */
    const char *extra;        /* further header lines with their line ends, or NULL */
    int tls_version_max;      /* 0: whatever OpenSSL has */
};

struct visit_client;

/* Connects and upgrades. Returns NULL when there is no upgrade; *ret_status is then the HTTP
 * status, or 0 when the connection was closed or never came up. */
struct visit_client *visit_client_open(const struct visit_client_address *address, int *ret_status);
struct visit_client *visit_client_destroy(struct visit_client *client);
DEFINE_AUTO(visit_client)

/* A masked frame: opcode 1 text, 2 binary, 8 close, 9 ping. Returns false when the connection is
 * gone. */
bool visit_client_send_frame(struct visit_client *client, unsigned opcode, bool final,
                             const void *bytes, size_t size);
bool visit_client_send_text(struct visit_client *client, const char *text);
/* Takes `message`, gives it an id, sends it and returns the reply (owned). Events that come before
 * it are kept. */
json_t *visit_client_request(struct visit_client *client, json_t *message);
/* The next message of the type, of those kept or still to come (owned); older ones of other types
 * are kept. */
json_t *visit_client_wait(struct visit_client *client, const char *type);
/* Goes on waiting until `accepts` says so. */
json_t *visit_client_wait_for(struct visit_client *client, const char *type,
                              bool (*accepts)(const json_t *message));
/* Whether a message of the type came until now (reads what is there; waits for the answer to a
 * ping). */
bool visit_client_has(struct visit_client *client, const char *type);
/* Forgets what was kept. */
void visit_client_forget(struct visit_client *client);
/* Waits until the gateway closes; returns the close code, or 0 when there was no close frame. */
unsigned visit_client_wait_closed(struct visit_client *client);
/* Drops the connection without a word. */
void visit_client_cut(struct visit_client *client);

#endif

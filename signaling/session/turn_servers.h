/* turn_servers.h - the TURN servers that browsers are told of, with credentials that end soon.
 *
 * The servers share a secret with the gateway and know nobody: a user name is "expiry:id", its
 * password the HMAC-SHA-1 of it in base64 (draft-uberti-behave-turn-rest-00, coturn's
 * use-auth-secret). The id is the participant's, which says nothing to others; their server can
 * count by it. Neither secret nor credentials are ever logged.
 *
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_TURN_SERVERS_H
#define BEDSIDE_SIGNALING_SESSION_TURN_SERVERS_H

#include "gateway/base/cleanup.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define TURN_SECRET_LENGTH_MIN 16
#define TURN_SECRET_LENGTH_MAX 256

struct turn_servers_config {
    const char *const *uris; /* RFC 7065; borrowed, outlive the object */
    size_t uri_count;        /* at least 1 */
    const char *secret_path; /* one line of printable characters */
    unsigned lifetime_seconds;
};

struct turn_servers;

/* Reads the secret. Returns 0, the errno of reading the file, or -EBADMSG when it holds anything
 * else than one line of TURN_SECRET_LENGTH_MIN to _MAX characters. */
int turn_servers_create(const struct turn_servers_config *config,
                        struct turn_servers **ret_servers);
/* Wipes the secret. Accepts NULL. Always returns NULL. */
struct turn_servers *turn_servers_destroy(struct turn_servers *servers);
DEFINE_AUTO(turn_servers)

/* Returns an owned array of `ice_server` (docs/signaling.schema.json) with new credentials for
 * `id`; an empty one when `servers` is NULL. */
json_t *turn_servers_mint(const struct turn_servers *servers, const char *id, int64_t now_seconds);

#endif

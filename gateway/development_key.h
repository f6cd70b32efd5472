/* development_key.h - a key with which a developer's program can use the API at once, and what it
 * signs with it (RFC 7523, ES384). For bedsidectl.
 * Thread: one. */
#ifndef BEDSIDE_GATEWAY_DEVELOPMENT_KEY_H
#define BEDSIDE_GATEWAY_DEVELOPMENT_KEY_H

#include <jansson.h>
#include <stdint.h>

/* A new P-384 pair: the private JWK, owned, and what is registered of it in *ret_public_set (a JWK
 * Set, owned). Returns NULL when OpenSSL could not. */
json_t *development_key_create(json_t **ret_public_set);
/* An assertion of the client for four minutes. Returns NULL when the key makes no sense. Owned:
 * free(). */
char *development_key_assert(const json_t *private_key, const char *client_id, const char *audience,
                             int64_t now_ms);

#endif

/* compact_jws.h - reads a signed JSON Web Token in its compact form (RFC 7515, 7.1; RFC 7519),
 * strictly: three parts, one JSON object in each of the first two, no member twice. Nothing of it
 * is proven before key_set_verify().
 *
 *     BASE64URL(header) '.' BASE64URL(claims) '.' BASE64URL(signature)
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_COMPACT_JWS_H
#define BEDSIDE_SIGNALING_PROTOCOL_COMPACT_JWS_H

#include "gateway/base/cleanup.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMPACT_JWS_SIZE_MAX 16384
#define COMPACT_JWS_SIGNATURE_MAX 512 /* RSA with 4096 bits */

struct compact_jws {
    json_t *header;
    json_t *claims;
    char *text; /* as it came */
    size_t text_size;
    size_t signature_size;
};

/* Returns 0 and an owned token, or -EBADMSG. */
int compact_jws_read(const char *text, size_t size, struct compact_jws **ret_jws);
struct compact_jws *compact_jws_destroy(struct compact_jws *jws);
DEFINE_AUTO(compact_jws)

/* Whether the header brings or names a key of its own (jku, jwk, x5u, x5c), or asks for what we do
 * not know (crit, b64, zip): none of it is ever followed. */
bool compact_jws_header_is_lawful(const struct compact_jws *jws);
/* A text of header or claims; NULL when it is missing or no text. Borrowed. */
const char *compact_jws_text(const json_t *object, const char *name);
/* A NumericDate (RFC 7519, 2), whole or broken, as milliseconds. Returns 0; -ENOENT; -EBADMSG for
 * what is no time between 1970 and the year 9999. */
int compact_jws_time(const struct compact_jws *jws, const char *claim, int64_t *ret_ms);

#endif

/* key_set.h - public keys of somebody who signs: a JWK Set (RFC 7517), each key with its one
 * algorithm (RFC 7518).
 *
 * Which algorithm a signature has follows from the key that was registered, never from the token:
 * `none`, HMAC with a public key, and a weaker hash than was agreed are no cases of their own.
 * Pure (cjose and OpenSSL underneath). Thread: any; an object belongs to one. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_KEY_SET_H
#define BEDSIDE_SIGNALING_PROTOCOL_KEY_SET_H

#include "signaling/protocol/compact_jws.h"

enum key_algorithm { KEY_RS256, KEY_RS384, KEY_ES256, KEY_ES384, KEY_ALGORITHM_COUNT };
#define KEY_ALGORITHM_BIT(algorithm) (1u << (algorithm))

#define KEY_SET_KEYS_MAX 16
#define KEY_SET_TEXT_SIZE_MAX 65536
#define KEY_ID_SIZE 257

/* "RS384", ... */
const char *key_algorithm_name(enum key_algorithm algorithm);

struct key_set;

/* Reads the keys that can sign with one of `algorithms` (bits); others of the set are passed over.
 * A key without `alg` takes the first of them that fits its kind. Returns 0 and an owned set, or
 * -EBADMSG with what is wrong in *ret_problem (static). Wrong are: a private or symmetric key, no
 * key of use, a name (kid) that is missing among several keys or comes twice, RSA with less than
 * 2048 or more than 4096 bits, a point that is not on its curve. */
int key_set_read(const char *text, size_t size, unsigned algorithms, struct key_set **ret_set,
                 const char **ret_problem);
struct key_set *key_set_destroy(struct key_set *set);
DEFINE_AUTO(key_set)

size_t key_set_count(const struct key_set *set);
bool key_set_has(const struct key_set *set, const char *key_id);

/* Whether the token is signed by the key that its header names (`kid`; it may be missing when the
 * set has one key alone). Returns 0; -ENOENT: no such key; -EPROTO: another algorithm than the
 * key's; -EBADMSG: it is not. */
int key_set_verify(const struct key_set *set, const struct compact_jws *jws);

#endif

#include "signaling/protocol/key_set.h"

#include "gateway/base/allocate.h"
#include "signaling/protocol/base64url.h"

#include <cjose/cjose.h>
#include <errno.h>
#include <string.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096
#define COORDINATE_SIZE_MAX 48

static const struct {
    const char *name;
    const char *kind;      /* kty */
    const char *curve;     /* NULL: none */
    size_t signature_size; /* 0: that of the modulus */
} algorithms_known[KEY_ALGORITHM_COUNT] = {
    [KEY_RS256] = {"RS256", "RSA", NULL, 0},
    [KEY_RS384] = {"RS384", "RSA", NULL, 0},
    [KEY_ES256] = {"ES256", "EC", "P-256", 64},
    [KEY_ES384] = {"ES384", "EC", "P-384", 96},
};

struct key {
    char id[KEY_ID_SIZE]; /* empty: it has none */
    enum key_algorithm algorithm;
    cjose_jwk_t *jwk;
};

struct key_set {
    struct key keys[KEY_SET_KEYS_MAX];
    size_t count;
};

const char *key_algorithm_name(enum key_algorithm algorithm)
{
    return (unsigned)algorithm < KEY_ALGORITHM_COUNT ? algorithms_known[algorithm].name : "unknown";
}

struct key_set *key_set_destroy(struct key_set *set)
{
    for (size_t i = 0; set && i < set->count; i++) {
        cjose_jwk_release(set->keys[i].jwk);
    }
    free(set);
    return NULL;
}

size_t key_set_count(const struct key_set *set)
{
    return set->count;
}

static const struct key *find_key(const struct key_set *set, const char *key_id)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->keys[i].id, key_id) == 0) {
            return &set->keys[i];
        }
    }
    return NULL;
}

bool key_set_has(const struct key_set *set, const char *key_id)
{
    return find_key(set, key_id) != NULL;
}

/* ---- reading ---- */

static bool is_secret(const json_t *jwk)
{
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    const char *kind = compact_jws_text(jwk, "kty");
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        if (json_object_get(jwk, members[i])) {
            return true;
        }
    }
    return kind && strcmp(kind, "oct") == 0;
}

/* Which of the wanted algorithms the key is for. Returns -ENOENT when it is for something else. */
static int find_algorithm(const json_t *jwk, unsigned wanted)
{
    const char *kind = compact_jws_text(jwk, "kty");
    const char *curve = compact_jws_text(jwk, "crv");
    const char *name = compact_jws_text(jwk, "alg");
    const char *use = compact_jws_text(jwk, "use");
    if (!kind || (use && strcmp(use, "sig") != 0)) {
        return -ENOENT;
    }
    for (int i = 0; i < KEY_ALGORITHM_COUNT; i++) {
        const bool fits = (wanted & KEY_ALGORITHM_BIT(i)) &&
                          strcmp(kind, algorithms_known[i].kind) == 0 &&
                          (!algorithms_known[i].curve ||
                           (curve && strcmp(curve, algorithms_known[i].curve) == 0));
        if (fits && (!name || strcmp(name, algorithms_known[i].name) == 0)) {
            return i;
        }
    }
    return -ENOENT;
}

/* The exponent must not be small or even: of RSA keys in use it is 65537. */
static const char *find_rsa_problem(const json_t *jwk)
{
    const char *modulus = compact_jws_text(jwk, "n");
    const char *exponent = compact_jws_text(jwk, "e");
    uint8_t bytes[RSA_BITS_MAX / 8 + 1];
    const ssize_t size =
        modulus ? base64url_read(modulus, strlen(modulus), bytes, sizeof(bytes)) : -1;
    const ssize_t bits = size > 0 ? size * 8 - (__builtin_clz((unsigned)bytes[0] | 1) - 24) : 0;
    if (size <= 0 || bytes[0] == 0 || bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
        return "an RSA key has 2048 to 4096 bits";
    }
    return exponent && strcmp(exponent, "AQAB") == 0 ? NULL : "an RSA key has the exponent 65537";
}

/* A coordinate is as long as the numbers of its curve (RFC 7518, 6.2.1.2). */
static bool is_coordinate(const char *text, size_t size)
{
    uint8_t bytes[COORDINATE_SIZE_MAX];
    return text && base64url_read(text, strlen(text), bytes, sizeof(bytes)) == (ssize_t)size;
}

/* cjose 0.6.2 ends the process (an assert) on base64 that it cannot read: it gets only what was
 * read here before, and nothing besides. Returns NULL when the key makes no sense. */
static cjose_jwk_t *import(const json_t *jwk, enum key_algorithm algorithm)
{
    const char *curve = algorithms_known[algorithm].curve;
    const char *x = compact_jws_text(jwk, "x");
    const char *y = compact_jws_text(jwk, "y");
    const size_t size = algorithms_known[algorithm].signature_size / 2;
    if (curve && (!is_coordinate(x, size) || !is_coordinate(y, size))) {
        return NULL;
    }
    json_t *plain =
        curve ? json_pack("{s:s, s:s, s:s, s:s}", "kty", "EC", "crv", curve, "x", x, "y", y)
              : json_pack("{s:s, s:s, s:s}", "kty", "RSA", "n", compact_jws_text(jwk, "n"), "e",
                          compact_jws_text(jwk, "e"));
    AUTO_FREE char *text = plain ? json_dumps(plain, JSON_COMPACT) : NULL;
    json_decref(plain);
    cjose_err error;
    return text ? cjose_jwk_import(text, strlen(text), &error) : NULL;
}

static const char *add_key(struct key_set *set, const json_t *jwk, enum key_algorithm algorithm)
{
    const char *id = compact_jws_text(jwk, "kid");
    const char *problem = algorithms_known[algorithm].curve ? NULL : find_rsa_problem(jwk);
    if (problem) {
        return problem;
    }
    if (id && (!*id || strlen(id) >= KEY_ID_SIZE)) {
        return "a key's name (kid) has 1 to 256 characters";
    }
    if (find_key(set, id ? id : "")) {
        return "each of several keys has a name (kid) of its own";
    }
    if (set->count == KEY_SET_KEYS_MAX) {
        return "there are too many keys";
    }
    cjose_jwk_t *imported = import(jwk, algorithm);
    if (!imported) {
        return "a key makes no sense";
    }
    struct key *key = &set->keys[set->count++];
    strcpy(key->id, id ? id : "");
    key->algorithm = algorithm;
    key->jwk = imported;
    return NULL;
}

static const char *add_keys(struct key_set *set, const json_t *keys, unsigned algorithms)
{
    size_t index;
    json_t *jwk;
    json_array_foreach(keys, index, jwk)
    {
        if (is_secret(jwk)) {
            return "a key is private: only public keys belong here";
        }
        const int algorithm = find_algorithm(jwk, algorithms);
        const char *problem =
            algorithm >= 0 ? add_key(set, jwk, (enum key_algorithm)algorithm) : NULL;
        if (problem) {
            return problem;
        }
    }
    if (set->count > 1 && find_key(set, "")) {
        return "each of several keys has a name (kid) of its own";
    }
    return set->count > 0 ? NULL : "there is no key of a kind that is taken here";
}

int key_set_read(const char *text, size_t size, unsigned algorithms, struct key_set **ret_set,
                 const char **ret_problem)
{
    AUTO(key_set) set = allocate_zeroed(1, sizeof(*set));
    json_t *root =
        size <= KEY_SET_TEXT_SIZE_MAX ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    const json_t *keys = json_object_get(root, "keys");
    const char *problem = json_is_array(keys) ? add_keys(set, keys, algorithms)
                                              : "this is no JWK Set: {\"keys\": [...]}";
    json_decref(root);
    if (problem) {
        *ret_problem = problem;
        return -EBADMSG;
    }
    *ret_set = TAKE(set);
    return 0;
}

/* ---- verifying ---- */

static const struct key *key_of(const struct key_set *set, const struct compact_jws *jws)
{
    const json_t *id = json_object_get(jws->header, "kid");
    if (!id) {
        return set->count == 1 ? &set->keys[0] : NULL;
    }
    return json_string_length(id) > 0 ? find_key(set, json_string_value(id)) : NULL;
}

int key_set_verify(const struct key_set *set, const struct compact_jws *jws)
{
    const struct key *key = key_of(set, jws);
    if (!key) {
        return -ENOENT;
    }
    const char *algorithm = compact_jws_text(jws->header, "alg");
    if (!algorithm || strcmp(algorithm, algorithms_known[key->algorithm].name) != 0) {
        return -EPROTO;
    }
    const size_t signature_size = algorithms_known[key->algorithm].signature_size;
    if (!compact_jws_header_is_lawful(jws) ||
        (signature_size != 0 && jws->signature_size != signature_size)) {
        return -EBADMSG;
    }
    cjose_err error;
    cjose_jws_t *imported = cjose_jws_import(jws->text, jws->text_size, &error);
    const bool good = imported && cjose_jws_verify(imported, key->jwk, &error);
    cjose_jws_release(imported);
    return good ? 0 : -EBADMSG;
}

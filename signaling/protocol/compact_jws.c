#include "signaling/protocol/compact_jws.h"

#include "gateway/base/allocate.h"
#include "signaling/protocol/base64url.h"

#include <errno.h>
#include <string.h>

#define SECONDS_MAX 253402300799.0 /* the end of the year 9999 */

struct compact_jws *compact_jws_destroy(struct compact_jws *jws)
{
    if (jws) {
        json_decref(jws->header);
        json_decref(jws->claims);
        free(jws->text);
        free(jws);
    }
    return NULL;
}

/* A part that is a JSON object. NULL when it is none. Owned. */
static json_t *read_object(const char *part, size_t length)
{
    AUTO_FREE char *bytes = allocate_zeroed(length + 1, 1);
    const ssize_t size = base64url_read(part, length, bytes, length + 1);
    json_t *object =
        size > 0 ? json_loadb(bytes, (size_t)size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (object && !json_is_object(object)) {
        json_decref(object);
        object = NULL;
    }
    return object;
}

int compact_jws_read(const char *text, size_t size, struct compact_jws **ret_jws)
{
    const char *first = size <= COMPACT_JWS_SIZE_MAX ? memchr(text, '.', size) : NULL;
    const char *second = first ? memchr(first + 1, '.', size - (size_t)(first + 1 - text)) : NULL;
    if (!second) {
        return -EBADMSG;
    }
    uint8_t signature[COMPACT_JWS_SIGNATURE_MAX];
    const ssize_t signature_size = base64url_read(second + 1, size - (size_t)(second + 1 - text),
                                                  signature, sizeof(signature));
    if (signature_size <= 0) {
        return -EBADMSG;
    }
    AUTO(compact_jws) jws = allocate_zeroed(1, sizeof(*jws));
    jws->header = read_object(text, (size_t)(first - text));
    jws->claims = jws->header ? read_object(first + 1, (size_t)(second - first - 1)) : NULL;
    if (!jws->claims) {
        return -EBADMSG;
    }
    jws->text = allocate_zeroed(size + 1, 1);
    memcpy(jws->text, text, size);
    jws->text_size = size;
    jws->signature_size = (size_t)signature_size;
    *ret_jws = TAKE(jws);
    return 0;
}

bool compact_jws_header_is_lawful(const struct compact_jws *jws)
{
    static const char *const forbidden[] = {"jku",  "jwk", "x5u", "x5c",
                                            "crit", "b64", "zip", "enc"};
    for (size_t i = 0; i < ARRAY_LENGTH(forbidden); i++) {
        if (json_object_get(jws->header, forbidden[i])) {
            return false;
        }
    }
    return true;
}

const char *compact_jws_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

int compact_jws_time(const struct compact_jws *jws, const char *claim, int64_t *ret_ms)
{
    const json_t *value = json_object_get(jws->claims, claim);
    if (!value) {
        return -ENOENT;
    }
    const double seconds = json_is_number(value) ? json_number_value(value) : -1;
    if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
        return -EBADMSG;
    }
    *ret_ms = (int64_t)(seconds * 1000.0);
    return 0;
}

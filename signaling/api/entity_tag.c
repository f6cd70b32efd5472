#include "signaling/api/entity_tag.h"

#include "gateway/base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void entity_tag_of(const json_t *representation, char ret_tag[ENTITY_TAG_SIZE])
{
    char *text = json_dumps(representation, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(text, digest);
    free(text);
    snprintf(ret_tag, ENTITY_TAG_SIZE, "\"%.32s\"", digest);
}

/* Takes one tag, of which `ret_size` bytes count, and moves past it. Returns NULL at the end, or
 * where the field cannot be read any further. */
static const char *take_tag(const char **field, size_t *ret_size, bool *ret_weak)
{
    const char *cursor = *field + strspn(*field, ", \t");
    *ret_weak = strncmp(cursor, "W/", 2) == 0;
    cursor += *ret_weak ? 2 : 0;
    const char *end = *cursor == '"' ? strchr(cursor + 1, '"') : NULL;
    if (!end) {
        return NULL;
    }
    *ret_size = (size_t)(end + 1 - cursor);
    *field = end + 1;
    return cursor;
}

static bool has_tag(const char *field, const char *tag, bool weak_counts)
{
    if (strcmp(field, "*") == 0) {
        return true;
    }
    const size_t tag_size = strlen(tag);
    size_t size;
    bool weak;
    for (const char *one = take_tag(&field, &size, &weak); one;
         one = take_tag(&field, &size, &weak)) {
        if (size == tag_size && memcmp(one, tag, size) == 0 && (weak_counts || !weak)) {
            return true;
        }
    }
    return false;
}

bool entity_tag_if_none_match(const char *field, const char *tag)
{
    return has_tag(field, tag, true);
}

bool entity_tag_if_match(const char *field, const char *tag)
{
    return has_tag(field, tag, false);
}

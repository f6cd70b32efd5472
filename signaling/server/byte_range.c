#include "signaling/server/byte_range.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define DIGITS_MAX 18 /* below 2^63 */

/* Reads digits. Returns false without any, or with more than make sense. */
static bool read_number(const char **cursor, uint64_t *ret_number)
{
    const size_t length = strspn(*cursor, "0123456789");
    if (length == 0 || length > DIGITS_MAX) {
        return false;
    }
    *ret_number = g_ascii_strtoull(*cursor, NULL, 10);
    *cursor += length;
    return true;
}

/* "-500": the last 500 bytes. */
static struct byte_range parse_suffix(const char *cursor, uint64_t size)
{
    uint64_t count;
    if (!read_number(&cursor, &count) || *cursor) {
        return (struct byte_range){.kind = BYTE_RANGE_WHOLE};
    }
    if (count == 0 || size == 0) {
        return (struct byte_range){.kind = BYTE_RANGE_UNSATISFIABLE};
    }
    return (struct byte_range){
        .kind = BYTE_RANGE_PART, .first = count < size ? size - count : 0, .last = size - 1};
}

struct byte_range byte_range_parse(const char *header, uint64_t size)
{
    const struct byte_range whole = {.kind = BYTE_RANGE_WHOLE};
    if (g_ascii_strncasecmp(header, "bytes=", 6) != 0) {
        return whole;
    }
    const char *cursor = header + 6;
    if (*cursor == '-') {
        return parse_suffix(cursor + 1, size);
    }
    uint64_t first;
    uint64_t last = UINT64_MAX;
    if (!read_number(&cursor, &first) || *cursor != '-') {
        return whole;
    }
    cursor++;
    if (*cursor && !read_number(&cursor, &last)) {
        return whole;
    }
    if (*cursor || last < first) {
        return whole;
    }
    if (first >= size) {
        return (struct byte_range){.kind = BYTE_RANGE_UNSATISFIABLE};
    }
    return (struct byte_range){
        .kind = BYTE_RANGE_PART, .first = first, .last = last < size ? last : size - 1};
}

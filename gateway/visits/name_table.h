/* name_table.h - enumerations and their names in JSON, SQL and the audit trail.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_NAME_TABLE_H
#define BEDSIDE_VISITS_NAME_TABLE_H

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

/* The name at `value`, or "unknown" for one beyond the table. */
#define NAME_OF(names, value)                                                                      \
    ((size_t)(value) < ARRAY_LENGTH(names) && (names)[value] ? (names)[value] : "unknown")

/* Returns the index of `name`, or -EINVAL. */
static inline int name_table_find(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] && strcmp(names[i], name) == 0) {
            return (int)i;
        }
    }
    return -EINVAL;
}

/* Defines `const char *stem_name(enum type)` and `int stem_from_name(const char *, enum type *)`.
 */
#define DEFINE_NAMES(stem, type, names)                                                            \
    const char *stem##_name(enum type value)                                                       \
    {                                                                                              \
        return NAME_OF(names, value);                                                              \
    }                                                                                              \
    int stem##_from_name(const char *name, enum type *ret_value)                                   \
    {                                                                                              \
        const int index = name_table_find(names, ARRAY_LENGTH(names), name);                       \
        if (index >= 0) {                                                                          \
            *ret_value = (enum type)index;                                                         \
        }                                                                                          \
        return index < 0 ? index : 0;                                                              \
    }

#endif

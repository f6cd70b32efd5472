/* allocate.h - zeroed memory, or the end: running out of memory aborts the process.
 * Thread: any. */
#ifndef BEDSIDE_BASE_ALLOCATE_H
#define BEDSIDE_BASE_ALLOCATE_H

#include <stddef.h>
#include <stdlib.h>

/* Returns owned memory for `count` objects of `size` bytes, all 0; free() it. Never NULL. */
static inline void *allocate_zeroed(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (!memory) {
        abort();
    }
    return memory;
}

/* Resizes owned memory to `count` objects of `size` bytes; what is added is undefined. Never NULL.
 */
static inline void *allocate_resized(void *memory, size_t count, size_t size)
{
    void *resized = reallocarray(memory, count > 0 ? count : 1, size > 0 ? size : 1);
    if (!resized) {
        abort();
    }
    return resized;
}

#endif

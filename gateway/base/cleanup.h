/* cleanup.h - scope-bound ownership.
 *
 *   AUTO(visit) visit = NULL;     declares `struct visit *visit`, destroyed at scope end
 *   return TAKE(visit);           hands the object over and leaves NULL behind
 *
 * AUTO(name) works for every type declared with DEFINE_AUTO(name) after `name_destroy`. */
#ifndef BEDSIDE_BASE_CLEANUP_H
#define BEDSIDE_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

/* Put once in the header of a type with `struct name *name_destroy(struct name *)`. */
#define DEFINE_AUTO(name)                                                                          \
    static inline void name##_auto_destroy(struct name **object)                                   \
    {                                                                                              \
        *object = name##_destroy(*object);                                                         \
    }

#define AUTO(name) __attribute__((cleanup(name##_auto_destroy), unused)) struct name *

#define TAKE(pointer)                                                                              \
    ({                                                                                             \
        __typeof__(pointer) taken_ = (pointer);                                                    \
        (pointer) = NULL;                                                                          \
        taken_;                                                                                    \
    })

static inline void auto_free_(void *pointer_to_pointer)
{
    free(*(void **)pointer_to_pointer);
}

static inline void auto_close_(const int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

/* Plain heap memory and file descriptors: `AUTO_FREE char *text = NULL;`, `AUTO_CLOSE int fd = -1;`
 */
#define AUTO_FREE __attribute__((cleanup(auto_free_), unused))
#define AUTO_CLOSE __attribute__((cleanup(auto_close_), unused))

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The object of `type` whose member `member` is at `pointer`. */
#define CONTAINER_OF(pointer, type, member)                                                        \
    ((type *)(void *)((char *)(pointer) - __builtin_offsetof(type, member)))

#endif

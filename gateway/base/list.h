/* list.h - intrusive doubly linked list with a head that is not an element.
 * Thread: its owner's. */
#ifndef BEDSIDE_BASE_LIST_H
#define BEDSIDE_BASE_LIST_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>

struct list {
    struct list *previous;
    struct list *next;
};

static inline void list_init(struct list *list)
{
    list->previous = list;
    list->next = list;
}

static inline bool list_is_empty(const struct list *list)
{
    return list->next == list;
}

static inline void list_append(struct list *list, struct list *element)
{
    element->previous = list->previous;
    element->next = list;
    list->previous->next = element;
    list->previous = element;
}

/* Leaves the element initialised, so that removing it twice is harmless. */
static inline void list_remove(struct list *element)
{
    element->previous->next = element->next;
    element->next->previous = element->previous;
    list_init(element);
}

#define LIST_ENTRY(element, type, member) CONTAINER_OF(element, type, member)

/* The current element may be removed while walking. */
#define LIST_FOR_EACH(cursor, head)                                                                \
    for (struct list *cursor = (head)->next, *cursor##_next_ = cursor->next; cursor != (head);     \
         cursor = cursor##_next_, cursor##_next_ = cursor->next)

#endif

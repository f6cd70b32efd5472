/* hybrid_plan.h - what of a case's care happens by video and what in person: where, and when.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_HYBRID_PLAN_H
#define BEDSIDE_VISITS_HYBRID_PLAN_H

#include "gateway/visits/participant.h"

#define PLAN_ITEMS_MAX 40
#define PLAN_TEXT_SIZE 201

enum plan_way { PLAN_BY_VIDEO, PLAN_IN_PERSON, PLAN_WAY_COUNT };
/* "video", "in_person" */
const char *plan_way_name(enum plan_way way);
int plan_way_from_name(const char *name, enum plan_way *ret_way);

struct plan_item {
    char what[PLAN_TEXT_SIZE]; /* "Blood test", "Talk about the results" */
    enum plan_way way;
    char where[PLAN_TEXT_SIZE]; /* in person: the place; by video it may be empty */
    int64_t at_ms;              /* 0: not known yet; else UTC */
};

struct hybrid_plan {
    struct plan_item items[PLAN_ITEMS_MAX]; /* in the order in which they were given */
    size_t count;
};

/* Returns NULL, or the name of the first bad field (static) with the item's index. */
const char *hybrid_plan_find_problem(const struct hybrid_plan *plan, size_t *ret_index);

#endif

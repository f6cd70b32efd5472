#include "gateway/visits/hybrid_plan.h"

#include "gateway/visits/name_table.h"

static const char *const way_names[PLAN_WAY_COUNT] = {
    [PLAN_BY_VIDEO] = "video",
    [PLAN_IN_PERSON] = "in_person",
};
DEFINE_NAMES(plan_way, plan_way, way_names)

static const char *find_problem(const struct plan_item *item)
{
    if (!item->what[0] || !person_text_is_clean(item->what, false)) {
        return "what";
    }
    /* Whoever is to come somewhere must be told where. */
    if (!person_text_is_clean(item->where, false) ||
        (item->way == PLAN_IN_PERSON && !item->where[0])) {
        return "where";
    }
    return item->at_ms < 0 ? "when" : NULL;
}

const char *hybrid_plan_find_problem(const struct hybrid_plan *plan, size_t *ret_index)
{
    for (size_t i = 0; i < plan->count; i++) {
        const char *problem = find_problem(&plan->items[i]);
        if (problem) {
            *ret_index = i;
            return problem;
        }
    }
    return NULL;
}

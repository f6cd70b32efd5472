#include "media/worker/worker_placement.h"

#define PEOPLE_PER_ROOM 3
/* What one person takes of a worker that says nothing yet, and the fewest of whom it can be told.
 */
#define PERMILLE_PER_PERSON 3
#define TELLING_PEOPLE 6
/* Loads that differ by less are equal. */
#define EQUAL_PERMILLE 20

static size_t expected_people(const struct worker_burden *burden)
{
    return burden->people + PEOPLE_PER_ROOM * burden->empty_rooms;
}

static uint32_t permille_for(const struct worker_burden *burden, size_t people)
{
    return burden->reported_endpoints >= TELLING_PEOPLE
               ? (uint32_t)(people * burden->load_permille / burden->reported_endpoints)
               : (uint32_t)(people * PERMILLE_PER_PERSON);
}

/* The load to expect when all have come. */
static uint32_t expected_permille(const struct worker_burden *burden)
{
    const size_t expected = expected_people(burden);
    if (expected <= burden->reported_endpoints) {
        return burden->load_permille;
    }
    return burden->load_permille + permille_for(burden, expected - burden->reported_endpoints);
}

static bool is_better(const struct worker_burden *one, const struct worker_burden *other)
{
    if (one->is_full != other->is_full) {
        return other->is_full;
    }
    const uint32_t load = expected_permille(one);
    const uint32_t other_load = expected_permille(other);
    if (load + EQUAL_PERMILLE <= other_load || other_load + EQUAL_PERMILLE <= load) {
        return load < other_load;
    }
    if (expected_people(one) != expected_people(other)) {
        return expected_people(one) < expected_people(other);
    }
    return one->rooms < other->rooms;
}

size_t worker_placement_choose(const struct worker_burden *burdens, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        if (is_better(&burdens[i], &burdens[best])) {
            best = i;
        }
    }
    return best;
}

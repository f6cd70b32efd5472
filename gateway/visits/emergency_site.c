#include "gateway/visits/emergency_site.h"

#include <string.h>

bool emergency_state_is_pattern(const char *state)
{
    const size_t length = strlen(state);
    return strcmp(state, "*") == 0 || subdivision_is_well_formed(state) ||
           (length == 4 && strcmp(state + 2, "-*") == 0 && state[0] >= 'A' && state[0] <= 'Z' &&
            state[1] >= 'A' && state[1] <= 'Z');
}

/* How close a pattern is to a place: 0 does not fit. */
static int closeness(const char *pattern, const char *state)
{
    if (strcmp(pattern, "*") == 0) {
        return 1;
    }
    if (!state[0]) {
        return 0;
    }
    if (strcmp(pattern + 2, "-*") == 0) {
        return strncmp(pattern, state, 3) == 0 ? 2 : 0;
    }
    return strcmp(pattern, state) == 0 ? 3 : 0;
}

const struct emergency_number *emergency_site_find_number(const struct emergency_site *site,
                                                          const char *state)
{
    const struct emergency_number *best = NULL;
    int closest = 0;
    for (size_t i = 0; i < site->number_count; i++) {
        const int close = closeness(site->numbers[i].state, state);
        if (close > closest) {
            closest = close;
            best = &site->numbers[i];
        }
    }
    return best;
}

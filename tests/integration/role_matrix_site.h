/* role_matrix_site.h - a gateway with a case, everybody who holds a role in it, and one of each
 * thing that an operation is about. For permission_ways.h. Thread: the test's. */
#ifndef BEDSIDE_TESTS_ROLE_MATRIX_SITE_H
#define BEDSIDE_TESTS_ROLE_MATRIX_SITE_H

#include "tests/integration/permission_ways.h"
#include "tests/integration/role_holders.h"

#define SITE_PROGRAMME "north"
#define SITE_VALUES_MAX 24

struct role_matrix_site {
    struct signaling_rig rig;
    struct screening_settings *screening;
    struct role_visit visit;
    struct role_visit next; /* of the same case */
    struct role_visit own;  /* likewise: in it nobody sits yet */
    struct role_visit elsewhere;
    struct holder *holders[24]; /* every kind of every role */
    size_t holder_count;
    struct holder *strangers[24]; /* of another case of another programme */
    size_t stranger_count;
    struct holder *neighbours[ROLE_SEATED_COUNT]; /* in seats of the case's next visit */
    size_t neighbour_count;
    struct named_value values[SITE_VALUES_MAX]; /* for ways_fill() */
    char *owned[SITE_VALUES_MAX];
    size_t value_count;
};

void role_matrix_site_start(struct role_matrix_site *site);
void role_matrix_site_stop(struct role_matrix_site *site);

#endif

#include "signaling/session/slot_assignment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PEOPLE_MAX 5

/* Each step: who is there, and who is in which slot after it ('-': nobody). */
static void people_keep_their_slots(void **state)
{
    (void)state;
    static const struct {
        size_t slots;
        const char *people;
        const char *in_slots;
        bool changed;
    } steps[] = {
        {3, "", "---", false},    {3, "ab", "ab-", true},    {3, "ab", "ab-", false},
        {3, "ba", "ab-", false},  {3, "b", "-b-", true},     {3, "bc", "cb-", true},
        {3, "bcde", "cbd", true}, {3, "bce", "cbe", true},   {4, "bcef", "cbef", true},
        {2, "bcef", "cb", false}, {4, "bcef", "cbef", true}, {4, "", "----", true},
    };
    struct slot_assignment assignment;
    slot_assignment_init(&assignment);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        char ids[PEOPLE_MAX][2] = {{0}};
        const char *people[PEOPLE_MAX];
        const size_t count = strlen(steps[i].people);
        for (size_t k = 0; k < count; k++) {
            ids[k][0] = steps[i].people[k];
            people[k] = ids[k];
        }
        slot_assignment_resize(&assignment, steps[i].slots);
        assert_int_equal(slot_assignment_update(&assignment, people, count), steps[i].changed);
        for (size_t k = 0; k < steps[i].slots; k++) {
            const char *id = assignment.slots[k].participant_id;
            assert_int_equal(id[0] ? id[0] : '-', steps[i].in_slots[k]);
        }
    }
}

static void pictures_are_shown_unless_said_otherwise(void **state)
{
    (void)state;
    struct slot_assignment assignment;
    slot_assignment_init(&assignment);
    for (size_t i = 0; i < ENDPOINT_SLOTS_MAX; i++) {
        assert_true(assignment.slots[i].video);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_keep_their_slots),
        cmocka_unit_test(pictures_are_shown_unless_said_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

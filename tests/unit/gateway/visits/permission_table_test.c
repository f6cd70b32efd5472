#include "gateway/visits/permission_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/gateway/visits/permission_matrix.h"

static void every_cell_is_as_written_down(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LENGTH(permission_matrix), OPERATION_COUNT);
    for (int k = 0; k < OPERATION_COUNT; k++) {
        const enum operation operation = (enum operation)k;
        const struct permission_matrix_row *row = permission_matrix_find(operation_name(operation));
        if (!row) {
            fail_msg("%s is not written down", operation_name(operation));
        }
        for (int role = 0; role < ROLE_COUNT; role++) {
            if (permission_allows((enum participant_role)role, operation) !=
                permission_matrix_allows(row, (enum participant_role)role)) {
                fail_msg("%s for %s", row->operation,
                         participant_role_name((enum participant_role)role));
            }
        }
    }
}

static void what_is_not_in_the_table_is_refused(void **state)
{
    (void)state;
    assert_false(permission_allows(ROLE_COUNT, OPERATION_CHAT_SEND));
    assert_false(permission_allows((enum participant_role) - 1, OPERATION_CHAT_SEND));
    assert_false(permission_allows(ROLE_OPERATOR, OPERATION_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_written_down),
        cmocka_unit_test(what_is_not_in_the_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

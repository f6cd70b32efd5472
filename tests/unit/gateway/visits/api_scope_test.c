#include "gateway/visits/api_scope.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int result;
        const char *written;
    } rows[] = {
        {"system/cases.read", 0, "system/cases.read"},
        {"  system/visits.write   system/cases.read ", 0, "system/cases.read system/visits.write"},
        {"system/cases.read system/cases.read", 0, "system/cases.read"},
        {"", -EINVAL, NULL},
        {"   ", -EINVAL, NULL},
        {"system/cases", -EINVAL, NULL},
        {"system/cases.readx", -EINVAL, NULL},
        {"System/cases.read", -EINVAL, NULL},
        {"system/cases.read,system/visits.read", -EINVAL, NULL},
        {"system/cases.read\tsystem/visits.read", -EINVAL, NULL},
        {"system/cases.read system/*.read", -EINVAL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        unsigned scopes = 0;
        if (api_scopes_read(rows[i].text, &scopes) != rows[i].result) {
            fail_msg("%s", rows[i].text);
        }
        if (rows[i].written) {
            char text[API_SCOPES_SIZE];
            api_scopes_write(scopes, text);
            assert_string_equal(text, rows[i].written);
        }
    }
    char all[API_SCOPES_SIZE];
    unsigned scopes;
    api_scopes_write(API_SCOPES_ALL, all);
    assert_int_equal(api_scopes_read(all, &scopes), 0);
    assert_int_equal(scopes, API_SCOPES_ALL);
}

/* A scope that has what no program may do is a mistake, and so is a right without a scope. */
static void scopes_have_what_the_table_allows_programs(void **state)
{
    (void)state;
    for (int i = 0; i < OPERATION_COUNT; i++) {
        const enum operation operation = (enum operation)i;
        if (permission_allows(ROLE_SYSTEM, operation) !=
            api_scopes_allow(API_SCOPES_ALL, operation)) {
            fail_msg("%s", operation_name(operation));
        }
    }
}

static void a_scope_has_its_own_operations_alone(void **state)
{
    (void)state;
    const unsigned visits = API_SCOPE_BIT(API_SCOPE_VISITS_READ);
    assert_true(api_scopes_allow(visits, OPERATION_VISIT_SEE));
    assert_false(api_scopes_allow(visits, OPERATION_CASE_READ));
    assert_false(api_scopes_allow(visits, OPERATION_VISIT_SCHEDULE));
    assert_false(api_scopes_allow(0, OPERATION_VISIT_SEE));
    assert_true(api_scopes_allow(0, OPERATION_TOKEN_ISSUE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_and_written),
        cmocka_unit_test(scopes_have_what_the_table_allows_programs),
        cmocka_unit_test(a_scope_has_its_own_operations_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

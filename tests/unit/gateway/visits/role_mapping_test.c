#include "gateway/visits/role_mapping.h"

#include "gateway/visits/staff_account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BIT PARTICIPANT_ROLE_BIT

static void mappings_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *mapping;
        bool good;
    } rows[] = {
        {"", true},
        {"a=coordinator", true},
        {" a=coordinator ; b=reviewing_physician;", true},
        {"CN=Desk,OU=Oncology=coordinator", true},
        {"a", false},
        {"=coordinator", false},
        {"a=", false},
        {"a=patient", false},
        {"a=operator", false},
        {"a=Coordinator", false},
        {"a=coordinator;b", false},
        {"a=a_role_whose_name_is_longer_than_any_that_we_have", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *fault = role_mapping_fault(rows[i].mapping);
        if (!fault != rows[i].good) {
            fail_msg("%s: %s", rows[i].mapping, fault ? fault : "good");
        }
    }
}

static void values_stand_for_roles(void **state)
{
    (void)state;
    static const char mapping[] = "desk=coordinator; CN=Tumor Board,OU=X=reviewing_physician ;"
                                  "desk=interpreter";
    assert_int_equal(role_mapping_roles_of(mapping, "desk"),
                     BIT(ROLE_COORDINATOR) | BIT(ROLE_INTERPRETER));
    assert_int_equal(role_mapping_roles_of(mapping, "CN=Tumor Board,OU=X"),
                     BIT(ROLE_REVIEWING_PHYSICIAN));
    assert_int_equal(role_mapping_roles_of(mapping, "des"), 0);
    assert_int_equal(role_mapping_roles_of(mapping, "desk2"), 0);
    assert_int_equal(role_mapping_roles_of(mapping, "Desk"), 0);
    assert_int_equal(role_mapping_roles_of(mapping, ""), 0);
    assert_int_equal(role_mapping_roles_of("", "desk"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_are_checked),
        cmocka_unit_test(values_stand_for_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

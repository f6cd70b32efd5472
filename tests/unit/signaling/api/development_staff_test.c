#include "signaling/api/development_staff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RAO "{\"key\":\"rao\",\"name\":\"Dr. Mira Rao\",\"roles\":[\"reviewing_physician\"]}"

static void files_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"{\"staff\":[" RAO "]}", true},
        {"{\"staff\":[" RAO "," RAO "]}", false},
        {"{\"staff\":[]}", false},
        {"{\"staff\":{}}", false},
        {"{}", false},
        {"[]", false},
        {"", false},
        {"{\"staff\":[{\"key\":\"a\",\"name\":\"A\",\"roles\":[\"patient\"]}]}", false},
        {"{\"staff\":[{\"key\":\"a\",\"name\":\"A\",\"roles\":[\"boss\"]}]}", false},
        {"{\"staff\":[{\"key\":\"a\",\"name\":\"A\",\"roles\":[]}]}", false},
        {"{\"staff\":[{\"key\":\"a\",\"roles\":[\"coordinator\"]}]}", false},
        {"{\"staff\":[{\"key\":7,\"name\":\"A\",\"roles\":[\"coordinator\"]}]}", false},
        {"{\"staff\":[7]}", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(development_staff) staff = NULL;
        const char *problem = NULL;
        const int result =
            development_staff_read(rows[i].text, strlen(rows[i].text), &staff, &problem);
        if ((result == 0) != rows[i].good) {
            fail_msg("%s: %s", rows[i].text, problem ? problem : "read");
        }
    }
}

static void people_are_found_by_key(void **state)
{
    (void)state;
    AUTO(development_staff) staff = NULL;
    const char *problem;
    static const char text[] = "{\"staff\":[" RAO "]}";
    assert_int_equal(development_staff_read(text, strlen(text), &staff, &problem), 0);
    const struct staff_account *rao = development_staff_find(staff, "rao");
    assert_non_null(rao);
    assert_string_equal(rao->issuer, DEVELOPMENT_STAFF_ISSUER);
    assert_string_equal(rao->subject, "rao");
    assert_null(development_staff_find(staff, "Rao"));
    assert_null(development_staff_find(staff, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_checked),
        cmocka_unit_test(people_are_found_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

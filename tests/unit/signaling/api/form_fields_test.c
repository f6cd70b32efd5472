#include "signaling/api/form_fields.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void fields_are_found_and_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int result;
        const char *value;
    } rows[] = {
        {"a=1", 0, "1"},
        {"b=2&a=1", 0, "1"},
        {"a=", 0, ""},
        {"a=x%20y+z", 0, "x y z"},
        {"a=%C3%A9%2F%3d", 0, "\xc3\xa9/="},
        {"a=b=c", 0, "b=c"},
        {"&&a=1&", 0, "1"},
        {"a=%7e", 0, "~"},
        {"", -ENOENT, NULL},
        {"a", -ENOENT, NULL},
        {"aa=1&ab=2&ba=3&%61=4", -ENOENT, NULL},
        {"a=1&a=1", -EBADMSG, NULL},
        {"a=%", -EBADMSG, NULL},
        {"a=%4", -EBADMSG, NULL},
        {"a=%4&b=1", -EBADMSG, NULL},
        {"a=%zz", -EBADMSG, NULL},
        {"a=%00", -EBADMSG, NULL},
        {"a=%0a", -EBADMSG, NULL},
        {"a=%ff", -EBADMSG, NULL},
        {"a=\xc3", -EBADMSG, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char *value = NULL;
        if (form_field_read(rows[i].text, "a", &value) != rows[i].result) {
            fail_msg("%s", rows[i].text);
        }
        if (rows[i].value) {
            assert_string_equal(value, rows[i].value);
        } else {
            assert_null(value);
        }
        g_free(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_and_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

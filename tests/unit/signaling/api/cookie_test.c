#include "signaling/api/api.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_table(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *value; /* NULL: not there */
    } rows[] = {
        {"", NULL},
        {"a=1", "1"},
        {"a=1; b=2", "1"},
        {"b=2; a=1", "1"},
        {"b=2;a=1", "1"},
        {"  b=2;   a=1  ", "1  "},
        {"aa=2; a=1", "1"},
        {"xa=2", NULL},
        {"a", NULL},
        {"a=", ""}, /* nothing: no token is like it */
        {"=a", NULL},
        {";;;", NULL},
        {"b=\"a=3\"; a=1", "1"},
        {"b=a=3", NULL},
        {"a=1=2", "1=2"},
        {"A=1", NULL},
        {"a=first; a=second", "first"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        g_autofree char *value = api_cookie(rows[i].header, "a");
        if (g_strcmp0(value, rows[i].value) != 0) {
            fail_msg("\"%s\" gave %s", rows[i].header, value ? value : "nothing");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

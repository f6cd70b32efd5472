#include "signaling/api/page_of.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void queries_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        const char *problem;
        unsigned limit;
        const char *after;
    } rows[] = {
        {"", NULL, PAGE_LIMIT_DEFAULT, ""},
        {"other=1", NULL, PAGE_LIMIT_DEFAULT, ""},
        {"limit=1", NULL, 1, ""},
        {"limit=200&cursor=YWJj", NULL, 200, "abc"},
        {"cursor=YQ", NULL, PAGE_LIMIT_DEFAULT, "a"},
        {"cursor=Pz8_", NULL, PAGE_LIMIT_DEFAULT, "???"},
        {"limit=0", "limit", 0, NULL},
        {"limit=201", "limit", 0, NULL},
        {"limit=-1", "limit", 0, NULL},
        {"limit=%2B5", "limit", 0, NULL},
        {"limit=", "limit", 0, NULL},
        {"limit=5x", "limit", 0, NULL},
        {"limit=99999999999999999999", "limit", 0, NULL},
        {"limit=5&limit=6", "limit", 0, NULL},
        {"cursor=", "cursor", 0, NULL},
        {"cursor=YQ%3D%3D", "cursor", 0, NULL}, /* with padding */
        {"cursor=YR", "cursor", 0, NULL},       /* bits that are none */
        {"cursor=Y", "cursor", 0, NULL},
        {"cursor=Y!Q", "cursor", 0, NULL},
        {"cursor=Pz8/", "cursor", 0, NULL}, /* the other alphabet */
        {"cursor=AA", "cursor", 0, NULL},   /* a zero */
        {"cursor=_w", "cursor", 0, NULL},   /* no UTF-8 */
        {"cursor=YQ&cursor=YQ", "cursor", 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct page_request page;
        const char *problem = page_of_read(rows[i].query, &page);
        if (!rows[i].problem != !problem) {
            fail_msg("%s: %s", rows[i].query, problem ? problem : "good");
        }
        if (problem) {
            assert_string_equal(problem, rows[i].problem);
            continue;
        }
        assert_int_equal(page.limit, rows[i].limit);
        assert_string_equal(page.after, rows[i].after);
    }
}

static void a_key_comes_back_as_it_went(void **state)
{
    (void)state;
    for (size_t size = 1; size < PAGE_KEY_SIZE; size++) {
        char key[PAGE_KEY_SIZE] = "";
        for (size_t i = 0; i < size; i++) {
            key[i] = (char)(1 + (i * 37 + size) % 126);
        }
        json_t *items = page_of_items("things", json_array(), key);
        char query[PAGE_KEY_SIZE * 2];
        snprintf(query, sizeof(query), "cursor=%s",
                 json_string_value(json_object_get(items, "next")));
        struct page_request page;
        assert_null(page_of_read(query, &page));
        assert_string_equal(page.after, key);
        json_decref(items);
    }
    char long_query[PAGE_KEY_SIZE * 2] = "cursor=";
    memset(long_query + 7, 'Y', sizeof(long_query) - 8);
    struct page_request page;
    assert_string_equal(page_of_read(long_query, &page), "cursor");
}

static void the_last_page_has_no_next(void **state)
{
    (void)state;
    json_t *page = page_of_items("things", json_pack("[i, i]", 1, 2), NULL);
    assert_int_equal(json_array_size(json_object_get(page, "things")), 2);
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_read_strictly),
        cmocka_unit_test(a_key_comes_back_as_it_went),
        cmocka_unit_test(the_last_page_has_no_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

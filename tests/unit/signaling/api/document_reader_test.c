/* Files of a site's own: what cannot be read is told with its place. */
#include "signaling/api/document_reader.h"

#include "tests/unit/gateway/store/scratch_folder.h"

#include <errno.h>
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int load(const char *text, size_t size, json_t **ret_document,
                struct document_problem *ret_problem)
{
    SCRATCH_FOLDER folder = scratch_folder_open();
    const char *path = scratch_folder_file(&folder, "document.json");
    assert_true(g_file_set_contents(path, text, (gssize)size, NULL));
    return document_load(path, ret_document, ret_problem);
}

static void a_document_is_loaded(void **state)
{
    (void)state;
    json_t *document = NULL;
    struct document_problem problem;
    assert_int_equal(load("{\"a\": [1]}\n", 11, &document, &problem), 0);
    assert_int_equal(json_array_size(json_object_get(document, "a")), 1);
    json_decref(document);
}

static void what_does_not_parse_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"", "line 1"},       {"{\n\"a\": 1,\n}", "line 3"},   {"{\"a\": 1,\n\"a\": 2}", "line 2"},
        {"{}\n{}", "line 2"}, {"{\"a\": \"\xff\"}", "line 1"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *document = NULL;
        struct document_problem problem;
        assert_int_equal(load(cases[i].text, strlen(cases[i].text), &document, &problem), -EBADMSG);
        assert_null(document);
        assert_string_equal(problem.where, cases[i].where);
        assert_true(problem.message[0] != 0);
    }
}

static void a_file_has_bounds(void **state)
{
    (void)state;
    g_autofree char *text = g_malloc(DOCUMENT_FILE_MAX_BYTES + 1);
    memset(text, ' ', DOCUMENT_FILE_MAX_BYTES + 1);
    memcpy(text, "[]", 2);
    json_t *document = NULL;
    struct document_problem problem;
    assert_int_equal(load(text, DOCUMENT_FILE_MAX_BYTES + 1, &document, &problem), -EBADMSG);
    assert_null(document);
    assert_string_equal(problem.where, "");
    assert_int_equal(load(text, DOCUMENT_FILE_MAX_BYTES, &document, &problem), 0);
    json_decref(document);
}

static void a_file_that_is_not_there_is_said_to_be(void **state)
{
    (void)state;
    json_t *document = NULL;
    struct document_problem problem;
    assert_int_equal(document_load("/does/not/exist", &document, &problem), -ENOENT);
    assert_string_equal(problem.where, "");
    assert_string_equal(problem.message, "The file cannot be read.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_loaded),
        cmocka_unit_test(what_does_not_parse_is_told_with_its_line),
        cmocka_unit_test(a_file_has_bounds),
        cmocka_unit_test(a_file_that_is_not_there_is_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

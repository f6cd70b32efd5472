#include "signaling/server/http_routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *path;
        bool fits;
        const char *first;
        const char *second;
    } rows[] = {
        {"/", "/", true, "", ""},
        {"/j", "/j", true, "", ""},
        {"/j", "/j/", false, "", ""},
        {"/j", "/jj", false, "", ""},
        {"/j", "", false, "", ""},
        {"/a/{id}", "/a/x", true, "x", ""},
        {"/a/{id}", "/a/", false, "", ""},
        {"/a/{id}", "/a", false, "", ""},
        {"/a/{id}", "/a/x/", false, "", ""},
        {"/a/{id}", "/a/x/y", false, "", ""},
        {"/a/{id}/b", "/a/x/b", true, "x", ""},
        {"/a/{id}/b", "/a//b", false, "", ""},
        {"/a/{id}/b/{other}/c", "/a/1/b/2/c", true, "1", "2"},
        {"/a/{id}/b/{other}/c", "/a/1/b/2/d", false, "", ""},
        {"/a/{id}/b.pdf", "/a/1/b.pdf", true, "1", ""},
        {"/a/{id}/b", "/a/1/b.pdf", false, "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct api_parameters parameters;
        const bool fits = http_routes_match(rows[i].pattern, rows[i].path, &parameters);
        assert_int_equal(fits, rows[i].fits);
        if (fits) {
            assert_string_equal(parameters.values[0], rows[i].first);
            assert_string_equal(parameters.values[1], rows[i].second);
        }
    }
}

static void test_a_segment_that_does_not_fit(void **state)
{
    (void)state;
    struct api_parameters parameters;
    char path[API_PARAMETER_SIZE + 8] = "/a/";
    memset(path + 3, 'x', API_PARAMETER_SIZE - 1);
    assert_true(http_routes_match("/a/{id}", path, &parameters));
    path[3 + API_PARAMETER_SIZE - 1] = 'x';
    assert_false(http_routes_match("/a/{id}", path, &parameters));
}

static void test_sizes_of_bodies(void **state)
{
    (void)state;
    static const struct {
        enum http_door door;
        const char *path;
        size_t size;
    } rows[] = {
        {HTTP_DOOR_OPERATOR, "/api/v1/cases", HTTP_IMPORT_SIZE_MAX},
        {HTTP_DOOR_PUBLIC, "/api/v1/cases", HTTP_BODY_SIZE_MAX}, /* not a route of this door */
        {HTTP_DOOR_OPERATOR, "/api/v1/visits", HTTP_BODY_SIZE_MAX},
        {HTTP_DOOR_PUBLIC, "/api/v1/arrivals", HTTP_BODY_SIZE_MAX},
        {HTTP_DOOR_SETUP, "/api/v1/cases", HTTP_BODY_SIZE_MAX},
        {HTTP_DOOR_PUBLIC, "/nope", HTTP_BODY_SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct http_request request = {
            .method = HTTP_POST, .door = rows[i].door, .path = rows[i].path, .authorization = ""};
        assert_int_equal(http_routes_body_size_max(NULL, &request), rows[i].size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_a_segment_that_does_not_fit),
        cmocka_unit_test(test_sizes_of_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

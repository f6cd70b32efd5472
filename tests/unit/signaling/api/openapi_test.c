/* docs/openapi.json says what the table of routes says, and nothing else. */
#include "tests/unit/signaling/openapi_checker.h"

#include "gateway/base/cleanup.h"
#include "gateway/visits/api_scope.h"
#include "signaling/server/http_routes.h"
#include "tests/unit/signaling/schema_checker.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    enum http_door door;
} doors[] = {
    {"public", HTTP_DOOR_PUBLIC},
    {"operator", HTTP_DOOR_OPERATOR},
    {"setup", HTTP_DOOR_SETUP},
};

static const json_t *at(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

/* Doors of a path in the table: of all rows with that method. */
static unsigned doors_of_routes(enum http_method method, const char *pattern)
{
    unsigned found = 0;
    struct http_route_row row;
    for (size_t i = 0; http_routes_row(i, &row); i++) {
        if (row.method == method && strcmp(row.pattern, pattern) == 0) {
            found |= row.doors;
        }
    }
    return found;
}

static unsigned doors_of_operation(const json_t *operation)
{
    unsigned found = 0;
    size_t index;
    json_t *name;
    json_array_foreach(at(operation, "x-doors"), index, name)
    {
        for (size_t i = 0; i < ARRAY_LENGTH(doors); i++) {
            if (strcmp(json_string_value(name), doors[i].name) == 0) {
                found |= doors[i].door;
            }
        }
    }
    return found;
}

static enum http_method method_of(const char *name)
{
    for (int method = 0; method < HTTP_METHOD_OTHER; method++) {
        if (g_ascii_strcasecmp(http_method_name((enum http_method)method), name) == 0) {
            return (enum http_method)method;
        }
    }
    return HTTP_METHOD_OTHER;
}

static void every_route_is_described(void **state)
{
    (void)state;
    const json_t *paths = at(openapi_checker_document(), "paths");
    struct http_route_row row;
    for (size_t i = 0; http_routes_row(i, &row); i++) {
        g_autofree char *method = g_ascii_strdown(http_method_name(row.method), -1);
        const json_t *operation = at(at(paths, row.pattern), method);
        if (!operation) {
            fail_msg("docs/openapi.json lacks %s %s", method, row.pattern);
        }
        if (doors_of_operation(operation) != doors_of_routes(row.method, row.pattern)) {
            fail_msg("docs/openapi.json: x-doors of %s %s", method, row.pattern);
        }
    }
}

static void everything_described_is_a_route(void **state)
{
    (void)state;
    const char *pattern;
    json_t *item;
    json_object_foreach((json_t *)at(openapi_checker_document(), "paths"), pattern, item)
    {
        const char *name;
        json_t *operation;
        json_object_foreach(item, name, operation)
        {
            if (strcmp(name, "parameters") == 0) {
                continue;
            }
            if (!doors_of_routes(method_of(name), pattern)) {
                fail_msg("no route is %s %s", name, pattern);
            }
        }
    }
}

/* Each {name} of a path is one of its parameters, and the other way round. */
static void parameters_of_paths_are_named(void **state)
{
    (void)state;
    const char *pattern;
    json_t *item;
    json_object_foreach((json_t *)at(openapi_checker_document(), "paths"), pattern, item)
    {
        size_t braces = 0;
        for (const char *c = pattern; *c; c++) {
            braces += *c == '{';
        }
        assert_int_equal(json_array_size(at(item, "parameters")), braces);
        size_t index;
        json_t *parameter;
        json_array_foreach(at(item, "parameters"), index, parameter)
        {
            g_autofree char *name =
                g_strdup_printf("{%s}", json_string_value(at(parameter, "name")));
            assert_non_null(strstr(pattern, name));
        }
    }
}

static void check_references(const json_t *value, size_t *count)
{
    const char *key;
    json_t *member;
    size_t index;
    json_object_foreach((json_t *)value, key, member)
    {
        if (strcmp(key, "$ref") == 0) {
            g_auto(GStrv) names = g_strsplit(json_string_value(member), "/", -1);
            const json_t *place = openapi_checker_document();
            for (size_t i = 1; names[i]; i++) {
                place = at(place, names[i]);
            }
            if (!place) {
                fail_msg("nothing is at %s", json_string_value(member));
            }
            (*count)++;
        }
        check_references(member, count);
    }
    json_array_foreach(value, index, member)
    {
        check_references(member, count);
    }
}

static void references_lead_somewhere(void **state)
{
    (void)state;
    size_t count = 0;
    check_references(openapi_checker_document(), &count);
    assert_true(count > 100);
}

static void operations_have_names_of_their_own(void **state)
{
    (void)state;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)at(openapi_checker_document(), "paths"), key, item)
    {
        const char *method;
        json_t *operation;
        json_object_foreach(item, method, operation)
        {
            if (strcmp(method, "parameters") == 0) {
                continue;
            }
            const char *name = json_string_value(at(operation, "operationId"));
            if (!name || !g_hash_table_add(names, (gpointer)name)) {
                fail_msg("operationId of %s %s", method, key);
            }
            assert_true(json_object_size(at(operation, "responses")) > 0);
            assert_true(json_is_array(at(operation, "security")));
        }
    }
}

static void scopes_are_those_that_there_are(void **state)
{
    (void)state;
    const json_t *schemes = at(at(openapi_checker_document(), "components"), "securitySchemes");
    const json_t *scopes =
        at(at(at(at(schemes, "system"), "flows"), "clientCredentials"), "scopes");
    assert_int_equal(json_object_size(scopes), API_SCOPE_COUNT);
    for (int scope = 0; scope < API_SCOPE_COUNT; scope++) {
        assert_non_null(at(scopes, api_scope_name((enum api_scope)scope)));
    }
}

/* The check of answers itself finds what is wrong. */
static void wrong_answers_are_found(void **state)
{
    (void)state;
    json_t *client = json_pack("{s:s}", "id", "x");
    json_t *problem = json_pack("{s:s, s:i, s:s, s:s, s:s}", "type", "about:blank", "status", 404,
                                "title", "Not Found", "detail", "No.", "code", "not_found");
    json_t *token = json_pack("{s:s, s:s, s:i, s:s, s:i}", "access_token", "x", "token_type",
                              "bearer", "expires_in", 300, "scope", "system/cases.read", "more", 1);
    const char *json = "application/json";
    const char *problems = "application/problem+json";
    const struct {
        struct openapi_answer answer;
        bool accepted;
    } rows[] = {
        {{"GET", "/api/v1/clients/1", "operator", 200, json, client}, false},
        {{"GET", "/api/v1/clients/1", "operator", 404, problems, problem}, true},
        {{"GET", "/api/v1/clients/1", "operator", 404, problems, client}, false},
        {{"GET", "/api/v1/clients/1", "operator", 404, json, problem}, false},
        {{"GET", "/api/v1/clients/1", "operator", 201, json, client}, false},
        {{"GET", "/api/v1/clients/1", "public", 200, json, client}, false},
        {{"GET", "/api/v1/clients/1", "public", 404, problems, problem}, true},
        {{"PUT", "/api/v1/clients/1", "operator", 200, json, client}, false},
        {{"DELETE", "/api/v1/clients/1", "operator", 204, NULL, NULL}, true},
        {{"DELETE", "/api/v1/clients/1", "operator", 200, NULL, NULL}, false},
        {{"HEAD", "/healthz", "public", 200, json, NULL}, true},
        {{"POST", "/api/v1/token", "public", 200, json, token}, false},
        {{"GET", "/assets/a.js", "public", 200, "text/javascript", NULL}, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char fault[200] = "";
        if (openapi_checker_accepts(&rows[i].answer, fault, sizeof(fault)) != rows[i].accepted) {
            fail_msg("row %zu: %s", i, fault);
        }
    }
    json_decref(client);
    json_decref(problem);
    json_decref(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described),
        cmocka_unit_test(everything_described_is_a_route),
        cmocka_unit_test(parameters_of_paths_are_named),
        cmocka_unit_test(references_lead_somewhere),
        cmocka_unit_test(operations_have_names_of_their_own),
        cmocka_unit_test(scopes_are_those_that_there_are),
        cmocka_unit_test(wrong_answers_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

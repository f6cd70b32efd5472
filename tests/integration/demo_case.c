#include "tests/integration/demo_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct demo_case demo;

/* ---- asking ---- */

void demo_ask(struct browser *browser, const char *path)
{
    browser_ask(browser, &(struct request){.path = path}, &demo.answer);
}

void demo_post(struct browser *browser, const char *path, const char *body)
{
    browser_ask(browser, &(struct request){.path = path, .body = body}, &demo.answer);
}

const char *demo_text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

void demo_assert_problem(long status, const char *code)
{
    assert_int_equal(demo.answer.status, status);
    assert_string_equal(demo_text_at(demo.answer.json, "code"), code);
    assert_int_equal(json_integer_value(json_object_get(demo.answer.json, "status")), status);
    assert_true(demo_text_at(demo.answer.json, "detail")[0] != '\0');
    AUTO_FREE char *type = answer_header(&demo.answer, "Content-Type");
    assert_string_equal(type, "application/problem+json");
}

void demo_assert_header(const char *name, const char *expected)
{
    AUTO_FREE char *value = answer_header(&demo.answer, name);
    assert_non_null(value);
    assert_string_equal(value, expected);
}

/* ---- the demonstration case ---- */

json_t *demo_document(const char *number)
{
    json_error_t error;
    json_t *document = json_load_file(SOURCE_FOLDER "/deploy/demo/case.json", 0, &error);
    assert_non_null(document);
    json_object_set_new(document, "number", json_string(number));
    return document;
}

void demo_read_pdf(uint8_t **ret_bytes, size_t *ret_size)
{
    FILE *file = fopen(SOURCE_FOLDER "/deploy/demo/opinion.pdf", "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *ret_size = (size_t)ftell(file);
    rewind(file);
    *ret_bytes = malloc(*ret_size);
    assert_non_null(*ret_bytes);
    assert_int_equal(fread(*ret_bytes, 1, *ret_size, file), *ret_size);
    fclose(file);
}

static char *base64(const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = calloc(size / 3 + 1, 4 + 1);
    char *to = text;
    for (size_t i = 0; i < size; i += 3) {
        const uint32_t group = (uint32_t)bytes[i] << 16 |
                               (i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (i + 2 < size ? bytes[i + 2] : 0);
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = i + 1 < size ? digits[group >> 6 & 63] : '=';
        *to++ = i + 2 < size ? digits[group & 63] : '=';
    }
    return text;
}

void demo_import(const char *number)
{
    json_t *document = demo_document(number);
    uint8_t *pdf;
    size_t size;
    demo_read_pdf(&pdf, &size);
    char *text = base64(pdf, size);
    json_object_set_new(json_object_get(document, "opinion"), "pdf", json_string(text));
    char *body = json_dumps(document, JSON_COMPACT);
    demo_post(demo.operator_browser, "/api/v1/cases", body);
    assert_int_equal(demo.answer.status, 201);
    snprintf(demo.case_id, sizeof(demo.case_id), "%s", demo_text_at(demo.answer.json, "id"));
    free(body);
    free(text);
    free(pdf);
    json_decref(document);
}

void demo_appoint(struct appointment *appointment)
{
    json_t *document = json_load_file(SOURCE_FOLDER "/deploy/demo/visit.json", 0, NULL);
    assert_non_null(document);
    json_object_set_new(document, "case", json_string(demo.case_id));
    char *body = json_dumps(document, JSON_COMPACT);
    demo_post(demo.operator_browser, "/api/v1/visits", body);
    assert_int_equal(demo.answer.status, 201);
    snprintf(appointment->visit_id, sizeof(appointment->visit_id), "%s",
             demo_text_at(demo.answer.json, "id"));
    free(body);
    json_decref(document);
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", appointment->visit_id);
    demo_post(demo.operator_browser, path, "{}");
    assert_int_equal(demo.answer.status, 200);
    appointment->links = json_incref(demo.answer.json);
}

/* What stands behind the '#' of a link. `list` is "links" or "staff". */
const char *demo_secret_of(const struct appointment *appointment, const char *list,
                           const char *role)
{
    size_t index;
    json_t *link;
    json_array_foreach(json_object_get(appointment->links, list), index, link)
    {
        if (strcmp(demo_text_at(link, "role"), role) == 0) {
            const char *secret = strchr(demo_text_at(link, "url"), '#');
            assert_non_null(secret);
            return secret + 1;
        }
    }
    fail_msg("nobody with the role %s", role);
    return NULL;
}

void demo_arrive(struct browser *browser, const char *secret, const char *birth_date)
{
    char body[256];
    snprintf(body, sizeof(body), "{\"secret\":\"%s\",%s%s%s\"device\":\"iPad\"}", secret,
             birth_date ? "\"birth_date\":\"" : "", birth_date ? birth_date : "",
             birth_date ? "\"," : "");
    demo_post(browser, "/api/v1/arrivals", body);
}

void demo_open_staff_session(struct browser *browser, const struct appointment *appointment,
                             const char *role)
{
    char body[128];
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}", demo_secret_of(appointment, "staff", role));
    demo_post(browser, "/api/v1/staff-sessions", body);
    assert_int_equal(demo.answer.status, 201);
}

void demo_dismiss(struct appointment *appointment)
{
    json_decref(appointment->links);
    appointment->links = NULL;
}

int demo_start(void **state)
{
    (void)state;
    signaling_rig_start(&demo.rig);
    demo.operator_browser = browser_create_operator(&demo.rig);
    demo_import("DEMO-0001");
    return 0;
}

int demo_stop(void **state)
{
    (void)state;
    answer_clear(&demo.answer);
    demo.operator_browser = browser_destroy(demo.operator_browser);
    signaling_rig_stop(&demo.rig);
    return 0;
}

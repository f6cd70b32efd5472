/* Every request of the schema, and every way in which one of its fields can be wrong. */
#include "signaling/protocol/signaling_message.h"

#include "tests/unit/signaling/schema_checker.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *schema;

static int load_schema(void **state)
{
    (void)state;
    schema = schema_checker_load();
    return 0;
}

static int forget_schema(void **state)
{
    (void)state;
    json_decref(schema);
    return 0;
}

static int read_text(const char *text, struct signaling_request **ret_request,
                     struct signaling_problem *ret_problem)
{
    return signaling_request_read(text, strlen(text), ret_request, ret_problem);
}

static bool accepts(const json_t *message, struct signaling_problem *ret_problem)
{
    char *text = json_dumps(message, JSON_COMPACT);
    AUTO(signaling_request) request = NULL;
    const int result = read_text(text, &request, ret_problem);
    free(text);
    assert_true(result == 0 || result == -EBADMSG);
    assert_true((request != NULL) == (result == 0));
    return result == 0;
}

/* ---- generated from the schema ---- */

static json_t *whole_message(const json_t *definition);

/* A lawful value for a property. */
static json_t *sample(const json_t *property)
{
    const char *reference = json_string_value(json_object_get(property, "$ref"));
    if (reference) {
        return sample(schema_checker_definition(schema, reference + strlen("#/$defs/")));
    }
    if (json_object_get(property, "const")) {
        return json_deep_copy(json_object_get(property, "const"));
    }
    if (json_object_get(property, "enum")) {
        return json_deep_copy(json_array_get(json_object_get(property, "enum"), 0));
    }
    const char *type = json_string_value(json_object_get(property, "type"));
    if (strcmp(type, "string") == 0) {
        return json_string("abc");
    }
    if (strcmp(type, "integer") == 0) {
        return json_integer(1);
    }
    if (strcmp(type, "boolean") == 0) {
        return json_true();
    }
    if (strcmp(type, "object") == 0) {
        return whole_message(property);
    }
    assert_string_equal(type, "array");
    return json_pack("[o]", sample(json_object_get(property, "items")));
}

static json_t *whole_message(const json_t *definition)
{
    json_t *message = json_object();
    const char *name;
    json_t *property;
    json_object_foreach(json_object_get(definition, "properties"), name, property)
    {
        json_object_set_new(message, name, sample(property));
    }
    return message;
}

/* Calls `each` for every request of the schema. */
static void for_each_request(void (*each)(const json_t *definition))
{
    size_t index;
    json_t *reference;
    size_t count = 0;
    json_array_foreach(json_object_get(schema_checker_definition(schema, "request"), "oneOf"),
                       index, reference)
    {
        each(schema_checker_definition(schema,
                                       json_string_value(json_object_get(reference, "$ref")) + 8));
        count++;
    }
    assert_int_equal(count, SIGNALING_REQUEST_COUNT);
}

static bool is_valid(const json_t *definition, const json_t *message)
{
    char where[200];
    return schema_checker_is_valid(schema, definition, message, where, sizeof(where));
}

static void check_whole(const json_t *definition)
{
    struct signaling_problem problem;
    json_t *message = whole_message(definition);
    assert_true(is_valid(definition, message));
    assert_true(accepts(message, &problem));
    json_decref(message);
}

static void every_request_of_the_schema_is_read(void **state)
{
    (void)state;
    for_each_request(check_whole);
}

/* The reader says of the message what the schema says of it, and names the field that is wrong. */
static void compare(const json_t *definition, const json_t *message, const char *field)
{
    struct signaling_problem problem;
    const bool valid = is_valid(definition, message);
    const bool accepted = accepts(message, &problem);
    if (valid != accepted) {
        char *text = json_dumps(message, JSON_COMPACT);
        fail_msg("schema says %d, reader says %d: %.300s", valid, accepted, text);
    }
    if (!accepted) {
        assert_true(problem.message[0] != 0);
        assert_int_equal(strncmp(problem.where, field, strlen(field)), 0);
    }
}

static void check_missing(const json_t *definition)
{
    const char *name;
    json_t *property;
    json_object_foreach(json_object_get(definition, "properties"), name, property)
    {
        json_t *message = whole_message(definition);
        json_object_del(message, name);
        compare(definition, message, name);
        json_decref(message);
    }
}

static void a_missing_field_is_named(void **state)
{
    (void)state;
    for_each_request(check_missing);
}

static json_t *huge_text(void)
{
    static char text[62000];
    memset(text, 'x', sizeof(text) - 1);
    return json_string(text);
}

static void check_wrong_values(const json_t *definition)
{
    const char *name;
    json_t *property;
    json_object_foreach(json_object_get(definition, "properties"), name, property)
    {
        json_t *values[] = {json_null(),
                            json_true(),
                            json_false(),
                            json_integer(0),
                            json_integer(-1),
                            json_integer(INT64_MAX),
                            json_integer(2147483648),
                            json_real(1.5),
                            json_string(""),
                            json_string("given"),
                            json_string("\xf0\x9f\x98\x80"),
                            huge_text(),
                            json_array(),
                            json_object(),
                            json_pack("[[]]"),
                            json_pack("[n]"),
                            json_pack("[{s:i}]", "slot", 1),
                            json_pack("[{s:i, s:b}]", "slot", 16, "video", 1),
                            json_pack("[{s:i, s:b, s:i}]", "slot", 1, "video", 0, "width", 8193),
                            json_pack("[{s:i, s:b, s:i}]", "slot", 1, "video", 0, "height", 8192),
                            json_pack("[{s:i, s:b, s:i}]", "slot", 1, "video", 0, "depth", 1),
                            json_pack("[{s:s, s:b}]", "slot", "1", "video", 0)};
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            json_t *message = whole_message(definition);
            if (strcmp(name, "type") != 0 || !json_is_string(values[i])) {
                json_object_set(message, name, values[i]);
                compare(definition, message, name);
            }
            json_decref(message);
            json_decref(values[i]);
        }
    }
}

static void a_wrong_value_is_named(void **state)
{
    (void)state;
    for_each_request(check_wrong_values);
}

static void check_unknown_field(const json_t *definition)
{
    json_t *message = whole_message(definition);
    json_object_set_new(message, "__proto__", json_object());
    compare(definition, message, "__proto__");
    json_decref(message);
}

static void an_unknown_field_is_named(void **state)
{
    (void)state;
    for_each_request(check_unknown_field);
}

static void check_lengths(const json_t *definition)
{
    const char *name;
    json_t *property;
    json_object_foreach(json_object_get(definition, "properties"), name, property)
    {
        const json_t *most = json_object_get(property, "maxLength");
        for (int over = 0; most && over <= 1; over++) {
            const size_t length = (size_t)json_integer_value(most) + (size_t)over;
            char *text = calloc(length * 2 + 1, 1);
            for (size_t i = 0; i < length; i++) {
                memcpy(text + i * 2, "\xc3\xa4", 2); /* one character, two bytes */
            }
            json_t *message = whole_message(definition);
            json_object_set_new(message, name, json_string(text));
            compare(definition, message, name);
            json_decref(message);
            free(text);
        }
    }
}

static void lengths_count_characters(void **state)
{
    (void)state;
    for_each_request(check_lengths);
}

/* ---- by hand ---- */

static void texts_that_are_no_request_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *code;
        bool has_id;
        const char *where;
    } cases[] = {
        {"", "bad_message", false, ""},
        {"null", "bad_message", false, ""},
        {"[]", "bad_message", false, ""},
        {"{", "bad_message", false, ""},
        {"{}", "bad_message", false, "id"},
        {"{\"type\":\"chat\",\"type\":\"end\",\"id\":1,\"text\":\"x\"}", "bad_message", false, ""},
        {"{\"type\":\"ping\",\"id\":1} {}", "bad_message", false, ""},
        {"{\"type\":\"ping\",\"id\":1.0}", "bad_message", false, "id"},
        {"{\"type\":\"ping\",\"id\":-1}", "bad_message", false, "id"},
        {"{\"type\":\"ping\",\"id\":99999999999999999999}", "bad_message", false, ""},
        {"{\"type\":\"kick\",\"id\":4}", "unknown_type", true, "type"},
        {"{\"type\":7,\"id\":4}", "bad_message", true, "type"},
        {"{\"id\":4}", "bad_message", true, "type"},
        {"{\"type\":\"chat\",\"id\":1,\"text\":\"a\\u0000b\"}", "bad_message", false, ""},
        {"{\"type\":\"chat\",\"id\":1,\"text\":\"\xff\"}", "bad_message", false, ""},
        {"\xef\xbb\xbf{\"type\":\"ping\",\"id\":1}", "bad_message", false, ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AUTO(signaling_request) request = NULL;
        struct signaling_problem problem;
        assert_int_equal(read_text(cases[i].text, &request, &problem), -EBADMSG);
        assert_null(request);
        assert_string_equal(problem.code, cases[i].code);
        assert_int_equal(problem.has_id, cases[i].has_id);
        assert_string_equal(problem.where, cases[i].where);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    static char text[65536];
    memset(text, '[', sizeof(text) - 1);
    AUTO(signaling_request) request = NULL;
    struct signaling_problem problem;
    assert_int_equal(signaling_request_read(text, sizeof(text) - 1, &request, &problem), -EBADMSG);
}

static void fields_reach_the_struct(void **state)
{
    (void)state;
    AUTO(signaling_request) request = NULL;
    struct signaling_problem problem;
    assert_int_equal(
        read_text("{\"type\":\"slots\",\"id\":7,\"slots\":[{\"slot\":2,\"video\":false},"
                  "{\"slot\":0,\"video\":true,\"width\":640,\"height\":360}]}",
                  &request, &problem),
        0);
    assert_int_equal(request->type, SIGNALING_SLOTS);
    assert_int_equal(request->id, 7);
    assert_int_equal(request->slot_count, 2);
    assert_int_equal(request->slots[0].slot, 2);
    assert_false(request->slots[0].video);
    assert_int_equal(request->slots[1].width, 640);
    assert_int_equal(request->slots[1].height, 360);
}

static void replies_are_valid(void **state)
{
    (void)state;
    json_t *replies[] = {
        signaling_reply_ok(3),
        signaling_reply_error(3, "bad_message", "A sentence.", "slots[1].video"),
        signaling_reply_error(-1, "too_fast", "A sentence.", NULL),
        signaling_reply_error(0, "bad_message", "A sentence.",
                              "\xe2\x82"), /* cut within a character */
    };
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        schema_checker_assert(schema, "reply", replies[i]);
        json_decref(replies[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_of_the_schema_is_read),
        cmocka_unit_test(a_missing_field_is_named),
        cmocka_unit_test(a_wrong_value_is_named),
        cmocka_unit_test(an_unknown_field_is_named),
        cmocka_unit_test(lengths_count_characters),
        cmocka_unit_test(texts_that_are_no_request_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(fields_reach_the_struct),
        cmocka_unit_test(replies_are_valid),
    };
    return cmocka_run_group_tests(tests, load_schema, forget_schema);
}

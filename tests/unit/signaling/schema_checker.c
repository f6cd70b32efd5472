#include "tests/unit/signaling/schema_checker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SIGNALING_SCHEMA
#error "SIGNALING_SCHEMA names docs/signaling.schema.json"
#endif

json_t *schema_checker_load(void)
{
    json_error_t error;
    json_t *root = json_load_file(SIGNALING_SCHEMA, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        fprintf(stderr, "%s:%d: %s\n", SIGNALING_SCHEMA, error.line, error.text);
        abort();
    }
    return root;
}

const json_t *schema_checker_definition(const json_t *root, const char *name)
{
    const json_t *definition = json_object_get(json_object_get(root, "$defs"), name);
    if (!definition) {
        fprintf(stderr, "the schema has no definition %s\n", name);
        abort();
    }
    return definition;
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static bool has_type(const json_t *value, const char *type)
{
    return (strcmp(type, "object") == 0 && json_is_object(value)) ||
           (strcmp(type, "array") == 0 && json_is_array(value)) ||
           (strcmp(type, "string") == 0 && json_is_string(value)) ||
           (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
           (strcmp(type, "number") == 0 && json_is_number(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
           (strcmp(type, "null") == 0 && json_is_null(value));
}

/* One type, or a list of which one fits. */
static bool has_one_type(const json_t *value, const json_t *types)
{
    bool fits = !types || (json_is_string(types) && has_type(value, json_string_value(types)));
    size_t index;
    json_t *type;
    json_array_foreach(types, index, type)
    {
        fits = fits || has_type(value, json_string_value(type));
    }
    return fits;
}

/* What "#/a/b" points to in `root`. */
static const json_t *follow(const json_t *root, const char *reference)
{
    const json_t *place = root;
    for (const char *name = strchr(reference, '/'); name && place; name = strchr(name, '/')) {
        name++;
        place = json_object_getn(place, name, strcspn(name, "/"));
    }
    if (!place || reference[0] != '#') {
        fprintf(stderr, "nothing is at %s\n", reference);
        abort();
    }
    return place;
}

static bool check_bounds(const json_t *schema, const json_t *value)
{
    const struct {
        const char *keyword;
        bool is_minimum;
        long long size;
        bool applies;
    } bounds[] = {
        {"minLength", true,
         json_is_string(value) ? (long long)characters(json_string_value(value)) : 0,
         json_is_string(value)},
        {"maxLength", false,
         json_is_string(value) ? (long long)characters(json_string_value(value)) : 0,
         json_is_string(value)},
        {"minimum", true, json_integer_value(value), json_is_integer(value)},
        {"maximum", false, json_integer_value(value), json_is_integer(value)},
        {"maxItems", false, (long long)json_array_size(value), json_is_array(value)},
    };
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        const json_t *bound = json_object_get(schema, bounds[i].keyword);
        if (bound && bounds[i].applies &&
            (bounds[i].is_minimum ? bounds[i].size < json_integer_value(bound)
                                  : bounds[i].size > json_integer_value(bound))) {
            return false;
        }
    }
    return true;
}

static bool check_object(const json_t *root, const json_t *schema, const json_t *value, char *where,
                         size_t size)
{
    const json_t *properties = json_object_get(schema, "properties");
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(schema, "required"), index, name)
    {
        if (!json_object_get(value, json_string_value(name))) {
            snprintf(where, size, "%s is missing", json_string_value(name));
            return false;
        }
    }
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)value, key, member)
    {
        const json_t *property = json_object_get(properties, key);
        char inner[160] = "";
        if (!property && json_is_false(json_object_get(schema, "additionalProperties"))) {
            snprintf(where, size, "%s is not in the schema", key);
            return false;
        }
        if (property && !schema_checker_is_valid(root, property, member, inner, sizeof(inner))) {
            snprintf(where, size, "%s: %.120s", key, inner);
            return false;
        }
    }
    return true;
}

static bool check_alternatives(const json_t *root, const json_t *schema, const char *keyword,
                               const json_t *value)
{
    const json_t *alternatives = json_object_get(schema, keyword);
    size_t index;
    json_t *alternative;
    size_t fitting = 0;
    json_array_foreach(alternatives, index, alternative)
    {
        char ignored[160];
        fitting += schema_checker_is_valid(root, alternative, value, ignored, sizeof(ignored));
    }
    return !alternatives || (strcmp(keyword, "oneOf") == 0 ? fitting == 1 : fitting > 0);
}

static bool check_words(const json_t *schema, const json_t *value)
{
    const json_t *constant = json_object_get(schema, "const");
    const json_t *words = json_object_get(schema, "enum");
    bool found = !words;
    size_t index;
    json_t *word;
    json_array_foreach(words, index, word)
    {
        found = found || json_equal(word, value);
    }
    return found && (!constant || json_equal(constant, value));
}

bool schema_checker_is_valid(const json_t *root, const json_t *schema, const json_t *value,
                             char *ret_where, size_t size)
{
    const char *reference = json_string_value(json_object_get(schema, "$ref"));
    if (reference) {
        return schema_checker_is_valid(root, follow(root, reference), value, ret_where, size);
    }
    snprintf(ret_where, size, "wrong value");
    if (!has_one_type(value, json_object_get(schema, "type")) || !check_bounds(schema, value) ||
        !check_words(schema, value) || !check_alternatives(root, schema, "anyOf", value) ||
        !check_alternatives(root, schema, "oneOf", value)) {
        return false;
    }
    const json_t *items = json_object_get(schema, "items");
    for (size_t i = 0; items && i < json_array_size(value); i++) {
        if (!schema_checker_is_valid(root, items, json_array_get(value, i), ret_where, size)) {
            return false;
        }
    }
    return !json_is_object(value) || check_object(root, schema, value, ret_where, size);
}

void schema_checker_assert(const json_t *root, const char *definition, const json_t *value)
{
    char where[200];
    if (!schema_checker_is_valid(root, schema_checker_definition(root, definition), value, where,
                                 sizeof(where))) {
        char *text = json_dumps(value, JSON_INDENT(1));
        fprintf(stderr, "not a valid %s: %s\n%s\n", definition, where, text);
        abort();
    }
}

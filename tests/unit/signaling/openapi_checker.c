#include "tests/unit/signaling/openapi_checker.h"

#include "gateway/base/cleanup.h"
#include "signaling/api/openapi.h"
#include "signaling/server/http_routes.h"
#include "tests/unit/signaling/schema_checker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const json_t *openapi_checker_document(void)
{
    static json_t *document;
    if (!document) {
        json_error_t error;
        size_t size;
        const char *text = openapi_document(&size);
        document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
        if (!document) {
            fprintf(stderr, "docs/openapi.json:%d: %s\n", error.line, error.text);
            abort();
        }
    }
    return document;
}

static bool has_door(const json_t *operation, const char *door)
{
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(operation, "x-doors"), index, name)
    {
        if (strcmp(json_string_value(name), door) == 0) {
            return true;
        }
    }
    return false;
}

/* HEAD is answered as GET is. */
static const json_t *find_operation(const struct openapi_answer *answer)
{
    const json_t *paths = json_object_get(openapi_checker_document(), "paths");
    const bool heads = strcmp(answer->method, "HEAD") == 0;
    char method[8] = "";
    for (size_t i = 0; i < sizeof(method) - 1 && answer->method[i]; i++) {
        method[i] = (char)(answer->method[i] | 0x20);
    }
    const char *pattern;
    json_t *item;
    json_object_foreach((json_t *)paths, pattern, item)
    {
        struct api_parameters parameters;
        const json_t *operation = json_object_get(item, heads ? "get" : method);
        if (operation && has_door(operation, answer->door) &&
            http_routes_match(pattern, answer->path, &parameters)) {
            return operation;
        }
    }
    return NULL;
}

static const json_t *find_response(const json_t *operation, long status)
{
    char code[24];
    snprintf(code, sizeof(code), "%ld", status);
    const json_t *responses = json_object_get(operation, "responses");
    const json_t *response = json_object_get(responses, code);
    /* The rest is for what was refused: whatever is good is named. */
    if (!response && status >= 400) {
        response = json_object_get(responses, "default");
    }
    if (json_object_get(response, "$ref")) {
        return json_object_get(
            json_object_get(json_object_get(openapi_checker_document(), "components"), "responses"),
            "problem");
    }
    return response;
}

static bool is_of_type(const char *content_type, const char *type)
{
    const size_t length = strlen(type);
    return content_type && strncasecmp(content_type, type, length) == 0 &&
           (content_type[length] == 0 || content_type[length] == ';');
}

static bool check_content(const struct openapi_answer *answer, const json_t *response,
                          char *ret_fault, size_t size)
{
    const json_t *content = json_object_get(response, "content");
    const char *type;
    json_t *media;
    json_object_foreach((json_t *)content, type, media)
    {
        if (!is_of_type(answer->content_type, type)) {
            continue;
        }
        const json_t *schema = json_object_get(media, "schema");
        return !strstr(type, "json") || !answer->body ||
               schema_checker_is_valid(openapi_checker_document(), schema, answer->body, ret_fault,
                                       size);
    }
    snprintf(ret_fault, size, "content of type %s",
             answer->content_type ? answer->content_type : "none");
    return !content;
}

bool openapi_checker_accepts(const struct openapi_answer *answer, char *ret_fault, size_t size)
{
    const json_t *operation = find_operation(answer);
    if (!operation) {
        snprintf(ret_fault, size, "answered, but not in the document");
        return answer->status >= 400 || strncmp(answer->path, "/api/", 5) != 0;
    }
    /* What every route may say before it is asked: too large, too fast, wrong origin ... */
    if (answer->status >= 400 && is_of_type(answer->content_type, "application/problem+json")) {
        const json_t *problem = json_object_get(
            json_object_get(json_object_get(openapi_checker_document(), "components"), "schemas"),
            "problem");
        return !answer->body || schema_checker_is_valid(openapi_checker_document(), problem,
                                                        answer->body, ret_fault, size);
    }
    const json_t *response = find_response(operation, answer->status);
    if (!response) {
        snprintf(ret_fault, size, "no such status in the document");
        return false;
    }
    return check_content(answer, response, ret_fault, size);
}

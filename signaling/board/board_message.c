#include "signaling/board/board_message.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
    size_t size;
} texts[] = {
    {"ticket", offsetof(struct board_watch, ticket), RANDOM_TOKEN_SIZE},
    {"day", offsetof(struct board_watch, day), PERSON_DATE_SIZE},
    {"zone", offsetof(struct board_watch, zone), TIME_ZONE_SIZE},
    {"epoch", offsetof(struct board_watch, epoch), RANDOM_TOKEN_SIZE},
};

static int fail(struct board_message_problem *problem, const char *code, const char *where)
{
    problem->code = code;
    problem->where = where;
    return -EBADMSG;
}

/* Returns the name of the field if it is a text that fits, or NULL. */
static const char *take_text(const char *key, const json_t *value, struct board_watch *watch)
{
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        if (strcmp(texts[i].name, key) == 0 && json_is_string(value) &&
            json_string_length(value) < texts[i].size &&
            strlen(json_string_value(value)) == json_string_length(value)) {
            memcpy((char *)watch + texts[i].offset, json_string_value(value),
                   json_string_length(value) + 1);
            return texts[i].name;
        }
    }
    return NULL;
}

static int read_fields(json_t *object, struct board_watch *watch,
                       struct board_message_problem *problem)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (strcmp(key, "seq") == 0 && json_is_integer(value) && json_integer_value(value) >= 0) {
            watch->seq = json_integer_value(value);
        } else if (strcmp(key, "type") != 0 && strcmp(key, "id") != 0 &&
                   !take_text(key, value, watch)) {
            const char *where = strcmp(key, "seq") == 0 ? "seq" : NULL;
            for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
                where = strcmp(key, texts[i].name) == 0 ? texts[i].name : where;
            }
            return fail(problem, "bad_message", where);
        }
    }
    return 0;
}

static int read_object(json_t *object, struct board_watch *watch,
                       struct board_message_problem *problem)
{
    const json_t *id = json_object_get(object, "id");
    const char *type = json_string_value(json_object_get(object, "type"));
    if (json_is_integer(id) && json_integer_value(id) >= 0 && json_integer_value(id) <= INT32_MAX) {
        watch->id = (int)json_integer_value(id);
        problem->id = watch->id;
    } else {
        return fail(problem, "bad_message", "id");
    }
    if (!type) {
        return fail(problem, "bad_message", "type");
    }
    return strcmp(type, "watch") == 0 ? read_fields(object, watch, problem)
                                      : fail(problem, "unknown_type", NULL);
}

int board_message_read(const char *text, size_t size, struct board_watch *ret_watch,
                       struct board_message_problem *ret_problem)
{
    struct board_watch watch = {0};
    *ret_problem = (struct board_message_problem){.id = -1};
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const int result = json_is_object(object) ? read_object(object, &watch, ret_problem)
                                              : fail(ret_problem, "bad_message", NULL);
    json_decref(object);
    if (result == 0) {
        *ret_watch = watch;
    }
    return result;
}

#include "signaling/protocol/signaling_message.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum field_kind { FIELD_TEXT, FIELD_BOOL, FIELD_NUMBER, FIELD_TIME, FIELD_CHOICE, FIELD_LIST };

struct list_shape;

struct field {
    const char *name;
    enum field_kind kind;
    bool required;
    size_t offset;                 /* in its struct */
    long most;                     /* characters of a text, the largest number, items of a list */
    const char *const *choices;    /* NULL-terminated */
    const struct list_shape *list; /* what FIELD_LIST holds */
};

#define FIELDS_MAX 8
#define TIME_MOST_MS 253402300799000 /* the last second of 9999 */

/* A list of objects, which lies in the request as an array and its count. */
struct list_shape {
    const struct field *fields;
    size_t item_size;
    size_t count_offset; /* a size_t of the request */
};

#define OF(member) offsetof(struct signaling_request, member)
#define WISH(member) offsetof(struct signaling_slot_wish, member)
#define FIGURE(member) offsetof(struct signaling_slot_figures, member)

static const char *const answers[] = {"given", "refused", "withdrawn", NULL};
static const char *const actions[] = {"start", "pause", "resume", "stop", NULL};

static const char *const huddle_actions[] = {"begin", "end", NULL};
static const char *const help_actions[] = {"accept", "decline", "say", "end", NULL};
static const char *const away_reasons[] = {"hidden", "call", "device", NULL};
static const char *const paths[] = {"unknown",  "udp",      "tcp", "turn_udp",
                                    "turn_tcp", "turn_tls", NULL};
static const char *const limits[] = {"none", "cpu", "bandwidth", "other", NULL};
static const char *const emergencies[] = {"begin", "tell", "end", NULL};
static const char *const guests[] = {"caregiver", "interpreter", "trainee", "technical_helper",
                                     NULL};
static const char *const media[] = {"sound", "picture", NULL};

static const struct field wish_fields[FIELDS_MAX] = {
    {"slot", FIELD_NUMBER, true, WISH(slot), 15, NULL, NULL},
    {"video", FIELD_BOOL, true, WISH(video), 0, NULL, NULL},
    {"width", FIELD_NUMBER, false, WISH(width), 8192, NULL, NULL},
    {"height", FIELD_NUMBER, false, WISH(height), 8192, NULL, NULL},
};

static const struct list_shape wish_list = {wish_fields, sizeof(struct signaling_slot_wish),
                                            OF(slot_count)};

static const struct field figure_fields[FIELDS_MAX] = {
    {"slot", FIELD_NUMBER, true, FIGURE(slot), 15, NULL, NULL},
    {"heard_ms", FIELD_NUMBER, true, FIGURE(heard_ms), 60000, NULL, NULL},
    {"concealed_ms", FIELD_NUMBER, true, FIGURE(concealed_ms), 60000, NULL, NULL},
    {"frames", FIELD_NUMBER, true, FIGURE(frames), 100000, NULL, NULL},
    {"buffer_ms", FIELD_NUMBER, false, FIGURE(buffer_ms), 60000, NULL, NULL},
    {"freezes", FIELD_NUMBER, false, FIGURE(freezes), 1000, NULL, NULL},
    {"frozen_ms", FIELD_NUMBER, false, FIGURE(frozen_ms), 60000, NULL, NULL},
    {"height", FIELD_NUMBER, false, FIGURE(height), 8192, NULL, NULL},
};

static const struct list_shape figure_list = {figure_fields, sizeof(struct signaling_slot_figures),
                                              OF(slot_figures_count)};

static const struct {
    const char *name;
    struct field fields[FIELDS_MAX];
} requests[SIGNALING_REQUEST_COUNT] = {
    [SIGNALING_JOIN] = {"join",
                        {{"token", FIELD_TEXT, true, OF(token), 128, NULL, NULL},
                         {"resume", FIELD_TEXT, false, OF(resume), 128, NULL, NULL},
                         {"for_help", FIELD_BOOL, false, OF(for_help), 0, NULL, NULL}}},
    [SIGNALING_OFFER] = {"offer",
                         {{"sdp", FIELD_TEXT, true, OF(sdp), SIGNALING_SDP_SIZE_MAX, NULL, NULL},
                          {"packed", FIELD_BOOL, false, OF(packed), 0, NULL, NULL},
                          {"restart_ice", FIELD_BOOL, false, OF(restart_ice), 0, NULL, NULL}}},
    [SIGNALING_READY] = {"ready", {{.name = NULL}}},
    [SIGNALING_SLOTS] = {"slots",
                         {{"slots", FIELD_LIST, true, OF(slots), SIGNALING_SLOTS_MAX, NULL,
                           &wish_list}}},
    [SIGNALING_MUTE] = {"mute",
                        {{"audio", FIELD_BOOL, true, OF(audio), 0, NULL, NULL},
                         {"video", FIELD_BOOL, true, OF(video), 0, NULL, NULL}}},
    [SIGNALING_AWAY] = {"away",
                        {{"away", FIELD_BOOL, true, OF(away), 0, NULL, NULL},
                         {"reason", FIELD_CHOICE, false, OF(away_reason), 0, away_reasons, NULL}}},
    [SIGNALING_FIGURES] = {"figures",
                           {{"interval_ms", FIELD_NUMBER, true, OF(interval_ms), 60000, NULL, NULL},
                            {"path", FIELD_CHOICE, true, OF(path), 0, paths, NULL},
                            {"limited_by", FIELD_CHOICE, true, OF(limited_by), 0, limits, NULL},
                            {"slots", FIELD_LIST, true, OF(slot_figures), SIGNALING_SLOTS_MAX, NULL,
                             &figure_list}}},
    [SIGNALING_REPAIR] = {"repair",
                          {{"slot", FIELD_NUMBER, true, OF(slot), 15, NULL, NULL},
                           {"media", FIELD_CHOICE, true, OF(media), 0, media, NULL}}},
    [SIGNALING_CHAT] = {"chat", {{"text", FIELD_TEXT, true, OF(text), 2000, NULL, NULL}}},
    [SIGNALING_CONSENT] = {"consent",
                           {{"answer", FIELD_CHOICE, true, OF(answer), 0, answers, NULL},
                            {"text_version", FIELD_TEXT, true, OF(text_version), 64, NULL, NULL},
                            {"language", FIELD_TEXT, false, OF(language), 12, NULL, NULL}}},
    [SIGNALING_RECORDING] = {"recording",
                             {{"action", FIELD_CHOICE, true, OF(action), 0, actions, NULL}}},
    [SIGNALING_ADMIT] = {"admit",
                         {{"participant", FIELD_TEXT, true, OF(participant), 64, NULL, NULL},
                          {"knows_licence", FIELD_BOOL, false, OF(knows_licence), 0, NULL, NULL}}},
    [SIGNALING_DENY] = {"deny",
                        {{"participant", FIELD_TEXT, true, OF(participant), 64, NULL, NULL}}},
    [SIGNALING_INVITE] = {"invite",
                          {{"name", FIELD_TEXT, true, OF(name), 100, NULL, NULL},
                           {"role", FIELD_CHOICE, true, OF(guest), 0, guests, NULL},
                           {"relation", FIELD_TEXT, false, OF(relation), 60, NULL, NULL},
                           {"language", FIELD_TEXT, false, OF(language), 12, NULL, NULL}}},
    [SIGNALING_LATE] = {"late",
                        {{"minutes", FIELD_NUMBER, false, OF(minutes), 720, NULL, NULL},
                         {"at", FIELD_TIME, false, OF(at), TIME_MOST_MS, NULL, NULL}}},
    [SIGNALING_EMERGENCY] = {"emergency",
                             {{"action", FIELD_CHOICE, true, OF(emergency), 0, emergencies, NULL}}},
    [SIGNALING_SEND_OUT] = {"send_out",
                            {{"participant", FIELD_TEXT, true, OF(participant), 64, NULL, NULL}}},
    [SIGNALING_SEND_BACK] = {"send_back",
                             {{"participant", FIELD_TEXT, true, OF(participant), 64, NULL, NULL}}},
    [SIGNALING_HUDDLE] = {"huddle",
                          {{"action", FIELD_CHOICE, true, OF(action), 0, huddle_actions, NULL}}},
    [SIGNALING_HELP] = {"help",
                        {{"action", FIELD_CHOICE, true, OF(action), 0, help_actions, NULL},
                         {"text", FIELD_TEXT, false, OF(text), 1000, NULL, NULL}}},
    [SIGNALING_KNOCK] = {"knock", {{.name = NULL}}},
    [SIGNALING_DEVICE] = {"device",
                          {{"request", FIELD_TEXT, true, OF(request), 64, NULL, NULL},
                           {"allow", FIELD_BOOL, true, OF(allow), 0, NULL, NULL}}},
    [SIGNALING_PING] = {"ping", {{.name = NULL}}},
    [SIGNALING_LEAVE] = {"leave", {{.name = NULL}}},
    [SIGNALING_END] = {"end", {{.name = NULL}}},
};

struct signaling_request *signaling_request_destroy(struct signaling_request *request)
{
    if (request) {
        json_decref(request->json);
        free(request);
    }
    return NULL;
}

static int fail(struct signaling_problem *problem, const char *prefix, const char *name,
                const char *message)
{
    problem->code = "bad_message";
    snprintf(problem->where, sizeof(problem->where), "%s%.40s", prefix, name);
    snprintf(problem->message, sizeof(problem->message), "%s", message);
    return -EBADMSG;
}

/* Characters of UTF-8 (jansson has checked that it is). */
static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static int read_fields(const struct field *fields, const json_t *object, const char *prefix,
                       unsigned extra_keys, void *ret_struct, struct signaling_problem *problem);

static int read_list(const struct field *field, const json_t *value, void *ret_struct,
                     struct signaling_problem *problem)
{
    if (!json_is_array(value) || json_array_size(value) > (size_t)field->most) {
        return fail(problem, "", field->name, "The field is a list, and not too long.");
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        char prefix[40];
        snprintf(prefix, sizeof(prefix), "%s[%zu].", field->name, i);
        char *item = (char *)ret_struct + field->offset + i * field->list->item_size;
        const int result =
            read_fields(field->list->fields, json_array_get(value, i), prefix, 0, item, problem);
        if (result < 0) {
            return result;
        }
    }
    *(size_t *)(void *)((char *)ret_struct + field->list->count_offset) = json_array_size(value);
    return 0;
}

static int read_choice(const char *const *choices, const json_t *value)
{
    for (int i = 0; choices[i]; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), choices[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static int read_field(const struct field *field, const json_t *value, const char *prefix,
                      void *ret_struct, struct signaling_problem *problem)
{
    void *to = (char *)ret_struct + field->offset;
    switch (field->kind) {
    case FIELD_TEXT: {
        const size_t characters =
            json_is_string(value) ? count_characters(json_string_value(value)) : 0;
        if (characters == 0 || characters > (size_t)field->most) {
            return fail(problem, prefix, field->name,
                        "The field is a text, neither empty nor too long.");
        }
        *(const char **)to = json_string_value(value);
        return 0;
    }
    case FIELD_BOOL:
        if (!json_is_boolean(value)) {
            return fail(problem, prefix, field->name, "The field is true or false.");
        }
        *(bool *)to = json_is_true(value);
        return 0;
    case FIELD_NUMBER:
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > field->most) {
            return fail(problem, prefix, field->name,
                        "The field is a whole number within its bounds.");
        }
        *(int *)to = (int)json_integer_value(value);
        return 0;
    case FIELD_TIME:
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > field->most) {
            return fail(problem, prefix, field->name, "The field is a time in milliseconds.");
        }
        *(int64_t *)to = json_integer_value(value);
        return 0;
    case FIELD_CHOICE: {
        const int choice = read_choice(field->choices, value);
        if (choice < 0) {
            return fail(problem, prefix, field->name, "The field is none of the words it can be.");
        }
        *(int *)to = choice;
        return 0;
    }
    case FIELD_LIST:
        return read_list(field, value, ret_struct, problem);
    }
    return -EBADMSG;
}

static bool is_field(const struct field *fields, const char *name)
{
    for (size_t i = 0; i < FIELDS_MAX && fields[i].name; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* `extra_keys`: how many of the object's keys are none of `fields` and yet known (type and id). */
static int read_fields(const struct field *fields, const json_t *object, const char *prefix,
                       unsigned extra_keys, void *ret_struct, struct signaling_problem *problem)
{
    if (!json_is_object(object)) {
        return fail(problem, prefix, "", "An object belongs here.");
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        const bool is_common =
            extra_keys > 0 && (strcmp(key, "type") == 0 || strcmp(key, "id") == 0);
        if (!is_common && !is_field(fields, key)) {
            return fail(problem, prefix, key, "There is no such field.");
        }
    }
    for (size_t i = 0; i < FIELDS_MAX && fields[i].name; i++) {
        const json_t *found = json_object_get(object, fields[i].name);
        if (!found && fields[i].required) {
            return fail(problem, prefix, fields[i].name, "The field is missing.");
        }
        const int result = found ? read_field(&fields[i], found, prefix, ret_struct, problem) : 0;
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int read_id(const json_t *object, struct signaling_problem *problem)
{
    const json_t *id = json_object_get(object, "id");
    if (!json_is_integer(id) || json_integer_value(id) < 0 || json_integer_value(id) > 2147483647) {
        return fail(problem, "", "id", "A request has an id, a whole number from 0 to 2147483647.");
    }
    problem->has_id = true;
    problem->id = (int)json_integer_value(id);
    return 0;
}

static int find_type(const json_t *object, struct signaling_problem *problem)
{
    const json_t *type = json_object_get(object, "type");
    if (!json_is_string(type)) {
        return fail(problem, "", "type", "A request has a type, a text.");
    }
    for (int i = 0; i < SIGNALING_REQUEST_COUNT; i++) {
        if (strcmp(requests[i].name, json_string_value(type)) == 0) {
            return i;
        }
    }
    (void)fail(problem, "", "type", "The gateway has no such request.");
    problem->code = "unknown_type";
    return -EBADMSG;
}

int signaling_request_read(const char *text, size_t size, struct signaling_request **ret_request,
                           struct signaling_problem *ret_problem)
{
    *ret_problem = (struct signaling_problem){0};
    AUTO(signaling_request) request = allocate_zeroed(1, sizeof(*request));
    json_error_t error;
    request->json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(request->json)) {
        return fail(ret_problem, "", "",
                    "A message is one JSON object, without a key that comes twice.");
    }
    int result = read_id(request->json, ret_problem);
    if (result < 0) {
        return result;
    }
    request->id = ret_problem->id;
    const int type = find_type(request->json, ret_problem);
    if (type < 0) {
        return type;
    }
    request->type = (enum signaling_request_type)type;
    result = read_fields(requests[type].fields, request->json, "", 2, request, ret_problem);
    if (result < 0) {
        return result;
    }
    *ret_request = TAKE(request);
    return 0;
}

json_t *signaling_reply_ok(int reply_to)
{
    return json_pack("{s:s, s:i}", "type", "ok", "reply_to", reply_to);
}

json_t *signaling_reply_error(int reply_to, const char *code, const char *message,
                              const char *where)
{
    json_t *reply = json_pack("{s:s, s:s, s:s}", "type", "error", "code", code, "message", message);
    if (reply_to >= 0) {
        json_object_set_new(reply, "reply_to", json_integer(reply_to));
    }
    if (where && *where) {
        json_t *place = json_string(where);
        /* A key of the client's may be cut within a character. */
        json_object_set_new(reply, "where", place ? place : json_string_nocheck("?"));
    }
    return reply;
}

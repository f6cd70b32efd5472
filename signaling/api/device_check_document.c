#include "signaling/api/device_check_document.h"

#include "signaling/api/api.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WORD_SIZE 32

/* ---- reading ---- */

static const char unknown_word[] = "The word is not known here.";

/* Reads a word that `from_name` knows, into an enum behind `ret_value`. */
#define READ_WORD(place, object, field, stem, ret_value)                                           \
    ({                                                                                             \
        char word_[WORD_SIZE] = "";                                                                \
        int result_ = document_read_text(place, object, field, true, word_, sizeof(word_));        \
        if (result_ == 0 && stem##_from_name(word_, ret_value) < 0) {                              \
            result_ = document_fail(place, field, unknown_word);                                   \
        }                                                                                          \
        result_;                                                                                   \
    })

static int find_object(const struct document_place *place, const json_t *object, const char *name,
                       const json_t **ret_object)
{
    const json_t *found = json_object_get(object, name);
    if (!json_is_object(found)) {
        return document_fail(place, name, "An object belongs here.");
    }
    *ret_object = found;
    return 0;
}

static int read_platform(const struct document_place *top, const json_t *document,
                         struct device_check *check)
{
    static const char *const names[] = {"device", "browser", "version", NULL};
    const struct document_place place = {.text = "platform", .problem = top->problem};
    const json_t *object = NULL;
    int64_t version = 0;
    int result = find_object(top, document, "platform", &object);
    if (result == 0) {
        result = document_check_fields(&place, object, names);
    }
    if (result == 0) {
        result = READ_WORD(&place, object, "device", check_device, &check->device);
    }
    if (result == 0) {
        result = READ_WORD(&place, object, "browser", check_browser_kind, &check->browser);
    }
    if (result == 0) {
        result = document_read_number(&place, object, "version", false, 0, 9999, &version);
    }
    check->browser_version = (uint32_t)version;
    return result;
}

/* `ret_mark` NULL: the item has none. */
static int read_outcome(const struct document_place *place, const json_t *object,
                        struct check_outcome *outcome, char *ret_mark)
{
    int result = READ_WORD(place, object, "verdict", check_verdict, &outcome->verdict);
    if (result == 0 && json_object_get(object, "reason")) {
        result = READ_WORD(place, object, "reason", check_reason, &outcome->reason);
    }
    if (result == 0 && ret_mark) {
        result = document_read_text(place, object, "mark", false, ret_mark, CHECK_MARK_SIZE);
    }
    return result;
}

static int read_figures(const struct document_place *place, const json_t *object,
                        struct check_network *network)
{
    const struct {
        const char *name;
        int64_t most;
        int32_t *figure;
    } figures[] = {
        {"up_kbps", 10000000, &network->up_kbps},
        {"down_kbps", 10000000, &network->down_kbps},
        {"rtt_ms", 60000, &network->rtt_ms},
        {"jitter_ms", 60000, &network->jitter_ms},
        {"loss_permille", 1000, &network->loss_permille},
        {"seconds", 600, &network->seconds},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(figures); i++) {
        int64_t number = CHECK_UNKNOWN;
        const int result = document_read_number(place, object, figures[i].name, false, 0,
                                                figures[i].most, &number);
        if (result < 0) {
            return result;
        }
        *figures[i].figure = (int32_t)number;
    }
    return 0;
}

static int read_network(const struct document_place *place, const json_t *object,
                        struct device_check *check)
{
    static const char *const names[] = {
        "verdict",   "reason", "udp",     "tcp",       "relay",         "path", "up_kbps",
        "down_kbps", "rtt_ms", "seconds", "jitter_ms", "loss_permille", NULL};
    struct check_network *network = &check->network;
    int result = document_check_fields(place, object, names);
    if (result == 0) {
        result = read_outcome(place, object, &check->items[CHECK_NETWORK], NULL);
    }
    if (result == 0) {
        result = READ_WORD(place, object, "udp", check_way, &network->udp);
    }
    if (result == 0) {
        result = READ_WORD(place, object, "tcp", check_way, &network->tcp);
    }
    if (result == 0) {
        result = READ_WORD(place, object, "relay", check_way, &network->relay);
    }
    if (result == 0) {
        result = READ_WORD(place, object, "path", check_path, &network->path);
    }
    return result < 0 ? result : read_figures(place, object, network);
}

static char *mark_of(struct device_check *check, enum check_item item)
{
    return item == CHECK_CAMERA       ? check->camera_mark
           : item == CHECK_MICROPHONE ? check->microphone_mark
                                      : NULL;
}

static int read_item(const struct document_place *top, const json_t *document, enum check_item item,
                     struct device_check *check)
{
    static const char *const with_mark[] = {"verdict", "reason", "mark", NULL};
    static const char *const names[] = {"verdict", "reason", NULL};
    const struct document_place place = {.text = check_item_name(item), .problem = top->problem};
    char *mark = mark_of(check, item);
    const json_t *object = NULL;
    int result = find_object(top, document, check_item_name(item), &object);
    if (result < 0 || item == CHECK_NETWORK) {
        return result < 0 ? result : read_network(&place, object, check);
    }
    result = document_check_fields(&place, object, mark ? with_mark : names);
    return result < 0 ? result : read_outcome(&place, object, &check->items[item], mark);
}

static int read_check(const struct document_place *top, const json_t *document,
                      struct device_check *check)
{
    static const char *const names[] = {"moment",  "platform", "camera",  "microphone",
                                        "speaker", "browser",  "network", NULL};
    int result = document_check_fields(top, document, names);
    if (result == 0) {
        result = READ_WORD(top, document, "moment", check_moment, &check->moment);
    }
    if (result == 0) {
        result = read_platform(top, document, check);
    }
    for (size_t i = 0; result == 0 && i < CHECK_ITEMS; i++) {
        result = read_item(top, document, (enum check_item)i, check);
    }
    return result;
}

int device_check_document_read(const json_t *document, struct device_check *ret_check,
                               struct document_problem *ret_problem)
{
    const struct document_place top = {.text = "", .problem = ret_problem};
    struct device_check check = {0};
    int result = read_check(&top, document, &check);
    const char *field = result == 0 ? device_check_find_problem(&check) : NULL;
    if (field) {
        result = document_fail(&top, field, "The value makes no sense here.");
    }
    if (result == 0) {
        *ret_check = check;
    }
    return result;
}

/* ---- writing ---- */

static json_t *figure_json(int32_t figure)
{
    return figure == CHECK_UNKNOWN ? json_null() : json_integer(figure);
}

static json_t *outcome_json(const struct check_outcome *outcome)
{
    return json_pack("{s:s, s:s}", "verdict", check_verdict_name(outcome->verdict), "reason",
                     check_reason_name(outcome->reason));
}

static void add_network(json_t *json, const struct check_network *network)
{
    json_t *more = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "udp", check_way_name(network->udp),
        "tcp", check_way_name(network->tcp), "relay", check_way_name(network->relay), "path",
        check_path_name(network->path), "up_kbps", figure_json(network->up_kbps), "down_kbps",
        figure_json(network->down_kbps), "rtt_ms", figure_json(network->rtt_ms), "jitter_ms",
        figure_json(network->jitter_ms), "loss_permille", figure_json(network->loss_permille),
        "seconds", figure_json(network->seconds));
    json_object_update(json, more);
    json_decref(more);
}

json_t *device_check_document_write(const struct device_check *check, bool marks)
{
    json_t *json = json_pack(
        "{s:s, s:o, s:s, s:{s:s, s:s, s:i}, s:s}", "participant", check->participant_id, "at",
        api_time(check->at_ms), "moment", check_moment_name(check->moment), "platform", "device",
        check_device_name(check->device), "browser", check_browser_kind_name(check->browser),
        "version", (int)check->browser_version, "change", check_change_name(check->change));
    for (size_t i = 0; i < CHECK_ITEMS; i++) {
        json_object_set_new(json, check_item_name((enum check_item)i),
                            outcome_json(&check->items[i]));
    }
    add_network(json_object_get(json, check_item_name(CHECK_NETWORK)), &check->network);
    if (marks && check->camera_mark[0]) {
        json_object_set_new(json_object_get(json, "camera"), "mark",
                            json_string(check->camera_mark));
    }
    if (marks && check->microphone_mark[0]) {
        json_object_set_new(json_object_get(json, "microphone"), "mark",
                            json_string(check->microphone_mark));
    }
    return json;
}

#include "signaling/api/licence_document.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define EXPIRY_WARNING_DAYS_MAX 366
#define LICENCE_WORD_SIZE 16 /* a status, an action */
#define PLACE_SIZE 32

/* ---- licences ---- */

static int read_licence(const struct document_place *place, const json_t *object,
                        struct licence *licence)
{
    static const char *const names[] = {"state", "number", "status", "expires", NULL};
    char status[LICENCE_WORD_SIZE] = "";
    const struct document_text texts[] = {
        {"state", true, licence->state, sizeof(licence->state)},
        {"number", true, licence->number, sizeof(licence->number)},
        {"status", true, status, sizeof(status)},
        {"expires", false, licence->expires, sizeof(licence->expires)},
    };
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result : document_read_texts(place, object, texts, G_N_ELEMENTS(texts));
    if (result < 0) {
        return result;
    }
    if (licence_status_from_name(status, &licence->status) < 0) {
        return document_fail(place, "status",
                             "A status is active, restricted, suspended, revoked or lapsed.");
    }
    const char *field = licence_find_problem(licence);
    return field ? document_fail(place, field, "The value makes no sense here.") : 0;
}

int licence_document_read(const json_t *document, struct licence_list *ret_list,
                          struct document_problem *ret_problem)
{
    /* What was read can be changed and sent back: the states are the site's, and passed over. */
    static const char *const names[] = {"licences", "states", NULL};
    const struct document_place top = {.text = "", .problem = ret_problem};
    const json_t *entries = NULL;
    int result = document_check_fields(&top, document, names);
    result = result < 0 ? result
                        : document_read_list(&top, document, "licences", LICENCES_MAX, &entries);
    struct licence_list list = {.count = json_array_size(entries)};
    for (size_t i = 0; result == 0 && i < list.count; i++) {
        char where[PLACE_SIZE];
        const struct document_place place = {.text = where, .problem = ret_problem};
        snprintf(where, sizeof(where), "licences[%zu]", i);
        result = read_licence(&place, json_array_get(entries, i), &list.licences[i]);
    }
    if (result == 0) {
        *ret_list = list;
    }
    return result;
}

json_t *licence_document_write(const struct licence_list *list)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct licence *licence = &list->licences[i];
        json_t *entry = json_pack("{s:s, s:s, s:s}", "state", licence->state, "number",
                                  licence->number, "status", licence_status_name(licence->status));
        if (licence->expires[0]) {
            json_object_set_new(entry, "expires", json_string(licence->expires));
        }
        json_array_append_new(entries, entry);
    }
    return json_pack("{s:o}", "licences", entries);
}

/* ---- rules ---- */

static bool is_pattern(const char *state)
{
    const bool is_country = strlen(state) == 4 && g_ascii_isupper(state[0]) &&
                            g_ascii_isupper(state[1]) && strcmp(state + 2, "-*") == 0;
    return strcmp(state, "*") == 0 || is_country || subdivision_is_well_formed(state);
}

static int read_action(const struct document_place *place, const json_t *object, const char *name,
                       bool required, enum licence_action *ret_action)
{
    char text[LICENCE_WORD_SIZE] = "warn";
    const int result = document_read_text(place, object, name, required, text, sizeof(text));
    if (result == 0 && licence_action_from_name(text, ret_action) < 0) {
        return document_fail(place, name, "What follows is allow, warn or block.");
    }
    return result;
}

static int read_rule(const struct document_place *place, const json_t *object,
                     struct licence_rule *rule)
{
    static const char *const names[] = {
        "state", "missing", "restricted", "consultation", "expiry_warning_days", NULL};
    int64_t days = 0;
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result
                        : document_read_text(place, object, "state", true, rule->state,
                                             sizeof(rule->state));
    if (result == 0 && !is_pattern(rule->state)) {
        return document_fail(place, "state", "A state is an ISO 3166-2 code, \"US-*\" or \"*\".");
    }
    result = result < 0 ? result : read_action(place, object, "missing", true, &rule->missing);
    result =
        result < 0 ? result : read_action(place, object, "restricted", false, &rule->restricted);
    result = result < 0
                 ? result
                 : document_read_flag(place, object, "consultation", false, &rule->consultation);
    result = result < 0 ? result
                        : document_read_number(place, object, "expiry_warning_days", false, 0,
                                               EXPIRY_WARNING_DAYS_MAX, &days);
    rule->expiry_warning_days = (uint32_t)days;
    return result;
}

/* One rule for each pattern: which of two holds would depend on their order. */
static int check_is_new(const struct document_place *place, const struct licence_rules *rules,
                        size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(rules->rules[i].state, rules->rules[index].state) == 0) {
            return document_fail(place, "state", "There is a rule for this state already.");
        }
    }
    return 0;
}

int licence_rules_document_read(const json_t *document, struct licence_rules *ret_rules,
                                struct document_problem *ret_problem)
{
    static const char *const names[] = {"place_unknown", "rules", NULL};
    const struct document_place top = {.text = "", .problem = ret_problem};
    g_autofree struct licence_rules *rules = g_new0(struct licence_rules, 1);
    const json_t *entries = NULL;
    int result = document_check_fields(&top, document, names);
    result = result < 0
                 ? result
                 : read_action(&top, document, "place_unknown", false, &rules->place_unknown);
    result = result < 0 ? result
                        : document_read_list(&top, document, "rules", LICENCE_RULES_MAX, &entries);
    if (result == 0 && json_array_size(entries) == 0) {
        return document_fail(&top, "rules", "A list of one to 128 rules belongs here.");
    }
    rules->count = json_array_size(entries);
    for (size_t i = 0; result == 0 && i < rules->count; i++) {
        char where[PLACE_SIZE];
        const struct document_place place = {.text = where, .problem = ret_problem};
        snprintf(where, sizeof(where), "rules[%zu]", i);
        result = read_rule(&place, json_array_get(entries, i), &rules->rules[i]);
        result = result < 0 ? result : check_is_new(&place, rules, i);
    }
    if (result == 0) {
        *ret_rules = *rules;
    }
    return result;
}

int licence_rules_document_load(const char *path, struct licence_rules *ret_rules,
                                struct document_problem *ret_problem)
{
    json_t *document = NULL;
    int result = document_load(path, &document, ret_problem);
    if (result == 0) {
        result = licence_rules_document_read(document, ret_rules, ret_problem);
    }
    json_decref(document);
    return result;
}

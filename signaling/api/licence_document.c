#include "signaling/api/licence_document.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define EXPIRY_WARNING_DAYS_MAX 366

static int fail(struct document_problem *problem, const char *message, const char *list,
                size_t index, const char *field)
{
    if (list) {
        snprintf(problem->where, sizeof(problem->where), "%s[%zu]%s%s", list, index,
                 *field ? "." : "", field);
    } else {
        snprintf(problem->where, sizeof(problem->where), "%s", field);
    }
    snprintf(problem->message, sizeof(problem->message), "%.*s", (int)sizeof(problem->message) - 1,
             message);
    return -EBADMSG;
}

static bool take_text(const char *from, char *ret_text, size_t size)
{
    return g_strlcpy(ret_text, from, size) < size;
}

/* ---- licences ---- */

static int read_licence(const json_t *object, size_t index, struct licence *licence,
                        struct document_problem *problem)
{
    const char *state;
    const char *number;
    const char *status;
    const char *expires = "";
    json_error_t error;
    if (json_unpack_ex((json_t *)object, &error, JSON_STRICT, "{s:s, s:s, s:s, s?s}", "state",
                       &state, "number", &number, "status", &status, "expires", &expires) < 0) {
        return fail(problem, error.text, "licences", index, "");
    }
    if (licence_status_from_name(status, &licence->status) < 0) {
        return fail(problem, "A status is active, restricted, suspended, revoked or lapsed.",
                    "licences", index, "status");
    }
    const char *field = !take_text(state, licence->state, sizeof(licence->state))      ? "state"
                        : !take_text(number, licence->number, sizeof(licence->number)) ? "number"
                        : !take_text(expires, licence->expires, sizeof(licence->expires))
                            ? "expires"
                            : licence_find_problem(licence);
    return field ? fail(problem, "The value makes no sense here.", "licences", index, field) : 0;
}

int licence_document_read(const json_t *document, struct licence_list *ret_list,
                          struct document_problem *ret_problem)
{
    json_t *entries;
    json_error_t error;
    if (json_unpack_ex((json_t *)document, &error, JSON_STRICT, "{s:o}", "licences", &entries) <
            0 ||
        !json_is_array(entries)) {
        return fail(ret_problem, "A list of licences belongs here.", NULL, 0, "licences");
    }
    if (json_array_size(entries) > LICENCES_MAX) {
        return fail(ret_problem, "The list is too long.", NULL, 0, "licences");
    }
    struct licence_list list = {.count = json_array_size(entries)};
    for (size_t i = 0; i < list.count; i++) {
        const int result =
            read_licence(json_array_get(entries, i), i, &list.licences[i], ret_problem);
        if (result < 0) {
            return result;
        }
    }
    *ret_list = list;
    return 0;
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

static int read_rule(const json_t *object, size_t index, struct licence_rule *rule,
                     struct document_problem *problem)
{
    const char *state;
    const char *missing;
    const char *restricted = "warn";
    int consultation = 0;
    int days = 0;
    json_error_t error;
    if (json_unpack_ex((json_t *)object, &error, JSON_STRICT, "{s:s, s:s, s?s, s?b, s?i}", "state",
                       &state, "missing", &missing, "restricted", &restricted, "consultation",
                       &consultation, "expiry_warning_days", &days) < 0) {
        return fail(problem, error.text, "rules", index, "");
    }
    if (!is_pattern(state) || !take_text(state, rule->state, sizeof(rule->state))) {
        return fail(problem, "A state is an ISO 3166-2 code, \"US-*\" or \"*\".", "rules", index,
                    "state");
    }
    static const char actions[] = "What follows is allow, warn or block.";
    if (licence_action_from_name(missing, &rule->missing) < 0) {
        return fail(problem, actions, "rules", index, "missing");
    }
    if (licence_action_from_name(restricted, &rule->restricted) < 0) {
        return fail(problem, actions, "rules", index, "restricted");
    }
    if (days < 0 || days > EXPIRY_WARNING_DAYS_MAX) {
        return fail(problem, "A year at most.", "rules", index, "expiry_warning_days");
    }
    rule->consultation = consultation != 0;
    rule->expiry_warning_days = (uint32_t)days;
    return 0;
}

int licence_rules_document_read(const json_t *document, struct licence_rules *ret_rules,
                                struct document_problem *ret_problem)
{
    const char *place_unknown = "warn";
    json_t *entries;
    json_error_t error;
    if (json_unpack_ex((json_t *)document, &error, JSON_STRICT, "{s?s, s:o}", "place_unknown",
                       &place_unknown, "rules", &entries) < 0) {
        return fail(ret_problem, error.text, NULL, 0, "");
    }
    g_autofree struct licence_rules *rules = g_new0(struct licence_rules, 1);
    if (licence_action_from_name(place_unknown, &rules->place_unknown) < 0) {
        return fail(ret_problem, "What follows is allow, warn or block.", NULL, 0, "place_unknown");
    }
    if (!json_is_array(entries) || json_array_size(entries) == 0 ||
        json_array_size(entries) > LICENCE_RULES_MAX) {
        return fail(ret_problem, "A list of one to 128 rules belongs here.", NULL, 0, "rules");
    }
    rules->count = json_array_size(entries);
    for (size_t i = 0; i < rules->count; i++) {
        const int result = read_rule(json_array_get(entries, i), i, &rules->rules[i], ret_problem);
        if (result < 0) {
            return result;
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(rules->rules[k].state, rules->rules[i].state) == 0) {
                return fail(ret_problem, "There is a rule for this state already.", "rules", i,
                            "state");
            }
        }
    }
    *ret_rules = *rules;
    return 0;
}

int licence_rules_document_load(const char *path, struct licence_rules *ret_rules,
                                struct document_problem *ret_problem)
{
    g_autofree gchar *text = NULL;
    gsize size = 0;
    g_autoptr(GError) failure = NULL;
    if (!g_file_get_contents(path, &text, &size, &failure)) {
        (void)fail(ret_problem, "The file cannot be read.", NULL, 0, "");
        return -ENOENT;
    }
    json_error_t error;
    json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        (void)fail(ret_problem, error.text, NULL, 0, "");
        snprintf(ret_problem->where, sizeof(ret_problem->where), "line %d", error.line);
        return -EBADMSG;
    }
    const int result = licence_rules_document_read(document, ret_rules, ret_problem);
    json_decref(document);
    return result;
}

#include "signaling/api/screening_settings.h"

#include "gateway/base/allocate.h"
#include "signaling/api/questionnaire_document.h"
#include "signaling/api/screening_rules_document.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define PLACES (1u << MEANING_PLACE_ADDRESS | 1u << MEANING_PLACE_STATE | 1u << MEANING_PLACE_PHONE)

struct screening_settings *screening_settings_destroy(struct screening_settings *settings)
{
    for (size_t i = 0; settings && i < settings->count; i++) {
        questionnaire_destroy(settings->questionnaires[i]);
    }
    free(settings);
    return NULL;
}

static int fail(struct screening_settings_problem *problem, const char *file, const char *where,
                const char *message)
{
    g_strlcpy(problem->file, file, sizeof(problem->file));
    g_strlcpy(problem->at.where, where, sizeof(problem->at.where));
    g_strlcpy(problem->at.message, message, sizeof(problem->at.message));
    return -EBADMSG;
}

static int read_file(const char *path, char **ret_bytes, size_t *ret_size,
                     struct screening_settings_problem *problem)
{
    if (!g_file_get_contents(path, ret_bytes, ret_size, NULL)) {
        (void)fail(problem, path, "", "The file cannot be read.");
        return -ENOENT;
    }
    return *ret_size <= QUESTIONNAIRE_DOCUMENT_MAX_BYTES
               ? 0
               : fail(problem, path, "", "The file is too large.");
}

/* ---- questionnaires ---- */

static int add_questionnaire(struct screening_settings *settings, const char *path,
                             struct screening_settings_problem *problem)
{
    g_autofree char *bytes = NULL;
    size_t size = 0;
    if (settings->count == SCREENING_QUESTIONNAIRES_MAX) {
        return fail(problem, path, "", "There are more than 16 questionnaires.");
    }
    int result = read_file(path, &bytes, &size, problem);
    if (result == 0) {
        result = questionnaire_document_read(
            bytes, size, &settings->questionnaires[settings->count], &problem->at);
    }
    if (result == 0) {
        settings->count++;
    } else {
        g_strlcpy(problem->file, path, sizeof(problem->file));
    }
    return result;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int read_folder(struct screening_settings *settings, const char *folder,
                       struct screening_settings_problem *problem)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    int result = 0;
    if (!dir) {
        (void)fail(problem, folder, "", "The folder cannot be read.");
        return -ENOENT;
    }
    while ((name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".json")) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_ptr_array_sort(names, compare_names);
    for (size_t i = 0; result == 0 && i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        result = add_questionnaire(settings, path, problem);
    }
    if (result == 0 && settings->count == 0) {
        result = fail(problem, folder, "", "There is no questionnaire (*.json) in the folder.");
    }
    return result;
}

static unsigned meanings_of(const struct questionnaire *questionnaire)
{
    unsigned meanings = 0;
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        meanings |= 1u << questionnaire->items[i].meaning;
    }
    return meanings & ~(1u << MEANING_NONE);
}

/* One of the two would overwrite what the other was told. */
static int check_pairs(const struct screening_settings *settings, const char *folder,
                       struct screening_settings_problem *problem)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct questionnaire *one = settings->questionnaires[i];
        for (size_t k = 0; k < i; k++) {
            const struct questionnaire *other = settings->questionnaires[k];
            if (strcmp(one->url, other->url) == 0) {
                return fail(problem, folder, one->url, "Two documents have this url.");
            }
            if ((one->audience & other->audience) && (meanings_of(one) & meanings_of(other))) {
                return fail(problem, folder, one->url,
                            "It asks somebody for what another document asks them already.");
            }
        }
    }
    return 0;
}

/* ---- rules ---- */

static uint32_t most_of(const struct questionnaire_item *item)
{
    uint32_t most = item->type == ITEM_SCALE     ? (uint32_t)item->maximum
                    : item->type == ITEM_BOOLEAN ? 1
                                                 : 0;
    for (size_t i = 0; item->type == ITEM_CHOICE && item->weighted && i < item->option_count; i++) {
        most = MAX(most, (uint32_t)item->options[i].number);
    }
    return most;
}

/* What a score can be at most, when everything is asked; 0: nothing adds up to it. */
static uint32_t most_of_score(const struct questionnaire *questionnaire, const char *score)
{
    bool within[QUESTIONNAIRE_ITEMS_MAX] = {false};
    uint32_t most = 0;
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const struct questionnaire_item *item = &questionnaire->items[i];
        within[i] = strcmp(item->score, score) == 0 ||
                    (item->parent != QUESTIONNAIRE_NO_ITEM && within[item->parent]);
        most += within[i] ? most_of(item) : 0;
    }
    return most;
}

static int check_thresholds(const struct screening_settings *settings, const char *path,
                            struct screening_settings_problem *problem)
{
    for (size_t i = 0; i < settings->rules.count; i++) {
        const struct screening_rule *rule = &settings->rules.rules[i];
        char where[64];
        uint32_t most = 0;
        for (size_t k = 0; k < settings->count; k++) {
            most = MAX(most, most_of_score(settings->questionnaires[k], rule->score));
        }
        if (most == 0) {
            snprintf(where, sizeof(where), "thresholds[%zu].score", i);
            return fail(problem, path, where, "No questionnaire adds up to this score.");
        }
        if (rule->at_least > most) {
            snprintf(where, sizeof(where), "thresholds[%zu].at_least", i);
            return fail(problem, path, where, "The score never gets so high.");
        }
    }
    return 0;
}

static int read_rules(struct screening_settings *settings, const char *path,
                      struct screening_settings_problem *problem)
{
    json_t *document = NULL;
    int result = document_load(path, &document, &problem->at);
    if (result == 0) {
        result = screening_rules_document_read(document, &settings->rules, &settings->ladder,
                                               &problem->at);
    }
    json_decref(document);
    if (result < 0) {
        g_strlcpy(problem->file, path, sizeof(problem->file));
        return result;
    }
    return check_thresholds(settings, path, problem);
}

int screening_settings_load(const char *folder, const char *rules_path,
                            struct screening_settings **ret_settings,
                            struct screening_settings_problem *ret_problem)
{
    AUTO(screening_settings) settings = allocate_zeroed(1, sizeof(*settings));
    settings->ladder = alert_ladder_default;
    *ret_problem = (struct screening_settings_problem){0};
    int result = read_folder(settings, folder, ret_problem);
    result = result < 0 ? result : check_pairs(settings, folder, ret_problem);
    if (result == 0 && rules_path) {
        result = read_rules(settings, rules_path, ret_problem);
    }
    if (result == 0) {
        *ret_settings = TAKE(settings);
    }
    return result;
}

/* ---- looking into them ---- */

const struct questionnaire *screening_settings_find(const struct screening_settings *settings,
                                                    const char *digest)
{
    for (size_t i = 0; settings && i < settings->count; i++) {
        if (strcmp(settings->questionnaires[i]->digest, digest) == 0) {
            return settings->questionnaires[i];
        }
    }
    return NULL;
}

/* Which meanings (bits; that of MEANING_NONE: other questions) somebody of the role is asked for.
 */
static unsigned asked_of(const struct screening_settings *settings, enum participant_role role)
{
    unsigned asked = 0;
    for (size_t i = 0; settings && i < settings->count; i++) {
        const struct questionnaire *questionnaire = settings->questionnaires[i];
        if (!(questionnaire->audience & PARTICIPANT_ROLE_BIT(role))) {
            continue;
        }
        for (size_t k = 0; k < questionnaire->item_count; k++) {
            if (questionnaire_item_is_question(&questionnaire->items[k])) {
                asked |= 1u << questionnaire->items[k].meaning;
            }
        }
    }
    return asked;
}

bool screening_settings_ask_place(const struct screening_settings *settings,
                                  enum participant_role role)
{
    return (asked_of(settings, role) & PLACES) != 0;
}

bool screening_settings_ask_questions(const struct screening_settings *settings,
                                      enum participant_role role)
{
    return (asked_of(settings, role) & ~PLACES) != 0;
}

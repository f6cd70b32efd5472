#include "signaling/api/screening_rules_document.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>

#define SECONDS_MAX 86400

static struct document_place place_of(const struct document_place *top, const char *list,
                                      size_t index, char text[64])
{
    snprintf(text, 64, "%s[%zu]", list, index);
    return (struct document_place){text, top->problem};
}

/* ---- thresholds ---- */

static int read_threshold(const struct document_place *place, const json_t *object,
                          struct screening_rule *rule)
{
    static const char *const fields[] = {"score", "at_least", "follow", NULL};
    char follow[16] = "";
    int64_t at_least = 0;
    int result = document_check_fields(place, object, fields);
    if (result == 0) {
        result = document_read_text(place, object, "score", true, rule->score, sizeof(rule->score));
    }
    if (result == 0) {
        result = document_read_number(place, object, "at_least", true, 1, UINT32_MAX, &at_least);
    }
    if (result == 0) {
        result = document_read_text(place, object, "follow", true, follow, sizeof(follow));
    }
    rule->at_least = (uint32_t)at_least;
    if (result == 0 && screening_follow_from_name(follow, &rule->follow) < 0) {
        result = document_fail(place, "follow", "What follows is nothing, alert or crisis.");
    }
    return result;
}

static int read_thresholds(const struct document_place *top, const json_t *document,
                           struct screening_rules *rules)
{
    const json_t *list;
    int result = document_read_list(top, document, "thresholds", SCREENING_RULES_MAX, &list);
    for (size_t i = 0; result == 0 && i < json_array_size(list); i++) {
        char text[64];
        const struct document_place place = place_of(top, "thresholds", i, text);
        result = read_threshold(&place, json_array_get(list, i), &rules->rules[rules->count++]);
    }
    return result;
}

/* ---- the crisis text ---- */

/* The words may have several lines: what is clean is the domain's to say. */
static int read_words(const struct document_place *place, const json_t *object,
                      struct screening_crisis *crisis)
{
    const json_t *words = json_object_get(object, "words");
    if (!json_is_string(words) || json_string_length(words) == 0 ||
        json_string_length(words) >= sizeof(crisis->words) ||
        !person_text_is_clean(json_string_value(words), true)) {
        return document_fail(place, "words", "A text of at most 1000 bytes belongs here.");
    }
    g_strlcpy(crisis->words, json_string_value(words), sizeof(crisis->words));
    return 0;
}

static int read_crisis(const struct document_place *place, const json_t *object,
                       struct screening_crisis *crisis)
{
    static const char *const fields[] = {"language", "words", "number", NULL};
    const struct document_text texts[] = {
        {"language", true, crisis->language, sizeof(crisis->language)},
        {"number", true, crisis->number, sizeof(crisis->number)}};
    int result = document_check_fields(place, object, fields);
    result = result < 0 ? result : document_read_texts(place, object, texts, ARRAY_LENGTH(texts));
    return result < 0 ? result : read_words(place, object, crisis);
}

static int read_crises(const struct document_place *top, const json_t *document,
                       struct screening_rules *rules)
{
    const json_t *list = NULL;
    int result =
        json_object_get(document, "crisis")
            ? document_read_list(top, document, "crisis", QUESTIONNAIRE_LANGUAGES_MAX, &list)
            : 0;
    for (size_t i = 0; result == 0 && i < json_array_size(list); i++) {
        char text[64];
        const struct document_place place = place_of(top, "crisis", i, text);
        struct screening_crisis *crisis = &rules->crisis[rules->crisis_count++];
        result = read_crisis(&place, json_array_get(list, i), crisis);
        for (size_t k = 0; result == 0 && k < i; k++) {
            if (strcmp(rules->crisis[k].language, crisis->language) == 0) {
                result = document_fail(&place, "language", "This language stands here already.");
            }
        }
    }
    return result;
}

/* ---- who is told ---- */

static int read_level(const struct document_place *place, const json_t *object, bool last,
                      struct alert_ladder *ladder)
{
    static const char *const fields[] = {"role", "minutes", "seconds", NULL};
    char role[40] = "";
    int64_t minutes = 0;
    int64_t seconds = 0;
    int result = document_check_fields(place, object, fields);
    if (result == 0) {
        result = document_read_text(place, object, "role", true, role, sizeof(role));
    }
    if (result == 0) {
        result =
            document_read_number(place, object, "minutes", false, 1, SECONDS_MAX / 60, &minutes);
    }
    if (result == 0) {
        result = document_read_number(place, object, "seconds", false, 1, SECONDS_MAX, &seconds);
    }
    if (result < 0) {
        return result;
    }
    enum participant_role who;
    if (participant_role_from_name(role, &who) < 0 || !participant_role_is_staff(who)) {
        return document_fail(place, "role", "Physicians and coordinators are told, nobody else.");
    }
    if ((minutes > 0) + (seconds > 0) != (last ? 0 : 1)) {
        return document_fail(place, "minutes",
                             last ? "Nobody comes after the last: it has no time."
                                  : "All but the last have minutes, or seconds, to acknowledge.");
    }
    ladder->levels[ladder->count].role = who;
    ladder->levels[ladder->count++].seconds = (uint32_t)(minutes * 60 + seconds);
    return 0;
}

static int read_ladder(const struct document_place *top, const json_t *document,
                       struct alert_ladder *ladder)
{
    const json_t *list;
    if (!json_object_get(document, "alerts")) {
        *ladder = alert_ladder_default;
        return 0;
    }
    int result = document_read_list(top, document, "alerts", ALERT_LEVELS_MAX, &list);
    const size_t count = result < 0 ? 0 : json_array_size(list);
    for (size_t i = 0; result == 0 && i < count; i++) {
        char text[64];
        const struct document_place place = place_of(top, "alerts", i, text);
        result = read_level(&place, json_array_get(list, i), i + 1 == count, ladder);
    }
    return result;
}

int screening_rules_document_read(const json_t *document, struct screening_rules *ret_rules,
                                  struct alert_ladder *ret_ladder,
                                  struct document_problem *ret_problem)
{
    static const char *const fields[] = {"thresholds", "crisis", "alerts", NULL};
    const struct document_place top = {"", ret_problem};
    g_autofree struct screening_rules *rules = g_new0(struct screening_rules, 1);
    struct alert_ladder ladder = {0};
    int result = document_check_fields(&top, document, fields);
    result = result < 0 ? result : read_thresholds(&top, document, rules);
    result = result < 0 ? result : read_crises(&top, document, rules);
    result = result < 0 ? result : read_ladder(&top, document, &ladder);
    const char *problem = result < 0 ? NULL : screening_rules_find_problem(rules);
    problem = result < 0 || problem ? problem : alert_ladder_find_problem(&ladder);
    if (problem) {
        result = document_fail(&top, "", problem);
    }
    if (result == 0) {
        *ret_rules = *rules;
        *ret_ladder = ladder;
    }
    return result;
}

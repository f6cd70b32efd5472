#include "gateway/visits/screening.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/name_table.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const follow_names[FOLLOW_COUNT] = {
    [FOLLOW_NOTHING] = "nothing",
    [FOLLOW_ALERT] = "alert",
    [FOLLOW_CRISIS] = "crisis",
};
DEFINE_NAMES(screening_follow, screening_follow, follow_names)

const char *screening_rules_find_problem(const struct screening_rules *rules)
{
    for (size_t i = 0; i < rules->crisis_count; i++) {
        const struct screening_crisis *crisis = &rules->crisis[i];
        if (!crisis->language[0] || !crisis->words[0] || !crisis->number[0] ||
            !person_text_is_clean(crisis->words, true) ||
            !person_text_is_clean(crisis->number, false)) {
            return "A crisis text has a language, words and a number.";
        }
    }
    for (size_t i = 0; i < rules->count; i++) {
        const struct screening_rule *rule = &rules->rules[i];
        if (!rule->score[0] || (unsigned)rule->follow >= FOLLOW_COUNT) {
            return "A threshold has a score, and says what follows.";
        }
        if (rule->at_least == 0) {
            return "A threshold is 1 at least: everybody reaches 0.";
        }
        if (rule->follow == FOLLOW_CRISIS && rules->crisis_count == 0) {
            return "A threshold leads to the crisis text, and there is none.";
        }
    }
    return NULL;
}

/* The gravest rule that the score reaches; among equals the highest threshold. */
static const struct screening_rule *find_rule(const struct screening_rules *rules,
                                              const struct questionnaire_score *score)
{
    const struct screening_rule *found = NULL;
    for (size_t i = 0; i < rules->count; i++) {
        const struct screening_rule *rule = &rules->rules[i];
        if (rule->follow == FOLLOW_NOTHING || score->value < rule->at_least ||
            strcmp(rule->score, score->code) != 0) {
            continue;
        }
        if (!found || rule->follow > found->follow ||
            (rule->follow == found->follow && rule->at_least > found->at_least)) {
            found = rule;
        }
    }
    return found;
}

enum screening_follow
screening_decide(const struct screening_rules *rules, const struct questionnaire_score *scores,
                 size_t score_count,
                 struct screening_finding ret_findings[QUESTIONNAIRE_SCORES_MAX], size_t *ret_count)
{
    enum screening_follow follow = FOLLOW_NOTHING;
    *ret_count = 0;
    for (size_t i = 0; rules && i < score_count; i++) {
        const struct screening_rule *rule = find_rule(rules, &scores[i]);
        if (!rule) {
            continue;
        }
        struct screening_finding *finding = &ret_findings[(*ret_count)++];
        *finding = (struct screening_finding){
            .value = scores[i].value, .at_least = rule->at_least, .follow = rule->follow};
        memcpy(finding->score, scores[i].code, sizeof(finding->score));
        follow = rule->follow > follow ? rule->follow : follow;
    }
    return follow;
}

const struct screening_crisis *screening_choose_crisis(const struct screening_rules *rules,
                                                       const char *languages)
{
    const char *tags[QUESTIONNAIRE_LANGUAGES_MAX];
    if (!rules || rules->crisis_count == 0) {
        return NULL;
    }
    for (size_t i = 0; i < rules->crisis_count; i++) {
        tags[i] = rules->crisis[i].language;
    }
    return &rules->crisis[questionnaire_match_language(tags, rules->crisis_count, languages)];
}

/* ---- what is kept of it ---- */

struct screening_list *screening_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct screening_list));
}

struct screening_list *screening_list_destroy(struct screening_list *list)
{
    for (size_t i = 0; list && i < list->count; i++) {
        for (size_t a = 0; a < list->records[i].answer_count; a++) {
            free(list->records[i].answers[a].value);
        }
        free(list->records[i].answers);
    }
    if (list) {
        free(list->records);
        free(list);
    }
    return NULL;
}

static char *copy(const char *text)
{
    const size_t size = strlen(text) + 1;
    return memcpy(allocate_zeroed(size, 1), text, size);
}

char *screening_write_answer(const struct questionnaire_item *item,
                             const struct questionnaire_answer *answer)
{
    char number[24];
    if (answer->state != ANSWER_GIVEN) {
        return copy("");
    }
    switch (item->type) {
    case ITEM_CHOICE:
        return copy(item->options[answer->number].code);
    case ITEM_BOOLEAN:
        return copy(answer->number ? "true" : "false");
    case ITEM_SCALE:
        snprintf(number, sizeof(number), "%lld", (long long)answer->number);
        return copy(number);
    default:
        return copy(answer->text);
    }
}

static bool read_number(const struct questionnaire_item *item, const char *text,
                        int64_t *ret_number)
{
    if (item->type == ITEM_CHOICE) {
        const size_t option = questionnaire_item_find_option(item, text);
        *ret_number = (int64_t)option;
        return option != QUESTIONNAIRE_NO_ITEM;
    }
    if (item->type == ITEM_BOOLEAN) {
        *ret_number = strcmp(text, "true") == 0;
        return true;
    }
    char *end;
    *ret_number = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *ret_number >= item->minimum &&
           *ret_number <= item->maximum;
}

void screening_read_answer(const struct questionnaire *questionnaire,
                           const struct screening_answer *kept,
                           struct questionnaire_answers *answers)
{
    const size_t index = questionnaire_find_item(questionnaire, kept->link_id);
    int64_t number;
    if (index == QUESTIONNAIRE_NO_ITEM ||
        !questionnaire_item_is_question(&questionnaire->items[index])) {
        return;
    }
    const struct questionnaire_item *item = &questionnaire->items[index];
    if (kept->skipped) {
        questionnaire_answers_skip(answers, index);
    } else if (item->type == ITEM_TEXT) {
        questionnaire_answers_set_text(answers, index, kept->value);
    } else if (read_number(item, kept->value, &number)) {
        questionnaire_answers_set_number(answers, index, number);
    }
}

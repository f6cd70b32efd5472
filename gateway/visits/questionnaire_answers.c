/* The answers to a questionnaire: which questions are asked, which answers can be, what they add up
 * to. */
#include "gateway/base/allocate.h"
#include "gateway/visits/name_table.h"
#include "gateway/visits/questionnaire.h"

static const char *const problem_names[ANSWER_PROBLEM_COUNT] = {
    [ANSWER_GOOD] = "good",           [ANSWER_MISSING] = "missing",
    [ANSWER_NEEDED] = "needed",       [ANSWER_NOT_ASKED] = "not_asked",
    [ANSWER_TOO_LONG] = "too_long",   [ANSWER_OUT_OF_RANGE] = "out_of_range",
    [ANSWER_NOT_CLEAN] = "not_clean",
};

const char *answer_problem_name(enum answer_problem problem)
{
    return NAME_OF(problem_names, problem);
}

struct questionnaire_answers *questionnaire_answers_create(void)
{
    return allocate_zeroed(1, sizeof(struct questionnaire_answers));
}

static void clear(struct questionnaire_answer *answer)
{
    free(answer->text);
    *answer = (struct questionnaire_answer){0};
}

struct questionnaire_answers *questionnaire_answers_destroy(struct questionnaire_answers *answers)
{
    if (answers) {
        for (size_t i = 0; i < ARRAY_LENGTH(answers->answers); i++) {
            clear(&answers->answers[i]);
        }
        free(answers);
    }
    return NULL;
}

void questionnaire_answers_set_number(struct questionnaire_answers *answers, size_t item,
                                      int64_t number)
{
    clear(&answers->answers[item]);
    answers->answers[item].state = ANSWER_GIVEN;
    answers->answers[item].number = number;
}

void questionnaire_answers_set_text(struct questionnaire_answers *answers, size_t item,
                                    const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = allocate_zeroed(size, 1);
    memcpy(copy, text, size);
    clear(&answers->answers[item]);
    answers->answers[item].state = ANSWER_GIVEN;
    answers->answers[item].text = copy;
}

void questionnaire_answers_skip(struct questionnaire_answers *answers, size_t item)
{
    clear(&answers->answers[item]);
    answers->answers[item].state = ANSWER_SKIPPED;
}

/* ---- which are asked ---- */

static bool holds(const struct questionnaire_condition *condition,
                  const struct questionnaire_answers *answers,
                  const bool asked[QUESTIONNAIRE_ITEMS_MAX])
{
    const struct questionnaire_answer *answer = &answers->answers[condition->item];
    const bool exists = asked[condition->item] && answer->state == ANSWER_GIVEN;
    if (condition->operator_ == WHEN_EXISTS) {
        return exists == (condition->number != 0);
    }
    if (!exists) {
        return false;
    }
    switch (condition->operator_) {
    case WHEN_EQUAL:
        return answer->number == condition->number;
    case WHEN_NOT_EQUAL:
        return answer->number != condition->number;
    case WHEN_GREATER:
        return answer->number > condition->number;
    case WHEN_LESS:
        return answer->number < condition->number;
    case WHEN_GREATER_OR_EQUAL:
        return answer->number >= condition->number;
    default:
        return answer->number <= condition->number;
    }
}

void questionnaire_find_asked(const struct questionnaire *questionnaire,
                              const struct questionnaire_answers *answers,
                              bool ret_asked[QUESTIONNAIRE_ITEMS_MAX])
{
    memset(ret_asked, 0, QUESTIONNAIRE_ITEMS_MAX * sizeof(*ret_asked));
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const struct questionnaire_item *item = &questionnaire->items[i];
        size_t held = 0;
        for (size_t c = 0; c < item->condition_count; c++) {
            held += holds(&item->conditions[c], answers, ret_asked) ? 1 : 0;
        }
        const bool wanted = item->condition_count == 0 ||
                            (item->any_condition ? held > 0 : held == item->condition_count);
        ret_asked[i] = wanted && (item->parent == QUESTIONNAIRE_NO_ITEM || ret_asked[item->parent]);
    }
}

/* ---- which can be ---- */

static enum answer_problem check_given(const struct questionnaire_item *item,
                                       const struct questionnaire_answer *answer)
{
    switch (item->type) {
    case ITEM_CHOICE:
        return answer->number >= 0 && (uint64_t)answer->number < item->option_count
                   ? ANSWER_GOOD
                   : ANSWER_OUT_OF_RANGE;
    case ITEM_SCALE:
        return answer->number >= item->minimum && answer->number <= item->maximum
                   ? ANSWER_GOOD
                   : ANSWER_OUT_OF_RANGE;
    case ITEM_BOOLEAN:
        return answer->number == 0 || answer->number == 1 ? ANSWER_GOOD : ANSWER_OUT_OF_RANGE;
    default:
        break;
    }
    if (!answer->text || !answer->text[0] || !person_text_is_clean(answer->text, true)) {
        return ANSWER_NOT_CLEAN;
    }
    return strlen(answer->text) <= item->length_max ? ANSWER_GOOD : ANSWER_TOO_LONG;
}

static enum answer_problem check(const struct questionnaire_item *item,
                                 const struct questionnaire_answer *answer, bool asked,
                                 bool complete)
{
    if (!asked || !questionnaire_item_is_question(item)) {
        return answer->state == ANSWER_NONE ? ANSWER_GOOD : ANSWER_NOT_ASKED;
    }
    if (answer->state == ANSWER_GIVEN) {
        return check_given(item, answer);
    }
    if (answer->state == ANSWER_SKIPPED) {
        return item->required ? ANSWER_NEEDED : ANSWER_GOOD;
    }
    return complete ? ANSWER_MISSING : ANSWER_GOOD;
}

enum answer_problem questionnaire_check_answers(const struct questionnaire *questionnaire,
                                                const struct questionnaire_answers *answers,
                                                bool complete, size_t *ret_item)
{
    bool asked[QUESTIONNAIRE_ITEMS_MAX];
    questionnaire_find_asked(questionnaire, answers, asked);
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const enum answer_problem problem =
            check(&questionnaire->items[i], &answers->answers[i], asked[i], complete);
        if (problem != ANSWER_GOOD) {
            *ret_item = i;
            return problem;
        }
    }
    return ANSWER_GOOD;
}

/* ---- what they add up to ---- */

static uint32_t greatest_of(const struct questionnaire_item *item)
{
    int32_t greatest = item->type == ITEM_BOOLEAN ? 1 : item->maximum;
    for (size_t i = 0; item->type == ITEM_CHOICE && i < item->option_count; i++) {
        greatest = item->options[i].number > greatest ? item->options[i].number : greatest;
    }
    return (uint32_t)greatest;
}

static uint32_t weight_of(const struct questionnaire_item *item,
                          const struct questionnaire_answer *answer)
{
    return (uint32_t)(item->type == ITEM_CHOICE ? item->options[answer->number].number
                                                : answer->number);
}

/* From `index` on: what is in a group stands behind it. */
static struct questionnaire_score add_up(const struct questionnaire *questionnaire,
                                         const struct questionnaire_answers *answers,
                                         const bool asked[QUESTIONNAIRE_ITEMS_MAX], size_t index)
{
    struct questionnaire_score score = {0};
    bool within[QUESTIONNAIRE_ITEMS_MAX] = {false};
    memcpy(score.code, questionnaire->items[index].score, sizeof(score.code));
    for (size_t i = index; i < questionnaire->item_count; i++) {
        const struct questionnaire_item *item = &questionnaire->items[i];
        within[i] = i == index || (item->parent != QUESTIONNAIRE_NO_ITEM && within[item->parent]);
        if (!within[i] || !asked[i] ||
            !(item->type == ITEM_SCALE || item->type == ITEM_BOOLEAN || item->weighted)) {
            continue;
        }
        score.asked++;
        score.maximum += greatest_of(item);
        if (answers->answers[i].state == ANSWER_GIVEN) {
            score.answered++;
            score.value += weight_of(item, &answers->answers[i]);
        }
    }
    return score;
}

size_t questionnaire_add_up(const struct questionnaire *questionnaire,
                            const struct questionnaire_answers *answers,
                            struct questionnaire_score ret_scores[QUESTIONNAIRE_SCORES_MAX])
{
    bool asked[QUESTIONNAIRE_ITEMS_MAX];
    size_t count = 0;
    questionnaire_find_asked(questionnaire, answers, asked);
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        if (questionnaire->items[i].score[0] && asked[i] && count < QUESTIONNAIRE_SCORES_MAX) {
            ret_scores[count++] = add_up(questionnaire, answers, asked, i);
        }
    }
    return count;
}

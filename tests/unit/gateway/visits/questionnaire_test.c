#include "gateway/visits/questionnaire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Which is which below. */
enum { GROUP, WORRY, SAD, PAIN, WHERE, ALONE, CALL, ITEMS };

static struct questionnaire_item *add(struct questionnaire *questionnaire, const char *link_id,
                                      enum questionnaire_item_type type)
{
    struct questionnaire_item *item = questionnaire_add_item(questionnaire);
    assert_non_null(item);
    strcpy(item->link_id, link_id);
    item->type = type;
    item->words.in[0] = questionnaire_keep(questionnaire, "Words");
    item->words.in[1] = questionnaire_keep(questionnaire, "Palabras");
    item->length_max = type == ITEM_TEXT ? 10 : 0;
    item->maximum = type == ITEM_SCALE ? 10 : 0;
    return item;
}

static void add_choice(struct questionnaire *questionnaire, const char *link_id)
{
    struct questionnaire_item *item = add(questionnaire, link_id, ITEM_CHOICE);
    item->parent = GROUP;
    item->weighted = true;
    for (int i = 0; i < 4; i++) {
        struct questionnaire_option *option = questionnaire_item_add_option(item);
        snprintf(option->code, sizeof(option->code), "%d", i);
        option->number = i;
        option->words = item->words;
    }
}

/* Two weighted choices that add up, a scale, a text; ALONE is asked when pain is 4 or more and
 * something is said of where, CALL when ALONE is yes. */
static struct questionnaire *make(void)
{
    struct questionnaire *made = questionnaire_create();
    strcpy(made->url, "urn:example");
    strcpy(made->version, "1");
    strcpy(made->languages[0], "en");
    strcpy(made->languages[1], "es-US");
    made->language_count = 2;
    made->title.in[0] = made->title.in[1] = questionnaire_keep(made, "Title");
    made->audience = PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
    strcpy(add(made, "group", ITEM_GROUP)->score, "mood");
    add_choice(made, "worry");
    add_choice(made, "sad");
    strcpy(add(made, "pain", ITEM_SCALE)->score, "pain");
    add(made, "where", ITEM_TEXT)->required = true;
    struct questionnaire_item *alone = add(made, "alone", ITEM_BOOLEAN);
    alone->conditions[0] = (struct questionnaire_condition){PAIN, WHEN_GREATER_OR_EQUAL, 4};
    alone->conditions[1] = (struct questionnaire_condition){WHERE, WHEN_EXISTS, 1};
    alone->condition_count = 2;
    struct questionnaire_item *call = add(made, "call", ITEM_TEXT);
    call->conditions[0] = (struct questionnaire_condition){ALONE, WHEN_EQUAL, 1};
    call->condition_count = 1;
    return made;
}

static void one_that_fits_together_is_taken(void **state)
{
    (void)state;
    AUTO(questionnaire) made = make();
    size_t item;
    assert_null(questionnaire_find_problem(made, &item));
    assert_int_equal(questionnaire_find_item(made, "pain"), PAIN);
    assert_int_equal(questionnaire_find_item(made, "joy"), QUESTIONNAIRE_NO_ITEM);
}

static void break_words(struct questionnaire *made)
{
    made->items[PAIN].words.in[1] = NULL;
}
static void break_link_id(struct questionnaire *made)
{
    strcpy(made->items[PAIN].link_id, "sad");
}
static void break_scale(struct questionnaire *made)
{
    made->items[PAIN].maximum = 101;
}
static void break_condition_of_itself(struct questionnaire *made)
{
    made->items[ALONE].conditions[0].item = ALONE;
}
static void break_condition_on_group(struct questionnaire *made)
{
    made->items[ALONE].conditions[0].item = GROUP;
}
static void break_comparison(struct questionnaire *made)
{
    made->items[ALONE].conditions[1].operator_ = WHEN_LESS;
}
static void break_option(struct questionnaire *made)
{
    strcpy(made->items[SAD].options[2].code, "1");
}
static void break_weight(struct questionnaire *made)
{
    made->items[SAD].options[2].number = -1;
}
static void break_score(struct questionnaire *made)
{
    strcpy(made->items[PAIN].score, "mood");
}
static void break_empty_score(struct questionnaire *made)
{
    strcpy(made->items[WHERE].score, "where");
}
static void break_negative_score(struct questionnaire *made)
{
    made->items[PAIN].minimum = -1;
}
static void break_meaning(struct questionnaire *made)
{
    made->items[PAIN].meaning = MEANING_PLACE_ADDRESS;
}
static void break_meaning_twice(struct questionnaire *made)
{
    made->items[WHERE].meaning = made->items[CALL].meaning = MEANING_QUESTIONS;
}
static void break_state(struct questionnaire *made)
{
    made->items[SAD].meaning = MEANING_PLACE_STATE;
}
static void break_length(struct questionnaire *made)
{
    made->items[WHERE].length_max = QUESTIONNAIRE_ANSWER_SIZE;
}
static void break_parent(struct questionnaire *made)
{
    made->items[PAIN].parent = SAD;
}
static void break_parent_in_a_ring(struct questionnaire *made)
{
    made->items[GROUP].parent = GROUP;
}
static void break_audience(struct questionnaire *made)
{
    made->audience |= PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR);
}

static void what_does_not_fit_is_named(void **state)
{
    (void)state;
    static const struct {
        void (*break_it)(struct questionnaire *made);
        size_t item;
    } rows[] = {
        {break_words, PAIN},
        {break_link_id, PAIN},
        {break_scale, PAIN},
        {break_condition_of_itself, ALONE},
        {break_condition_on_group, ALONE},
        {break_comparison, ALONE},
        {break_option, SAD},
        {break_weight, SAD},
        {break_score, PAIN},
        {break_empty_score, WHERE},
        {break_negative_score, PAIN},
        {break_meaning, PAIN},
        {break_meaning_twice, CALL},
        {break_state, SAD},
        {break_length, WHERE},
        {break_parent, QUESTIONNAIRE_NO_ITEM},
        {break_parent_in_a_ring, QUESTIONNAIRE_NO_ITEM},
        {break_audience, QUESTIONNAIRE_NO_ITEM},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(questionnaire) made = make();
        rows[i].break_it(made);
        size_t item = ITEMS;
        if (!questionnaire_find_problem(made, &item) || item != rows[i].item) {
            fail_msg("row %zu: found at %zu", i, item);
        }
    }
}

static void what_is_asked_follows_the_answers(void **state)
{
    (void)state;
    static const struct {
        int pain; /* -1: not answered, -2: skipped */
        const char *where;
        int alone;
        bool alone_asked, call_asked;
    } rows[] = {
        {-1, NULL, -1, false, false},  {3, "home", -1, false, false}, {4, NULL, -1, false, false},
        {4, "home", -1, true, false},  {10, "home", 0, true, false},  {10, "home", 1, true, true},
        {3, "home", 1, false, false}, /* an answer to what is not asked opens nothing */
        {-2, "home", 1, false, false},
    };
    AUTO(questionnaire) made = make();
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(questionnaire_answers) answers = questionnaire_answers_create();
        if (rows[i].pain == -2) {
            questionnaire_answers_skip(answers, PAIN);
        } else if (rows[i].pain >= 0) {
            questionnaire_answers_set_number(answers, PAIN, rows[i].pain);
        }
        if (rows[i].where) {
            questionnaire_answers_set_text(answers, WHERE, rows[i].where);
        }
        if (rows[i].alone >= 0) {
            questionnaire_answers_set_number(answers, ALONE, rows[i].alone);
        }
        bool asked[QUESTIONNAIRE_ITEMS_MAX];
        questionnaire_find_asked(made, answers, asked);
        if (asked[ALONE] != rows[i].alone_asked || asked[CALL] != rows[i].call_asked ||
            !asked[PAIN] || !asked[SAD]) {
            fail_msg("row %zu", i);
        }
    }
}

static void answers_are_checked(void **state)
{
    (void)state;
    static const struct {
        size_t item;
        int64_t number;
        const char *text; /* "skip" skips, "" with number -9 leaves it out */
        bool complete;
        enum answer_problem problem;
    } rows[] = {
        {PAIN, 10, NULL, false, ANSWER_GOOD}, /* opens a question */
        {PAIN, 11, NULL, true, ANSWER_OUT_OF_RANGE},
        {PAIN, -1, NULL, false, ANSWER_OUT_OF_RANGE},
        {SAD, 3, NULL, true, ANSWER_GOOD},
        {SAD, 4, NULL, true, ANSWER_OUT_OF_RANGE},
        {SAD, INT64_MIN, NULL, true, ANSWER_OUT_OF_RANGE},
        {SAD, 0, "skip", true, ANSWER_GOOD},
        {SAD, -9, "", true, ANSWER_MISSING},
        {SAD, -9, "", false, ANSWER_GOOD},
        {WHERE, 0, "skip", false, ANSWER_NEEDED},
        {WHERE, 0, "ten bytes!", true, ANSWER_GOOD},
        {WHERE, 0, "eleven byte", true, ANSWER_TOO_LONG},
        {WHERE, 0, "\x1b[2J", true, ANSWER_NOT_CLEAN},
        {WHERE, 5, NULL, true, ANSWER_NOT_CLEAN}, /* a number where a text belongs */
        {ALONE, 1, NULL, true, ANSWER_NOT_ASKED},
        {GROUP, 1, NULL, true, ANSWER_NOT_ASKED},
    };
    AUTO(questionnaire) made = make();
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(questionnaire_answers) answers = questionnaire_answers_create();
        questionnaire_answers_set_number(answers, WORRY, 0);
        questionnaire_answers_set_number(answers, SAD, 0);
        questionnaire_answers_set_number(answers, PAIN, 0);
        questionnaire_answers_set_text(answers, WHERE, "home");
        if (rows[i].text && strcmp(rows[i].text, "skip") == 0) {
            questionnaire_answers_skip(answers, rows[i].item);
        } else if (rows[i].text && rows[i].text[0]) {
            questionnaire_answers_set_text(answers, rows[i].item, rows[i].text);
        } else if (rows[i].text) {
            answers->answers[rows[i].item].state = ANSWER_NONE;
        } else {
            questionnaire_answers_set_number(answers, rows[i].item, rows[i].number);
        }
        size_t item = rows[i].item;
        const enum answer_problem problem =
            questionnaire_check_answers(made, answers, rows[i].complete, &item);
        if (problem != rows[i].problem || item != rows[i].item) {
            fail_msg("row %zu: %s at %zu", i, answer_problem_name(problem), item);
        }
    }
}

static void answers_add_up(void **state)
{
    (void)state;
    AUTO(questionnaire) made = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    struct questionnaire_score scores[QUESTIONNAIRE_SCORES_MAX];
    assert_int_equal(questionnaire_add_up(made, answers, scores), 2);
    assert_string_equal(scores[0].code, "mood");
    assert_int_equal(scores[0].value, 0);
    assert_int_equal(scores[0].maximum, 6);
    assert_int_equal(scores[0].answered, 0);
    assert_int_equal(scores[0].asked, 2);
    questionnaire_answers_set_number(answers, WORRY, 3);
    questionnaire_answers_skip(answers, SAD);
    questionnaire_answers_set_number(answers, PAIN, 7);
    assert_int_equal(questionnaire_add_up(made, answers, scores), 2);
    assert_int_equal(scores[0].value, 3); /* a lower bound */
    assert_int_equal(scores[0].answered, 1);
    assert_string_equal(scores[1].code, "pain");
    assert_int_equal(scores[1].value, 7);
    assert_int_equal(scores[1].maximum, 10);
    questionnaire_answers_set_number(answers, SAD, 2);
    questionnaire_add_up(made, answers, scores);
    assert_int_equal(scores[0].value, 5);
    assert_int_equal(scores[0].answered, scores[0].asked);
}

static void the_language_is_the_readers(void **state)
{
    (void)state;
    static const struct {
        const char *reads;
        size_t language;
    } rows[] = {{"", 0},         {"en", 0},  {"es", 1},         {"es-MX en", 1}, {"fr es", 1},
                {"EN-gb es", 0}, {"est", 0}, {"vi zh-Hant", 0}, {"es-us", 1}};
    static const char *const tags[] = {"en", "es"};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(questionnaire_match_language(tags, 2, rows[i].reads), rows[i].language);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_fits_together_is_taken),
        cmocka_unit_test(what_does_not_fit_is_named),
        cmocka_unit_test(what_is_asked_follows_the_answers),
        cmocka_unit_test(answers_are_checked),
        cmocka_unit_test(answers_add_up),
        cmocka_unit_test(the_language_is_the_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* fuzz-links: bedside_signaling bedside_visits
 * A page of answers as any browser may send it, to a questionnaire with one question of each kind:
 * what is taken can be checked, added up and told back, and what is refused is named. */
#include "signaling/api/questionnaire_json.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct questionnaire_item *add(struct questionnaire *made, const char *link_id,
                                      enum questionnaire_item_type type)
{
    struct questionnaire_item *item = questionnaire_add_item(made);
    snprintf(item->link_id, sizeof(item->link_id), "%s", link_id);
    snprintf(item->score, sizeof(item->score), "%s", type == ITEM_SCALE ? "pain" : "");
    item->type = type;
    item->words.in[0] = questionnaire_keep(made, "Words");
    item->length_max = type == ITEM_TEXT ? 40 : 0;
    item->maximum = type == ITEM_SCALE ? 10 : 0;
    return item;
}

static struct questionnaire *make(void)
{
    struct questionnaire *made = questionnaire_create();
    snprintf(made->url, sizeof(made->url), "urn:example");
    snprintf(made->version, sizeof(made->version), "1");
    snprintf(made->languages[0], sizeof(made->languages[0]), "en");
    made->language_count = 1;
    made->title.in[0] = questionnaire_keep(made, "Title");
    made->audience = PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
    add(made, "pain", ITEM_SCALE);
    add(made, "where", ITEM_TEXT)->required = true;
    add(made, "alone", ITEM_BOOLEAN);
    struct questionnaire_item *choice = add(made, "choice", ITEM_CHOICE);
    for (int i = 0; i < 2; i++) {
        struct questionnaire_option *option = questionnaire_item_add_option(choice);
        snprintf(option->code, sizeof(option->code), "%c", 'a' + i);
        option->words = choice->words;
    }
    size_t item;
    assert(!questionnaire_find_problem(made, &item));
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct questionnaire *questionnaire;
    questionnaire = questionnaire ? questionnaire : make();
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    AUTO(questionnaire_answers) answers = NULL;
    struct document_problem problem = {.message = ""};
    bool complete = false;
    if (!document) {
        return 0;
    }
    if (questionnaire_answers_read(questionnaire, document, &answers, &complete, &problem) < 0) {
        assert(!answers && problem.message[0]);
    } else {
        size_t item;
        struct questionnaire_score scores[QUESTIONNAIRE_SCORES_MAX];
        if (questionnaire_check_answers(questionnaire, answers, complete, &item) == ANSWER_GOOD) {
            const size_t count = questionnaire_add_up(questionnaire, answers, scores);
            assert(count == 1 && scores[0].value <= scores[0].maximum);
        }
        json_t *written = questionnaire_answers_json(questionnaire, answers);
        assert(json_is_array(written));
        json_decref(written);
    }
    json_decref(document);
    return 0;
}

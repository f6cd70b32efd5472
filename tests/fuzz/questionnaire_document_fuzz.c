/* fuzz-links: bedside_signaling bedside_visits
 * A questionnaire as a site may write it: what is taken fits together and adds up, whatever is
 * answered; what is refused is named. */
#include "signaling/api/questionnaire_document.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The greatest answer to everything. */
static void answer_all(const struct questionnaire *questionnaire,
                       struct questionnaire_answers *answers)
{
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const struct questionnaire_item *item = &questionnaire->items[i];
        if (item->type == ITEM_TEXT) {
            questionnaire_answers_set_text(answers, i, "x");
        } else {
            questionnaire_answers_set_number(answers, i,
                                             item->type == ITEM_SCALE ? item->maximum : 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document_problem problem = {.where = "", .message = ""};
    AUTO(questionnaire) questionnaire = NULL;
    if (questionnaire_document_read(data, size, &questionnaire, &problem) != 0) {
        assert(!questionnaire && problem.message[0]);
        return 0;
    }
    size_t item;
    struct questionnaire_score scores[QUESTIONNAIRE_SCORES_MAX];
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    assert(!questionnaire_find_problem(questionnaire, &item));
    answer_all(questionnaire, answers);
    const size_t count = questionnaire_add_up(questionnaire, answers, scores);
    for (size_t i = 0; i < count; i++) {
        assert(scores[i].code[0] && scores[i].value <= scores[i].maximum &&
               scores[i].answered <= scores[i].asked);
    }
    questionnaire_check_answers(questionnaire, answers, true, &item);
    return 0;
}

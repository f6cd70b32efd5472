/* What somebody is asked before a visit, with what is known already. */
#include "gateway/base/allocate.h"
#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_screening.h"

#include <string.h>

#define EARLIER_MAX 4 /* responses that are looked into */

struct screening_page *screening_page_destroy(struct screening_page *page)
{
    for (size_t i = 0; page && i < page->count; i++) {
        questionnaire_answers_destroy(page->parts[i].answers);
        questionnaire_answers_destroy(page->parts[i].prefill);
    }
    if (page) {
        free(page->parts);
        free(page);
    }
    return NULL;
}

static const char *known_of(const struct participant *seat, enum questionnaire_meaning meaning)
{
    switch (meaning) {
    case MEANING_PLACE_ADDRESS:
        return seat->person.address;
    case MEANING_PLACE_STATE:
        return seat->subdivision;
    case MEANING_PLACE_PHONE:
        return seat->person.phone;
    case MEANING_CONTACT_NAME:
        return seat->person.emergency_contact_name;
    case MEANING_CONTACT_PHONE:
        return seat->person.emergency_contact_phone;
    default:
        return NULL;
    }
}

static void suggest(struct screening_page_part *part, size_t item, char *value)
{
    struct screening_answer kept = {.value = value};
    memcpy(kept.link_id, part->questionnaire->items[item].link_id, sizeof(kept.link_id));
    if (part->prefill->answers[item].state == ANSWER_NONE && value[0]) {
        screening_read_answer(part->questionnaire, &kept, part->prefill);
    }
}

static void suggest_earlier(struct screening_page_part *part, const struct participant *seat,
                            const struct screening_record *record)
{
    for (size_t i = 0; i < record->answer_count; i++) {
        struct screening_answer *kept = &record->answers[i];
        const size_t item = questionnaire_find_item(part->questionnaire, kept->link_id);
        if (item != QUESTIONNAIRE_NO_ITEM && !kept->skipped &&
            known_of(seat, part->questionnaire->items[item].meaning)) {
            suggest(part, item, kept->value);
        }
    }
}

static void suggest_known(struct screening_page_part *part, struct participant *seat)
{
    for (size_t i = 0; i < part->questionnaire->item_count; i++) {
        const char *known = known_of(seat, part->questionnaire->items[i].meaning);
        char value[PERSON_ADDRESS_SIZE];
        if (known && strlen(known) < sizeof(value)) {
            memcpy(value, known, strlen(known) + 1);
            suggest(part, i, value);
        }
    }
}

static int fill(struct visit_service *service, struct visit_act *act,
                const struct screening_list *own, struct screening_page_part *part)
{
    AUTO(screening_list) earlier = NULL;
    part->answers = questionnaire_answers_create();
    part->prefill = questionnaire_answers_create();
    for (size_t i = 0; i < own->count; i++) {
        const struct screening_record *record = &own->records[i];
        if (strcmp(record->response.digest, part->questionnaire->digest) != 0) {
            continue;
        }
        part->started = true;
        part->complete = record->response.complete;
        for (size_t k = 0; k < record->answer_count; k++) {
            screening_read_answer(part->questionnaire, &record->answers[k], part->answers);
        }
    }
    const int result = service->store->ops->screening.list_earlier(
        service->store, act->seat.person.id, act->visit.id, part->questionnaire->url, EARLIER_MAX,
        &earlier);
    for (size_t i = 0; result == 0 && i < earlier->count; i++) {
        suggest_earlier(part, &act->seat, &earlier->records[i]);
    }
    suggest_known(part, &act->seat);
    return result;
}

static int make_page(struct visit_service *service, struct visit_act *act,
                     struct questionnaire *const *questionnaires, size_t count,
                     struct screening_page *page)
{
    AUTO(screening_list) own = NULL;
    int result = service->store->ops->screening.list_responses(service->store, act->visit.id,
                                                               act->seat.id, &own);
    page->parts = allocate_zeroed(count + 1, sizeof(*page->parts));
    for (size_t i = 0; result == 0 && i < count; i++) {
        if (questionnaires[i]->audience & PARTICIPANT_ROLE_BIT(act->seat.person.role)) {
            struct screening_page_part *part = &page->parts[page->count++];
            part->questionnaire = questionnaires[i];
            result = fill(service, act, own, part);
        }
    }
    return result;
}

int visit_screening_open(struct visit_service *service, const struct visit_actor *actor,
                         struct questionnaire *const *questionnaires, size_t count,
                         struct screening_page **ret_page)
{
    struct visit_act act = {.operation = OPERATION_SCREENING_ANSWER, .actor = actor, .quiet = true};
    AUTO(screening_page) page = allocate_zeroed(1, sizeof(*page));
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = act.has_seat ? make_page(service, &act, questionnaires, count, page)
                              : REFUSAL_NOT_PERMITTED;
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_page = TAKE(page);
    }
    return result;
}

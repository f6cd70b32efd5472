#include "gateway/visits/visit_records.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct visit_list *visit_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct visit_list));
}

struct visit_list *visit_list_destroy(struct visit_list *list)
{
    if (list) {
        free(list->visits);
        free(list);
    }
    return NULL;
}

struct minted_links *minted_links_destroy(struct minted_links *links)
{
    if (links) {
        if (links->links) {
            secret_wipe(links->links, links->count * sizeof(*links->links));
        }
        free(links->links);
        free(links);
    }
    return NULL;
}

/* ---- cases ---- */

int visit_records_keep_case(struct visit_service *service, struct visit_act *act,
                            struct clinical_case *clinical_case, const struct case_flow *asked)
{
    if (clinical_case_find_problem(clinical_case, NULL)) {
        return REFUSAL_INVALID;
    }
    random_uuid_v7(clinical_case->id);
    clinical_case->created_at_ms = service->now_ms;
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        random_uuid_v7(clinical_case->people[i].id);
    }
    if (clinical_case->opinion) {
        random_uuid_v7(clinical_case->opinion->id);
    }
    const int result = service->store->ops->insert_case(service->store, clinical_case);
    if (result < 0) {
        return result == -EEXIST ? REFUSAL_CASE_EXISTS : result;
    }
    memcpy(act->case_id, clinical_case->id, sizeof(act->case_id));
    act->subject = clinical_case->id;
    return case_steps_begin(service, act, clinical_case, asked);
}

int visit_records_import_case(struct visit_service *service, const struct visit_actor *actor,
                              struct clinical_case *clinical_case)
{
    struct visit_act act = {.operation = OPERATION_CASE_IMPORT, .actor = actor};
    int result = visit_act_begin(service, &act);
    if (result == 0 && act.programme[0] && strcmp(act.programme, clinical_case->programme) != 0) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        result = visit_records_keep_case(service, &act, clinical_case, NULL);
    }
    return visit_act_end(service, &act, result, NULL);
}

int visit_records_read_case(struct visit_service *service, const struct visit_actor *actor,
                            const char *case_id, struct clinical_case **ret_case)
{
    struct visit_act act = {.operation = OPERATION_CASE_READ, .actor = actor, .subject = case_id};
    AUTO(clinical_case) clinical_case = NULL;
    int result = visit_act_begin_in_case(service, &act, case_id);
    if (result == 0) {
        result = visit_act_or_not_found(
            service->store->ops->read_case(service->store, case_id, &clinical_case));
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_case = TAKE(clinical_case);
    }
    return result;
}

int visit_records_list_visits(struct visit_service *service, const struct visit_actor *actor,
                              const char *case_id, struct visit_list **ret_list)
{
    struct visit_act act = {
        .operation = OPERATION_CASE_READ, .actor = actor, .subject = case_id, .quiet = true};
    AUTO(visit_list) list = visit_list_create();
    int result = visit_act_begin_in_case(service, &act, case_id);
    if (result == 0) {
        result =
            service->store->ops->list_visits(service->store, case_id, &list->visits, &list->count);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

int visit_records_timeline(struct visit_service *service, const struct visit_actor *actor,
                           const char *visit_id, struct visit_event_list **ret_events)
{
    struct visit_act act = {.operation = OPERATION_CASE_READ, .actor = actor, .subject = visit_id};
    AUTO(visit_event_list) list = NULL;
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = service->store->ops->list_events(service->store, visit_id, &list);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_events = TAKE(list);
    }
    return result;
}

int visit_records_read_opinion(struct visit_service *service, const struct visit_actor *actor,
                               const char *case_id, bool with_bytes, struct opinion **ret_opinion)
{
    struct visit_act act = {.operation = OPERATION_OPINION_READ, .actor = actor};
    snprintf(act.detail, sizeof(act.detail), "%s", with_bytes ? "document" : "sections");
    AUTO(opinion) opinion = NULL;
    int result;
    if (actor->visit_id[0]) {
        result = visit_act_begin_in_visit(service, &act, actor->visit_id);
        if (result == 0 && act.seat.state != SEAT_IN_VISIT) {
            result = REFUSAL_NOT_IN_VISIT;
        }
    } else {
        result = visit_act_begin_in_case(service, &act, case_id ? case_id : "");
    }
    if (result == 0) {
        result = visit_act_or_not_found(
            service->store->ops->read_opinion(service->store, act.case_id, with_bytes, &opinion));
    }
    if (result == 0 && with_bytes && !opinion->document.bytes) {
        result = REFUSAL_NOT_FOUND;
    }
    act.subject = result == 0 ? opinion->id : NULL;
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_opinion = TAKE(opinion);
    }
    return result;
}

int visit_records_find_author(struct visit_service *service, const char *case_id,
                              const struct opinion *opinion, struct person *ret_author)
{
    AUTO(clinical_case) clinical_case = NULL;
    const int result = visit_act_or_not_found(
        service->store->ops->read_case(service->store, case_id, &clinical_case));
    if (result != 0) {
        return result;
    }
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (person->role != ROLE_PATIENT && strcmp(person->display_name, opinion->author) == 0) {
            *ret_author = *person;
            return 0;
        }
    }
    return REFUSAL_NOT_FOUND;
}

/* ---- the audit trail ---- */

int visit_records_verify_audit(struct visit_service *service, const struct visit_actor *actor,
                               struct audit_verdict *ret_verdict)
{
    struct visit_act act = {.operation = OPERATION_AUDIT_VERIFY, .actor = actor};
    struct audit_verdict verdict;
    int result = visit_act_begin(service, &act);
    if (result == 0) {
        result = service->store->ops->verify_audit(service->store, &verdict);
    }
    if (result == 0) {
        snprintf(act.detail, sizeof(act.detail), "%s", verdict.intact ? "intact" : "broken");
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_verdict = verdict;
    }
    return result;
}

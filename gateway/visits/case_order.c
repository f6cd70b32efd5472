#include "gateway/visits/case_order.h"

#include "gateway/base/allocate.h"
#include "gateway/base/digest.h"
#include "gateway/visits/case_steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct case_order *case_order_create(void)
{
    struct case_order *order = allocate_zeroed(1, sizeof(*order));
    order->clinical_case = clinical_case_create();
    return order;
}

struct case_order *case_order_destroy(struct case_order *order)
{
    if (order) {
        clinical_case_destroy(order->clinical_case);
        free(order->document);
        free(order);
    }
    return NULL;
}

/* ---- the same order again ---- */

/* Whether the actor reaches the case that the order made. */
static int find_again(struct visit_service *service, const struct visit_actor *actor,
                      const char *case_id)
{
    struct visit_act act = {.operation = OPERATION_CASE_ORDER, .actor = actor, .subject = case_id};
    snprintf(act.detail, sizeof(act.detail), "again");
    int result = visit_act_begin_in_case(service, &act, case_id);
    result = visit_act_end(service, &act, result, NULL);
    return result == REFUSAL_NOT_FOUND ? REFUSAL_CASE_EXISTS : result;
}

/* ---- a new one ---- */

/* For a number that another case has, or that is none to write on paper. */
static void derive_reference(const struct case_order *order, char reference[CASE_REFERENCE_SIZE])
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    char hex[DIGEST_SHA256_HEX_SIZE];
    struct digest_stream *stream = digest_stream_create();
    digest_stream_update(stream, order->system, strlen(order->system) + 1);
    digest_stream_update(stream, order->value, strlen(order->value));
    digest_stream_finish(stream, digest);
    digest_stream_destroy(stream);
    digest_to_hex(digest, hex);
    snprintf(reference, CASE_REFERENCE_SIZE, "order-%.16s", hex);
}

static void choose_reference(const struct case_order *order, char reference[CASE_REFERENCE_SIZE])
{
    if (case_code_is_plain(order->value) && strlen(order->value) < CASE_REFERENCE_SIZE) {
        memcpy(reference, order->value, strlen(order->value) + 1);
    } else {
        derive_reference(order, reference);
    }
}

/* Sets subspecialty and team of what is asked for. */
static void route(const struct case_order *order, const struct team_list *teams,
                  const char *programme, struct case_flow *asked)
{
    const struct person *patient = clinical_case_patient(order->clinical_case);
    char words[EXPERT_SUBSPECIALTIES_SIZE];
    char *rest = words;
    memcpy(words, order->subspecialties, sizeof(words));
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        const struct team *team =
            strlen(word) < SUBSPECIALTY_SIZE
                ? team_route(teams, programme, word, patient ? patient->languages : "")
                : NULL;
        if (team || (!asked->subspecialty[0] && strlen(word) < SUBSPECIALTY_SIZE)) {
            snprintf(asked->subspecialty, sizeof(asked->subspecialty), "%s", word);
        }
        if (team) {
            memcpy(asked->team_id, team->id, sizeof(asked->team_id));
            return;
        }
    }
}

/* Whoever orders is one of the case's people, by the key of their account. */
static int add_orderer(struct visit_service *service, const struct visit_act *act,
                       struct clinical_case *clinical_case)
{
    struct staff_account account;
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        struct person *person = &clinical_case->people[i];
        if (person->role == ROLE_TREATING_PHYSICIAN) {
            memcpy(person->staff_key, act->staff_key, sizeof(person->staff_key));
            return 0;
        }
    }
    const int result =
        service->store->ops->staff.read_account(service->store, act->actor->account_id, &account);
    if (result < 0) {
        return result;
    }
    struct person person = {.role = ROLE_TREATING_PHYSICIAN};
    memcpy(person.staff_key, account.staff_key, sizeof(person.staff_key));
    memcpy(person.display_name, account.display_name, sizeof(person.display_name));
    memcpy(person.languages, account.languages, sizeof(person.languages));
    memcpy(person.time_zone, account.time_zone, sizeof(person.time_zone));
    return clinical_case_add_person(clinical_case, &person) < 0 ? REFUSAL_TOO_MANY : 0;
}

static int keep(struct visit_service *service, struct visit_act *act, struct case_order *order,
                const struct case_flow *asked)
{
    struct clinical_case *clinical_case = order->clinical_case;
    choose_reference(order, clinical_case->reference);
    int result = visit_records_keep_case(service, act, clinical_case, asked);
    if (result == REFUSAL_CASE_EXISTS) {
        derive_reference(order, clinical_case->reference);
        result = visit_records_keep_case(service, act, clinical_case, asked);
    }
    if (result != 0) {
        return result;
    }
    result =
        service->store->ops->case_flow.insert_order(service->store, order->system, order->value,
                                                    act->case_id, service->now_ms, order->document);
    return result < 0 ? result
                      : case_steps_note(service, act, CASE_EVENT_ORDERED, asked->team_id,
                                        asked->subspecialty, NULL);
}

static int take(struct visit_service *service, struct visit_act *act, const char *programme,
                struct case_order *order)
{
    struct case_flow asked = {.priority = order->priority};
    AUTO(team_list) teams = NULL;
    const bool is_treating = act->actor->account_id[0] && act->role == ROLE_TREATING_PHYSICIAN;
    int result = service->store->ops->teams.list_teams(service->store, programme, false, "", "",
                                                       TEAMS_MAX, &teams);
    if (result == 0 && is_treating) {
        result = teams->count > 0 ? add_orderer(service, act, order->clinical_case)
                                  : REFUSAL_NOT_PERMITTED;
    }
    if (result != 0) {
        return result;
    }
    route(order, teams, programme, &asked);
    snprintf(order->clinical_case->programme, sizeof(order->clinical_case->programme), "%s",
             programme);
    return keep(service, act, order, &asked);
}

/* A treating physician may order from any programme, a coordinator from their own. */
static int check_programme(const struct visit_act *act, const char *programme)
{
    if (act->actor->account_id[0] && act->role == ROLE_TREATING_PHYSICIAN) {
        return case_code_is_plain(programme) && strlen(programme) < CASE_PROGRAMME_SIZE
                   ? 0
                   : REFUSAL_INVALID;
    }
    return case_steps_check_programme(act, programme);
}

int case_order_take(struct visit_service *service, const struct visit_actor *actor,
                    const char *programme, struct case_order *order,
                    char ret_case_id[UUID_TEXT_SIZE], bool *ret_is_new)
{
    char known_id[UUID_TEXT_SIZE];
    int result = service->store->ops->case_flow.find_order(service->store, order->system,
                                                           order->value, known_id);
    if (result == 0) {
        result = find_again(service, actor, known_id);
        if (result == 0) {
            memcpy(ret_case_id, known_id, sizeof(known_id));
            *ret_is_new = false;
        }
        return result;
    }
    if (result != -ENOENT) {
        return result;
    }
    struct visit_act act = {.operation = OPERATION_CASE_ORDER, .actor = actor};
    result = visit_act_begin(service, &act);
    result = result != 0 ? result : check_programme(&act, programme);
    result = result != 0 ? result : take(service, &act, programme, order);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        memcpy(ret_case_id, order->clinical_case->id, UUID_TEXT_SIZE);
        *ret_is_new = true;
    }
    return result;
}

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int visit_act_or_not_found(int result)
{
    return result == -ENOENT ? REFUSAL_NOT_FOUND : result;
}

static enum visit_refusal refusal_of_device(enum device_state state)
{
    switch (state) {
    case DEVICE_ACTIVE:
        return REFUSAL_NONE;
    case DEVICE_PENDING:
        return REFUSAL_SECOND_DEVICE_PENDING;
    case DEVICE_REPLACED:
        return REFUSAL_DEVICE_REPLACED;
    default:
        return REFUSAL_DEVICE_REFUSED;
    }
}

/* The actor was made from a token some time ago: does its seat still stand? */
static int check_seat(struct visit_service *service, struct visit_act *act)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct device device;
    int result = ops->read_device(service->store, act->actor->device_id, &device);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SEAT_UNKNOWN : result;
    }
    if (device.state != DEVICE_ACTIVE) {
        return (int)refusal_of_device(device.state);
    }
    result = ops->read_participant(service->store, device.participant_id, &act->seat);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SEAT_UNKNOWN : result;
    }
    if (strcmp(act->seat.id, act->actor->participant_id) != 0 ||
        act->seat.person.role != act->actor->role) {
        return REFUSAL_NOT_PERMITTED;
    }
    act->has_seat = true;
    return 0;
}

static int check_session(struct visit_service *service, struct visit_act *act)
{
    struct staff_session_row session;
    const int result =
        service->store->ops->read_staff_session(service->store, act->actor->session_id, &session);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SESSION_EXPIRED : result;
    }
    if (service->now_ms >= session.expires_at_ms) {
        return REFUSAL_SESSION_EXPIRED;
    }
    return strcmp(session.case_id, act->actor->case_id) == 0 ? 0 : REFUSAL_NOT_PERMITTED;
}

static int check_account(struct visit_service *service, struct visit_act *act)
{
    struct staff_account account;
    const int result = staff_sign_in_check(service, act->actor->session_id, &account);
    if (result != 0) {
        return result;
    }
    if (strcmp(account.id, act->actor->account_id) != 0) {
        return REFUSAL_NOT_PERMITTED;
    }
    act->roles = account.roles;
    memcpy(act->staff_key, account.staff_key, sizeof(act->staff_key));
    memcpy(act->programme, account.programme, sizeof(act->programme));
    return 0;
}

/* A token may be older than what became of its client. */
static int check_client(struct visit_service *service, struct visit_act *act)
{
    struct api_client client;
    const int result = service->store->ops->api_clients.read_client(service->store,
                                                                    act->actor->client_id, &client);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_TOKEN_UNKNOWN : result;
    }
    if (client.revoked_at_ms != 0) {
        return REFUSAL_TOKEN_UNKNOWN;
    }
    act->scopes = act->actor->scopes & client.scopes;
    memcpy(act->programme, client.programme, sizeof(act->programme));
    return 0;
}

static int check_actor(struct visit_service *service, struct visit_act *act)
{
    const struct visit_actor *actor = act->actor;
    act->role = actor->role;
    if (actor->participant_id[0]) {
        return check_seat(service, act);
    }
    if (actor->account_id[0]) {
        return check_account(service, act);
    }
    if (actor->client_id[0]) {
        return check_client(service, act);
    }
    if (actor->session_id[0]) {
        return check_session(service, act);
    }
    return actor->role == ROLE_OPERATOR || actor->role == ROLE_GATEWAY ? 0 : REFUSAL_NOT_PERMITTED;
}

/* Of the roles of an account the first that may; of a program its scopes, too. */
static int check_permission(struct visit_act *act)
{
    if (act->role == ROLE_SYSTEM && !api_scopes_allow(act->scopes, act->operation)) {
        return REFUSAL_NOT_PERMITTED;
    }
    for (unsigned role = 0; role < ROLE_SEATED_COUNT; role++) {
        if ((act->roles & PARTICIPANT_ROLE_BIT(role)) &&
            permission_allows((enum participant_role)role, act->operation)) {
            act->role = (enum participant_role)role;
            return 0;
        }
    }
    return act->roles == 0 && permission_allows(act->role, act->operation) ? 0
                                                                           : REFUSAL_NOT_PERMITTED;
}

static int begin(struct visit_service *service, struct visit_act *act)
{
    act->begin_error = service->store->ops->begin(service->store);
    return act->begin_error < 0 ? act->begin_error : check_actor(service, act);
}

int visit_act_begin(struct visit_service *service, struct visit_act *act)
{
    const int result = begin(service, act);
    return result != 0 ? result : check_permission(act);
}

/* What is left of an account's roles in one case. */
static int narrow_roles(struct visit_service *service, struct visit_act *act, const char *case_id)
{
    struct person person;
    const struct visit_store_ops *ops = service->store->ops;
    static const unsigned of_programme =
        PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR) | PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER);
    unsigned roles = act->roles & of_programme;
    int result;
    if (roles != 0 && act->programme[0]) {
        bool is_of = false;
        result = ops->staff.is_case_of(service->store, case_id, act->programme, &is_of);
        if (result < 0) {
            return result;
        }
        roles = is_of ? roles : 0;
    }
    result = ops->staff.find_person(service->store, case_id, act->staff_key, &person);
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    if (result == 0 && staff_account_bears_role(act->roles, person.role)) {
        roles |= PARTICIPANT_ROLE_BIT(person.role);
    }
    act->roles = roles;
    return roles != 0 ? 0 : REFUSAL_NOT_FOUND;
}

/* Whether the actor's reach includes this case, and whether it may do this there. */
static int check_reach(struct visit_service *service, struct visit_act *act, const char *case_id)
{
    const struct visit_actor *actor = act->actor;
    if (actor->account_id[0]) {
        const int result = narrow_roles(service, act, case_id);
        return result != 0 ? result : check_permission(act);
    }
    if (actor->role == ROLE_SYSTEM && act->programme[0]) {
        bool is_of = false;
        const int result =
            service->store->ops->staff.is_case_of(service->store, case_id, act->programme, &is_of);
        return result == 0 && !is_of ? REFUSAL_NOT_FOUND : result;
    }
    if (actor->role == ROLE_OPERATOR || actor->role == ROLE_GATEWAY || actor->role == ROLE_SYSTEM ||
        strcmp(actor->case_id, case_id) == 0) {
        return 0;
    }
    return REFUSAL_NOT_FOUND;
}

/* An account's right depends on the case. */
static int begin_somewhere(struct visit_service *service, struct visit_act *act)
{
    return act->actor->account_id[0] ? begin(service, act) : visit_act_begin(service, act);
}

int visit_act_begin_in_visit(struct visit_service *service, struct visit_act *act,
                             const char *visit_id)
{
    int result = begin_somewhere(service, act);
    if (result != 0) {
        return result;
    }
    if (act->has_seat && strcmp(act->seat.visit_id, visit_id) != 0) {
        return REFUSAL_NOT_FOUND;
    }
    struct visit visit;
    result =
        visit_act_or_not_found(service->store->ops->read_visit(service->store, visit_id, &visit));
    if (result == 0 && visit_is_practice(&visit) && !act->has_seat &&
        act->actor->role != ROLE_GATEWAY) {
        return REFUSAL_NOT_FOUND; /* it is of who is in it, and of nobody else */
    }
    result = result != 0 ? result : check_reach(service, act, visit.case_id);
    if (result != 0) {
        return result;
    }
    act->visit = visit;
    memcpy(act->case_id, visit.case_id, sizeof(act->case_id));
    return 0;
}

int visit_act_begin_in_case(struct visit_service *service, struct visit_act *act,
                            const char *case_id)
{
    bool of_practice = false;
    int result = begin_somewhere(service, act);
    result = result != 0
                 ? result
                 : service->store->ops->practice.is_case(service->store, case_id, &of_practice);
    result = result != 0   ? result
             : of_practice ? (int)REFUSAL_NOT_FOUND
                           : check_reach(service, act, case_id);
    if (result != 0) {
        return result;
    }
    snprintf(act->case_id, sizeof(act->case_id), "%s", case_id);
    return 0;
}

static int audit(struct visit_service *service, const struct visit_act *act, int result)
{
    if ((act->quiet && result != REFUSAL_NOT_PERMITTED) || visit_is_practice(&act->visit)) {
        return 0;
    }
    struct audit_event event = {.at_ms = service->now_ms};
    /* A case that was not found must not get a chain. */
    const bool in_case = act->case_id[0] && result != REFUSAL_NOT_FOUND;
    snprintf(event.chain, sizeof(event.chain), "%s",
             in_case ? act->case_id : AUDIT_CHAIN_INSTALLATION);
    audit_event_set_actor(&event, act->actor, act->role);
    snprintf(event.action, sizeof(event.action), "%s", operation_name(act->operation));
    snprintf(event.outcome, sizeof(event.outcome), "%s",
             result == 0 ? "done" : visit_refusal_code((enum visit_refusal)result));
    snprintf(event.visit_id, sizeof(event.visit_id), "%s", act->visit.id);
    snprintf(event.subject_id, sizeof(event.subject_id), "%s", act->subject ? act->subject : "");
    snprintf(event.detail, sizeof(event.detail), "%s", act->detail);
    return service->store->ops->append_audit(service->store, &event);
}

int visit_act_end(struct visit_service *service, struct visit_act *act, int result,
                  struct visit_picture **ret_picture)
{
    const struct visit_store_ops *ops = service->store->ops;
    if (act->begin_error < 0) {
        return act->begin_error;
    }
    AUTO(visit_picture) picture = NULL;
    int error = result < 0 ? result : audit(service, act, result);
    if (error == 0 && result == 0 && ret_picture) {
        error = visit_act_make_picture(service, act->visit.id, &picture);
    }
    if (error < 0) {
        ops->rollback(service->store);
        return error;
    }
    error = ops->commit(service->store);
    if (error < 0) {
        return error;
    }
    if (!visit_is_practice(&act->visit)) {
        visit_board_note_changed(service, act->visit.id);
    }
    if (ret_picture && picture) {
        *ret_picture = TAKE(picture);
    }
    return result;
}

int visit_act_note(struct visit_service *service, const struct visit_act *act,
                   enum visit_event_kind kind, const char *subject_id, const char *recording_id,
                   const char *detail, int64_t at_ms)
{
    struct visit_event event = {.kind = kind, .at_ms = at_ms};
    if (visit_is_practice(&act->visit)) {
        return 0;
    }
    random_uuid_v7(event.id);
    memcpy(event.case_id, act->visit.case_id, sizeof(event.case_id));
    memcpy(event.visit_id, act->visit.id, sizeof(event.visit_id));
    snprintf(event.actor_id, sizeof(event.actor_id), "%s", act->actor->participant_id);
    snprintf(event.subject_id, sizeof(event.subject_id), "%s", subject_id ? subject_id : "");
    snprintf(event.recording_id, sizeof(event.recording_id), "%s",
             recording_id ? recording_id : "");
    snprintf(event.detail, sizeof(event.detail), "%s", detail ? detail : "");
    const int result = service->store->ops->insert_event(service->store, &event);
    if (result < 0 || !visit_event_kind_is_announced(kind)) {
        return result;
    }
    service->outbox_signal = true;
    return service->store->ops->append_outbox(service->store, &event);
}

static int fill_picture(struct visit_service *service, const char *visit_id,
                        struct visit_picture *picture, const struct consent *consents,
                        size_t consent_count)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct recording recording;
    int result = ops->latest_recording(service->store, visit_id, &recording);
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    const struct recording_rule_input input = {
        .visit = &picture->visit,
        .participants = picture->participants,
        .participant_count = picture->participant_count,
        .consents = consents,
        .consent_count = consent_count,
        .words = &service->consent_words,
        .recording = result == 0 ? &recording : NULL,
    };
    picture->recording = recording_rule_decide(&input);
    for (size_t i = 0; i < picture->participant_count; i++) {
        picture->recording_consents[i] =
            consent_current(consents, consent_count, picture->participants[i].id, CONSENT_RECORDING,
                            &service->consent_words);
    }
    const struct participant *colleague;
    result = visit_licence_judge(service, &picture->visit, picture->participants,
                                 picture->participant_count, picture->licences, &colleague);
    if (result == 0 && colleague) {
        memcpy(picture->licensed_colleague_id, colleague->id, sizeof(colleague->id));
    }
    if (result == 0) {
        result = ops->emergencies.read(service->store, visit_id, &picture->emergency);
    }
    if (result == 0) {
        result = ops->delays.read(service->store, visit_id, &picture->delay);
    }
    if (result == 0) {
        result = ops->help.latest(service->store, visit_id, &picture->help);
    }
    return result < 0
               ? result
               : ops->has_opinion(service->store, picture->visit.case_id, &picture->has_opinion);
}

int visit_act_make_picture(struct visit_service *service, const char *visit_id,
                           struct visit_picture **ret_picture)
{
    const struct visit_store_ops *ops = service->store->ops;
    AUTO(visit_picture) picture = visit_picture_create();
    AUTO_FREE struct consent *consents = NULL;
    size_t consent_count = 0;
    picture->version = ++service->picture_version;
    int result = ops->read_visit(service->store, visit_id, &picture->visit);
    if (result == 0) {
        result = ops->list_participants(service->store, visit_id, picture->participants,
                                        &picture->participant_count);
    }
    if (result == 0) {
        result = ops->list_consents(service->store, visit_id, &consents, &consent_count);
    }
    if (result == 0) {
        result = fill_picture(service, visit_id, picture, consents, consent_count);
    }
    if (result == 0) {
        *ret_picture = TAKE(picture);
    }
    return result;
}

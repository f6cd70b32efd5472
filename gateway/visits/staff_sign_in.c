#include "gateway/visits/staff_sign_in.h"

#include "gateway/visits/case_steps.h"
#include "gateway/visits/join_link.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct visit_actor actor_of(const struct staff_account *account,
                                   const struct account_session *session)
{
    struct visit_actor actor = {.role = ROLE_COUNT, .roles = account->roles};
    for (unsigned role = 0; role < ROLE_SEATED_COUNT && actor.role == ROLE_COUNT; role++) {
        if (account->roles & PARTICIPANT_ROLE_BIT(role)) {
            actor.role = (enum participant_role)role;
        }
    }
    memcpy(actor.account_id, account->id, sizeof(actor.account_id));
    memcpy(actor.session_id, session->id, sizeof(actor.session_id));
    return actor;
}

/* Finds the account and brings it up to date, or makes it. */
static int take_account(struct visit_service *service, const struct staff_account *identity,
                        struct staff_account *account, bool *ret_is_new)
{
    const struct staff_store_ops *ops = &service->store->ops->staff;
    struct staff_account known;
    const int found =
        ops->find_account(service->store, identity->issuer, identity->subject, &known);
    if (found < 0 && found != -ENOENT) {
        return found;
    }
    *account = *identity;
    account->signed_in_at_ms = service->now_ms;
    if (found == 0) {
        memcpy(account->id, known.id, sizeof(account->id));
        account->created_at_ms = known.created_at_ms;
        account->disabled_at_ms = known.disabled_at_ms;
        if (known.disabled_at_ms != 0) {
            return REFUSAL_NOT_PERMITTED;
        }
        return ops->update_account(service->store, account);
    }
    random_uuid_v7(account->id);
    account->created_at_ms = service->now_ms;
    account->disabled_at_ms = 0;
    *ret_is_new = true;
    return ops->insert_account(service->store, account);
}

static int open_session(struct visit_service *service, struct staff_session_opened *opened)
{
    struct account_session session = {
        .created_at_ms = service->now_ms,
        .active_at_ms = service->now_ms,
    };
    random_uuid_v7(session.id);
    memcpy(session.account_id, opened->account.id, sizeof(session.account_id));
    random_token(opened->token);
    digest_of_token(opened->token, session.token_sha256);
    opened->actor = actor_of(&opened->account, &session);
    opened->ends_at_ms =
        account_session_ends_at_ms(&session, &service->config.account_session_limits);
    return service->store->ops->staff.insert_session(service->store, &session);
}

int staff_sign_in_open(struct visit_service *service, const struct staff_account *identity,
                       struct staff_session_opened *ret_session)
{
    int result = service->store->ops->begin(service->store);
    if (result < 0) {
        return result;
    }
    struct staff_session_opened opened = {0};
    bool is_new = false;
    if (identity->roles == 0) {
        result = REFUSAL_NOT_PERMITTED;
    } else if (staff_account_find_problem(identity)) {
        result = REFUSAL_INVALID;
    } else {
        result = take_account(service, identity, &opened.account, &is_new);
    }
    if (result == 0) {
        result = open_session(service, &opened);
    }
    if (result == 0 && is_new) {
        result = case_steps_adopt(service, &opened.actor, &opened.account);
    }
    /* Who was refused has no id but perhaps that of a disabled account. */
    struct visit_actor stranger = {.role = ROLE_COORDINATOR};
    memcpy(stranger.account_id, opened.account.id, sizeof(stranger.account_id));
    struct visit_act act = {
        .operation = OPERATION_STAFF_SIGN_IN,
        .actor = result == 0 ? &opened.actor : &stranger,
        .role = result == 0 ? opened.actor.role : stranger.role,
    };
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_session = opened;
    }
    return result;
}

static int check_alive(struct visit_service *service, const struct account_session *session,
                       struct staff_account *account)
{
    const struct staff_store_ops *ops = &service->store->ops->staff;
    const struct account_session_limits *limits = &service->config.account_session_limits;
    int result = ops->read_account(service->store, session->account_id, account);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SESSION_EXPIRED : result;
    }
    if (account->disabled_at_ms != 0) {
        return REFUSAL_SESSION_EXPIRED;
    }
    bool in_visit = false;
    if (account_session_is_over(session, limits, false, service->now_ms)) {
        result = ops->is_in_visit(service->store, account->staff_key, &in_visit);
    }
    if (result < 0) {
        return result;
    }
    return account_session_is_over(session, limits, in_visit, service->now_ms)
               ? REFUSAL_SESSION_EXPIRED
               : 0;
}

int staff_sign_in_check(struct visit_service *service, const char *session_id,
                        struct staff_account *ret_account)
{
    struct account_session session;
    const int result =
        service->store->ops->staff.read_session(service->store, session_id, &session);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SESSION_EXPIRED : result;
    }
    return check_alive(service, &session, ret_account);
}

static int find_session(struct visit_service *service, const char *token,
                        struct account_session *ret_session, struct staff_account *ret_account)
{
    if (!join_link_secret_is_well_formed(token)) {
        return REFUSAL_SESSION_EXPIRED;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(token, digest);
    const int result = service->store->ops->staff.find_session(service->store, digest, ret_session);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SESSION_EXPIRED : result;
    }
    return check_alive(service, ret_session, ret_account);
}

static int resolve(struct visit_service *service, const char *token, bool is_activity,
                   struct staff_session_opened *ret_session)
{
    const struct account_session_limits *limits = &service->config.account_session_limits;
    struct account_session session;
    struct staff_session_opened opened = {0};
    int result = find_session(service, token, &session, &opened.account);
    if (result == 0 && is_activity &&
        account_session_is_to_be_touched(&session, limits, service->now_ms)) {
        session.active_at_ms = service->now_ms;
        result = service->store->ops->staff.update_session(service->store, &session);
    }
    if (result == 0) {
        opened.actor = actor_of(&opened.account, &session);
        opened.ends_at_ms = account_session_ends_at_ms(&session, limits);
        *ret_session = opened;
    }
    return result;
}

int staff_sign_in_resolve(struct visit_service *service, const char *token,
                          struct staff_session_opened *ret_session)
{
    return resolve(service, token, true, ret_session);
}

int staff_sign_in_look(struct visit_service *service, const char *token,
                       struct staff_session_opened *ret_session)
{
    return resolve(service, token, false, ret_session);
}

int staff_sign_in_note_refusal(struct visit_service *service, const char *reason)
{
    const struct visit_actor stranger = {.role = ROLE_COORDINATOR};
    struct visit_act act = {
        .operation = OPERATION_STAFF_SIGN_IN, .actor = &stranger, .role = stranger.role};
    snprintf(act.detail, sizeof(act.detail), "%s", reason);
    act.begin_error = service->store->ops->begin(service->store);
    return visit_act_end(service, &act, REFUSAL_NOT_PERMITTED, NULL);
}

int staff_sign_in_end(struct visit_service *service, const struct visit_actor *actor)
{
    const struct staff_store_ops *ops = &service->store->ops->staff;
    struct visit_act act = {
        .operation = OPERATION_STAFF_SIGN_OUT, .actor = actor, .subject = actor->session_id};
    int result = visit_act_begin(service, &act);
    struct account_session session;
    if (result == 0) {
        result =
            visit_act_or_not_found(ops->read_session(service->store, actor->session_id, &session));
    }
    if (result == 0) {
        session.ended_at_ms = service->now_ms;
        result = ops->update_session(service->store, &session);
    }
    return visit_act_end(service, &act, result, NULL);
}

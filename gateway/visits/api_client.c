#include "gateway/visits/api_client.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct api_client_list *api_client_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct api_client_list));
}

struct api_client_list *api_client_list_destroy(struct api_client_list *list)
{
    if (list) {
        free(list->clients);
        free(list);
    }
    return NULL;
}

/* ---- what makes sense ---- */

const char *api_client_find_problem(const struct api_client *client, const char *keys)
{
    if (!client->name[0] || !person_text_is_clean(client->name, false)) {
        return "name";
    }
    if (!person_text_is_clean(client->programme, false)) {
        return "programme";
    }
    if (client->scopes == 0 || (client->scopes & ~API_SCOPES_ALL) != 0) {
        return "scopes";
    }
    if (keys && (!keys[0] || strlen(keys) >= API_CLIENT_KEYS_SIZE)) {
        return "keys";
    }
    return NULL;
}

/* ---- the operator's acts ---- */

int api_client_add(struct visit_service *service, const struct visit_actor *actor,
                   struct api_client *client, const char *keys)
{
    struct visit_act act = {.operation = OPERATION_CLIENT_ADD, .actor = actor};
    int result = visit_act_begin(service, &act);
    if (result == 0 && api_client_find_problem(client, keys)) {
        result = REFUSAL_INVALID;
    }
    if (result == 0) {
        random_uuid_v7(client->id);
        client->created_at_ms = service->now_ms;
        client->used_at_ms = 0;
        client->revoked_at_ms = 0;
        act.subject = client->id;
        result = service->store->ops->api_clients.insert_client(service->store, client, keys);
    }
    return visit_act_end(service, &act, result, NULL);
}

int api_client_list_page(struct visit_service *service, const struct visit_actor *actor,
                         const char *after, size_t limit, struct api_client_list **ret_list)
{
    struct visit_act act = {.operation = OPERATION_CLIENT_LIST, .actor = actor};
    AUTO(api_client_list) list = NULL;
    int result = visit_act_begin(service, &act);
    if (result == 0) {
        result = service->store->ops->api_clients.list_clients(service->store, after, limit, &list);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

static int read_with_keys(struct visit_service *service, const char *client_id,
                          struct api_client *client, char **ret_keys)
{
    const struct api_client_store_ops *ops = &service->store->ops->api_clients;
    const int result = ops->read_client(service->store, client_id, client);
    return visit_act_or_not_found(
        result < 0 ? result : ops->read_client_keys(service->store, client_id, ret_keys));
}

int api_client_show(struct visit_service *service, const struct visit_actor *actor,
                    const char *client_id, struct api_client *ret_client, char **ret_keys)
{
    struct visit_act act = {
        .operation = OPERATION_CLIENT_LIST, .actor = actor, .subject = client_id};
    struct api_client client;
    AUTO_FREE char *keys = NULL;
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : read_with_keys(service, client_id, &client, &keys);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_client = client;
        *ret_keys = TAKE(keys);
    }
    return result;
}

/* What is there, if it may still be changed. */
static int read_good(struct visit_service *service, const char *client_id,
                     struct api_client *client)
{
    const int result = visit_act_or_not_found(
        service->store->ops->api_clients.read_client(service->store, client_id, client));
    return result == 0 && client->revoked_at_ms != 0 ? REFUSAL_WRONG_STATE : result;
}

int api_client_change(struct visit_service *service, const struct visit_actor *actor,
                      const struct api_client *client, const char *keys)
{
    struct visit_act act = {
        .operation = OPERATION_CLIENT_CHANGE, .actor = actor, .subject = client->id};
    struct api_client known;
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : read_good(service, client->id, &known);
    if (result == 0 && api_client_find_problem(client, keys)) {
        result = REFUSAL_INVALID;
    }
    if (result == 0) {
        struct api_client changed = *client;
        changed.development = known.development;
        changed.used_at_ms = known.used_at_ms;
        changed.revoked_at_ms = 0;
        result = service->store->ops->api_clients.update_client(service->store, &changed, keys);
    }
    return visit_act_end(service, &act, result, NULL);
}

int api_client_revoke(struct visit_service *service, const struct visit_actor *actor,
                      const char *client_id)
{
    struct visit_act act = {
        .operation = OPERATION_CLIENT_REVOKE, .actor = actor, .subject = client_id};
    struct api_client client;
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : read_good(service, client_id, &client);
    if (result == 0) {
        client.revoked_at_ms = service->now_ms;
        result = service->store->ops->api_clients.update_client(service->store, &client, NULL);
    }
    return visit_act_end(service, &act, result, NULL);
}

/* ---- tokens ---- */

int api_client_find_keys(struct visit_service *service, const char *client_id,
                         struct api_client *ret_client, char **ret_keys)
{
    struct api_client client;
    AUTO_FREE char *keys = NULL;
    const int result = read_with_keys(service, client_id, &client, &keys);
    if (result != 0 || client.revoked_at_ms != 0) {
        return result != 0 ? result : REFUSAL_NOT_FOUND;
    }
    *ret_client = client;
    *ret_keys = TAKE(keys);
    return 0;
}

static int issue(struct visit_service *service, const struct api_token_request *request,
                 struct visit_act *act, struct visit_actor *actor)
{
    const struct api_client_store_ops *ops = &service->store->ops->api_clients;
    struct api_client client;
    int result = ops->read_client(service->store, request->client_id, &client);
    if (result < 0) {
        return result;
    }
    /* First of all: a good assertion is used up, whatever it was for. */
    result = ops->insert_assertion(service->store, request->client_id, request->jti_sha256,
                                   request->assertion_ends_at_ms, service->now_ms);
    if (result < 0) {
        return result == -EEXIST ? REFUSAL_ASSERTION_USED : result;
    }
    actor->scopes = request->scopes != 0 ? request->scopes : client.scopes;
    if (actor->scopes & ~client.scopes) {
        snprintf(act->detail, sizeof(act->detail), "scope");
        return REFUSAL_NOT_PERMITTED;
    }
    client.used_at_ms = service->now_ms;
    return ops->update_client(service->store, &client, NULL);
}

int api_token_issue(struct visit_service *service, const struct api_token_request *request,
                    struct visit_actor *ret_actor)
{
    struct visit_actor actor = visit_actor_system(request->client_id, 0);
    struct visit_act act = {
        .operation = OPERATION_TOKEN_ISSUE, .actor = &actor, .subject = actor.client_id};
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : issue(service, request, &act, &actor);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_actor = actor;
    }
    return result;
}

int api_token_note_refusal(struct visit_service *service, enum operation operation,
                           const char *client_id, const char *reason)
{
    struct visit_actor actor = {.role = ROLE_SYSTEM};
    struct api_client client;
    struct visit_act act = {.operation = operation, .actor = &actor, .role = ROLE_SYSTEM};
    snprintf(act.detail, sizeof(act.detail), "%s", reason);
    act.begin_error = service->store->ops->begin(service->store);
    int result = act.begin_error;
    if (result == 0) {
        result = service->store->ops->api_clients.read_client(service->store, client_id, &client);
    }
    /* What a stranger calls itself is not written down. */
    if (result == 0) {
        actor = visit_actor_system(client_id, 0);
    }
    result = result == 0 || result == -ENOENT ? REFUSAL_NOT_PERMITTED : result;
    return visit_act_end(service, &act, result, NULL);
}

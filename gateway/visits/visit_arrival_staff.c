/* Staff links to the case page, and the sessions they are exchanged for. */
#include "gateway/visits/visit_arrival.h"

#include "gateway/visits/join_link.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_HOUR 3600000

static void fill_session(struct staff_session *session, const struct staff_session_row *row,
                         const struct person *person)
{
    session->actor = (struct visit_actor){.role = person->role};
    memcpy(session->actor.case_id, row->case_id, sizeof(session->actor.case_id));
    memcpy(session->actor.person_id, row->person_id, sizeof(session->actor.person_id));
    memcpy(session->actor.session_id, row->id, sizeof(session->actor.session_id));
    memcpy(session->display_name, person->display_name, sizeof(session->display_name));
    session->expires_at_ms = row->expires_at_ms;
}

static int find_staff_link(struct visit_service *service, const char *link_secret,
                           struct staff_link *link)
{
    if (!join_link_secret_is_well_formed(link_secret)) {
        return REFUSAL_LINK_UNKNOWN;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(link_secret, digest);
    const int result = service->store->ops->find_staff_link(service->store, digest, link);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_LINK_UNKNOWN : result;
    }
    if (link->revoked_at_ms != 0) {
        return REFUSAL_LINK_UNKNOWN;
    }
    return service->now_ms >= link->expires_at_ms ? REFUSAL_LINK_EXPIRED : 0;
}

static int open_session(struct visit_service *service, const struct staff_link *link,
                        const struct person *person, struct staff_session *session)
{
    struct staff_session_row row = {
        .created_at_ms = service->now_ms,
        .expires_at_ms =
            service->now_ms + (int64_t)service->config.staff_session_hours * MS_PER_HOUR,
    };
    random_uuid_v7(row.id);
    memcpy(row.case_id, link->case_id, sizeof(row.case_id));
    memcpy(row.person_id, link->person_id, sizeof(row.person_id));
    random_token(session->token);
    digest_of_token(session->token, row.token_sha256);
    fill_session(session, &row, person);
    return service->store->ops->insert_staff_session(service->store, &row);
}

int visit_arrival_exchange_staff_link(struct visit_service *service, const char *link_secret,
                                      struct staff_session *ret_session)
{
    int result = service->store->ops->begin(service->store);
    if (result < 0) {
        return result;
    }
    struct staff_link link = {0};
    struct person person = {.role = ROLE_COORDINATOR};
    struct staff_session session = {0};
    result = find_staff_link(service, link_secret, &link);
    if (result == 0) {
        result = service->store->ops->read_person(service->store, link.person_id, &person);
    }
    if (result == 0) {
        result = open_session(service, &link, &person, &session);
    }
    struct visit_actor stranger = {.role = person.role};
    memcpy(stranger.person_id, link.person_id, sizeof(stranger.person_id));
    struct visit_act act = {
        .operation = OPERATION_SESSION_OPEN, .actor = &stranger, .subject = link.id};
    memcpy(act.case_id, link.case_id, sizeof(act.case_id));
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_session = session;
    }
    return result;
}

int visit_arrival_resolve_session(struct visit_service *service, const char *token,
                                  struct staff_session *ret_session)
{
    if (!join_link_secret_is_well_formed(token)) {
        return REFUSAL_SESSION_EXPIRED;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(token, digest);
    struct staff_session_row row;
    struct person person;
    int result = service->store->ops->find_staff_session(service->store, digest, &row);
    if (result == -ENOENT || (result == 0 && service->now_ms >= row.expires_at_ms)) {
        return REFUSAL_SESSION_EXPIRED;
    }
    if (result == 0) {
        result = service->store->ops->read_person(service->store, row.person_id, &person);
    }
    if (result == 0) {
        *ret_session = (struct staff_session){0};
        fill_session(ret_session, &row, &person);
    }
    return result;
}

int visit_arrival_end_session(struct visit_service *service, const struct visit_actor *actor)
{
    struct visit_act act = {
        .operation = OPERATION_SESSION_END, .actor = actor, .subject = actor->session_id};
    int result = visit_act_begin_in_case(service, &act, actor->case_id);
    if (result == 0) {
        result = visit_act_or_not_found(service->store->ops->end_staff_session(
            service->store, actor->session_id, service->now_ms));
    }
    return visit_act_end(service, &act, result, NULL);
}

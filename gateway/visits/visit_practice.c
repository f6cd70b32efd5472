#include "gateway/visits/visit_practice.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/practice_scene.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE 60000

struct practice *practice_destroy(struct practice *practice)
{
    if (practice) {
        minted_links_destroy(practice->links);
        free(practice);
    }
    return NULL;
}

static const struct practice_store_ops *ops_of(const struct visit_service *service)
{
    return &service->store->ops->practice;
}

/* Starts an act of somebody who signed in. */
static int begin_act(struct visit_service *service, struct visit_act *act)
{
    const int result = visit_act_begin(service, act);
    return result == 0 && !act->actor->account_id[0] ? (int)REFUSAL_NOT_PERMITTED : result;
}

/* The account's visit that runs. Refusal: NOT_FOUND. */
static int find_running(struct visit_service *service, const struct visit_act *act,
                        struct visit *ret_visit)
{
    const int result = visit_act_or_not_found(
        ops_of(service)->find(service->store, act->actor->account_id, ret_visit));
    return result == 0 && ret_visit->state == VISIT_ENDED ? (int)REFUSAL_NOT_FOUND : result;
}

static int fill(struct visit_service *service, struct practice *practice)
{
    practice->ends_at_ms = practice->visit.scheduled_at_ms + PRACTICE_LONGEST_MS;
    return service->store->ops->list_participants(service->store, practice->visit.id,
                                                  practice->people, &practice->count);
}

/* ---- links ---- */

static int mint(struct visit_service *service, const struct visit_act *of_visit,
                const struct participant *seat, struct minted_link *link)
{
    const int result =
        service->store->ops->revoke_join_links(service->store, seat->id, service->now_ms);
    link->role = seat->person.role;
    link->expires_at_ms = of_visit->visit.scheduled_at_ms + PRACTICE_LONGEST_MS;
    memcpy(link->participant_id, seat->id, sizeof(link->participant_id));
    memcpy(link->person_id, seat->person.id, sizeof(link->person_id));
    memcpy(link->display_name, seat->person.display_name, sizeof(link->display_name));
    return result < 0 ? result : visit_records_mint_another(service, of_visit, seat, link->secret);
}

static int mint_all(struct visit_service *service, const struct visit_act *act,
                    struct practice *practice)
{
    struct visit_act of_visit = *act;
    int result = fill(service, practice);
    of_visit.visit = practice->visit;
    practice->links = allocate_zeroed(1, sizeof(*practice->links));
    practice->links->links = allocate_zeroed(VISIT_PARTICIPANTS_MAX, sizeof(struct minted_link));
    for (size_t i = 0; result == 0 && i < practice->count; i++) {
        result = mint(service, &of_visit, &practice->people[i],
                      &practice->links->links[practice->links->count++]);
    }
    return result;
}

/* ---- beginning ---- */

/* What the account practised before goes; there has to be room. */
static int make_room(struct visit_service *service, const struct visit_act *act)
{
    char ids[PRACTICE_VISITS_MAX][UUID_TEXT_SIZE];
    struct visit before;
    size_t count = 0;
    int result = ops_of(service)->find(service->store, act->actor->account_id, &before);
    if (result == 0) {
        if (before.state != VISIT_ENDED) {
            return REFUSAL_WRONG_STATE;
        }
        if (service->now_ms - before.scheduled_at_ms < PRACTICE_GAP_MS) {
            return REFUSAL_TOO_SOON;
        }
        result = ops_of(service)->remove(service->store, &before);
    }
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    result = ops_of(service)->list(service->store, ids, &count);
    return result == 0 && count == PRACTICE_VISITS_MAX ? (int)REFUSAL_TOO_MANY : result;
}

static int seat(struct visit_service *service, const struct visit *visit,
                const struct person *person)
{
    struct participant seat = {.person = *person, .state = SEAT_INVITED};
    random_uuid_v7(seat.id);
    memcpy(seat.visit_id, visit->id, sizeof(seat.visit_id));
    return service->store->ops->insert_participant(service->store, &seat);
}

static int keep(struct visit_service *service, const struct visit_act *act,
                const struct practice_scene *scene, struct visit *visit)
{
    const struct visit_store_ops *ops = service->store->ops;
    AUTO(clinical_case) made = practice_scene_make(scene, service->now_ms);
    memcpy(made->reference, made->id, sizeof(made->id));
    *visit = (struct visit){.shape = practice_scene_shape(scene->own_role),
                            .scheduled_at_ms = service->now_ms,
                            .scheduled_minutes = PRACTICE_LONGEST_MS / MS_PER_MINUTE};
    random_uuid_v7(visit->id);
    memcpy(visit->case_id, made->id, sizeof(visit->case_id));
    memcpy(visit->title, made->title, sizeof(visit->title));
    snprintf(visit->time_zone, sizeof(visit->time_zone), "%s", scene->time_zone);
    memcpy(visit->practice_of, act->actor->account_id, sizeof(visit->practice_of));
    int result = ops->insert_case(service->store, made);
    result = result < 0 ? result : ops->insert_visit(service->store, visit);
    for (size_t i = 0; result == 0 && i < made->person_count; i++) {
        result = seat(service, visit, &made->people[i]);
    }
    return result;
}

static int begin(struct visit_service *service, const struct visit_act *act,
                 const struct practice_request *request, struct practice *practice)
{
    struct staff_account account;
    int result = make_room(service, act);
    result = result != 0 ? result
                         : service->store->ops->staff.read_account(
                               service->store, act->actor->account_id, &account);
    if (result != 0) {
        return result;
    }
    const char *zone = request->time_zone     ? request->time_zone
                       : account.time_zone[0] ? account.time_zone
                                              : "UTC";
    if (!time_zone_is_well_formed(zone) || strlen(zone) >= TIME_ZONE_SIZE) {
        return REFUSAL_INVALID;
    }
    const struct practice_scene scene = {.own_role = act->role,
                                         .own_name = account.display_name,
                                         .language = request->language,
                                         .time_zone = zone};
    result = keep(service, act, &scene, &practice->visit);
    return result < 0 ? result : mint_all(service, act, practice);
}

int visit_practice_begin(struct visit_service *service, const struct visit_actor *actor,
                         const struct practice_request *request, struct practice **ret_practice)
{
    struct visit_act act = {.operation = OPERATION_PRACTICE, .actor = actor, .detail = "begin"};
    AUTO(practice) practice = allocate_zeroed(1, sizeof(*practice));
    int result = begin_act(service, &act);
    result = result != 0 ? result : begin(service, &act, request, practice);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_practice = TAKE(practice);
    }
    return result;
}

/* ---- while it runs ---- */

int visit_practice_look(struct visit_service *service, const struct visit_actor *actor,
                        struct practice **ret_practice)
{
    struct visit_act act = {.operation = OPERATION_PRACTICE, .actor = actor, .quiet = true};
    AUTO(practice) practice = allocate_zeroed(1, sizeof(*practice));
    bool runs = false;
    int result = begin_act(service, &act);
    if (result == 0) {
        result = find_running(service, &act, &practice->visit);
        runs = result == 0;
        result = result == REFUSAL_NOT_FOUND ? 0 : result;
    }
    result = result == 0 && runs ? fill(service, practice) : result;
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_practice = runs ? TAKE(practice) : NULL;
    }
    return result;
}

int visit_practice_renew(struct visit_service *service, const struct visit_actor *actor,
                         struct practice **ret_practice)
{
    struct visit_act act = {.operation = OPERATION_PRACTICE, .actor = actor, .quiet = true};
    AUTO(practice) practice = allocate_zeroed(1, sizeof(*practice));
    int result = begin_act(service, &act);
    result = result != 0 ? result : find_running(service, &act, &practice->visit);
    result = result != 0 ? result : mint_all(service, &act, practice);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_practice = TAKE(practice);
    }
    return result;
}

/* ---- the end ---- */

int visit_practice_end(struct visit_service *service, const struct visit_actor *actor,
                       struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_PRACTICE, .actor = actor, .quiet = true};
    struct visit visit;
    int result = begin_act(service, &act);
    result = result != 0 ? result : find_running(service, &act, &visit);
    if (result == 0) {
        act.visit = visit;
        memcpy(act.case_id, visit.case_id, sizeof(act.case_id));
        result = visit_conduct_end_within(service, &act);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

/* When everybody had gone; 0: somebody is there. */
static int64_t alone_since(const struct visit *visit, const struct participant *seats, size_t count)
{
    int64_t since_ms = visit->scheduled_at_ms;
    for (size_t i = 0; i < count; i++) {
        if (seats[i].connected) {
            return 0;
        }
        since_ms = seats[i].last_seen_ms > since_ms ? seats[i].last_seen_ms : since_ms;
    }
    return since_ms;
}

static int is_due(struct visit_service *service, const struct visit *visit, bool *ret_due)
{
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    const int result =
        service->store->ops->list_participants(service->store, visit->id, seats, &count);
    const int64_t alone_ms = alone_since(visit, seats, count);
    *ret_due = service->now_ms - visit->scheduled_at_ms >= PRACTICE_LONGEST_MS ||
               (alone_ms != 0 && service->now_ms - alone_ms >= PRACTICE_ALONE_MS);
    return result;
}

static int tidy(struct visit_service *service, struct visit_act *act, bool *ret_ended)
{
    const struct visit *visit = &act->visit;
    bool due = false;
    *ret_ended = false;
    if (visit->state == VISIT_ENDED) {
        return service->now_ms - visit->ended_at_ms >= PRACTICE_KEPT_MS
                   ? ops_of(service)->remove(service->store, visit)
                   : 0;
    }
    const int result = is_due(service, visit, &due);
    *ret_ended = result == 0 && due;
    return *ret_ended ? visit_conduct_end_within(service, act) : result;
}

static int tidy_one(struct visit_service *service, const char *visit_id,
                    struct practice_round *round)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = {.operation = OPERATION_PRACTICE_TIDY, .actor = &gateway, .quiet = true};
    struct visit_picture *picture = NULL;
    bool ended = false;
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    result = result != 0 ? result : tidy(service, &act, &ended);
    result = visit_act_end(service, &act, result, ended ? &picture : NULL);
    if (picture) {
        round->pictures[round->count++] = picture;
    }
    return result;
}

void practice_round_clear(struct practice_round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        visit_picture_destroy(round->pictures[i]);
    }
    round->count = 0;
}

int visit_practice_tidy(struct visit_service *service, struct practice_round *ret_round)
{
    char ids[PRACTICE_VISITS_MAX][UUID_TEXT_SIZE];
    size_t count = 0;
    int worst = 0;
    ret_round->count = 0;
    int result = ops_of(service)->list(service->store, ids, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        const int one = tidy_one(service, ids[i], ret_round);
        worst = worst == 0 ? one : worst; /* the others are tidied all the same */
    }
    return result == 0 ? worst : result;
}

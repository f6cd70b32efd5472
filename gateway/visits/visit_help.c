#include "gateway/visits/visit_help.h"

#include "gateway/base/secret.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The timeline names the seat from which somebody helps; a member of staff who signed in has none
 * while they ask. */
static int note(struct visit_service *service, const struct visit_act *act,
                enum visit_event_kind kind, const struct help_session *help, const char *detail)
{
    struct visit_actor helper = *act->actor;
    struct visit_act noted = *act;
    if (!helper.participant_id[0]) {
        memcpy(helper.participant_id, help->helper_id, sizeof(helper.participant_id));
        noted.actor = &helper;
    }
    return visit_act_note(service, &noted, kind, help->helped_id, NULL, detail, service->now_ms);
}

static int read_latest(struct visit_service *service, const struct visit_act *act,
                       struct help_session *ret_help)
{
    return service->store->ops->help.latest(service->store, act->visit.id, ret_help);
}

static int keep_end(struct visit_service *service, const struct visit_act *act,
                    struct help_session *help, enum help_end end)
{
    if (help_session_end(help, end, service->now_ms) < 0) {
        return REFUSAL_WRONG_STATE;
    }
    const int result = service->store->ops->help.update(service->store, help);
    return result < 0 ? result : note(service, act, EVENT_HELP_ENDED, help, help_end_name(end));
}

/* ---- the helper's seat ---- */

struct help_scene {
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count;
};

static struct participant *find_in_scene(struct help_scene *scene, const char *participant_id)
{
    for (size_t i = 0; i < scene->count; i++) {
        if (strcmp(scene->seats[i].id, participant_id) == 0) {
            return &scene->seats[i];
        }
    }
    return NULL;
}

/* Of an account's people and seats only those whose role it bears: roles are taken away, too. */
static bool may_sit_as(const struct visit_act *act, enum participant_role role)
{
    return !act->actor->account_id[0] || staff_account_bears_role(act->roles, role);
}

/* As whom the case knows the actor. -ENOENT: it does not. */
static int find_person(struct visit_service *service, const struct visit_act *act,
                       struct person *ret_person)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct person person;
    if (act->actor->person_id[0]) {
        return ops->read_person(service->store, act->actor->person_id, ret_person);
    }
    int result = act->staff_key[0]
                     ? ops->staff.find_person(service->store, act->case_id, act->staff_key, &person)
                     : -ENOENT;
    if (result == -ENOENT || (result == 0 && !may_sit_as(act, person.role))) {
        result =
            ops->help.find_person(service->store, act->case_id, act->actor->account_id, &person);
    }
    if (result < 0 || !may_sit_as(act, person.role)) {
        return result < 0 ? result : -ENOENT;
    }
    *ret_person = person;
    return 0;
}

/* The seat that the actor has in the visit. -ENOENT: none. */
static int find_seat(struct visit_service *service, const struct visit_act *act,
                     struct help_scene *scene, struct participant **ret_seat)
{
    struct person person;
    char seat_id[UUID_TEXT_SIZE] = "";
    int result = find_person(service, act, &person);
    for (size_t i = 0; result == 0 && i < scene->count; i++) {
        struct participant *seat = &scene->seats[i];
        if (strcmp(seat->person.id, person.id) == 0 && may_sit_as(act, seat->person.role)) {
            *ret_seat = seat;
            return 0;
        }
    }
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    result = service->store->ops->help.find_seat(service->store, act->visit.id,
                                                 act->actor->account_id, seat_id);
    struct participant *seat = result == 0 ? find_in_scene(scene, seat_id) : NULL;
    *ret_seat = seat && may_sit_as(act, seat->person.role) ? seat : NULL;
    return result == 0 && !*ret_seat ? -ENOENT : result;
}

/* Somebody whom the case does not know becomes one of its people, without the key of the account:
 * what they may reach stays what it was. They are invited to nothing. */
static int make_person(struct visit_service *service, const struct visit_act *act,
                       struct person *person)
{
    struct staff_account account;
    const struct visit_store_ops *ops = service->store->ops;
    int result = ops->staff.read_account(service->store, act->actor->account_id, &account);
    if (result < 0) {
        return visit_act_or_not_found(result);
    }
    *person = (struct person){.role = act->role, .beside = true};
    random_uuid_v7(person->id);
    memcpy(person->display_name, account.display_name, sizeof(person->display_name));
    result = ops->insert_person(service->store, act->case_id, person);
    return result == -ENOSPC ? REFUSAL_TOO_MANY : result;
}

static int make_seat(struct visit_service *service, const struct visit_act *act,
                     struct help_scene *scene, struct participant **ret_seat)
{
    struct person person;
    if (scene->count >= VISIT_PARTICIPANTS_MAX) {
        return REFUSAL_TOO_MANY;
    }
    int result = find_person(service, act, &person);
    result = result == -ENOENT ? make_person(service, act, &person) : result;
    if (result != 0) {
        return result;
    }
    struct participant *seat = &scene->seats[scene->count++];
    *seat = (struct participant){.person = person, .state = SEAT_INVITED, .beside = true};
    random_uuid_v7(seat->id);
    memcpy(seat->visit_id, act->visit.id, sizeof(seat->visit_id));
    if (!seat->person.time_zone[0]) {
        memcpy(seat->person.time_zone, act->visit.time_zone, sizeof(seat->person.time_zone));
    }
    *ret_seat = seat;
    return service->store->ops->insert_participant(service->store, seat);
}

/* Whoever signed in is who they are: the seat moves to this device without a question. */
static int bind_device(struct visit_service *service, struct participant *seat,
                       struct visit_help_offered *offered)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct device device;
    int result = ops->latest_device(service->store, seat->id, DEVICE_ACTIVE, &device);
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    if (result == 0) {
        offered->replaced_device = true;
        device.state = DEVICE_REPLACED;
        result = ops->update_device(service->store, &device);
        if (result < 0) {
            return result;
        }
        seat->connected = false;
        seat->last_seen_ms = service->now_ms;
    }
    device = (struct device){.state = DEVICE_ACTIVE, .created_at_ms = service->now_ms};
    random_uuid_v7(device.id);
    memcpy(device.participant_id, seat->id, sizeof(device.participant_id));
    random_token(offered->seat_token);
    digest_of_token(offered->seat_token, device.token_sha256);
    memcpy(offered->participant_id, seat->id, sizeof(offered->participant_id));
    return ops->insert_device(service->store, &device);
}

/* A seat that nobody sits in counts as arrived: who left comes back to help. */
static int take_seat(struct visit_service *service, struct participant *seat,
                     struct visit_help_offered *offered)
{
    if (seat->state == SEAT_DENIED) {
        return REFUSAL_DENIED;
    }
    if (seat->state == SEAT_INVITED || seat->state == SEAT_LEFT) {
        seat->state = SEAT_ARRIVED;
    }
    const int result = bind_device(service, seat, offered);
    return result != 0 ? result : service->store->ops->update_participant(service->store, seat);
}

/* ---- offering ---- */

/* Somebody to whom help can come: their page is open, or was just now. */
static bool can_be_helped(const struct participant *seat)
{
    return seat->state == SEAT_ARRIVED || seat->state == SEAT_WAITING ||
           seat->state == SEAT_IN_VISIT;
}

static int insert_offer(struct visit_service *service, const struct visit_act *act,
                        const char *helped_id, const char *helper_id)
{
    struct help_session help = {.state = HELP_OFFERED, .offered_at_ms = service->now_ms};
    random_uuid_v7(help.id);
    memcpy(help.visit_id, act->visit.id, sizeof(help.visit_id));
    snprintf(help.helped_id, sizeof(help.helped_id), "%s", helped_id);
    snprintf(help.helper_id, sizeof(help.helper_id), "%s", helper_id);
    memcpy(help.account_id, act->actor->account_id, sizeof(help.account_id));
    const int result = service->store->ops->help.insert(service->store, &help);
    return result < 0 ? result : note(service, act, EVENT_HELP_OFFERED, &help, NULL);
}

/* Whoever helps, and was never there or is gone: a page that was closed before it joined. */
static bool is_deserted(struct help_scene *scene, const struct help_session *help, int64_t now_ms)
{
    const struct participant *helper = find_in_scene(scene, help->helper_id);
    return !helper || (!helper->connected && now_ms - help->offered_at_ms > HELP_DESERTED_AFTER_MS);
}

/* Returns whether the actor's own offer to this person goes on, or a refusal or errno. */
static int find_own_offer(struct visit_service *service, const struct visit_act *act,
                          struct help_scene *scene, const struct participant *own,
                          const char *helped_id)
{
    struct help_session help;
    const int result = read_latest(service, act, &help);
    if (result < 0 || !help_session_is_on(&help)) {
        return result < 0 ? result : -ENOENT;
    }
    if (own && strcmp(help.helper_id, own->id) == 0 && strcmp(help.helped_id, helped_id) == 0) {
        return 0;
    }
    const bool is_own = own && strcmp(help.helper_id, own->id) == 0;
    if (!is_own && !is_deserted(scene, &help, service->now_ms)) {
        return REFUSAL_HELP_TAKEN;
    }
    const int ended = keep_end(service, act, &help, is_own ? HELP_ENDED_BY_HELPER : HELP_LOST);
    return ended != 0 ? ended : -ENOENT;
}

static int offer(struct visit_service *service, const struct visit_act *act, const char *helped_id,
                 struct visit_help_offered *offered)
{
    struct help_scene scene;
    struct participant *own = NULL;
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    int result = service->store->ops->list_participants(service->store, act->visit.id, scene.seats,
                                                        &scene.count);
    const struct participant *helped = result == 0 ? find_in_scene(&scene, helped_id) : NULL;
    if (!helped) {
        return result < 0 ? result : REFUSAL_NOT_FOUND;
    }
    result = find_seat(service, act, &scene, &own);
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    if (own == helped || !can_be_helped(helped)) {
        return own == helped ? REFUSAL_INVALID : REFUSAL_WRONG_STATE;
    }
    const int found = find_own_offer(service, act, &scene, own, helped_id);
    if (found != 0 && found != -ENOENT) {
        return found;
    }
    result = own ? 0 : make_seat(service, act, &scene, &own);
    result = result != 0 ? result : take_seat(service, own, offered);
    return result != 0 || found == 0 ? result : insert_offer(service, act, helped_id, own->id);
}

int visit_help_offer(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, const char *participant_id,
                     struct visit_help_offered *ret_offered, struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_HELP_OFFER, .actor = actor, .subject = participant_id};
    struct visit_help_offered offered = {0};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = offer(service, &act, participant_id, &offered);
    }
    result = visit_act_end(service, &act, result, ret_picture);
    if (result == 0) {
        *ret_offered = offered;
    }
    secret_wipe(&offered, sizeof(offered));
    return result;
}

/* ---- from the seats ---- */

static int sit(struct visit_service *service, struct visit_act *act)
{
    struct help_session help;
    int result = read_latest(service, act, &help);
    if (result < 0) {
        return result;
    }
    if (!act->has_seat || !help_session_is_on(&help) || !help_session_is_of(&help, act->seat.id)) {
        return REFUSAL_WRONG_STATE;
    }
    if (act->seat.connected) {
        return 0;
    }
    act->seat.connected = true;
    act->seat.last_seen_ms = service->now_ms;
    result = service->store->ops->update_participant(service->store, &act->seat);
    return result < 0 ? result
                      : visit_act_note(service, act, EVENT_CONNECTED, act->seat.id, NULL, NULL,
                                       service->now_ms);
}

int visit_help_sit(struct visit_service *service, const struct visit_actor *actor,
                   struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_HELP_ANSWER, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = sit(service, &act);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

static int accept(struct visit_service *service, const struct visit_act *act,
                  struct help_session *help)
{
    if (help_session_open(help, service->now_ms) < 0) {
        return REFUSAL_WRONG_STATE;
    }
    const int result = service->store->ops->help.update(service->store, help);
    return result < 0 ? result : note(service, act, EVENT_HELP_OPENED, help, NULL);
}

static int take_step(struct visit_service *service, struct visit_act *act, enum help_step step)
{
    struct help_session help;
    const int result = read_latest(service, act, &help);
    if (result < 0) {
        return result;
    }
    if (!act->has_seat || !help_session_is_on(&help) || !help_session_is_of(&help, act->seat.id)) {
        return REFUSAL_WRONG_STATE;
    }
    const bool is_helped = strcmp(help.helped_id, act->seat.id) == 0;
    if (step == HELP_STEP_END) {
        return keep_end(service, act, &help,
                        is_helped ? HELP_ENDED_BY_HELPED : HELP_ENDED_BY_HELPER);
    }
    if (!is_helped || help.state != HELP_OFFERED) {
        return REFUSAL_WRONG_STATE;
    }
    return step == HELP_STEP_ACCEPT ? accept(service, act, &help)
                                    : keep_end(service, act, &help, HELP_DECLINED);
}

int visit_help_step(struct visit_service *service, const struct visit_actor *actor,
                    enum help_step step, struct visit_picture **ret_picture)
{
    static const char *const names[] = {"accept", "decline", "end"};
    struct visit_act act = {
        .operation = OPERATION_HELP_ANSWER, .actor = actor, .subject = actor->participant_id};
    snprintf(act.detail, sizeof(act.detail), "%s", names[step]);
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = take_step(service, &act, step);
    }
    act.quiet = result == REFUSAL_WRONG_STATE; /* nobody's step, and as often as one likes */
    return visit_act_end(service, &act, result, ret_picture);
}

static int look(struct visit_service *service, const struct visit_act *act,
                struct visit_help_look *ret_look)
{
    struct help_session help;
    struct participant helper;
    int result = read_latest(service, act, &help);
    if (result < 0 || !act->has_seat || !help_session_is_on(&help) ||
        strcmp(help.helped_id, act->seat.id) != 0) {
        return result;
    }
    result = service->store->ops->read_participant(service->store, help.helper_id, &helper);
    if (result == 0 && helper.connected) {
        ret_look->is_offered = true;
        ret_look->helper_role = helper.person.role;
        memcpy(ret_look->helper_name, helper.person.display_name, sizeof(ret_look->helper_name));
    }
    return result;
}

int visit_help_look(struct visit_service *service, const struct visit_actor *actor,
                    struct visit_help_look *ret_look)
{
    struct visit_act act = {.operation = OPERATION_HELP_ANSWER, .actor = actor, .quiet = true};
    struct visit_help_look found = {0};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = look(service, &act, &found);
    }
    act.visit.id[0] = 0; /* nothing changed: no board has to look again */
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_look = found;
    }
    return result;
}

static int abandon(struct visit_service *service, const struct visit_act *act, const char *help_id)
{
    struct help_session help;
    const int result = read_latest(service, act, &help);
    if (result < 0 || !help_session_is_on(&help) || strcmp(help.id, help_id) != 0) {
        return result;
    }
    return keep_end(service, act, &help, HELP_LOST);
}

int visit_help_abandon(struct visit_service *service, const char *visit_id, const char *help_id,
                       struct visit_picture **ret_picture)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = {
        .operation = OPERATION_HELP_ABANDON, .actor = &gateway, .subject = visit_id};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = abandon(service, &act, help_id);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

int visit_help_follow(struct visit_service *service, struct visit_act *act,
                      const char *participant_id, enum help_end end)
{
    struct help_session help;
    const int result = read_latest(service, act, &help);
    if (result < 0 || !help_session_is_on(&help) ||
        (participant_id && !help_session_is_of(&help, participant_id))) {
        return result;
    }
    return keep_end(service, act, &help, end);
}

#include "gateway/visits/visit_help.h"

#include "gateway/base/secret.h"
#include "gateway/visits/seat_device.h"
#include "gateway/visits/staff_seat.h"

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

/* As whom the case knows the actor; also from having helped before. -ENOENT: it does not. */
static int find_person(struct visit_service *service, const struct visit_act *act,
                       struct person *ret_person)
{
    struct person person;
    int result = staff_seat_find_person(service, act, &person);
    if (result == -ENOENT && !act->actor->person_id[0]) {
        result = service->store->ops->help.find_person(service->store, act->case_id,
                                                       act->actor->account_id, &person);
    }
    if (result < 0 || !staff_seat_may_sit_as(act, person.role)) {
        return result < 0 ? result : -ENOENT;
    }
    *ret_person = person;
    return 0;
}

/* The seat from which the account helped before; it may be none of the latest. -ENOENT: none. */
static int find_former_seat(struct visit_service *service, const struct visit_act *act,
                            struct staff_scene *scene, struct participant **ret_seat)
{
    const struct visit_store_ops *ops = service->store->ops;
    char seat_id[UUID_TEXT_SIZE] = "";
    int result =
        ops->help.find_seat(service->store, act->visit.id, act->actor->account_id, seat_id);
    struct participant *seat = result == 0 ? staff_seat_find_in_scene(scene, seat_id) : NULL;
    if (result == 0 && !seat) {
        seat = &scene->seats[scene->count];
        result = ops->read_participant(service->store, seat_id, seat);
    }
    if (result < 0 || !staff_seat_may_sit_as(act, seat->person.role)) {
        return result < 0 ? result : -ENOENT;
    }
    if (seat == &scene->seats[scene->count]) {
        scene->count++;
    }
    *ret_seat = seat;
    return 0;
}

/* The seat that the actor has in the visit. -ENOENT: none. */
static int find_seat(struct visit_service *service, const struct visit_act *act,
                     struct staff_scene *scene, struct participant **ret_seat)
{
    struct person person;
    const int result = find_person(service, act, &person);
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    *ret_seat = result == 0 ? staff_seat_of_person(act, scene, &person) : NULL;
    return *ret_seat ? 0 : find_former_seat(service, act, scene, ret_seat);
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
    return ops->insert_person(service->store, act->case_id, person);
}

static int make_seat(struct visit_service *service, const struct visit_act *act,
                     struct staff_scene *scene, struct participant **ret_seat)
{
    struct person person;
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
static int bind_device(struct visit_service *service, const struct visit_act *act,
                       struct participant *seat, struct visit_help_offered *offered)
{
    struct device active;
    char device_id[UUID_TEXT_SIZE];
    int result =
        service->store->ops->latest_device(service->store, seat->id, DEVICE_ACTIVE, &active);
    if (result == 0) {
        offered->replaced_device = true;
        result = seat_device_replace(service, &active, seat);
    }
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    memcpy(offered->participant_id, seat->id, sizeof(offered->participant_id));
    return seat_device_add(service, seat->id, DEVICE_ACTIVE,
                           act->actor->account_id[0] ? act->actor->session_id : "",
                           offered->seat_token, device_id);
}

/* A seat that nobody sits in counts as arrived: who left comes back to help. */
static int take_seat(struct visit_service *service, const struct visit_act *act,
                     struct participant *seat, struct visit_help_offered *offered)
{
    if (seat->state == SEAT_DENIED) {
        return REFUSAL_DENIED;
    }
    if (seat->state == SEAT_INVITED || seat->state == SEAT_LEFT) {
        seat->state = SEAT_ARRIVED;
    }
    const int result = bind_device(service, act, seat, offered);
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
static bool is_deserted(struct staff_scene *scene, const struct help_session *help, int64_t now_ms)
{
    const struct participant *helper = staff_seat_find_in_scene(scene, help->helper_id);
    return !helper || (!helper->connected && now_ms - help->offered_at_ms > HELP_DESERTED_AFTER_MS);
}

/* Returns whether the actor's own offer to this person goes on, or a refusal or errno. */
static int find_own_offer(struct visit_service *service, const struct visit_act *act,
                          struct staff_scene *scene, const struct participant *own,
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
    struct staff_scene scene;
    struct participant *own = NULL;
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    int result = staff_seat_set_scene(service, act, &scene);
    const struct participant *helped =
        result == 0 ? staff_seat_find_in_scene(&scene, helped_id) : NULL;
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
    result = result != 0 ? result : take_seat(service, act, own, offered);
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
    if (!act->has_seat || !help_session_allows(&help, act->seat.id, step)) {
        return REFUSAL_WRONG_STATE;
    }
    const bool is_helped = strcmp(help.helped_id, act->seat.id) == 0;
    if (step == HELP_STEP_END) {
        return keep_end(service, act, &help,
                        is_helped ? HELP_ENDED_BY_HELPED : HELP_ENDED_BY_HELPER);
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

static int end_after_restart(struct visit_service *service, const char *visit_id)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = {
        .operation = OPERATION_HELP_ABANDON, .actor = &gateway, .subject = visit_id};
    snprintf(act.detail, sizeof(act.detail), "%s", help_end_name(HELP_RESTART));
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    result = result != 0 ? result : visit_help_follow(service, &act, NULL, HELP_RESTART);
    return visit_act_end(service, &act, result, NULL);
}

int visit_help_recover(struct visit_service *service)
{
    const struct help_store_ops *ops = &service->store->ops->help;
    char visit_id[UUID_TEXT_SIZE];
    int result = ops->find_on(service->store, visit_id);
    while (result == 0) {
        result = end_after_restart(service, visit_id);
        result = result != 0 ? result : ops->find_on(service->store, visit_id);
    }
    return result == -ENOENT ? 0 : result;
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

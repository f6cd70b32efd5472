#include "gateway/visits/visit_arrival.h"

#include "gateway/visits/admission.h"
#include "gateway/visits/join_link.h"
#include "gateway/visits/seat_device.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What a link leads to. */
struct door {
    struct join_link link;
    struct visit visit;
    struct participant seat;
    enum birth_date_owner birth_date_owner;
    char birth_date[PERSON_DATE_SIZE]; /* that is asked for */
};

/* Whose date of birth opens the door: one's own when it is on record, the patient's for family. */
static int find_birth_date(struct visit_service *service, struct door *door)
{
    door->birth_date_owner = BIRTH_DATE_NOT_ASKED;
    if (door->seat.person.birth_date[0]) {
        memcpy(door->birth_date, door->seat.person.birth_date, sizeof(door->birth_date));
        door->birth_date_owner = BIRTH_DATE_OWN;
        return 0;
    }
    if (door->seat.person.role != ROLE_CAREGIVER) {
        return 0;
    }
    const int result = service->store->ops->read_birth_date_of_patient(
        service->store, door->visit.case_id, door->birth_date);
    if (result == 0 && door->birth_date[0]) {
        door->birth_date_owner = BIRTH_DATE_OF_PATIENT;
    }
    return result == -ENOENT ? 0 : result;
}

static int find_door(struct visit_service *service, const char *link_secret, struct door *door)
{
    const struct visit_store_ops *ops = service->store->ops;
    if (!join_link_secret_is_well_formed(link_secret)) {
        return REFUSAL_LINK_UNKNOWN;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(link_secret, digest);
    int result = ops->find_join_link(service->store, digest, &door->link);
    if (result == -ENOENT) {
        return REFUSAL_LINK_UNKNOWN;
    }
    if (result == 0) {
        result = ops->read_participant(service->store, door->link.participant_id, &door->seat);
    }
    if (result == 0) {
        result = ops->read_visit(service->store, door->link.visit_id, &door->visit);
    }
    if (result == 0) {
        result = find_birth_date(service, door);
    }
    if (result < 0) {
        return result;
    }
    const enum visit_refusal refusal = join_link_check(&door->link, service->now_ms);
    if (refusal != REFUSAL_NONE) {
        return (int)refusal;
    }
    return door->visit.state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : 0;
}

/* The physician who leads, as the visit's shape says. */
static const struct participant *find_inviter(const struct participant *seats, size_t count,
                                              enum visit_shape shape)
{
    const enum participant_role wanted = shape == VISIT_TREATING_LED ? ROLE_TREATING_PHYSICIAN
                                         : shape == VISIT_NURSE_LED  ? ROLE_COORDINATOR
                                                                     : ROLE_REVIEWING_PHYSICIAN;
    const struct participant *any = NULL;
    for (size_t i = 0; i < count; i++) {
        if (seats[i].person.role == wanted) {
            return &seats[i];
        }
        if (!any && participant_role_is_physician(seats[i].person.role)) {
            any = &seats[i];
        }
    }
    return any;
}

static int fill_look(struct visit_service *service, const struct door *door,
                     struct join_link_look *look)
{
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    const int result =
        service->store->ops->list_participants(service->store, door->visit.id, seats, &count);
    if (result < 0) {
        return result;
    }
    const struct person *person = &door->seat.person;
    *look = (struct join_link_look){
        .role = person->role,
        .shape = door->visit.shape,
        .visit_state = door->visit.state,
        .scheduled_at_ms = door->visit.scheduled_at_ms,
        .scheduled_minutes = door->visit.scheduled_minutes,
        .birth_date_owner = door->birth_date_owner,
        .tries_left = join_link_tries_left(&door->link),
        .practice = visit_is_practice(&door->visit),
    };
    memcpy(look->person_name, person->display_name, sizeof(look->person_name));
    memcpy(look->person_languages, person->languages, sizeof(look->person_languages));
    memcpy(look->visit_id, door->visit.id, sizeof(look->visit_id));
    memcpy(look->visit_title, door->visit.title, sizeof(look->visit_title));
    snprintf(look->time_zone, sizeof(look->time_zone), "%s",
             person->time_zone[0] ? person->time_zone : door->visit.time_zone);
    const struct participant *inviter = find_inviter(seats, count, door->visit.shape);
    if (inviter) {
        memcpy(look->inviter_name, inviter->person.display_name, sizeof(look->inviter_name));
        look->inviter_role = inviter->person.role;
        memcpy(look->inviter_label, inviter->person.label, sizeof(look->inviter_label));
    }
    return 0;
}

int visit_arrival_look(struct visit_service *service, const char *link_secret,
                       struct join_link_look *ret_look)
{
    struct door door = {0};
    struct join_link_look look;
    int result = find_door(service, link_secret, &door);
    struct visit_delay delay = {0};
    if (result == 0) {
        result = fill_look(service, &door, &look);
    }
    if (result == 0) {
        result = service->store->ops->delays.read(service->store, door.visit.id, &delay);
    }
    if (result == 0) {
        look.expected_at_ms = delay.expected_at_ms;
        *ret_look = look;
    }
    return result;
}

static struct visit_actor actor_of(const struct visit *visit, const struct participant *seat,
                                   const char *device_id)
{
    struct visit_actor actor = {.role = seat->person.role};
    memcpy(actor.case_id, visit->case_id, sizeof(actor.case_id));
    memcpy(actor.visit_id, visit->id, sizeof(actor.visit_id));
    memcpy(actor.participant_id, seat->id, sizeof(actor.participant_id));
    memcpy(actor.person_id, seat->person.id, sizeof(actor.person_id));
    snprintf(actor.device_id, sizeof(actor.device_id), "%s", device_id);
    return actor;
}

/* A device that has arrived before and kept its token sits down again without a question. Returns 1
 * when it is none of those. */
static int try_known_device(struct visit_service *service, const struct door *door,
                            const char *seat_token, struct join_result *result)
{
    if (!seat_token || !join_link_secret_is_well_formed(seat_token)) {
        return -ENOENT;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(seat_token, digest);
    struct device device;
    const int found = service->store->ops->find_device(service->store, digest, &device);
    if (found < 0) {
        return found;
    }
    if (strcmp(device.participant_id, door->seat.id) != 0 ||
        (device.state != DEVICE_ACTIVE && device.state != DEVICE_PENDING)) {
        return -ENOENT;
    }
    result->actor = actor_of(&door->visit, &door->seat, device.id);
    memcpy(result->seat_token, seat_token, RANDOM_TOKEN_SIZE);
    return device.state == DEVICE_ACTIVE ? 0 : REFUSAL_SECOND_DEVICE_PENDING;
}

static int keep_device(struct visit_service *service, const struct door *door,
                       enum device_state state, struct join_result *result)
{
    char device_id[UUID_TEXT_SIZE];
    const int kept =
        seat_device_add(service, door->seat.id, state, "", result->seat_token, device_id);
    result->actor = actor_of(&door->visit, &door->seat, device_id);
    return kept;
}

/* Binds the seat to a device that has not been here before. */
static int bind_new_device(struct visit_service *service, struct door *door,
                           struct join_result *result)
{
    struct device active;
    int found =
        service->store->ops->latest_device(service->store, door->seat.id, DEVICE_ACTIVE, &active);
    if (found == -ENOENT) {
        return keep_device(service, door, DEVICE_ACTIVE, result);
    }
    if (found < 0) {
        return found;
    }
    const bool vouched_for = door->birth_date_owner != BIRTH_DATE_NOT_ASKED ||
                             door->link.created_at_ms > active.created_at_ms;
    const int decided = seat_device_decide(service, &active, &door->seat, vouched_for);
    if (decided < 0) {
        return decided;
    }
    if (decided == SECOND_DEVICE_TAKES_OVER) {
        found = seat_device_replace(service, &active, &door->seat);
        result->replaced_device = true;
        return found < 0 ? found : keep_device(service, door, DEVICE_ACTIVE, result);
    }
    found = seat_device_refuse_pending(service, door->seat.id);
    if (found == 0) {
        found = keep_device(service, door, DEVICE_PENDING, result);
    }
    return found < 0 ? found : REFUSAL_SECOND_DEVICE_PENDING;
}

static int ask_birth_date(struct visit_service *service, struct door *door,
                          const struct join_request *request, struct join_result *result)
{
    result->birth_date_owner = door->birth_date_owner;
    result->tries_left = join_link_tries_left(&door->link);
    if (door->birth_date_owner == BIRTH_DATE_NOT_ASKED) {
        return 0;
    }
    const uint32_t failed_before = door->link.failed_tries;
    const enum visit_refusal refusal =
        join_link_try_birth_date(&door->link, door->birth_date, request->birth_date);
    result->tries_left = join_link_tries_left(&door->link);
    if (door->link.failed_tries == failed_before) {
        return (int)refusal;
    }
    int updated = service->store->ops->update_join_link(service->store, &door->link);
    if (updated == 0 && door->link.failed_tries > 0) {
        updated = service->store->ops->seat_steps.put(
            service->store, door->seat.id,
            result->tries_left == 0 ? SEAT_STEP_LOCKED : SEAT_STEP_BIRTH_DATE_WRONG, 0,
            service->now_ms);
    }
    return updated < 0 ? updated : (int)refusal;
}

static int join(struct visit_service *service, struct visit_act *act, struct door *door,
                const struct join_request *request, struct join_result *result)
{
    const int known = try_known_device(service, door, request->seat_token, result);
    if (known != -ENOENT) {
        return known;
    }
    int outcome = ask_birth_date(service, door, request, result);
    if (outcome != 0) {
        return outcome;
    }
    outcome = (int)admission_arrive(&door->seat, &door->visit);
    if (outcome != 0) {
        return outcome;
    }
    const int bound = bind_new_device(service, door, result);
    if (bound < 0) {
        return bound;
    }
    if (result->replaced_device) {
        snprintf(act->detail, sizeof(act->detail), "replaced_device");
    }
    outcome = service->store->ops->update_participant(service->store, &door->seat);
    if (outcome == 0 && bound == 0) {
        outcome =
            visit_act_note(service, act, EVENT_ARRIVED, door->seat.id, NULL, NULL, service->now_ms);
    }
    return outcome < 0 ? outcome : bound;
}

int visit_arrival_join(struct visit_service *service, const struct join_request *request,
                       struct join_result *ret_result)
{
    *ret_result = (struct join_result){0};
    int outcome = service->store->ops->begin(service->store);
    if (outcome < 0) {
        return outcome;
    }
    struct door door = {0};
    struct join_result result = {0};
    outcome = find_door(service, request->link_secret, &door);
    struct visit_actor stranger = {.role = door.seat.person.role};
    memcpy(stranger.participant_id, door.seat.id, sizeof(stranger.participant_id));
    struct visit_act act = {.operation = OPERATION_JOIN, .actor = &stranger, .visit = door.visit};
    memcpy(act.case_id, door.visit.case_id, sizeof(act.case_id));
    act.subject = door.link.id;
    if (outcome == 0) {
        outcome = join(service, &act, &door, request, &result);
    }
    /* A question, not an attempt. */
    act.quiet = outcome == REFUSAL_BIRTH_DATE_NEEDED;
    AUTO(visit_picture) picture = NULL;
    if (outcome == REFUSAL_SECOND_DEVICE_PENDING) {
        const int made = visit_act_make_picture(service, door.visit.id, &picture);
        outcome = made < 0 ? made : outcome;
    }
    outcome = visit_act_end(service, &act, outcome, &picture);
    if (outcome >= 0) {
        *ret_result = result;
        ret_result->picture = TAKE(picture);
    }
    return outcome;
}

int visit_arrival_resolve_seat(struct visit_service *service, const char *seat_token,
                               struct visit_actor *ret_actor)
{
    const struct visit_store_ops *ops = service->store->ops;
    if (!join_link_secret_is_well_formed(seat_token)) {
        return REFUSAL_SEAT_UNKNOWN;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(seat_token, digest);
    struct device device;
    struct participant seat;
    struct visit visit;
    int result = ops->find_device(service->store, digest, &device);
    if (result == -ENOENT) {
        return REFUSAL_SEAT_UNKNOWN;
    }
    if (result == 0) {
        result = ops->read_participant(service->store, device.participant_id, &seat);
    }
    if (result == 0) {
        result = ops->read_visit(service->store, seat.visit_id, &visit);
    }
    if (result < 0) {
        return result;
    }
    switch (device.state) {
    case DEVICE_PENDING:
        return REFUSAL_SECOND_DEVICE_PENDING;
    case DEVICE_REPLACED:
        return REFUSAL_DEVICE_REPLACED;
    case DEVICE_REFUSED:
        return REFUSAL_DEVICE_REFUSED;
    default:
        break;
    }
    result = seat_device_check_account(service, &device, seat.person.role);
    if (result != 0) {
        return result;
    }
    *ret_actor = actor_of(&visit, &seat, device.id);
    return visit.state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : 0;
}

/* The seat of `participant_id`, if it is in the act's visit. */
static int read_seat(struct visit_service *service, const struct visit_act *act,
                     const char *participant_id, struct participant *ret_seat)
{
    struct participant seat;
    const int result = visit_act_or_not_found(
        service->store->ops->read_participant(service->store, participant_id, &seat));
    if (result != 0) {
        return result;
    }
    if (act->actor->visit_id[0] && strcmp(seat.visit_id, act->actor->visit_id) != 0) {
        return REFUSAL_NOT_FOUND;
    }
    *ret_seat = seat;
    return 0;
}

/* Starts an act of somebody on the seat of somebody else (or on the own). */
static int begin_on_seat(struct visit_service *service, struct visit_act *act,
                         const char *participant_id, struct participant *ret_seat)
{
    struct participant seat;
    const int found = service->store->ops->read_participant(service->store, participant_id, &seat);
    if (found < 0 && found != -ENOENT) {
        visit_act_begin(service, act);
        return found;
    }
    int result = found == 0 ? visit_act_begin_in_visit(service, act, seat.visit_id)
                            : visit_act_begin(service, act);
    if (result == 0) {
        result = read_seat(service, act, participant_id, ret_seat);
    }
    return result;
}

static int answer_second_device(struct visit_service *service, struct participant *seat,
                                struct device *asking, bool accepted)
{
    if (asking->state != DEVICE_PENDING) {
        return REFUSAL_WRONG_STATE;
    }
    if (accepted) {
        struct device active;
        int result =
            service->store->ops->latest_device(service->store, seat->id, DEVICE_ACTIVE, &active);
        if (result == 0) { /* nobody is there until the new device enters */
            result = seat_device_replace(service, &active, seat);
        }
        if (result < 0 && result != -ENOENT) {
            return result;
        }
        result = service->store->ops->update_participant(service->store, seat);
        if (result < 0) {
            return result;
        }
    }
    asking->state = accepted ? DEVICE_ACTIVE : DEVICE_REFUSED;
    return service->store->ops->update_device(service->store, asking);
}

int visit_arrival_answer_second_device(struct visit_service *service,
                                       const struct visit_actor *actor, const char *device_id,
                                       bool accepted, char ret_participant_id[UUID_TEXT_SIZE],
                                       struct visit_picture **ret_picture)
{
    struct device asking = {0};
    const int found = service->store->ops->read_device(service->store, device_id, &asking);
    const bool own = found == 0 && strcmp(actor->participant_id, asking.participant_id) == 0;
    struct visit_act act = {
        .operation = own ? OPERATION_DEVICE_CONFIRM_OWN : OPERATION_DEVICE_CONFIRM_OTHERS,
        .actor = actor,
        .subject = asking.participant_id,
    };
    snprintf(act.detail, sizeof(act.detail), "%s", accepted ? "accepted" : "refused");
    struct participant seat;
    int result = begin_on_seat(service, &act, asking.participant_id, &seat);
    if (found < 0 && found != -ENOENT) {
        result = found;
    }
    if (result == 0) {
        result = answer_second_device(service, &seat, &asking, accepted);
    }
    result = visit_act_end(service, &act, result, ret_picture);
    if (result == 0) {
        memcpy(ret_participant_id, seat.id, sizeof(seat.id));
    }
    return result;
}

static int unlock(struct visit_service *service, const struct visit_act *act,
                  const char *participant_id)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct participant seat;
    struct join_link link;
    int result =
        visit_act_or_not_found(ops->read_participant(service->store, participant_id, &seat));
    if (result == 0 && strcmp(seat.visit_id, act->visit.id) != 0) {
        return REFUSAL_NOT_FOUND;
    }
    if (result == 0 && act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    result =
        result != 0
            ? result
            : visit_act_or_not_found(ops->latest_join_link(service->store, participant_id, &link));
    if (result != 0) {
        return result;
    }
    link.failed_tries = 0;
    return ops->update_join_link(service->store, &link);
}

int visit_arrival_unlock(struct visit_service *service, const struct visit_actor *actor,
                         const char *visit_id, const char *participant_id)
{
    struct visit_act act = {
        .operation = OPERATION_LINK_UNLOCK, .actor = actor, .subject = participant_id};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    result = result != 0 ? result : unlock(service, &act, participant_id);
    return visit_act_end(service, &act, result, NULL);
}

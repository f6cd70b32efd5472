#include "gateway/visits/visit_invite.h"

#include "gateway/base/secret.h"
#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_records.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FAMILY PARTICIPANT_ROLE_BIT(ROLE_CAREGIVER)
#define GUESTS                                                                                     \
    (FAMILY | PARTICIPANT_ROLE_BIT(ROLE_INTERPRETER) | PARTICIPANT_ROLE_BIT(ROLE_TRAINEE) |        \
     PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER))

static bool may_invite(enum participant_role who, enum participant_role whom)
{
    return ((who == ROLE_PATIENT ? FAMILY : GUESTS) & PARTICIPANT_ROLE_BIT(whom)) != 0;
}

/* Copies a text that is not known to fit. */
static bool take(const char *text, char *field, size_t size)
{
    if (text && strlen(text) >= size) {
        return false;
    }
    snprintf(field, size, "%s", text ? text : "");
    return true;
}

static int make_person(const struct visit_act *act, const struct visit_invitation *invitation,
                       struct person *person)
{
    *person = (struct person){.role = invitation->role};
    random_uuid_v7(person->id);
    if (!take(invitation->name, person->display_name, sizeof(person->display_name)) ||
        !take(invitation->relation, person->label, sizeof(person->label)) ||
        !take(invitation->language, person->languages, sizeof(person->languages)) ||
        person_find_problem(person) || !visit_shape_seats(act->visit.shape, person->role)) {
        return REFUSAL_INVALID;
    }
    return 0;
}

static int make_seat(struct visit_service *service, const struct visit_act *act,
                     const struct person *person, struct participant *seat)
{
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    const struct visit_store_ops *ops = service->store->ops;
    size_t count = 0;
    int result = ops->list_participants(service->store, act->visit.id, seats, &count);
    size_t invited = 0;
    for (size_t i = 0; i < count; i++) {
        invited += !seats[i].beside;
    }
    if (result == 0 && invited >= VISIT_INVITED_MAX) {
        return REFUSAL_TOO_MANY;
    }
    result = result < 0 ? result : ops->insert_person(service->store, act->case_id, person);
    if (result < 0) {
        return result == -ENOSPC ? REFUSAL_TOO_MANY : result;
    }
    *seat = (struct participant){.person = *person, .state = SEAT_INVITED};
    random_uuid_v7(seat->id);
    memcpy(seat->visit_id, act->visit.id, sizeof(seat->visit_id));
    memcpy(seat->person.time_zone, act->visit.time_zone, sizeof(seat->person.time_zone));
    return ops->insert_participant(service->store, seat);
}

static int invite(struct visit_service *service, const struct visit_act *act,
                  const struct visit_invitation *invitation, struct participant *seat,
                  char ret_secret[RANDOM_TOKEN_SIZE])
{
    struct person person;
    if (!act->has_seat || act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (!may_invite(act->role, invitation->role)) {
        return REFUSAL_NOT_PERMITTED;
    }
    int result = make_person(act, invitation, &person);
    result = result != 0 ? result : make_seat(service, act, &person, seat);
    result = result != 0 ? result : visit_records_mint_another(service, act, seat, ret_secret);
    return result != 0 ? result
                       : visit_act_note(service, act, EVENT_INVITED, seat->id, NULL,
                                        participant_role_name(person.role), service->now_ms);
}

int visit_invite(struct visit_service *service, const struct visit_actor *actor,
                 const struct visit_invitation *invitation, struct visit_invited *ret_invited,
                 struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_INVITE, .actor = actor};
    struct participant seat = {0};
    struct visit_invited invited = {0};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = invite(service, &act, invitation, &seat, invited.secret);
        act.subject = result == 0 ? seat.id : NULL;
    }
    snprintf(act.detail, sizeof(act.detail), "%s", participant_role_name(invitation->role));
    result = visit_act_end(service, &act, result, ret_picture);
    if (result == 0) {
        memcpy(invited.participant_id, seat.id, sizeof(invited.participant_id));
        *ret_invited = invited;
    }
    secret_wipe(&invited, sizeof(invited));
    return result;
}

#include "gateway/visits/admission.h"

#include "gateway/visits/permission_table.h"

enum admission_door admission_door_of(enum participant_role comer, bool has_patient)
{
    if (permission_allows(comer, OPERATION_SEAT_ENTER_DIRECTLY)) {
        return DOOR_NONE;
    }
    return participant_role_is_guest(comer) && has_patient ? DOOR_OF_PATIENT : DOOR_OF_TEAM;
}

bool admission_has_patient(const struct participant *seats, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seats[i].person.role == ROLE_PATIENT) {
            return true;
        }
    }
    return false;
}

bool admission_role_opens_door(enum participant_role role, enum visit_shape shape)
{
    return participant_role_is_physician(role) ||
           (role == ROLE_COORDINATOR && shape == VISIT_NURSE_LED);
}

bool admission_role_keeps(enum participant_role role, enum admission_door door,
                          enum visit_shape shape)
{
    switch (door) {
    case DOOR_OF_TEAM:
        return admission_role_opens_door(role, shape);
    case DOOR_OF_PATIENT:
        return role == ROLE_PATIENT;
    default:
        return false;
    }
}

enum visit_refusal admission_arrive(struct participant *seat, const struct visit *visit)
{
    if (visit->state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (seat->state == SEAT_DENIED) {
        return REFUSAL_DENIED;
    }
    if (seat->state == SEAT_INVITED) {
        seat->state = SEAT_ARRIVED;
    }
    return REFUSAL_NONE;
}

enum visit_refusal admission_enter(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms)
{
    if (visit->state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (seat->beside) {
        return REFUSAL_NOT_PERMITTED;
    }
    if (seat->state == SEAT_DENIED) {
        return REFUSAL_DENIED;
    }
    if (permission_allows(seat->person.role, OPERATION_SEAT_ENTER_DIRECTLY) &&
        seat->admitted_at_ms == 0) {
        seat->admitted_at_ms = now_ms;
    }
    if (seat->admitted_at_ms != 0 && seat->hold == SEAT_HOLD_NONE) {
        seat->state = SEAT_IN_VISIT;
        seat->waiting_since_ms = 0;
    } else if (seat->state != SEAT_WAITING) {
        seat->state = SEAT_WAITING;
        seat->waiting_since_ms = now_ms;
    }
    return REFUSAL_NONE;
}

/* Whether the keeper may let this one in: through the door that is theirs, or back in when it was
 * the keeper who sent them out. */
static bool may_let_in(const struct participant *seat, const struct admission_scene *scene)
{
    enum admission_door door = admission_door_of(seat->person.role, scene->has_patient);
    if (seat->hold != SEAT_HOLD_NONE) {
        door = seat->hold == SEAT_HOLD_PATIENT ? DOOR_OF_PATIENT : DOOR_OF_TEAM;
    }
    return admission_role_keeps(scene->keeper, door, scene->visit->shape);
}

enum visit_refusal admission_admit(struct participant *seat, const struct admission_scene *scene,
                                   int64_t now_ms)
{
    if (scene->visit->state != VISIT_OPEN) {
        return scene->visit->state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : REFUSAL_VISIT_NOT_OPEN;
    }
    if (seat->state != SEAT_WAITING && seat->state != SEAT_DENIED) {
        return REFUSAL_WRONG_STATE;
    }
    if (!may_let_in(seat, scene)) {
        return REFUSAL_NOT_PERMITTED;
    }
    /* After a no the door is open again; the person has to come back through it. */
    seat->state = seat->state == SEAT_WAITING ? SEAT_IN_VISIT : SEAT_LEFT;
    seat->hold = SEAT_HOLD_NONE;
    seat->admitted_at_ms = now_ms;
    seat->waiting_since_ms = 0;
    return REFUSAL_NONE;
}

enum visit_refusal admission_deny(struct participant *seat, const struct admission_scene *scene)
{
    if (scene->visit->state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (seat->state != SEAT_WAITING || seat->hold != SEAT_HOLD_NONE) {
        return REFUSAL_WRONG_STATE;
    }
    if (!may_let_in(seat, scene)) {
        return REFUSAL_NOT_PERMITTED;
    }
    seat->state = SEAT_DENIED;
    seat->waiting_since_ms = 0;
    seat->admitted_at_ms = 0;
    return REFUSAL_NONE;
}

static enum visit_refusal send_away(struct participant *seat, const struct visit *visit,
                                    enum seat_hold hold, int64_t now_ms)
{
    if (visit->state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (seat->state != SEAT_IN_VISIT) {
        return REFUSAL_WRONG_STATE;
    }
    seat->state = SEAT_WAITING;
    seat->hold = hold;
    seat->waiting_since_ms = now_ms;
    return REFUSAL_NONE;
}

enum visit_refusal admission_send_out(struct participant *seat, const struct admission_scene *scene,
                                      int64_t now_ms)
{
    if (scene->keeper != ROLE_PATIENT || !participant_role_is_guest(seat->person.role)) {
        return REFUSAL_NOT_PERMITTED;
    }
    return send_away(seat, scene->visit, SEAT_HOLD_PATIENT, now_ms);
}

enum visit_refusal admission_send_back(struct participant *seat,
                                       const struct admission_scene *scene, int64_t now_ms)
{
    if (!admission_role_keeps(scene->keeper, DOOR_OF_TEAM, scene->visit->shape) ||
        participant_role_is_staff(seat->person.role)) {
        return REFUSAL_NOT_PERMITTED;
    }
    return send_away(seat, scene->visit, SEAT_HOLD_TEAM, now_ms);
}

struct admission_powers admission_powers_over(const struct participant *seat,
                                              const struct admission_scene *scene)
{
    struct participant admitted = *seat;
    struct participant denied = *seat;
    struct participant sent_out = *seat;
    struct participant sent_back = *seat;
    return (struct admission_powers){
        .admit = admission_admit(&admitted, scene, 1) == REFUSAL_NONE,
        .deny = admission_deny(&denied, scene) == REFUSAL_NONE,
        .send_out = admission_send_out(&sent_out, scene, 1) == REFUSAL_NONE,
        .send_back = admission_send_back(&sent_back, scene, 1) == REFUSAL_NONE,
    };
}

enum visit_refusal admission_leave(struct participant *seat)
{
    if (seat->state != SEAT_IN_VISIT && seat->state != SEAT_WAITING) {
        return REFUSAL_WRONG_STATE;
    }
    seat->state = SEAT_LEFT;
    seat->waiting_since_ms = 0;
    return REFUSAL_NONE;
}

void admission_wait_again(struct participant *seat, int64_t now_ms)
{
    seat->state = SEAT_WAITING;
    seat->hold = SEAT_HOLD_NONE;
    seat->waiting_since_ms = now_ms;
    seat->admitted_at_ms = 0;
}

enum visit_refusal admission_knock(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms)
{
    const int64_t since_ms = now_ms - seat->knocked_at_ms;
    if (visit->state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (seat->state != SEAT_WAITING || seat->hold == SEAT_HOLD_PATIENT) {
        return REFUSAL_WRONG_STATE;
    }
    if (seat->knocked_at_ms != 0 && since_ms >= 0 && since_ms < ADMISSION_KNOCK_PAUSE_MS) {
        return REFUSAL_TOO_SOON;
    }
    seat->knocked_at_ms = now_ms;
    return REFUSAL_NONE;
}

int64_t admission_knocked_at_ms(const struct participant *seat)
{
    const bool since_waiting =
        seat->state == SEAT_WAITING && seat->knocked_at_ms >= seat->waiting_since_ms;
    return since_waiting ? seat->knocked_at_ms : 0;
}

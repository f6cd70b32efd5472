#include "gateway/visits/admission.h"

#include "gateway/visits/permission_table.h"

bool admission_role_opens_door(enum participant_role role, enum visit_shape shape)
{
    return participant_role_is_physician(role) ||
           (role == ROLE_COORDINATOR && shape == VISIT_NURSE_LED);
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
    if (seat->state == SEAT_DENIED) {
        return REFUSAL_DENIED;
    }
    if (permission_allows(seat->person.role, OPERATION_SEAT_ENTER_DIRECTLY) &&
        seat->admitted_at_ms == 0) {
        seat->admitted_at_ms = now_ms;
    }
    if (seat->admitted_at_ms != 0) {
        seat->state = SEAT_IN_VISIT;
        seat->waiting_since_ms = 0;
    } else if (seat->state != SEAT_WAITING) {
        seat->state = SEAT_WAITING;
        seat->waiting_since_ms = now_ms;
    }
    return REFUSAL_NONE;
}

enum visit_refusal admission_admit(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms)
{
    if (visit->state != VISIT_OPEN) {
        return visit->state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : REFUSAL_VISIT_NOT_OPEN;
    }
    if (seat->state == SEAT_WAITING) {
        seat->state = SEAT_IN_VISIT;
    } else if (seat->state == SEAT_DENIED) {
        /* The door is open again; the person has to come back through it. */
        seat->state = SEAT_LEFT;
    } else {
        return REFUSAL_WRONG_STATE;
    }
    seat->admitted_at_ms = now_ms;
    seat->waiting_since_ms = 0;
    return REFUSAL_NONE;
}

enum visit_refusal admission_deny(struct participant *seat, const struct visit *visit)
{
    if (visit->state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (seat->state != SEAT_WAITING) {
        return REFUSAL_WRONG_STATE;
    }
    seat->state = SEAT_DENIED;
    seat->waiting_since_ms = 0;
    seat->admitted_at_ms = 0;
    return REFUSAL_NONE;
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

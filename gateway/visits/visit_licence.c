#include "gateway/visits/visit_licence.h"

#include "gateway/visits/visit_act.h"
#include "gateway/visits/zone_clock.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* ---- where people are ---- */

static bool take_text(const char *text, char *field, size_t size)
{
    return !text || g_strlcpy(field, text, size) < size;
}

static int state_place(struct visit_service *service, struct visit_act *act,
                       const struct visit_place *place)
{
    struct participant *seat = &act->seat;
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (!take_text(place->subdivision, seat->subdivision, sizeof(seat->subdivision)) ||
        !take_text(place->address, seat->person.address, sizeof(seat->person.address)) ||
        !take_text(place->phone, seat->person.phone, sizeof(seat->person.phone)) ||
        (place->subdivision && !subdivision_is_well_formed(seat->subdivision)) ||
        person_find_problem(&seat->person)) {
        return REFUSAL_INVALID;
    }
    seat->placed_at_ms = service->now_ms;
    return service->store->ops->licences.update_place(service->store, seat);
}

int visit_licence_state_place(struct visit_service *service, const struct visit_actor *actor,
                              const struct visit_place *place, struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_PLACE_STATE, .actor = actor, .subject = actor->participant_id};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = act.has_seat ? state_place(service, &act, place) : REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        result = visit_licence_follow(service, &act);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

/* ---- what follows for a visit ---- */

static const struct participant *find_patient(const struct participant *seats, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seats[i].person.role == ROLE_PATIENT) {
            return &seats[i];
        }
    }
    return NULL;
}

/* The date where the patient is. */
static void write_today(const struct visit_service *service, const char *time_zone,
                        char ret_today[PERSON_DATE_SIZE])
{
    AUTO(zone_clock) known = zone_clock_create(time_zone[0] ? time_zone : "UTC");
    AUTO(zone_clock) utc = known ? NULL : zone_clock_create("UTC");
    civil_day_to_text(zone_clock_day_at(known ? known : utc, service->now_ms), ret_today);
}

/* Licences and presence of one visit, looked at together. */
struct licence_look {
    const struct participant *patient; /* NULL: none, nothing to check */
    char today[PERSON_DATE_SIZE];
    struct licence_list lists[VISIT_PARTICIPANTS_MAX];
    const struct participant *colleague; /* licensed, treating, present; NULL: none */
};

static int look(struct visit_service *service, const struct visit *visit,
                const struct participant *seats, size_t count, struct licence_look *look)
{
    const struct licence_store_ops *ops = &service->store->ops->licences;
    look->patient = find_patient(seats, count);
    look->colleague = NULL;
    if (!look->patient) {
        return 0;
    }
    const char *zone = look->patient->person.time_zone;
    write_today(service, zone[0] ? zone : visit->time_zone, look->today);
    for (size_t i = 0; i < count; i++) {
        const struct person *person = &seats[i].person;
        look->lists[i].count = 0;
        if (!participant_role_is_physician(person->role) || !person->staff_key[0]) {
            continue;
        }
        const int result = ops->list(service->store, person->staff_key, look->lists[i].licences,
                                     &look->lists[i].count);
        if (result < 0) {
            return result;
        }
        if (person->role == ROLE_TREATING_PHYSICIAN && participant_is_present(&seats[i]) &&
            licence_is_good(look->lists[i].licences, look->lists[i].count,
                            look->patient->subdivision, look->today)) {
            look->colleague = &seats[i];
        }
    }
    return 0;
}

int visit_licence_judge(struct visit_service *service, const struct visit *visit,
                        const struct participant *seats, size_t count,
                        struct licence_verdict ret_verdicts[VISIT_PARTICIPANTS_MAX],
                        const struct participant **ret_colleague)
{
    memset(ret_verdicts, 0, VISIT_PARTICIPANTS_MAX * sizeof(*ret_verdicts));
    *ret_colleague = NULL;
    if (!service->config.licence_rules || visit_is_practice(visit)) {
        return 0;
    }
    struct licence_look seen;
    const int result = look(service, visit, seats, count, &seen);
    if (result < 0 || !seen.patient) {
        return result;
    }
    *ret_colleague = seen.colleague;
    for (size_t i = 0; i < count; i++) {
        if (!participant_role_is_physician(seats[i].person.role)) {
            continue;
        }
        const struct licence_question question = {
            .rules = service->config.licence_rules,
            .state = seen.patient->subdivision,
            .licences = seen.lists[i].licences,
            .count = seen.lists[i].count,
            .colleague_licensed = seen.colleague && seen.colleague != &seats[i],
            .today = seen.today,
        };
        ret_verdicts[i] = licence_decide(&question);
    }
    return 0;
}

struct judged_visit {
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count;
    struct licence_verdict verdicts[VISIT_PARTICIPANTS_MAX];
    const struct participant *colleague;
};

static int judge(struct visit_service *service, const struct visit_act *act,
                 struct judged_visit *judged)
{
    const int result = service->store->ops->list_participants(service->store, act->visit.id,
                                                              judged->seats, &judged->count);
    return result < 0 ? result
                      : visit_licence_judge(service, &act->visit, judged->seats, judged->count,
                                            judged->verdicts, &judged->colleague);
}

static int check_physician(struct visit_service *service, const struct visit_act *act,
                           const struct participant *seat, const struct licence_verdict *verdict,
                           bool knows)
{
    if (verdict->outcome == LICENCE_BLOCKED) {
        return REFUSAL_NO_LICENCE;
    }
    if (verdict->outcome != LICENCE_WARNED) {
        return 0;
    }
    return knows ? visit_act_note(service, act, EVENT_LICENCE_WARNED, seat->id, NULL,
                                  licence_reason_name(verdict->reason), service->now_ms)
                 : REFUSAL_LICENCE_WARNING;
}

int visit_licence_check_meeting(struct visit_service *service, const struct visit_act *act,
                                const struct participant *comer, bool knows)
{
    const bool comes_as_patient = comer->person.role == ROLE_PATIENT;
    if (!service->config.licence_rules ||
        (!comes_as_patient && !participant_role_is_physician(comer->person.role))) {
        return 0;
    }
    struct judged_visit judged;
    int result = judge(service, act, &judged);
    const struct participant *patient = find_patient(judged.seats, judged.count);
    for (size_t i = 0; result == 0 && i < judged.count; i++) {
        const struct participant *seat = &judged.seats[i];
        const bool is_comer = strcmp(seat->id, comer->id) == 0;
        const bool meets = comes_as_patient
                               ? participant_is_present(seat)
                               : is_comer && patient && participant_is_present(patient);
        if (meets) {
            result = check_physician(service, act, seat, &judged.verdicts[i], knows);
        }
    }
    return result;
}

/* Whether somebody who is consulted is with the patient. */
static bool is_consultation(const struct judged_visit *judged)
{
    const struct participant *patient = find_patient(judged->seats, judged->count);
    if (!patient || !participant_is_present(patient)) {
        return false;
    }
    for (size_t i = 0; i < judged->count; i++) {
        if (judged->verdicts[i].outcome == LICENCE_CONSULTATION &&
            participant_is_present(&judged->seats[i])) {
            return true;
        }
    }
    return false;
}

int visit_licence_follow(struct visit_service *service, struct visit_act *act)
{
    if (!service->config.licence_rules) {
        return 0;
    }
    struct judged_visit judged;
    int result = judge(service, act, &judged);
    if (result < 0) {
        return result;
    }
    const bool is_one = act->visit.state == VISIT_OPEN && is_consultation(&judged);
    if (is_one == (act->visit.consultation_since_ms != 0)) {
        return 0;
    }
    act->visit.consultation_since_ms = is_one ? service->now_ms : 0;
    result = service->store->ops->update_visit(service->store, &act->visit);
    const struct participant *patient = find_patient(judged.seats, judged.count);
    return result < 0 ? result
                      : visit_act_note(service, act,
                                       is_one ? EVENT_CONSULTATION_BEGAN : EVENT_CONSULTATION_ENDED,
                                       judged.colleague ? judged.colleague->id : NULL, NULL,
                                       patient ? patient->subdivision : NULL, service->now_ms);
}

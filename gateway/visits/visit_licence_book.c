/* What is known of physicians' licences, written down by hand. */
#include "gateway/visits/visit_licence.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Visits from so long ago until then are looked at again when a licence changes. */
#define HOUR_MS 3600000LL
#define BEHIND_MS (12 * HOUR_MS)
#define AHEAD_MS (36 * HOUR_MS)

static bool are_good(const struct licence *licences, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (licence_find_problem(&licences[i])) {
            return false;
        }
    }
    return true;
}

static bool is_staff_key(const char *staff_key)
{
    return staff_key[0] && strlen(staff_key) < PERSON_STAFF_KEY_SIZE &&
           person_text_is_clean(staff_key, false);
}

/* Who came by a link knows of the people of that case. */
static int check_is_of_case(struct visit_service *service, const struct visit_act *act,
                            const char *staff_key)
{
    struct person person;
    const int result = visit_act_or_not_found(service->store->ops->staff.find_person(
        service->store, act->actor->case_id, staff_key, &person));
    return result == 0 && !participant_role_is_physician(person.role) ? REFUSAL_NOT_FOUND : result;
}

/* Whose licences these are: one's own; for a coordinator those of the programme's physicians; for
 * a physician, and for the operator, anybody's. */
static int check_reach(struct visit_service *service, const struct visit_act *act,
                       const char *staff_key)
{
    bool is_of = false;
    if (act->actor->session_id[0] && !act->actor->account_id[0]) {
        return check_is_of_case(service, act, staff_key);
    }
    if (!act->actor->account_id[0] || act->role != ROLE_COORDINATOR || !act->programme[0] ||
        strcmp(act->staff_key, staff_key) == 0) {
        return 0;
    }
    const int result = service->store->ops->licences.is_physician_of(service->store, staff_key,
                                                                     act->programme, &is_of);
    return result == 0 && !is_of ? REFUSAL_NOT_FOUND : result;
}

void licence_pictures_clear(struct licence_pictures *pictures)
{
    for (size_t i = 0; i < pictures->count; i++) {
        visit_picture_destroy(pictures->pictures[i]);
    }
    pictures->count = 0;
}

/* What follows for one of the physician's visits. */
static int follow(struct visit_service *service, struct visit_act *act, const char *visit_id,
                  struct licence_pictures *pictures)
{
    int result = service->store->ops->read_visit(service->store, visit_id, &act->visit);
    result = result != 0 ? result : visit_licence_follow(service, act);
    if (result == 0) {
        result = visit_act_make_picture(service, visit_id, &pictures->pictures[pictures->count]);
        pictures->count += result == 0;
    }
    return result;
}

static int follow_all(struct visit_service *service, const struct visit_act *act,
                      const char *staff_key, struct licence_pictures *pictures)
{
    struct visit_act of_visit = *act;
    char ids[LICENCE_VISITS_MAX][UUID_TEXT_SIZE];
    size_t count = 0;
    int result = service->store->ops->licences.list_visits(service->store, staff_key,
                                                           service->now_ms - BEHIND_MS,
                                                           service->now_ms + AHEAD_MS, ids, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = follow(service, &of_visit, ids[i], pictures);
    }
    return result;
}

int visit_licence_replace(struct visit_service *service, const struct visit_actor *actor,
                          const char *staff_key, const struct licence *licences, size_t count,
                          struct licence_pictures *ret_pictures)
{
    struct visit_act act = {
        .operation = OPERATION_LICENCE_WRITE, .actor = actor, .subject = staff_key};
    struct licence_pictures pictures = {.count = 0};
    int result = visit_act_begin(service, &act);
    if (result == 0 && count > LICENCES_MAX) {
        result = REFUSAL_TOO_MANY;
    }
    if (result == 0 && (!is_staff_key(staff_key) || !are_good(licences, count))) {
        result = REFUSAL_INVALID;
        act.subject = NULL;
    }
    result = result != 0 ? result : check_reach(service, &act, staff_key);
    result = result != 0 ? result
                         : service->store->ops->licences.replace(service->store, staff_key,
                                                                 licences, count, service->now_ms);
    result = result != 0 ? result : follow_all(service, &act, staff_key, &pictures);
    snprintf(act.detail, sizeof(act.detail), "%zu", count);
    result = visit_act_end(service, &act, result, NULL);
    for (size_t i = 0; result == 0 && i < pictures.count; i++) {
        visit_board_note_changed(service, pictures.pictures[i]->visit.id);
    }
    if (result == 0 && ret_pictures) {
        *ret_pictures = pictures;
    } else {
        licence_pictures_clear(&pictures);
    }
    return result;
}

int visit_licence_list(struct visit_service *service, const struct visit_actor *actor,
                       const char *staff_key, struct licence_list *ret_list)
{
    struct visit_act act = {.operation = OPERATION_LICENCE_READ, .actor = actor, .quiet = true};
    struct licence_list list = {0};
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : check_reach(service, &act, staff_key);
    if (result == 0) {
        result = service->store->ops->licences.list(service->store, staff_key, list.licences,
                                                    &list.count);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = list;
    }
    return result;
}

#include "signaling/api/practice.h"

#include "gateway/visits/practice_scene.h"
#include "gateway/visits/staff_sign_in.h"
#include "gateway/visits/visit_practice.h"
#include "signaling/api/visits.h"

#include <glib.h>

#define LANGUAGE_SIZE_MAX 35

static json_t *people_json(const struct practice *practice)
{
    json_t *people = json_array();
    for (size_t i = 0; i < practice->count; i++) {
        const struct participant *seat = &practice->people[i];
        json_array_append_new(people, json_pack("{s:s, s:s, s:s, s:b, s:b}", "participant",
                                                seat->id, "name", seat->person.display_name, "role",
                                                participant_role_name(seat->person.role), "you",
                                                i == 0, "here", seat->connected));
    }
    return people;
}

static json_t *practice_json(const struct practice *practice)
{
    return json_pack("{s:s, s:o, s:o, s:s, s:o}", "visit", practice->visit.id, "began_at",
                     api_time(practice->visit.scheduled_at_ms), "ends_at",
                     api_time(practice->ends_at_ms), "birth_date", PRACTICE_BIRTH_DATE, "people",
                     people_json(practice));
}

/* With the links, which are shown this once. */
static json_t *with_links_json(const struct api_task *task, const struct practice *practice)
{
    json_t *links = json_array();
    for (size_t i = 0; i < practice->links->count; i++) {
        json_array_append_new(links, visits_link_json(task, &practice->links->links[i]));
    }
    return json_pack("{s:o, s:o}", "practice", practice_json(practice), "links", links);
}

/* A page asks again and again: that is no activity, and keeps nobody signed in. */
static int run_show(struct api_task *task, struct visit_service *service)
{
    AUTO(practice) practice = NULL;
    struct staff_session_opened session;
    if (!task->account_token) {
        return task->has_bearer ? REFUSAL_NOT_PERMITTED : REFUSAL_SESSION_EXPIRED;
    }
    int result = staff_sign_in_look(service, task->account_token, &session);
    result = result != 0 ? result : visit_practice_look(service, &session.actor, &practice);
    if (result == 0) {
        task->output =
            json_pack("{s:o}", "practice", practice ? practice_json(practice) : json_null());
    }
    return result;
}

void practice_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, 0, run_show));
}

static int run_begin(struct api_task *task, struct visit_service *service)
{
    AUTO(practice) practice = NULL;
    const struct practice_request request = {
        .language = json_string_value(json_object_get(task->input, "language")),
        .time_zone = json_string_value(json_object_get(task->input, "time_zone")),
    };
    const int result = visit_practice_begin(service, &task->actor, &request, &practice);
    if (result == 0) {
        task->output = with_links_json(task, practice);
        task->status = 201;
    }
    return result;
}

void practice_begin(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    const char *language = NULL;
    const char *time_zone = NULL;
    const struct api_text texts[] = {{"language", &language, LANGUAGE_SIZE_MAX},
                                     {"time_zone", &time_zone, TIME_ZONE_SIZE - 1}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = api_task_create(api, exchange, parameters, API_STAFF, run_begin);
        task->input = json_incref(body);
        api_task_post(task);
    }
    json_decref(body);
}

static int run_renew(struct api_task *task, struct visit_service *service)
{
    AUTO(practice) practice = NULL;
    const int result = visit_practice_renew(service, &task->actor, &practice);
    task->output = result == 0 ? with_links_json(task, practice) : NULL;
    return result;
}

void practice_renew_links(struct api *api, struct http_exchange *exchange,
                          const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body && api_read_texts(exchange, body, NULL, 0)) {
        api_task_post(api_task_create(api, exchange, parameters, API_STAFF, run_renew));
    }
    json_decref(body);
}

/* The picture goes to whoever is in the visit: they are told that it is over. */
static int run_end(struct api_task *task, struct visit_service *service)
{
    const int result = visit_practice_end(service, &task->actor, &task->picture);
    task->output = result == 0 ? json_object() : NULL;
    return result;
}

void practice_end(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_STAFF, run_end));
}

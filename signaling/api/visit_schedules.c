#include "signaling/api/visit_schedules.h"

#include "gateway/base/clock.h"
#include "gateway/visits/visit_move.h"
#include "signaling/api/document_task.h"
#include "signaling/api/query_fields.h"

#include <glib.h>
#include <string.h>

#define CALLERS (API_STAFF | API_OPERATOR | API_SYSTEM)

/* ---- when it is ---- */

static json_t *expert_json(const struct expert *expert)
{
    return expert->id[0] ? json_pack("{s:s, s:s}", "id", expert->id, "name", expert->display_name)
                         : json_null();
}

static json_t *people_json(const struct visit_schedule *schedule)
{
    json_t *people = json_array();
    for (size_t i = 0; i < schedule->people_count; i++) {
        const struct participant *seat = &schedule->people[i];
        json_t *way = schedule->ways[i] == NOTIFICATION_ANY
                          ? json_null()
                          : json_string(notification_channel_name(schedule->ways[i]));
        json_array_append_new(people, json_pack("{s:s, s:s, s:o}", "id", seat->id, "name",
                                                seat->person.display_name, "way", way));
    }
    return people;
}

static json_t *schedule_json(const struct visit_schedule *schedule)
{
    const struct visit *visit = &schedule->visit;
    return json_pack("{s:s, s:s, s:o, s:I, s:s, s:o, s:o}", "id", visit->id, "state",
                     visit_state_name(visit->state), "starts_at", api_time(visit->scheduled_at_ms),
                     "minutes", (json_int_t)visit->scheduled_minutes, "time_zone", visit->time_zone,
                     "expert", expert_json(&schedule->expert), "people", people_json(schedule));
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    g_autofree struct visit_schedule *schedule = g_new0(struct visit_schedule, 1);
    const int result = visit_move_read(service, &task->actor, task->parameters.values[0], schedule);
    task->output = result == 0 ? schedule_json(schedule) : NULL;
    return result;
}

void visit_schedules_show(struct api *api, struct http_exchange *exchange,
                          const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show));
}

/* ---- the move ---- */

struct move_input {
    int64_t starts_at_ms;
    int64_t minutes; /* 0: as it is */
    bool allow_overlap;
};

static int read_move(const json_t *body, void *data, struct document_problem *problem)
{
    static const char *const names[] = {"starts_at", "minutes", "allow_overlap", NULL};
    struct move_input *input = data;
    const struct document_place top = {"", problem};
    int result = document_check_fields(&top, body, names);
    result = result < 0 ? result
                        : document_read_number(&top, body, "starts_at", true, 1, WALL_MS_MAX,
                                               &input->starts_at_ms);
    result = result < 0 ? result
                        : document_read_number(&top, body, "minutes", false, 1, VISIT_MINUTES_MAX,
                                               &input->minutes);
    return result < 0
               ? result
               : document_read_flag(&top, body, "allow_overlap", false, &input->allow_overlap);
}

static bool is_as_wanted(const json_t *schedule, const struct move_input *input)
{
    return json_integer_value(json_object_get(schedule, "starts_at")) == input->starts_at_ms &&
           (input->minutes == 0 ||
            json_integer_value(json_object_get(schedule, "minutes")) == input->minutes);
}

/* A request that was done and comes again has an If-Match that is out of date: it is answered as
 * the first time (RFC 9110, 13.1.1). */
static int check_match(struct api_task *task, struct visit_service *service)
{
    int result = run_show(task, service);
    if (result == 0 && !is_as_wanted(task->output, task->data)) {
        result = api_task_check_match(task, task->output);
    }
    json_decref(TAKE(task->output));
    return result;
}

static int run_change(struct api_task *task, struct visit_service *service)
{
    const struct move_input *input = task->data;
    const struct visit_new_time time = {.starts_at_ms = input->starts_at_ms,
                                        .minutes = (uint32_t)input->minutes,
                                        .allow_overlap = input->allow_overlap};
    int result = check_match(task, service);
    result = result != 0 ? result
                         : visit_move(service, &task->actor, task->parameters.values[0], &time,
                                      &task->picture);
    return result != 0 ? result : run_show(task, service);
}

void visit_schedules_change(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct move_input, 1), g_free, read_move, run_change,
                                       CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_post(task);
    }
}

/* ---- where it can be moved to ---- */

enum slot_field { FROM, UNTIL, MINUTES, SLOT_FIELDS };

struct slot_query {
    struct query_field fields[SLOT_FIELDS];
    struct time_interval range;
    int64_t minutes; /* 0: as it is */
};

static void slot_query_destroy(void *data)
{
    struct slot_query *query = data;
    query_fields_free(query->fields, SLOT_FIELDS);
    g_free(query);
}

static bool read_slot_query(struct http_exchange *exchange, struct slot_query *query)
{
    static const struct query_field fields[SLOT_FIELDS] = {[FROM] = {"from", 20, NULL},
                                                           [UNTIL] = {"until", 20, NULL},
                                                           [MINUTES] = {"minutes", 4, NULL}};
    memcpy(query->fields, fields, sizeof(fields));
    if (!query_fields_read(exchange, query->fields, SLOT_FIELDS)) {
        return false;
    }
    return query_fields_range(exchange, &query->fields[FROM], &query->fields[UNTIL],
                              &query->range) &&
           query_field_number(exchange, &query->fields[MINUTES], 1, VISIT_MINUTES_MAX, 0,
                              &query->minutes);
}

static int run_list_slots(struct api_task *task, struct visit_service *service)
{
    const struct slot_query *query = task->data;
    struct visit_slots slots;
    const int result = visit_move_list_slots(service, &task->actor, task->parameters.values[0],
                                             query->range, (unsigned)query->minutes, &slots);
    if (result != 0) {
        return result;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < slots.list->count; i++) {
        const struct time_interval *time = &slots.list->slots[i].time;
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "expert", expert_json(&slots.expert), "starts_at",
                            api_time(time->from_ms), "ends_at", api_time(time->until_ms)));
    }
    task->output = json_pack("{s:o, s:b}", "slots", list, "cut", slots.list->cut);
    visit_slots_clear(&slots);
    return 0;
}

void visit_slots_list(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters)
{
    struct slot_query *query = g_new0(struct slot_query, 1);
    if (!read_slot_query(exchange, query)) {
        slot_query_destroy(query);
        return;
    }
    struct api_task *task = api_task_create(api, exchange, parameters, CALLERS, run_list_slots);
    task->data = query;
    task->data_destroy = slot_query_destroy;
    api_task_post(task);
}

/* Free slots of a team's experts, and visits booked into them. */
#include "gateway/base/clock.h"
#include "gateway/visits/team_work.h"
#include "signaling/api/document_task.h"
#include "signaling/api/query_fields.h"
#include "signaling/api/teams.h"
#include "signaling/api/visit_document.h"

#include <glib.h>
#include <string.h>

#define CALLERS (API_STAFF | API_OPERATOR | API_SYSTEM)
#define MINUTES_DEFAULT 45

/* ---- free slots ---- */

enum slot_field { FROM, UNTIL, MINUTES, EXPERT, SUBSPECIALTY, LANGUAGE, SLOT_FIELDS };

struct slot_query {
    struct query_field fields[SLOT_FIELDS];
    struct time_interval range;
    int64_t minutes;
};

static void slot_query_destroy(void *data)
{
    struct slot_query *query = data;
    query_fields_free(query->fields, SLOT_FIELDS);
    g_free(query);
}

static bool read_slot_query(struct http_exchange *exchange, struct slot_query *query)
{
    static const struct query_field fields[SLOT_FIELDS] = {
        [FROM] = {"from", 20, NULL},
        [UNTIL] = {"until", 20, NULL},
        [MINUTES] = {"minutes", 4, NULL},
        [EXPERT] = {"expert", UUID_TEXT_SIZE - 1, NULL},
        [SUBSPECIALTY] = {"subspecialty", SUBSPECIALTY_SIZE - 1, NULL},
        [LANGUAGE] = {"language", 35, NULL},
    };
    memcpy(query->fields, fields, sizeof(fields));
    if (!query_fields_read(exchange, query->fields, SLOT_FIELDS)) {
        return false;
    }
    return query_fields_range(exchange, &query->fields[FROM], &query->fields[UNTIL],
                              &query->range) &&
           query_field_number(exchange, &query->fields[MINUTES], 1, VISIT_MINUTES_MAX,
                              MINUTES_DEFAULT, &query->minutes);
}

static int run_list_slots(struct api_task *task, struct visit_service *service)
{
    const struct slot_query *query = task->data;
    const struct slot_request request = {
        .team_id = task->parameters.values[0],
        .expert_id = query->fields[EXPERT].value,
        .subspecialty = query->fields[SUBSPECIALTY].value,
        .languages = query->fields[LANGUAGE].value,
        .range = query->range,
        .minutes = (unsigned)query->minutes,
    };
    AUTO(slot_list) list = NULL;
    const int result = team_work_list_slots(service, &task->actor, &request, &list);
    if (result != 0) {
        return result;
    }
    json_t *slots = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct free_slot *slot = &list->slots[i];
        const struct expert *expert = team_find_expert(list->team, slot->expert_id);
        json_array_append_new(slots, json_pack("{s:{s:s, s:s}, s:o, s:o}", "expert", "id",
                                               slot->expert_id, "name", expert->display_name,
                                               "starts_at", api_time(slot->time.from_ms), "ends_at",
                                               api_time(slot->time.until_ms)));
    }
    task->output = json_pack("{s:o, s:b}", "slots", slots, "cut", list->cut);
    return 0;
}

void slots_list(struct api *api, struct http_exchange *exchange,
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

/* ---- bookings ---- */

struct booking_input {
    char expert_id[UUID_TEXT_SIZE];
    char title[VISIT_TITLE_SIZE];
    char time_zone[TIME_ZONE_SIZE];
    int64_t starts_at_ms;
    int64_t minutes;
    enum visit_shape shape;
};

static int read_booking(const json_t *body, void *data, struct document_problem *problem)
{
    static const char *const names[] = {"expert", "starts_at", "minutes", "shape",
                                        "title",  "time_zone", NULL};
    struct booking_input *input = data;
    const struct document_place top = {"", problem};
    const struct document_text fields[] = {
        {"expert", true, input->expert_id, sizeof(input->expert_id)},
        {"title", false, input->title, sizeof(input->title)},
        {"time_zone", false, input->time_zone, sizeof(input->time_zone)},
    };
    input->minutes = MINUTES_DEFAULT;
    int result = document_check_fields(&top, body, names);
    result = result < 0 ? result : document_read_texts(&top, body, fields, G_N_ELEMENTS(fields));
    result = result < 0 ? result
                        : document_read_number(&top, body, "starts_at", true, 1, WALL_MS_MAX,
                                               &input->starts_at_ms);
    result = result < 0 ? result
                        : document_read_number(&top, body, "minutes", false, 1, VISIT_MINUTES_MAX,
                                               &input->minutes);
    result = result < 0 ? result : visit_shape_read(&top, body, &input->shape);
    if (result == 0 && input->time_zone[0] && !time_zone_is_well_formed(input->time_zone)) {
        result =
            document_fail(&top, "time_zone", "A time zone is an IANA name like America/Denver.");
    }
    return result;
}

static int run_book(struct api_task *task, struct visit_service *service)
{
    const struct booking_input *input = task->data;
    const struct booking_request request = {
        .expert_id = input->expert_id,
        .starts_at_ms = input->starts_at_ms,
        .minutes = (uint32_t)input->minutes,
        .shape = input->shape,
        .title = input->title[0] ? input->title : NULL,
        .time_zone = input->time_zone[0] ? input->time_zone : NULL,
    };
    const int result =
        team_work_book(service, &task->actor, task->parameters.values[0], &request, &task->picture);
    if (result != 0) {
        return result;
    }
    const struct visit *visit = &task->picture->visit;
    task->status = 201;
    task->output = json_pack("{s:s, s:s, s:o, s:I, s:s}", "id", visit->id, "case", visit->case_id,
                             "starts_at", api_time(visit->scheduled_at_ms), "minutes",
                             (json_int_t)visit->scheduled_minutes, "time_zone", visit->time_zone);
    return 0;
}

void bookings_make(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct booking_input, 1), g_free, read_booking,
                                       run_book, CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_do_once(task, exchange);
        api_task_post(task);
    }
}

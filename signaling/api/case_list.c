#include "signaling/api/case_list.h"

#include "gateway/base/clock.h"
#include "gateway/visits/case_work.h"
#include "signaling/api/page_of.h"
#include "signaling/api/query_fields.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define CALLERS (API_STAFF | API_OPERATOR | API_SYSTEM)
#define OPEN_STEPS ((1u << CASE_CLOSED) - 1)
#define ALL_STEPS ((1u << CASE_STEP_COUNT) - 1)

/* ---- a case as the list shows it ---- */

static json_t *named_json(const char *id, const char *name)
{
    return *id ? json_pack("{s:s, s:s}", "id", id, "name", name) : json_null();
}

json_t *case_list_row_json(const struct case_row *row)
{
    const struct case_flow *flow = &row->flow;
    json_t *visit = row->visit_id[0] ? json_pack("{s:s, s:o}", "id", row->visit_id, "starts_at",
                                                 api_time(row->visit_at_ms))
                                     : json_null();
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:b, s:o, s:o, s:s, s:s, s:o, s:I}", "id",
        flow->case_id, "number", row->reference, "programme", row->programme, "title", row->title,
        "patient", row->patient_name, "created_at", api_time(row->created_at_ms), "step",
        case_step_name(flow->step), "since", api_time(flow->since_ms), "due_at",
        api_time(flow->due_at_ms), "overdue", case_flow_is_overdue(flow, clock_wall_ms()), "owner",
        named_json(flow->owner_id, row->owner_name), "team",
        named_json(flow->team_id, row->team_name), "subspecialty", flow->subspecialty, "priority",
        case_priority_name(flow->priority), "next_visit", visit, "version",
        (json_int_t)flow->version);
}

/* ---- the list ---- */

struct list_query {
    struct page_request page;
    struct case_filter filter; /* its texts are those of the fields */
    struct query_field step;
    struct query_field owner;
    struct query_field team;
    struct query_field programme;
};

static void list_query_destroy(void *data)
{
    struct list_query *query = data;
    g_free(query->step.value);
    g_free(query->owner.value);
    g_free(query->team.value);
    g_free(query->programme.value);
    g_free(query);
}

/* "requested,in_review", "open" or "all". */
static bool read_steps(const char *text, unsigned *ret_steps)
{
    unsigned steps = 0;
    if (!text || strcmp(text, "open") == 0) {
        *ret_steps = OPEN_STEPS;
        return true;
    }
    if (strcmp(text, "all") == 0) {
        *ret_steps = ALL_STEPS;
        return true;
    }
    g_auto(GStrv) names = g_strsplit(text, ",", CASE_STEP_COUNT + 1);
    for (size_t i = 0; names[i]; i++) {
        enum case_step step;
        if (case_step_from_name(names[i], &step) < 0) {
            return false;
        }
        steps |= 1u << step;
    }
    *ret_steps = steps;
    return steps != 0;
}

/* "none" is the empty id of the domain. */
static const char *id_or_none(const char *text)
{
    return g_strcmp0(text, "none") == 0 ? "" : text;
}

/* The key of a page: when the last case is due, and its id. */
static void write_key(const struct case_flow *flow, char key[PAGE_KEY_SIZE])
{
    snprintf(key, PAGE_KEY_SIZE, "%lld %s",
             flow->due_at_ms > 0 ? (long long)flow->due_at_ms : (long long)INT64_MAX,
             flow->case_id);
}

static bool read_key(const struct page_request *page, struct case_filter *filter)
{
    char *end = NULL;
    if (!page->after[0]) {
        return true;
    }
    const gint64 due_ms = g_ascii_strtoll(page->after, &end, 10);
    if (due_ms <= 0 || *end != ' ' || strlen(end + 1) != UUID_TEXT_SIZE - 1) {
        return false;
    }
    filter->after_due_ms = due_ms;
    filter->after_id = end + 1;
    return true;
}

static bool take_due(struct http_exchange *exchange, struct case_filter *filter)
{
    struct query_field due = {"due", 32, NULL};
    bool good = query_fields_read(exchange, &due, 1);
    if (good && g_strcmp0(due.value, "overdue") == 0) {
        filter->due_before_ms = clock_wall_ms();
    } else if (good) {
        good = query_field_number(exchange, &due, 1, WALL_MS_MAX, 0, &filter->due_before_ms);
    }
    query_fields_free(&due, 1);
    return good;
}

static bool read_list_query(struct http_exchange *exchange, struct list_query *query)
{
    struct query_field fields[] = {{"step", 256, NULL},
                                   {"owner", UUID_TEXT_SIZE - 1, NULL},
                                   {"team", UUID_TEXT_SIZE - 1, NULL},
                                   {"programme", CASE_PROGRAMME_SIZE - 1, NULL}};
    struct case_filter *filter = &query->filter;
    if (!page_of_query(exchange, &query->page) ||
        !query_fields_read(exchange, fields, G_N_ELEMENTS(fields))) {
        return false;
    }
    query->step = fields[0];
    query->owner = fields[1];
    query->team = fields[2];
    query->programme = fields[3];
    filter->owner_id = id_or_none(query->owner.value);
    filter->team_id = id_or_none(query->team.value);
    filter->programme = query->programme.value;
    filter->limit = query->page.limit + 1;
    if (!read_steps(query->step.value, &filter->steps)) {
        query_field_fail(exchange, "step");
        return false;
    }
    if (!read_key(&query->page, filter)) {
        query_field_fail(exchange, "cursor");
        return false;
    }
    return take_due(exchange, filter);
}

static int run_list(struct api_task *task, struct visit_service *service)
{
    const struct list_query *query = task->data;
    AUTO(case_row_list) list = NULL;
    const int result = case_work_list(service, &task->actor, &query->filter, &list);
    if (result != 0) {
        return result;
    }
    const bool more = list->count > query->page.limit;
    const size_t count = more ? query->page.limit : list->count;
    char key[PAGE_KEY_SIZE] = "";
    json_t *cases = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(cases, case_list_row_json(&list->rows[i]));
    }
    if (more) {
        write_key(&list->rows[count - 1].flow, key);
    }
    task->output = page_of_items("cases", cases, more ? key : NULL);
    return 0;
}

void case_list_show(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    struct list_query *query = g_new0(struct list_query, 1);
    if (!read_list_query(exchange, query)) {
        list_query_destroy(query);
        return;
    }
    struct api_task *task = api_task_create(api, exchange, parameters, CALLERS, run_list);
    task->data = query;
    task->data_destroy = list_query_destroy;
    api_task_post(task);
}

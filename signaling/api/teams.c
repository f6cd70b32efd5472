#include "signaling/api/teams.h"

#include "gateway/visits/team_work.h"
#include "signaling/api/document_task.h"
#include "signaling/api/page_of.h"
#include "signaling/api/query_fields.h"
#include "signaling/api/team_document.h"

#include <glib.h>
#include <string.h>

#define CALLERS (API_STAFF | API_OPERATOR | API_SYSTEM)

/* ---- the list ---- */

struct team_query {
    struct page_request page;
    struct query_field fields[2]; /* programme, retired */
    char after_programme[CASE_PROGRAMME_SIZE];
    char after_key[TEAM_KEY_SIZE];
};

static void team_query_destroy(void *data)
{
    struct team_query *query = data;
    query_fields_free(query->fields, G_N_ELEMENTS(query->fields));
    g_free(query);
}

/* The key of a page: programme and key, which are plain codes, with a space between. */
static bool read_key(struct team_query *query)
{
    const char *space = strchr(query->page.after, ' ');
    if (!query->page.after[0]) {
        return true;
    }
    if (!space || (size_t)(space - query->page.after) >= sizeof(query->after_programme) ||
        strlen(space + 1) >= sizeof(query->after_key)) {
        return false;
    }
    memcpy(query->after_programme, query->page.after, (size_t)(space - query->page.after));
    g_strlcpy(query->after_key, space + 1, sizeof(query->after_key));
    return true;
}

static bool read_team_query(struct http_exchange *exchange, struct team_query *query)
{
    query->fields[0] = (struct query_field){"programme", CASE_PROGRAMME_SIZE - 1, NULL};
    query->fields[1] = (struct query_field){"retired", 5, NULL};
    if (!page_of_query(exchange, &query->page) ||
        !query_fields_read(exchange, query->fields, G_N_ELEMENTS(query->fields))) {
        return false;
    }
    if (!read_key(query)) {
        query_field_fail(exchange, "cursor");
        return false;
    }
    return true;
}

static int run_list(struct api_task *task, struct visit_service *service)
{
    const struct team_query *query = task->data;
    const char *programme = query->fields[0].value;
    const struct team_filter filter = {
        .programme = programme ? programme : "",
        .with_retired = g_strcmp0(query->fields[1].value, "true") == 0,
        .after_programme = query->after_programme,
        .after_key = query->after_key,
        .limit = query->page.limit + 1,
    };
    AUTO(team_list) list = NULL;
    const int result = team_work_list(service, &task->actor, &filter, &list);
    if (result != 0) {
        return result;
    }
    const bool more = list->count > query->page.limit;
    const size_t count = more ? query->page.limit : list->count;
    g_autofree char *key = NULL;
    json_t *teams = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(teams, team_document_write(&list->teams[i]));
    }
    if (more) {
        const struct team *last = &list->teams[count - 1];
        key = g_strdup_printf("%s %s", last->programme, last->key);
    }
    task->output = page_of_items("teams", teams, key);
    return 0;
}

void teams_list(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    struct team_query *query = g_new0(struct team_query, 1);
    if (!read_team_query(exchange, query)) {
        team_query_destroy(query);
        return;
    }
    struct api_task *task = api_task_create(api, exchange, parameters, CALLERS, run_list);
    task->data = query;
    task->data_destroy = team_query_destroy;
    api_task_post(task);
}

/* ---- one team ---- */

static int show(struct api_task *task, struct visit_service *service, const char *team_id)
{
    AUTO(team) team = NULL;
    const int result = team_work_read(service, &task->actor, team_id, &team);
    task->output = result == 0 ? team_document_write(team) : NULL;
    return result;
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    return show(task, service, task->parameters.values[0]);
}

void teams_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show));
}

struct team_input {
    struct team_document *document; /* owned */
};

static void team_input_destroy(void *data)
{
    struct team_input *input = data;
    team_document_destroy(input->document);
    g_free(input);
}

static int read_team(const json_t *body, void *data, struct document_problem *problem)
{
    struct team_input *input = data;
    return team_document_read(body, &input->document, problem);
}

static int run_keep(struct api_task *task, struct visit_service *service)
{
    struct team_input *input = task->data;
    struct team *team = input->document->team;
    bool is_new = false;
    const int result = team_work_keep(service, &task->actor, team, input->document->hours, &is_new);
    if (result != 0) {
        return result;
    }
    task->status = is_new ? 201 : 200;
    return show(task, service, team->id);
}

static int run_change(struct api_task *task, struct visit_service *service)
{
    struct team_input *input = task->data;
    int result = document_task_check_match(task, service, run_show);
    result = result != 0 ? result
                         : team_work_change(service, &task->actor, task->parameters.values[0],
                                            input->document->team, input->document->hours);
    return result != 0 ? result : run_show(task, service);
}

static void post_team(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters,
                      int (*operation)(struct api_task *task, struct visit_service *service))
{
    const struct document_task what = {g_new0(struct team_input, 1), team_input_destroy, read_team,
                                       operation, CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_do_once(task, exchange);
        api_task_post(task);
    }
}

void teams_keep(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    post_team(api, exchange, parameters, run_keep);
}

void teams_change(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    post_team(api, exchange, parameters, run_change);
}

static int run_retire(struct api_task *task, struct visit_service *service)
{
    const int result = team_work_retire(service, &task->actor, task->parameters.values[0]);
    return result != 0 ? result : run_show(task, service);
}

void teams_retire(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_retire));
}

/* ---- hours ---- */

static int run_show_hours(struct api_task *task, struct visit_service *service)
{
    struct expert_hours hours;
    const int result =
        team_work_read_hours(service, &task->actor, task->parameters.values[0], &hours);
    task->output = result == 0 ? hours_document_write(&hours) : NULL;
    return result;
}

void hours_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show_hours));
}

static int read_hours(const json_t *body, void *data, struct document_problem *problem)
{
    return hours_document_read(body, data, problem);
}

static int run_write_hours(struct api_task *task, struct visit_service *service)
{
    int result = document_task_check_match(task, service, run_show_hours);
    result = result != 0 ? result
                         : team_work_write_hours(service, &task->actor, task->parameters.values[0],
                                                 task->data);
    task->output = result == 0 ? hours_document_write(task->data) : NULL;
    return result;
}

void hours_write(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct expert_hours, 1), g_free, read_hours,
                                       run_write_hours, CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_post(task);
    }
}

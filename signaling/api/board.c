#include "signaling/api/board.h"

#include "gateway/base/clock.h"
#include "gateway/base/secret.h"
#include "gateway/visits/visit_board.h"
#include "signaling/api/page_of.h"
#include "signaling/api/query_fields.h"
#include "signaling/board/board_day.h"
#include "signaling/board/board_feed.h"
#include "signaling/board/board_row.h"

#include <glib.h>
#include <string.h>

/* ---- the day, page by page ---- */

struct board_query {
    struct page_request page;
    int64_t after_ms;
    const char *after_id; /* in the page's key */
    struct query_field day;
    struct query_field zone;
    bool way_in_only; /* out: of each visit (visit_board.h) */
    bool day_is_bad;  /* out: there is no such day or zone */
    json_t *rows;     /* out */
    bool more;
    char last_key[PAGE_KEY_SIZE];
};

static void board_query_destroy(void *data)
{
    struct board_query *query = data;
    g_free(query->day.value);
    g_free(query->zone.value);
    json_decref(query->rows);
    g_free(query);
}

/* The key of a page: when the last visit is, and its id. */
static bool read_key(struct board_query *query)
{
    char *end = NULL;
    query->after_id = "";
    if (!query->page.after[0]) {
        return true;
    }
    query->after_ms = g_ascii_strtoll(query->page.after, &end, 10);
    query->after_id = end + 1;
    return query->after_ms > 0 && *end == ' ' && strlen(end + 1) == UUID_TEXT_SIZE - 1;
}

static bool read_query(struct http_exchange *exchange, struct board_query *query)
{
    struct query_field fields[] = {{"day", PERSON_DATE_SIZE - 1, NULL},
                                   {"zone", TIME_ZONE_SIZE - 1, NULL}};
    if (!page_of_query(exchange, &query->page) ||
        !query_fields_read(exchange, fields, G_N_ELEMENTS(fields))) {
        return false;
    }
    query->day = fields[0];
    query->zone = fields[1];
    if (!read_key(query)) {
        query_field_fail(exchange, "cursor");
        return false;
    }
    return true;
}

static void add_row(void *context, const struct board_visit *visit)
{
    struct board_query *query = context;
    if (json_array_size(query->rows) == query->page.limit) {
        query->more = true;
        return;
    }
    json_array_append_new(query->rows, board_row_json(visit));
    g_snprintf(query->last_key, sizeof(query->last_key), "%lld %s",
               (long long)visit->visit.scheduled_at_ms, visit->visit.id);
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    struct board_query *query = task->data;
    struct board_reach reach;
    struct board_day day;
    int result = visit_board_reach(service, &task->actor, &reach);
    if (result != 0) {
        return result;
    }
    const char *zone = query->zone.value ? query->zone.value : reach.time_zone;
    if (board_day_find(query->day.value ? query->day.value : "", zone, clock_wall_ms(), &day) < 0) {
        query->day_is_bad = true;
        return REFUSAL_INVALID;
    }
    const struct board_request request = {.from_ms = day.from_ms,
                                          .until_ms = day.until_ms,
                                          .after_ms = query->after_ms,
                                          .after_id = query->after_id,
                                          .limit = query->page.limit + 1,
                                          .quiet = query->after_id[0] != 0};
    query->rows = json_array();
    result = visit_board_list(service, &task->actor, &request, add_row, query, &reach);
    query->way_in_only = reach.way_in_only;
    if (result == 0) {
        task->output =
            page_of_items("visits", TAKE(query->rows), query->more ? query->last_key : NULL);
        json_object_set_new(task->output, "day", json_string(day.day));
        json_object_set_new(task->output, "zone", json_string(day.zone));
    }
    return result;
}

static void answer_show(struct api_task *task, struct http_exchange *exchange)
{
    const struct board_query *query = task->data;
    size_t index;
    json_t *row;
    if (!exchange) {
        return;
    }
    if (query->day_is_bad) {
        http_exchange_fail(exchange, 400, "bad_field", "There is no such day or time zone.", "day");
        return;
    }
    json_t *visits = json_object_get(task->output, "visits");
    json_array_foreach(visits, index, row)
    {
        board_feed_add_connections(task->api->board, row);
        if (query->way_in_only) {
            json_array_set_new(visits, index, board_row_way_in(row));
        }
    }
    api_answer(task, exchange);
}

void board_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    struct board_query *query = g_new0(struct board_query, 1);
    if (!read_query(exchange, query)) {
        board_query_destroy(query);
        return;
    }
    struct api_task *task =
        api_task_create(api, exchange, parameters, API_STAFF | API_OPERATOR, run_show);
    task->data = query;
    task->data_destroy = board_query_destroy;
    task->answer = answer_show;
    task->answers_all = true;
    api_task_post(task);
}

/* ---- following it ---- */

static int run_ticket(struct api_task *task, struct visit_service *service)
{
    struct board_reach reach;
    return visit_board_reach(service, &task->actor, &reach);
}

static void answer_ticket(struct api_task *task, struct http_exchange *exchange)
{
    char ticket[RANDOM_TOKEN_SIZE];
    if (!exchange) {
        return;
    }
    if (!board_feed_make_ticket(task->api->board, &task->actor, ticket)) {
        http_exchange_add_header(exchange, "Retry-After", "5");
        http_exchange_fail(exchange, 429, "too_fast", "Too many boards are being opened.", NULL);
        return;
    }
    http_exchange_reply_json(
        exchange, 201, json_pack("{s:s, s:i}", "ticket", ticket, "seconds", BOARD_TICKET_SECONDS));
    secret_wipe(ticket, sizeof(ticket));
}

void board_make_ticket(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body && api_read_texts(exchange, body, NULL, 0)) {
        struct api_task *task = api_task_create(api, exchange, parameters, API_STAFF, run_ticket);
        task->answer = answer_ticket;
        api_task_post(task);
    }
    json_decref(body);
}

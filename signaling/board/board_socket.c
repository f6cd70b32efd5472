/* One board's socket: a ticket, then the day, then what changes of it. */
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/store_gate.h"
#include "signaling/board/board_internal.h"
#include "signaling/board/board_row.h"

#include <string.h>

LOG_TOPIC("board");

#define REQUESTS_PER_SECOND 2
#define REQUESTS_BURST 10
#define BAD_MESSAGES_MAX 5
#define WATCH_SECONDS 10
#define VISITS_PER_PAGE 25

bool board_socket_covers(const struct board_socket *socket, const json_t *row)
{
    return socket->watching && board_row_is_of(row, &socket->day, &socket->reach);
}

json_t *board_socket_view(const struct board_socket *socket, const json_t *row)
{
    return socket->reach.way_in_only ? board_row_way_in(row) : json_incref((json_t *)row);
}

void board_socket_send(struct board_socket *socket, json_t *message)
{
    if (socket->socket) {
        char *text = json_dumps(message, JSON_COMPACT);
        websocket_session_send(socket->socket, text, strlen(text));
        free(text);
    }
    json_decref(message);
}

static void close_socket(struct board_socket *socket, enum websocket_close_code code,
                         const char *reason)
{
    socket->watching = false;
    if (socket->socket) {
        websocket_session_close(socket->socket, code, reason);
        socket->socket = NULL;
    }
}

void board_socket_dismiss(struct board_socket *socket, const char *reason)
{
    board_socket_send(socket, json_pack("{s:s, s:s}", "type", "bye", "reason", reason));
    close_socket(socket, WEBSOCKET_CLOSE_NORMAL, reason);
}

/* `where` may be NULL; `reply_to` below 0: the message had no id. */
static void send_error(struct board_socket *socket, int reply_to, const char *code,
                       const char *where)
{
    json_t *error = json_pack("{s:s, s:s}", "type", "error", "code", code);
    if (reply_to >= 0) {
        json_object_set_new(error, "reply_to", json_integer(reply_to));
    }
    if (where) {
        json_object_set_new(error, "where", json_string(where));
    }
    board_socket_send(socket, error);
}

/* ---- a day, page by page ---- */

struct list_task {
    struct visit_task task;
    struct board_feed *feed;
    uint64_t socket_id;
    uint64_t listing;
    struct visit_actor actor;
    char day[PERSON_DATE_SIZE];
    char zone[TIME_ZONE_SIZE];
    bool quiet;
    int64_t after_ms; /* in: behind which visit; out: the last of the page */
    char after_id[UUID_TEXT_SIZE];
    /* Out: */
    struct board_day found;
    struct board_reach reach;
    json_t *rows;
    bool more;
};

static void list_task_destroy(struct mailbox_message *message)
{
    struct list_task *task = CONTAINER_OF(message, struct list_task, task.message);
    json_decref(task->rows);
    g_free(task);
}

static void add_row(void *context, const struct board_visit *visit)
{
    struct list_task *task = context;
    if (json_array_size(task->rows) == VISITS_PER_PAGE) {
        task->more = true;
        return;
    }
    json_array_append_new(task->rows, board_row_json(visit));
    task->after_ms = visit->visit.scheduled_at_ms;
    memcpy(task->after_id, visit->visit.id, sizeof(task->after_id));
}

static int run_list(struct visit_task *visit_task, struct visit_service *service)
{
    struct list_task *task = CONTAINER_OF(visit_task, struct list_task, task);
    int result = visit_board_reach(service, &task->actor, &task->reach);
    if (result != 0) {
        return result;
    }
    const char *zone = task->zone[0] ? task->zone : task->reach.time_zone;
    if (board_day_find(task->day, zone, clock_wall_ms(), &task->found) < 0) {
        return REFUSAL_INVALID;
    }
    char after_id[UUID_TEXT_SIZE];
    memcpy(after_id, task->after_id, sizeof(after_id));
    const struct board_request request = {.from_ms = task->found.from_ms,
                                          .until_ms = task->found.until_ms,
                                          .after_ms = task->after_ms,
                                          .after_id = after_id,
                                          .limit = VISITS_PER_PAGE + 1,
                                          .quiet = task->quiet};
    task->rows = json_array();
    return visit_board_list(service, &task->actor, &request, add_row, task, &task->reach);
}

static void on_listed(struct visit_task *visit_task, void *context);

/* `before`: the page before; NULL: from the beginning. */
static void post_list(struct board_socket *socket, const struct list_task *before)
{
    struct list_task *task = g_new0(struct list_task, 1);
    task->task.message.destroy = list_task_destroy;
    task->task.run = run_list;
    task->task.done = on_listed;
    task->feed = socket->feed;
    task->socket_id = socket->id;
    task->listing = socket->listing;
    task->actor = socket->actor;
    task->quiet = !socket->first || before;
    g_strlcpy(task->day, before ? before->found.day : socket->watch.day, sizeof(task->day));
    g_strlcpy(task->zone, before ? before->found.zone : socket->watch.zone, sizeof(task->zone));
    if (before) {
        task->after_ms = before->after_ms;
        memcpy(task->after_id, before->after_id, sizeof(task->after_id));
    }
    store_gate_post(socket->feed->config.store, &task->task);
}

static void begin_listing(struct board_socket *socket, bool first)
{
    static uint64_t listings;
    socket->listing = ++listings;
    socket->first = first;
    json_decref(socket->listed);
    socket->listed = json_array();
    post_list(socket, NULL);
}

void board_socket_refresh(struct board_socket *socket)
{
    if (socket->watching && socket->listing == 0) {
        g_strlcpy(socket->watch.day, socket->day.day, sizeof(socket->watch.day));
        g_strlcpy(socket->watch.zone, socket->day.zone, sizeof(socket->watch.zone));
        begin_listing(socket, false);
    }
}

/* ---- what came of it ---- */

static void answer_watch(struct board_socket *socket)
{
    const struct board_feed *feed = socket->feed;
    log_info("watched", "board=%" G_GUINT64_FORMAT " account=%s case=%s", socket->id,
             socket->actor.account_id, socket->reach.case_id);
    socket->resumes = strcmp(socket->watch.epoch, feed->epoch) == 0;
    board_socket_send(socket, json_pack("{s:s, s:i, s:s, s:s, s:s, s:I, s:I, s:b, s:I}", "type",
                                        "watching", "reply_to", socket->watch.id, "epoch",
                                        feed->epoch, "day", socket->day.day, "zone",
                                        socket->day.zone, "from", (json_int_t)socket->day.from_ms,
                                        "until", (json_int_t)socket->day.until_ms, "resumed",
                                        socket->resumes, "now", (json_int_t)clock_wall_ms()));
}

/* What of the page the socket does not know yet. `ids`: of its rows. */
static void send_page(struct board_socket *socket, const json_t *ids)
{
    json_t *visits = json_array();
    size_t index;
    json_t *id;
    json_array_foreach((json_t *)ids, index, id)
    {
        const struct board_row *row = board_feed_find_row(socket->feed, json_string_value(id));
        if (!socket->resumes || row->seq > (uint64_t)socket->watch.seq) {
            json_array_append_new(visits, board_socket_view(socket, row->value));
        }
    }
    if (json_array_size(visits) > 0) {
        /* Without a number: until the list is complete, what it has missed is not known. */
        board_socket_send(socket, json_pack("{s:s, s:O}", "type", "visits", "visits", visits));
    }
    json_decref(visits);
}

static void end_listing(struct board_socket *socket)
{
    if (socket->first) {
        board_socket_send(socket, json_pack("{s:s, s:O, s:I}", "type", "complete", "ids",
                                            socket->listed, "seq", (json_int_t)socket->feed->seq));
    }
    socket->listing = 0;
    json_decref(socket->listed);
    socket->listed = NULL;
}

static void take_page(struct board_socket *socket, struct list_task *task)
{
    json_t *ids = json_array();
    size_t index;
    json_t *row;
    json_array_foreach(task->rows, index, row)
    {
        json_array_append(ids, json_object_get(row, "id"));
    }
    board_feed_take_rows(socket->feed, TAKE(task->rows), socket->first ? socket : NULL);
    if (socket->first) {
        send_page(socket, ids);
    }
    json_array_extend(socket->listed, ids);
    json_decref(ids);
    if (task->more) {
        post_list(socket, task);
    } else {
        end_listing(socket);
    }
}

static void refuse(struct board_socket *socket, int result)
{
    const bool is_over = result == REFUSAL_SESSION_EXPIRED || result == REFUSAL_NOT_PERMITTED;
    socket->listing = 0;
    if (socket->first) {
        send_error(socket, socket->watch.id,
                   result == REFUSAL_INVALID ? "bad_message"
                   : is_over                 ? "not_allowed"
                                             : "store_failed",
                   result == REFUSAL_INVALID ? "day" : NULL);
    }
    if (is_over) {
        board_socket_dismiss(socket, "signed_out");
    }
}

static void on_listed(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct list_task *task = CONTAINER_OF(visit_task, struct list_task, task);
    struct board_socket *socket = g_hash_table_lookup(task->feed->sockets, &task->socket_id);
    if (!socket || !socket->socket || socket->listing != task->listing) {
        return;
    }
    if (visit_task->result != 0) {
        refuse(socket, visit_task->result);
        return;
    }
    const bool begins = socket->first && json_array_size(socket->listed) == 0;
    socket->day = task->found;
    socket->reach = task->reach;
    socket->watching = true;
    if (begins) {
        websocket_session_set_authenticated(socket->socket);
        answer_watch(socket);
    }
    take_page(socket, task);
}

/* ---- what the page says ---- */

static void start_watching(struct board_socket *socket, const struct board_watch *watch)
{
    if (watch->ticket[0]) {
        g_autofree struct visit_actor *actor =
            board_tickets_take(socket->feed->tickets, watch->ticket, clock_now_us());
        socket->known = actor != NULL;
        socket->actor = actor ? *actor : (struct visit_actor){0};
    }
    if (!socket->known) {
        send_error(socket, watch->id, "bad_ticket", NULL);
        close_socket(socket, WEBSOCKET_CLOSE_POLICY, "no ticket");
        return;
    }
    socket->watching = false; /* the day may be another one */
    socket->watch = *watch;
    begin_listing(socket, true);
}

static void received(void *object, const char *text, size_t size)
{
    struct board_socket *socket = object;
    struct board_watch watch;
    struct board_message_problem problem;
    if (!socket->socket) {
        return;
    }
    const int result = board_message_read(text, size, &watch, &problem);
    if (result < 0 || !token_bucket_take(&socket->requests, clock_now_us())) {
        send_error(socket, problem.id, result < 0 ? problem.code : "too_fast",
                   result < 0 ? problem.where : NULL);
        if (++socket->bad_messages >= BAD_MESSAGES_MAX) {
            close_socket(socket, WEBSOCKET_CLOSE_POLICY, "too many bad messages");
        }
        return;
    }
    start_watching(socket, &watch);
    secret_wipe(watch.ticket, sizeof(watch.ticket));
}

void board_socket_on_tick(struct board_socket *socket, uint64_t now_us)
{
    if (!socket->known && now_us - socket->opened_us > WATCH_SECONDS * 1000000ull) {
        close_socket(socket, WEBSOCKET_CLOSE_POLICY, "nothing is watched");
    }
}

/* ---- life ---- */

static void *opened(void *context, struct websocket_session *websocket)
{
    struct board_feed *feed = context;
    struct board_socket *socket = g_new0(struct board_socket, 1);
    socket->feed = feed;
    socket->socket = websocket;
    socket->opened_us = clock_now_us();
    token_bucket_init(&socket->requests, REQUESTS_PER_SECOND, REQUESTS_BURST, socket->opened_us);
    const bool full = g_hash_table_size(feed->sockets) >= BOARD_SOCKETS_MAX;
    board_feed_add_socket(feed, socket);
    if (full || feed->closing) {
        board_socket_dismiss(socket, full ? "full" : "shutting_down");
    }
    return socket;
}

static void closed(void *object)
{
    struct board_socket *socket = object;
    g_hash_table_remove(socket->feed->sockets, &socket->id);
    json_decref(socket->listed);
    g_free(socket);
}

const struct websocket_handler board_websocket_handler = {
    .opened = opened,
    .received = received,
    .closed = closed,
};

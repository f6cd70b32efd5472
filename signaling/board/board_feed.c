#include "signaling/board/board_feed.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "signaling/board/board_internal.h"
#include "signaling/board/board_row.h"
#include "signaling/session/signaling_hub.h"

#include <string.h>

LOG_TOPIC("board");

#define TICK_US 500000
#define TICKS_PER_CONNECTIONS 4
#define TICKS_PER_REFRESH 60
#define IDLE_TICKS_MAX 240

static void start_ticking(struct board_feed *feed);

/* ---- rows ---- */

static void row_destroy(gpointer data)
{
    struct board_row *row = data;
    json_decref(row->value);
    g_free(row);
}

static const char *id_of(const json_t *row)
{
    return json_string_value(json_object_get(row, "id"));
}

const struct board_row *board_feed_find_row(const struct board_feed *feed, const char *visit_id)
{
    return g_hash_table_lookup(feed->rows, visit_id);
}

void board_feed_add_connections(const struct board_feed *feed, json_t *row)
{
    json_t *people = signaling_hub_connections(feed->config.hub, id_of(row));
    size_t index;
    json_t *seat;
    json_array_foreach(json_object_get(row, "seats"), index, seat)
    {
        json_t *connection = json_object_get(people, id_of(seat));
        json_object_set_new(seat, "connection", connection ? json_incref(connection) : json_null());
    }
    json_decref(people);
}

/* ---- telling ---- */

/* A row that changed: as it is, and as it was (NULL: it was not there). */
struct change {
    json_t *now; /* owned; the other, too */
    json_t *before;
};

static void change_clear(gpointer data)
{
    struct change *change = data;
    json_decref(change->now);
    json_decref(change->before);
}

/* A row that says something else to this socket; NULL: what changed is not for it. Owned. */
static json_t *news_for(const struct board_socket *socket, const struct change *change)
{
    json_t *now = board_socket_view(socket, change->now);
    json_t *before =
        socket->reach.way_in_only && change->before && board_socket_covers(socket, change->before)
            ? board_socket_view(socket, change->before)
            : NULL;
    if (before && json_equal(now, before)) {
        json_decref(now);
        now = NULL;
    }
    json_decref(before);
    return now;
}

static void tell(const struct board_feed *feed, struct board_socket *socket, const GArray *changes)
{
    json_t *visits = json_array();
    json_t *gone = json_array();
    for (guint i = 0; i < changes->len; i++) {
        const struct change *change = &g_array_index(changes, struct change, i);
        if (board_socket_covers(socket, change->now)) {
            json_array_append_new(visits, news_for(socket, change));
        } else if (change->before && board_socket_covers(socket, change->before)) {
            json_array_append(gone, json_object_get(change->now, "id"));
        }
    }
    if (json_array_size(gone) > 0) {
        board_socket_send(socket, json_pack("{s:s, s:O, s:I}", "type", "gone", "ids", gone, "seq",
                                            (json_int_t)feed->seq));
    }
    if (json_array_size(visits) > 0) {
        board_socket_send(socket, json_pack("{s:s, s:O, s:I}", "type", "visits", "visits", visits,
                                            "seq", (json_int_t)feed->seq));
    }
    json_decref(visits);
    json_decref(gone);
}

static bool has_people(const json_t *row)
{
    size_t index;
    json_t *seat;
    json_array_foreach(json_object_get(row, "seats"), index, seat)
    {
        if (json_is_object(json_object_get(seat, "connection"))) {
            return true;
        }
    }
    return false;
}

/* Keeps the row if it says something new, which then goes to `changes`. */
static void take_row(struct board_feed *feed, json_t *value, GArray *changes)
{
    struct board_row *row = g_hash_table_lookup(feed->rows, id_of(value));
    if (row && json_equal(row->value, value)) {
        return;
    }
    const struct change change = {json_incref(value), row ? json_incref(row->value) : NULL};
    g_array_append_val(changes, change);
    if (!row) {
        row = g_new0(struct board_row, 1);
        g_hash_table_insert(feed->rows, g_strdup(id_of(value)), row);
    }
    json_decref(row->value);
    row->value = json_incref(value);
    row->has_people = has_people(value);
    row->seq = ++feed->seq;
}

static void tell_all(struct board_feed *feed, const GArray *changes,
                     const struct board_socket *except)
{
    if (changes->len == 0) {
        return;
    }
    g_autoptr(GList) sockets = g_hash_table_get_values(feed->sockets);
    for (GList *socket = sockets; socket; socket = socket->next) {
        if (socket->data != except) {
            tell(feed, socket->data, changes);
        }
    }
}

void board_feed_take_rows(struct board_feed *feed, json_t *rows, const struct board_socket *except)
{
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct change));
    g_array_set_clear_func(changes, change_clear);
    size_t index;
    json_t *row;
    json_array_foreach(rows, index, row)
    {
        board_feed_add_connections(feed, row);
        take_row(feed, row, changes);
    }
    tell_all(feed, changes, except);
    json_decref(rows);
}

/* ---- what changed, says the store ---- */

struct changes_task {
    struct visit_task task;
    struct board_feed *feed;
    json_t *rows;
    bool all;
};

static void changes_task_destroy(struct mailbox_message *message)
{
    struct changes_task *task = CONTAINER_OF(message, struct changes_task, task.message);
    json_decref(task->rows);
    g_free(task);
}

static int run_changes(struct visit_task *visit_task, struct visit_service *service)
{
    struct changes_task *task = CONTAINER_OF(visit_task, struct changes_task, task);
    g_autofree char(*ids)[UUID_TEXT_SIZE] = g_malloc(CHANGED_VISITS_MAX * sizeof(*ids));
    g_autofree struct board_visit *visit = g_new(struct board_visit, 1);
    const size_t count = visit_board_take_changed(service, ids, &task->all);
    int result = 0;
    task->rows = json_array();
    for (size_t i = 0; i < count && result >= 0; i++) {
        result = visit_board_look(service, ids[i], visit);
        if (result == 0) {
            json_array_append_new(task->rows, board_row_json(visit));
        }
    }
    return result < 0 ? result : 0;
}

static void refresh_all(struct board_feed *feed)
{
    g_autoptr(GList) sockets = g_hash_table_get_values(feed->sockets);
    for (GList *socket = sockets; socket; socket = socket->next) {
        board_socket_refresh(socket->data);
    }
}

static void on_changes(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct changes_task *task = CONTAINER_OF(visit_task, struct changes_task, task);
    struct board_feed *feed = task->feed;
    feed->asking = false;
    if (visit_task->result != 0) {
        log_warning("changes_not_read", "result=%d", visit_task->result);
        refresh_all(feed);
        return;
    }
    board_feed_take_rows(feed, TAKE(task->rows), NULL);
    if (task->all) {
        refresh_all(feed);
    }
}

static void ask_for_changes(struct board_feed *feed)
{
    if (feed->asking) {
        return;
    }
    struct changes_task *task = g_new0(struct changes_task, 1);
    task->task.message.destroy = changes_task_destroy;
    task->task.run = run_changes;
    task->task.done = on_changes;
    task->feed = feed;
    feed->asking = true;
    store_gate_post(feed->config.store, &task->task);
}

/* ---- connections, says the hub ---- */

static void look_at_connections(struct board_feed *feed)
{
    json_t *rows = json_array();
    GHashTableIter iterator;
    gpointer data;
    g_hash_table_iter_init(&iterator, feed->rows);
    while (g_hash_table_iter_next(&iterator, NULL, &data)) {
        const struct board_row *row = data;
        if (row->has_people || signaling_hub_has_people(feed->config.hub, id_of(row->value))) {
            json_array_append_new(rows, json_deep_copy(row->value));
        }
    }
    board_feed_take_rows(feed, rows, NULL);
}

/* ---- time ---- */

/* Rows of days that nobody watches any more. */
static void drop_unwatched_rows(struct board_feed *feed)
{
    GHashTableIter iterator;
    gpointer row;
    g_hash_table_iter_init(&iterator, feed->rows);
    while (g_hash_table_iter_next(&iterator, NULL, &row)) {
        GHashTableIter sockets;
        gpointer socket;
        bool watched = false;
        g_hash_table_iter_init(&sockets, feed->sockets);
        while (!watched && g_hash_table_iter_next(&sockets, NULL, &socket)) {
            watched = board_socket_covers(socket, ((struct board_row *)row)->value);
        }
        if (!watched) {
            g_hash_table_iter_remove(&iterator);
        }
    }
}

static void tick_sockets(struct board_feed *feed, uint64_t now_us)
{
    g_autoptr(GList) sockets = g_hash_table_get_values(feed->sockets);
    for (GList *socket = sockets; socket; socket = socket->next) {
        board_socket_on_tick(socket->data, now_us);
    }
}

/* While nobody watches, what was told is kept for a while: a page that comes back is told what it
 * missed. */
static void on_tick(void *context)
{
    struct board_feed *feed = context;
    const uint64_t now_us = clock_now_us();
    const bool watched = g_hash_table_size(feed->sockets) > 0;
    feed->ticking = false;
    feed->ticks++;
    feed->idle_ticks = watched ? 0 : feed->idle_ticks + 1;
    board_tickets_on_tick(feed->tickets, now_us);
    if (watched) {
        tick_sockets(feed, now_us);
        ask_for_changes(feed);
    }
    if (watched && feed->ticks % TICKS_PER_CONNECTIONS == 0) {
        look_at_connections(feed);
    }
    if (watched && feed->ticks % TICKS_PER_REFRESH == 0) {
        drop_unwatched_rows(feed);
        refresh_all(feed);
    }
    if (feed->idle_ticks < IDLE_TICKS_MAX) {
        start_ticking(feed);
    } else {
        g_hash_table_remove_all(feed->rows);
    }
}

static void start_ticking(struct board_feed *feed)
{
    if (!feed->ticking && !feed->closing) {
        feed->ticking = true;
        http_timer_start(feed->tick, TICK_US);
    }
}

void board_feed_add_socket(struct board_feed *feed, struct board_socket *socket)
{
    socket->id = ++feed->next_id;
    g_hash_table_insert(feed->sockets, &socket->id, socket);
    feed->idle_ticks = 0;
    start_ticking(feed);
}

/* ---- tickets ---- */

bool board_feed_make_ticket(struct board_feed *feed, const struct visit_actor *actor,
                            char ret_ticket[RANDOM_TOKEN_SIZE])
{
    return board_tickets_make(feed->tickets, actor, clock_now_us(), ret_ticket);
}

/* ---- life ---- */

struct board_feed *board_feed_create(const struct board_feed_config *config)
{
    struct board_feed *feed = g_new0(struct board_feed, 1);
    feed->config = *config;
    feed->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_destroy);
    feed->sockets = g_hash_table_new(g_int64_hash, g_int64_equal);
    feed->tickets = board_tickets_create();
    feed->tick = http_timer_create(config->server, on_tick, feed);
    random_token(feed->epoch);
    return feed;
}

void board_feed_stop(struct board_feed *feed)
{
    feed->closing = true;
    feed->tick = http_timer_destroy(feed->tick);
}

struct board_feed *board_feed_destroy(struct board_feed *feed)
{
    if (feed) {
        g_hash_table_destroy(feed->rows);
        g_hash_table_destroy(feed->sockets);
        board_tickets_destroy(feed->tickets);
        g_free(feed);
    }
    return NULL;
}

void board_feed_say_goodbye(struct board_feed *feed)
{
    feed->closing = true;
    g_autoptr(GList) sockets = g_hash_table_get_values(feed->sockets);
    for (GList *socket = sockets; socket; socket = socket->next) {
        board_socket_dismiss(socket->data, "shutting_down");
    }
}

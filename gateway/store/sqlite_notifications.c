/* What people are written about a visit. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define NOTIFICATION_COLUMNS                                                                       \
    "id, visit_id, participant_id, kind, channel, state, sequence, due_at_ms, attempts, "          \
    "settled_at_ms, detail"
#define SELECT_NOTIFICATION "SELECT " NOTIFICATION_COLUMNS " FROM notification "

static int insert_notification(struct visit_store *base, const struct notification *notification)
{
    static const char sql[] = "INSERT INTO notification (" NOTIFICATION_COLUMNS
                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, notification->id);
    sql_put_text(&query, notification->visit_id);
    sql_put_text(&query, notification->participant_id);
    sql_put_text(&query, notification_kind_name(notification->kind));
    sql_put_text(&query, notification_channel_name(notification->channel));
    sql_put_text(&query, notification_state_name(notification->state));
    sql_put_int(&query, notification->sequence);
    sql_put_int(&query, notification->due_at_ms);
    sql_put_int(&query, notification->attempts);
    sql_put_int(&query, notification->settled_at_ms);
    sql_put_text(&query, notification->detail);
    return sql_query_run(&query);
}

static int update_notification(struct visit_store *base, const struct notification *notification)
{
    static const char sql[] =
        "UPDATE notification SET channel = ?, state = ?, due_at_ms = ?, attempts = ?, "
        "settled_at_ms = ?, detail = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, notification_channel_name(notification->channel));
    sql_put_text(&query, notification_state_name(notification->state));
    sql_put_int(&query, notification->due_at_ms);
    sql_put_int(&query, notification->attempts);
    sql_put_int(&query, notification->settled_at_ms);
    sql_put_text(&query, notification->detail);
    sql_put_text(&query, notification->id);
    return sql_query_run_on_row(&query);
}

static void take_notification(struct sql_query *query, struct notification *notification)
{
    sql_take_text(query, notification->id, sizeof(notification->id));
    sql_take_text(query, notification->visit_id, sizeof(notification->visit_id));
    sql_take_text(query, notification->participant_id, sizeof(notification->participant_id));
    SQL_TAKE_NAME(query, notification_kind, &notification->kind);
    SQL_TAKE_NAME(query, notification_channel, &notification->channel);
    SQL_TAKE_NAME(query, notification_state, &notification->state);
    notification->sequence = (uint32_t)sql_take_int(query);
    notification->due_at_ms = sql_take_int(query);
    notification->attempts = (uint32_t)sql_take_int(query);
    notification->settled_at_ms = sql_take_int(query);
    sql_take_text(query, notification->detail, sizeof(notification->detail));
}

static int end_with_notification(struct sql_query *query, struct notification *ret_notification)
{
    struct notification notification = {0};
    if (sql_query_next(query)) {
        take_notification(query, &notification);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_notification = notification;
    }
    return result;
}

static int read_notification(struct visit_store *base, const char *notification_id,
                             struct notification *ret_notification)
{
    static const char sql[] = SELECT_NOTIFICATION "WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, notification_id);
    return end_with_notification(&query, ret_notification);
}

static int next_due(struct visit_store *base, int64_t now_ms, struct notification *ret_notification)
{
    static const char sql[] = SELECT_NOTIFICATION
        "WHERE state = 'pending' AND due_at_ms <= ? ORDER BY due_at_ms, id LIMIT 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    return end_with_notification(&query, ret_notification);
}

static int list_notifications(struct visit_store *base, const char *visit_id,
                              struct notification *ret_notifications, size_t capacity,
                              size_t *ret_count)
{
    static const char sql[] = SELECT_NOTIFICATION "WHERE visit_id = ? ORDER BY id DESC";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    while (count < capacity && sql_query_next(&query)) {
        take_notification(&query, &ret_notifications[count++]);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

static int drop_pending(struct visit_store *base, const char *visit_id, enum notification_kind kind,
                        int64_t now_ms)
{
    static const char sql[] = "UPDATE notification SET state = 'dropped', settled_at_ms = ?1, "
                              "detail = 'replaced' WHERE visit_id = ?2 AND state = 'pending' "
                              "AND (?3 = '' OR kind = ?3)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    sql_put_text(&query, visit_id);
    sql_put_text(&query, kind < NOTIFICATION_KIND_COUNT ? notification_kind_name(kind) : "");
    return sql_query_run(&query);
}

static int read_last_sequence(struct visit_store *base, const char *visit_id,
                              uint32_t *ret_sequence)
{
    static const char sql[] =
        "SELECT sequence FROM notification WHERE visit_id = ? ORDER BY sequence DESC LIMIT 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        *ret_sequence = (uint32_t)sql_take_int(&query);
    }
    return sql_query_end_found(&query);
}

static int count_notifications(struct visit_store *base, const char *participant_id,
                               size_t *ret_count)
{
    static const char sql[] = "SELECT count(*) FROM notification WHERE participant_id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    if (sql_query_next(&query)) {
        *ret_count = (size_t)sql_take_int(&query);
    }
    return sql_query_end_found(&query);
}

void sqlite_notifications_fill(struct visit_store_ops *ops)
{
    ops->notifications = (struct notification_store_ops){
        .insert = insert_notification,
        .update = update_notification,
        .read = read_notification,
        .list = list_notifications,
        .next_due = next_due,
        .drop_pending = drop_pending,
        .read_last_sequence = read_last_sequence,
        .count = count_notifications,
    };
}

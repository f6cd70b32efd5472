/* Alerts. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define ALERT_COLUMNS                                                                              \
    "id, visit_id, participant_id, response_id, score, value, at_least, follow, raised_at_ms, "    \
    "level, owner_id, acknowledged_at_ms, acknowledged_by, note, closed_at_ms"

static int put_alert(struct visit_store *base, const struct alert *alert)
{
    static const char sql[] =
        "INSERT INTO alert (" ALERT_COLUMNS
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET value = excluded.value, at_least = excluded.at_least, "
        "follow = excluded.follow, raised_at_ms = excluded.raised_at_ms, level = excluded.level, "
        "owner_id = excluded.owner_id, acknowledged_at_ms = excluded.acknowledged_at_ms, "
        "acknowledged_by = excluded.acknowledged_by, note = excluded.note, "
        "closed_at_ms = excluded.closed_at_ms";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, alert->id);
    sql_put_text(&query, alert->visit_id);
    sql_put_text(&query, alert->participant_id);
    sql_put_text(&query, alert->response_id);
    sql_put_text(&query, alert->score);
    sql_put_int(&query, alert->value);
    sql_put_int(&query, alert->at_least);
    sql_put_text(&query, screening_follow_name(alert->follow));
    sql_put_int(&query, alert->raised_at_ms);
    sql_put_int(&query, alert->level);
    sql_put_text(&query, alert->owner_id);
    sql_put_int(&query, alert->acknowledged_at_ms);
    sql_put_text(&query, alert->acknowledged_by);
    sql_put_text(&query, alert->note);
    sql_put_int(&query, alert->closed_at_ms);
    return sql_query_run(&query);
}

static void take_alert(struct sql_query *query, struct alert *alert)
{
    sql_take_text(query, alert->id, sizeof(alert->id));
    sql_take_text(query, alert->visit_id, sizeof(alert->visit_id));
    sql_take_text(query, alert->participant_id, sizeof(alert->participant_id));
    sql_take_text(query, alert->response_id, sizeof(alert->response_id));
    sql_take_text(query, alert->score, sizeof(alert->score));
    alert->value = (uint32_t)sql_take_int(query);
    alert->at_least = (uint32_t)sql_take_int(query);
    SQL_TAKE_NAME(query, screening_follow, &alert->follow);
    alert->raised_at_ms = sql_take_int(query);
    alert->level = (uint32_t)sql_take_int(query);
    sql_take_text(query, alert->owner_id, sizeof(alert->owner_id));
    alert->acknowledged_at_ms = sql_take_int(query);
    sql_take_text(query, alert->acknowledged_by, sizeof(alert->acknowledged_by));
    sql_take_text(query, alert->note, sizeof(alert->note));
    alert->closed_at_ms = sql_take_int(query);
}

static int end_with_alert(struct sql_query *query, struct alert *ret_alert)
{
    struct alert alert = {0};
    if (sql_query_next(query)) {
        take_alert(query, &alert);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_alert = alert;
    }
    return result;
}

static int read_alert(struct visit_store *base, const char *alert_id, struct alert *ret_alert)
{
    static const char sql[] = "SELECT " ALERT_COLUMNS " FROM alert WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, alert_id);
    return end_with_alert(&query, ret_alert);
}

static int find_alert(struct visit_store *base, const char *response_id, const char *score,
                      struct alert *ret_alert)
{
    static const char sql[] =
        "SELECT " ALERT_COLUMNS " FROM alert WHERE response_id = ? AND score = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, response_id);
    sql_put_text(&query, score);
    return end_with_alert(&query, ret_alert);
}

static int list_alerts(struct visit_store *base, const char *visit_id, const char *after_id,
                       struct alert *ret_alerts, size_t capacity, size_t *ret_count)
{
    static const char of_visit[] =
        "SELECT " ALERT_COLUMNS " FROM alert WHERE id > ? AND visit_id = ? ORDER BY id";
    static const char pressing[] =
        "SELECT " ALERT_COLUMNS " FROM alert "
        "WHERE id > ? AND acknowledged_at_ms = 0 AND closed_at_ms = 0 ORDER BY id";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), visit_id ? of_visit : pressing);
    sql_put_text(&query, after_id);
    if (visit_id) {
        sql_put_text(&query, visit_id);
    }
    while (count < capacity && sql_query_next(&query)) {
        take_alert(&query, &ret_alerts[count++]);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

void sqlite_alerts_fill(struct visit_store_ops *ops)
{
    ops->alerts = (struct alert_store_ops){
        .put_alert = put_alert,
        .read_alert = read_alert,
        .find_alert = find_alert,
        .list_alerts = list_alerts,
    };
}

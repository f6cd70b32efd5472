/* Visits that begin later than planned. */
#include "gateway/store/sqlite_store_internal.h"

static int put_delay(struct visit_store *base, const char *visit_id,
                     const struct visit_delay *delay)
{
    static const char sql[] =
        "INSERT INTO visit_delay (visit_id, expected_at_ms, said_at_ms, said_by) "
        "VALUES (?, ?, ?, ?) ON CONFLICT (visit_id) DO UPDATE SET expected_at_ms = "
        "excluded.expected_at_ms, said_at_ms = excluded.said_at_ms, said_by = excluded.said_by";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    sql_put_int(&query, delay->expected_at_ms);
    sql_put_int(&query, delay->said_at_ms);
    sql_put_text(&query, delay->said_by);
    return sql_query_run(&query);
}

static int read_delay(struct visit_store *base, const char *visit_id, struct visit_delay *ret_delay)
{
    static const char sql[] =
        "SELECT expected_at_ms, said_at_ms, said_by FROM visit_delay WHERE visit_id = ?";
    struct visit_delay delay = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        delay.expected_at_ms = sql_take_int(&query);
        delay.said_at_ms = sql_take_int(&query);
        sql_take_text(&query, delay.said_by, sizeof(delay.said_by));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_delay = delay;
    }
    return result;
}

void sqlite_delays_fill(struct visit_store_ops *ops)
{
    ops->delays = (struct delay_store_ops){.put = put_delay, .read = read_delay};
}

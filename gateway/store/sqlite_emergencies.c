/* Emergencies in visits. */
#include "gateway/store/sqlite_store_internal.h"

static int put_emergency(struct visit_store *base, const char *visit_id,
                         const struct visit_emergency *emergency)
{
    static const char sql[] =
        "INSERT INTO visit_emergency (visit_id, began_at_ms, began_by, told_at_ms) "
        "VALUES (?, ?, ?, ?) ON CONFLICT (visit_id) DO UPDATE SET began_at_ms = "
        "excluded.began_at_ms, began_by = excluded.began_by, told_at_ms = excluded.told_at_ms";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    sql_put_int(&query, emergency->began_at_ms);
    sql_put_text(&query, emergency->began_by);
    sql_put_int(&query, emergency->told_at_ms);
    return sql_query_run(&query);
}

static int read_emergency(struct visit_store *base, const char *visit_id,
                          struct visit_emergency *ret_emergency)
{
    static const char sql[] =
        "SELECT began_at_ms, began_by, told_at_ms FROM visit_emergency WHERE visit_id = ?";
    struct visit_emergency emergency = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        emergency.began_at_ms = sql_take_int(&query);
        sql_take_text(&query, emergency.began_by, sizeof(emergency.began_by));
        emergency.told_at_ms = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_emergency = emergency;
    }
    return result;
}

void sqlite_emergencies_fill(struct visit_store_ops *ops)
{
    ops->emergencies = (struct emergency_store_ops){.put = put_emergency, .read = read_emergency};
}

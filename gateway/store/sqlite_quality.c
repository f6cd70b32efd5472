/* How people's connections were. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define QUALITY_COLUMNS                                                                            \
    "participant_id, from_ms, until_ms, score_tenths, worst, reason, concealed_permille, "         \
    "frozen_ms, estimate_bps, rtt_ms, path"

static int insert_quality_minute(struct visit_store *base, const char *visit_id,
                                 const struct quality_minute *minute)
{
    static const char sql[] =
        "INSERT INTO quality_minute (visit_id, " QUALITY_COLUMNS
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    sql_put_text(&query, minute->participant_id);
    sql_put_int(&query, minute->from_ms);
    sql_put_int(&query, minute->until_ms);
    sql_put_int(&query, minute->score_tenths);
    sql_put_int(&query, minute->worst);
    sql_put_text(&query, minute->reason);
    sql_put_int(&query, minute->concealed_permille);
    sql_put_int(&query, minute->frozen_ms);
    sql_put_int(&query, minute->estimate_bps);
    sql_put_int(&query, minute->rtt_ms);
    sql_put_text(&query, minute->path);
    return sql_query_run(&query);
}

static int list_quality_minutes(struct visit_store *base, const char *visit_id,
                                struct quality_minute_list **ret_list)
{
    static const char sql[] = "SELECT " QUALITY_COLUMNS " FROM quality_minute WHERE visit_id = ? "
                              "ORDER BY participant_id, from_ms";
    AUTO(quality_minute_list) list = quality_minute_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    while (sql_query_next(&query)) {
        struct quality_minute *minute = SQL_LIST_ADD(list->minutes, list->count);
        sql_take_text(&query, minute->participant_id, sizeof(minute->participant_id));
        minute->from_ms = sql_take_int(&query);
        minute->until_ms = sql_take_int(&query);
        minute->score_tenths = (uint32_t)sql_take_int(&query);
        minute->worst = (uint32_t)sql_take_int(&query);
        sql_take_text(&query, minute->reason, sizeof(minute->reason));
        minute->concealed_permille = (uint32_t)sql_take_int(&query);
        minute->frozen_ms = (uint32_t)sql_take_int(&query);
        minute->estimate_bps = (uint32_t)sql_take_int(&query);
        minute->rtt_ms = (uint32_t)sql_take_int(&query);
        sql_take_text(&query, minute->path, sizeof(minute->path));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

void sqlite_quality_fill(struct visit_store_ops *ops)
{
    ops->insert_quality_minute = insert_quality_minute;
    ops->list_quality_minutes = list_quality_minutes;
}

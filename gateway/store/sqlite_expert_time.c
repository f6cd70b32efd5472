/* When experts are expected in visits. No visit is longer than VISIT_MINUTES_MAX: the index by time
 * finds those that may touch a range. */
#include "gateway/store/sqlite_store_internal.h"

#include <string.h>

#define VISIT_MS_MAX "28800000"

static int list_busy(struct visit_store *base, const char *staff_key, const char *case_id,
                     const char *but, struct time_interval range, struct interval_list *ret_busy)
{
    static const char sql[] =
        "SELECT visit.scheduled_at_ms, "
        "visit.scheduled_at_ms + visit.scheduled_minutes * 60000 AS ends_at_ms FROM visit "
        "WHERE visit.state <> 'ended' AND visit.scheduled_at_ms < ?1 "
        "AND visit.scheduled_at_ms > ?2 - " VISIT_MS_MAX " AND ends_at_ms > ?2 "
        "AND ((?3 <> '' AND visit.case_id = ?3) OR (?4 <> '' AND EXISTS (SELECT 1 "
        "FROM participant AS seat JOIN person ON person.id = seat.person_id "
        "WHERE seat.visit_id = visit.id AND seat.beside = 0 AND person.staff_key = ?4))) "
        "AND visit.id <> ?5 ORDER BY visit.scheduled_at_ms";
    AUTO_FREE struct time_interval *intervals = NULL;
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, range.until_ms);
    sql_put_int(&query, range.from_ms);
    sql_put_text(&query, case_id ? case_id : "");
    sql_put_text(&query, staff_key ? staff_key : "");
    sql_put_text(&query, but ? but : "");
    while (sql_query_next(&query)) {
        struct time_interval *interval = SQL_LIST_ADD(intervals, count);
        interval->from_ms = sql_take_int(&query);
        interval->until_ms = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        free(ret_busy->intervals);
        ret_busy->intervals = TAKE(intervals);
        ret_busy->count = count;
    }
    return result;
}

static int find_overlap(struct visit_store *base, const char *visit_id, struct time_interval range,
                        char ret_visit_id[UUID_TEXT_SIZE])
{
    static const char sql[] =
        "SELECT visit.id FROM visit JOIN participant AS seat ON seat.visit_id = visit.id "
        "JOIN person ON person.id = seat.person_id "
        "JOIN expert ON expert.staff_key = person.staff_key "
        "WHERE visit.state <> 'ended' AND visit.scheduled_at_ms < ?1 "
        "AND visit.scheduled_at_ms > ?2 - " VISIT_MS_MAX " "
        "AND visit.scheduled_at_ms + visit.scheduled_minutes * 60000 > ?2 "
        "AND visit.id <> ?3 AND seat.beside = 0 "
        "AND EXISTS (SELECT 1 FROM participant AS own JOIN person AS self "
        "ON self.id = own.person_id WHERE own.visit_id = ?3 AND own.beside = 0 "
        "AND self.staff_key = expert.staff_key) "
        "AND EXISTS (SELECT 1 FROM team_expert JOIN team ON team.id = team_expert.team_id "
        "WHERE team_expert.expert_id = expert.id AND team.retired_at_ms = 0) "
        "ORDER BY visit.scheduled_at_ms, visit.id LIMIT 1";
    char id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, range.until_ms);
    sql_put_int(&query, range.from_ms);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, id, sizeof(id));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(ret_visit_id, id, sizeof(id));
    }
    return result;
}

void sqlite_expert_time_fill(struct visit_store_ops *ops)
{
    ops->expert_time = (struct expert_time_store_ops){
        .list_busy = list_busy,
        .find_overlap = find_overlap,
    };
}

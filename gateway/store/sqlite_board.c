/* A day's visits, for who watches over them. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

/* No visit that is open began longer ago than this. */
#define OPEN_BEFORE_MS 43200000

static int list_places(struct visit_store *base, const struct board_filter *filter,
                       struct board_place **ret_places, size_t *ret_count)
{
    static const char sql[] =
        "SELECT visit.id, visit.scheduled_at_ms FROM visit "
        "JOIN clinical_case ON clinical_case.id = visit.case_id "
        "WHERE visit.scheduled_at_ms >= ?1 AND visit.scheduled_at_ms < ?2 "
        "AND (visit.scheduled_at_ms >= ?3 OR visit.state = 'open') AND visit.practice_of = '' "
        "AND (?4 = '' OR clinical_case.programme = ?4) AND (?5 = '' OR visit.case_id = ?5) "
        "AND (visit.scheduled_at_ms, visit.id) > (?6, ?7) "
        "ORDER BY visit.scheduled_at_ms, visit.id LIMIT ?8";
    AUTO_FREE struct board_place *places = NULL;
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, filter->from_ms - OPEN_BEFORE_MS);
    sql_put_int(&query, filter->until_ms);
    sql_put_int(&query, filter->from_ms);
    sql_put_text(&query, filter->programme);
    sql_put_text(&query, filter->case_id);
    sql_put_int(&query, filter->after_ms);
    sql_put_text(&query, filter->after_id);
    sql_put_int(&query, (int64_t)filter->limit);
    while (sql_query_next(&query)) {
        struct board_place *place = SQL_LIST_ADD(places, count);
        sql_take_text(&query, place->visit_id, sizeof(place->visit_id));
        place->scheduled_at_ms = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_places = TAKE(places);
        *ret_count = count;
    }
    return result;
}

static int read_case_names(struct visit_store *base, const char *case_id,
                           char ret_programme[CASE_PROGRAMME_SIZE],
                           char ret_reference[CASE_REFERENCE_SIZE])
{
    static const char sql[] = "SELECT programme, reference FROM clinical_case WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, ret_programme, CASE_PROGRAMME_SIZE);
        sql_take_text(&query, ret_reference, CASE_REFERENCE_SIZE);
    }
    return sql_query_end_found(&query);
}

static int read_answered_at(struct visit_store *base, const char *participant_id,
                            int64_t *ret_at_ms)
{
    static const char sql[] = "SELECT COALESCE(MAX(updated_at_ms), 0) FROM screening_response "
                              "WHERE participant_id = ? AND complete";
    int64_t at_ms = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    if (sql_query_next(&query)) {
        at_ms = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_at_ms = at_ms;
    }
    return result;
}

void sqlite_board_fill(struct visit_store_ops *ops)
{
    ops->board = (struct board_store_ops){
        .list_places = list_places,
        .read_case_names = read_case_names,
        .read_answered_at = read_answered_at,
    };
}

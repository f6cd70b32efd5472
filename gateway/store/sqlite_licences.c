/* Licences of physicians, and where people are. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

static int insert(struct visit_store *base, const char *staff_key, const struct licence *licence,
                  int64_t now_ms)
{
    static const char sql[] =
        "INSERT INTO licence (staff_key, state, number, status, expires, noted_at_ms) "
        "VALUES (?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    sql_put_text(&query, licence->state);
    sql_put_text(&query, licence->number);
    sql_put_text(&query, licence_status_name(licence->status));
    sql_put_text(&query, licence->expires);
    sql_put_int(&query, now_ms);
    return sql_query_run(&query);
}

static int replace(struct visit_store *base, const char *staff_key, const struct licence *licences,
                   size_t count, int64_t now_ms)
{
    static const char sql[] = "DELETE FROM licence WHERE staff_key = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    int result = sql_query_run(&query);
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = insert(base, staff_key, &licences[i], now_ms);
    }
    return result;
}

static int list(struct visit_store *base, const char *staff_key,
                struct licence ret_licences[LICENCES_MAX], size_t *ret_count)
{
    static const char sql[] = "SELECT state, number, status, expires FROM licence "
                              "WHERE staff_key = ? ORDER BY state, number";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    while (count < LICENCES_MAX && sql_query_next(&query)) {
        struct licence *licence = &ret_licences[count++];
        sql_take_text(&query, licence->state, sizeof(licence->state));
        sql_take_text(&query, licence->number, sizeof(licence->number));
        SQL_TAKE_NAME(&query, licence_status, &licence->status);
        sql_take_text(&query, licence->expires, sizeof(licence->expires));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

static int is_physician_of(struct visit_store *base, const char *staff_key, const char *programme,
                           bool *ret_is)
{
    static const char sql[] =
        "SELECT EXISTS (SELECT 1 FROM expert JOIN team_expert ON team_expert.expert_id = expert.id "
        "JOIN team ON team.id = team_expert.team_id WHERE expert.staff_key = ?1 "
        "AND team.programme = ?2 AND team.retired_at_ms = 0) "
        "OR EXISTS (SELECT 1 FROM person JOIN clinical_case ON clinical_case.id = person.case_id "
        "WHERE person.staff_key = ?1 AND person.staff_key <> '' AND clinical_case.programme = ?2 "
        "AND person.role IN ('reviewing_physician', 'treating_physician'))";
    bool is = false;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    sql_put_text(&query, programme);
    if (sql_query_next(&query)) {
        is = sql_take_int(&query) != 0;
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_is = is;
    }
    return result;
}

static int list_visits(struct visit_store *base, const char *staff_key, int64_t from_ms,
                       int64_t until_ms, char ret_visit_ids[LICENCE_VISITS_MAX][UUID_TEXT_SIZE],
                       size_t *ret_count)
{
    static const char sql[] =
        "SELECT visit.id FROM visit JOIN participant AS seat ON seat.visit_id = visit.id "
        "JOIN person ON person.id = seat.person_id "
        "WHERE person.staff_key = ? AND person.staff_key <> '' AND visit.state <> 'ended' "
        "AND visit.scheduled_at_ms >= ? AND visit.scheduled_at_ms < ? "
        "ORDER BY visit.scheduled_at_ms LIMIT ?";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    sql_put_int(&query, from_ms);
    sql_put_int(&query, until_ms);
    sql_put_int(&query, LICENCE_VISITS_MAX);
    while (count < LICENCE_VISITS_MAX && sql_query_next(&query)) {
        sql_take_text(&query, ret_visit_ids[count++], UUID_TEXT_SIZE);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

static int update_place(struct visit_store *base, const struct participant *participant)
{
    static const char sql[] = "UPDATE participant SET subdivision = ?, placed_at_ms = ?, "
                              "current_address = ?, phone = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant->subdivision);
    sql_put_int(&query, participant->placed_at_ms);
    sql_put_text(&query, participant->person.address);
    sql_put_text(&query, participant->person.phone);
    sql_put_text(&query, participant->id);
    return sql_query_run_on_row(&query);
}

void sqlite_licences_fill(struct visit_store_ops *ops)
{
    ops->licences = (struct licence_store_ops){
        .replace = replace,
        .list = list,
        .is_physician_of = is_physician_of,
        .list_visits = list_visits,
        .update_place = update_place,
    };
}

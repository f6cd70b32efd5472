/* Alerts. */
#include "gateway/store/sqlite_store_internal.h"

#include "gateway/visits/visit_alert.h"

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

static int list_pressing(struct visit_store *base, const char *after_id, struct alert *ret_alerts,
                         size_t capacity, size_t *ret_count)
{
    static const char sql[] =
        "SELECT " ALERT_COLUMNS " FROM alert "
        "WHERE id > ? AND acknowledged_at_ms = 0 AND closed_at_ms = 0 ORDER BY id LIMIT ?";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, after_id);
    sql_put_int(&query, (int64_t)capacity);
    while (count < capacity && sql_query_next(&query)) {
        take_alert(&query, &ret_alerts[count++]);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

/* ---- as people see them ---- */

/* Who sees to it is an account, a person of the case, or somebody in a seat. */
#define NAME_OF_ID(column)                                                                         \
    "COALESCE((SELECT display_name FROM staff_account WHERE id = " column "), "                    \
    "(SELECT display_name FROM person WHERE id = " column "), "                                    \
    "(SELECT person.display_name FROM participant JOIN person ON person.id = "                     \
    "participant.person_id WHERE participant.id = " column "), '')"
#define SELECT_ROW                                                                                 \
    "SELECT alert.id, alert.visit_id, alert.participant_id, alert.response_id, alert.score, "      \
    "alert.value, alert.at_least, alert.follow, alert.raised_at_ms, alert.level, alert.owner_id, " \
    "alert.acknowledged_at_ms, alert.acknowledged_by, alert.note, alert.closed_at_ms, "            \
    "COALESCE((SELECT maximum FROM screening_score AS of_score WHERE of_score.response_id = "      \
    "alert.response_id AND of_score.code = alert.score), 0), visit.case_id, subject.reference, "   \
    "visit.title, visit.scheduled_at_ms, whose.display_name, seat.role, " NAME_OF_ID(              \
        "alert.owner_id") ", " NAME_OF_ID("alert.acknowledged_by") " FROM alert "                  \
                                                                   "JOIN visit ON visit.id = "     \
                                                                   "alert.visit_id "               \
                                                                   "JOIN clinical_case AS "        \
                                                                   "subject ON subject.id = "      \
                                                                   "visit.case_id "                \
                                                                   "JOIN participant AS seat ON "  \
                                                                   "seat.id = "                    \
                                                                   "alert.participant_id "         \
                                                                   "JOIN person AS whose ON "      \
                                                                   "whose.id = seat.person_id "

static void take_row(struct sql_query *query, struct alert_row *row)
{
    take_alert(query, &row->alert);
    row->maximum = (uint32_t)sql_take_int(query);
    sql_take_text(query, row->case_id, sizeof(row->case_id));
    sql_take_text(query, row->case_reference, sizeof(row->case_reference));
    sql_take_text(query, row->visit_title, sizeof(row->visit_title));
    row->visit_at_ms = sql_take_int(query);
    sql_take_text(query, row->person_name, sizeof(row->person_name));
    SQL_TAKE_NAME(query, participant_role, &row->person_role);
    sql_take_text(query, row->owner_name, sizeof(row->owner_name));
    sql_take_text(query, row->acknowledged_name, sizeof(row->acknowledged_name));
}

static int list_rows(struct visit_store *base, const struct case_reach *reach,
                     const struct alert_filter *filter, struct alert_row_list *list)
{
    static const char sql[] =
        SELECT_ROW "WHERE " SQL_SUBJECT_IS_REACHED " "
                   "AND ((?5 AND alert.acknowledged_at_ms = 0 AND alert.closed_at_ms = 0) "
                   "OR (?6 AND alert.acknowledged_at_ms > 0 AND alert.closed_at_ms = 0) "
                   "OR (?7 AND alert.closed_at_ms > 0)) "
                   "AND (NOT ?8 OR alert.visit_id = ?9) AND (NOT ?10 OR alert.owner_id = ?11) "
                   "AND alert.id > ?12 ORDER BY alert.id LIMIT ?13";
    char roles[SQL_ROLES_SIZE];
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_reach(&query, reach, roles);
    for (unsigned state = 0; state < ALERT_STATE_COUNT; state++) {
        sql_put_int(&query, (filter->states & 1u << state) != 0);
    }
    sql_put_optional_text(&query, filter->visit_id);
    sql_put_optional_text(&query, filter->owner_id);
    sql_put_text(&query, filter->after_id ? filter->after_id : "");
    sql_put_int(&query, (int64_t)filter->limit);
    while (sql_query_next(&query)) {
        take_row(&query, SQL_LIST_ADD(list->rows, list->count));
    }
    return sql_query_end(&query);
}

static int read_row(struct visit_store *base, const char *alert_id, struct alert_row *ret_row)
{
    static const char sql[] = SELECT_ROW "WHERE alert.id = ?";
    AUTO(alert_row_list) list = alert_row_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, alert_id);
    if (sql_query_next(&query)) {
        take_row(&query, SQL_LIST_ADD(list->rows, list->count));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_row = list->rows[0];
    }
    return result;
}

void sqlite_alerts_fill(struct visit_store_ops *ops)
{
    ops->alerts = (struct alert_store_ops){
        .put_alert = put_alert,
        .read_alert = read_alert,
        .find_alert = find_alert,
        .list_pressing = list_pressing,
        .list_rows = list_rows,
        .read_row = read_row,
    };
}

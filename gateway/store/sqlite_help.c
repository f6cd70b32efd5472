/* Help sessions. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>
#include <string.h>

#define HELP_COLUMNS                                                                               \
    "id, visit_id, helped_id, helper_id, account_id, state, ended_how, offered_at_ms, "            \
    "opened_at_ms, ended_at_ms"

static int insert_help(struct visit_store *base, const struct help_session *help)
{
    static const char sql[] =
        "INSERT INTO help_session (" HELP_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, help->id);
    sql_put_text(&query, help->visit_id);
    sql_put_text(&query, help->helped_id);
    sql_put_text(&query, help->helper_id);
    sql_put_text(&query, help->account_id);
    sql_put_text(&query, help_state_name(help->state));
    sql_put_text(&query, help_end_name(help->end));
    sql_put_int(&query, help->offered_at_ms);
    sql_put_int(&query, help->opened_at_ms);
    sql_put_int(&query, help->ended_at_ms);
    return sql_query_run(&query);
}

static int update_help(struct visit_store *base, const struct help_session *help)
{
    static const char sql[] = "UPDATE help_session SET state = ?, ended_how = ?, opened_at_ms = ?, "
                              "ended_at_ms = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, help_state_name(help->state));
    sql_put_text(&query, help_end_name(help->end));
    sql_put_int(&query, help->opened_at_ms);
    sql_put_int(&query, help->ended_at_ms);
    sql_put_text(&query, help->id);
    return sql_query_run_on_row(&query);
}

static int latest_help(struct visit_store *base, const char *visit_id,
                       struct help_session *ret_help)
{
    static const char sql[] =
        "SELECT " HELP_COLUMNS " FROM help_session WHERE visit_id = ? ORDER BY rowid DESC LIMIT 1";
    struct help_session help = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, help.id, sizeof(help.id));
        sql_take_text(&query, help.visit_id, sizeof(help.visit_id));
        sql_take_text(&query, help.helped_id, sizeof(help.helped_id));
        sql_take_text(&query, help.helper_id, sizeof(help.helper_id));
        sql_take_text(&query, help.account_id, sizeof(help.account_id));
        SQL_TAKE_NAME(&query, help_state, &help.state);
        SQL_TAKE_NAME(&query, help_end, &help.end);
        help.offered_at_ms = sql_take_int(&query);
        help.opened_at_ms = sql_take_int(&query);
        help.ended_at_ms = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_help = help;
    }
    return result;
}

static int find_seat(struct visit_store *base, const char *visit_id, const char *account_id,
                     char ret_participant_id[UUID_TEXT_SIZE])
{
    static const char sql[] = "SELECT helper_id FROM help_session WHERE visit_id = ? AND "
                              "account_id = ? AND account_id <> '' ORDER BY rowid DESC LIMIT 1";
    char participant_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    sql_put_text(&query, account_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, participant_id, sizeof(participant_id));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(ret_participant_id, participant_id, sizeof(participant_id));
    }
    return result;
}

static int find_person(struct visit_store *base, const char *case_id, const char *account_id,
                       struct person *ret_person)
{
    static const char sql[] =
        "SELECT person.id FROM help_session JOIN participant ON participant.id = helper_id "
        "JOIN person ON person.id = participant.person_id WHERE person.case_id = ? AND "
        "person.beside = 1 AND account_id = ? AND account_id <> '' "
        "ORDER BY help_session.rowid DESC LIMIT 1";
    char person_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    sql_put_text(&query, account_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, person_id, sizeof(person_id));
    }
    const int result = sql_query_end_found(&query);
    return result < 0 ? result : base->ops->read_person(base, person_id, ret_person);
}

static int find_on(struct visit_store *base, char ret_visit_id[UUID_TEXT_SIZE])
{
    static const char sql[] = "SELECT visit_id FROM help_session WHERE state <> 'over' LIMIT 1";
    char visit_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    if (sql_query_next(&query)) {
        sql_take_text(&query, visit_id, sizeof(visit_id));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(ret_visit_id, visit_id, sizeof(visit_id));
    }
    return result;
}

void sqlite_help_fill(struct visit_store_ops *ops)
{
    ops->help = (struct help_store_ops){.insert = insert_help,
                                        .update = update_help,
                                        .latest = latest_help,
                                        .find_seat = find_seat,
                                        .find_person = find_person,
                                        .find_on = find_on};
}

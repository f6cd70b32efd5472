/* Staff accounts, their sessions, and who of them a case means. */
#include "gateway/store/sqlite_store_internal.h"
#include "gateway/visits/staff_entry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ROLES_SIZE 257

/* ---- roles: names separated by one space ---- */

static void write_roles(unsigned roles, char text[ROLES_SIZE])
{
    size_t length = 0;
    text[0] = 0;
    for (unsigned role = 0; role < ROLE_SEATED_COUNT; role++) {
        if (roles & PARTICIPANT_ROLE_BIT(role)) {
            length +=
                (size_t)snprintf(text + length, ROLES_SIZE - length, "%s%s", length ? " " : "",
                                 participant_role_name((enum participant_role)role));
        }
    }
}

static unsigned take_roles(struct sql_query *query)
{
    char text[ROLES_SIZE] = "";
    unsigned roles = 0;
    char *rest = text;
    sql_take_text(query, text, sizeof(text));
    for (char *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        enum participant_role role;
        if (participant_role_from_name(name, &role) < 0) {
            sql_query_fail(query, -EBADMSG);
            return 0;
        }
        roles |= PARTICIPANT_ROLE_BIT(role);
    }
    return roles;
}

/* ---- accounts ---- */

#define ACCOUNT_COLUMNS                                                                            \
    "id, issuer, subject, created_at_ms, staff_key, display_name, email, programme, time_zone, "   \
    "languages, roles, signed_in_at_ms, disabled_at_ms"

/* What changes of an account, in both statements' order. `roles` lives until they ran. */
static void put_changing(struct sql_query *query, const struct staff_account *account,
                         const char *roles)
{
    sql_put_text(query, account->staff_key);
    sql_put_text(query, account->display_name);
    sql_put_text(query, account->email);
    sql_put_text(query, account->programme);
    sql_put_text(query, account->time_zone);
    sql_put_text(query, account->languages);
    sql_put_text(query, roles);
    sql_put_int(query, account->signed_in_at_ms);
    sql_put_int(query, account->disabled_at_ms);
}

static int insert_account(struct visit_store *base, const struct staff_account *account)
{
    static const char sql[] = "INSERT INTO staff_account (" ACCOUNT_COLUMNS ") "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    char roles[ROLES_SIZE];
    write_roles(account->roles, roles);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, account->id);
    sql_put_text(&query, account->issuer);
    sql_put_text(&query, account->subject);
    sql_put_int(&query, account->created_at_ms);
    put_changing(&query, account, roles);
    return sql_query_run(&query);
}

static int update_account(struct visit_store *base, const struct staff_account *account)
{
    static const char sql[] =
        "UPDATE staff_account SET staff_key = ?, display_name = ?, email = ?, programme = ?, "
        "time_zone = ?, languages = ?, roles = ?, signed_in_at_ms = ?, disabled_at_ms = ? "
        "WHERE id = ?";
    char roles[ROLES_SIZE];
    write_roles(account->roles, roles);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    put_changing(&query, account, roles);
    sql_put_text(&query, account->id);
    return sql_query_run_on_row(&query);
}

static int end_with_account(struct sql_query *query, struct staff_account *ret_account)
{
    struct staff_account account = {0};
    if (sql_query_next(query)) {
        sql_take_text(query, account.id, sizeof(account.id));
        sql_take_text(query, account.issuer, sizeof(account.issuer));
        sql_take_text(query, account.subject, sizeof(account.subject));
        account.created_at_ms = sql_take_int(query);
        sql_take_text(query, account.staff_key, sizeof(account.staff_key));
        sql_take_text(query, account.display_name, sizeof(account.display_name));
        sql_take_text(query, account.email, sizeof(account.email));
        sql_take_text(query, account.programme, sizeof(account.programme));
        sql_take_text(query, account.time_zone, sizeof(account.time_zone));
        sql_take_text(query, account.languages, sizeof(account.languages));
        account.roles = take_roles(query);
        account.signed_in_at_ms = sql_take_int(query);
        account.disabled_at_ms = sql_take_int(query);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_account = account;
    }
    return result;
}

static int find_account(struct visit_store *base, const char *issuer, const char *subject,
                        struct staff_account *ret_account)
{
    static const char sql[] =
        "SELECT " ACCOUNT_COLUMNS " FROM staff_account WHERE issuer = ? AND subject = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, issuer);
    sql_put_text(&query, subject);
    return end_with_account(&query, ret_account);
}

static int read_account(struct visit_store *base, const char *account_id,
                        struct staff_account *ret_account)
{
    static const char sql[] = "SELECT " ACCOUNT_COLUMNS " FROM staff_account WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, account_id);
    return end_with_account(&query, ret_account);
}

/* ---- sessions ---- */

#define SESSION_COLUMNS "id, account_id, token_sha256, created_at_ms, active_at_ms, ended_at_ms"

static int insert_session(struct visit_store *base, const struct account_session *session)
{
    static const char sql[] =
        "INSERT INTO account_session (" SESSION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, session->id);
    sql_put_text(&query, session->account_id);
    sql_put_text(&query, session->token_sha256);
    sql_put_int(&query, session->created_at_ms);
    sql_put_int(&query, session->active_at_ms);
    sql_put_int(&query, session->ended_at_ms);
    return sql_query_run(&query);
}

static int update_session(struct visit_store *base, const struct account_session *session)
{
    static const char sql[] =
        "UPDATE account_session SET active_at_ms = ?, ended_at_ms = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, session->active_at_ms);
    sql_put_int(&query, session->ended_at_ms);
    sql_put_text(&query, session->id);
    return sql_query_run_on_row(&query);
}

static int end_with_session(struct sql_query *query, struct account_session *ret_session)
{
    struct account_session session = {0};
    if (sql_query_next(query)) {
        sql_take_text(query, session.id, sizeof(session.id));
        sql_take_text(query, session.account_id, sizeof(session.account_id));
        sql_take_text(query, session.token_sha256, sizeof(session.token_sha256));
        session.created_at_ms = sql_take_int(query);
        session.active_at_ms = sql_take_int(query);
        session.ended_at_ms = sql_take_int(query);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_session = session;
    }
    return result;
}

static int find_session(struct visit_store *base, const char *token_sha256,
                        struct account_session *ret_session)
{
    static const char sql[] =
        "SELECT " SESSION_COLUMNS " FROM account_session WHERE token_sha256 = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, token_sha256);
    return end_with_session(&query, ret_session);
}

static int read_session(struct visit_store *base, const char *session_id,
                        struct account_session *ret_session)
{
    static const char sql[] = "SELECT " SESSION_COLUMNS " FROM account_session WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, session_id);
    return end_with_session(&query, ret_session);
}

/* ---- in cases ---- */

static int find_person(struct visit_store *base, const char *case_id, const char *staff_key,
                       struct person *ret_person)
{
    static const char sql[] =
        "SELECT id FROM person WHERE case_id = ? AND staff_key = ? AND staff_key <> '' "
        "ORDER BY position LIMIT 1";
    char person_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    sql_put_text(&query, staff_key);
    if (sql_query_next(&query)) {
        sql_take_text(&query, person_id, sizeof(person_id));
    }
    const int result = sql_query_end_found(&query);
    return result < 0 ? result : base->ops->read_person(base, person_id, ret_person);
}

static int end_with_whether(struct sql_query *query, bool *ret_is)
{
    const int64_t count = sql_query_next(query) ? sql_take_int(query) : 0;
    const int result = sql_query_end(query);
    if (result == 0) {
        *ret_is = count > 0;
    }
    return result;
}

static int find_email(struct visit_store *base, const char *staff_key, char *ret_email, size_t size)
{
    static const char sql[] = "SELECT email FROM staff_account WHERE staff_key = ? AND email <> '' "
                              "AND disabled_at_ms = 0 ORDER BY signed_in_at_ms DESC LIMIT 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    if (sql_query_next(&query)) {
        sql_take_text(&query, ret_email, size);
    }
    return sql_query_end_found(&query);
}

static int is_case_of(struct visit_store *base, const char *case_id, const char *programme,
                      bool *ret_is)
{
    static const char sql[] = "SELECT count(*) FROM clinical_case WHERE id = ? AND programme = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    sql_put_text(&query, programme);
    return end_with_whether(&query, ret_is);
}

/* As a board does: what began yesterday and is open still belongs to today. */
#define OPEN_BEFORE_MS 43200000

static void take_staff_visit(struct sql_query *query, struct staff_visit *row)
{
    sql_take_text(query, row->visit.id, sizeof(row->visit.id));
    sql_take_text(query, row->visit.case_id, sizeof(row->visit.case_id));
    sql_take_text(query, row->visit.title, sizeof(row->visit.title));
    SQL_TAKE_NAME(query, visit_state, &row->visit.state);
    row->visit.scheduled_at_ms = sql_take_int(query);
    row->visit.scheduled_minutes = (uint32_t)sql_take_int(query);
    sql_take_text(query, row->visit.time_zone, sizeof(row->visit.time_zone));
    sql_take_text(query, row->participant_id, sizeof(row->participant_id));
    SQL_TAKE_NAME(query, participant_role, &row->role);
    SQL_TAKE_NAME(query, seat_state, &row->state);
    sql_take_text(query, row->patient_name, sizeof(row->patient_name));
}

static int list_visits(struct visit_store *base, const char *staff_key, int64_t from_ms,
                       int64_t until_ms, struct staff_visit_list *ret_list)
{
    static const char sql[] =
        "SELECT visit.id, visit.case_id, visit.title, visit.state, visit.scheduled_at_ms, "
        "visit.scheduled_minutes, visit.time_zone, seat.id, seat.role, seat.state, "
        "COALESCE((SELECT display_name FROM person AS patient WHERE patient.case_id = "
        "visit.case_id AND patient.role = 'patient' ORDER BY position LIMIT 1), '') "
        "FROM person JOIN participant AS seat ON seat.person_id = person.id "
        "JOIN visit ON visit.id = seat.visit_id "
        "WHERE person.staff_key = ?1 AND person.staff_key <> '' AND seat.beside = 0 "
        "AND visit.scheduled_at_ms < ?3 AND (visit.scheduled_at_ms >= ?2 "
        "OR (visit.state = 'open' AND visit.scheduled_at_ms >= ?4)) "
        "ORDER BY visit.scheduled_at_ms, visit.id LIMIT ?5";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    sql_put_int(&query, from_ms);
    sql_put_int(&query, until_ms);
    sql_put_int(&query, from_ms - OPEN_BEFORE_MS);
    sql_put_int(&query, STAFF_VISITS_MAX);
    ret_list->count = 0;
    while (ret_list->count < STAFF_VISITS_MAX && sql_query_next(&query)) {
        struct staff_visit *row = &ret_list->visits[ret_list->count++];
        *row = (struct staff_visit){0};
        take_staff_visit(&query, row);
    }
    return sql_query_end(&query);
}

static int is_in_visit(struct visit_store *base, const char *staff_key, bool *ret_is)
{
    /* In practice nobody has a key: whose it is sits in the first seat. */
    static const char sql[] =
        "SELECT (SELECT count(*) FROM participant AS seat JOIN person ON person.id = "
        "seat.person_id WHERE person.staff_key = ?1 AND person.staff_key <> '' "
        "AND seat.connected <> 0 AND seat.state = 'in_visit') "
        "+ (SELECT count(*) FROM staff_account AS account JOIN visit ON visit.practice_of = "
        "account.id AND visit.practice_of <> '' JOIN participant AS seat ON seat.visit_id = "
        "visit.id JOIN person ON person.id = seat.person_id AND person.position = 0 "
        "WHERE account.staff_key = ?1 AND account.staff_key <> '' "
        "AND seat.connected <> 0 AND seat.state = 'in_visit')";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    return end_with_whether(&query, ret_is);
}

void sqlite_staff_fill(struct visit_store_ops *ops)
{
    ops->staff = (struct staff_store_ops){
        .insert_account = insert_account,
        .update_account = update_account,
        .find_account = find_account,
        .read_account = read_account,
        .insert_session = insert_session,
        .update_session = update_session,
        .find_session = find_session,
        .read_session = read_session,
        .find_person = find_person,
        .find_email = find_email,
        .is_case_of = is_case_of,
        .list_visits = list_visits,
        .is_in_visit = is_in_visit,
    };
}

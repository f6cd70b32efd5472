/* Teams, experts, and their hours. */
#include "gateway/store/sqlite_store_internal.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <string.h>

/* ---- experts ---- */

#define EXPERT_COLUMNS                                                                             \
    "expert.id, expert.staff_key, expert.display_name, expert.label, expert.subspecialties, "      \
    "expert.languages, expert.time_zone"

static void take_expert(struct sql_query *query, struct expert *expert)
{
    sql_take_text(query, expert->id, sizeof(expert->id));
    sql_take_text(query, expert->staff_key, sizeof(expert->staff_key));
    sql_take_text(query, expert->display_name, sizeof(expert->display_name));
    sql_take_text(query, expert->label, sizeof(expert->label));
    sql_take_text(query, expert->subspecialties, sizeof(expert->subspecialties));
    sql_take_text(query, expert->languages, sizeof(expert->languages));
    sql_take_text(query, expert->time_zone, sizeof(expert->time_zone));
}

static int read_expert(struct visit_store *base, const char *expert_id, struct expert *ret_expert)
{
    static const char sql[] = "SELECT " EXPERT_COLUMNS " FROM expert WHERE id = ?";
    struct expert expert = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    if (sql_query_next(&query)) {
        take_expert(&query, &expert);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_expert = expert;
    }
    return result;
}

static int keep_expert(struct visit_store *base, struct expert *expert)
{
    static const char sql[] =
        "INSERT INTO expert (id, staff_key, display_name, label, subspecialties, languages, "
        "time_zone) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (staff_key) DO UPDATE SET "
        "display_name = excluded.display_name, label = excluded.label, "
        "subspecialties = excluded.subspecialties, languages = excluded.languages, "
        "time_zone = excluded.time_zone RETURNING id";
    char id[UUID_TEXT_SIZE] = "";
    random_uuid_v7(expert->id);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert->id);
    sql_put_text(&query, expert->staff_key);
    sql_put_text(&query, expert->display_name);
    sql_put_text(&query, expert->label);
    sql_put_text(&query, expert->subspecialties);
    sql_put_text(&query, expert->languages);
    sql_put_text(&query, expert->time_zone);
    while (sql_query_next(&query)) {
        sql_take_text(&query, id, sizeof(id));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(expert->id, id, sizeof(id));
    }
    return result;
}

static int is_expert_of(struct visit_store *base, const char *expert_id, const char *programme,
                        bool *ret_is)
{
    static const char sql[] =
        "SELECT count(*) FROM team_expert JOIN team ON team.id = team_expert.team_id "
        "WHERE team_expert.expert_id = ?1 AND team.retired_at_ms = 0 "
        "AND (?2 = '' OR team.programme = ?2)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    sql_put_text(&query, programme);
    const int64_t count = sql_query_next(&query) ? sql_take_int(&query) : 0;
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_is = count > 0;
    }
    return result;
}

/* ---- teams ---- */

#define TEAM_COLUMNS                                                                               \
    "team.id, team.programme, team.key, team.name, team.subspecialty, team.retired_at_ms, "        \
    "team.version, (SELECT count(*) FROM case_flow WHERE case_flow.team_id = team.id "             \
    "AND case_flow.step <> 'closed')"

static void take_team(struct sql_query *query, struct team *team)
{
    sql_take_text(query, team->id, sizeof(team->id));
    sql_take_text(query, team->programme, sizeof(team->programme));
    sql_take_text(query, team->key, sizeof(team->key));
    sql_take_text(query, team->name, sizeof(team->name));
    sql_take_text(query, team->subspecialty, sizeof(team->subspecialty));
    team->retired_at_ms = sql_take_int(query);
    team->version = sql_take_int(query);
    team->open_cases = (uint32_t)sql_take_int(query);
}

static int read_members(struct visit_store *base, struct team *team)
{
    static const char sql[] = "SELECT " EXPERT_COLUMNS " FROM team_expert JOIN expert "
                              "ON expert.id = team_expert.expert_id "
                              "WHERE team_expert.team_id = ? ORDER BY team_expert.position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, team->id);
    while (sql_query_next(&query)) {
        struct expert expert = {0};
        take_expert(&query, &expert);
        if (query.error == 0 && team_add_expert(team, &expert) < 0) {
            sql_query_fail(&query, -EBADMSG);
        }
    }
    return sql_query_end(&query);
}

static int insert_team(struct visit_store *base, const struct team *team)
{
    static const char sql[] = "INSERT INTO team (id, programme, key, name, subspecialty, "
                              "retired_at_ms, version) VALUES (?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, team->id);
    sql_put_text(&query, team->programme);
    sql_put_text(&query, team->key);
    sql_put_text(&query, team->name);
    sql_put_text(&query, team->subspecialty);
    sql_put_int(&query, team->retired_at_ms);
    sql_put_int(&query, team->version);
    return sql_query_run(&query);
}

static int update_team(struct visit_store *base, const struct team *team)
{
    static const char sql[] = "UPDATE team SET key = ?, name = ?, subspecialty = ?, "
                              "retired_at_ms = ?, version = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, team->key);
    sql_put_text(&query, team->name);
    sql_put_text(&query, team->subspecialty);
    sql_put_int(&query, team->retired_at_ms);
    sql_put_int(&query, team->version);
    sql_put_text(&query, team->id);
    return sql_query_run_on_row(&query);
}

static int find_team(struct visit_store *base, const char *programme, const char *key,
                     char ret_team_id[UUID_TEXT_SIZE])
{
    static const char sql[] = "SELECT id FROM team WHERE programme = ? AND key = ?";
    char id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, programme);
    sql_put_text(&query, key);
    if (sql_query_next(&query)) {
        sql_take_text(&query, id, sizeof(id));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(ret_team_id, id, sizeof(id));
    }
    return result;
}

static int read_team(struct visit_store *base, const char *team_id, struct team **ret_team)
{
    static const char sql[] = "SELECT " TEAM_COLUMNS " FROM team WHERE team.id = ?";
    AUTO(team) team = team_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, team_id);
    if (sql_query_next(&query)) {
        take_team(&query, team);
    }
    int result = sql_query_end_found(&query);
    result = result < 0 ? result : read_members(base, team);
    if (result == 0) {
        *ret_team = TAKE(team);
    }
    return result;
}

static int list_teams(struct visit_store *base, const char *programme, bool with_retired,
                      const char *after_programme, const char *after_key, size_t limit,
                      struct team_list **ret_list)
{
    static const char sql[] =
        "SELECT " TEAM_COLUMNS " FROM team WHERE (?1 = '' OR team.programme = ?1) "
        "AND (?2 OR team.retired_at_ms = 0) AND (team.programme, team.key) > (?3, ?4) "
        "ORDER BY team.programme, team.key LIMIT ?5";
    AUTO(team_list) list = team_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, programme);
    sql_put_int(&query, with_retired);
    sql_put_text(&query, after_programme);
    sql_put_text(&query, after_key);
    sql_put_int(&query, (int64_t)limit);
    while (sql_query_next(&query)) {
        take_team(&query, SQL_LIST_ADD(list->teams, list->count));
    }
    int result = sql_query_end(&query);
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        result = read_members(base, &list->teams[i]);
    }
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

static int write_members(struct visit_store *base, const struct team *team)
{
    static const char delete_sql[] = "DELETE FROM team_expert WHERE team_id = ?";
    static const char sql[] =
        "INSERT INTO team_expert (team_id, position, expert_id) VALUES (?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), delete_sql);
    sql_put_text(&query, team->id);
    int result = sql_query_run(&query);
    for (size_t i = 0; result == 0 && i < team->expert_count; i++) {
        struct sql_query insert = sql_query_begin(sqlite_store_of(base), sql);
        sql_put_text(&insert, team->id);
        sql_put_int(&insert, (int64_t)i);
        sql_put_text(&insert, team->experts[i].id);
        result = sql_query_run(&insert);
    }
    return result;
}

/* ---- hours ---- */

static int read_windows(struct visit_store *base, const char *expert_id, struct expert_hours *hours)
{
    static const char sql[] = "SELECT weekday, from_minute, until_minute FROM expert_window "
                              "WHERE expert_id = ? ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    while (hours->window_count < EXPERT_WINDOWS_MAX && sql_query_next(&query)) {
        struct hours_window *window = &hours->windows[hours->window_count++];
        window->weekday = (uint8_t)sql_take_int(&query);
        window->from_minute = (uint16_t)sql_take_int(&query);
        window->until_minute = (uint16_t)sql_take_int(&query);
    }
    return sql_query_end(&query);
}

static civil_day take_day(struct sql_query *query)
{
    char text[PERSON_DATE_SIZE] = "";
    civil_day day = 0;
    sql_take_text(query, text, sizeof(text));
    if (query->error == 0 && civil_day_from_text(text, &day) < 0) {
        sql_query_fail(query, -EBADMSG);
    }
    return day;
}

static int read_exceptions(struct visit_store *base, const char *expert_id,
                           struct expert_hours *hours)
{
    static const char sql[] =
        "SELECT first_day, last_day, from_minute, until_minute, away FROM expert_exception "
        "WHERE expert_id = ? ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    while (hours->exception_count < EXPERT_EXCEPTIONS_MAX && sql_query_next(&query)) {
        struct hours_exception *exception = &hours->exceptions[hours->exception_count++];
        exception->first_day = take_day(&query);
        exception->last_day = take_day(&query);
        exception->from_minute = (uint16_t)sql_take_int(&query);
        exception->until_minute = (uint16_t)sql_take_int(&query);
        exception->away = sql_take_int(&query) != 0;
    }
    return sql_query_end(&query);
}

static int read_hours(struct visit_store *base, const char *expert_id,
                      struct expert_hours *ret_hours)
{
    struct expert expert;
    memset(ret_hours, 0, sizeof(*ret_hours));
    int result = read_expert(base, expert_id, &expert);
    if (result == 0) {
        memcpy(ret_hours->time_zone, expert.time_zone, sizeof(expert.time_zone));
        result = read_windows(base, expert_id, ret_hours);
    }
    return result < 0 ? result : read_exceptions(base, expert_id, ret_hours);
}

static int insert_window(struct visit_store *base, const char *expert_id, size_t position,
                         const struct hours_window *window)
{
    static const char sql[] = "INSERT INTO expert_window (expert_id, position, weekday, "
                              "from_minute, until_minute) VALUES (?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_int(&query, window->weekday);
    sql_put_int(&query, window->from_minute);
    sql_put_int(&query, window->until_minute);
    return sql_query_run(&query);
}

static int insert_exception(struct visit_store *base, const char *expert_id, size_t position,
                            const struct hours_exception *exception)
{
    static const char sql[] =
        "INSERT INTO expert_exception (expert_id, position, first_day, last_day, from_minute, "
        "until_minute, away) VALUES (?, ?, ?, ?, ?, ?, ?)";
    char first_day[PERSON_DATE_SIZE];
    char last_day[PERSON_DATE_SIZE];
    civil_day_to_text(exception->first_day, first_day);
    civil_day_to_text(exception->last_day, last_day);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_text(&query, first_day);
    sql_put_text(&query, last_day);
    sql_put_int(&query, exception->from_minute);
    sql_put_int(&query, exception->until_minute);
    sql_put_int(&query, exception->away);
    return sql_query_run(&query);
}

static int run_on_expert(struct visit_store *base, const char *sql, const char *expert_id)
{
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, expert_id);
    return sql_query_run(&query);
}

static int write_hours(struct visit_store *base, const char *expert_id,
                       const struct expert_hours *hours)
{
    static const char zone_sql[] = "UPDATE expert SET time_zone = ? WHERE id = ?";
    static const char windows_sql[] = "DELETE FROM expert_window WHERE expert_id = ?";
    static const char exceptions_sql[] = "DELETE FROM expert_exception WHERE expert_id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), zone_sql);
    sql_put_text(&query, hours->time_zone);
    sql_put_text(&query, expert_id);
    int result = sql_query_run_on_row(&query);
    result = result < 0 ? result : run_on_expert(base, windows_sql, expert_id);
    result = result < 0 ? result : run_on_expert(base, exceptions_sql, expert_id);
    for (size_t i = 0; result == 0 && i < hours->window_count; i++) {
        result = insert_window(base, expert_id, i, &hours->windows[i]);
    }
    for (size_t i = 0; result == 0 && i < hours->exception_count; i++) {
        result = insert_exception(base, expert_id, i, &hours->exceptions[i]);
    }
    return result;
}

void sqlite_teams_fill(struct visit_store_ops *ops)
{
    ops->teams = (struct team_store_ops){
        .insert_team = insert_team,
        .update_team = update_team,
        .find_team = find_team,
        .read_team = read_team,
        .list_teams = list_teams,
        .write_members = write_members,
        .keep_expert = keep_expert,
        .read_expert = read_expert,
        .is_expert_of = is_expert_of,
        .read_hours = read_hours,
        .write_hours = write_hours,
    };
}

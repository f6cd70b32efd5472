/* What becomes of the cases that were there before they had steps. */
#include "gateway/store/schema_migrations.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

#define BEFORE 3 /* migrations */

static void execute(sqlite3 *database, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
}

static void add_case(sqlite3 *database, const char *id, bool with_opinion, const char *visits)
{
    char *sql = sqlite3_mprintf("INSERT INTO clinical_case VALUES (%Q, 'p', %Q, 't', 77)", id, id);
    execute(database, sql);
    sqlite3_free(sql);
    if (with_opinion) {
        sql = sqlite3_mprintf("INSERT INTO opinion VALUES (%Q, %Q, 't', 'a', 1, '', 0, '', NULL)",
                              id, id);
        execute(database, sql);
        sqlite3_free(sql);
    }
    /* s scheduled, o open, e ended, d ended without having been opened */
    for (size_t i = 0; visits[i]; i++) {
        const char kind = visits[i];
        sql = sqlite3_mprintf(
            "INSERT INTO visit VALUES ('%q-%d', %Q, 't', 'expert_led', %Q, 1, 1, 'UTC', %d, %d)",
            id, (int)i, id,
            kind == 's'   ? "scheduled"
            : kind == 'o' ? "open"
                          : "ended",
            kind == 'o' || kind == 'e', kind == 'e' || kind == 'd');
        execute(database, sql);
        sqlite3_free(sql);
    }
}

static void cases_are_where_their_visits_show_them(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        bool with_opinion;
        const char *visits;
        const char *step;
    } rows[] = {
        {"nothing", false, "", "requested"},
        {"opinion", true, "", "opinion_written"},
        {"scheduled", true, "s", "visit_scheduled"},
        {"open", true, "o", "visit_scheduled"},
        {"held", true, "e", "debriefed"},
        {"held and again", true, "es", "visit_scheduled"},
        {"dropped", true, "d", "opinion_written"},
        {"dropped without opinion", false, "d", "requested"},
        {"held without opinion", false, "de", "debriefed"},
    };
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
    assert_int_equal(schema_migrations_apply(database, schema_migrations, BEFORE), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        add_case(database, rows[i].id, rows[i].with_opinion, rows[i].visits);
    }
    assert_int_equal(schema_migrations_apply(database, schema_migrations, BEFORE + 1), 0);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(database,
                           "SELECT step, since_ms, due_at_ms FROM case_flow WHERE case_id = ?", -1,
                           &statement, NULL),
        SQLITE_OK);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        sqlite3_bind_text(statement, 1, rows[i].id, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        const char *step = (const char *)sqlite3_column_text(statement, 0);
        if (strcmp(step, rows[i].step) != 0) {
            fail_msg("%s: %s", rows[i].id, step);
        }
        assert_int_equal(sqlite3_column_int64(statement, 1), 77);
        assert_int_equal(sqlite3_column_int64(statement, 2), 0);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases_are_where_their_visits_show_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

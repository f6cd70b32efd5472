#include "gateway/store/schema_migrations.h"

#include "gateway/base/log.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>

LOG_TOPIC("store");

#define APPLICATION_ID 0x42445344 /* "BDSD", in the file's header */

static int execute(sqlite3 *database, const char *sql)
{
    const int result = sqlite3_exec(database, sql, NULL, NULL, NULL);
    if (result == SQLITE_OK) {
        return 0;
    }
    log_error("migration_failed", "code=%d reason=%s", sqlite3_extended_errcode(database),
              sqlite3_errmsg(database));
    return (result & 0xFF) == SQLITE_FULL ? -ENOSPC : -EIO;
}

static int read_number(sqlite3 *database, const char *sql, int *ret_number)
{
    sqlite3_stmt *statement = NULL;
    int result = -EIO;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        *ret_number = sqlite3_column_int(statement, 0);
        result = 0;
    } else {
        log_error("database_unreadable", "code=%d reason=%s", sqlite3_extended_errcode(database),
                  sqlite3_errmsg(database));
    }
    sqlite3_finalize(statement);
    return result;
}

static int apply_one(sqlite3 *database, const struct schema_migration *migration)
{
    char stamp[96];
    snprintf(stamp, sizeof(stamp), "PRAGMA user_version = %u; PRAGMA application_id = %d",
             migration->number, APPLICATION_ID);
    int result = execute(database, "BEGIN IMMEDIATE");
    if (result < 0) {
        return result;
    }
    result = execute(database, migration->sql);
    if (result == 0) {
        result = execute(database, stamp);
    }
    if (result == 0) {
        result = execute(database, "COMMIT");
    }
    if (result < 0) {
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
        return result;
    }
    log_info("migration_applied", "name=%s", migration->name);
    return 0;
}

int schema_migrations_apply(sqlite3 *database, const struct schema_migration *migrations,
                            unsigned count)
{
    int version = 0;
    int application = 0;
    int tables = 0;
    int result = read_number(database, "PRAGMA user_version", &version);
    if (result == 0) {
        result = read_number(database, "PRAGMA application_id", &application);
    }
    if (result == 0) {
        result = read_number(database, "SELECT count(*) FROM sqlite_schema", &tables);
    }
    if (result < 0) {
        return result;
    }
    if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0)) {
        log_error("database_foreign", "application_id=%d", application);
        return -EPROTO;
    }
    const unsigned newest = count > 0 ? migrations[count - 1].number : 0;
    if (version < 0 || (unsigned)version > newest) {
        log_error("database_newer", "schema=%d known=%u", version, newest);
        return -EPROTO;
    }
    for (unsigned i = 0; i < count && result == 0; i++) {
        if (migrations[i].number > (unsigned)version) {
            result = apply_one(database, &migrations[i]);
        }
    }
    return result;
}

#include "gateway/store/sqlite_store.h"

#include "gateway/base/allocate.h"
#include "gateway/base/log.h"
#include "gateway/store/schema_migrations.h"
#include "gateway/store/sqlite_store_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

LOG_TOPIC("store");

#define BUSY_TIMEOUT_MS 5000

static const char *const begin_at[] = {"BEGIN IMMEDIATE", "SAVEPOINT level_1", "SAVEPOINT level_2",
                                       "SAVEPOINT level_3"};
static const char *const commit_at[] = {"COMMIT", "RELEASE level_1", "RELEASE level_2",
                                        "RELEASE level_3"};
static const char *const rollback_at[] = {"ROLLBACK", "ROLLBACK TO level_1", "ROLLBACK TO level_2",
                                          "ROLLBACK TO level_3"};

static int execute(struct sqlite_store *store, const char *sql)
{
    struct sql_query query = sql_query_begin(store, sql);
    return sql_query_run(&query);
}

static int begin(struct visit_store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    assert(store->depth < (int)ARRAY_LENGTH(begin_at));
    const int result = execute(store, begin_at[store->depth]);
    if (result == 0) {
        store->depth++;
    }
    return result;
}

static void rollback(struct visit_store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    assert(store->depth > 0);
    store->depth--;
    if (store->lost_error == 0) {
        execute(store, rollback_at[store->depth]);
        if (store->depth > 0) {
            execute(store, commit_at[store->depth]);
        }
    }
    if (store->depth == 0) {
        store->lost_error = 0;
    }
}

static int commit(struct visit_store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    assert(store->depth > 0);
    const int result = execute(store, commit_at[store->depth - 1]);
    if (result < 0) {
        rollback(base);
        return result;
    }
    store->depth--;
    return 0;
}

static struct visit_store *destroy(struct visit_store *base)
{
    struct sqlite_store *store = sqlite_store_of(base);
    for (size_t i = 0; i < store->statement_count; i++) {
        sqlite3_finalize(store->statements[i].statement);
    }
    sqlite3_close_v2(store->database);
    if (store->lock_fd >= 0) {
        close(store->lock_fd);
    }
    free(store);
    return NULL;
}

static void fill(struct visit_store_ops *ops)
{
    sqlite_cases_fill(ops);
    sqlite_visits_fill(ops);
    sqlite_doors_fill(ops);
    sqlite_staff_fill(ops);
    sqlite_api_clients_fill(ops);
    sqlite_case_flow_fill(ops);
    sqlite_teams_fill(ops);
    sqlite_expert_time_fill(ops);
    sqlite_delays_fill(ops);
    sqlite_help_fill(ops);
    sqlite_emergencies_fill(ops);
    sqlite_licences_fill(ops);
    sqlite_board_fill(ops);
    sqlite_seat_steps_fill(ops);
    sqlite_screening_fill(ops);
    sqlite_device_checks_fill(ops);
    sqlite_alerts_fill(ops);
    sqlite_notifications_fill(ops);
    sqlite_practice_fill(ops);
    sqlite_timeline_fill(ops);
    sqlite_recordings_fill(ops);
    sqlite_quality_fill(ops);
    sqlite_outbox_fill(ops);
    audit_log_fill(ops);
    ops->begin = begin;
    ops->commit = commit;
    ops->rollback = rollback;
    ops->destroy = destroy;
}

/* One gateway per database: the lock goes with the process, however it ends. */
static int take_lock(struct sqlite_store *store, const char *path)
{
    AUTO_FREE char *lock_path = NULL;
    if (asprintf(&lock_path, "%s.lock", path) < 0) {
        return -ENOMEM;
    }
    store->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_fd < 0) {
        const int error = -errno;
        log_error("database_unreachable", "errno=%d", -error);
        return error;
    }
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        log_error("database_in_use", "by=another process");
        return -EBUSY;
    }
    /* Created here, so that nobody else may read it. */
    AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        const int error = -errno;
        log_error("database_unreachable", "errno=%d", -error);
        return error;
    }
    return 0;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (name && strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What this program may do once the schema stands: nothing to what is final, or to the schema.
 * Triggers say the same to other programs. */
static int authorize(void *context, int action, const char *subject, const char *detail,
                     const char *database, const char *trigger)
{
    static const char *const final[] = {"audit_entry", "case_event", "consent", "visit_event"};
    static const char *const lasting[] = {"audit_chain",  "case_flow", "case_order",
                                          "consent_text", "recording", "outbox"};
    (void)context, (void)detail, (void)database, (void)trigger;
    switch (action) {
    case SQLITE_UPDATE:
        return is_one_of(subject, final, ARRAY_LENGTH(final)) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_DELETE:
        return is_one_of(subject, final, ARRAY_LENGTH(final)) ||
                       is_one_of(subject, lasting, ARRAY_LENGTH(lasting))
                   ? SQLITE_DENY
                   : SQLITE_OK;
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_INDEX:
    case SQLITE_ALTER_TABLE:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
        return SQLITE_DENY;
    default:
        return SQLITE_OK;
    }
}

static int configure(struct sqlite_store *store)
{
    static const char *const settings[] = {
        "PRAGMA journal_mode = WAL",   "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
        "PRAGMA trusted_schema = OFF", "PRAGMA secure_delete = ON", "PRAGMA cell_size_check = ON",
        "PRAGMA cache_size = -512", /* kB; the kernel has the file's pages, too */
    };
    sqlite3_extended_result_codes(store->database, 1);
    sqlite3_busy_timeout(store->database, BUSY_TIMEOUT_MS);
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        if (sqlite3_exec(store->database, settings[i], NULL, NULL, NULL) != SQLITE_OK) {
            log_error("database_unusable", "code=%d reason=%s",
                      sqlite3_extended_errcode(store->database), sqlite3_errmsg(store->database));
            return -EIO;
        }
    }
    const int result =
        schema_migrations_apply(store->database, schema_migrations, schema_migration_count);
    sqlite3_set_authorizer(store->database, authorize, NULL);
    return result;
}

int sqlite_store_open(const char *path, struct visit_store **ret_store)
{
    struct sqlite_store *store = allocate_zeroed(1, sizeof(*store));
    fill(&store->ops);
    store->store.ops = &store->ops;
    store->lock_fd = -1;
    AUTO(visit_store) owned = &store->store;
    if (strcmp(path, ":memory:") != 0) {
        const int result = take_lock(store, path);
        if (result < 0) {
            return result;
        }
    }
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &store->database, flags, NULL) != SQLITE_OK) {
        log_error("database_unreachable", "code=%d",
                  store->database ? sqlite3_extended_errcode(store->database) : SQLITE_NOMEM);
        return -EIO;
    }
    const int result = configure(store);
    if (result < 0) {
        return result;
    }
    *ret_store = TAKE(owned);
    return 0;
}

#include "gateway/store/sqlite_store.h"

#include "gateway/store/schema_migrations.h"
#include "gateway/store/sqlite_store_internal.h"
#include "tests/unit/gateway/store/scratch_folder.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <errno.h>
#include <sys/stat.h>

static int user_version(const char *path)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return version;
}

static void execute(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s", message);
    }
    sqlite3_close(database);
}

static void an_empty_file_becomes_a_store(void **state)
{
    (void)state;
    SCRATCH_FOLDER folder = scratch_folder_open();
    const char *path = scratch_folder_file(&folder, "bedside.db");
    for (int times = 0; times < 2; times++) {
        AUTO(visit_store) store = NULL;
        assert_int_equal(sqlite_store_open(path, &store), 0);
    }
    assert_int_equal(user_version(path), schema_migrations[schema_migration_count - 1].number);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void one_process_at_a_time(void **state)
{
    (void)state;
    SCRATCH_FOLDER folder = scratch_folder_open();
    const char *path = scratch_folder_file(&folder, "bedside.db");
    AUTO(visit_store) store = NULL;
    AUTO(visit_store) second = NULL;
    assert_int_equal(sqlite_store_open(path, &store), 0);
    assert_int_equal(sqlite_store_open(path, &second), -EBUSY);
    store = visit_store_destroy(store);
    assert_int_equal(sqlite_store_open(path, &second), 0);
}

static void newer_and_foreign_databases_are_refused(void **state)
{
    (void)state;
    SCRATCH_FOLDER folder = scratch_folder_open();
    const char *path = scratch_folder_file(&folder, "bedside.db");
    AUTO(visit_store) store = NULL;
    assert_int_equal(sqlite_store_open(path, &store), 0);
    store = visit_store_destroy(store);
    execute(path, "PRAGMA user_version = 9999");
    assert_int_equal(sqlite_store_open(path, &store), -EPROTO);
    assert_null(store);

    path = scratch_folder_file(&folder, "other.db");
    execute(path, "CREATE TABLE theirs (a)");
    assert_int_equal(sqlite_store_open(path, &store), -EPROTO);

    path = scratch_folder_file(&folder, "garbage.db");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 4096; i++) {
        fputc('x', file);
    }
    fclose(file);
    assert_true(sqlite_store_open(path, &store) < 0);
    assert_null(store);
    assert_true(sqlite_store_open("/nowhere/at/all.db", &store) < 0);
}

static void a_migration_is_whole_or_not_there(void **state)
{
    (void)state;
    static const struct schema_migration broken[] = {
        {1, "0001_first", "CREATE TABLE first (a)"},
        {2, "0002_second", "CREATE TABLE second (a); CREATE TABLE first (a)"},
    };
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
    assert_true(schema_migrations_apply(database, broken, 2) < 0);
    /* The first is applied, nothing of the second. */
    assert_int_equal(sqlite3_exec(database, "INSERT INTO first VALUES (1)", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(database, "SELECT * FROM second", NULL, NULL, NULL),
                         SQLITE_OK);
    static const struct schema_migration mended[] = {
        {1, "0001_first", "CREATE TABLE first (a)"},
        {2, "0002_second", "CREATE TABLE second (a)"},
    };
    assert_int_equal(schema_migrations_apply(database, mended, 2), 0);
    assert_int_equal(schema_migrations_apply(database, mended, 2), 0);
    assert_int_equal(schema_migrations_apply(database, mended, 1), -EPROTO);
    sqlite3_close(database);
}

static void migrations_are_numbered_in_order(void **state)
{
    (void)state;
    assert_true(schema_migration_count >= 1);
    for (unsigned i = 1; i < schema_migration_count; i++) {
        assert_true(schema_migrations[i].number > schema_migrations[i - 1].number);
    }
}

/* Visits that the store can read. */
static bool has_visit(struct visit_store *store, const char *id)
{
    struct visit visit;
    const int result = store->ops->read_visit(store, id, &visit);
    assert_true(result == 0 || result == -ENOENT);
    return result == 0;
}

static void insert_visit(struct visit_store *store, const char *case_id, const char *id)
{
    struct visit visit = {.scheduled_minutes = 30};
    strcpy(visit.id, id);
    strcpy(visit.case_id, case_id);
    assert_int_equal(store->ops->insert_visit(store, &visit), 0);
}

static void transactions_nest(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct visit_store *store = clinic->store;
    const struct visit_store_ops *ops = store->ops;
    assert_int_equal(ops->begin(store), 0);
    insert_visit(store, clinic->case_id, "outer");
    assert_int_equal(ops->begin(store), 0);
    insert_visit(store, clinic->case_id, "undone");
    ops->rollback(store);
    assert_int_equal(ops->begin(store), 0);
    insert_visit(store, clinic->case_id, "inner");
    assert_int_equal(ops->commit(store), 0);
    assert_int_equal(ops->commit(store), 0);
    assert_true(has_visit(store, "outer"));
    assert_true(has_visit(store, "inner"));
    assert_false(has_visit(store, "undone"));
    assert_int_equal(ops->begin(store), 0);
    insert_visit(store, clinic->case_id, "gone");
    ops->rollback(store);
    assert_false(has_visit(store, "gone"));
}

static void wrong_references_and_repeated_ids_are_refused(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct visit_store *store = clinic->store;
    struct visit visit = {.id = "one", .case_id = "no such case"};
    assert_int_equal(store->ops->insert_visit(store, &visit), -EIO);
    strcpy(visit.case_id, clinic->case_id);
    assert_int_equal(store->ops->insert_visit(store, &visit), 0);
    assert_int_equal(store->ops->insert_visit(store, &visit), -EEXIST);
    strcpy(visit.id, "nobody");
    assert_int_equal(store->ops->update_visit(store, &visit), -ENOENT);
}

static void values_are_bound_never_spliced(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    struct chat_message message = {0};
    static const char body[] = "'); DROP TABLE visit; --";
    assert_int_equal(visit_conduct_chat(clinic->service, &clinic->actors[REVIEWER], body, &message),
                     0);
    free(message.body);
    AUTO(visit_snapshot) snapshot = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->bedsidectl, clinic->visit_id, &snapshot),
        0);
    assert_string_equal(snapshot->chat->messages[0].body, body);
    struct visit visit;
    assert_int_equal(clinic->store->ops->read_visit(clinic->store, "x' OR '1'='1", &visit),
                     -ENOENT);
}

static void a_full_disk_leaves_nothing_half_done(void **state)
{
    (void)state;
    SCRATCH_FOLDER folder = scratch_folder_open();
    AUTO(clinic) clinic = clinic_create(scratch_folder_file(&folder, "bedside.db"));
    clinic_be_in_visit(clinic, REVIEWER);
    struct sqlite_store *store = sqlite_store_of(clinic->store);
    /* No page more than there are: what the disk says when it is full. */
    assert_int_equal(sqlite3_exec(store->database, "PRAGMA max_page_count = 1", NULL, NULL, NULL),
                     SQLITE_OK);
    char body[3000];
    memset(body, 'a', sizeof(body) - 1);
    body[sizeof(body) - 1] = 0;
    struct chat_message message = {0};
    size_t sent = 0;
    int result = 0;
    while (sent < 1000 && (result = visit_conduct_chat(clinic->service, &clinic->actors[REVIEWER],
                                                       body, &message)) == 0) {
        free(message.body);
        sent++;
    }
    assert_int_equal(result, -ENOSPC);
    assert_int_equal(
        sqlite3_exec(store->database, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL),
        SQLITE_OK);
    AUTO(visit_snapshot) snapshot = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->bedsidectl, clinic->visit_id, &snapshot),
        0);
    assert_int_equal(snapshot->chat->count, sent);
    assert_int_equal(clinic_count_events(clinic, EVENT_CHAT), sent);
    assert_true(clinic_verify_audit(clinic).intact);
    assert_int_equal(visit_conduct_chat(clinic->service, &clinic->actors[REVIEWER], body, &message),
                     0);
    free(message.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_becomes_a_store),
        cmocka_unit_test(one_process_at_a_time),
        cmocka_unit_test(newer_and_foreign_databases_are_refused),
        cmocka_unit_test(a_migration_is_whole_or_not_there),
        cmocka_unit_test(migrations_are_numbered_in_order),
        cmocka_unit_test(transactions_nest),
        cmocka_unit_test(wrong_references_and_repeated_ids_are_refused),
        cmocka_unit_test(values_are_bound_never_spliced),
        cmocka_unit_test(a_full_disk_leaves_nothing_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "gateway/store/sql_query.h"

#include "gateway/base/allocate.h"
#include "gateway/base/log.h"
#include "gateway/store/sqlite_store_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

LOG_TOPIC("store");

static int error_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_READONLY:
        return -EROFS;
    default:
        break;
    }
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ? -EEXIST
                                                                                    : -EIO;
}

/* The text of an SQLite message names tables and columns, never values. */
static void note_error(struct sql_query *query)
{
    struct sqlite_store *store = query->store;
    const int code = sqlite3_extended_errcode(store->database);
    query->error = error_of(code);
    if (query->error != -EEXIST) {
        log_error("statement_failed", "code=%d reason=%s", code, sqlite3_errmsg(store->database));
    }
    if (store->depth > 0 && sqlite3_get_autocommit(store->database)) {
        store->lost_error = query->error;
    }
}

struct sql_query sql_query_begin(struct sqlite_store *store, const char *sql)
{
    struct sql_query query = {.store = store};
    if (store->lost_error != 0) {
        query.error = store->lost_error;
        return query;
    }
    for (size_t i = 0; i < store->statement_count; i++) {
        if (store->statements[i].sql == sql) {
            query.statement = store->statements[i].statement;
            return query;
        }
    }
    assert(store->statement_count < SQLITE_STATEMENTS_MAX);
    if (sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &query.statement,
                           NULL) != SQLITE_OK) {
        note_error(&query);
        return query;
    }
    store->statements[store->statement_count].sql = sql;
    store->statements[store->statement_count++].statement = query.statement;
    return query;
}

static void note_bind(struct sql_query *query, int result)
{
    if (result != SQLITE_OK && query->error == 0) {
        note_error(query);
    }
}

void sql_put_text(struct sql_query *query, const char *text)
{
    if (query->error == 0) {
        note_bind(query,
                  sqlite3_bind_text(query->statement, ++query->parameter, text, -1, SQLITE_STATIC));
    }
}

void sql_put_int(struct sql_query *query, int64_t number)
{
    if (query->error == 0) {
        note_bind(query, sqlite3_bind_int64(query->statement, ++query->parameter, number));
    }
}

void sql_put_optional_text(struct sql_query *query, const char *text)
{
    sql_put_int(query, text != NULL);
    sql_put_text(query, text ? text : "");
}

void sql_put_blob(struct sql_query *query, const void *bytes, size_t size)
{
    if (query->error == 0) {
        note_bind(query, sqlite3_bind_blob64(query->statement, ++query->parameter,
                                             size > 0 ? bytes : "", size, SQLITE_STATIC));
    }
}

bool sql_query_next(struct sql_query *query)
{
    if (query->error != 0) {
        return false;
    }
    query->column = 0;
    const int result = sqlite3_step(query->statement);
    if (result == SQLITE_ROW) {
        query->rows++;
        return true;
    }
    if (result != SQLITE_DONE) {
        note_error(query);
    }
    return false;
}

void sql_query_fail(struct sql_query *query, int error)
{
    if (query->error == 0) {
        query->error = error;
        log_error("row_makes_no_sense", "error=%d column=%s", error,
                  sqlite3_column_name(query->statement, query->column - 1));
    }
}

void sql_take_text(struct sql_query *query, char *ret_text, size_t size)
{
    const int column = query->column++;
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    const size_t length = (size_t)sqlite3_column_bytes(query->statement, column);
    if (!text || length >= size || memchr(text, 0, length)) {
        sql_query_fail(query, -EBADMSG);
        return;
    }
    memcpy(ret_text, text, length + 1);
}

char *sql_take_owned_text(struct sql_query *query)
{
    const int column = query->column++;
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    const size_t length = (size_t)sqlite3_column_bytes(query->statement, column);
    char *copy = allocate_zeroed(length + 1, 1);
    if (text) {
        memcpy(copy, text, length);
    }
    return copy;
}

int64_t sql_take_int(struct sql_query *query)
{
    return sqlite3_column_int64(query->statement, query->column++);
}

size_t sql_take_blob(struct sql_query *query, void *ret_bytes, size_t capacity)
{
    const int column = query->column++;
    const void *bytes = sqlite3_column_blob(query->statement, column);
    const size_t size = (size_t)sqlite3_column_bytes(query->statement, column);
    if (size > capacity) {
        sql_query_fail(query, -EBADMSG);
        return 0;
    }
    if (size > 0) {
        memcpy(ret_bytes, bytes, size);
    }
    return size;
}

uint8_t *sql_take_owned_blob(struct sql_query *query, size_t *ret_size)
{
    const int column = query->column++;
    const void *bytes = sqlite3_column_blob(query->statement, column);
    *ret_size = (size_t)sqlite3_column_bytes(query->statement, column);
    return bytes && *ret_size > 0 ? memcpy(allocate_zeroed(*ret_size, 1), bytes, *ret_size) : NULL;
}

int sql_query_end(struct sql_query *query)
{
    if (query->statement) {
        sqlite3_reset(query->statement);
        sqlite3_clear_bindings(query->statement);
    }
    return query->error;
}

int sql_query_end_found(struct sql_query *query)
{
    const int result = sql_query_end(query);
    return result == 0 && query->rows == 0 ? -ENOENT : result;
}

int sql_query_run(struct sql_query *query)
{
    while (sql_query_next(query)) {
    }
    return sql_query_end(query);
}

int sql_query_run_on_row(struct sql_query *query)
{
    const int result = sql_query_run(query);
    return result == 0 && sqlite3_changes(query->store->database) == 0 ? -ENOENT : result;
}

void *sql_list_grow(void *list, size_t count, size_t size)
{
    /* Doubles at the powers of two. */
    if ((count & (count - 1)) == 0) {
        const size_t capacity = count > 0 ? count * 2 : 1;
        list = reallocarray(list, capacity, size);
        if (!list) {
            abort();
        }
    }
    memset((char *)list + count * size, 0, size);
    return list;
}

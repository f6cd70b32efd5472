/* sql_query.h - one statement: values are put in order, rows are taken column by column.
 *
 *   struct sql_query query = sql_query_begin(store, "SELECT a, b FROM t WHERE id = ?");
 *   sql_put_text(&query, id);
 *   while (sql_query_next(&query)) {
 *       sql_take_text(&query, a, sizeof(a));
 *       b = sql_take_int(&query);
 *   }
 *   return sql_query_end(&query);
 *
 * Statements are prepared once per SQL literal (known by its address). The first error sticks, is
 * logged, and is what sql_query_end() returns. Values are always bound, never written into the
 * text. Thread: the store thread. */
#ifndef BEDSIDE_STORE_SQL_QUERY_H
#define BEDSIDE_STORE_SQL_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlite3_stmt;
struct sqlite_store;

struct sql_query {
    struct sqlite_store *store;
    struct sqlite3_stmt *statement;
    int parameter;
    int column;
    int rows;
    int error;
};

struct sql_query sql_query_begin(struct sqlite_store *store, const char *sql);

/* Text and bytes are borrowed until sql_query_end(). */
void sql_put_text(struct sql_query *query, const char *text);
void sql_put_int(struct sql_query *query, int64_t number);
/* What a filter may leave open: two parameters, whether it counts and what it is ("NOT ?1 OR a =
 * ?2"). NULL: it does not count. */
void sql_put_optional_text(struct sql_query *query, const char *text);
void sql_put_blob(struct sql_query *query, const void *bytes, size_t size);

/* Moves to the next row. Returns false at the end and after an error. */
bool sql_query_next(struct sql_query *query);
/* A text that does not fit, or that the schema forbids, is an error: it is never cut. */
void sql_take_text(struct sql_query *query, char *ret_text, size_t size);
char *sql_take_owned_text(struct sql_query *query);
int64_t sql_take_int(struct sql_query *query);
/* Returns the size; the bytes are copied when they fit `capacity`, else that is an error. */
size_t sql_take_blob(struct sql_query *query, void *ret_bytes, size_t capacity);
uint8_t *sql_take_owned_blob(struct sql_query *query, size_t *ret_size);
/* For a value that makes no sense. */
void sql_query_fail(struct sql_query *query, int error);

/* Ends the query. Returns 0 or a negative errno. */
int sql_query_end(struct sql_query *query);
/* The same for a query that must have found a row: -ENOENT without one. */
int sql_query_end_found(struct sql_query *query);
/* Runs a statement that yields no rows. */
int sql_query_run(struct sql_query *query);
/* The same for one that must change a row: -ENOENT when it changed none. */
int sql_query_run_on_row(struct sql_query *query);

/* Takes a name and looks it up with stem_from_name(). */
#define SQL_TAKE_NAME(query, stem, ret_value)                                                      \
    do {                                                                                           \
        char name_[64] = "";                                                                       \
        sql_take_text(query, name_, sizeof(name_));                                                \
        if ((query)->error == 0 && stem##_from_name(name_, ret_value) < 0) {                       \
            sql_query_fail(query, -EBADMSG);                                                       \
        }                                                                                          \
    } while (0)

/* Makes room for one more element in a growing list of `type`. Returns it, zeroed. */
#define SQL_LIST_ADD(list, count)                                                                  \
    ((list) = sql_list_grow((list), (count), sizeof(*(list))), &(list)[(count)++])
void *sql_list_grow(void *list, size_t count, size_t size);

#endif

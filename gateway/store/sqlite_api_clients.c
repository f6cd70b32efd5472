/* Programs that use the API, their assertions, and answers kept for those who ask twice. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>
#include <string.h>

/* ---- clients ---- */

#define CLIENT_COLUMNS                                                                             \
    "id, name, programme, scopes, development, created_at_ms, used_at_ms, revoked_at_ms"

static int insert_client(struct visit_store *base, const struct api_client *client,
                         const char *keys)
{
    static const char sql[] =
        "INSERT INTO api_client (" CLIENT_COLUMNS ", keys) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    char scopes[API_SCOPES_SIZE];
    api_scopes_write(client->scopes, scopes);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, client->id);
    sql_put_text(&query, client->name);
    sql_put_text(&query, client->programme);
    sql_put_text(&query, scopes);
    sql_put_int(&query, client->development);
    sql_put_int(&query, client->created_at_ms);
    sql_put_int(&query, client->used_at_ms);
    sql_put_int(&query, client->revoked_at_ms);
    sql_put_text(&query, keys);
    return sql_query_run(&query);
}

static int update_keys(struct visit_store *base, const char *client_id, const char *keys)
{
    static const char sql[] = "UPDATE api_client SET keys = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, keys);
    sql_put_text(&query, client_id);
    return sql_query_run_on_row(&query);
}

static int update_client(struct visit_store *base, const struct api_client *client,
                         const char *keys)
{
    static const char sql[] =
        "UPDATE api_client SET name = ?, programme = ?, scopes = ?, development = ?, "
        "used_at_ms = ?, revoked_at_ms = ? WHERE id = ?";
    char scopes[API_SCOPES_SIZE];
    api_scopes_write(client->scopes, scopes);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, client->name);
    sql_put_text(&query, client->programme);
    sql_put_text(&query, scopes);
    sql_put_int(&query, client->development);
    sql_put_int(&query, client->used_at_ms);
    sql_put_int(&query, client->revoked_at_ms);
    sql_put_text(&query, client->id);
    const int result = sql_query_run_on_row(&query);
    return result == 0 && keys ? update_keys(base, client->id, keys) : result;
}

static void take_client(struct sql_query *query, struct api_client *client)
{
    char scopes[API_SCOPES_SIZE] = "";
    sql_take_text(query, client->id, sizeof(client->id));
    sql_take_text(query, client->name, sizeof(client->name));
    sql_take_text(query, client->programme, sizeof(client->programme));
    sql_take_text(query, scopes, sizeof(scopes));
    client->development = sql_take_int(query) != 0;
    client->created_at_ms = sql_take_int(query);
    client->used_at_ms = sql_take_int(query);
    client->revoked_at_ms = sql_take_int(query);
    if (query->error == 0 && api_scopes_read(scopes, &client->scopes) < 0) {
        sql_query_fail(query, -EBADMSG);
    }
}

static int read_client(struct visit_store *base, const char *client_id,
                       struct api_client *ret_client)
{
    static const char sql[] = "SELECT " CLIENT_COLUMNS " FROM api_client WHERE id = ?";
    struct api_client client = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, client_id);
    if (sql_query_next(&query)) {
        take_client(&query, &client);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_client = client;
    }
    return result;
}

static int read_client_keys(struct visit_store *base, const char *client_id, char **ret_keys)
{
    static const char sql[] = "SELECT keys FROM api_client WHERE id = ?";
    AUTO_FREE char *keys = NULL;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, client_id);
    if (sql_query_next(&query)) {
        keys = sql_take_owned_text(&query);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_keys = TAKE(keys);
    }
    return result;
}

static int list_clients(struct visit_store *base, const char *after, size_t limit,
                        struct api_client_list **ret_list)
{
    static const char sql[] =
        "SELECT " CLIENT_COLUMNS " FROM api_client WHERE id > ? ORDER BY id LIMIT ?";
    AUTO(api_client_list) list = api_client_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, after);
    sql_put_int(&query, (int64_t)limit);
    while (sql_query_next(&query)) {
        take_client(&query, SQL_LIST_ADD(list->clients, list->count));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

/* ---- assertions ---- */

static int forget_assertions(struct visit_store *base, int64_t now_ms)
{
    static const char sql[] = "DELETE FROM api_assertion WHERE expires_at_ms < ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    return sql_query_run(&query);
}

static int insert_assertion(struct visit_store *base, const char *client_id, const char *jti_sha256,
                            int64_t expires_at_ms, int64_t now_ms)
{
    static const char sql[] = "INSERT INTO api_assertion (client_id, jti_sha256, expires_at_ms) "
                              "VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    int result = forget_assertions(base, now_ms);
    if (result < 0) {
        return result;
    }
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, client_id);
    sql_put_text(&query, jti_sha256);
    sql_put_int(&query, expires_at_ms);
    result = sql_query_run_on_row(&query);
    return result == -ENOENT ? -EEXIST : result;
}

/* ---- answers ---- */

static int find_answer(struct visit_store *base, const struct idempotent_request *request,
                       struct idempotent_answer *ret_answer)
{
    static const char sql[] = "SELECT body_sha256, status, created_at_ms, answer "
                              "FROM idempotent_answer "
                              "WHERE caller = ? AND route = ? AND key_sha256 = ?";
    struct idempotent_answer answer = {0};
    AUTO_FREE char *text = NULL;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, request->caller);
    sql_put_text(&query, request->route);
    sql_put_text(&query, request->key_sha256);
    if (sql_query_next(&query)) {
        sql_take_text(&query, answer.body_sha256, sizeof(answer.body_sha256));
        answer.status = (unsigned)sql_take_int(&query);
        answer.created_at_ms = sql_take_int(&query);
        text = sql_take_owned_text(&query);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_answer = answer;
        ret_answer->text = TAKE(text);
    }
    return result;
}

static int forget_answers(struct visit_store *base, int64_t before_ms)
{
    static const char sql[] = "DELETE FROM idempotent_answer WHERE created_at_ms <= ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, before_ms);
    return sql_query_run(&query);
}

static int insert_answer(struct visit_store *base, const struct idempotent_request *request,
                         const struct idempotent_answer *answer, int64_t forget_before_ms)
{
    static const char sql[] = "INSERT INTO idempotent_answer (caller, route, key_sha256, "
                              "body_sha256, status, answer, created_at_ms) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?)";
    const int result = forget_answers(base, forget_before_ms);
    if (result < 0) {
        return result;
    }
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, request->caller);
    sql_put_text(&query, request->route);
    sql_put_text(&query, request->key_sha256);
    sql_put_text(&query, answer->body_sha256);
    sql_put_int(&query, answer->status);
    sql_put_text(&query, answer->text);
    sql_put_int(&query, answer->created_at_ms);
    return sql_query_run(&query);
}

void sqlite_api_clients_fill(struct visit_store_ops *ops)
{
    ops->api_clients = (struct api_client_store_ops){
        .insert_client = insert_client,
        .update_client = update_client,
        .read_client = read_client,
        .read_client_keys = read_client_keys,
        .list_clients = list_clients,
        .insert_assertion = insert_assertion,
        .find_answer = find_answer,
        .insert_answer = insert_answer,
    };
}

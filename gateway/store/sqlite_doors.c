/* The ways in: join links, devices, staff links, staff sessions. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define JOIN_LINK_COLUMNS                                                                          \
    "id, visit_id, participant_id, secret_sha256, created_at_ms, expires_at_ms, revoked_at_ms, "   \
    "failed_tries"

static int insert_join_link(struct visit_store *base, const struct join_link *link)
{
    static const char sql[] =
        "INSERT INTO join_link (" JOIN_LINK_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, link->id);
    sql_put_text(&query, link->visit_id);
    sql_put_text(&query, link->participant_id);
    sql_put_text(&query, link->secret_sha256);
    sql_put_int(&query, link->created_at_ms);
    sql_put_int(&query, link->expires_at_ms);
    sql_put_int(&query, link->revoked_at_ms);
    sql_put_int(&query, link->failed_tries);
    return sql_query_run(&query);
}

/* Ends `query`, whose one row is a join link. */
static int end_with_join_link(struct sql_query *query, struct join_link *ret_link)
{
    struct join_link link = {0};
    if (sql_query_next(query)) {
        sql_take_text(query, link.id, sizeof(link.id));
        sql_take_text(query, link.visit_id, sizeof(link.visit_id));
        sql_take_text(query, link.participant_id, sizeof(link.participant_id));
        sql_take_text(query, link.secret_sha256, sizeof(link.secret_sha256));
        link.created_at_ms = sql_take_int(query);
        link.expires_at_ms = sql_take_int(query);
        link.revoked_at_ms = sql_take_int(query);
        link.failed_tries = (uint32_t)sql_take_int(query);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_link = link;
    }
    return result;
}

static int find_join_link(struct visit_store *base, const char *secret_sha256,
                          struct join_link *ret_link)
{
    static const char sql[] = "SELECT " JOIN_LINK_COLUMNS " FROM join_link WHERE secret_sha256 = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, secret_sha256);
    return end_with_join_link(&query, ret_link);
}

static int latest_join_link(struct visit_store *base, const char *participant_id,
                            struct join_link *ret_link)
{
    static const char sql[] = "SELECT " JOIN_LINK_COLUMNS
                              " FROM join_link WHERE participant_id = ? ORDER BY id DESC LIMIT 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    return end_with_join_link(&query, ret_link);
}

static int update_join_link(struct visit_store *base, const struct join_link *link)
{
    static const char sql[] = "UPDATE join_link SET failed_tries = ?2, "
                              "revoked_at_ms = iif(id = ?3, ?1, revoked_at_ms) "
                              "WHERE id = ?3 OR revoked_at_ms = 0 AND participant_id = "
                              "(SELECT participant_id FROM join_link WHERE id = ?3)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, link->revoked_at_ms);
    sql_put_int(&query, link->failed_tries);
    sql_put_text(&query, link->id);
    return sql_query_run_on_row(&query);
}

static int set_join_links_expiry(struct visit_store *base, const char *visit_id,
                                 int64_t expires_at_ms)
{
    static const char sql[] = "UPDATE join_link SET expires_at_ms = ?1 WHERE revoked_at_ms = 0 "
                              "AND participant_id IN (SELECT id FROM participant WHERE visit_id = "
                              "?2)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, expires_at_ms);
    sql_put_text(&query, visit_id);
    return sql_query_run(&query);
}

static int revoke_join_links(struct visit_store *base, const char *participant_id, int64_t now_ms)
{
    static const char sql[] =
        "UPDATE join_link SET revoked_at_ms = ? WHERE participant_id = ? AND revoked_at_ms = 0";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    sql_put_text(&query, participant_id);
    return sql_query_run(&query);
}

#define DEVICE_COLUMNS "id, participant_id, token_sha256, state, created_at_ms, session_id"

static int insert_device(struct visit_store *base, const struct device *device)
{
    static const char sql[] = "INSERT INTO device (" DEVICE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, device->id);
    sql_put_text(&query, device->participant_id);
    sql_put_text(&query, device->token_sha256);
    sql_put_text(&query, device_state_name(device->state));
    sql_put_int(&query, device->created_at_ms);
    sql_put_text(&query, device->session_id);
    return sql_query_run(&query);
}

static int end_with_device(struct sql_query *query, struct device *ret_device)
{
    struct device device = {0};
    if (sql_query_next(query)) {
        sql_take_text(query, device.id, sizeof(device.id));
        sql_take_text(query, device.participant_id, sizeof(device.participant_id));
        sql_take_text(query, device.token_sha256, sizeof(device.token_sha256));
        SQL_TAKE_NAME(query, device_state, &device.state);
        device.created_at_ms = sql_take_int(query);
        sql_take_text(query, device.session_id, sizeof(device.session_id));
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_device = device;
    }
    return result;
}

static int find_device(struct visit_store *base, const char *token_sha256,
                       struct device *ret_device)
{
    static const char sql[] = "SELECT " DEVICE_COLUMNS " FROM device WHERE token_sha256 = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, token_sha256);
    return end_with_device(&query, ret_device);
}

static int read_device(struct visit_store *base, const char *device_id, struct device *ret_device)
{
    static const char sql[] = "SELECT " DEVICE_COLUMNS " FROM device WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, device_id);
    return end_with_device(&query, ret_device);
}

static int latest_device(struct visit_store *base, const char *participant_id,
                         enum device_state state, struct device *ret_device)
{
    static const char sql[] = "SELECT " DEVICE_COLUMNS " FROM device "
                              "WHERE participant_id = ? AND state = ? ORDER BY id DESC LIMIT 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    sql_put_text(&query, device_state_name(state));
    return end_with_device(&query, ret_device);
}

static int update_device(struct visit_store *base, const struct device *device)
{
    static const char sql[] = "UPDATE device SET state = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, device_state_name(device->state));
    sql_put_text(&query, device->id);
    return sql_query_run_on_row(&query);
}

#define STAFF_LINK_COLUMNS                                                                         \
    "id, case_id, person_id, secret_sha256, created_at_ms, expires_at_ms, revoked_at_ms"

static int insert_staff_link(struct visit_store *base, const struct staff_link *link)
{
    static const char sql[] =
        "INSERT INTO staff_link (" STAFF_LINK_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, link->id);
    sql_put_text(&query, link->case_id);
    sql_put_text(&query, link->person_id);
    sql_put_text(&query, link->secret_sha256);
    sql_put_int(&query, link->created_at_ms);
    sql_put_int(&query, link->expires_at_ms);
    sql_put_int(&query, link->revoked_at_ms);
    return sql_query_run(&query);
}

static int find_staff_link(struct visit_store *base, const char *secret_sha256,
                           struct staff_link *ret_link)
{
    static const char sql[] =
        "SELECT " STAFF_LINK_COLUMNS " FROM staff_link WHERE secret_sha256 = ?";
    struct staff_link link = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, secret_sha256);
    if (sql_query_next(&query)) {
        sql_take_text(&query, link.id, sizeof(link.id));
        sql_take_text(&query, link.case_id, sizeof(link.case_id));
        sql_take_text(&query, link.person_id, sizeof(link.person_id));
        sql_take_text(&query, link.secret_sha256, sizeof(link.secret_sha256));
        link.created_at_ms = sql_take_int(&query);
        link.expires_at_ms = sql_take_int(&query);
        link.revoked_at_ms = sql_take_int(&query);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_link = link;
    }
    return result;
}

static int revoke_staff_links(struct visit_store *base, const char *person_id, int64_t now_ms)
{
    static const char sql[] =
        "UPDATE staff_link SET revoked_at_ms = ? WHERE person_id = ? AND revoked_at_ms = 0";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    sql_put_text(&query, person_id);
    return sql_query_run(&query);
}

#define STAFF_SESSION_COLUMNS "id, case_id, person_id, token_sha256, created_at_ms, expires_at_ms"

static int insert_staff_session(struct visit_store *base, const struct staff_session_row *session)
{
    static const char sql[] =
        "INSERT INTO staff_session (" STAFF_SESSION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, session->id);
    sql_put_text(&query, session->case_id);
    sql_put_text(&query, session->person_id);
    sql_put_text(&query, session->token_sha256);
    sql_put_int(&query, session->created_at_ms);
    sql_put_int(&query, session->expires_at_ms);
    return sql_query_run(&query);
}

static int end_with_staff_session(struct sql_query *query, struct staff_session_row *ret_session)
{
    struct staff_session_row session = {0};
    if (sql_query_next(query)) {
        sql_take_text(query, session.id, sizeof(session.id));
        sql_take_text(query, session.case_id, sizeof(session.case_id));
        sql_take_text(query, session.person_id, sizeof(session.person_id));
        sql_take_text(query, session.token_sha256, sizeof(session.token_sha256));
        session.created_at_ms = sql_take_int(query);
        session.expires_at_ms = sql_take_int(query);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_session = session;
    }
    return result;
}

static int find_staff_session(struct visit_store *base, const char *token_sha256,
                              struct staff_session_row *ret_session)
{
    static const char sql[] =
        "SELECT " STAFF_SESSION_COLUMNS " FROM staff_session WHERE token_sha256 = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, token_sha256);
    return end_with_staff_session(&query, ret_session);
}

static int read_staff_session(struct visit_store *base, const char *session_id,
                              struct staff_session_row *ret_session)
{
    static const char sql[] = "SELECT " STAFF_SESSION_COLUMNS " FROM staff_session WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, session_id);
    return end_with_staff_session(&query, ret_session);
}

static int end_staff_session(struct visit_store *base, const char *session_id, int64_t now_ms)
{
    static const char sql[] =
        "UPDATE staff_session SET expires_at_ms = min(expires_at_ms, ?) WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    sql_put_text(&query, session_id);
    return sql_query_run_on_row(&query);
}

void sqlite_doors_fill(struct visit_store_ops *ops)
{
    ops->insert_join_link = insert_join_link;
    ops->find_join_link = find_join_link;
    ops->latest_join_link = latest_join_link;
    ops->update_join_link = update_join_link;
    ops->set_join_links_expiry = set_join_links_expiry;
    ops->revoke_join_links = revoke_join_links;
    ops->insert_device = insert_device;
    ops->find_device = find_device;
    ops->read_device = read_device;
    ops->latest_device = latest_device;
    ops->update_device = update_device;
    ops->insert_staff_link = insert_staff_link;
    ops->find_staff_link = find_staff_link;
    ops->revoke_staff_links = revoke_staff_links;
    ops->insert_staff_session = insert_staff_session;
    ops->find_staff_session = find_staff_session;
    ops->read_staff_session = read_staff_session;
    ops->end_staff_session = end_staff_session;
}

/* What people's devices could do when they tried them. Ids grow with time (UUIDv7). */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define COLUMNS                                                                                    \
    "id, visit_id, participant_id, at_ms, moment, device, browser, browser_version, "              \
    "camera, camera_reason, microphone, microphone_reason, speaker, speaker_reason, "              \
    "page, page_reason, network, network_reason, udp, tcp, relay, path, "                          \
    "up_kbps, down_kbps, rtt_ms, jitter_ms, loss_permille, seconds, "                              \
    "camera_mark, microphone_mark, change"

static void put_network(struct sql_query *query, const struct check_network *network)
{
    sql_put_text(query, check_way_name(network->udp));
    sql_put_text(query, check_way_name(network->tcp));
    sql_put_text(query, check_way_name(network->relay));
    sql_put_text(query, check_path_name(network->path));
    sql_put_int(query, network->up_kbps);
    sql_put_int(query, network->down_kbps);
    sql_put_int(query, network->rtt_ms);
    sql_put_int(query, network->jitter_ms);
    sql_put_int(query, network->loss_permille);
    sql_put_int(query, network->seconds);
}

static int insert_row(struct visit_store *base, const struct device_check *check)
{
    static const char sql[] =
        "INSERT INTO device_check (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, check->id);
    sql_put_text(&query, check->visit_id);
    sql_put_text(&query, check->participant_id);
    sql_put_int(&query, check->at_ms);
    sql_put_text(&query, check_moment_name(check->moment));
    sql_put_text(&query, check_device_name(check->device));
    sql_put_text(&query, check_browser_kind_name(check->browser));
    sql_put_int(&query, check->browser_version);
    for (size_t i = 0; i < CHECK_ITEMS; i++) {
        sql_put_text(&query, check_verdict_name(check->items[i].verdict));
        sql_put_text(&query, check_reason_name(check->items[i].reason));
    }
    put_network(&query, &check->network);
    sql_put_text(&query, check->camera_mark);
    sql_put_text(&query, check->microphone_mark);
    sql_put_text(&query, check_change_name(check->change));
    return sql_query_run(&query);
}

static int forget_old(struct visit_store *base, const char *participant_id)
{
    static const char sql[] =
        "DELETE FROM device_check WHERE participant_id = ?1 AND id NOT IN "
        "(SELECT id FROM device_check WHERE participant_id = ?1 ORDER BY id DESC LIMIT ?2)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    sql_put_int(&query, DEVICE_CHECKS_KEPT);
    return sql_query_run(&query);
}

static int insert(struct visit_store *base, const struct device_check *check)
{
    const int result = insert_row(base, check);
    return result < 0 ? result : forget_old(base, check->participant_id);
}

static void take_network(struct sql_query *query, struct check_network *network)
{
    SQL_TAKE_NAME(query, check_way, &network->udp);
    SQL_TAKE_NAME(query, check_way, &network->tcp);
    SQL_TAKE_NAME(query, check_way, &network->relay);
    SQL_TAKE_NAME(query, check_path, &network->path);
    network->up_kbps = (int32_t)sql_take_int(query);
    network->down_kbps = (int32_t)sql_take_int(query);
    network->rtt_ms = (int32_t)sql_take_int(query);
    network->jitter_ms = (int32_t)sql_take_int(query);
    network->loss_permille = (int32_t)sql_take_int(query);
    network->seconds = (int32_t)sql_take_int(query);
}

static void take_row(struct sql_query *query, struct device_check *check)
{
    sql_take_text(query, check->id, sizeof(check->id));
    sql_take_text(query, check->visit_id, sizeof(check->visit_id));
    sql_take_text(query, check->participant_id, sizeof(check->participant_id));
    check->at_ms = sql_take_int(query);
    SQL_TAKE_NAME(query, check_moment, &check->moment);
    SQL_TAKE_NAME(query, check_device, &check->device);
    SQL_TAKE_NAME(query, check_browser_kind, &check->browser);
    check->browser_version = (uint32_t)sql_take_int(query);
    for (size_t i = 0; i < CHECK_ITEMS; i++) {
        SQL_TAKE_NAME(query, check_verdict, &check->items[i].verdict);
        SQL_TAKE_NAME(query, check_reason, &check->items[i].reason);
    }
    take_network(query, &check->network);
    sql_take_text(query, check->camera_mark, sizeof(check->camera_mark));
    sql_take_text(query, check->microphone_mark, sizeof(check->microphone_mark));
    SQL_TAKE_NAME(query, check_change, &check->change);
}

static int latest(struct visit_store *base, const char *participant_id, int64_t before_ms,
                  struct device_check *ret_check)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM device_check WHERE participant_id = ? AND at_ms < ? "
        "ORDER BY id DESC LIMIT 1";
    struct device_check check = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    sql_put_int(&query, before_ms);
    if (sql_query_next(&query)) {
        take_row(&query, &check);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_check = check;
    }
    return result;
}

static int list_latest(struct visit_store *base, const char *visit_id,
                       struct device_check ret_checks[VISIT_PARTICIPANTS_MAX], size_t *ret_count)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM device_check WHERE id IN "
        "(SELECT max(id) FROM device_check WHERE visit_id = ? GROUP BY participant_id) ORDER BY id";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    while (count < VISIT_PARTICIPANTS_MAX && sql_query_next(&query)) {
        ret_checks[count] = (struct device_check){0};
        take_row(&query, &ret_checks[count++]);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

void sqlite_device_checks_fill(struct visit_store_ops *ops)
{
    ops->device_checks = (struct device_check_store_ops){
        .insert = insert,
        .latest = latest,
        .list_latest = list_latest,
    };
}

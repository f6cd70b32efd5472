/* Events on their way to hooks. */
#include "gateway/store/sqlite_store_internal.h"

#include "gateway/visits/visit_outbox.h"

#include <errno.h>
#include <string.h>

static int append_outbox(struct visit_store *base, const struct visit_event *event)
{
    static const char sql[] = "INSERT INTO outbox (case_id, event_id) VALUES (?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, event->case_id);
    sql_put_text(&query, event->id);
    return sql_query_run(&query);
}

/* Ready ones first, so that a case that waits for its next try holds nobody up. */
static int pending_outbox(struct visit_store *base, const char *destination,
                          struct outbox_entry *ret_entries, size_t capacity, size_t *ret_count)
{
    static const char sql[] =
        "WITH undelivered AS ("
        "  SELECT outbox.sequence, outbox.case_id, outbox.event_id,"
        "         coalesce(delivery.attempts, 0) AS attempts,"
        "         coalesce(delivery.due_at_ms, 0) AS due_at_ms"
        "  FROM outbox LEFT JOIN outbox_delivery AS delivery"
        "    ON delivery.destination = ?1 AND delivery.sequence = outbox.sequence"
        "  WHERE outbox.sequence > coalesce((SELECT done_through FROM outbox_destination "
        "                                    WHERE name = ?1), 0)"
        "    AND coalesce(delivery.delivered_at_ms, 0) = 0) "
        "SELECT sequence, attempts, due_at_ms, event.id, event.case_id, visit_id, kind, at_ms, "
        "actor_id, subject_id, recording_id, detail "
        "FROM undelivered JOIN visit_event AS event ON event.id = undelivered.event_id "
        "WHERE sequence IN (SELECT min(sequence) FROM undelivered GROUP BY case_id) "
        "ORDER BY due_at_ms, sequence LIMIT ?2";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, destination);
    sql_put_int(&query, (int64_t)capacity);
    while (count < capacity && sql_query_next(&query)) {
        struct outbox_entry *entry = &ret_entries[count++];
        memset(entry, 0, sizeof(*entry));
        entry->sequence = sql_take_int(&query);
        entry->attempts = (uint32_t)sql_take_int(&query);
        entry->due_at_ms = sql_take_int(&query);
        sql_take_visit_event(&query, &entry->event);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

/* Moves the mark below which everything is delivered, and forgets the single deliveries under it.
 */
static int advance_destination(struct visit_store *base, const char *destination)
{
    static const char move_sql[] =
        "INSERT INTO outbox_destination (name, done_through) VALUES (?1, 0) "
        "ON CONFLICT (name) DO UPDATE SET done_through = coalesce("
        "  (SELECT min(outbox.sequence) - 1 FROM outbox LEFT JOIN outbox_delivery AS delivery"
        "     ON delivery.destination = ?1 AND delivery.sequence = outbox.sequence"
        "   WHERE outbox.sequence > done_through AND coalesce(delivery.delivered_at_ms, 0) = 0),"
        "  (SELECT max(sequence) FROM outbox), 0)";
    struct sql_query move = sql_query_begin(sqlite_store_of(base), move_sql);
    sql_put_text(&move, destination);
    const int result = sql_query_run(&move);
    if (result < 0) {
        return result;
    }
    static const char forget_sql[] =
        "DELETE FROM outbox_delivery WHERE destination = ?1 AND sequence <= "
        "(SELECT done_through FROM outbox_destination WHERE name = ?1)";
    struct sql_query forget = sql_query_begin(sqlite_store_of(base), forget_sql);
    sql_put_text(&forget, destination);
    return sql_query_run(&forget);
}

static int mark_outbox(struct visit_store *base, const char *destination, int64_t sequence,
                       bool delivered, int64_t at_ms)
{
    static const char sql[] =
        "INSERT INTO outbox_delivery (destination, sequence, attempts, due_at_ms, "
        "delivered_at_ms) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (destination, sequence) DO UPDATE SET attempts = attempts + ?3, "
        "due_at_ms = ?4, delivered_at_ms = ?5";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, destination);
    sql_put_int(&query, sequence);
    sql_put_int(&query, delivered ? 0 : 1);
    sql_put_int(&query, delivered ? 0 : at_ms);
    sql_put_int(&query, delivered ? at_ms : 0);
    const int result = sql_query_run(&query);
    return result == 0 && delivered ? advance_destination(base, destination) : result;
}

void sqlite_outbox_fill(struct visit_store_ops *ops)
{
    ops->append_outbox = append_outbox;
    ops->pending_outbox = pending_outbox;
    ops->mark_outbox = mark_outbox;
}

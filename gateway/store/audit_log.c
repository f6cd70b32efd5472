/* Append-only rows, each holding the digest of the one before. */
#include "gateway/store/sqlite_store_internal.h"

#include "gateway/visits/visit_records.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct chain_end {
    uint64_t sequence;
    char digest[DIGEST_SHA256_HEX_SIZE];
};

static int read_chain_end(struct visit_store *base, const char *chain, struct chain_end *ret_end)
{
    static const char sql[] = "SELECT sequence, digest FROM audit_chain WHERE chain = ?";
    struct chain_end end = {0};
    memcpy(end.digest, audit_chain_origin, sizeof(end.digest));
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, chain);
    if (sql_query_next(&query)) {
        end.sequence = (uint64_t)sql_take_int(&query);
        sql_take_text(&query, end.digest, sizeof(end.digest));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_end = end;
    }
    return result;
}

static int move_chain_end(struct visit_store *base, const char *chain, const struct chain_end *end)
{
    static const char sql[] =
        "INSERT INTO audit_chain (chain, sequence, digest) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (chain) DO UPDATE SET sequence = ?2, digest = ?3";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, chain);
    sql_put_int(&query, (int64_t)end->sequence);
    sql_put_text(&query, end->digest);
    return sql_query_run(&query);
}

static int append_audit(struct visit_store *base, const struct audit_event *event)
{
    static const char sql[] =
        "INSERT INTO audit_entry (chain, sequence, at_ms, actor_role, actor_id, action, outcome, "
        "visit_id, subject_id, detail, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct chain_end end;
    int result = read_chain_end(base, event->chain, &end);
    if (result < 0) {
        return result;
    }
    struct audit_event row = *event;
    row.sequence = end.sequence + 1;
    struct chain_end next = {.sequence = row.sequence};
    audit_event_digest(&row, end.digest, next.digest);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, row.chain);
    sql_put_int(&query, (int64_t)row.sequence);
    sql_put_int(&query, row.at_ms);
    sql_put_text(&query, row.actor_role);
    sql_put_text(&query, row.actor_id);
    sql_put_text(&query, row.action);
    sql_put_text(&query, row.outcome);
    sql_put_text(&query, row.visit_id);
    sql_put_text(&query, row.subject_id);
    sql_put_text(&query, row.detail);
    sql_put_text(&query, next.digest);
    result = sql_query_run(&query);
    return result == 0 ? move_chain_end(base, row.chain, &next) : result;
}

static void take_audit_event(struct sql_query *query, struct audit_event *event)
{
    sql_take_text(query, event->chain, sizeof(event->chain));
    event->sequence = (uint64_t)sql_take_int(query);
    event->at_ms = sql_take_int(query);
    sql_take_text(query, event->actor_role, sizeof(event->actor_role));
    sql_take_text(query, event->actor_id, sizeof(event->actor_id));
    sql_take_text(query, event->action, sizeof(event->action));
    sql_take_text(query, event->outcome, sizeof(event->outcome));
    sql_take_text(query, event->visit_id, sizeof(event->visit_id));
    sql_take_text(query, event->subject_id, sizeof(event->subject_id));
    sql_take_text(query, event->detail, sizeof(event->detail));
}

static void report(struct audit_verdict *verdict, const char *chain, uint64_t sequence,
                   const char *problem)
{
    if (verdict->intact) {
        verdict->intact = false;
        snprintf(verdict->broken_chain, sizeof(verdict->broken_chain), "%s", chain);
        verdict->broken_sequence = sequence;
        verdict->problem = problem;
    }
}

/* Walks one chain from its origin. */
static int verify_chain(struct visit_store *base, const char *chain, const struct chain_end *end,
                        struct audit_verdict *verdict)
{
    static const char sql[] =
        "SELECT chain, sequence, at_ms, actor_role, actor_id, action, outcome, visit_id, "
        "subject_id, detail, digest FROM audit_entry WHERE chain = ? ORDER BY sequence";
    struct chain_end reached = {0};
    memcpy(reached.digest, audit_chain_origin, sizeof(reached.digest));
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, chain);
    while (sql_query_next(&query)) {
        struct audit_event event = {0};
        char stored[DIGEST_SHA256_HEX_SIZE] = "";
        char expected[DIGEST_SHA256_HEX_SIZE];
        take_audit_event(&query, &event);
        sql_take_text(&query, stored, sizeof(stored));
        audit_event_digest(&event, reached.digest, expected);
        if (query.error == -EBADMSG) {
            /* A text longer than any that is written: somebody else wrote it. */
            query.error = 0;
            report(verdict, chain, event.sequence, "row was changed");
            break;
        }
        verdict->rows++;
        if (event.sequence != reached.sequence + 1) {
            report(verdict, chain, reached.sequence + 1, "row is missing");
            break;
        }
        if (strcmp(stored, expected) != 0) {
            report(verdict, chain, event.sequence, "row was changed");
            break;
        }
        reached.sequence = event.sequence;
        memcpy(reached.digest, stored, sizeof(stored));
    }
    const int result = sql_query_end(&query);
    if (result < 0) {
        return result;
    }
    if (reached.sequence < end->sequence) {
        report(verdict, chain, reached.sequence + 1, "rows are missing at the end");
    } else if (reached.sequence > end->sequence || strcmp(reached.digest, end->digest) != 0) {
        report(verdict, chain, reached.sequence, "the chain's end does not fit");
    }
    return 0;
}

static int verify_audit(struct visit_store *base, struct audit_verdict *ret_verdict)
{
    /* Also chains whose end is not known: rows that somebody smuggled in. */
    static const char sql[] =
        "SELECT chain FROM audit_chain UNION SELECT chain FROM audit_entry ORDER BY chain";
    struct audit_verdict verdict = {.intact = true};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    while (verdict.intact && sql_query_next(&query)) {
        char chain[AUDIT_CHAIN_SIZE] = "";
        sql_take_text(&query, chain, sizeof(chain));
        struct chain_end end = {0};
        int result = query.error;
        if (result == 0) {
            result = read_chain_end(base, chain, &end);
        }
        if (result == 0) {
            result = verify_chain(base, chain, &end, &verdict);
        }
        if (result < 0) {
            sql_query_end(&query);
            return result;
        }
        verdict.chains++;
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_verdict = verdict;
    }
    return result;
}

void audit_log_fill(struct visit_store_ops *ops)
{
    ops->append_audit = append_audit;
    ops->verify_audit = verify_audit;
}

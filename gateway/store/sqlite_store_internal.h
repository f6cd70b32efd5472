/* sqlite_store_internal.h - what the files of the SQLite store share.
 * Thread: the store thread. */
#ifndef BEDSIDE_STORE_SQLITE_STORE_INTERNAL_H
#define BEDSIDE_STORE_SQLITE_STORE_INTERNAL_H

#include "gateway/store/sql_query.h"
#include "gateway/visits/visit_store.h"

#include <sqlite3.h>

#define SQLITE_STATEMENTS_MAX 512

struct sqlite_store {
    struct visit_store store; /* first */
    struct visit_store_ops ops;
    sqlite3 *database;
    int lock_fd;
    int depth;      /* of nested transactions */
    int lost_error; /* SQLite gave the whole transaction up: why; 0: it did not */
    struct {
        const char *sql; /* by address */
        sqlite3_stmt *statement;
    } statements[SQLITE_STATEMENTS_MAX];
    size_t statement_count;
};

static inline struct sqlite_store *sqlite_store_of(struct visit_store *store)
{
    return (struct sqlite_store *)(void *)store;
}

/* Takes a timeline row: id, case, visit, kind, time, actor, subject, recording, detail. */
void sql_take_visit_event(struct sql_query *query, struct visit_event *event);

/* Whether somebody reaches the case that a query calls `subject`: everything (?1), a programme
 * (?2), or the cases where the person of a key (?3) has one of some roles (?4). The second
 * comparison of the key is what the index person_by_staff_key asks for. */
#define SQL_SUBJECT_IS_REACHED                                                                     \
    "(?1 OR (?2 <> '' AND subject.programme = ?2) OR (?3 <> '' AND EXISTS (SELECT 1 FROM person "  \
    "WHERE person.staff_key = ?3 AND person.staff_key <> '' AND person.case_id = subject.id "      \
    "AND instr(?4, ',' || person.role || ',') > 0)))"
#define SQL_ROLES_SIZE 256
/* Puts its four parameters, which are the query's first. `roles` has to last as long as the query.
 * (sqlite_case_reach.c) */
void sql_put_reach(struct sql_query *query, const struct case_reach *reach,
                   char roles[SQL_ROLES_SIZE]);

/* Each file adds its functions to the table. */
void sqlite_cases_fill(struct visit_store_ops *ops);
void sqlite_visits_fill(struct visit_store_ops *ops);
void sqlite_doors_fill(struct visit_store_ops *ops);
void sqlite_staff_fill(struct visit_store_ops *ops);
void sqlite_api_clients_fill(struct visit_store_ops *ops);
void sqlite_case_flow_fill(struct visit_store_ops *ops);
void sqlite_teams_fill(struct visit_store_ops *ops);
void sqlite_expert_time_fill(struct visit_store_ops *ops);
void sqlite_delays_fill(struct visit_store_ops *ops);
void sqlite_emergencies_fill(struct visit_store_ops *ops);
void sqlite_help_fill(struct visit_store_ops *ops);
void sqlite_licences_fill(struct visit_store_ops *ops);
void sqlite_board_fill(struct visit_store_ops *ops);
void sqlite_seat_steps_fill(struct visit_store_ops *ops);
void sqlite_screening_fill(struct visit_store_ops *ops);
void sqlite_device_checks_fill(struct visit_store_ops *ops);
void sqlite_alerts_fill(struct visit_store_ops *ops);
void sqlite_notifications_fill(struct visit_store_ops *ops);
void sqlite_practice_fill(struct visit_store_ops *ops);
void sqlite_timeline_fill(struct visit_store_ops *ops);
void sqlite_recordings_fill(struct visit_store_ops *ops);
void sqlite_quality_fill(struct visit_store_ops *ops);
void sqlite_outbox_fill(struct visit_store_ops *ops);
void audit_log_fill(struct visit_store_ops *ops);

#endif

/* The way of cases: steps, their timeline, due dates, hybrid plans, orders. */
#include "gateway/store/sqlite_store_internal.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- the flow ---- */

#define FLOW_COLUMNS                                                                               \
    "flow.case_id, flow.step, flow.closed_at, flow.since_ms, flow.due_at_ms, flow.owner_id, "      \
    "flow.team_id, flow.subspecialty, flow.priority, flow.version"

static void take_flow(struct sql_query *query, struct case_flow *flow)
{
    sql_take_text(query, flow->case_id, sizeof(flow->case_id));
    SQL_TAKE_NAME(query, case_step, &flow->step);
    SQL_TAKE_NAME(query, case_step, &flow->closed_at);
    flow->since_ms = sql_take_int(query);
    flow->due_at_ms = sql_take_int(query);
    sql_take_text(query, flow->owner_id, sizeof(flow->owner_id));
    sql_take_text(query, flow->team_id, sizeof(flow->team_id));
    sql_take_text(query, flow->subspecialty, sizeof(flow->subspecialty));
    SQL_TAKE_NAME(query, case_priority, &flow->priority);
    flow->version = sql_take_int(query);
}

static void put_flow(struct sql_query *query, const struct case_flow *flow)
{
    sql_put_text(query, case_step_name(flow->step));
    sql_put_text(query, case_step_name(flow->closed_at));
    sql_put_int(query, flow->since_ms);
    sql_put_int(query, flow->due_at_ms);
    sql_put_text(query, flow->owner_id);
    sql_put_text(query, flow->team_id);
    sql_put_text(query, flow->subspecialty);
    sql_put_text(query, case_priority_name(flow->priority));
    sql_put_int(query, flow->version);
    sql_put_text(query, flow->case_id);
}

static int insert_flow(struct visit_store *base, const struct case_flow *flow)
{
    static const char sql[] =
        "INSERT INTO case_flow (step, closed_at, since_ms, due_at_ms, owner_id, team_id, "
        "subspecialty, priority, version, case_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    put_flow(&query, flow);
    return sql_query_run(&query);
}

static int update_flow(struct visit_store *base, const struct case_flow *flow)
{
    static const char sql[] =
        "UPDATE case_flow SET step = ?, closed_at = ?, since_ms = ?, due_at_ms = ?, owner_id = ?, "
        "team_id = ?, subspecialty = ?, priority = ?, version = ? WHERE case_id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    put_flow(&query, flow);
    return sql_query_run_on_row(&query);
}

static int read_flow(struct visit_store *base, const char *case_id, struct case_flow *ret_flow)
{
    static const char sql[] =
        "SELECT " FLOW_COLUMNS " FROM case_flow AS flow WHERE flow.case_id = ?";
    struct case_flow flow = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        take_flow(&query, &flow);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_flow = flow;
    }
    return result;
}

/* ---- the list ---- */

#define SELECT_ROW                                                                                 \
    "SELECT " FLOW_COLUMNS ", subject.programme, subject.reference, subject.title, "               \
    "subject.created_at_ms, coalesce(patient.display_name, ''), "                                  \
    "coalesce(owner.display_name, ''), coalesce(team.name, ''), coalesce(next.id, ''), "           \
    "coalesce(next.scheduled_at_ms, 0) "                                                           \
    "FROM case_flow AS flow JOIN clinical_case AS subject ON subject.id = flow.case_id "           \
    "LEFT JOIN person AS patient ON patient.case_id = flow.case_id AND patient.role = 'patient' "  \
    "LEFT JOIN staff_account AS owner ON owner.id = flow.owner_id "                                \
    "LEFT JOIN team ON team.id = flow.team_id "                                                    \
    "LEFT JOIN visit AS next ON next.id = (SELECT id FROM visit WHERE case_id = flow.case_id "     \
    "AND state <> 'ended' ORDER BY scheduled_at_ms, id LIMIT 1) "

/* As in the index case_flow_by_due. */
#define DUE_KEY "CASE flow.due_at_ms WHEN 0 THEN 9223372036854775807 ELSE flow.due_at_ms END"

static void take_row(struct sql_query *query, struct case_row *row)
{
    take_flow(query, &row->flow);
    sql_take_text(query, row->programme, sizeof(row->programme));
    sql_take_text(query, row->reference, sizeof(row->reference));
    sql_take_text(query, row->title, sizeof(row->title));
    row->created_at_ms = sql_take_int(query);
    sql_take_text(query, row->patient_name, sizeof(row->patient_name));
    sql_take_text(query, row->owner_name, sizeof(row->owner_name));
    sql_take_text(query, row->team_name, sizeof(row->team_name));
    sql_take_text(query, row->visit_id, sizeof(row->visit_id));
    row->visit_at_ms = sql_take_int(query);
}

static int read_row(struct visit_store *base, const char *case_id, struct case_row *ret_row)
{
    static const char sql[] = SELECT_ROW "WHERE flow.case_id = ?";
    struct case_row row = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        take_row(&query, &row);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_row = row;
    }
    return result;
}

#define STEPS_SIZE 256

/* ",requested,in_review,": what instr() looks in. */
static void write_steps(unsigned steps, char text[STEPS_SIZE])
{
    size_t length = (size_t)snprintf(text, STEPS_SIZE, ",");
    for (unsigned step = 0; step < CASE_STEP_COUNT; step++) {
        if (steps & 1u << step) {
            length += (size_t)snprintf(text + length, STEPS_SIZE - length, "%s,",
                                       case_step_name((enum case_step)step));
        }
    }
}

static int list_cases(struct visit_store *base, const struct case_reach *reach,
                      const struct case_filter *filter, struct case_row_list *ret_list)
{
    static const char sql[] =
        SELECT_ROW "WHERE " SQL_SUBJECT_IS_REACHED " "
                   "AND instr(?5, ',' || flow.step || ',') > 0 "
                   "AND (NOT ?6 OR flow.owner_id = ?7) AND (NOT ?8 OR flow.team_id = ?9) "
                   "AND (NOT ?10 OR subject.programme = ?11) "
                   "AND (?12 = 0 OR (flow.due_at_ms > 0 AND flow.due_at_ms < ?12)) "
                   "AND (?13 = 0 OR (" DUE_KEY ", flow.case_id) > (?13, ?14)) "
                   "ORDER BY " DUE_KEY ", flow.case_id LIMIT ?15";
    char steps[STEPS_SIZE];
    char roles[SQL_ROLES_SIZE];
    AUTO_FREE struct case_row *rows = NULL;
    size_t count = 0;
    write_steps(filter->steps, steps);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_reach(&query, reach, roles);
    sql_put_text(&query, steps);
    sql_put_optional_text(&query, filter->owner_id);
    sql_put_optional_text(&query, filter->team_id);
    sql_put_optional_text(&query, filter->programme);
    sql_put_int(&query, filter->due_before_ms);
    sql_put_int(&query, filter->after_due_ms);
    sql_put_text(&query, filter->after_id ? filter->after_id : "");
    sql_put_int(&query, (int64_t)filter->limit);
    while (sql_query_next(&query)) {
        take_row(&query, SQL_LIST_ADD(rows, count));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        ret_list->rows = TAKE(rows);
        ret_list->count = count;
    }
    return result;
}

/* ---- the timeline ---- */

static int insert_event(struct visit_store *base, const struct case_event *event)
{
    static const char sql[] =
        "INSERT INTO case_event (id, case_id, kind, at_ms, actor_role, actor_id, subject_id, "
        "detail, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, event->id);
    sql_put_text(&query, event->case_id);
    sql_put_text(&query, case_event_kind_name(event->kind));
    sql_put_int(&query, event->at_ms);
    sql_put_text(&query, event->actor_role);
    sql_put_text(&query, event->actor_id);
    sql_put_text(&query, event->subject_id);
    sql_put_text(&query, event->detail);
    sql_put_text(&query, event->reason);
    return sql_query_run(&query);
}

static int list_events(struct visit_store *base, const char *case_id,
                       struct case_event_list **ret_list)
{
    static const char sql[] = "SELECT id, case_id, kind, at_ms, actor_role, actor_id, subject_id, "
                              "detail, reason FROM case_event WHERE case_id = ? ORDER BY id";
    AUTO(case_event_list) list = case_event_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    while (sql_query_next(&query)) {
        struct case_event *event = SQL_LIST_ADD(list->events, list->count);
        sql_take_text(&query, event->id, sizeof(event->id));
        sql_take_text(&query, event->case_id, sizeof(event->case_id));
        SQL_TAKE_NAME(&query, case_event_kind, &event->kind);
        event->at_ms = sql_take_int(&query);
        sql_take_text(&query, event->actor_role, sizeof(event->actor_role));
        sql_take_text(&query, event->actor_id, sizeof(event->actor_id));
        sql_take_text(&query, event->subject_id, sizeof(event->subject_id));
        sql_take_text(&query, event->detail, sizeof(event->detail));
        sql_take_text(&query, event->reason, sizeof(event->reason));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

/* ---- due dates ---- */

static int read_due_days(struct visit_store *base, const char *programme,
                         struct case_due_days *ret_due)
{
    static const char sql[] = "SELECT step, days FROM programme_due_days WHERE programme = ?";
    struct case_due_days due = *ret_due;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, programme);
    while (sql_query_next(&query)) {
        enum case_step step = CASE_REQUESTED;
        SQL_TAKE_NAME(&query, case_step, &step);
        due.days[step] = (uint16_t)sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_due = due;
    }
    return result;
}

static int write_due_days(struct visit_store *base, const char *programme,
                          const struct case_due_days *due)
{
    static const char sql[] = "INSERT INTO programme_due_days (programme, step, days) "
                              "VALUES (?, ?, ?) "
                              "ON CONFLICT (programme, step) DO UPDATE SET days = excluded.days";
    int result = 0;
    for (unsigned step = 0; result == 0 && step < CASE_CLOSED; step++) {
        struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
        sql_put_text(&query, programme);
        sql_put_text(&query, case_step_name((enum case_step)step));
        sql_put_int(&query, due->days[step]);
        result = sql_query_run(&query);
    }
    return result;
}

/* ---- hybrid plans ---- */

static int read_plan(struct visit_store *base, const char *case_id, struct hybrid_plan *ret_plan)
{
    static const char sql[] = "SELECT what, way, place, at_ms FROM case_plan_item "
                              "WHERE case_id = ? ORDER BY position";
    ret_plan->count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    while (ret_plan->count < PLAN_ITEMS_MAX && sql_query_next(&query)) {
        struct plan_item *item = &ret_plan->items[ret_plan->count++];
        sql_take_text(&query, item->what, sizeof(item->what));
        SQL_TAKE_NAME(&query, plan_way, &item->way);
        sql_take_text(&query, item->where, sizeof(item->where));
        item->at_ms = sql_take_int(&query);
    }
    return sql_query_end(&query);
}

static int write_plan(struct visit_store *base, const char *case_id, const struct hybrid_plan *plan)
{
    static const char delete_sql[] = "DELETE FROM case_plan_item WHERE case_id = ?";
    static const char sql[] = "INSERT INTO case_plan_item (case_id, position, what, way, place, "
                              "at_ms) VALUES (?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), delete_sql);
    sql_put_text(&query, case_id);
    int result = sql_query_run(&query);
    for (size_t i = 0; result == 0 && i < plan->count; i++) {
        struct sql_query insert = sql_query_begin(sqlite_store_of(base), sql);
        sql_put_text(&insert, case_id);
        sql_put_int(&insert, (int64_t)i);
        sql_put_text(&insert, plan->items[i].what);
        sql_put_text(&insert, plan_way_name(plan->items[i].way));
        sql_put_text(&insert, plan->items[i].where);
        sql_put_int(&insert, plan->items[i].at_ms);
        result = sql_query_run(&insert);
    }
    return result;
}

/* ---- orders ---- */

static int insert_order(struct visit_store *base, const char *system, const char *value,
                        const char *case_id, int64_t received_at_ms, const char *document)
{
    static const char sql[] = "INSERT INTO case_order (system, value, case_id, received_at_ms, "
                              "document) VALUES (?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, system);
    sql_put_text(&query, value);
    sql_put_text(&query, case_id);
    sql_put_int(&query, received_at_ms);
    sql_put_text(&query, document);
    return sql_query_run(&query);
}

static int find_order(struct visit_store *base, const char *system, const char *value,
                      char ret_case_id[UUID_TEXT_SIZE])
{
    static const char sql[] = "SELECT case_id FROM case_order WHERE system = ? AND value = ?";
    char case_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, system);
    sql_put_text(&query, value);
    if (sql_query_next(&query)) {
        sql_take_text(&query, case_id, sizeof(case_id));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(ret_case_id, case_id, sizeof(case_id));
    }
    return result;
}

/* ---- owners ---- */

static int find_account_of_key(struct visit_store *base, const char *staff_key,
                               struct staff_account *ret_account)
{
    static const char sql[] =
        "SELECT id FROM staff_account WHERE staff_key = ? AND disabled_at_ms = 0 "
        "ORDER BY signed_in_at_ms DESC LIMIT 1";
    char account_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    if (sql_query_next(&query)) {
        sql_take_text(&query, account_id, sizeof(account_id));
    }
    const int result = sql_query_end_found(&query);
    return result < 0 ? result : base->ops->staff.read_account(base, account_id, ret_account);
}

static int list_unowned(struct visit_store *base, const char *staff_key, const char *programme,
                        struct case_flow **ret_flows, size_t *ret_count)
{
    static const char sql[] =
        "SELECT " FLOW_COLUMNS " FROM case_flow AS flow "
        "JOIN clinical_case AS subject ON subject.id = flow.case_id "
        "JOIN person ON person.case_id = flow.case_id AND person.role = 'coordinator' "
        "WHERE person.staff_key = ?1 AND person.staff_key <> '' AND flow.owner_id = '' "
        "AND flow.step <> 'closed' AND (?2 = '' OR subject.programme = ?2) ORDER BY flow.case_id";
    AUTO_FREE struct case_flow *flows = NULL;
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, staff_key);
    sql_put_text(&query, programme);
    while (sql_query_next(&query)) {
        take_flow(&query, SQL_LIST_ADD(flows, count));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_flows = TAKE(flows);
        *ret_count = count;
    }
    return result;
}

static int list_coordinators(struct visit_store *base, const char *programme,
                             struct staff_account **ret_accounts, size_t *ret_count)
{
    static const char sql[] =
        "SELECT id FROM staff_account WHERE disabled_at_ms = 0 "
        "AND instr(' ' || roles || ' ', ' coordinator ') > 0 "
        "AND (programme = '' OR ?1 = '' OR programme = ?1) ORDER BY display_name, id";
    AUTO_FREE struct staff_account *accounts = NULL;
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, programme);
    while (sql_query_next(&query)) {
        struct staff_account *account = SQL_LIST_ADD(accounts, count);
        sql_take_text(&query, account->id, sizeof(account->id));
    }
    int result = sql_query_end(&query);
    for (size_t i = 0; result == 0 && i < count; i++) {
        char account_id[UUID_TEXT_SIZE];
        memcpy(account_id, accounts[i].id, sizeof(account_id));
        result = base->ops->staff.read_account(base, account_id, &accounts[i]);
    }
    if (result == 0) {
        *ret_accounts = TAKE(accounts);
        *ret_count = count;
    }
    return result;
}

void sqlite_case_flow_fill(struct visit_store_ops *ops)
{
    ops->case_flow = (struct case_flow_store_ops){
        .insert_flow = insert_flow,
        .read_flow = read_flow,
        .update_flow = update_flow,
        .list_cases = list_cases,
        .read_row = read_row,
        .insert_event = insert_event,
        .list_events = list_events,
        .read_due_days = read_due_days,
        .write_due_days = write_due_days,
        .read_plan = read_plan,
        .write_plan = write_plan,
        .insert_order = insert_order,
        .find_order = find_order,
        .find_account_of_key = find_account_of_key,
        .list_unowned = list_unowned,
        .list_coordinators = list_coordinators,
    };
}

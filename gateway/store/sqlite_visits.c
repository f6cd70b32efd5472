/* Visits and the seats in them. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define VISIT_COLUMNS                                                                              \
    "id, case_id, title, shape, state, scheduled_at_ms, scheduled_minutes, time_zone, "            \
    "opened_at_ms, ended_at_ms, consultation_since_ms, huddle_since_ms, expert_id, practice_of"

static int insert_visit(struct visit_store *base, const struct visit *visit)
{
    static const char sql[] =
        "INSERT INTO visit (" VISIT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit->id);
    sql_put_text(&query, visit->case_id);
    sql_put_text(&query, visit->title);
    sql_put_text(&query, visit_shape_name(visit->shape));
    sql_put_text(&query, visit_state_name(visit->state));
    sql_put_int(&query, visit->scheduled_at_ms);
    sql_put_int(&query, visit->scheduled_minutes);
    sql_put_text(&query, visit->time_zone);
    sql_put_int(&query, visit->opened_at_ms);
    sql_put_int(&query, visit->ended_at_ms);
    sql_put_int(&query, visit->consultation_since_ms);
    sql_put_int(&query, visit->huddle_since_ms);
    sql_put_text(&query, visit->expert_id);
    sql_put_text(&query, visit->practice_of);
    return sql_query_run(&query);
}

static void take_visit(struct sql_query *query, struct visit *visit)
{
    sql_take_text(query, visit->id, sizeof(visit->id));
    sql_take_text(query, visit->case_id, sizeof(visit->case_id));
    sql_take_text(query, visit->title, sizeof(visit->title));
    SQL_TAKE_NAME(query, visit_shape, &visit->shape);
    SQL_TAKE_NAME(query, visit_state, &visit->state);
    visit->scheduled_at_ms = sql_take_int(query);
    visit->scheduled_minutes = (uint32_t)sql_take_int(query);
    sql_take_text(query, visit->time_zone, sizeof(visit->time_zone));
    visit->opened_at_ms = sql_take_int(query);
    visit->ended_at_ms = sql_take_int(query);
    visit->consultation_since_ms = sql_take_int(query);
    visit->huddle_since_ms = sql_take_int(query);
    sql_take_text(query, visit->expert_id, sizeof(visit->expert_id));
    sql_take_text(query, visit->practice_of, sizeof(visit->practice_of));
}

static int read_visit(struct visit_store *base, const char *visit_id, struct visit *ret_visit)
{
    static const char sql[] = "SELECT " VISIT_COLUMNS " FROM visit WHERE id = ?";
    struct visit visit = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        take_visit(&query, &visit);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_visit = visit;
    }
    return result;
}

static int update_visit(struct visit_store *base, const struct visit *visit)
{
    static const char sql[] = "UPDATE visit SET state = ?, opened_at_ms = ?, ended_at_ms = ?, "
                              "consultation_since_ms = ?, huddle_since_ms = ?, "
                              "scheduled_at_ms = ?, scheduled_minutes = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_state_name(visit->state));
    sql_put_int(&query, visit->opened_at_ms);
    sql_put_int(&query, visit->ended_at_ms);
    sql_put_int(&query, visit->consultation_since_ms);
    sql_put_int(&query, visit->huddle_since_ms);
    sql_put_int(&query, visit->scheduled_at_ms);
    sql_put_int(&query, visit->scheduled_minutes);
    sql_put_text(&query, visit->id);
    return sql_query_run_on_row(&query);
}

static int list_visits(struct visit_store *base, const char *case_id, struct visit **ret_visits,
                       size_t *ret_count)
{
    static const char sql[] = "SELECT " VISIT_COLUMNS " FROM visit WHERE case_id = ? ORDER BY id";
    AUTO_FREE struct visit *visits = NULL;
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    while (sql_query_next(&query)) {
        take_visit(&query, SQL_LIST_ADD(visits, count));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_visits = TAKE(visits);
        *ret_count = count;
    }
    return result;
}

static int insert_participant(struct visit_store *base, const struct participant *participant)
{
    static const char sql[] =
        "INSERT INTO participant (id, visit_id, person_id, role, label, phone, current_address, "
        "emergency_contact_name, emergency_contact_phone, time_zone, state, connected, "
        "last_seen_ms, waiting_since_ms, admitted_at_ms, beside) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const struct person *person = &participant->person;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant->id);
    sql_put_text(&query, participant->visit_id);
    sql_put_text(&query, person->id);
    sql_put_text(&query, participant_role_name(person->role));
    sql_put_text(&query, person->label);
    sql_put_text(&query, person->phone);
    sql_put_text(&query, person->address);
    sql_put_text(&query, person->emergency_contact_name);
    sql_put_text(&query, person->emergency_contact_phone);
    sql_put_text(&query, person->time_zone);
    sql_put_text(&query, seat_state_name(participant->state));
    sql_put_int(&query, participant->connected);
    sql_put_int(&query, participant->last_seen_ms);
    sql_put_int(&query, participant->waiting_since_ms);
    sql_put_int(&query, participant->admitted_at_ms);
    sql_put_int(&query, participant->beside);
    return sql_query_run(&query);
}

#define SELECT_PARTICIPANT                                                                         \
    "SELECT seat.id, seat.visit_id, person.id, seat.role, person.display_name, seat.label, "       \
    "person.birth_date, seat.phone, seat.current_address, seat.emergency_contact_name, "           \
    "seat.emergency_contact_phone, seat.time_zone, person.languages, person.staff_key, "           \
    "person.email, seat.state, "                                                                   \
    "seat.connected, seat.last_seen_ms, seat.waiting_since_ms, seat.admitted_at_ms, "              \
    "seat.knocked_at_ms, seat.hold, seat.subdivision, seat.placed_at_ms, seat.beside, "            \
    "EXISTS (SELECT 1 FROM device WHERE participant_id = seat.id AND state = 'pending') "          \
    "FROM participant AS seat JOIN person ON person.id = seat.person_id "

static void take_participant(struct sql_query *query, struct participant *participant)
{
    struct person *person = &participant->person;
    sql_take_text(query, participant->id, sizeof(participant->id));
    sql_take_text(query, participant->visit_id, sizeof(participant->visit_id));
    sql_take_text(query, person->id, sizeof(person->id));
    SQL_TAKE_NAME(query, participant_role, &person->role);
    sql_take_text(query, person->display_name, sizeof(person->display_name));
    sql_take_text(query, person->label, sizeof(person->label));
    sql_take_text(query, person->birth_date, sizeof(person->birth_date));
    sql_take_text(query, person->phone, sizeof(person->phone));
    sql_take_text(query, person->address, sizeof(person->address));
    sql_take_text(query, person->emergency_contact_name, sizeof(person->emergency_contact_name));
    sql_take_text(query, person->emergency_contact_phone, sizeof(person->emergency_contact_phone));
    sql_take_text(query, person->time_zone, sizeof(person->time_zone));
    sql_take_text(query, person->languages, sizeof(person->languages));
    sql_take_text(query, person->staff_key, sizeof(person->staff_key));
    sql_take_text(query, person->email, sizeof(person->email));
    SQL_TAKE_NAME(query, seat_state, &participant->state);
    participant->connected = sql_take_int(query) != 0;
    participant->last_seen_ms = sql_take_int(query);
    participant->waiting_since_ms = sql_take_int(query);
    participant->admitted_at_ms = sql_take_int(query);
    participant->knocked_at_ms = sql_take_int(query);
    SQL_TAKE_NAME(query, seat_hold, &participant->hold);
    sql_take_text(query, participant->subdivision, sizeof(participant->subdivision));
    participant->placed_at_ms = sql_take_int(query);
    participant->beside = sql_take_int(query) != 0;
    participant->second_device_asks = sql_take_int(query) != 0;
}

static int read_participant(struct visit_store *base, const char *participant_id,
                            struct participant *ret_participant)
{
    static const char sql[] = SELECT_PARTICIPANT "WHERE seat.id = ?";
    struct participant participant = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    if (sql_query_next(&query)) {
        take_participant(&query, &participant);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_participant = participant;
    }
    return result;
}

static int update_participant(struct visit_store *base, const struct participant *participant)
{
    static const char sql[] = "UPDATE participant SET state = ?, connected = ?, last_seen_ms = ?, "
                              "waiting_since_ms = ?, admitted_at_ms = ?, knocked_at_ms = ?, "
                              "hold = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, seat_state_name(participant->state));
    sql_put_int(&query, participant->connected);
    sql_put_int(&query, participant->last_seen_ms);
    sql_put_int(&query, participant->waiting_since_ms);
    sql_put_int(&query, participant->admitted_at_ms);
    sql_put_int(&query, participant->knocked_at_ms);
    sql_put_text(&query, seat_hold_name(participant->hold));
    sql_put_text(&query, participant->id);
    return sql_query_run_on_row(&query);
}

static int list_participants(struct visit_store *base, const char *visit_id,
                             struct participant ret_participants[VISIT_PARTICIPANTS_MAX],
                             size_t *ret_count)
{
    static const char sql[] = SELECT_PARTICIPANT
        "WHERE seat.visit_id = ?1 AND (seat.beside = 0 OR seat.id IN (SELECT helper_id "
        "FROM help_session WHERE visit_id = ?1 GROUP BY helper_id ORDER BY max(rowid) DESC "
        "LIMIT ?2)) ORDER BY person.position";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    sql_put_int(&query, VISIT_HELPERS_MAX);
    while (count < VISIT_PARTICIPANTS_MAX && sql_query_next(&query)) {
        ret_participants[count] = (struct participant){0};
        take_participant(&query, &ret_participants[count++]);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

static int disconnect_everybody(struct visit_store *base, int64_t now_ms)
{
    static const char sql[] =
        "UPDATE participant SET connected = 0, last_seen_ms = ? WHERE connected = 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, now_ms);
    return sql_query_run(&query);
}

void sqlite_visits_fill(struct visit_store_ops *ops)
{
    ops->insert_visit = insert_visit;
    ops->read_visit = read_visit;
    ops->update_visit = update_visit;
    ops->list_visits = list_visits;
    ops->insert_participant = insert_participant;
    ops->read_participant = read_participant;
    ops->update_participant = update_participant;
    ops->list_participants = list_participants;
    ops->disconnect_everybody = disconnect_everybody;
}

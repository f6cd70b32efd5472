#include "signaling/board/board_row.h"

#include "gateway/visits/zone_clock.h"
#include "signaling/board/board_day.h"

#include <stdlib.h>
#include <string.h>

/* A visit that is open belongs to the day for this long, although it began before. */
#define OPEN_BEFORE_MS 43200000
#define MS_PER_DAY 86400000

static json_t *time_json(int64_t at_ms)
{
    return at_ms > 0 ? json_integer((json_int_t)at_ms) : json_null();
}

static json_t *text_json(const char *text)
{
    json_t *value = *text ? json_string(text) : NULL;
    return value ? value : json_null();
}

static json_t *problems_json(unsigned problems)
{
    json_t *list = json_array();
    for (size_t i = 0; seat_problem_name(i); i++) {
        if (problems & 1u << i) {
            json_array_append_new(list, json_string(seat_problem_name(i)));
        }
    }
    return list;
}

/* When each step was reached last; steps that never were are left out. */
static json_t *reached_json(const struct seat_progress *progress)
{
    json_t *reached = json_object();
    for (int step = SEAT_STEP_LINK_OPENED; step < SEAT_STEP_COUNT; step++) {
        if (progress->at_ms[step] > 0) {
            json_object_set_new(reached, seat_step_name((enum seat_step)step),
                                json_integer((json_int_t)progress->at_ms[step]));
        }
    }
    return reached;
}

/* Whole years on a day; both dates are YYYY-MM-DD. */
static json_t *age_json(const char *birth_date, int64_t at_ms)
{
    char day[PERSON_DATE_SIZE];
    if (!*birth_date) {
        return json_null();
    }
    civil_day_to_text((civil_day)(at_ms / MS_PER_DAY), day);
    const int years = atoi(day) - atoi(birth_date);
    return json_integer(strcmp(day + 4, birth_date + 4) < 0 ? years - 1 : years);
}

static json_t *licence_json(const struct licence_verdict *verdict)
{
    return verdict->outcome == LICENCE_NOT_CHECKED
               ? json_null()
               : json_pack("{s:s, s:s, s:o}", "outcome", licence_outcome_name(verdict->outcome),
                           "reason", licence_reason_name(verdict->reason), "expires",
                           text_json(verdict->expires));
}

/* A figure that may be unknown. */
static json_t *figure_json(int32_t figure)
{
    return figure == CHECK_UNKNOWN ? json_null() : json_integer(figure);
}

/* The latest device check in short: what it was made with, a verdict for each thing, the network.
 */
static json_t *check_json(const struct board_seat *seat)
{
    const struct device_check *check = &seat->check;
    if (!seat->has_check) {
        return json_null();
    }
    json_t *items = json_object();
    for (int item = 0; item < CHECK_ITEMS; item++) {
        json_object_set_new(items, check_item_name((enum check_item)item),
                            json_string(check_verdict_name(check->items[item].verdict)));
    }
    return json_pack("{s:I, s:s, s:s, s:o, s:o, s:o, s:o}", "at", (json_int_t)check->at_ms,
                     "device", check_device_name(check->device), "browser",
                     check_browser_kind_name(check->browser), "items", items, "up_kbps",
                     figure_json(check->network.up_kbps), "down_kbps",
                     figure_json(check->network.down_kbps), "loss_permille",
                     figure_json(check->network.loss_permille));
}

static json_t *seat_json(const struct board_visit *visit, size_t index)
{
    const struct participant *participant = &visit->participants[index];
    const struct person *person = &participant->person;
    const struct board_seat *seat = &visit->seats[index];
    const bool is_patient = person->role == ROLE_PATIENT;
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "id", participant->id, "name",
        person->display_name, "role", participant_role_name(person->role), "relation",
        person->label, "age",
        is_patient ? age_json(person->birth_date, visit->visit.scheduled_at_ms) : json_null(),
        "phone", text_json(person->phone), "state_now", text_json(participant->subdivision),
        "languages", text_json(person->languages));
    json_t *way = json_pack(
        "{s:s, s:o, s:o, s:b, s:b, s:i, s:o, s:o, s:o}", "step", seat_step_name(seat->stand.step),
        "since", time_json(seat->stand.since_ms), "problems", problems_json(seat->stand.problems),
        "connected", participant->connected, "second_device", participant->second_device_asks,
        "tries_left", (int)seat->tries_left, "link_at", time_json(seat->link_at_ms), "reached",
        reached_json(&seat->progress), "answered_at", time_json(seat->answered_at_ms));
    json_object_update(json, way);
    json_decref(way);
    json_object_set_new(json, "staff",
                        participant_role_is_physician(person->role) ? text_json(person->staff_key)
                                                                    : json_null());
    json_object_set_new(json, "licence", licence_json(&visit->licences[index]));
    json_object_set_new(json, "check", check_json(seat));
    json_object_set_new(json, "connection", json_null());
    return json;
}

static json_t *alerts_json(const struct board_visit *visit)
{
    json_t *alerts = json_array();
    for (size_t i = 0; i < visit->alert_count; i++) {
        const struct alert *alert = &visit->alerts[i].alert;
        json_array_append_new(
            alerts,
            json_pack("{s:s, s:s, s:s, s:i, s:s, s:I, s:o, s:o}", "id", alert->id, "participant",
                      alert->participant_id, "score", alert->score, "value", (int)alert->value,
                      "follow", screening_follow_name(alert->follow), "raised_at",
                      (json_int_t)alert->raised_at_ms, "acknowledged_at",
                      time_json(alert->acknowledged_at_ms), "owner",
                      alert->owner_id[0] ? json_string(visit->alerts[i].owner_name) : json_null()));
    }
    return alerts;
}

static json_t *help_json(const struct board_visit *visit)
{
    const struct help_session *help = &visit->help;
    for (size_t i = 0; help_session_is_on(help) && i < visit->participant_count; i++) {
        const struct participant *helper = &visit->participants[i];
        if (strcmp(helper->id, help->helper_id) == 0) {
            return json_pack(
                "{s:s, s:s, s:s, s:s, s:I}", "participant", help->helped_id, "helper",
                help->helper_id, "name", helper->person.display_name, "state",
                help_state_name(help->state), "since",
                (json_int_t)(help->state == HELP_OPEN ? help->opened_at_ms : help->offered_at_ms));
        }
    }
    return json_null();
}

json_t *board_row_json(const struct board_visit *board)
{
    const struct visit *visit = &board->visit;
    json_t *seats = json_array();
    for (size_t i = 0; i < board->participant_count; i++) {
        json_array_append_new(seats, seat_json(board, i));
    }
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:i, s:s, s:o, s:o, s:o, s:o, s:o}", "id",
        visit->id, "case", visit->case_id, "programme", board->programme, "number",
        board->reference, "title", visit->title, "shape", visit_shape_name(visit->shape), "state",
        visit_state_name(visit->state), "starts_at", (json_int_t)visit->scheduled_at_ms,
        "expected_at", time_json(board->delay.expected_at_ms), "minutes",
        (int)visit->scheduled_minutes, "time_zone", visit->time_zone, "opened_at",
        time_json(visit->opened_at_ms), "ended_at", time_json(visit->ended_at_ms), "seats", seats,
        "alerts", alerts_json(board), "help", help_json(board));
}

json_t *board_row_way_in(const json_t *row)
{
    static const char *const withheld[] = {"age",         "phone", "state_now",
                                           "answered_at", "staff", "licence"};
    json_t *reduced = json_copy((json_t *)row);
    json_t *seats = json_array();
    size_t index;
    json_t *seat;
    json_array_foreach(json_object_get(row, "seats"), index, seat)
    {
        json_t *copy = json_copy(seat);
        for (size_t i = 0; i < sizeof(withheld) / sizeof(*withheld); i++) {
            json_object_set_new(copy, withheld[i], json_null());
        }
        json_array_append_new(seats, copy);
    }
    json_object_set_new(reduced, "seats", seats);
    json_object_set_new(reduced, "alerts", json_array());
    json_object_set_new(reduced, "number", json_string(""));
    json_object_set_new(reduced, "title", json_string(""));
    return reduced;
}

bool board_row_is_of(const json_t *row, const struct board_day *day,
                     const struct board_reach *reach)
{
    const int64_t at_ms = json_integer_value(json_object_get(row, "starts_at"));
    const bool is_open = strcmp(json_string_value(json_object_get(row, "state")), "open") == 0;
    const int64_t from_ms = is_open ? day->from_ms - OPEN_BEFORE_MS : day->from_ms;
    return at_ms >= from_ms && at_ms < day->until_ms &&
           board_reach_covers(reach, json_string_value(json_object_get(row, "programme")),
                              json_string_value(json_object_get(row, "case")));
}

/* An expert is in one visit at a time, however they were invited. */
#include "gateway/visits/team_work.h"

#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_move.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define COORDINATES PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
/* CLINIC_START_MS is Monday, 2026-09-21, 14:13:20 UTC. The Tuesday after it, when experts begin: */
#define TUESDAY_NOON_MS (1790035200000LL + 12 * HOUR_MS)

/* The last act that was written down. */
static struct audit_event last_act;
static const struct visit_store_ops *real_ops;

static int append_audit(struct visit_store *store, const struct audit_event *event)
{
    last_act = *event;
    return real_ops->append_audit(store, event);
}

/* Rao, who is in the clinic's visit at noon for half an hour, is an expert. There is a second case.
 */
struct calendar {
    struct clinic *clinic;
    struct visit_store_ops ops;
    char rao[UUID_TEXT_SIZE];
    struct clinical_case *other;
};

static void calendar_open(struct calendar *calendar)
{
    const struct visit_new_time noon = {.starts_at_ms = TUESDAY_NOON_MS};
    struct clinic *clinic = clinic_create(":memory:");
    calendar->clinic = clinic;
    real_ops = clinic->store->ops;
    calendar->ops = *real_ops;
    calendar->ops.append_audit = append_audit;
    clinic->store->ops = &calendar->ops;
    clinic_keep_expert(clinic, CLINIC_REVIEWER_KEY, calendar->rao);
    assert_int_equal(
        visit_move(clinic->service, &clinic->bedsidectl, clinic->visit_id, &noon, NULL), 0);
    calendar->other = clinic_make_case("SO-2");
    assert_int_equal(
        visit_records_import_case(clinic->service, &clinic->bedsidectl, calendar->other), 0);
}

static void calendar_close(struct calendar *calendar)
{
    clinical_case_destroy(calendar->other);
    clinic_destroy(calendar->clinic);
}

/* Minutes are counted from noon. */
static struct visit_schedule_request of_other_case(const struct calendar *calendar, int after,
                                                   uint32_t minutes)
{
    return (struct visit_schedule_request){
        .case_id = calendar->other->id,
        .shape = VISIT_EXPERT_LED,
        .scheduled_at_ms = TUESDAY_NOON_MS + after * MINUTE_MS,
        .minutes = minutes,
        .time_zone = "UTC",
    };
}

/* Writes the visit's id. */
static int schedule(struct calendar *calendar, const struct visit_schedule_request *request,
                    char ret_visit_id[UUID_TEXT_SIZE])
{
    AUTO(visit_picture) picture = NULL;
    const int result = visit_records_schedule(calendar->clinic->service,
                                              &calendar->clinic->bedsidectl, request, &picture);
    if (result == 0) {
        memcpy(ret_visit_id, picture->visit.id, UUID_TEXT_SIZE);
    }
    return result;
}

static int move(struct calendar *calendar, const char *visit_id, int after, bool allow_overlap)
{
    const struct visit_new_time time = {.starts_at_ms = TUESDAY_NOON_MS + after * MINUTE_MS,
                                        .allow_overlap = allow_overlap};
    return visit_move(calendar->clinic->service, &calendar->clinic->bedsidectl, visit_id, &time,
                      NULL);
}

static int book(struct calendar *calendar, const char *expert_id, int after)
{
    const struct booking_request request = {.expert_id = expert_id,
                                            .starts_at_ms = TUESDAY_NOON_MS + after * MINUTE_MS,
                                            .minutes = 30,
                                            .shape = VISIT_EXPERT_LED};
    AUTO(visit_picture) picture = NULL;
    return team_work_book(calendar->clinic->service, &calendar->clinic->bedsidectl,
                          calendar->other->id, &request, &picture);
}

static size_t count_visits(struct calendar *calendar)
{
    AUTO(visit_list) list = NULL;
    assert_int_equal(visit_records_list_visits(calendar->clinic->service,
                                               &calendar->clinic->bedsidectl, calendar->other->id,
                                               &list),
                     0);
    return list->count;
}

static void what_is_scheduled_over_another_visit_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int after;
        uint32_t minutes;
        bool allowed;
        int result;
    } rows[] = {
        {"at the same time", 0, 30, false, REFUSAL_SLOT_TAKEN},
        {"over its end", 29, 30, false, REFUSAL_SLOT_TAKEN},
        {"over its beginning", -20, 21, false, REFUSAL_SLOT_TAKEN},
        {"around it", -20, 120, false, REFUSAL_SLOT_TAKEN},
        {"until it begins", -20, 20, false, 0},
        {"when it has ended", 30, 10, false, 0},
        {"over that one", 35, 10, false, REFUSAL_SLOT_TAKEN},
        {"in so many words", 5, 10, true, 0},
        {"where nothing is", 40, 10, true, 0},
    };
    struct calendar calendar;
    calendar_open(&calendar);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char id[UUID_TEXT_SIZE];
        char overlaps[64];
        struct visit_schedule_request request =
            of_other_case(&calendar, rows[i].after, rows[i].minutes);
        request.allow_overlap = rows[i].allowed;
        const size_t before = count_visits(&calendar);
        const int result = schedule(&calendar, &request, id);
        const struct audit_event act = last_act;
        /* All of it, or nothing. */
        if (result != rows[i].result || count_visits(&calendar) != before + (result == 0)) {
            fail_msg("%s: %d", rows[i].name, result);
        }
        const bool is_over = rows[i].result != 0 || (rows[i].allowed && rows[i].after == 5);
        snprintf(overlaps, sizeof(overlaps), "overlaps=%s", calendar.clinic->visit_id);
        assert_string_equal(act.action, "visit.schedule");
        assert_string_equal(act.outcome, result == 0 ? "done" : "slot_taken");
        assert_int_equal(act.detail[0] != 0, is_over);
        assert_true(rows[i].after == 35 || !is_over || strcmp(act.detail, overlaps) == 0);
    }
    assert_true(clinic_verify_audit(calendar.clinic).intact);
    calendar_close(&calendar);
}

static void only_experts_are_kept_apart(void **state)
{
    (void)state;
    char id[UUID_TEXT_SIZE];
    struct calendar calendar;
    calendar_open(&calendar);
    /* Without Rao: the treating physician is no expert of a team. */
    const char *const people[] = {calendar.other->people[PATIENT].id,
                                  calendar.other->people[TREATING].id};
    struct visit_schedule_request request = of_other_case(&calendar, 0, 30);
    request.shape = VISIT_TREATING_LED;
    request.person_ids = people;
    request.person_count = ARRAY_LENGTH(people);
    assert_int_equal(schedule(&calendar, &request, id), 0);
    /* Who is invited by another name is known by the key, in whatever role. */
    struct person guest = {.role = ROLE_TRAINEE, .staff_key = CLINIC_REVIEWER_KEY};
    strcpy(guest.display_name, "Dr. Rao");
    request.guests = &guest;
    request.guest_count = 1;
    assert_int_equal(schedule(&calendar, &request, id), REFUSAL_SLOT_TAKEN);
    AUTO(clinical_case) after = NULL;
    assert_int_equal(visit_records_read_case(calendar.clinic->service, &calendar.clinic->bedsidectl,
                                             calendar.other->id, &after),
                     0);
    assert_int_equal(after->person_count, CLINIC_PEOPLE); /* nobody was added */
    calendar_close(&calendar);
}

static void what_is_over_takes_no_time(void **state)
{
    (void)state;
    char id[UUID_TEXT_SIZE];
    struct calendar calendar;
    calendar_open(&calendar);
    const struct visit_schedule_request request = of_other_case(&calendar, 0, 30);
    assert_int_equal(schedule(&calendar, &request, id), REFUSAL_SLOT_TAKEN);
    assert_int_equal(visit_conduct_end(calendar.clinic->service, &calendar.clinic->bedsidectl,
                                       calendar.clinic->visit_id, NULL),
                     0);
    assert_int_equal(schedule(&calendar, &request, id), 0);
    calendar_close(&calendar);
}

/* Nora Quill is an expert as well, and helps somebody in the clinic's visit from a seat beside it.
 */
static void who_helps_is_not_taken_by_it(void **state)
{
    (void)state;
    char id[UUID_TEXT_SIZE];
    struct calendar calendar;
    calendar_open(&calendar);
    struct clinic *clinic = calendar.clinic;
    char quill[UUID_TEXT_SIZE];
    clinic_keep_expert(clinic, "quill", quill);
    clinic_join(clinic, PATIENT);
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "second-opinion");
    struct visit_help_offered offered;
    AUTO(visit_picture) helped = NULL;
    assert_int_equal(visit_help_offer(clinic->service, &nora, clinic->visit_id,
                                      clinic->participants[PATIENT], &offered, &helped),
                     0);
    const char *const people[] = {calendar.other->people[PATIENT].id,
                                  calendar.other->people[TREATING].id};
    struct person guest = {.role = ROLE_COORDINATOR, .staff_key = "quill"};
    strcpy(guest.display_name, "Nora Quill");
    struct visit_schedule_request request = of_other_case(&calendar, 0, 30);
    request.shape = VISIT_TREATING_LED;
    request.person_ids = people;
    request.person_count = ARRAY_LENGTH(people);
    request.guests = &guest;
    request.guest_count = 1;
    assert_int_equal(schedule(&calendar, &request, id), 0);
    calendar_close(&calendar);
}

static void moves_are_looked_at_too(void **state)
{
    (void)state;
    char id[UUID_TEXT_SIZE];
    struct calendar calendar;
    calendar_open(&calendar);
    const struct visit_schedule_request request = of_other_case(&calendar, 60, 30);
    assert_int_equal(schedule(&calendar, &request, id), 0);
    assert_int_equal(move(&calendar, id, 10, false), REFUSAL_SLOT_TAKEN);
    assert_non_null(strstr(last_act.detail, calendar.clinic->visit_id));
    struct visit_schedule still;
    assert_int_equal(
        visit_move_read(calendar.clinic->service, &calendar.clinic->bedsidectl, id, &still), 0);
    assert_int_equal(still.visit.scheduled_at_ms, request.scheduled_at_ms);
    assert_int_equal(move(&calendar, id, 70, false), 0); /* over its own time */
    assert_int_equal(move(&calendar, id, 10, true), 0);
    assert_non_null(strstr(last_act.detail, " overlaps="));
    assert_string_equal(last_act.outcome, "done");
    assert_int_equal(move(&calendar, id, 20, false), REFUSAL_SLOT_TAKEN);
    assert_int_equal(move(&calendar, id, 30, false), 0);
    calendar_close(&calendar);
}

/* Beck treats the patient of both cases; he is an expert of a team, too. */
static void bookings_look_at_everybody_who_is_invited(void **state)
{
    (void)state;
    char beck[UUID_TEXT_SIZE];
    char lund[UUID_TEXT_SIZE];
    struct calendar calendar;
    calendar_open(&calendar);
    clinic_keep_expert(calendar.clinic, "lund", lund);
    assert_int_equal(book(&calendar, calendar.rao, 15), REFUSAL_SLOT_TAKEN);
    clinic_keep_expert(calendar.clinic, "beck", beck);
    assert_int_equal(book(&calendar, lund, 15), REFUSAL_SLOT_TAKEN);
    assert_int_equal(book(&calendar, lund, 30), 0);
    /* A visit that was booked keeps to its expert's free time, whatever is allowed. */
    AUTO(visit_list) list = NULL;
    assert_int_equal(visit_records_list_visits(calendar.clinic->service,
                                               &calendar.clinic->bedsidectl, calendar.other->id,
                                               &list),
                     0);
    assert_int_equal(move(&calendar, list->visits[0].id, 10, true), 0);
    assert_int_equal(move(&calendar, list->visits[0].id, 170, true), REFUSAL_SLOT_TAKEN);
    calendar_close(&calendar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_scheduled_over_another_visit_is_refused),
        cmocka_unit_test(only_experts_are_kept_apart),
        cmocka_unit_test(what_is_over_takes_no_time),
        cmocka_unit_test(who_helps_is_not_taken_by_it),
        cmocka_unit_test(moves_are_looked_at_too),
        cmocka_unit_test(bookings_look_at_everybody_who_is_invited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

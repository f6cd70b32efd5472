/* A visit gets another time: who may, when not, and all that follows from it. */
#include "gateway/visits/visit_move.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_work.h"
#include "gateway/visits/visit_delay.h"
#include "gateway/visits/visit_notification.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define REVIEWING PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define COORDINATES PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
/* CLINIC_START_MS is Monday, 2026-09-21, 14:13:20 UTC. The Tuesday after it: */
#define TUESDAY_MS 1790035200000LL

static const struct notification_rules both_ways = {
    .by_mail = true, .by_text = true, .reminder_minutes = {1440, 60}, .reminder_count = 2};

static int move_as(struct clinic *clinic, const struct visit_actor *actor, int64_t at_ms,
                   uint32_t minutes)
{
    const struct visit_new_time time = {.starts_at_ms = at_ms, .minutes = minutes};
    AUTO(visit_picture) picture = NULL;
    const int result = visit_move(clinic->service, actor, clinic->visit_id, &time, &picture);
    if (result == 0) {
        assert_int_equal(picture->visit.scheduled_at_ms, at_ms);
    } else {
        assert_null(picture);
    }
    return result;
}

static int move(struct clinic *clinic, int64_t at_ms)
{
    return move_as(clinic, &clinic->bedsidectl, at_ms, 0);
}

/* Takes what is due and says that it was sent; returns how many were of the kind, and the last of
 * these in *ret_last (may be NULL). */
static size_t deliver(struct clinic *clinic, enum notification_kind kind,
                      struct notification_job *ret_last)
{
    size_t count = 0;
    for (;;) {
        AUTO(notification_job) job = NULL;
        assert_int_equal(visit_notification_take(clinic->service, &job), 0);
        if (!job) {
            return count;
        }
        if (job->notification.kind == kind) {
            count++;
            if (ret_last) {
                *ret_last = *job;
            }
        }
        assert_int_equal(visit_notification_settle(clinic->service, job->notification.id,
                                                   NOTIFICATION_DELIVERED, NULL),
                         0);
    }
}

/* ---- letters and links ---- */

static void everybody_is_told_once(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    const int64_t then_ms = clinic->now_ms + 5 * DAY_MS;
    struct notification_job job;
    assert_int_equal(deliver(clinic, NOTIFICATION_INVITATION, &job), CLINIC_PEOPLE);
    assert_int_equal(job.notification.sequence, 0);
    assert_int_equal(move(clinic, then_ms), 0);
    assert_int_equal(deliver(clinic, NOTIFICATION_MOVED, &job), CLINIC_PEOPLE);
    assert_int_equal(job.notification.sequence, 1);
    assert_int_equal(job.visit.scheduled_at_ms, then_ms);
    assert_true(job.secret[0] != 0);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_REMINDER, NOTIFICATION_PENDING),
                     2 * CLINIC_PEOPLE);
    /* The same again: it is done already. */
    assert_int_equal(move(clinic, then_ms), 0);
    assert_int_equal(deliver(clinic, NOTIFICATION_MOVED, NULL), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_VISIT_MOVED), 1);
    /* Moved back: reminders of the time before are not sent any more. */
    assert_int_equal(move(clinic, then_ms - DAY_MS), 0);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_REMINDER, NOTIFICATION_PENDING),
                     2 * CLINIC_PEOPLE);
    assert_int_equal(deliver(clinic, NOTIFICATION_MOVED, &job), CLINIC_PEOPLE);
    assert_int_equal(job.notification.sequence, 2);
    /* And calendars forget the newest version. */
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->bedsidectl, clinic->visit_id, NULL), 0);
    assert_int_equal(deliver(clinic, NOTIFICATION_CANCELLED, &job), CLINIC_PEOPLE);
    assert_int_equal(job.notification.sequence, 3);
    assert_int_equal(job.visit.scheduled_at_ms, then_ms - DAY_MS);
    assert_true(clinic_verify_audit(clinic).intact);
}

/* Somebody waited, the visit is moved, they go: the reminder comes all the same. */
static void who_waited_is_reminded_of_the_new_time(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    deliver(clinic, NOTIFICATION_INVITATION, NULL);
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    clinic_presence(clinic, PATIENT, true);
    assert_int_equal(move(clinic, clinic->now_ms + 2 * DAY_MS), 0);
    assert_int_equal(deliver(clinic, NOTIFICATION_MOVED, NULL), CLINIC_PEOPLE);
    clinic_presence(clinic, PATIENT, false);
    clinic_pass_ms(clinic, DAY_MS);
    assert_int_equal(deliver(clinic, NOTIFICATION_REMINDER, NULL), CLINIC_PEOPLE);
}

static void links_follow_the_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct join_link_look look;
    const char *secret = clinic_join_secret(clinic, PATIENT);
    assert_int_equal(move(clinic, clinic->now_ms + 30 * DAY_MS), 0);
    clinic_pass_ms(clinic, 30 * DAY_MS);
    assert_int_equal(visit_arrival_look(clinic->service, secret, &look), 0);
    assert_int_equal(look.scheduled_at_ms, clinic->now_ms);
    clinic_join(clinic, PATIENT);
    /* And end with it, no later than before. */
    clinic_pass_ms(clinic, 3 * DAY_MS);
    assert_int_equal(visit_arrival_look(clinic->service, secret, &look), REFUSAL_LINK_EXPIRED);
    /* A visit that nobody held is moved: its links are good again. */
    assert_int_equal(move(clinic, clinic->now_ms + DAY_MS), 0);
    assert_int_equal(visit_arrival_look(clinic->service, secret, &look), 0);
}

/* ---- who, and when not ---- */

static void who_may_move(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, TREATING);
    const struct {
        const char *name;
        struct visit_actor actor;
        int result;
    } rows[] = {
        {"the patient", clinic->actors[PATIENT], REFUSAL_NOT_PERMITTED},
        {"a physician from a seat", clinic->actors[TREATING], REFUSAL_NOT_PERMITTED},
        {"a physician who signed in", clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING, ""),
         REFUSAL_NOT_PERMITTED},
        {"of another programme", clinic_sign_in(clinic, "n3", COORDINATES, "tumor-board"),
         REFUSAL_NOT_FOUND},
        {"its coordinator", clinic_sign_in(clinic, "n1", COORDINATES, "second-opinion"), 0},
        {"a coordinator of all", clinic_sign_in(clinic, "n2", COORDINATES, ""), 0},
        {"the operator", clinic->bedsidectl, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const int64_t at_ms = clinic->now_ms + (int64_t)(i + 1) * HOUR_MS;
        const struct time_interval range = {at_ms, at_ms + DAY_MS};
        struct visit_schedule schedule;
        struct visit_slots slots;
        if (move_as(clinic, &rows[i].actor, at_ms, 0) != rows[i].result ||
            visit_move_read(clinic->service, &rows[i].actor, clinic->visit_id, &schedule) !=
                rows[i].result ||
            visit_move_list_slots(clinic->service, &rows[i].actor, clinic->visit_id, range, 0,
                                  &slots) != rows[i].result) {
            fail_msg("%s", rows[i].name);
        }
        if (rows[i].result == 0) {
            assert_int_equal(slots.list->count, 0); /* it is in nobody's calendar */
            visit_slots_clear(&slots);
            assert_int_equal(schedule.visit.scheduled_at_ms, at_ms);
            assert_int_equal(schedule.people_count, CLINIC_PEOPLE);
            assert_int_equal(schedule.ways[0], NOTIFICATION_ANY);
        }
    }
    assert_int_equal(clinic_count_events(clinic, EVENT_VISIT_MOVED), 3);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void times_that_make_no_sense(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct {
        int64_t at_ms;
        uint32_t minutes;
        int result;
    } rows[] = {
        {clinic->now_ms - 1, 0, REFUSAL_INVALID},
        {clinic->now_ms + VISIT_AHEAD_MAX_MS + 1, 0, REFUSAL_INVALID},
        {clinic->now_ms + DAY_MS, VISIT_MINUTES_MAX + 1, REFUSAL_INVALID},
        {clinic->now_ms + DAY_MS, 0, 0},
        {clinic->now_ms + DAY_MS, VISIT_MINUTES_MAX, 0}, /* another length alone */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (move_as(clinic, &clinic->bedsidectl, rows[i].at_ms, rows[i].minutes) !=
            rows[i].result) {
            fail_msg("row %zu", i);
        }
    }
    const struct visit_new_time now = {.starts_at_ms = clinic->now_ms};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_move(clinic->service, &clinic->bedsidectl, "unknown", &now, &picture),
                     REFUSAL_NOT_FOUND);
}

static void what_has_begun_is_not_moved(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    assert_int_equal(move(clinic, clinic->now_ms + DAY_MS), REFUSAL_WRONG_STATE);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->bedsidectl, clinic->visit_id, NULL), 0);
    assert_int_equal(move(clinic, clinic->now_ms + DAY_MS), REFUSAL_VISIT_ENDED);
    assert_int_equal(clinic_count_events(clinic, EVENT_VISIT_MOVED), 0);
}

/* ---- the expert's time ---- */

struct booked_clinic {
    struct clinic *clinic;
    char expert_id[UUID_TEXT_SIZE];
    char other_case_id[UUID_TEXT_SIZE];
};

static void book(struct booked_clinic *booked, const char *case_id, int64_t at_ms,
                 char ret_visit_id[UUID_TEXT_SIZE])
{
    const struct booking_request request = {.expert_id = booked->expert_id,
                                            .starts_at_ms = at_ms,
                                            .minutes = 60,
                                            .shape = VISIT_EXPERT_LED};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(team_work_book(booked->clinic->service, &booked->clinic->bedsidectl, case_id,
                                    &request, &picture),
                     0);
    assert_string_equal(picture->visit.expert_id, booked->expert_id);
    memcpy(ret_visit_id, picture->visit.id, UUID_TEXT_SIZE);
}

/* Lund has Tuesday 12:00 to 15:00; of two cases one is booked at 12:00, the other at 14:00. */
static void open_booked_clinic(struct booked_clinic *booked)
{
    char visit_id[UUID_TEXT_SIZE];
    struct clinic *clinic = clinic_create(":memory:");
    booked->clinic = clinic;
    clinic_keep_expert(clinic, "lund", booked->expert_id);
    AUTO(clinical_case) made = clinic_make_case("SO-2");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, made), 0);
    memcpy(booked->other_case_id, made->id, sizeof(booked->other_case_id));
    book(booked, booked->other_case_id, TUESDAY_MS + 14 * HOUR_MS, visit_id);
    book(booked, clinic->case_id, TUESDAY_MS + 12 * HOUR_MS, clinic->visit_id);
}

static void a_booked_visit_stays_in_the_experts_time(void **state)
{
    (void)state;
    struct booked_clinic booked;
    open_booked_clinic(&booked);
    AUTO(clinic) clinic = booked.clinic;
    const struct {
        int64_t minutes_of_day;
        uint32_t minutes;
        int result;
    } rows[] = {
        {12 * 60 + 30, 0, 0},                  /* half of it is its own time */
        {13 * 60 + 30, 0, REFUSAL_SLOT_TAKEN}, /* the other case's visit */
        {13 * 60, 0, 0},
        {13 * 60, 90, REFUSAL_SLOT_TAKEN},
        {15 * 60, 0, REFUSAL_SLOT_TAKEN}, /* after hours */
        {12 * 60, 120, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const int64_t at_ms = TUESDAY_MS + rows[i].minutes_of_day * MINUTE_MS;
        if (move_as(clinic, &clinic->bedsidectl, at_ms, rows[i].minutes) != rows[i].result) {
            fail_msg("row %zu", i);
        }
    }
}

static void slots_are_the_experts(void **state)
{
    (void)state;
    struct booked_clinic booked;
    open_booked_clinic(&booked);
    AUTO(clinic) clinic = booked.clinic;
    static const struct {
        struct time_interval range;
        unsigned minutes;
        int result;
        size_t count;
    } rows[] = {
        {{TUESDAY_MS, TUESDAY_MS + DAY_MS}, 0, 0, 2}, /* 12:00, its own, and 13:00 */
        {{TUESDAY_MS, TUESDAY_MS + DAY_MS}, 30, 0, 4},
        {{TUESDAY_MS, TUESDAY_MS + 8 * DAY_MS}, 120, 0, 2}, /* 12:00, and a week later */
        {{1, TUESDAY_MS}, 0, REFUSAL_INVALID, 0},
        {{TUESDAY_MS, TUESDAY_MS}, 0, REFUSAL_INVALID, 0},
        {{TUESDAY_MS - 30 * DAY_MS, TUESDAY_MS - 29 * DAY_MS}, 0, 0, 0}, /* past */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct visit_slots slots;
        const int result =
            visit_move_list_slots(clinic->service, &clinic->bedsidectl, clinic->visit_id,
                                  rows[i].range, rows[i].minutes, &slots);
        if (result != rows[i].result || (result == 0 && slots.list->count != rows[i].count)) {
            fail_msg("row %zu: %d", i, result);
        }
        if (result == 0) {
            assert_string_equal(slots.expert.display_name, "Dr. lund");
        }
        visit_slots_clear(&slots);
    }
}

/* ---- the case, and what was said ---- */

static struct case_row row_of(struct clinic *clinic)
{
    AUTO(case_progress) progress = NULL;
    assert_int_equal(
        case_work_read(clinic->service, &clinic->bedsidectl, clinic->case_id, &progress), 0);
    return progress->row;
}

static void the_case_is_due_with_its_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const int64_t day_ms = clinic->now_ms + DAY_MS;
    assert_int_equal(row_of(clinic).flow.due_at_ms, clinic->now_ms + 30 * MINUTE_MS);
    assert_int_equal(move(clinic, day_ms), 0);
    assert_int_equal(row_of(clinic).flow.due_at_ms, day_ms + 30 * MINUTE_MS);
    assert_int_equal(row_of(clinic).flow.step, CASE_VISIT_SCHEDULED);
    /* What somebody has said stays. */
    const struct case_change change = {.due_at_ms = &day_ms};
    struct case_row row;
    assert_int_equal(
        case_work_change(clinic->service, &clinic->bedsidectl, clinic->case_id, &change, &row), 0);
    assert_int_equal(move(clinic, day_ms + DAY_MS), 0);
    assert_int_equal(row_of(clinic).flow.due_at_ms, day_ms);
    AUTO(case_progress) progress = NULL;
    assert_int_equal(
        case_work_read(clinic->service, &clinic->bedsidectl, clinic->case_id, &progress), 0);
    const struct case_event *last = &progress->events->events[progress->events->count - 1];
    assert_int_equal(last->kind, CASE_EVENT_VISIT_MOVED);
    assert_string_equal(last->subject_id, clinic->visit_id);
}

static void say_late(struct clinic *clinic, uint32_t minutes)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_delay_say(clinic->service, &clinic->actors[REVIEWER], minutes, 0, &picture), 0);
}

/* The physician is at the desk, the patient waits, the others are on their way. */
static void who_is_not_there_is_told_of_a_delay(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    struct notification_job job;
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_presence(clinic, REVIEWER, true);
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    clinic_presence(clinic, PATIENT, true);
    deliver(clinic, NOTIFICATION_INVITATION, NULL);
    say_late(clinic, 20);
    assert_int_equal(deliver(clinic, NOTIFICATION_LATE, &job), CLINIC_PEOPLE - 2);
    assert_int_equal(job.expected_at_ms, clinic->now_ms + 20 * MINUTE_MS);
    assert_int_equal(job.notification.channel, NOTIFICATION_TEXT);
    say_late(clinic, 20); /* pressed twice */
    assert_int_equal(deliver(clinic, NOTIFICATION_LATE, NULL), 0);
    say_late(clinic, 30);
    clinic_pass_ms(clinic, MINUTE_MS);
    say_late(clinic, 40); /* before it was sent: the last word counts */
    assert_int_equal(deliver(clinic, NOTIFICATION_LATE, &job), CLINIC_PEOPLE - 2);
    assert_int_equal(job.expected_at_ms, clinic->now_ms + 40 * MINUTE_MS);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_LATE, NOTIFICATION_DROPPED),
                     CLINIC_PEOPLE - 2);
    /* It begins earlier after all: those hear of it who were told, and are not there by now. */
    clinic_join(clinic, TREATING);
    clinic_enter(clinic, TREATING);
    clinic_presence(clinic, TREATING, true);
    clinic_presence(clinic, PATIENT, false);
    say_late(clinic, 0);
    assert_int_equal(deliver(clinic, NOTIFICATION_LATE, &job), CLINIC_PEOPLE - 3);
    assert_int_equal(job.expected_at_ms, 0);
}

static void word_of_a_delay_is_not_sent_too_late(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    clinic_be_in_visit(clinic, REVIEWER);
    deliver(clinic, NOTIFICATION_INVITATION, NULL);
    say_late(clinic, 10);
    clinic_pass_ms(clinic, 10 * MINUTE_MS);
    assert_int_equal(deliver(clinic, NOTIFICATION_LATE, NULL), 0);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_LATE, NOTIFICATION_PENDING), 0);
}

/* The delay was said in a visit that stands open; a scheduled one has none. It was said, and the
 * visit did not come about: the record of it goes with the new time. */
static void a_delay_is_forgotten(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct visit_delay delay = {.expected_at_ms = clinic->now_ms + HOUR_MS};
    struct join_link_look look;
    const char *secret = clinic_join_secret(clinic, PATIENT);
    assert_int_equal(clinic->store->ops->delays.put(clinic->store, clinic->visit_id, &delay), 0);
    assert_int_equal(visit_arrival_look(clinic->service, secret, &look), 0);
    assert_int_equal(look.expected_at_ms, clinic->now_ms + HOUR_MS);
    assert_int_equal(move(clinic, clinic->now_ms + DAY_MS), 0);
    assert_int_equal(visit_arrival_look(clinic->service, secret, &look), 0);
    assert_int_equal(look.expected_at_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_told_once),
        cmocka_unit_test(who_waited_is_reminded_of_the_new_time),
        cmocka_unit_test(links_follow_the_visit),
        cmocka_unit_test(who_may_move),
        cmocka_unit_test(times_that_make_no_sense),
        cmocka_unit_test(what_has_begun_is_not_moved),
        cmocka_unit_test(a_booked_visit_stays_in_the_experts_time),
        cmocka_unit_test(slots_are_the_experts),
        cmocka_unit_test(the_case_is_due_with_its_visit),
        cmocka_unit_test(who_is_not_there_is_told_of_a_delay),
        cmocka_unit_test(word_of_a_delay_is_not_sent_too_late),
        cmocka_unit_test(a_delay_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the gateway itself writes down of how a visit went. */
#include "gateway/visits/visit_quality.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

static struct quality_minute minute_of(const struct clinic *clinic, enum clinic_person person,
                                       int64_t from_ms)
{
    struct quality_minute minute = {.from_ms = from_ms,
                                    .until_ms = from_ms + 60000,
                                    .score_tenths = 35,
                                    .worst = 2,
                                    .reason = "rate",
                                    .concealed_permille = 14,
                                    .frozen_ms = 900,
                                    .estimate_bps = 140000,
                                    .rtt_ms = 310,
                                    .path = "turn_tls"};
    memcpy(minute.participant_id, clinic->participants[person], sizeof(minute.participant_id));
    return minute;
}

static void minutes_are_kept_and_listed(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    const struct quality_minute minutes[] = {
        minute_of(clinic, PATIENT, CLINIC_START_MS + 60000),
        minute_of(clinic, PATIENT, CLINIC_START_MS),
        minute_of(clinic, REVIEWER, CLINIC_START_MS),
    };
    for (int twice = 0; twice < 2; twice++) { /* repeating is harmless */
        assert_int_equal(visit_quality_keep(clinic->service, clinic->visit_id, minutes, 3), 0);
    }
    AUTO(quality_minute_list) list = NULL;
    assert_int_equal(
        visit_quality_list(clinic->service, &clinic->bedsidectl, clinic->visit_id, &list), 0);
    assert_int_equal(list->count, 3);
    for (size_t i = 1; i < list->count; i++) {
        const int order =
            strcmp(list->minutes[i - 1].participant_id, list->minutes[i].participant_id);
        assert_true(order < 0 ||
                    (order == 0 && list->minutes[i - 1].from_ms < list->minutes[i].from_ms));
    }
    const struct quality_minute *first = &list->minutes[0];
    assert_int_equal(first->score_tenths, 35);
    assert_int_equal(first->worst, 2);
    assert_string_equal(first->reason, "rate");
    assert_int_equal(first->concealed_permille, 14);
    assert_int_equal(first->frozen_ms, 900);
    assert_int_equal(first->estimate_bps, 140000);
    assert_int_equal(first->rtt_ms, 310);
    assert_string_equal(first->path, "turn_tls");
    assert_true(clinic_verify_audit(clinic).intact);
}

static void only_staff_reads_them(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    AUTO(quality_minute_list) list = NULL;
    assert_int_equal(
        visit_quality_list(clinic->service, &clinic->actors[PATIENT], clinic->visit_id, &list),
        REFUSAL_NOT_PERMITTED);
    assert_null(list);
    assert_int_equal(
        visit_quality_list(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &list), 0);
    assert_int_equal(list->count, 0);
    assert_int_equal(visit_quality_keep(clinic->service, "no-such-visit", NULL, 0),
                     REFUSAL_NOT_FOUND);
}

static struct missed_words_mark mark_of(const struct clinic *clinic, int64_t at_ms)
{
    struct missed_words_mark mark = {.seconds = 6, .at_ms = at_ms};
    memcpy(mark.speaker_id, clinic->participants[REVIEWER], sizeof(mark.speaker_id));
    memcpy(mark.listener_id, clinic->participants[PATIENT], sizeof(mark.listener_id));
    return mark;
}

/* The last mark of the timeline. */
static struct visit_event last_mark(struct clinic *clinic)
{
    AUTO(visit_event_list) events = NULL;
    struct visit_event found = {0};
    assert_int_equal(
        visit_records_timeline(clinic->service, &clinic->bedsidectl, clinic->visit_id, &events), 0);
    for (size_t i = 0; i < events->count; i++) {
        if (events->events[i].kind == EVENT_MISSED_WORDS) {
            found = events->events[i];
        }
    }
    return found;
}

static void missed_words_are_marks_of_the_recording_that_flows(void **state)
{
    (void)state;
    static const uint8_t key[40];
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    struct missed_words_mark mark = mark_of(clinic, CLINIC_START_MS + 1000);
    assert_int_equal(visit_quality_mark_missed_words(clinic->service, clinic->visit_id, &mark), 0);
    struct visit_event event = last_mark(clinic);
    assert_string_equal(event.actor_id, clinic->participants[REVIEWER]);
    assert_string_equal(event.subject_id, clinic->participants[PATIENT]);
    assert_string_equal(event.detail, "6");
    assert_int_equal(event.at_ms, CLINIC_START_MS + 1000);
    assert_string_equal(event.recording_id, "");

    clinic_consent(clinic, REVIEWER, CONSENT_GIVEN);
    clinic_consent(clinic, PATIENT, CONSENT_GIVEN);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_START);
    const struct recording_status recording = clinic_recording(clinic);
    assert_int_equal(
        visit_recording_prepare(clinic->service, recording.recording_id, key, sizeof(key), "test"),
        0);
    AUTO(visit_picture) flowing = NULL;
    assert_int_equal(visit_recording_flowing(clinic->service, recording.recording_id,
                                             CLINIC_START_MS + 2000, &flowing),
                     0);
    assert_int_equal(visit_quality_mark_missed_words(clinic->service, clinic->visit_id, &mark), 0);
    event = last_mark(clinic);
    assert_string_equal(event.recording_id, recording.recording_id);
    assert_int_equal(clinic_count_events(clinic, EVENT_MISSED_WORDS), 2);
    assert_int_equal(visit_quality_mark_missed_words(clinic->service, "no-such-visit", &mark),
                     REFUSAL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minutes_are_kept_and_listed),
        cmocka_unit_test(only_staff_reads_them),
        cmocka_unit_test(missed_words_are_marks_of_the_recording_that_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define KEY "wrapped key of the test"

static void assert_recording(struct clinic *clinic, enum recording_state state,
                             enum recording_reason reason, enum recording_flow flow)
{
    const struct recording_status status = clinic_recording(clinic);
    if (status.state != state || status.reason != reason || status.flow != flow) {
        fail_msg("%s, %s, flow %d", recording_state_name(status.state),
                 recording_reason_name(status.reason), (int)status.flow);
    }
}

/* Reviewer and patient are in the visit and have consented; the reviewer has asked for a recording.
 */
static struct clinic *start(const char *path)
{
    struct clinic *clinic = clinic_create(path);
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_START);
    clinic_consent(clinic, REVIEWER, CONSENT_GIVEN);
    assert_recording(clinic, RECORDING_STATE_ASKING, RECORDING_REASON_CONSENT_MISSING,
                     RECORDING_FLOW_HOLD);
    clinic_consent(clinic, PATIENT, CONSENT_GIVEN);
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
    return clinic;
}

static struct recording_status flow(struct clinic *clinic)
{
    struct recording_status status = clinic_recording(clinic);
    assert_int_equal(
        visit_recording_prepare(clinic->service, status.recording_id, KEY, sizeof(KEY), "master-1"),
        0);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_recording_flowing(clinic->service, status.recording_id, clinic->now_ms, &picture), 0);
    assert_true(picture->recording.flowing);
    return picture->recording;
}

static void pause_at(struct clinic *clinic, const char *recording_id, int64_t wall_ms)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_paused(clinic->service, recording_id, wall_ms, &picture), 0);
    assert_false(picture->recording.flowing);
}

static struct recording_file make_file(struct clinic *clinic, enum clinic_person person,
                                       const char *name)
{
    struct recording_file file = {.media_type = "video/webm",
                                  .size_bytes = 1000,
                                  .plain_size_bytes = 900,
                                  .duration_ms = 5000,
                                  .started_at_ms = clinic->now_ms};
    strcpy(file.participant_id, clinic->participants[person]);
    strcpy(file.file_name, name);
    digest_of_token(name, file.sha256);
    return file;
}

static void finish(struct clinic *clinic, const char *recording_id)
{
    const struct recording_file files[] = {make_file(clinic, REVIEWER, "reviewer.webm"),
                                           make_file(clinic, PATIENT, "patient.webm")};
    const struct recording_finish request = {
        .files = files, .file_count = 2, .wall_ms = clinic->now_ms};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_finished(clinic->service, recording_id, &request, &picture),
                     0);
    assert_int_equal(picture->recording.flow, RECORDING_FLOW_NONE);
}

static void a_newcomer_without_consent_pauses_it(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    flow(clinic);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    /* Waiting is not present. */
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
    clinic_admit(clinic, CAREGIVER);
    assert_recording(clinic, RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_MISSING,
                     RECORDING_FLOW_HOLD);
    assert_string_equal(clinic_recording(clinic).who, clinic->participants[CAREGIVER]);
    clinic_consent(clinic, CAREGIVER, CONSENT_REFUSED);
    assert_recording(clinic, RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_REFUSED,
                     RECORDING_FLOW_HOLD);
    /* Refusing blocks nothing but the recording. */
    assert_int_equal(clinic_seat_state(clinic, CAREGIVER), SEAT_IN_VISIT);
    clinic_presence(clinic, CAREGIVER, false);
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
    clinic_presence(clinic, CAREGIVER, true);
    assert_recording(clinic, RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_REFUSED,
                     RECORDING_FLOW_HOLD);
    clinic_consent(clinic, CAREGIVER, CONSENT_GIVEN);
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
}

static void the_words_agreed_to_are_kept_in_their_language(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    struct consent_request request = {
        .answer = CONSENT_GIVEN, .text_version = CLINIC_CONSENT_VERSION, .language = "es"};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_answer_consent(clinic->service, &clinic->actors[PATIENT],
                                                    &request, &picture),
                     0);
    AUTO_FREE struct consent *consents = NULL;
    size_t count = 0;
    assert_int_equal(
        clinic->store->ops->list_consents(clinic->store, clinic->visit_id, &consents, &count), 0);
    char spanish[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(consent_words_find(&clinic_consent_words, "es")->text, spanish);
    assert_int_equal(count, 1);
    assert_string_equal(consents[0].text_sha256, spanish);
    request.language = "fr"; /* nobody can have read that */
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_recording_answer_consent(clinic->service, &clinic->actors[PATIENT],
                                                    &request, &picture),
                     REFUSAL_INVALID);
}

static void consent_before_entering_keeps_it_flowing(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    flow(clinic);
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    clinic_consent(clinic, CAREGIVER, CONSENT_GIVEN);
    clinic_admit(clinic, CAREGIVER);
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
}

static void taking_consent_back_pauses_it_at_once(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    flow(clinic);
    clinic_consent(clinic, PATIENT, CONSENT_WITHDRAWN);
    assert_recording(clinic, RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_WITHDRAWN,
                     RECORDING_FLOW_HOLD);
    const struct consent_request again = {.answer = CONSENT_WITHDRAWN,
                                          .text_version = CLINIC_CONSENT_VERSION};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_recording_answer_consent(clinic->service, &clinic->actors[PATIENT], &again, &picture),
        REFUSAL_WRONG_STATE);
    const struct consent_request outdated = {.answer = CONSENT_GIVEN, .text_version = "2020-01"};
    assert_int_equal(visit_recording_answer_consent(clinic->service, &clinic->actors[PATIENT],
                                                    &outdated, &picture),
                     REFUSAL_CONSENT_TEXT_OUTDATED);
    const struct consent_request nothing = {.answer = CONSENT_NOT_ASKED,
                                            .text_version = CLINIC_CONSENT_VERSION};
    assert_int_equal(visit_recording_answer_consent(clinic->service, &clinic->actors[PATIENT],
                                                    &nothing, &picture),
                     REFUSAL_INVALID);
}

static void commands_follow_the_drawing(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_be_in_visit(clinic, CAREGIVER);
    static const struct {
        enum clinic_person who;
        enum recording_command command;
        int expected;
    } steps[] = {
        {REVIEWER, RECORDING_COMMAND_STOP, REFUSAL_WRONG_STATE},
        {REVIEWER, RECORDING_COMMAND_PAUSE, REFUSAL_WRONG_STATE},
        {REVIEWER, RECORDING_COMMAND_RESUME, REFUSAL_WRONG_STATE},
        {CAREGIVER, RECORDING_COMMAND_START, REFUSAL_NOT_PERMITTED},
        {PATIENT, RECORDING_COMMAND_START, REFUSAL_NOT_PERMITTED},
        {REVIEWER, RECORDING_COMMAND_START, 0},
        {REVIEWER, RECORDING_COMMAND_START, REFUSAL_WRONG_STATE},
        {REVIEWER, RECORDING_COMMAND_RESUME, REFUSAL_WRONG_STATE},
        {REVIEWER, RECORDING_COMMAND_PAUSE, 0},
        {REVIEWER, RECORDING_COMMAND_PAUSE, REFUSAL_WRONG_STATE},
        {CAREGIVER, RECORDING_COMMAND_STOP, REFUSAL_NOT_PERMITTED},
        {PATIENT, RECORDING_COMMAND_RESUME, REFUSAL_NOT_PERMITTED},
        {REVIEWER, RECORDING_COMMAND_RESUME, 0},
        {PATIENT, RECORDING_COMMAND_STOP, 0},
        {PATIENT, RECORDING_COMMAND_STOP, REFUSAL_WRONG_STATE},
        {REVIEWER, RECORDING_COMMAND_START, 0},
        {REVIEWER, (enum recording_command)9, REFUSAL_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        AUTO(visit_picture) picture = NULL;
        const int result = visit_recording_command(clinic->service, &clinic->actors[steps[i].who],
                                                   steps[i].command, &picture);
        if (result != steps[i].expected) {
            fail_msg("step %zu: %s", i, visit_refusal_code((enum visit_refusal)result));
        }
    }
    /* Nobody had a recorder: the first recording is empty, not unfinished. */
    AUTO(recording_list) list = NULL;
    assert_int_equal(
        visit_recording_list(clinic->service, &clinic->bedsidectl, clinic->case_id, &list), 0);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->records[0].recording.phase, RECORDING_EMPTY);
    assert_int_equal(list->records[1].recording.phase, RECORDING_OPEN);
}

static void the_books_hold_every_interval(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const int64_t begin = clinic->now_ms;
    const struct recording_status status = flow(clinic);
    const char *id = status.recording_id;
    AUTO(visit_picture) picture = NULL;
    /* Said twice: one interval. */
    assert_int_equal(visit_recording_flowing(clinic->service, id, begin, &picture), 0);
    pause_at(clinic, id, begin + 5000);
    pause_at(clinic, id, begin + 6000);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_recording_flowing(clinic->service, id, begin + 8000, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_recording_broken(clinic->service, id, begin + 9000, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_recording_flowing(clinic->service, id, begin + 9500, &picture), 0);
    clinic_pass_ms(clinic, 20000);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &picture),
        0);
    assert_int_equal(picture->recording.flow, RECORDING_FLOW_FINISH);
    assert_int_equal(picture->recording.state, RECORDING_STATE_STOPPED);
    /* The worker's last word comes after the end. */
    pause_at(clinic, id, begin + 20000);
    finish(clinic, id);

    AUTO(recording_list) list = NULL;
    assert_int_equal(visit_recording_read(clinic->service, id, &list), 0);
    const struct recording_record *record = &list->records[0];
    static const int64_t expected[][2] = {{0, 5000}, {8000, 9000}, {9500, 20000}};
    assert_int_equal(record->interval_count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        assert_int_equal(record->intervals[i].started_at_ms - begin, expected[i][0]);
        assert_int_equal(record->intervals[i].ended_at_ms - begin, expected[i][1]);
    }
    assert_int_equal(record->recording.phase, RECORDING_ATTACHED);
    assert_int_equal(record->recording.wrapped_key_size, sizeof(KEY));
    assert_string_equal(record->recording.key_name, "master-1");
    assert_int_equal(strlen(record->recording.manifest_sha256), 64);
    assert_int_equal(record->file_count, 2);
    static const struct {
        enum visit_event_kind kind;
        size_t count;
    } events[] = {
        {EVENT_RECORDING_ASKED, 1},    {EVENT_RECORDING_STARTED, 1}, {EVENT_RECORDING_PAUSED, 3},
        {EVENT_RECORDING_RESUMED, 2},  {EVENT_RECORDING_STOPPED, 1}, {EVENT_RECORDING_FINISHED, 1},
        {EVENT_RECORDING_ATTACHED, 1}, {EVENT_VISIT_ENDED, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(events); i++) {
        assert_int_equal(clinic_count_events(clinic, events[i].kind), events[i].count);
    }
    assert_true(clinic_verify_audit(clinic).intact);
}

static void finishing_is_all_or_nothing(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = flow(clinic);
    const char *id = status.recording_id;
    struct recording_file files[] = {make_file(clinic, PATIENT, "patient.webm"),
                                     make_file(clinic, REVIEWER, "reviewer.webm")};
    struct recording_finish request = {.files = files, .file_count = 2};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_finished(clinic->service, id, &request, &picture),
                     REFUSAL_WRONG_STATE);
    clinic_command(clinic, PATIENT, RECORDING_COMMAND_STOP);
    static const char *const unsafe[] = {"../key", "", ".hidden", "a/b", "name with space"};
    for (size_t i = 0; i < ARRAY_LENGTH(unsafe); i++) {
        strcpy(files[1].file_name, unsafe[i]);
        assert_int_equal(visit_recording_finished(clinic->service, id, &request, &picture),
                         REFUSAL_INVALID);
    }
    strcpy(files[1].file_name, "reviewer.webm");
    strcpy(files[1].sha256, "not a digest");
    assert_int_equal(visit_recording_finished(clinic->service, id, &request, &picture),
                     REFUSAL_INVALID);
    AUTO(recording_list) list = NULL;
    assert_int_equal(visit_recording_read(clinic->service, id, &list), 0);
    /* Nothing of the attempts is left. */
    assert_int_equal(list->records[0].file_count, 0);
    assert_int_equal(list->records[0].recording.phase, RECORDING_FINISHING);
    finish(clinic, id);
    finish(clinic, id); /* said again */
    assert_int_equal(clinic_count_events(clinic, EVENT_RECORDING_ATTACHED), 1);
    request.file_count = 0;
    assert_int_equal(visit_recording_finished(clinic->service, "nothing", &request, &picture),
                     REFUSAL_NOT_FOUND);
}

static void a_recording_without_files_is_empty(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = clinic_recording(clinic);
    assert_int_equal(
        visit_recording_prepare(clinic->service, status.recording_id, KEY, sizeof(KEY), "m"), 0);
    assert_int_equal(
        visit_recording_prepare(clinic->service, status.recording_id, KEY, sizeof(KEY), "m"),
        REFUSAL_WRONG_STATE);
    clinic_command(clinic, PATIENT, RECORDING_COMMAND_STOP);
    const struct recording_finish request = {0};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_recording_finished(clinic->service, status.recording_id, &request, &picture), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_RECORDING_ATTACHED), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_RECORDING_FINISHED), 1);
}

static void a_full_disk_stops_it_and_says_so(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = flow(clinic);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_failed(clinic->service, status.recording_id,
                                            RECORDING_FAILURE_NO_SPACE, clinic->now_ms + 100,
                                            &picture),
                     0);
    assert_int_equal(picture->recording.state, RECORDING_STATE_STOPPED);
    assert_int_equal(picture->recording.reason, RECORDING_REASON_NO_SPACE);
    assert_int_equal(picture->recording.flow, RECORDING_FLOW_FINISH);
    assert_false(picture->recording.flowing);
    /* What was written is kept. */
    finish(clinic, status.recording_id);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_START);
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
}

static void a_restart_finds_what_was_broken_off(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = flow(clinic);
    const int64_t begin = clinic->now_ms;
    clinic_pass_ms(clinic, 60000);
    assert_int_equal(visit_conduct_recover(clinic->service), 0);
    AUTO(recording_list) list = NULL;
    assert_int_equal(visit_recording_unfinished(clinic->service, &list), 0);
    assert_int_equal(list->count, 1);
    assert_int_equal(list->records[0].recording.flowing_since_ms, begin);
    assert_recording(clinic, RECORDING_STATE_PAUSED, RECORDING_REASON_NOBODY_PRESENT,
                     RECORDING_FLOW_HOLD);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_recording_broken(clinic->service, status.recording_id, begin + 4000, &picture), 0);
    clinic_enter(clinic, PATIENT);
    /* The consents are as they were. */
    assert_recording(clinic, RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, RECORDING_FLOW_RUN);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_recording_flowing(clinic->service, status.recording_id, clinic->now_ms, &picture), 0);
    list = recording_list_destroy(list);
    assert_int_equal(visit_recording_read(clinic->service, status.recording_id, &list), 0);
    assert_int_equal(list->records[0].interval_count, 2);
    assert_int_equal(list->records[0].intervals[0].ended_at_ms, begin + 4000);
}

static void an_interval_that_nobody_closed_claims_nothing(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = flow(clinic);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_flowing(clinic->service, status.recording_id,
                                             clinic->now_ms + 9000, &picture),
                     0);
    AUTO(recording_list) list = NULL;
    assert_int_equal(visit_recording_read(clinic->service, status.recording_id, &list), 0);
    const struct recording_record *record = &list->records[0];
    assert_int_equal(record->interval_count, 2);
    assert_int_equal(record->intervals[0].started_at_ms, record->intervals[0].ended_at_ms);
}

static void segments_are_kept_by_name(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = flow(clinic);
    struct recording_segment segment = {
        .file_name = "0001.mkv", .started_at_ms = 1, .size_bytes = 10};
    strcpy(segment.participant_id, clinic->participants[PATIENT]);
    digest_of_token("a", segment.sha256);
    assert_int_equal(visit_recording_segment_closed(clinic->service, status.recording_id, &segment),
                     0);
    segment.size_bytes = 20;
    segment.complete = true;
    assert_int_equal(visit_recording_segment_closed(clinic->service, status.recording_id, &segment),
                     0);
    AUTO(recording_list) list = NULL;
    assert_int_equal(visit_recording_read(clinic->service, status.recording_id, &list), 0);
    assert_int_equal(list->records[0].segment_count, 1);
    assert_int_equal(list->records[0].segments[0].size_bytes, 20);
    /* Somebody of no visit. */
    strcpy(segment.participant_id, "stranger");
    assert_int_equal(visit_recording_segment_closed(clinic->service, status.recording_id, &segment),
                     REFUSAL_INVALID);
}

static void only_who_may_opens_a_file(void **state)
{
    (void)state;
    AUTO(clinic) clinic = start(":memory:");
    const struct recording_status status = flow(clinic);
    const char *id = status.recording_id;
    struct staff_session session;
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, TREATING), &session),
                     0);
    struct recording_grant grant;
    assert_int_equal(visit_recording_open(clinic->service, &session.actor, id, "patient.webm",
                                          RECORDING_ACCESS_PLAY, &grant),
                     REFUSAL_NOT_FOUND); /* not attached yet */
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_STOP);
    finish(clinic, id);
    assert_int_equal(visit_recording_open(clinic->service, &session.actor, id, "patient.webm",
                                          RECORDING_ACCESS_PLAY, &grant),
                     0);
    assert_int_equal(grant.recording.wrapped_key_size, sizeof(KEY));
    assert_memory_equal(grant.recording.wrapped_key, KEY, sizeof(KEY));
    assert_string_equal(grant.file.participant_id, clinic->participants[PATIENT]);
    assert_int_equal(visit_recording_open(clinic->service, &session.actor, id, "other.webm",
                                          RECORDING_ACCESS_PLAY, &grant),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(visit_recording_open(clinic->service, &session.actor, id, "patient.webm",
                                          RECORDING_ACCESS_EXPORT, &grant),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(visit_recording_open(clinic->service, &clinic->actors[PATIENT], id,
                                          "patient.webm", RECORDING_ACCESS_PLAY, &grant),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(visit_recording_open(clinic->service, &clinic->bedsidectl, id, "patient.webm",
                                          RECORDING_ACCESS_EXPORT, &grant),
                     0);
    AUTO(recording_list) list = NULL;
    assert_int_equal(visit_recording_list(clinic->service, &session.actor, clinic->case_id, &list),
                     0);
    assert_int_equal(list->records[0].recording.wrapped_key_size, 0);
    /* Staff of another case. */
    AUTO(clinical_case) other = clinic_make_case("SO-2");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, other), 0);
    strcpy(session.actor.case_id, other->id);
    assert_int_equal(visit_recording_open(clinic->service, &session.actor, id, "patient.webm",
                                          RECORDING_ACCESS_PLAY, &grant),
                     REFUSAL_NOT_PERMITTED);
    assert_true(clinic_verify_audit(clinic).intact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newcomer_without_consent_pauses_it),
        cmocka_unit_test(the_words_agreed_to_are_kept_in_their_language),
        cmocka_unit_test(consent_before_entering_keeps_it_flowing),
        cmocka_unit_test(taking_consent_back_pauses_it_at_once),
        cmocka_unit_test(commands_follow_the_drawing),
        cmocka_unit_test(the_books_hold_every_interval),
        cmocka_unit_test(finishing_is_all_or_nothing),
        cmocka_unit_test(a_recording_without_files_is_empty),
        cmocka_unit_test(a_full_disk_stops_it_and_says_so),
        cmocka_unit_test(a_restart_finds_what_was_broken_off),
        cmocka_unit_test(an_interval_that_nobody_closed_claims_nothing),
        cmocka_unit_test(segments_are_kept_by_name),
        cmocka_unit_test(only_who_may_opens_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

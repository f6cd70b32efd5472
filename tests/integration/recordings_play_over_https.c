/* A recording is played, downloaded, and found to be changed, over the gateway's own HTTP face. */
#include "tests/integration/demo_case.h"

#include "gateway/base/digest.h"
#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_recording.h"
#include "media/recording_file/recording_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define MEDIA_SIZE 300007 /* more than the chunks kept ahead, and no whole number of them */

struct recorded {
    struct appointment appointment;
    char physician_token[RANDOM_TOKEN_SIZE];
    char patient_id[UUID_TEXT_SIZE];
    char recording_id[UUID_TEXT_SIZE];
    char file_path[256];
    uint8_t data_key[RECORDING_KEY_SIZE];
    struct recording_file file;
};

static uint8_t media_byte(size_t offset)
{
    return (uint8_t)(offset * 31 + offset / 251);
}

static int begin_recording(void *context, struct visit_service *service)
{
    struct recorded *recorded = context;
    AUTO(visit_picture) picture = NULL;
    struct visit_actor physician;
    assert_int_equal(visit_arrival_resolve_seat(service, recorded->physician_token, &physician), 0);
    assert_int_equal(visit_conduct_enter(service, &physician, &picture), 0);
    picture = visit_picture_destroy(picture);
    const struct consent_request consent = {.purpose = CONSENT_RECORDING,
                                            .answer = CONSENT_GIVEN,
                                            .method = CONSENT_BY_BUTTON,
                                            .text_version = "1"};
    assert_int_equal(visit_recording_answer_consent(service, &physician, &consent, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_recording_command(service, &physician, RECORDING_COMMAND_START, &picture), 0);
    strcpy(recorded->recording_id, picture->recording.recording_id);
    uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE];
    recording_key_generate(recorded->data_key);
    recording_key_wrap(demo.rig.master_key, recorded->data_key, wrapped);
    return visit_recording_prepare(service, recorded->recording_id, wrapped, sizeof(wrapped),
                                   "test");
}

static int end_recording(void *context, struct visit_service *service)
{
    struct recorded *recorded = context;
    AUTO(visit_picture) picture = NULL;
    struct visit_actor physician;
    assert_int_equal(visit_arrival_resolve_seat(service, recorded->physician_token, &physician), 0);
    assert_int_equal(
        visit_recording_flowing(service, recorded->recording_id, 1795300000000, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_recording_paused(service, recorded->recording_id, 1795300005000, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_recording_command(service, &physician, RECORDING_COMMAND_STOP, &picture),
                     0);
    picture = visit_picture_destroy(picture);
    const struct recording_finish finish = {
        .files = &recorded->file, .file_count = 1, .wall_ms = 1795300005000};
    return visit_recording_finished(service, recorded->recording_id, &finish, &picture);
}

static void write_media(struct recorded *recorded)
{
    char folder[200];
    snprintf(folder, sizeof(folder), "%s/recordings/%s", demo.rig.folder, recorded->recording_id);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(recorded->file_path, sizeof(recorded->file_path), "%s/person.webm", folder);
    AUTO(recording_file_writer) writer = NULL;
    assert_int_equal(recording_file_writer_create_image(AT_FDCWD, recorded->file_path,
                                                        recorded->data_key, "", 0, 65536, &writer),
                     0);
    uint8_t *bytes = malloc(MEDIA_SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < MEDIA_SIZE; i++) {
        bytes[i] = media_byte(i);
    }
    assert_int_equal(recording_file_writer_append(writer, bytes, MEDIA_SIZE, 1), 0);
    free(bytes);
    struct recording_file *file = &recorded->file;
    uint8_t sha256[DIGEST_SHA256_SIZE];
    *file = (struct recording_file){
        .plain_size_bytes = MEDIA_SIZE, .duration_ms = 5000, .started_at_ms = 1795300000000};
    assert_int_equal(recording_file_writer_finish(writer, &file->size_bytes, sha256), 0);
    digest_to_hex(sha256, file->sha256);
    strcpy(file->participant_id, recorded->patient_id);
    strcpy(file->file_name, "person.webm");
    strcpy(file->media_type, "video/webm");
}

static void record(struct recorded *recorded)
{
    *recorded = (struct recorded){0};
    demo_appoint(&recorded->appointment);
    AUTO(browser) physician = browser_create(&demo.rig);
    AUTO(browser) patient = browser_create(&demo.rig);
    demo_arrive(patient, demo_secret_of(&recorded->appointment, "links", "patient"), "1955-03-14");
    strcpy(recorded->patient_id, demo_text_at(demo.answer.json, "participant"));
    demo_arrive(physician, demo_secret_of(&recorded->appointment, "links", "reviewing_physician"),
                NULL);
    assert_int_equal(demo.answer.status, 201);
    strcpy(recorded->physician_token, demo_text_at(demo.answer.json, "seat_token"));
    assert_int_equal(signaling_rig_on_store(&demo.rig, begin_recording, recorded), 0);
    write_media(recorded);
    assert_int_equal(signaling_rig_on_store(&demo.rig, end_recording, recorded), 0);
}

static void assert_media(size_t first, size_t length)
{
    assert_int_equal(demo.answer.size, length);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal((uint8_t)demo.answer.body[i], media_byte(first + i));
    }
}

static uint64_t audit_entries(void)
{
    demo_ask(demo.operator_browser, "/api/v1/audit/verify");
    assert_int_equal(demo.answer.status, 200);
    assert_true(json_is_true(json_object_get(demo.answer.json, "ok")));
    return (uint64_t)json_integer_value(json_object_get(demo.answer.json, "entries"));
}

static void a_recording_plays_in_ranges(void **state)
{
    (void)state;
    struct recorded recorded;
    record(&recorded);
    AUTO(browser) browser = browser_create(&demo.rig);
    char path[192];
    snprintf(path, sizeof(path), "/api/v1/recordings/%s/participants/%s/media",
             recorded.recording_id, recorded.patient_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 401);
    /* A seat is for the visit, not for its recording; a physician's too. */
    char cookie[128];
    snprintf(cookie, sizeof(cookie), "Cookie: __Host-bedside-seat=%s", recorded.physician_token);
    browser_ask(browser, &(struct request){.path = "/api/v1/session", .header = cookie},
                &demo.answer);
    assert_non_null(json_object_get(demo.answer.json, "seat"));
    browser_ask(browser, &(struct request){.path = path, .header = cookie}, &demo.answer);
    assert_int_equal(demo.answer.status, 401);
    demo_open_staff_session(browser, &recorded.appointment, "reviewing_physician");

    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 200);
    demo_assert_header("Content-Type", "video/webm");
    demo_assert_header("Accept-Ranges", "bytes");
    assert_media(0, MEDIA_SIZE);
    AUTO_FREE char *etag = answer_header(&demo.answer, "ETag");
    assert_non_null(etag);

    char if_range[160];
    snprintf(if_range, sizeof(if_range), "Range: bytes=0-9\r\nIf-Range: %s", etag);
    const struct {
        const char *header;
        long status;
        size_t first;
        size_t length;
        const char *content_range; /* NULL: none */
    } rows[] = {
        {"Range: bytes=0-0", 206, 0, 1, "bytes 0-0/300007"},
        {"Range: bytes=65530-65545", 206, 65530, 16, "bytes 65530-65545/300007"},
        {"Range: bytes=100-", 206, 100, MEDIA_SIZE - 100, "bytes 100-300006/300007"},
        {"Range: bytes=-7", 206, MEDIA_SIZE - 7, 7, "bytes 300000-300006/300007"},
        {"Range: bytes=299999-999999999999", 206, 299999, 8, "bytes 299999-300006/300007"},
        {"Range: bytes=0-1,5-6", 200, 0, MEDIA_SIZE, NULL},
        {"Range: lines=1-2", 200, 0, MEDIA_SIZE, NULL},
        {if_range, 206, 0, 10, "bytes 0-9/300007"},
        {"Range: bytes=0-9\r\nIf-Range: \"other\"", 200, 0, MEDIA_SIZE, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        browser_ask(browser, &(struct request){.path = path, .header = rows[i].header},
                    &demo.answer);
        assert_int_equal(demo.answer.status, rows[i].status);
        assert_media(rows[i].first, rows[i].length);
        AUTO_FREE char *content_range = answer_header(&demo.answer, "Content-Range");
        assert_int_equal(content_range != NULL, rows[i].content_range != NULL);
        if (content_range) {
            assert_string_equal(content_range, rows[i].content_range);
        }
    }
    browser_ask(browser, &(struct request){.path = path, .header = "Range: bytes=300007-"},
                &demo.answer);
    assert_int_equal(demo.answer.status, 416);
    demo_assert_header("Content-Range", "bytes */300007");
    browser_ask(browser, &(struct request){.path = path, .method = "HEAD"}, &demo.answer);
    assert_int_equal(demo.answer.status, 200);
    demo_assert_header("Content-Length", "300007");
    char same[160];
    snprintf(same, sizeof(same), "If-None-Match: %s", etag);
    browser_ask(browser, &(struct request){.path = path, .header = same}, &demo.answer);
    assert_int_equal(demo.answer.status, 304);
    demo_dismiss(&recorded.appointment);
}

static void a_download_carries_no_name_and_one_audit_entry(void **state)
{
    (void)state;
    struct recorded recorded;
    record(&recorded);
    AUTO(browser) browser = browser_create(&demo.rig);
    char path[192];
    demo_open_staff_session(browser, &recorded.appointment, "coordinator");
    snprintf(path, sizeof(path), "/api/v1/recordings/%s/participants/%s/media?download=1",
             recorded.recording_id, recorded.patient_id);
    const uint64_t before = audit_entries();
    for (int i = 0; i < 5; i++) {
        browser_ask(browser, &(struct request){.path = path, .header = "Range: bytes=1000-1999"},
                    &demo.answer);
        assert_int_equal(demo.answer.status, 206);
        AUTO_FREE char *disposition = answer_header(&demo.answer, "Content-Disposition");
        assert_non_null(disposition);
        assert_int_equal(strncmp(disposition, "attachment; ", 12), 0);
        assert_null(strcasestr(disposition, "ruth"));
        assert_null(strcasestr(disposition, "alder"));
    }
    /* One for the five, and the verification itself is one. */
    assert_int_equal(audit_entries() - before, 2);

    snprintf(path, sizeof(path), "/api/v1/recordings/%s/manifest", recorded.recording_id);
    demo_ask(demo.operator_browser, path);
    assert_int_equal(demo.answer.status, 200);
    assert_string_equal(demo_text_at(demo.answer.json, "visit"), recorded.appointment.visit_id);
    const json_t *file = json_array_get(json_object_get(demo.answer.json, "files"), 0);
    assert_string_equal(demo_text_at(file, "kind"), "playable");
    assert_string_equal(demo_text_at(file, "mime"), "video/webm");
    assert_string_equal(demo_text_at(file, "sha256"), recorded.file.sha256);

    snprintf(path, sizeof(path), "/api/v1/recordings?visit=%s", recorded.appointment.visit_id);
    demo_ask(demo.operator_browser, path);
    const json_t *recording = json_array_get(json_object_get(demo.answer.json, "recordings"), 0);
    assert_string_equal(demo_text_at(recording, "state"), "attached");
    const json_t *interval = json_array_get(json_object_get(recording, "intervals"), 0);
    assert_int_equal(json_integer_value(json_object_get(interval, "end")) -
                         json_integer_value(json_object_get(interval, "start")),
                     5000);
    demo_ask(demo.operator_browser, "/api/v1/recordings");
    assert_true(json_array_size(json_object_get(demo.answer.json, "recordings")) >= 1);
    demo_dismiss(&recorded.appointment);
}

static void a_changed_file_is_cut_off_not_played(void **state)
{
    (void)state;
    struct recorded recorded;
    record(&recorded);
    AUTO(browser) browser = browser_create(&demo.rig);
    char path[192];
    demo_open_staff_session(browser, &recorded.appointment, "coordinator");
    snprintf(path, sizeof(path), "/api/v1/recordings/%s/participants/%s/media",
             recorded.recording_id, recorded.patient_id);
    AUTO_CLOSE int fd = open(recorded.file_path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    uint8_t byte;
    const off_t middle = 2 * (RECORDING_CHUNK_SIZE + 20) + 1000;
    assert_int_equal(pread(fd, &byte, 1, middle), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, middle), 1);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 0); /* nobody takes half a body for a whole one */
    /* What was not changed still plays, and the gateway goes on. */
    browser_ask(browser, &(struct request){.path = path, .header = "Range: bytes=0-99"},
                &demo.answer);
    assert_int_equal(demo.answer.status, 206);
    assert_media(0, 100);
    assert_int_equal(unlink(recorded.file_path), 0);
    demo_ask(browser, path);
    assert_true(demo.answer.status >= 400);
    demo_dismiss(&recorded.appointment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_plays_in_ranges),
        cmocka_unit_test(a_download_carries_no_name_and_one_audit_entry),
        cmocka_unit_test(a_changed_file_is_cut_off_not_played),
    };
    return cmocka_run_group_tests(tests, demo_start, demo_stop);
}

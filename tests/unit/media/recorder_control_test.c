/* Messages between supervisor and recorder. */
#include "gateway/base/cleanup.h"
#include "media/recorder_control.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint8_t datagram[RECORDER_CONTROL_SIZE_MAX];
static struct recorder_control_message sent;
static struct recorder_control_message parsed;

static void a_configuration_survives_the_trip(void **state)
{
    (void)state;
    sent = (struct recorder_control_message){
        .type = RECORDER_CONTROL_CONFIGURE,
        .configuration = {.mode = RECORDER_MODE_FINISH,
                          .allow_weak_sandbox = true,
                          .uid = 65534,
                          .gid = 65533,
                          .minimum_free_bytes = 1ull << 40,
                          .memory_limit_bytes = 3,
                          .data_key = {1, 2, 3},
                          .directory = "/var/lib/bedside/recordings/x",
                          .interval_count = RECORDER_INTERVALS_MAX},
    };
    sent.configuration.intervals[RECORDER_INTERVALS_MAX - 1] =
        (struct recorder_interval){-5, 1700000000000};
    const size_t size = recorder_control_write(&sent, datagram);
    assert_int_equal(recorder_control_parse(datagram, size, &parsed), 0);
    assert_memory_equal(&parsed.configuration, &sent.configuration, sizeof sent.configuration);
    for (size_t cut = 0; cut < size; cut += 1 + cut / 50) {
        assert_int_equal(recorder_control_parse(datagram, cut, &parsed), -EBADMSG);
    }
}

static void a_file_report_survives_the_trip(void **state)
{
    (void)state;
    sent = (struct recorder_control_message){
        .type = RECORDER_CONTROL_PLAYABLE,
        .file = {.name = "a.webm.enc",
                 .label = "a",
                 .kind = MEDIA_KIND_VIDEO,
                 .codec = MEDIA_CODEC_VP8,
                 .number = 4,
                 .complete = true,
                 .interval_start_ms = 10,
                 .interval_end_ms = 20,
                 .start_us = 30,
                 .end_us = 40,
                 .size = 50,
                 .plain_size = 60,
                 .sha256 = {7},
                 .mime = "video/webm"},
    };
    const size_t size = recorder_control_write(&sent, datagram);
    assert_int_equal(recorder_control_parse(datagram, size, &parsed), 0);
    assert_memory_equal(&parsed.file, &sent.file, sizeof sent.file);
    datagram[size] = 0;
    assert_int_equal(recorder_control_parse(datagram, size + 1, &parsed), -EBADMSG);
}

static void a_recorder_can_not_name_files_elsewhere(void **state)
{
    (void)state;
    static const char *const names[] = {"", ".", "..", "../key", "/etc/passwd", "a/b", ".hidden"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        sent = (struct recorder_control_message){.type = RECORDER_CONTROL_SEGMENT_CLOSED};
        snprintf(sent.file.name, sizeof sent.file.name, "%s", names[i]);
        const size_t size = recorder_control_write(&sent, datagram);
        assert_int_equal(recorder_control_parse(datagram, size, &parsed), -EBADMSG);
    }
}

/* The type goes into a header of the gateway's own origin. */
static void a_recorder_can_not_choose_what_browsers_make_of_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *mime;
        int expected;
    } rows[] = {
        {"", 0}, /* segments have none */
        {"audio/webm; codecs=\"opus\"", 0},
        {"video/webm; codecs=\"vp8, opus\"", 0},
        {"video/mp4", 0},
        {"text/html", -EBADMSG},
        {"video/webmx", -EBADMSG},
        {"image/svg+xml", -EBADMSG},
        {"video/webm\r\n\r\n<script>", -EBADMSG},
        {"video/mp4;\nSet-Cookie: a=b", -EBADMSG},
        {"video/mp4; \xc3\xa4", -EBADMSG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        sent = (struct recorder_control_message){.type = RECORDER_CONTROL_PLAYABLE,
                                                 .file = {.name = "a.webm.sealed"}};
        snprintf(sent.file.mime, sizeof sent.file.mime, "%s", rows[i].mime);
        const size_t size = recorder_control_write(&sent, datagram);
        if (recorder_control_parse(datagram, size, &parsed) != rows[i].expected) {
            fail_msg("row %zu", i);
        }
    }
}

static void unknown_messages_are_refused(void **state)
{
    (void)state;
    static const uint8_t rows[][2] = {{0, 1},  {3, 1},   {15, 1},
                                      {24, 1}, {255, 1}, {RECORDER_CONTROL_STOP, 2}};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(recorder_control_parse(rows[i], 2, &parsed), -EBADMSG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_survives_the_trip),
        cmocka_unit_test(a_file_report_survives_the_trip),
        cmocka_unit_test(a_recorder_can_not_name_files_elsewhere),
        cmocka_unit_test(a_recorder_can_not_choose_what_browsers_make_of_a_file),
        cmocka_unit_test(unknown_messages_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A segment's header and name. */
#include "gateway/base/cleanup.h"
#include "media/recorder/segment_description.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_description_survives_the_trip(void **state)
{
    (void)state;
    const struct segment_description description = {MEDIA_KIND_VIDEO, MEDIA_CODEC_H264, 77,
                                                    1795000000000, "patient-1"};
    uint8_t bytes[SEGMENT_DESCRIPTION_SIZE_MAX];
    struct segment_description parsed;
    const size_t size = segment_description_write(&description, bytes);
    assert_int_equal(segment_description_parse(bytes, size, &parsed), 0);
    assert_int_equal(parsed.kind, description.kind);
    assert_int_equal(parsed.codec, description.codec);
    assert_int_equal(parsed.number, description.number);
    assert_int_equal(parsed.interval_start_ms, description.interval_start_ms);
    assert_string_equal(parsed.label, description.label);
    for (size_t cut = 0; cut < 16; cut++) {
        assert_int_equal(segment_description_parse(bytes, cut, &parsed), -EBADMSG);
    }
    bytes[0] = 2;
    assert_int_equal(segment_description_parse(bytes, size, &parsed), -EBADMSG);
    bytes[0] = 1;
    bytes[2] = MEDIA_CODEC_OPUS; /* a picture of sound */
    assert_int_equal(segment_description_parse(bytes, size, &parsed), -EBADMSG);
}

static void names_have_their_number(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool good;
        uint32_t number;
    } rows[] = {
        {"00012-video-patient.segment", true, 12},
        {"123456-audio-x.segment", true, 123456},
        {"0012-video-patient.segment", false, 0},
        {"00012-video-patient.webm.sealed", false, 0},
        {"00012.segment", false, 0},
        {"", false, 0},
        {".segment", false, 0},
        {"00012-video-patient.segment.part", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        uint32_t number = 0;
        assert_int_equal(segment_name_parse(rows[i].name, &number), rows[i].good);
        assert_int_equal(number, rows[i].number);
    }
    char name[SEGMENT_NAME_SIZE];
    const struct segment_description description = {MEDIA_KIND_AUDIO, MEDIA_CODEC_OPUS, 3, 0, "p"};
    segment_name_write(&description, name);
    assert_string_equal(name, "00003-audio-p.segment");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_description_survives_the_trip),
        cmocka_unit_test(names_have_their_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

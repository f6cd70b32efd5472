#include "media/rtp/h264_payload.h"

#include "gateway/base/cleanup.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void knows_the_units_of_each_packetization(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t payload[16];
        size_t size;
        int expected;
        struct h264_payload parsed;
    } cases[] = {
        {"nothing", {0}, 0, -EBADMSG, {0}},
        {"forbidden bit", {0xe5, 1}, 2, -EBADMSG, {0}},
        {"type 0", {0x60, 1}, 2, -EBADMSG, {0}},
        {"STAP-B", {0x79, 0, 0, 0, 1, 0x67}, 6, -EBADMSG, {0}},
        {"FU-B", {0x7d, 0x85, 0, 0, 1}, 5, -EBADMSG, {0}},
        {"type 31", {0x7f, 1}, 2, -EBADMSG, {0}},
        {"slice", {0x41, 1}, 2, 0, {0}},
        {"slice nobody needs", {0x01, 1}, 2, 0, {.non_reference = true}},
        {"IDR without parameters", {0x65, 1}, 2, 0, {.idr = true}},
        {"SPS", {0x67, 1}, 2, 0, {.parameter_sets = true, .keyframe = true}},
        {"PPS", {0x68, 1}, 2, 0, {0}},
        {"STAP-A: SPS, PPS",
         {0x78, 0, 2, 0x67, 1, 0, 1, 0x68},
         8,
         0,
         {.parameter_sets = true, .keyframe = true}},
        {"STAP-A: PPS, SPS, IDR",
         {0x78, 0, 1, 0x68, 0, 1, 0x67, 0, 2, 0x65, 1},
         11,
         0,
         {.parameter_sets = true, .idr = true, .keyframe = true}},
        {"STAP-A without units", {0x78}, 1, -EBADMSG, {0}},
        {"STAP-A, empty unit", {0x78, 0, 0}, 3, -EBADMSG, {0}},
        {"STAP-A, cut size", {0x78, 0, 1, 0x67, 0}, 5, -EBADMSG, {0}},
        {"STAP-A past the end", {0x78, 0, 3, 0x67, 1}, 5, -EBADMSG, {0}},
        {"FU-A, start of an IDR", {0x7c, 0x85, 1}, 3, 0, {.idr = true}},
        {"FU-A, middle of an IDR", {0x7c, 0x05, 1}, 3, 0, {0}},
        {"FU-A, start of an SPS",
         {0x7c, 0x87, 1},
         3,
         0,
         {.parameter_sets = true, .keyframe = true}},
        {"FU-A without data", {0x7c, 0x85}, 2, -EBADMSG, {0}},
        {"FU-A without header", {0x7c}, 1, -EBADMSG, {0}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct h264_payload parsed = {0};
        const int rc = h264_payload_parse(cases[i].payload, cases[i].size, &parsed);
        if (rc != cases[i].expected || parsed.idr != cases[i].parsed.idr ||
            parsed.parameter_sets != cases[i].parsed.parameter_sets ||
            parsed.keyframe != cases[i].parsed.keyframe ||
            parsed.non_reference != cases[i].parsed.non_reference) {
            fail_msg("%s: %d", cases[i].what, rc);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_units_of_each_packetization),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

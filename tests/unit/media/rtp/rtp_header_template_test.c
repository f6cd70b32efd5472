#include "media/rtp/rtp_header_template.h"

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_same_as_written_at_once(const struct rtp_header *line,
                                           const struct media_extension_ids *ids)
{
    struct rtp_header_template header_template;
    rtp_header_template_init(&header_template, line, ids);
    for (unsigned i = 0; i < 20; i++) {
        struct rtp_header header = *line;
        uint8_t expected[RTP_HEADER_SIZE_MAX];
        uint8_t bytes[RTP_HEADER_SIZE_MAX];
        header.marker = random_below(2) == 1;
        header.sequence = (uint16_t)random_u32();
        header.timestamp = random_u32();
        header.transport_sequence = (uint16_t)random_u32();
        header.audio_level.voice = random_below(2) == 1;
        header.audio_level.minus_dbov = (uint8_t)random_below(128);
        const struct rtp_header_numbers numbers = {
            .marker = header.marker,
            .sequence = header.sequence,
            .timestamp = header.timestamp,
            .transport_sequence = header.transport_sequence,
            .audio_level = header.audio_level,
        };
        const int size = rtp_header_write(&header, ids, expected, sizeof(expected));
        assert_int_equal(rtp_header_template_write(&header_template, &numbers, bytes), size);
        assert_memory_equal(bytes, expected, size);
    }
}

static void every_layout_is_that_of_a_header_written_at_once(void **state)
{
    (void)state;
    static const uint8_t ids[] = {0, 3, 14, 15, 200}; /* not negotiated; one-byte; two-byte form */
    static const char *const mids[] = {NULL, "", "0", "sixteen-letters!"};
    for (size_t layout = 0; layout < 5 * 5 * 5 * 4 * 4 * 3; layout++) {
        const struct media_extension_ids extensions = {
            .mid = ids[layout % 5],
            .audio_level = ids[layout / 5 % 5],
            .transport_cc = ids[layout / 25 % 5],
            .playout_delay = ids[layout / 2000 % 3 * 2], /* none, 14, 200 */
        };
        const struct rtp_header line = {
            .payload_type = 96,
            .ssrc = 0x89abcdef,
            .mid = mids[layout / 125 % 4],
            .marker = true, /* of no packet */
            .has_transport_sequence = layout / 500 % 2,
            .audio_level.present = layout / 1000 % 2,
            .playout_delay = {.present = layout / 2000 > 0, .min_ms = 140},
        };
        assert_same_as_written_at_once(&line, &extensions);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_is_that_of_a_header_written_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "media/transport/tcp_framing.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void frames_are_found_when_they_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        int result;
        size_t packet_size;
    } rows[] = {
        {"", 0, 0, 0},
        {"\x00", 1, 0, 0},
        {"\x00\x00", 2, 2, 0}, /* a packet of nothing */
        {"\x00\x03", 2, 0, 0},
        {"\x00\x03"
         "ab",
         4, 0, 0},
        {"\x00\x03"
         "abc",
         5, 5, 3},
        {"\x00\x03"
         "abcd",
         6, 5, 3},
        {"\x07\xff"
         "x",
         3, 0, 0},
        {"\x08\x00"
         "x",
         3, 0, 0}, /* 2048, the largest */
        {"\x08\x01", 2, -EMSGSIZE, 0},
        {"\xff\xff", 2, -EMSGSIZE, 0},
        {"\x16\x03\x01", 3, -EMSGSIZE, 0}, /* TLS */
        {"GET / HTTP", 10, -EMSGSIZE, 0},
        {"SSH-2.0", 7, -EMSGSIZE, 0},
        {"\x80\x00", 2, -EMSGSIZE, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const uint8_t *packet = NULL;
        size_t packet_size = 0;
        const uint8_t *bytes = (const uint8_t *)rows[i].bytes;
        const int result = tcp_framing_next(bytes, rows[i].size, &packet, &packet_size);
        if (result != rows[i].result || packet_size != rows[i].packet_size ||
            (result > 0 && packet != bytes + 2)) {
            fail_msg("row %zu: %d, %zu bytes", i, result, packet_size);
        }
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint8_t frame[TCP_FRAMING_SIZE_MAX] = {0};
    for (size_t size = 0; size <= TCP_FRAMING_PACKET_SIZE_MAX; size++) {
        const uint8_t *packet = NULL;
        size_t packet_size = 0;
        tcp_framing_write_header(size, frame);
        assert_int_equal(tcp_framing_next(frame, 2 + size, &packet, &packet_size), 2 + size);
        assert_int_equal(packet_size, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_found_when_they_are_whole),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

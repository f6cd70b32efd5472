#include "gateway/base/byte_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void writes_every_width_big_endian(void **state)
{
    (void)state;
    static const uint8_t expected[] = {1,  2,  3,  4,  5,  6,  7,  8, 9, 10,  11,
                                       12, 13, 14, 15, 16, 17, 18, 0, 0, 0xaa};
    uint8_t data[21];
    struct byte_writer writer = byte_writer_over(data, sizeof(data));
    byte_writer_u8(&writer, 0x01);
    byte_writer_u16(&writer, 0x0203);
    byte_writer_u24(&writer, 0x040506);
    byte_writer_u32(&writer, 0x0708090a);
    byte_writer_u64(&writer, 0x0b0c0d0e0f101112);
    byte_writer_zeros(&writer, 2);
    byte_writer_bytes(&writer, "\xaa", 1);
    assert_false(byte_writer_failed(&writer));
    assert_int_equal(writer.size, sizeof(expected));
    assert_memory_equal(data, expected, sizeof(expected));
}

static void cannot_pass_its_end(void **state)
{
    (void)state;
    uint8_t data[4] = {9, 9, 9, 9};
    struct byte_writer writer = byte_writer_over(data, 3);
    byte_writer_u16(&writer, 0x0102);
    byte_writer_u16(&writer, 0x0304);
    assert_true(byte_writer_failed(&writer));
    assert_int_equal(writer.size, 2);
    byte_writer_u8(&writer, 5); /* for good, though it would fit */
    assert_int_equal(writer.size, 2);
    assert_memory_equal(data, "\x01\x02\x09\x09", 4);

    writer = byte_writer_over(data, 3);
    assert_null(byte_writer_reserve(&writer, SIZE_MAX));
    assert_true(byte_writer_failed(&writer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_width_big_endian),
        cmocka_unit_test(cannot_pass_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

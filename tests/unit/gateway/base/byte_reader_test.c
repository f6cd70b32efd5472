#include "gateway/base/byte_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_every_width_big_endian(void **state)
{
    (void)state;
    static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
    struct byte_reader reader = byte_reader_over(data, sizeof(data));
    assert_int_equal(byte_reader_u8(&reader), 0x01);
    assert_int_equal(byte_reader_u16(&reader), 0x0203);
    assert_int_equal(byte_reader_u24(&reader), 0x040506);
    assert_int_equal(byte_reader_u32(&reader), 0x0708090a);
    assert_true(byte_reader_u64(&reader) == 0x0b0c0d0e0f101112);
    assert_int_equal(byte_reader_remaining(&reader), 0);
    assert_false(byte_reader_failed(&reader));
}

static void cannot_pass_its_end(void **state)
{
    (void)state;
    static const uint8_t data[] = {1, 2, 3};
    struct byte_reader reader = byte_reader_over(data, sizeof(data));
    assert_int_equal(byte_reader_u32(&reader), 0);
    assert_true(byte_reader_failed(&reader));
    assert_int_equal(byte_reader_u8(&reader), 0); /* for good, though a byte would be there */
    assert_int_equal(byte_reader_remaining(&reader), 3);

    reader = byte_reader_over(data, sizeof(data));
    byte_reader_skip(&reader, SIZE_MAX); /* a length from a packet must not wrap */
    assert_true(byte_reader_failed(&reader));

    reader = byte_reader_over(data, sizeof(data));
    assert_ptr_equal(byte_reader_take(&reader, 3), data);
    assert_non_null(byte_reader_take(&reader, 0));
    assert_false(byte_reader_failed(&reader));
    assert_null(byte_reader_take(&reader, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_width_big_endian),
        cmocka_unit_test(cannot_pass_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

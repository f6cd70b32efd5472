#include "signaling/server/byte_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RFC 9110, 14.1.2 has most of these. */
static void test_table(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        uint64_t size;
        enum byte_range_kind kind;
        uint64_t first;
        uint64_t last;
    } rows[] = {
        {"", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=0-499", 1000, BYTE_RANGE_PART, 0, 499},
        {"bytes=500-999", 1000, BYTE_RANGE_PART, 500, 999},
        {"Bytes=500-999", 1000, BYTE_RANGE_PART, 500, 999},
        {"bytes=500-", 1000, BYTE_RANGE_PART, 500, 999},
        {"bytes=-500", 1000, BYTE_RANGE_PART, 500, 999},
        {"bytes=-1", 1000, BYTE_RANGE_PART, 999, 999},
        {"bytes=0-0", 1000, BYTE_RANGE_PART, 0, 0},
        {"bytes=0-", 1000, BYTE_RANGE_PART, 0, 999},
        {"bytes=999-5000", 1000, BYTE_RANGE_PART, 999, 999},
        {"bytes=-5000", 1000, BYTE_RANGE_PART, 0, 999},
        {"bytes=0-999999999999999999", 1000, BYTE_RANGE_PART, 0, 999},
        {"bytes=5000000000-5000000001", UINT64_C(6000000000), BYTE_RANGE_PART, UINT64_C(5000000000),
         UINT64_C(5000000001)},
        /* Beyond the end. */
        {"bytes=1000-", 1000, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=1000-2000", 1000, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-0", 1000, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=0-", 0, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-5", 0, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        /* Several ranges, other units, nonsense: as if there were no header. */
        {"bytes=0-0,-1", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=500-600,601-999", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"lines=0-5", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=-", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=a-b", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=500-400", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=5", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=0-5x", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=+0-5", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=--5", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=0x10-20", 1000, BYTE_RANGE_WHOLE, 0, 0},
        {"bytes=99999999999999999999999-", 1000, BYTE_RANGE_WHOLE, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct byte_range range = byte_range_parse(rows[i].header, rows[i].size);
        if (range.kind != rows[i].kind ||
            (range.kind == BYTE_RANGE_PART &&
             (range.first != rows[i].first || range.last != rows[i].last))) {
            fail_msg("row %zu (%s): kind %d, %ju to %ju", i, rows[i].header, (int)range.kind,
                     (uintmax_t)range.first, (uintmax_t)range.last);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

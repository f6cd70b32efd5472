#include "gateway/notifications/local_time.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void times_are_written_for_the_reader(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_ms;
        enum local_time_form form;
        const char *language;
        const char *zone;
        const char *text;
    } cases[] = {
        /* 2026-11-24, 21:30 UTC */
        {1795555800000, LOCAL_TIME_DAY, "en-US", "America/Denver", "Tuesday, November 24"},
        {1795555800000, LOCAL_TIME_FULL, "en-US", "America/Denver",
         "Tuesday, November 24 at 2:30 PM Mountain Time"},
        {1795555800000, LOCAL_TIME_FULL, "en", "America/New_York",
         "Tuesday, November 24 at 4:30 PM Eastern Time"},
        {1795555800000, LOCAL_TIME_DAY, "es-US", "America/Denver", "martes, 24 de noviembre"},
        {1795555800000, LOCAL_TIME_DAY, "es", "Pacific/Auckland",
         "mi\xc3\xa9rcoles, 25 de noviembre"},
        /* The day on which clocks are set back: 2026-11-01, 07:30 and 08:30 UTC. */
        {1793518200000, LOCAL_TIME_FULL, "en-US", "America/Denver",
         "Sunday, November 1 at 1:30 AM Mountain Time"},
        {1795555800000, LOCAL_TIME_DAY, "", "", "Tuesday, November 24"},
        {1795555800000, LOCAL_TIME_DAY, "!!", "UTC", "Tuesday, November 24"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *text =
            local_time_write(cases[i].wall_ms, cases[i].form, cases[i].language, cases[i].zone);
        assert_string_equal(text, cases[i].text);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(times_are_written_for_the_reader)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

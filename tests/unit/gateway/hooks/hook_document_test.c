#include "gateway/hooks/hook_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_document_has_ids_and_codes(void **state)
{
    (void)state;
    const struct outbox_entry entry = {
        .sequence = 7,
        .attempts = 2,
        .event = {.id = "event-1",
                  .case_id = "case-1",
                  .visit_id = "visit-1",
                  .kind = EVENT_RECORDING_ATTACHED,
                  .at_ms = 1790000000007,
                  .recording_id = "recording-1",
                  .detail = "cafe"},
    };
    AUTO_FREE char *text = hook_document_create(&entry);
    assert_string_equal(text, "{\"id\":\"event-1\",\"type\":\"recording.attached\","
                              "\"time\":\"2026-09-21T14:13:20.007Z\",\"attempt\":3,"
                              "\"case_id\":\"case-1\",\"visit_id\":\"visit-1\","
                              "\"recording_id\":\"recording-1\",\"detail\":\"cafe\"}");
}

static void times_are_utc_with_milliseconds(void **state)
{
    (void)state;
    const struct outbox_entry entry = {.event = {.id = "e", .kind = EVENT_VISIT_OPENED}};
    AUTO_FREE char *text = hook_document_create(&entry);
    assert_string_equal(text, "{\"id\":\"e\",\"type\":\"visit.opened\","
                              "\"time\":\"1970-01-01T00:00:00.000Z\",\"attempt\":1}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_has_ids_and_codes),
        cmocka_unit_test(times_are_utc_with_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

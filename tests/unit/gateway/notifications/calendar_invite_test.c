#include "gateway/notifications/calendar_invite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libical/ical.h>

static struct calendar_invite make_invite(void)
{
    return (struct calendar_invite){
        .uid = "0192-visit@visits.example",
        .sequence = 2,
        .written_at_ms = 1795000000000,
        .starts_at_ms = 1795555800000, /* 2026-11-24, 21:30 UTC */
        .minutes = 45,
        .time_zone = "America/Denver",
        .language = "es-US",
        .title = "Visita por video con Dr. Lund",
        .text = "L\xc3\xadnea; con, signos\ny otra",
        .organizer = "desk@hospital.example",
        .organizer_name = "Second Opinion Desk; \"East\"",
        .attendee = "ruth@mail.example",
    };
}

static const char *tzid_of(icalcomponent *event)
{
    icalproperty *start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    return icalparameter_get_tzid(icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER));
}

static void a_calendar_understands_it(void **state)
{
    (void)state;
    struct calendar_invite invite = make_invite();
    char *text = calendar_invite_write(&invite);
    print_message("%s", text);
    icalcomponent *calendar = icalparser_parse_string(text);
    assert_non_null(calendar);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    assert_int_equal(icalcomponent_get_method(calendar), ICAL_METHOD_REQUEST);
    assert_int_equal(icalcomponent_count_components(calendar, ICAL_VTIMEZONE_COMPONENT), 1);
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    const icaltimetype start = icalcomponent_get_dtstart(event);
    const icaltimetype end = icalcomponent_get_dtend(event);
    assert_int_equal(start.hour, 14);
    assert_int_equal(start.minute, 30);
    const icaltimezone *zone = icalcomponent_get_timezone(calendar, tzid_of(event));
    assert_non_null(zone);
    assert_int_equal(icaltime_as_timet_with_zone(start, zone), 1795555800);
    assert_int_equal(icaltime_as_timet_with_zone(end, zone), 1795555800 + 45 * 60);
    assert_string_equal(icalcomponent_get_summary(event), invite.title);
    assert_string_equal(icalcomponent_get_description(event), invite.text);
    assert_string_equal(icalcomponent_get_uid(event), invite.uid);
    assert_int_equal(icalcomponent_get_sequence(event), 2);
    assert_non_null(strstr(text, "DTSTART;TZID=America/Denver:20261124T143000\r\n"));
    assert_non_null(strstr(text, "BEGIN:VTIMEZONE\r\nTZID:America/Denver\r\n"));
    assert_null(strstr(text, "http"));
    icalcomponent_free(calendar);
    for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
        assert_int_equal(line[-1], '\r');
    }
    free(text);
}

static void one_that_is_cancelled(void **state)
{
    (void)state;
    struct calendar_invite invite = make_invite();
    invite.cancelled = true;
    char *text = calendar_invite_write(&invite);
    assert_non_null(strstr(text, "METHOD:CANCEL\r\n"));
    assert_non_null(strstr(text, "STATUS:CANCELLED\r\n"));
    free(text);
}

static void a_zone_that_nobody_knows_is_utc(void **state)
{
    (void)state;
    struct calendar_invite invite = make_invite();
    invite.time_zone = "Mars/Olympus";
    char *text = calendar_invite_write(&invite);
    assert_non_null(strstr(text, "DTSTART:20261124T213000Z\r\n"));
    assert_null(strstr(text, "VTIMEZONE"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calendar_understands_it),
        cmocka_unit_test(one_that_is_cancelled),
        cmocka_unit_test(a_zone_that_nobody_knows_is_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "gateway/notifications/calendar_invite.h"

#include <glib.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_MINUTE 60000LL
#define YEAR_MS (366 * 24 * 60 * MS_PER_MINUTE)

static icaltimetype time_at(int64_t wall_ms, icaltimezone *zone)
{
    icaltimetype time = icaltime_from_timet_with_zone((time_t)(wall_ms / 1000), 0, zone);
    return icaltime_set_timezone(&time, zone); /* or it is written as UTC */
}

static void add_time(icalcomponent *event, icalproperty *property, icaltimezone *zone)
{
    if (zone != icaltimezone_get_utc_timezone()) {
        icalproperty_add_parameter(property,
                                   icalparameter_new_tzid(icaltimezone_get_location(zone)));
    }
    icalcomponent_add_property(event, property);
}

static void add_address(icalcomponent *event, icalproperty *property, const char *name)
{
    if (name[0]) {
        icalproperty_add_parameter(property, icalparameter_new_cn(name));
    }
    icalcomponent_add_property(event, property);
}

static void add_text(icalcomponent *event, icalproperty *property, const char *language)
{
    icalproperty_add_parameter(property, icalparameter_new_language(language));
    icalcomponent_add_property(event, property);
}

static void add_people(icalcomponent *event, const struct calendar_invite *invite)
{
    g_autofree char *organizer = g_strconcat("mailto:", invite->organizer, NULL);
    g_autofree char *attendee = g_strconcat("mailto:", invite->attendee, NULL);
    icalproperty *invited = icalproperty_new_attendee(attendee);
    icalproperty_add_parameter(invited, icalparameter_new_partstat(ICAL_PARTSTAT_ACCEPTED));
    icalproperty_add_parameter(invited, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
    add_address(event, icalproperty_new_organizer(organizer), invite->organizer_name);
    add_address(event, invited, "");
}

static icalcomponent *write_event(const struct calendar_invite *invite, icaltimezone *zone)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    const int64_t ends_at_ms = invite->starts_at_ms + (int64_t)invite->minutes * MS_PER_MINUTE;
    icalcomponent_add_property(event, icalproperty_new_uid(invite->uid));
    icalcomponent_add_property(event, icalproperty_new_dtstamp(time_at(
                                          invite->written_at_ms, icaltimezone_get_utc_timezone())));
    icalcomponent_add_property(event, icalproperty_new_sequence((int)invite->sequence));
    add_time(event, icalproperty_new_dtstart(time_at(invite->starts_at_ms, zone)), zone);
    add_time(event, icalproperty_new_dtend(time_at(ends_at_ms, zone)), zone);
    add_text(event, icalproperty_new_summary(invite->title), invite->language);
    add_text(event, icalproperty_new_description(invite->text), invite->language);
    icalcomponent_add_property(event, icalproperty_new_class(ICAL_CLASS_PRIVATE));
    icalcomponent_add_property(
        event,
        icalproperty_new_status(invite->cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
    add_people(event, invite);
    return event;
}

/* The rules from the year before on, under the IANA name alone: many calendars know it without
 * them. */
static icalcomponent *write_zone(const struct calendar_invite *invite, icaltimezone *zone)
{
    icaltimezone *utc = icaltimezone_get_utc_timezone();
    icalcomponent *rules = icalcomponent_new_clone(icaltimezone_get_component(zone));
    icalproperty *name = icalcomponent_get_first_property(rules, ICAL_TZID_PROPERTY);
    icalproperty_set_tzid(name, icaltimezone_get_location(zone));
    icaltimezone_truncate_vtimezone(rules, time_at(invite->starts_at_ms - YEAR_MS, utc),
                                    icaltime_null_time(), 0);
    return rules;
}

char *calendar_invite_write(const struct calendar_invite *invite)
{
    icaltimezone *zone = icaltimezone_get_builtin_timezone(invite->time_zone);
    icaltimezone *used = zone ? zone : icaltimezone_get_utc_timezone();
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Bedside//Video visits//EN"));
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(
        calendar,
        icalproperty_new_method(invite->cancelled ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST));
    if (zone) {
        icalcomponent_add_component(calendar, write_zone(invite, zone));
    }
    icalcomponent_add_component(calendar, write_event(invite, used));
    char *text = icalcomponent_as_ical_string_r(calendar);
    icalcomponent_free(calendar);
    if (!text) {
        abort();
    }
    return text;
}

/* calendar_invite.h - a visit as an entry for calendars: iCalendar (RFC 5545) with the method of
 * RFC 5546, in the reader's time zone.
 *
 * It carries no link and no name of a patient: calendars are shared, shown on walls and copied to
 * employers. Pure. Thread: any. */
#ifndef BEDSIDE_NOTIFICATIONS_CALENDAR_INVITE_H
#define BEDSIDE_NOTIFICATIONS_CALENDAR_INVITE_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_invite {
    const char *uid; /* the same for every version of an appointment and every person */
    bool cancelled;
    uint32_t sequence; /* grows with every change */
    int64_t written_at_ms;
    int64_t starts_at_ms;
    uint32_t minutes;
    const char *time_zone; /* IANA; one that is not known: UTC */
    const char *language;  /* BCP 47 */
    const char *title;
    const char *text;
    const char *organizer; /* an address */
    const char *organizer_name;
    const char *attendee; /* an address */
};

/* Returns owned text, lines ending in CRLF. */
char *calendar_invite_write(const struct calendar_invite *invite);

#endif

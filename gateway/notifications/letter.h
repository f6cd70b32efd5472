/* letter.h - what one person is written about a visit: a mail with a calendar entry, or a text
 * message, in their language and time zone. It says no more than who, when and how.
 * Pure. Thread: any. */
#ifndef BEDSIDE_NOTIFICATIONS_LETTER_H
#define BEDSIDE_NOTIFICATIONS_LETTER_H

#include "gateway/notifications/letter_words.h"
#include "gateway/visits/visit_notification.h"

/* What is the same in all letters of a site. */
struct letter_site {
    const char *organisation;
    const char *phone;  /* ""; for who needs a hand */
    const char *origin; /* "https://visits.hospital.example" */
    const char *from;   /* an address */
};

struct letter {
    char *subject;
    char *text;     /* a mail's plain text */
    char *html;     /* the same */
    char *calendar; /* iCalendar; NULL: what stands in calendars stays as it is */
    bool cancels;   /* the calendar's method is CANCEL, else REQUEST */
    char *message;  /* all of it in a text message */
    char *language; /* BCP 47 */
};

/* Never fails. Owned; holds the link's secret. */
struct letter *letter_create(const struct letter_words *words, const struct letter_site *site,
                             const struct notification_job *job, int64_t now_ms);
/* Wipes it. Accepts NULL. Always returns NULL. */
struct letter *letter_destroy(struct letter *letter);
DEFINE_AUTO(letter)

#endif

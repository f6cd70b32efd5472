/* mail_message.h - a letter as an Internet message (RFC 5322, MIME): plain text, HTML and the
 * calendar entry as alternatives, the entry attached as well (RFC 6047, 2.4); without one the text
 * alone. Thread: one at a time. */
#ifndef BEDSIDE_NOTIFICATIONS_MAIL_MESSAGE_H
#define BEDSIDE_NOTIFICATIONS_MAIL_MESSAGE_H

#include "gateway/notifications/letter.h"

struct mail_addresses {
    const char *from;
    const char *from_name;
    const char *reply_to; /* "": none */
    const char *to;
    const char *to_name;
    const char *id; /* the same at every attempt: "<id>@<host of from>" */
};

/* Returns owned text, lines ending in CRLF. */
char *mail_message_write(const struct letter *letter, const struct mail_addresses *addresses,
                         int64_t now_ms);

#endif

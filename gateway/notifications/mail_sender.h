/* mail_sender.h - hands a message to a mail server (RFC 5321, through libcurl).
 * Thread: one that may wait; up to a minute. */
#ifndef BEDSIDE_NOTIFICATIONS_MAIL_SENDER_H
#define BEDSIDE_NOTIFICATIONS_MAIL_SENDER_H

#include "gateway/visits/visit_notification.h"

#include <stdatomic.h>

struct mail_server {
    const char *url;            /* "smtps://mail.example:465", "smtp://mail.example:587" */
    const char *user;           /* "": no authentication */
    const char *password;       /* "" */
    const char *authority_file; /* PEM; NULL: the system's */
    bool without_tls;           /* else STARTTLS is required of smtp:// */
};

/* Gives up early once `*stop` is true. `ret_code`: static, why not; "" when it was taken. */
enum notification_outcome mail_sender_send(const struct mail_server *server, const char *from,
                                           const char *to, const char *message,
                                           const atomic_bool *stop, const char **ret_code);

#endif

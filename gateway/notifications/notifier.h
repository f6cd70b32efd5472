/* notifier.h - writes to the people of visits: takes what is due from the store, sends it by mail
 * or hands it to the site's program for text messages, and says what became of it.
 *
 * The program (local_program.h) gets {"to": "+1 406 555 0142", "text": "...", "language": "es-US"}
 * on standard input; exit code 0 means sent. One letter is on its way at a time.
 * Thread: its own, started by create. */
#ifndef BEDSIDE_NOTIFICATIONS_NOTIFIER_H
#define BEDSIDE_NOTIFICATIONS_NOTIFIER_H

#include "gateway/notifications/letter.h"
#include "gateway/notifications/mail_sender.h"

struct visit_service_thread;

struct notifier_config {
    struct letter_site site;
    struct mail_server server; /* url "": no mail */
    const char *reply_to;      /* "": none */
    const char *text_program;  /* absolute; NULL: no text messages */
    uint32_t look_ms;          /* how often it looks what is due; 0: 5000 */
};

struct notifier;

/* All texts are borrowed for the notifier's life, `words` and `thread` too; destroy it before them.
 * Returns 0 or a negative errno. */
int notifier_create(const struct notifier_config *config, const struct letter_words *words,
                    struct visit_service_thread *thread, struct notifier **ret_notifier);
/* A letter on its way is given up and sent again after the next start. Accepts NULL. */
struct notifier *notifier_destroy(struct notifier *notifier);
DEFINE_AUTO(notifier)

#endif

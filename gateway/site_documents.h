/* site_documents.h - what a site says in files of its own, besides the configuration that names
 * them: licence rules, questionnaires, what to do in an emergency, the words of consent and of
 * letters. Loaded once, before the store; afterwards any thread may read it. Errors: a file that
 * cannot be read or makes no sense is logged with its place, and ends the start. Thread: main. */
#ifndef BEDSIDE_GATEWAY_SITE_DOCUMENTS_H
#define BEDSIDE_GATEWAY_SITE_DOCUMENTS_H

#include "gateway/config.h"
#include "gateway/consent_words.h"
#include "gateway/notifications/notifier.h"
#include "signaling/api/emergency_document.h"
#include "signaling/api/licence_document.h"
#include "signaling/api/screening_settings.h"

struct site_documents {
    struct licence_rules licence_rules;
    struct screening_settings *screening; /* NULL: nobody is asked anything */
    struct emergency_site emergency;
    struct consent_words consent_words;
    struct notification_rules notification_rules;
    struct letter_words *letter_words;
    char *mail_password;
};

/* What is sent at all, and the words for it. Returns 0 or a negative errno. */
int site_documents_load_letters(struct site_documents *site, const struct gateway_config *config);
/* Everything else. Returns 0 or a negative errno; what was loaded stays until finish. */
int site_documents_load_rules(struct site_documents *site, const struct gateway_config *config);
/* Frees it, and wipes the password. Half loaded or zeroed is fine. */
void site_documents_finish(struct site_documents *site);

#endif

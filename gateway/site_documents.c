#include "gateway/site_documents.h"

#include "gateway/base/allocate.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/config.h"
#include "gateway/consent_words.h"
#include "signaling/api/consent_document.h"
#include "signaling/api/emergency_document.h"
#include "signaling/api/licence_document.h"
#include "signaling/api/screening_settings.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

LOG_TOPIC("gateway");

static int load_licence_rules(struct site_documents *site, const struct gateway_config *config)
{
    const char *path = config->visit.licence_rules_file;
    struct document_problem problem;
    if (!path) {
        return 0;
    }
    const int result = licence_rules_document_load(path, &site->licence_rules, &problem);
    if (result < 0) {
        log_error("licence_rules_unusable", "where=\"%s\" error=\"%s\"", problem.where,
                  problem.message);
    }
    return result;
}

static int load_screening(struct site_documents *site, const struct gateway_config *config)
{
    struct screening_settings_problem problem;
    if (!config->screening.questionnaires) {
        return 0;
    }
    const int result = screening_settings_load(
        config->screening.questionnaires, config->screening.rules_file, &site->screening, &problem);
    if (result < 0) {
        log_error("screening_unusable", "file=\"%s\" where=\"%s\" error=\"%s\"", problem.file,
                  problem.at.where, problem.at.message);
    }
    return result;
}

static int load_emergency(struct site_documents *site, const struct gateway_config *config)
{
    const char *path = config->visit.emergency_file;
    struct document_problem problem;
    if (!path) {
        return 0;
    }
    const int result = emergency_document_load(path, &site->emergency, &problem);
    if (result < 0) {
        log_error("emergency_file_unusable", "where=\"%s\" error=\"%s\"", problem.where,
                  problem.message);
    }
    return result;
}

/* The site's words, or ours. */
static int load_consent_words(struct site_documents *site, const struct gateway_config *config)
{
    const char *path = config->visit.consent_file;
    struct document_problem problem;
    site->consent_words = consent_words_delivered;
    const int result = path ? consent_document_load(path, &site->consent_words, &problem) : 0;
    if (result < 0) {
        log_error("consent_file_unusable", "where=\"%s\" error=\"%s\"", problem.where,
                  problem.message);
    }
    g_strlcpy(site->consent_words.version, config->visit.consent_text_version,
              sizeof(site->consent_words.version));
    return result;
}

int site_documents_load_letters(struct site_documents *site, const struct gateway_config *config)
{
    g_autofree char *problem = NULL;
    site->notification_rules.by_mail = config->notifications.server[0];
    site->notification_rules.by_text = config->notifications.text_program;
    int result = notification_reminders_read(config->notifications.reminder_minutes,
                                             &site->notification_rules);
    if (result == 0) {
        result =
            letter_words_load(config->notifications.words_folder, &site->letter_words, &problem);
    }
    if (problem) {
        log_error("letter_words_unusable", "error=\"%s\"", problem);
    }
    if (result == 0 && config->notifications.password_file) {
        if (!g_file_get_contents(config->notifications.password_file, &site->mail_password, NULL,
                                 NULL)) {
            log_error("mail_password_unreadable", "path=%s", config->notifications.password_file);
            return -EIO;
        }
        g_strchomp(site->mail_password);
    }
    return result;
}

int site_documents_load_rules(struct site_documents *site, const struct gateway_config *config)
{
    int result = load_licence_rules(site, config);
    result = result < 0 ? result : load_screening(site, config);
    result = result < 0 ? result : load_emergency(site, config);
    return result < 0 ? result : load_consent_words(site, config);
}

void site_documents_finish(struct site_documents *site)
{
    screening_settings_destroy(site->screening);
    letter_words_destroy(site->letter_words);
    if (site->mail_password) {
        secret_wipe(site->mail_password, strlen(site->mail_password));
    }
    g_free(site->mail_password);
}

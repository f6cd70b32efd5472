/* What --check-config says beyond the text of the file: whether what it names is there. */
#include "gateway/base/clock.h"
#include "gateway/config.h"
#include "gateway/config_origin.h"
#include "gateway/notifications/letter_words.h"

#include "certs/tls_files.h"
#include "signaling/api/screening_settings.h"

#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

struct check {
    const struct gateway_config *config;
    FILE *faults_to;
    int result;
};

static void fault(struct check *check, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(struct check *check, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(check->faults_to, format, arguments);
    va_end(arguments);
    fputc('\n', check->faults_to);
    check->result = error;
}

static void check_access(struct check *check, const char *key, const char *path, int mode)
{
    if (path && access(path, mode) < 0) {
        fault(check, -errno, "%s: %s: %s", key, path, strerror(errno));
    }
}

static void check_certificate(struct check *check)
{
    const struct gateway_config *config = check->config;
    AUTO(tls_files) files = NULL;
    char error[TLS_FILES_ERROR_SIZE];
    const int result = tls_files_load(config->http.certificate, config->http.private_key,
                                      clock_wall_ms(), &files, error, sizeof(error));
    if (result < 0) {
        fault(check, result, "%s", error);
        return;
    }
    /* Behind a proxy, browsers see the proxy's certificate. */
    const size_t origins =
        config->http.trusted_proxies.count == 0 ? config->http.public_origin.count : 0;
    for (size_t i = 0; i < origins; i++) {
        char host[CONFIG_ORIGIN_HOST_SIZE];
        config_origin_host(config->http.public_origin.items[i], host);
        if (!tls_files_covers(files, host)) {
            fault(check, -EKEYREJECTED,
                  "the certificate in %s is not valid for %s, which public_origin names",
                  config->http.certificate, host);
        }
    }
}

static void check_srtp(struct check *check)
{
    const char *obstacle = NULL;
    if (!srtp_aead_choose(check->config->media.srtp_aead, &obstacle)) {
        fault(check, -ENOTSUP, "[media] srtp_aead: ipsec-mb cannot be used: %s", obstacle);
    }
}

static void check_screening(struct check *check)
{
    const struct gateway_config *config = check->config;
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    const int result =
        config->screening.questionnaires
            ? screening_settings_load(config->screening.questionnaires,
                                      config->screening.rules_file, &settings, &problem)
            : 0;
    if (result < 0) {
        fault(check, result, "[screening] %s: %s%s%s", problem.file, problem.at.where,
              problem.at.where[0] ? ": " : "", problem.at.message);
    }
}

static void check_words(struct check *check)
{
    AUTO(letter_words) words = NULL;
    g_autofree char *problem = NULL;
    const int result =
        letter_words_load(check->config->notifications.words_folder, &words, &problem);
    if (result < 0) {
        fault(check, result, "[notifications] words_folder: %s", problem);
    }
}

static void check_files(struct check *check)
{
    const struct gateway_config *config = check->config;
    g_autofree char *index = g_build_filename(config->http.web_root, "index.html", NULL);
    check_access(check, "[http] web_root", index, R_OK);
    check_access(check, "[http] development_ca", config->http.development_ca, R_OK);
    if (config->recording.enabled) {
        check_access(check, "[recording] recorder", config->recording.recorder, X_OK);
        check_access(check, "[recording] master_key_file", config->recording.master_key_file, R_OK);
    }
    if (config->turn.uris.count > 0) {
        check_access(check, "[turn] secret_file", config->turn.secret_file, R_OK);
    }
    if (config->sign_in.issuer[0]) {
        check_access(check, "[sign_in] client_secret_file", config->sign_in.client_secret_file,
                     R_OK);
        check_access(check, "[sign_in] authority_file", config->sign_in.authority_file, R_OK);
    }
    check_access(check, "[sign_in] development_staff", config->sign_in.development_staff, R_OK);
    check_access(check, "[notifications] password_file", config->notifications.password_file, R_OK);
    check_access(check, "[notifications] authority_file", config->notifications.authority_file,
                 R_OK);
    check_access(check, "[notifications] text_program", config->notifications.text_program, X_OK);
    check_words(check);
    for (size_t i = 0; i < config->hooks.programs.count; i++) {
        check_access(check, "[hooks] programs", config->hooks.programs.items[i], X_OK);
    }
}

int gateway_config_check(const char *path, char *const *environment, FILE *to, FILE *faults_to)
{
    AUTO(gateway_config) config = NULL;
    g_autofree char *faults = NULL;
    const int result = gateway_config_load(path, environment, &config, &faults);
    if (result < 0) {
        fputs(faults, faults_to);
        return result;
    }
    struct check check = {.config = config, .faults_to = faults_to};
    check_certificate(&check);
    check_files(&check);
    check_srtp(&check);
    check_screening(&check);
    if (check.result == 0) {
        gateway_config_print(config, to);
    }
    return check.result;
}

#include "gateway/config_rules.h"

#include "gateway/config_reader.h"
#include "gateway/visits/notification.h"
#include "gateway/visits/role_mapping.h"

#include <string.h>
#include <sys/un.h>

/* A rule returns what is wrong with the key it is about, or NULL. */
struct rule {
    const char *section;
    const char *key;
    const char *(*broken)(const struct gateway_config *config);
};

static const char *authority_in_production(const struct gateway_config *config)
{
    return config->gateway.mode == GATEWAY_MODE_PRODUCTION && config->http.development_ca
               ? "is for development mode only"
               : NULL;
}

static const char *setup_port(const struct gateway_config *config)
{
    if (config->http.setup_port == 0) {
        return NULL;
    }
    if (config->gateway.mode == GATEWAY_MODE_PRODUCTION) {
        return "is for development mode only";
    }
    if (config->http.setup_port == config->http.port) {
        return "must differ from port";
    }
    return config->http.development_ca ? NULL : "needs development_ca, the file that it hands out";
}

static const char *admin_socket_length(const struct gateway_config *config)
{
    const size_t limit = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
    return config->http.admin_socket && strlen(config->http.admin_socket) > limit
               ? "is too long for a Unix socket, whose path has at most 107 bytes"
               : NULL;
}

static const char *last_udp_port(const struct gateway_config *config)
{
    return config->media.udp_port + config->media.workers - 1 > 65535
               ? "leaves no port below 65536 for the last worker"
               : NULL;
}

static bool is_unspecified(const char *address)
{
    return strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;
}

static const char *advertised_addresses(const struct gateway_config *config)
{
    for (size_t i = 0; i < config->media.advertise.count; i++) {
        if (is_unspecified(config->media.advertise.items[i])) {
            return "must name addresses that a browser can send to, not 0.0.0.0 or ::";
        }
    }
    return NULL;
}

static const char *master_key(const struct gateway_config *config)
{
    return config->recording.enabled && !config->recording.master_key_file
               ? "is missing, but enabled is true: nothing is recorded unencrypted"
               : NULL;
}

static const char *screening_rules(const struct gateway_config *config)
{
    return config->screening.rules_file && !config->screening.questionnaires
               ? "is set, but questionnaires is not: nobody would be asked"
               : NULL;
}

static const char *turn_secret(const struct gateway_config *config)
{
    return config->turn.uris.count > 0 && !config->turn.secret_file
               ? "is missing, but uris are set: nobody could use them"
               : NULL;
}

static const char *sign_in_issuer(const struct gateway_config *config)
{
    const char *issuer = config->sign_in.issuer;
    if (issuer[0] == '\0') {
        return NULL;
    }
    if (strncmp(issuer, "https://", 8) != 0 || strpbrk(issuer, " ?#@")) {
        return "must be an https address without query or fragment";
    }
    return strlen(issuer) <= 256 ? NULL : "has more than 256 characters";
}

static const char *sign_in_client(const struct gateway_config *config)
{
    return config->sign_in.issuer[0] && !config->sign_in.client_id[0]
               ? "is missing, but issuer is set"
               : NULL;
}

static const char *sign_in_roles(const struct gateway_config *config)
{
    if (config->sign_in.issuer[0] && !config->sign_in.roles[0]) {
        return "is missing, but issuer is set: nobody could sign in";
    }
    return role_mapping_fault(config->sign_in.roles)
               ? "must be entries value=role, separated by semicolons, each with a role of staff"
               : NULL;
}

static const char *sign_in_scopes(const struct gateway_config *config)
{
    const char *at = config->sign_in.scopes;
    while (*at) {
        const size_t size = strcspn(at, " ");
        if (size == 6 && strncmp(at, "openid", 6) == 0) {
            return NULL;
        }
        at += size + strspn(at + size, " ");
    }
    return "must hold openid";
}

static const char *development_staff(const struct gateway_config *config)
{
    return config->gateway.mode == GATEWAY_MODE_PRODUCTION && config->sign_in.development_staff
               ? "is for development mode only"
               : NULL;
}

static const char *mail_server(const struct gateway_config *config)
{
    const char *server = config->notifications.server;
    const bool known = strncmp(server, "smtp://", 7) == 0 || strncmp(server, "smtps://", 8) == 0;
    return !server[0] || (known && !strpbrk(server, " ?#@"))
               ? NULL
               : "must be smtp://host:port or smtps://host:port";
}

static bool is_on_this_machine(const char *server)
{
    static const char *const hosts[] = {"smtp://127.0.0.1", "smtp://[::1]", "smtp://localhost"};
    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        const size_t size = strlen(hosts[i]);
        if (strncmp(server, hosts[i], size) == 0 && (!server[size] || server[size] == ':')) {
            return true;
        }
    }
    return false;
}

static const char *mail_tls(const struct gateway_config *config)
{
    return config->gateway.mode == GATEWAY_MODE_PRODUCTION &&
                   config->notifications.tls == MAIL_TLS_OFF && config->notifications.server[0] &&
                   !is_on_this_machine(config->notifications.server)
               ? "may be off in production only for a server on this machine"
               : NULL;
}

static const char *mail_from(const struct gateway_config *config)
{
    const char *from = config->notifications.from;
    if (from[0]) {
        return email_is_well_formed(from) ? NULL : "must be an address: desk@hospital.example";
    }
    return config->notifications.server[0] ? "is missing, but server is set" : NULL;
}

static const char *mail_reply_to(const struct gateway_config *config)
{
    return config->notifications.reply_to[0] &&
                   !email_is_well_formed(config->notifications.reply_to)
               ? "must be an address: desk@hospital.example"
               : NULL;
}

static const char *mail_password(const struct gateway_config *config)
{
    return config->notifications.user[0] && !config->notifications.password_file
               ? "is missing, but user is set"
               : NULL;
}

static const char *reminder_minutes(const struct gateway_config *config)
{
    struct notification_rules rules;
    return notification_reminders_read(config->notifications.reminder_minutes, &rules) < 0
               ? "must be up to four numbers of minutes, at most 20160, the greatest first, "
                 "separated by semicolons"
               : NULL;
}

static const struct rule rules[] = {
    {"http", "development_ca", authority_in_production},
    {"http", "setup_port", setup_port},
    {"http", "admin_socket", admin_socket_length},
    {"media", "udp_port", last_udp_port},
    {"media", "advertise", advertised_addresses},
    {"turn", "secret_file", turn_secret},
    {"screening", "rules_file", screening_rules},
    {"recording", "master_key_file", master_key},
    {"sign_in", "issuer", sign_in_issuer},
    {"sign_in", "client_id", sign_in_client},
    {"sign_in", "roles", sign_in_roles},
    {"sign_in", "scopes", sign_in_scopes},
    {"sign_in", "development_staff", development_staff},
    {"notifications", "server", mail_server},
    {"notifications", "tls", mail_tls},
    {"notifications", "password_file", mail_password},
    {"notifications", "from", mail_from},
    {"notifications", "reply_to", mail_reply_to},
    {"notifications", "reminder_minutes", reminder_minutes},
};

void config_rules_check(const struct gateway_config *config, const struct config_file *file,
                        struct config_faults *faults)
{
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        const char *sentence = rules[i].broken(config);
        if (sentence) {
            config_faults_add(faults, config_reader_line(file, rules[i].section, rules[i].key),
                              "[%s] %s %s", rules[i].section, rules[i].key, sentence);
        }
    }
}

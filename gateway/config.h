/* config.h - one text file (GKeyFile's format) becomes one struct that never changes after start.
 *
 * The keys, their defaults and their meaning are the table in config_keys.c; deploy/bedside.conf
 * shows them all. The environment overrides the file: BEDSIDE_HTTP__PORT=443 is [http] port. A
 * relative path is resolved against the folder of the file; one that begins with "@state/" lies in
 * state_directory. Thread: immutable once loaded, any thread may read it. */
#ifndef BEDSIDE_GATEWAY_CONFIG_H
#define BEDSIDE_GATEWAY_CONFIG_H

#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "media/transport/srtp_aead.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum gateway_mode { GATEWAY_MODE_PRODUCTION, GATEWAY_MODE_DEVELOPMENT };
enum mail_tls { MAIL_TLS_REQUIRED, MAIL_TLS_OFF };
enum recording_sandbox { RECORDING_SANDBOX_REQUIRED, RECORDING_SANDBOX_BEST_EFFORT };

struct config_list {
    char **items; /* owned; NULL when there are none */
    size_t count;
};

/* Texts are "" when they are not set, optional paths NULL. Addresses are in inet_ntop(3)'s form. */
struct gateway_config {
    struct {
        enum gateway_mode mode;
        char *state_directory;
        char *organisation;
        char *support_phone;
        enum log_level log_level;
    } gateway;
    struct {
        char *listen; /* an address */
        unsigned port;
        char *certificate;
        char *private_key;
        struct config_list public_origin;   /* at least one; as browsers write it into Origin */
        struct config_list trusted_proxies; /* addresses */
        char *web_root;
        char *admin_socket;
        unsigned sockets_per_address_max;
        char *development_ca; /* optional */
        unsigned setup_port;  /* 0: none */
    } http;
    struct {
        unsigned workers; /* at least 1: "one per core" is resolved */
        char *listen;     /* an address */
        unsigned udp_port;
        bool tcp;                     /* on the same port numbers */
        struct config_list advertise; /* addresses, at least one */
        unsigned peers_per_worker;    /* 0: what packets and memory allow */
        unsigned packets_per_worker;
        unsigned full_at_percent;
        enum srtp_aead_choice srtp_aead;
    } media;
    struct {
        struct config_list uris;
        char *secret_file; /* NULL only without uris */
        unsigned lifetime_seconds;
    } turn;
    struct {
        unsigned slots_max;
        char *consent_text_version;
        char *consent_file;       /* optional */
        char *licence_rules_file; /* optional */
        char *emergency_file;     /* optional */
        unsigned resume_seconds;
    } visit;
    struct {
        char *questionnaires; /* a folder; NULL: nothing is asked */
        char *rules_file;     /* NULL: nothing follows from the answers */
    } screening;
    struct {
        bool enabled;
        char *directory;
        char *recorder;
        char *master_key_file; /* NULL only when not enabled */
        enum recording_sandbox sandbox;
        char *user;
        uint64_t minimum_free_bytes;
    } recording;
    struct {
        char *issuer;
        char *client_id;
        char *client_secret_file; /* NULL: a public client */
        char *scopes;
        char *roles_claim;
        char *roles; /* role_mapping.h */
        char *staff_key_claim;
        char *programme_claim;
        char *authority_file; /* NULL: the system's */
        unsigned idle_minutes;
        unsigned absolute_hours;
        char *development_staff; /* NULL: none */
    } sign_in;
    struct {
        char *server; /* "": no mail */
        enum mail_tls tls;
        char *user;
        char *password_file;  /* NULL: none */
        char *authority_file; /* NULL: the system's */
        char *from;
        char *reply_to;
        char *text_program; /* NULL: no text messages */
        char *reminder_minutes;
        char *words_folder; /* NULL: the built-in words alone */
    } notifications;
    struct {
        char *database;
    } store;
    struct {
        struct config_list programs; /* paths */
        unsigned timeout_seconds;
    } hooks;
};

/* Reads the file at `path` and the overrides in `environment` ("NAME=value", as in environ).
 * Returns 0 and an owned config; or -EINVAL, or the negative errno of reading the file, with all
 * faults at once in *ret_faults (owned text, one line each: "bedside.conf:12: [http] port: ...").
 */
int gateway_config_load(const char *path, char *const *environment,
                        struct gateway_config **ret_config, char **ret_faults);
/* Accepts NULL. Always returns NULL. */
struct gateway_config *gateway_config_destroy(struct gateway_config *config);
DEFINE_AUTO(gateway_config)

/* Writes the effective configuration in the file's own format, secrets as "(secret)". */
void gateway_config_print(const struct gateway_config *config, FILE *to);
/* Writes deploy/bedside.conf: every key with its meaning and default. */
void gateway_config_print_sample(FILE *to);

/* What `bedside-gateway --check-config` does: loads the file, checks the certificate pair and that
 * the named files are there, prints the effective configuration to `to` or all faults to
 * `faults_to`. Returns 0, or a negative errno. */
int gateway_config_check(const char *path, char *const *environment, FILE *to, FILE *faults_to);

#endif

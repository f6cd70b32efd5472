/* signaling_server.h - the one public face of signaling: HTTPS, WebSockets and the visits that go
 * on.
 *
 * It runs the control thread: one libwebsockets loop into which every mailbox is adopted as a
 * descriptor. Nothing in it blocks: rules and SQL run on the store thread (gateway/visits), media
 * in the workers, recordings are decrypted on a thread of their own. Thread: control (the one that
 * calls signaling_server_run), but signaling_server_stop() from any. */
#ifndef BEDSIDE_SIGNALING_SIGNALING_SERVER_H
#define BEDSIDE_SIGNALING_SIGNALING_SERVER_H

#include "gateway/base/cleanup.h"
#include "signaling/api/sign_in.h"
#include "signaling/session/recording_control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dtls_identity;
struct licence_rules;
struct mailbox;
struct screening_settings;
struct visit_service_thread;
struct worker_pool;

/* All strings are borrowed and outlive the server. The keys are of bedside.conf. */
struct signaling_server_config {
    /* http.listen: "0.0.0.0", "::" (both families) or one address. http.port: 0 lets the system
     * choose. */
    const char *listen_address;
    uint16_t port;
    /* http.certificate, http.private_key: PEM files. */
    const char *certificate_path;
    const char *private_key_path;
    /* http.public_origin: "https://visits.example.org", compared byte for byte; the first is the
     * one in links. */
    const char *const *public_origins;
    size_t public_origin_count;
    /* http.admin_socket: a Unix socket with mode 0600; NULL for none. */
    const char *admin_socket_path;
    /* http.trusted_proxies: addresses whose X-Forwarded-For is believed (its last entry). */
    const char *const *trusted_proxies;
    size_t trusted_proxy_count;
    /* http.sockets_per_address: default 200, a hospital sits behind one address. */
    unsigned sockets_per_address_max;
    /* http.sockets: in all, default 4096. */
    unsigned sockets_max;
    /* http.web_root: the built web client. */
    const char *web_root;
    /* http.setup_port: a plain HTTP page that hands over the development authority; 0 for none. */
    uint16_t setup_port;
    const char *setup_authority_path; /* PEM of the development authority */

    /* media.public_addresses: what candidates say; at least one address. */
    const char *const *media_addresses;
    size_t media_address_count;
    /* media.tcp: the workers' ports serve TCP as well. */
    bool media_tcp;
    /* turn.uris, turn.secret_file, turn.lifetime_seconds: see signaling/session/turn_servers.h. */
    const char *const *turn_uris;
    size_t turn_uri_count;
    const char *turn_secret_path;
    unsigned turn_lifetime_seconds;
    /* visit.slots_max: at most ENDPOINT_SLOTS_MAX, default 8. */
    unsigned slots_max;
    /* visit.resume_seconds: how long a seat is kept whose socket was lost; 0: 30. */
    unsigned resume_seconds;

    /* gateway.mode: development, in which what makes trying easy is let in. */
    bool development;
    const char *organisation;               /* organisation.name */
    const char *support_phone;              /* organisation.support_phone */
    const struct emergency_site *emergency; /* NULL: the site said nothing */
    const char *version;                    /* for metrics and health */
    const char *srtp_aead;                  /* media.srtp_aead as it was decided, for metrics */
    /* recording.directory: where playback finds the files; NULL switches playback off. */
    const char *recordings_directory;
    struct sign_in_config sign_in;
    const struct screening_settings *screening; /* of [screening]; NULL: nobody is asked anything */
    const struct licence_rules *licence_rules;  /* visit.licence_rules_file; NULL: there is none */
};

/* What it works with. All borrowed; all outlive the server. */
struct signaling_server_parts {
    struct visit_service_thread *visits;
    struct worker_pool *workers;
    struct mailbox *worker_events; /* given to worker_pool_create() */
    const struct dtls_identity *identity;
    const struct recording_control_ops *recording;
    void *recording_context;
    struct sign_in_parts sign_in; /* its mailbox is read by the server */
};

struct signaling_server;

/* Binds the listeners. Returns 0; -EADDRINUSE, -EACCES or another errno of bind(2); -EBADMSG for
 * certificate files that OpenSSL refuses, or a TURN secret of no use; -EINVAL for a configuration
 * that makes no sense (logged with its key). */
int signaling_server_create(const struct signaling_server_config *config,
                            const struct signaling_server_parts *parts,
                            struct signaling_server **ret_server);
/* Closes every socket. Accepts NULL. Always returns NULL. */
struct signaling_server *signaling_server_destroy(struct signaling_server *server);
DEFINE_AUTO(signaling_server)

/* Serves until signaling_server_stop(). Returns 0, or a negative errno. */
int signaling_server_run(struct signaling_server *server);
/* Says `bye` (shutting_down) to everybody, flushes for at most two seconds, then makes run return.
 */
void signaling_server_stop(struct signaling_server *server);

/* The port that HTTPS listens on (useful with port 0). */
uint16_t signaling_server_port(const struct signaling_server *server);
/* Where events of recorder processes are posted (struct recording_control_event). Borrowed. */
struct mailbox *signaling_server_recording_events(struct signaling_server *server);

/* Calls `on_readable` on the control thread whenever `fd` (borrowed, non-blocking) can be read:
 * signals, child processes. For the life of the server. Returns 0 or -ENOMEM. */
int signaling_server_watch(struct signaling_server *server, int fd,
                           void (*on_readable)(void *context), void *context);
/* Reads certificate and key again for new connections. Returns 0, or -EBADMSG and keeps the old
 * ones. */
int signaling_server_reload_certificate(struct signaling_server *server);

#endif

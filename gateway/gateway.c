#include "gateway/gateway.h"

#include "certs/dtls_identity.h"
#include "certs/tls_files.h"
#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/secret.h"
#include "gateway/base/thread_priority.h"
#include "gateway/config.h"
#include "gateway/hooks/http_fetcher.h"
#include "gateway/hooks/outbox.h"
#include "gateway/notifications/notifier.h"
#include "gateway/recorder_supervisor.h"
#include "gateway/recording_keeper.h"
#include "gateway/site_documents.h"
#include "gateway/store/sqlite_store.h"
#include "gateway/visits/visit_task.h"
#include "media/worker/worker_capacity.h"
#include "media/worker/worker_pool.h"
#include "signaling/api/screening_settings.h"
#include "signaling/signaling_server.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

LOG_TOPIC("gateway");

#define GATEWAY_VERSION "0.1.0"

struct gateway {
    const struct gateway_config *config;
    int signal_fd;
    /* What threads post to; made first, freed last. */
    struct mailbox *outbox_signals;
    struct mailbox *worker_events;
    struct mailbox *supervisor_events;
    struct mailbox *keeper_replies;
    struct mailbox *fetch_answers;

    struct dtls_identity *identity;
    const struct srtp_aead_provider *srtp_aead; /* constant */
    struct visit_service_thread *visits;
    struct outbox *outbox;
    struct http_fetcher *fetcher;
    struct worker_pool *workers;
    struct recorder_supervisor *supervisor;
    struct recording_keeper *keeper;
    struct signaling_server *server;
    struct site_documents site;
    struct notifier *notifier;
};

/* SIGTERM and SIGINT end, SIGHUP reloads; writing to what is gone, or beyond a file limit, is an
 * error of that write and not the end of the process. */
static int prepare_process(struct gateway *gateway)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (gateway->config->gateway.mode == GATEWAY_MODE_PRODUCTION) {
        /* A dump of this process would hold keys. */
        const struct rlimit none = {0};
        setrlimit(RLIMIT_CORE, &none);
    }
    sigset_t handled;
    sigemptyset(&handled);
    sigaddset(&handled, SIGTERM);
    sigaddset(&handled, SIGINT);
    sigaddset(&handled, SIGHUP);
    if (pthread_sigmask(SIG_BLOCK, &handled, NULL) != 0) {
        return -EINVAL;
    }
    gateway->signal_fd = signalfd(-1, &handled, SFD_NONBLOCK | SFD_CLOEXEC);
    return gateway->signal_fd >= 0 ? 0 : -errno;
}

static void reload_certificate(struct gateway *gateway)
{
    const int result = signaling_server_reload_certificate(gateway->server);
    if (result < 0) {
        log_error("certificate_not_reloaded", "error=\"%s\"", strerror(-result));
    } else {
        log_info("certificate_reloaded", "path=%s", gateway->config->http.certificate);
    }
}

static void on_signal(void *context)
{
    struct gateway *gateway = context;
    struct signalfd_siginfo info;
    while (read(gateway->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            reload_certificate(gateway);
        } else {
            log_info("stopping", "signal=%u", info.ssi_signo);
            signaling_server_stop(gateway->server);
        }
    }
}

static int create_identity(struct gateway *gateway)
{
    return dtls_identity_create(&gateway->identity);
}

/* Before the store, whose rules they complete. */
static int load_letters(struct gateway *gateway)
{
    return site_documents_load_letters(&gateway->site, gateway->config);
}

static int create_notifier(struct gateway *gateway)
{
    const struct gateway_config *config = gateway->config;
    const struct notifier_config notifier = {
        .site = {.organisation = config->gateway.organisation,
                 .phone = config->gateway.support_phone,
                 .origin = config->http.public_origin.items[0],
                 .from = config->notifications.from},
        .server = {.url = config->notifications.server,
                   .user = config->notifications.user,
                   .password = gateway->site.mail_password ? gateway->site.mail_password : "",
                   .authority_file = config->notifications.authority_file,
                   .without_tls = config->notifications.tls == MAIL_TLS_OFF},
        .reply_to = config->notifications.reply_to,
        .text_program = config->notifications.text_program,
    };
    const bool wanted =
        gateway->site.notification_rules.by_mail || gateway->site.notification_rules.by_text;
    return wanted ? notifier_create(&notifier, gateway->site.letter_words, gateway->visits,
                                    &gateway->notifier)
                  : 0;
}

static int create_visits(struct gateway *gateway)
{
    const struct gateway_config *config = gateway->config;
    struct visit_store *store = NULL;
    int result = site_documents_load_rules(&gateway->site, config);
    if (result == 0) {
        result = sqlite_store_open(config->store.database, &store);
    }
    if (result < 0) {
        return result;
    }
    const struct visit_service_thread_config thread = {
        .service = {.consent_words = &gateway->site.consent_words,
                    .second_device_silence_ms = config->visit.resume_seconds * 1000,
                    .licence_rules =
                        config->visit.licence_rules_file ? &gateway->site.licence_rules : NULL,
                    .alert_ladder =
                        gateway->site.screening ? &gateway->site.screening->ladder : NULL,
                    .screening_rules =
                        gateway->site.screening ? &gateway->site.screening->rules : NULL,
                    .notification_rules = &gateway->site.notification_rules,
                    .account_session_limits = {config->sign_in.idle_minutes,
                                               config->sign_in.absolute_hours}},
        .outbox_mailbox = gateway->outbox_signals,
    };
    return visit_service_thread_create(&thread, store, &gateway->visits);
}

static int create_outbox(struct gateway *gateway)
{
    const struct outbox_config outbox = {
        .programs = (const char *const *)gateway->config->hooks.programs.items,
        .program_count = gateway->config->hooks.programs.count,
        .timeout_ms = gateway->config->hooks.timeout_seconds * 1000,
    };
    return outbox_create(&outbox, gateway->visits, gateway->outbox_signals, &gateway->outbox);
}

static int create_fetcher(struct gateway *gateway)
{
    const struct gateway_config *config = gateway->config;
    const struct http_fetcher_config fetcher = {
        .authority_file = config->sign_in.authority_file,
        .allow_loopback = config->gateway.mode == GATEWAY_MODE_DEVELOPMENT,
    };
    return http_fetcher_create(&fetcher, &gateway->fetcher);
}

static int choose_srtp_aead(struct gateway *gateway)
{
    const char *obstacle = NULL;
    gateway->srtp_aead = srtp_aead_choose(gateway->config->media.srtp_aead, &obstacle);
    if (!gateway->srtp_aead) {
        log_error("srtp_aead_unusable", "key=\"[media] srtp_aead\" value=ipsec-mb error=\"%s\"",
                  obstacle);
        return -ENOTSUP;
    }
    log_info("srtp_aead", "provider=%s", gateway->srtp_aead->name);
    return 0;
}

/* Says how many people there is room for, and when that is fewer than was asked for. */
static struct worker_capacity find_capacity(const struct gateway_config *config)
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const struct worker_capacity_request request = {
        .peers = config->media.peers_per_worker,
        .packets = config->media.packets_per_worker,
        .workers = config->media.workers,
        .memory_bytes = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0,
    };
    const struct worker_capacity capacity = worker_capacity_of(&request);
    if (request.peers > capacity.peers) {
        log_warning("capacity_below_configured",
                    "peers_per_worker=%u possible=%u bound=%s packets_per_worker=%u", request.peers,
                    capacity.peers, worker_bound_name(capacity.bound), request.packets);
    }
    log_info("capacity", "peers=%u workers=%u peers_per_worker=%u bound=%s",
             capacity.peers * request.workers, request.workers, capacity.peers,
             worker_bound_name(capacity.bound));
    return capacity;
}

static int create_workers(struct gateway *gateway)
{
    const struct gateway_config *config = gateway->config;
    const struct worker_capacity capacity = find_capacity(config);
    const struct worker_pool_config pool = {
        .worker_count = config->media.workers,
        .listen_address = config->media.listen,
        .udp_port = (uint16_t)config->media.udp_port,
        .tcp = config->media.tcp,
        .peers_per_worker_max = capacity.peers,
        .peers_bound = worker_bound_name(capacity.bound),
        .packets_per_worker = config->media.packets_per_worker,
        .full_permille = config->media.full_at_percent * 10,
        .srtp_aead = config->media.srtp_aead,
    };
    return worker_pool_create(&pool, gateway->identity, gateway->worker_events, &gateway->workers);
}

static int create_recording(struct gateway *gateway)
{
    const struct gateway_config *config = gateway->config;
    struct recording_keeper_config keeper = {
        .directory = config->recording.directory,
        .visits = gateway->visits,
        .supervisor_events = gateway->supervisor_events,
        .task_replies = gateway->keeper_replies,
    };
    if (config->recording.enabled) {
        int result =
            recording_master_key_load(config->recording.master_key_file, keeper.master_key);
        if (result < 0) {
            log_error("master_key_unusable", "path=%s", config->recording.master_key_file);
            return result;
        }
        /* The recorder's own user passes through; it cannot list what is there. */
        if (mkdir(config->recording.directory, 0711) < 0 && errno != EEXIST) {
            log_error("recording_directory_unusable", "path=%s", config->recording.directory);
            return -errno;
        }
        const struct recorder_supervisor_config supervisor = {
            .recorder_path = config->recording.recorder,
            .recorder_user = config->recording.user[0] ? config->recording.user : NULL,
            .minimum_free_bytes = config->recording.minimum_free_bytes,
            .allow_weak_sandbox = config->recording.sandbox == RECORDING_SANDBOX_BEST_EFFORT,
        };
        result = recorder_supervisor_create(&supervisor, gateway->supervisor_events,
                                            &gateway->supervisor);
        if (result < 0) {
            return result;
        }
    }
    keeper.supervisor = gateway->supervisor;
    gateway->keeper = recording_keeper_create(&keeper);
    secret_wipe(keeper.master_key, sizeof(keeper.master_key));
    return 0;
}

static int check_certificate(struct gateway *gateway)
{
    AUTO(tls_files) files = NULL;
    char error[TLS_FILES_ERROR_SIZE];
    const int result =
        tls_files_load(gateway->config->http.certificate, gateway->config->http.private_key,
                       clock_wall_ms(), &files, error, sizeof(error));
    if (result < 0) {
        log_error("certificate_unusable", "error=\"%s\"", error);
    }
    return result;
}

static struct sign_in_config sign_in_of(const struct gateway_config *config)
{
    return (struct sign_in_config){
        .issuer = config->sign_in.issuer,
        .client_id = config->sign_in.client_id,
        .client_secret_path = config->sign_in.client_secret_file,
        .scopes = config->sign_in.scopes,
        .roles_claim = config->sign_in.roles_claim,
        .roles = config->sign_in.roles,
        .staff_key_claim = config->sign_in.staff_key_claim,
        .programme_claim = config->sign_in.programme_claim,
        .development_staff_path = config->sign_in.development_staff,
        .idle_minutes = config->sign_in.idle_minutes,
        .absolute_hours = config->sign_in.absolute_hours,
    };
}

static int create_server(struct gateway *gateway)
{
    const struct gateway_config *config = gateway->config;
    const bool development = config->gateway.mode == GATEWAY_MODE_DEVELOPMENT;
    const struct signaling_server_config server = {
        .listen_address = config->http.listen,
        .port = (uint16_t)config->http.port,
        .certificate_path = config->http.certificate,
        .private_key_path = config->http.private_key,
        .public_origins = (const char *const *)config->http.public_origin.items,
        .public_origin_count = config->http.public_origin.count,
        .admin_socket_path = config->http.admin_socket,
        .trusted_proxies = (const char *const *)config->http.trusted_proxies.items,
        .trusted_proxy_count = config->http.trusted_proxies.count,
        .sockets_per_address_max = config->http.sockets_per_address_max,
        .web_root = config->http.web_root,
        .setup_port = development ? (uint16_t)config->http.setup_port : 0,
        .setup_authority_path = development ? config->http.development_ca : NULL,
        .media_addresses = (const char *const *)config->media.advertise.items,
        .media_address_count = config->media.advertise.count,
        .media_tcp = config->media.tcp,
        .turn_uris = (const char *const *)config->turn.uris.items,
        .turn_uri_count = config->turn.uris.count,
        .turn_secret_path = config->turn.secret_file,
        .turn_lifetime_seconds = config->turn.lifetime_seconds,
        .slots_max = config->visit.slots_max,
        .resume_seconds = config->visit.resume_seconds,
        .development = development,
        .organisation = config->gateway.organisation,
        .support_phone = config->gateway.support_phone,
        .emergency = config->visit.emergency_file ? &gateway->site.emergency : NULL,
        .version = GATEWAY_VERSION,
        .srtp_aead = gateway->srtp_aead->name,
        .recordings_directory = config->recording.enabled ? config->recording.directory : NULL,
        .sign_in = sign_in_of(config),
        .screening = gateway->site.screening,
        .licence_rules = config->visit.licence_rules_file ? &gateway->site.licence_rules : NULL,
    };
    const struct signaling_server_parts parts = {
        .visits = gateway->visits,
        .workers = gateway->workers,
        .worker_events = gateway->worker_events,
        .identity = gateway->identity,
        .recording = &recording_keeper_ops,
        .recording_context = gateway->keeper,
        .sign_in = {&http_fetcher_ops, gateway->fetcher, gateway->fetch_answers},
    };
    int result = signaling_server_create(&server, &parts, &gateway->server);
    if (result < 0) {
        return result;
    }
    recording_keeper_set_hub(gateway->keeper, signaling_server_recording_events(gateway->server));
    const struct {
        int fd;
        void (*on_readable)(void *context);
        void *context;
    } watches[] = {
        {gateway->signal_fd, on_signal, gateway},
        {mailbox_fd(gateway->supervisor_events), recording_keeper_on_supervisor_events,
         gateway->keeper},
        {mailbox_fd(gateway->keeper_replies), recording_keeper_on_task_replies, gateway->keeper},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(watches) && result == 0; i++) {
        result = signaling_server_watch(gateway->server, watches[i].fd, watches[i].on_readable,
                                        watches[i].context);
    }
    return result;
}

int gateway_create(const struct gateway_config *config, struct gateway **ret_gateway)
{
    static const struct {
        const char *name;
        int (*create)(struct gateway *gateway);
    } parts[] = {
        {"process", prepare_process},    {"certificate", check_certificate},
        {"identity", create_identity},   {"words of letters", load_letters},
        {"store", create_visits},        {"letters", create_notifier},
        {"hooks", create_outbox},        {"questions to others", create_fetcher},
        {"SRTP", choose_srtp_aead},      {"media workers", create_workers},
        {"recording", create_recording}, {"signaling", create_server},
    };
    AUTO(gateway) gateway = allocate_zeroed(1, sizeof(*gateway));
    gateway->config = config;
    gateway->signal_fd = -1;
    gateway->outbox_signals = mailbox_create();
    gateway->worker_events = mailbox_create();
    gateway->supervisor_events = mailbox_create();
    gateway->keeper_replies = mailbox_create();
    gateway->fetch_answers = mailbox_create();
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        const int result = parts[i].create(gateway);
        if (result < 0) {
            log_error("start_failed", "part=\"%s\" error=\"%s\"", parts[i].name, strerror(-result));
            return result;
        }
    }
    *ret_gateway = TAKE(gateway);
    return 0;
}

struct gateway *gateway_destroy(struct gateway *gateway)
{
    if (!gateway) {
        return NULL;
    }
    signaling_server_destroy(gateway->server);
    worker_pool_destroy(gateway->workers);
    recorder_supervisor_destroy(gateway->supervisor);
    http_fetcher_destroy(gateway->fetcher);
    notifier_destroy(gateway->notifier);
    outbox_destroy(gateway->outbox);
    visit_service_thread_destroy(gateway->visits);
    site_documents_finish(&gateway->site); /* after the threads that judge and write by them */
    recording_keeper_destroy(gateway->keeper);
    dtls_identity_destroy(gateway->identity);
    mailbox_destroy(gateway->fetch_answers);
    mailbox_destroy(gateway->keeper_replies);
    mailbox_destroy(gateway->supervisor_events);
    mailbox_destroy(gateway->worker_events);
    mailbox_destroy(gateway->outbox_signals);
    if (gateway->signal_fd >= 0) {
        close(gateway->signal_fd);
    }
    free(gateway);
    return NULL;
}

int gateway_run(struct gateway *gateway)
{
    recording_keeper_recover(gateway->keeper);
    thread_run_behind(THREAD_BEHIND_CONVERSATION); /* the media workers run already */
    log_info("ready", "version=%s port=%u workers=%u", GATEWAY_VERSION,
             signaling_server_port(gateway->server), gateway->config->media.workers);
    return signaling_server_run(gateway->server);
}

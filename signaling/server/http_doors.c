/* The doors: where is listened, who is taken in, and over which TLS. */
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "signaling/server/http_server_state.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

LOG_TOPIC("http");

#define KEEPALIVE_SECONDS 20
#define ACCEPTS_PER_WAKE_UP 64

static struct log_limiter refusal_log;

/* ---- who comes in ---- */

static bool is_trusted_proxy(const struct http_server *server, const char *address)
{
    for (size_t i = 0; i < server->config.trusted_proxy_count; i++) {
        if (strcmp(server->config.trusted_proxies[i], address) == 0) {
            return true;
        }
    }
    return false;
}

static void note_refusal(const char *why)
{
    uint32_t suppressed;
    if (log_limiter_allows(&refusal_log, 1, clock_now_us(), &suppressed)) {
        log_warning("connection_refused", "why=%s suppressed=%u", why, suppressed);
    }
}

static void refuse(struct http_server *server, int fd, const char *why)
{
    server->report.connections_refused++;
    close(fd);
    note_refusal(why);
}

static uint32_t peer_uid(int fd)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);
    (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer.uid;
}

static void adopt(struct door *door, int fd, const char *address)
{
    struct http_server *server = door->server;
    if (server->report.connections >= server->config.sockets_max) {
        refuse(server, fd, "all_sockets_taken");
        return;
    }
    struct connection *connection = g_new0(struct connection, 1);
    connection->kind = OWNER_CONNECTION;
    connection->server = server;
    connection->door = door->door;
    g_strlcpy(connection->address, address, sizeof(connection->address));
    list_append(&server->connections, &connection->link);
    server->report.connections++;
    if (door->door == HTTP_DOOR_OPERATOR) {
        connection->uid = peer_uid(fd);
    } else if (is_trusted_proxy(server, address)) {
        connection->behind_proxy = true;
    } else if (!connection_count(connection)) {
        connection_free(connection);
        refuse(server, fd, "address_has_its_fill");
        return;
    }
    connection->deadline_us = clock_now_us() + HTTP_HEADER_SECONDS * 1000000ull;
    connection->reads_headers = true;
    connection->adopting = true;
    lws_adopt_desc_t description = {
        .vh = door->vhost,
        .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP |
                (door->door == HTTP_DOOR_PUBLIC ? LWS_ADOPT_ALLOW_SSL : 0),
        .fd = {.sockfd = fd},
        .opaque = connection,
    };
    connection->wsi = lws_adopt_descriptor_vhost_via_info(&description);
    connection->adopting = false;
    if (!connection->wsi) {
        server->report.connections_refused++;
        connection_free(connection);
        return;
    }
    server->report.connections_accepted++;
}

void http_doors_accept(struct door *door)
{
    for (unsigned i = 0; i < ACCEPTS_PER_WAKE_UP; i++) {
        char address[LISTENER_ADDRESS_SIZE];
        const int fd = listener_accept(door->listener, address);
        if (fd == -EAGAIN) {
            return;
        }
        if (fd < 0) {
            door->server->report.connections_refused++;
            note_refusal(fd == -EPERM ? "wrong_user" : "no_descriptors");
            continue;
        }
        adopt(door, fd, address);
    }
}

/* ---- listening ---- */

/* The library's own pings, a timer for each socket, are off: keep_alive.h. */
static const lws_retry_bo_t no_keep_alive = {
    .secs_since_valid_ping = 0,
    .secs_since_valid_hangup = 0,
};

static struct lws_vhost *create_vhost(struct http_server *server, const char *name, bool tls)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .vhost_name = name,
        .protocols = lws_callbacks_protocols,
        .keepalive_timeout = KEEPALIVE_SECONDS,
        .timeout_secs_ah_idle = HTTP_HEADER_SECONDS,
        .retry_and_idle_policy = &no_keep_alive,
        .alpn = "http/1.1",
        .user = server,
    };
    if (tls) {
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = server->config.certificate_path;
        info.ssl_private_key_filepath = server->config.private_key_path;
        info.ssl_options_set = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
                               SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE;
        info.ssl_cipher_list = "ECDHE+AESGCM:ECDHE+CHACHA20";
        info.tls1_3_plus_cipher_list =
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
        info.ecdh_curve = "prime256v1";
    }
    return lws_create_vhost(server->lws, &info);
}

static int watch_listener(struct door *door)
{
    const int fd = dup(listener_fd(door->listener));
    lws_adopt_desc_t description = {
        .vh = door->vhost,
        .type = LWS_ADOPT_RAW_FILE_DESC,
        .fd = {.filefd = fd},
        .vh_prot_name = lws_callbacks_protocols[0].name,
        .opaque = door,
    };
    door->wsi = fd < 0 ? NULL : lws_adopt_descriptor_vhost_via_info(&description);
    return door->wsi ? 0 : -ENOMEM;
}

static int open_door(struct http_server *server, unsigned which, enum http_door kind,
                     struct listener *listener)
{
    static const char *const names[DOOR_COUNT] = {"public", "operator", "setup"};
    struct door *door = &server->doors[which];
    *door =
        (struct door){.kind = OWNER_LISTENER, .door = kind, .server = server, .listener = listener};
    door->vhost = create_vhost(server, names[which], kind == HTTP_DOOR_PUBLIC);
    if (!door->vhost) {
        return -EBADMSG;
    }
    return watch_listener(door);
}

int http_doors_open(struct http_server *server)
{
    const struct http_server_config *config = &server->config;
    struct listener *listener = NULL;
    int result = listener_open_tcp(config->listen_address, config->port, &listener);
    result = result < 0 ? result : open_door(server, DOOR_PUBLIC, HTTP_DOOR_PUBLIC, listener);
    if (result == 0 && config->operator_socket_path) {
        result = listener_open_unix(config->operator_socket_path, &listener);
        result =
            result < 0 ? result : open_door(server, DOOR_OPERATOR, HTTP_DOOR_OPERATOR, listener);
    }
    if (result == 0 && config->setup_port != 0) {
        result = listener_open_tcp(config->listen_address, config->setup_port, &listener);
        result = result < 0 ? result : open_door(server, DOOR_SETUP, HTTP_DOOR_SETUP, listener);
    }
    return result;
}

void http_server_stop_listening(struct http_server *server)
{
    for (unsigned i = 0; i < DOOR_COUNT; i++) {
        if (server->doors[i].wsi) {
            lws_set_opaque_user_data(server->doors[i].wsi, NULL);
            lws_set_timeout(server->doors[i].wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
            server->doors[i].wsi = NULL;
        }
        server->doors[i].listener = listener_destroy(server->doors[i].listener);
    }
}

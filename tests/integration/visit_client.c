#include "tests/integration/visit_client.h"

#include "gateway/base/allocate.h"
#include "gateway/base/random.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define MESSAGES_MAX 512

struct visit_client {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
    int next_id;
    bool closed;
    unsigned close_code;
    json_t *kept; /* array of messages that nobody took yet */
    uint8_t *incoming;
    size_t incoming_size;
};

static int connect_to(const struct visit_client_address *address)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET};
    if (address->bind_address) {
        inet_pton(AF_INET, address->bind_address, &at.sin_addr);
        assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    }
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    at.sin_port = htons(address->port);
    const struct timeval deadline = {.tv_sec = VISIT_CLIENT_DEADLINE_MS / 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline));
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool start_tls(struct visit_client *client, int version_max)
{
    client->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(client->context, 0); /* so that old versions are really offered */
    SSL_CTX_set_min_proto_version(client->context, TLS1_VERSION);
    if (version_max != 0) {
        SSL_CTX_set_max_proto_version(client->context, version_max);
    }
    client->ssl = SSL_new(client->context);
    SSL_set_fd(client->ssl, client->fd);
    SSL_set_tlsext_host_name(client->ssl, "localhost");
    return SSL_connect(client->ssl) == 1;
}

static bool write_all(struct visit_client *client, const void *bytes, size_t size)
{
    return !client->closed && SSL_write(client->ssl, bytes, (int)size) == (int)size;
}

/* One byte of the answer's head at a time: what follows it is a frame. */
static int read_status(struct visit_client *client)
{
    char head[4096] = "";
    for (size_t size = 0; size + 1 < sizeof(head); size++) {
        if (SSL_read(client->ssl, head + size, 1) != 1) {
            return 0;
        }
        head[size + 1] = 0;
        if (size >= 3 && strcmp(head + size - 3, "\r\n\r\n") == 0) {
            int status = 0;
            return sscanf(head, "HTTP/1.1 %d", &status) == 1 ? status : 0;
        }
    }
    return 0;
}

static bool send_upgrade(struct visit_client *client, const struct visit_client_address *address)
{
    char text[2048];
    const int size = snprintf(
        text, sizeof(text),
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s%s%s%s%s\r\n",
        address->path, address->origin ? "Origin: " : "", address->origin ? address->origin : "",
        address->origin ? "\r\n" : "", address->protocol ? "Sec-WebSocket-Protocol: " : "",
        address->protocol ? address->protocol : "", address->protocol ? "\r\n" : "",
        address->extra ? address->extra : "");
    return write_all(client, text, (size_t)size);
}

struct visit_client *visit_client_open(const struct visit_client_address *address, int *ret_status)
{
    AUTO(visit_client) client = allocate_zeroed(1, sizeof(*client));
    int ignored;
    int *status = ret_status ? ret_status : &ignored;
    *status = 0;
    client->kept = json_array();
    client->fd = connect_to(address);
    if (client->fd < 0 || !start_tls(client, address->tls_version_max) ||
        !send_upgrade(client, address)) {
        return NULL;
    }
    *status = read_status(client);
    return *status == 101 ? TAKE(client) : NULL;
}

struct visit_client *visit_client_destroy(struct visit_client *client)
{
    if (client) {
        SSL_free(client->ssl);
        SSL_CTX_free(client->context);
        if (client->fd >= 0) {
            close(client->fd);
        }
        json_decref(client->kept);
        free(client->incoming);
        free(client);
    }
    return NULL;
}

void visit_client_cut(struct visit_client *client)
{
    shutdown(client->fd, SHUT_RDWR);
    client->closed = true;
}

bool visit_client_send_frame(struct visit_client *client, unsigned opcode, bool final,
                             const void *bytes, size_t size)
{
    uint8_t *frame = allocate_zeroed(size + 14, 1);
    size_t head = 2;
    frame[0] = (uint8_t)((final ? 0x80 : 0) | opcode);
    if (size < 126) {
        frame[1] = (uint8_t)(0x80 | size);
    } else if (size < 65536) {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t)(size >> 8);
        frame[3] = (uint8_t)size;
        head = 4;
    } else {
        frame[1] = 0x80 | 127;
        for (unsigned i = 0; i < 8; i++) {
            frame[2 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
        }
        head = 10;
    }
    uint8_t *mask = frame + head;
    random_bytes(mask, 4);
    for (size_t i = 0; i < size; i++) {
        frame[head + 4 + i] = ((const uint8_t *)bytes)[i] ^ mask[i % 4];
    }
    const bool sent = write_all(client, frame, head + 4 + size);
    free(frame);
    return sent;
}

bool visit_client_send_text(struct visit_client *client, const char *text)
{
    return visit_client_send_frame(client, 1, true, text, strlen(text));
}

static bool read_all(struct visit_client *client, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const int got = SSL_read(client->ssl, bytes, (int)size);
        if (got <= 0) {
            if (SSL_get_error(client->ssl, got) == SSL_ERROR_WANT_READ) {
                fail_msg("the gateway said nothing for %d ms", VISIT_CLIENT_DEADLINE_MS);
            }
            client->closed = true;
            return false;
        }
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

/* Reads one frame and keeps what it says. Returns false when the connection is closed. */
static bool read_frame(struct visit_client *client)
{
    uint8_t head[2];
    uint8_t extended[8] = {0};
    if (client->closed || !read_all(client, head, 2)) {
        return false;
    }
    uint64_t size = head[1] & 0x7f;
    assert_int_equal(head[1] & 0x80, 0); /* a server masks nothing */
    if (size >= 126) {
        const size_t count = size == 126 ? 2 : 8;
        if (!read_all(client, extended, count)) {
            return false;
        }
        size = 0;
        for (size_t i = 0; i < count; i++) {
            size = size << 8 | extended[i];
        }
    }
    uint8_t *bytes = allocate_zeroed(size + 1, 1);
    const bool whole = read_all(client, bytes, size);
    const unsigned opcode = head[0] & 0x0f;
    if (whole && opcode <= 1) {
        client->incoming = allocate_resized(client->incoming, client->incoming_size + size + 1, 1);
        memcpy(client->incoming + client->incoming_size, bytes, size);
        client->incoming_size += size;
        if (head[0] & 0x80) {
            json_t *message = json_loadb((char *)client->incoming, client->incoming_size,
                                         JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(message);
            json_array_append_new(client->kept, message);
            client->incoming_size = 0;
        }
    } else if (whole && opcode == 8) {
        client->close_code = size >= 2 ? (unsigned)(bytes[0] << 8 | bytes[1]) : 0;
        client->closed = true;
    } else if (whole && opcode == 9) {
        visit_client_send_frame(client, 10, true, bytes, size);
    }
    free(bytes);
    return whole && !client->closed;
}

static json_t *take_kept(struct visit_client *client, bool (*accepts)(const json_t *, const void *),
                         const void *what)
{
    for (size_t i = 0; i < json_array_size(client->kept); i++) {
        json_t *message = json_array_get(client->kept, i);
        if (accepts(message, what)) {
            json_incref(message);
            json_array_remove(client->kept, i);
            return message;
        }
    }
    return NULL;
}

static bool replies_to(const json_t *message, const void *id)
{
    const json_t *reply_to = json_object_get(message, "reply_to");
    return reply_to && json_integer_value(reply_to) == *(const int *)id;
}

json_t *visit_client_request(struct visit_client *client, json_t *message)
{
    const int id = ++client->next_id;
    json_object_set_new(message, "id", json_integer(id));
    char *text = json_dumps(message, JSON_COMPACT);
    json_decref(message);
    assert_true(visit_client_send_text(client, text));
    free(text);
    json_t *reply;
    while (!(reply = take_kept(client, replies_to, &id))) {
        if (!read_frame(client)) {
            fail_msg("closed (%u) before the reply came", client->close_code);
        }
    }
    return reply;
}

struct wanted {
    const char *type;
    bool (*accepts)(const json_t *message);
};

static bool is_wanted(const json_t *message, const void *what)
{
    const struct wanted *wanted = what;
    const char *type = json_string_value(json_object_get(message, "type"));
    return type && strcmp(type, wanted->type) == 0 &&
           (!wanted->accepts || wanted->accepts(message));
}

json_t *visit_client_wait_for(struct visit_client *client, const char *type,
                              bool (*accepts)(const json_t *message))
{
    const struct wanted wanted = {type, accepts};
    json_t *message;
    while (!(message = take_kept(client, is_wanted, &wanted))) {
        if (!read_frame(client)) {
            char *kept = json_dumps(client->kept, JSON_COMPACT);
            print_error("kept: %s\n", kept);
            free(kept);
            fail_msg("closed (%u) while waiting for %s", client->close_code, type);
        }
    }
    return message;
}

json_t *visit_client_wait(struct visit_client *client, const char *type)
{
    return visit_client_wait_for(client, type, NULL);
}

bool visit_client_has(struct visit_client *client, const char *type)
{
    json_decref(visit_client_request(client, json_pack("{s:s}", "type", "ping")));
    const struct wanted wanted = {type, NULL};
    json_t *message = take_kept(client, is_wanted, &wanted);
    if (message) {
        json_array_insert_new(client->kept, 0, message);
    }
    return message != NULL;
}

void visit_client_forget(struct visit_client *client)
{
    json_array_clear(client->kept);
}

unsigned visit_client_wait_closed(struct visit_client *client)
{
    while (read_frame(client)) {
    }
    return client->close_code;
}

#include "signaling/session/turn_servers.h"

#include "gateway/base/digest.h"
#include "gateway/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

struct turn_servers {
    struct turn_servers_config config;
    size_t secret_length;
    char secret[TURN_SECRET_LENGTH_MAX + 3]; /* and what may end its line, and one too many */
};

/* ---- the secret ---- */

static int read_all(const char *path, char *bytes, size_t capacity, size_t *ret_size)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    size_t size = 0;
    ssize_t got;
    do {
        got = read(fd, bytes + size, capacity - size);
        size += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && size < capacity) || (got < 0 && errno == EINTR));
    if (got < 0) {
        return -errno;
    }
    *ret_size = size;
    return 0;
}

static bool is_one_word(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isgraph(text[i])) {
            return false;
        }
    }
    return length >= TURN_SECRET_LENGTH_MIN && length <= TURN_SECRET_LENGTH_MAX;
}

static int read_secret(struct turn_servers *servers)
{
    size_t length = 0;
    const int read =
        read_all(servers->config.secret_path, servers->secret, sizeof(servers->secret), &length);
    if (read < 0) {
        return read;
    }
    while (length > 0 && strchr("\r\n", servers->secret[length - 1])) {
        length--;
    }
    servers->secret_length = length;
    return is_one_word(servers->secret, length) ? 0 : -EBADMSG;
}

int turn_servers_create(const struct turn_servers_config *config, struct turn_servers **ret_servers)
{
    AUTO(turn_servers) servers = g_new0(struct turn_servers, 1);
    servers->config = *config;
    const int result = read_secret(servers);
    if (result < 0) {
        return result;
    }
    *ret_servers = TAKE(servers);
    return 0;
}

struct turn_servers *turn_servers_destroy(struct turn_servers *servers)
{
    if (servers) {
        secret_wipe(servers->secret, sizeof(servers->secret));
        g_free(servers);
    }
    return NULL;
}

/* ---- credentials ---- */

static json_t *uris_json(const struct turn_servers_config *config)
{
    json_t *uris = json_array();
    for (size_t i = 0; i < config->uri_count; i++) {
        json_array_append_new(uris, json_string(config->uris[i]));
    }
    return uris;
}

json_t *turn_servers_mint(const struct turn_servers *servers, const char *id, int64_t now_seconds)
{
    json_t *list = json_array();
    if (!servers) {
        return list;
    }
    uint8_t digest[DIGEST_SHA1_SIZE];
    g_autofree char *username =
        g_strdup_printf("%" PRId64 ":%s", now_seconds + servers->config.lifetime_seconds, id);
    digest_hmac_sha1(servers->secret, servers->secret_length, username, strlen(username), digest);
    g_autofree char *credential = g_base64_encode(digest, sizeof(digest));
    json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "urls", uris_json(&servers->config),
                                          "username", username, "credential", credential));
    return list;
}

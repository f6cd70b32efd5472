#include "signaling/server/static_files.h"

#include "gateway/base/digest.h"
#include "gateway/base/log.h"

#include <glib.h>
#include <string.h>

LOG_TOPIC("static");

#define FILES_MAX 2000
#define BYTES_MAX (64u * 1024 * 1024)
#define DEPTH_MAX 8

struct static_file {
    GBytes *content;
    GBytes *compressed; /* NULL: none */
    char etag[20];
    char compressed_etag[24]; /* a strong ETag names the bytes that are sent (RFC 9110, 8.8.3) */
};

struct static_files {
    GHashTable *files; /* "/path" -> struct static_file */
    size_t bytes;
};

static void file_free(gpointer object)
{
    struct static_file *file = object;
    g_bytes_unref(file->content);
    if (file->compressed) {
        g_bytes_unref(file->compressed);
    }
    g_free(file);
}

const char *static_files_content_type(const char *path)
{
    static const struct {
        const char *suffix;
        const char *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".wasm", "application/wasm"},
        {".mp3", "audio/mpeg"},
        {".wav", "audio/wav"},
        {".txt", "text/plain; charset=utf-8"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_has_suffix(path, types[i].suffix)) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

static GBytes *read_file(struct static_files *files, const char *path)
{
    char *content;
    gsize size;
    if (!g_file_get_contents(path, &content, &size, NULL)) {
        return NULL;
    }
    if (files->bytes + size > BYTES_MAX) {
        log_error("web_root_too_large", "path=%s", path);
        g_free(content);
        return NULL;
    }
    files->bytes += size;
    return g_bytes_new_take(content, size);
}

static void add_file(struct static_files *files, const char *path, const char *name)
{
    GBytes *content = g_hash_table_size(files->files) < FILES_MAX ? read_file(files, path) : NULL;
    if (!content) {
        return;
    }
    struct static_file *file = g_new0(struct static_file, 1);
    file->content = content;
    g_autofree char *compressed = g_strconcat(path, ".gz", NULL);
    file->compressed =
        g_file_test(compressed, G_FILE_TEST_IS_REGULAR) ? read_file(files, compressed) : NULL;
    uint8_t digest[DIGEST_SHA256_SIZE];
    char hex[DIGEST_SHA256_HEX_SIZE];
    gsize size;
    const void *bytes = g_bytes_get_data(content, &size);
    digest_sha256(bytes, size, digest);
    digest_to_hex(digest, hex);
    g_snprintf(file->etag, sizeof(file->etag), "\"%.16s\"", hex);
    g_snprintf(file->compressed_etag, sizeof(file->compressed_etag), "\"%.16s-gz\"", hex);
    g_hash_table_insert(files->files, g_strdup(name), file);
}

static void add_folder(struct static_files *files, const char *folder, const char *prefix,
                       unsigned depth)
{
    g_autoptr(GDir) directory = depth < DEPTH_MAX ? g_dir_open(folder, 0, NULL) : NULL;
    if (!directory) {
        log_warning("web_root_unreadable", "path=%s", folder);
        return;
    }
    const char *entry;
    while ((entry = g_dir_read_name(directory))) {
        g_autofree char *path = g_build_filename(folder, entry, NULL);
        g_autofree char *name = g_strconcat(prefix, "/", entry, NULL);
        if (entry[0] == '.' || g_file_test(path, G_FILE_TEST_IS_SYMLINK) ||
            g_str_has_suffix(entry, ".gz")) {
            continue;
        }
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            add_folder(files, path, name, depth + 1);
        } else if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            add_file(files, path, name);
        }
    }
}

struct static_files *static_files_create(const char *folder)
{
    struct static_files *files = g_new0(struct static_files, 1);
    files->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
    if (folder && *folder) {
        add_folder(files, folder, "", 0);
        log_info("web_client_read", "files=%u bytes=%zu", g_hash_table_size(files->files),
                 files->bytes);
    }
    return files;
}

struct static_files *static_files_destroy(struct static_files *files)
{
    if (files) {
        g_hash_table_destroy(files->files);
        g_free(files);
    }
    return NULL;
}

/* "q=0", "q=0.000": what is not wanted. */
static bool weight_is_zero(const char *parameter)
{
    return g_ascii_strncasecmp(parameter, "q=", 2) == 0 &&
           strspn(parameter + 2, "0.") == strlen(parameter + 2);
}

bool static_files_takes_gzip(const char *accept_encoding)
{
    g_auto(GStrv) codings = g_strsplit(accept_encoding, ",", 32);
    for (size_t i = 0; codings[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(codings[i], ";", 2);
        if (parts[0] && g_ascii_strcasecmp(g_strstrip(parts[0]), "gzip") == 0) {
            return !parts[1] || !weight_is_zero(g_strstrip(parts[1]));
        }
    }
    return false;
}

bool static_files_is_same(const char *if_none_match, const char *etag)
{
    g_auto(GStrv) tags = g_strsplit(if_none_match, ",", 32);
    for (size_t i = 0; tags[i]; i++) {
        const char *tag = g_strstrip(tags[i]);
        tag += g_str_has_prefix(tag, "W/") ? 2 : 0;
        if (strcmp(tag, "*") == 0 || strcmp(tag, etag) == 0) {
            return true;
        }
    }
    return false;
}

bool static_files_serve(const struct static_files *files, struct http_exchange *exchange,
                        const char *path)
{
    const struct static_file *file = g_hash_table_lookup(files->files, path);
    if (!file) {
        return false;
    }
    const struct http_request *request = http_exchange_request(exchange);
    const bool immutable = g_str_has_prefix(path, "/assets/");
    http_exchange_add_header(exchange, "Cache-Control",
                             immutable ? "public, max-age=31536000, immutable" : "no-cache");
    const bool compressed = file->compressed && static_files_takes_gzip(request->accept_encoding);
    const char *etag = compressed ? file->compressed_etag : file->etag;
    http_exchange_add_header(exchange, "ETag", etag);
    if (file->compressed) {
        http_exchange_add_header(exchange, "Vary", "Accept-Encoding");
    }
    if (static_files_is_same(request->if_none_match, etag)) {
        http_exchange_reply(exchange, 304, NULL, NULL, 0);
        return true;
    }
    if (compressed) {
        http_exchange_add_header(exchange, "Content-Encoding", "gzip");
    }
    gsize size;
    const void *bytes = g_bytes_get_data(compressed ? file->compressed : file->content, &size);
    http_exchange_reply(exchange, 200, static_files_content_type(path), bytes, size);
    return true;
}

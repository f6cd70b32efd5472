#include "signaling/api/page_of.h"

#include "signaling/api/form_fields.h"
#include "signaling/server/http_exchange.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* ---- cursors: base64url without padding (RFC 4648, 5) ---- */

static char *cursor_of(const char *key)
{
    char *text = g_base64_encode((const guchar *)key, strlen(key));
    text[strcspn(text, "=")] = 0;
    g_strdelimit(text, "+", '-');
    return g_strdelimit(text, "/", '_');
}

/* A cursor is good when it is what cursor_of() makes of a key. */
static bool read_cursor(const char *cursor, char ret_key[PAGE_KEY_SIZE])
{
    const size_t length = strlen(cursor);
    if (length == 0 || length > PAGE_KEY_SIZE * 4 / 3) {
        return false;
    }
    g_autofree char *text = g_strdup_printf("%s%.*s", cursor, (int)((4 - length % 4) % 4), "===");
    g_strdelimit(text, "-", '+');
    g_strdelimit(text, "_", '/');
    gsize size = 0;
    g_autofree guchar *bytes = g_base64_decode(text, &size);
    if (size == 0 || size >= PAGE_KEY_SIZE || memchr(bytes, 0, size) ||
        !g_utf8_validate((const char *)bytes, (gssize)size, NULL)) {
        return false;
    }
    memcpy(ret_key, bytes, size);
    ret_key[size] = 0;
    g_autofree char *again = cursor_of(ret_key);
    return strcmp(again, cursor) == 0;
}

/* ---- pages ---- */

static bool read_limit(const char *text, unsigned *ret_limit)
{
    guint64 limit;
    if (!g_ascii_string_to_unsigned(text, 10, 1, PAGE_LIMIT_MAX, &limit, NULL)) {
        return false;
    }
    *ret_limit = (unsigned)limit;
    return true;
}

const char *page_of_read(const char *query, struct page_request *ret_page)
{
    struct page_request page = {.limit = PAGE_LIMIT_DEFAULT};
    g_autofree char *limit = NULL;
    g_autofree char *cursor = NULL;
    int result = form_field_read(query, "limit", &limit);
    if (result == -EBADMSG || (result == 0 && !read_limit(limit, &page.limit))) {
        return "limit";
    }
    result = form_field_read(query, "cursor", &cursor);
    if (result == -EBADMSG || (result == 0 && !read_cursor(cursor, page.after))) {
        return "cursor";
    }
    *ret_page = page;
    return NULL;
}

bool page_of_query(struct http_exchange *exchange, struct page_request *ret_page)
{
    const char *problem = page_of_read(http_exchange_request(exchange)->query, ret_page);
    if (problem) {
        http_exchange_fail(exchange, 400, "bad_query",
                           "The limit is a number from 1 to 200; the cursor is the `next` of the "
                           "page before.",
                           problem);
    }
    return !problem;
}

json_t *page_of_items(const char *name, json_t *items, const char *last_key)
{
    g_autofree char *cursor = last_key ? cursor_of(last_key) : NULL;
    return json_pack("{s:o, s:s?}", name, items, "next", cursor);
}

#include "signaling/api/page_of.h"

#include "signaling/api/form_fields.h"
#include "signaling/protocol/base64url.h"
#include "signaling/server/http_exchange.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* ---- cursors ---- */

static bool read_cursor(const char *cursor, char ret_key[PAGE_KEY_SIZE])
{
    const ssize_t size = base64url_read(cursor, strlen(cursor), ret_key, PAGE_KEY_SIZE - 1);
    ret_key[size > 0 ? size : 0] = 0;
    return size > 0 && strlen(ret_key) == (size_t)size && g_utf8_validate(ret_key, -1, NULL);
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
    char cursor[BASE64URL_SIZE(PAGE_KEY_SIZE)];
    if (last_key) {
        base64url_write(last_key, strnlen(last_key, PAGE_KEY_SIZE - 1), cursor);
    }
    return json_pack("{s:o, s:s?}", name, items, "next", last_key ? cursor : NULL);
}

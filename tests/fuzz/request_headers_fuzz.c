/* fuzz-links: bedside_signaling bedside_visits
 * Cookie, Accept-Encoding and If-None-Match of any bytes; paths against patterns; scopes. */
#include "gateway/visits/api_scope.h"
#include "signaling/api/api.h"
#include "signaling/api/api_repeat.h"
#include "signaling/api/entity_tag.h"
#include "signaling/api/form_fields.h"
#include "signaling/api/page_of.h"
#include "signaling/server/http_routes.h"
#include "signaling/server/static_files.h"

#include <assert.h>
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *cookie = api_cookie(text, API_SEAT_COOKIE);
    assert(!cookie || (strstr(text, cookie) && !strchr(cookie, ';')));
    (void)static_files_takes_gzip(text);
    (void)static_files_is_same(text, "\"0123456789abcdef\"");
    struct api_parameters parameters;
    if (http_routes_match("/api/v1/recordings/{id}/participants/{participant}/media", text,
                          &parameters)) {
        assert(parameters.values[0][0] && parameters.values[1][0]);
        assert(!strchr(parameters.values[0], '/') && !strchr(parameters.values[1], '/'));
    }
    const struct http_request request = {.method = HTTP_POST,
                                         .door = HTTP_DOOR_PUBLIC,
                                         .path = text,
                                         .authorization = "",
                                         .idempotency_key = text};
    (void)http_routes_body_size_max(NULL, &request);
    (void)api_repeat_key_is_lawful(&request);
    struct page_request page;
    if (!page_of_read(text, &page)) {
        assert(page.limit >= 1 && page.limit <= PAGE_LIMIT_MAX);
    }
    unsigned scopes = 0;
    if (api_scopes_read(text, &scopes) == 0) {
        char written[API_SCOPES_SIZE];
        unsigned again = 0;
        api_scopes_write(scopes, written);
        assert(scopes && api_scopes_read(written, &again) == 0 && again == scopes);
    }
    g_autofree char *field = NULL;
    (void)form_field_read(text, "a", &field);
    (void)entity_tag_if_match(text, "\"a\"");
    (void)entity_tag_if_none_match(text, "\"a\"");
    return 0;
}

/* fuzz-links: bedside_signaling
 * Cookie, Accept-Encoding and If-None-Match of any bytes; paths against patterns. */
#include "signaling/api/api.h"
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
    (void)http_routes_body_size_max(HTTP_DOOR_PUBLIC, text);
    return 0;
}

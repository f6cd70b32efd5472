/* fuzz-links: bedside_signaling bedside_visits bedside_base
 *
 * What a stranger sends to the token endpoint. As it is; and, since most inputs are no base64, as
 * the two texts of a token (header, end of line, claims) behind that. One seed is
 * signed by the key, so that what comes behind the signature is reached. */
#include "signaling/api/client_assertion.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "signaling/protocol/base64url.h"

#define NOW_MS 1790000000000
#define SIGNATURE_SIZE 96

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char set[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"k\","
    "\"x\":\"k96Eks3Eayil61Y-DcQXk1C4NBqvxh1Yjz9fIaTTRufbDaO9azfvlQO-iLOrjQPi\","
    "\"y\":\"75ZDzFy_-34oiOFJn5nEl1wY8NSjG3amkpoHtIPQoR4FAdf4jQPeQgHyZpilofWP\"}]}";

static const struct key_set *keys(void)
{
    static struct key_set *read;
    const char *problem = NULL;
    if (!read && key_set_read(set, strlen(set), CLIENT_ASSERTION_ALGORITHMS, &read, &problem) < 0) {
        g_error("%s", problem);
    }
    return read;
}

static void judge(const char *text, size_t size)
{
    static const char *const audiences[] = {"https://a.example/api/v1/token"};
    const struct client_assertion_rules rules = {audiences, 1, NOW_MS};
    AUTO(client_assertion) assertion = NULL;
    const enum assertion_fault fault = client_assertion_read(text, size, &assertion);
    assert(!assertion == (fault != ASSERTION_GOOD));
    if (assertion) {
        int64_t time_ms;
        assert(strlen(assertion->client_id) == UUID_TEXT_SIZE - 1);
        (void)client_assertion_check(assertion, keys(), &rules);
        if (compact_jws_time(assertion->jws, "exp", &time_ms) == 0) {
            assert(time_ms >= 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    judge((const char *)data, size);
    const uint8_t *end = memchr(data, '\n', size);
    if (!end || size > CLIENT_ASSERTION_SIZE_MAX) {
        return 0;
    }
    const size_t header_size = (size_t)(end - data);
    const size_t claims_size = size - header_size - 1;
    static const uint8_t signature[SIGNATURE_SIZE] = {1};
    g_autofree char *header = g_malloc(BASE64URL_SIZE(header_size));
    g_autofree char *claims = g_malloc(BASE64URL_SIZE(claims_size));
    char last[BASE64URL_SIZE(SIGNATURE_SIZE)];
    base64url_write(data, header_size, header);
    base64url_write(end + 1, claims_size, claims);
    base64url_write(signature, sizeof(signature), last);
    g_autofree char *token = g_strdup_printf("%s.%s.%s", header, claims, last);
    judge(token, strlen(token));
    return 0;
}

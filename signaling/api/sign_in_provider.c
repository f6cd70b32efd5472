/* The way of a browser to the organisation's sign-in, and back. */
#include "signaling/api/sign_in_internal.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "signaling/api/form_fields.h"
#include "signaling/oidc/oidc_client.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

LOG_TOPIC("sign_in");

#define CODE_SIZE_MAX 4096

static bool may_try(struct api *api, struct http_exchange *exchange)
{
    return http_server_take_attempt(api->server, http_exchange_request(exchange)->client_address);
}

static void fail_too_fast(struct http_exchange *exchange)
{
    http_exchange_add_header(exchange, "Retry-After", "5");
    http_exchange_fail(exchange, 429, "too_fast",
                       "Too many attempts come from your network. Try again soon.", NULL);
}

/* ---- to the provider ---- */

static const char *problem_of(enum oidc_fault fault)
{
    static const char *const problems[OIDC_FAULT_COUNT] = {
        [OIDC_UNREACHABLE] = "unavailable",
        [OIDC_MISMATCH] = "misconfigured",
        [OIDC_CODE] = "expired",
        [OIDC_TOKEN] = "untrusted",
        [OIDC_NO_ROLE] = "no_role",
    };
    return problems[fault];
}

static void on_started(struct oidc_attempt *attempt)
{
    struct api *api = attempt->context;
    struct http_exchange *exchange = http_server_find_exchange(api->server, attempt->number);
    if (!exchange) {
        return;
    }
    if (attempt->fault == OIDC_GOOD) {
        sign_in_set_cookie(exchange, attempt->secret.cookie, SIGN_IN_SECRET_SECONDS);
        http_exchange_reply_json(exchange, 200, json_pack("{s:s}", "location", attempt->location));
    } else {
        http_exchange_fail(exchange, 503, problem_of(attempt->fault),
                           "The organisation's sign-in cannot be used just now.", NULL);
    }
}

static struct oidc_attempt *create_attempt(struct api *api, const struct http_exchange *exchange,
                                           const struct sign_in_secret *secret,
                                           void (*done)(struct oidc_attempt *attempt))
{
    struct oidc_attempt *attempt = oidc_attempt_create(secret);
    attempt->done = done;
    attempt->context = api;
    attempt->number = http_exchange_id(exchange);
    return attempt;
}

void sign_in_start(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    (void)parameters;
    if (!api->sign_in->client) {
        http_exchange_fail(exchange, 404, "not_found", "No sign-in is configured (sign_in.issuer).",
                           NULL);
        return;
    }
    if (!may_try(api, exchange)) {
        fail_too_fast(exchange);
        return;
    }
    struct sign_in_secret secret;
    sign_in_secret_make(clock_wall_ms(), &secret);
    oidc_client_start(api->sign_in->client, create_attempt(api, exchange, &secret, on_started));
    secret_wipe(&secret, sizeof(secret));
}

/* ---- and back ---- */

static void on_proven(struct oidc_attempt *attempt)
{
    struct api *api = attempt->context;
    struct http_exchange *exchange = http_server_find_exchange(api->server, attempt->number);
    if (!exchange) {
        log_info("browser_left", "reason=%s", attempt->reason);
    } else if (attempt->fault == OIDC_GOOD) {
        sign_in_open(api, exchange, &attempt->identity, true);
    } else {
        sign_in_refuse(api, exchange, problem_of(attempt->fault), attempt->reason);
    }
}

/* The parameters of the way back (RFC 6749, 4.1.2; RFC 9207). Owned; NULL: missing or unusable. */
struct way_back {
    char *state;
    char *code;
    char *issuer;
    char *error;
};

static void way_back_finish(struct way_back *back)
{
    if (back->code) {
        secret_wipe(back->code, strlen(back->code));
    }
    g_free(back->state);
    g_free(back->code);
    g_free(back->issuer);
    g_free(back->error);
}

/* Returns NULL when the provider sent this browser, and with a code; else what the page says, and
 * a reason for the audit trail. */
static const char *find_fault(const struct sign_in *sign_in, const struct way_back *back,
                              const struct sign_in_secret *secret, const char **ret_reason)
{
    if (!back->state || !sign_in_secret_is_state(secret, back->state)) {
        *ret_reason = "state";
        return "expired";
    }
    if (!oidc_client_is_issuer(sign_in->client, back->issuer)) {
        *ret_reason = "issuer";
        return "untrusted";
    }
    if (back->error) {
        const bool denied = strcmp(back->error, "access_denied") == 0;
        *ret_reason = denied ? "access_denied" : "provider_error";
        return denied ? "denied" : "unavailable";
    }
    *ret_reason = "code";
    return back->code && back->code[0] && strlen(back->code) <= CODE_SIZE_MAX ? NULL : "expired";
}

static void come_back_with(struct api *api, struct http_exchange *exchange, struct way_back *back)
{
    const struct http_request *request = http_exchange_request(exchange);
    g_autofree char *cookie = api_cookie(request->cookie, SIGN_IN_COOKIE);
    struct sign_in_secret secret;
    const int read = cookie ? sign_in_secret_read(cookie, clock_wall_ms(), &secret) : -ENOENT;
    if (read < 0) {
        sign_in_refuse(api, exchange, "expired", read == -ETIME ? "too_late" : "no_cookie");
        return;
    }
    const char *reason = NULL;
    const char *problem = find_fault(api->sign_in, back, &secret, &reason);
    if (problem) {
        sign_in_refuse(api, exchange, problem, reason);
    } else {
        struct oidc_attempt *attempt = create_attempt(api, exchange, &secret, on_proven);
        attempt->code = TAKE(back->code);
        oidc_client_start(api->sign_in->client, attempt);
    }
    secret_wipe(cookie, strlen(cookie));
    secret_wipe(&secret, sizeof(secret));
}

void sign_in_come_back(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    (void)parameters;
    const char *query = http_exchange_request(exchange)->query;
    if (!api->sign_in->client) {
        sign_in_send_to_page(exchange, "misconfigured");
        return;
    }
    if (!may_try(api, exchange)) {
        sign_in_send_to_page(exchange, "too_fast");
        return;
    }
    struct way_back back = {0};
    form_field_read(query, "state", &back.state);
    form_field_read(query, "code", &back.code);
    form_field_read(query, "iss", &back.issuer);
    form_field_read(query, "error", &back.error);
    come_back_with(api, exchange, &back);
    way_back_finish(&back);
}

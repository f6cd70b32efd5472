/* The whole way of a sign-in, with a provider that is a table of answers. */
#include "signaling/oidc/oidc_client.h"

#include "gateway/base/clock.h"
#include "tests/unit/signaling/assertion_maker.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ISSUER "https://login.example/realm"
#define DISCOVERY                                                                                  \
    "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"https://login.example/auth\","        \
    "\"token_endpoint\":\"https://login.example/token\","                                          \
    "\"jwks_uri\":\"https://login.example/keys\","                                                 \
    "\"end_session_endpoint\":\"https://login.example/out?a=b\"}"

enum place { AT_DISCOVERY, AT_TOKEN, AT_KEYS, PLACE_COUNT };

struct provider {
    struct mailbox *answers;
    struct oidc_client *client;
    struct made_key *key;
    struct {
        int result;
        unsigned status;
        char *body; /* owned */
        unsigned asked;
    } at[PLACE_COUNT];
    char *last_form; /* owned */
    char *last_user;
    /* What came of the last attempt: */
    unsigned done;
    enum oidc_fault fault;
    char reason[32];
    char location[2048];
    struct staff_account identity;
};

static void say(struct provider *provider, enum place place, unsigned status, char *body)
{
    g_free(provider->at[place].body);
    provider->at[place].result = 0;
    provider->at[place].status = status;
    provider->at[place].body = body;
}

static enum place place_of(const char *url)
{
    static const char *const urls[PLACE_COUNT] = {ISSUER "/.well-known/openid-configuration",
                                                  "https://login.example/token",
                                                  "https://login.example/keys"};
    for (int i = 0; i < PLACE_COUNT; i++) {
        if (strcmp(url, urls[i]) == 0) {
            return (enum place)i;
        }
    }
    fail_msg("%s was asked", url);
    return PLACE_COUNT;
}

static void start(void *context, struct http_fetch *fetch)
{
    struct provider *provider = context;
    const enum place place = place_of(fetch->url);
    provider->at[place].asked++;
    if (fetch->form) {
        g_free(provider->last_form);
        g_free(provider->last_user);
        provider->last_form = g_strdup(fetch->form);
        provider->last_user = g_strdup_printf("%s:%s", fetch->user ? fetch->user : "",
                                              fetch->password ? fetch->password : "");
    }
    fetch->result = provider->at[place].result;
    fetch->status = provider->at[place].status;
    fetch->body = strdup(provider->at[place].body ? provider->at[place].body : "");
    fetch->body_size = strlen(fetch->body);
    mailbox_post(fetch->reply, &fetch->message);
}
static const struct http_fetch_ops fetch_ops = {.start = start};

static void on_done(struct oidc_attempt *attempt)
{
    struct provider *provider = attempt->context;
    provider->done++;
    provider->fault = attempt->fault;
    snprintf(provider->reason, sizeof(provider->reason), "%s", attempt->reason);
    snprintf(provider->location, sizeof(provider->location), "%s",
             attempt->location ? attempt->location : "");
    provider->identity = attempt->identity;
}

static void say_keys(struct provider *provider, const struct made_key *key)
{
    AUTO_FREE char *set = made_key_set(key);
    say(provider, AT_KEYS, 200, g_strdup(set));
}

static void say_token(struct provider *provider, const struct made_key *key, const char *key_id,
                      const char *nonce)
{
    const int64_t now_s = clock_wall_ms() / 1000;
    g_autofree char *header = g_strdup_printf("{\"alg\":\"ES256\",\"kid\":\"%s\"}", key_id);
    g_autofree char *claims = g_strdup_printf(
        "{\"iss\":\"" ISSUER "\",\"sub\":\"s-1\",\"aud\":\"bedside\",\"nonce\":\"%s\","
        "\"exp\":%" PRId64 ",\"iat\":%" PRId64 ",\"roles\":[\"desk\"],\"name\":\"Nora Quill\"}",
        nonce, now_s + 300, now_s);
    AUTO_FREE char *token = made_token(key, header, claims, MADE_WITH_SHA256);
    say(provider, AT_TOKEN, 200, g_strdup_printf("{\"id_token\":\"%s\"}", token));
}

static int set_up(void **state)
{
    struct provider *provider = g_new0(struct provider, 1);
    provider->answers = mailbox_create();
    provider->key = made_key_create(MADE_P256, "one");
    const struct oidc_client_config config = {
        .issuer = ISSUER,
        .client_id = "bedside",
        .scopes = "openid profile",
        .redirect_uri = "https://visits.example/sign-in/callback",
        .signed_out_uri = "https://visits.example/sign-in?signed-out",
        .claims = {.roles_claim = "roles", .roles = "desk=coordinator", .staff_key_claim = "sub"},
        .fetch = &fetch_ops,
        .fetcher = provider,
        .answers = provider->answers,
    };
    say(provider, AT_DISCOVERY, 200, g_strdup(DISCOVERY));
    say_keys(provider, provider->key);
    *state = provider;
    return oidc_client_create(&config, &provider->client);
}

static int tear_down(void **state)
{
    struct provider *provider = *state;
    oidc_client_destroy(provider->client);
    mailbox_destroy(provider->answers);
    made_key_destroy(provider->key);
    for (int i = 0; i < PLACE_COUNT; i++) {
        g_free(provider->at[i].body);
    }
    g_free(provider->last_form);
    g_free(provider->last_user);
    g_free(provider);
    return 0;
}

/* `code`: NULL to begin. Returns what came of it. */
static enum oidc_fault attempt_with(struct provider *provider, const struct sign_in_secret *secret,
                                    const char *code)
{
    const unsigned before = provider->done;
    struct oidc_attempt *attempt = oidc_attempt_create(secret);
    attempt->done = on_done;
    attempt->context = provider;
    attempt->code = g_strdup(code);
    oidc_client_start(provider->client, attempt);
    oidc_answers_take(provider->answers);
    assert_int_equal(provider->done, before + 1);
    return provider->fault;
}

static void the_browser_is_sent_with_what_binds_it(void **state)
{
    struct provider *provider = *state;
    struct sign_in_secret secret;
    sign_in_secret_make(clock_wall_ms(), &secret);
    assert_int_equal(attempt_with(provider, &secret, NULL), OIDC_GOOD);
    g_autofree char *expected = g_strdup_printf(
        "https://login.example/auth?response_type=code&client_id=bedside&redirect_uri="
        "https%%3A%%2F%%2Fvisits.example%%2Fsign-in%%2Fcallback&scope=openid%%20profile&state=%s"
        "&nonce=%s&code_challenge=%s&code_challenge_method=S256",
        secret.state, secret.nonce, secret.challenge);
    assert_string_equal(provider->location, expected);
    assert_null(strstr(provider->location, secret.verifier));
    /* Discovery is kept. */
    assert_int_equal(attempt_with(provider, &secret, NULL), OIDC_GOOD);
    assert_int_equal(provider->at[AT_DISCOVERY].asked, 1);
    g_autofree char *out = oidc_client_logout_location(provider->client);
    assert_string_equal(out, "https://login.example/out?a=b&client_id=bedside&"
                             "post_logout_redirect_uri=https%3A%2F%2Fvisits.example%2Fsign-in%3F"
                             "signed-out");
}

static void a_code_becomes_somebody(void **state)
{
    struct provider *provider = *state;
    struct sign_in_secret secret;
    sign_in_secret_make(clock_wall_ms(), &secret);
    say_token(provider, provider->key, "one", secret.nonce);
    assert_int_equal(attempt_with(provider, &secret, "a code/+"), OIDC_GOOD);
    assert_string_equal(provider->identity.display_name, "Nora Quill");
    assert_string_equal(provider->identity.issuer, ISSUER);
    assert_int_equal(provider->identity.roles, PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR));
    assert_non_null(strstr(provider->last_form, "code=a%20code%2F%2B&"));
    assert_non_null(strstr(provider->last_form, secret.verifier));
    assert_non_null(strstr(provider->last_form, "client_id=bedside"));
    assert_string_equal(provider->last_user, ":");
}

static void a_token_of_another_sign_in_is_refused(void **state)
{
    struct provider *provider = *state;
    struct sign_in_secret mine;
    struct sign_in_secret other;
    sign_in_secret_make(clock_wall_ms(), &mine);
    sign_in_secret_make(clock_wall_ms(), &other);
    say_token(provider, provider->key, "one", other.nonce);
    assert_int_equal(attempt_with(provider, &mine, "code"), OIDC_TOKEN);
    assert_string_equal(provider->reason, "nonce");
}

static void keys_are_read_again_once_for_an_unknown_one(void **state)
{
    struct provider *provider = *state;
    struct sign_in_secret secret;
    sign_in_secret_make(clock_wall_ms(), &secret);
    say_token(provider, provider->key, "one", secret.nonce);
    assert_int_equal(attempt_with(provider, &secret, "code"), OIDC_GOOD);
    assert_int_equal(attempt_with(provider, &secret, "code"), OIDC_GOOD);
    assert_int_equal(provider->at[AT_KEYS].asked, 1);

    struct made_key *next = made_key_create(MADE_P256, "two");
    say_token(provider, next, "two", secret.nonce);
    assert_int_equal(attempt_with(provider, &secret, "code"), OIDC_TOKEN);
    assert_string_equal(provider->reason, "key");
    assert_int_equal(provider->at[AT_KEYS].asked, 2);
    say_keys(provider, next);
    assert_int_equal(attempt_with(provider, &secret, "code"), OIDC_GOOD);
    assert_int_equal(provider->at[AT_KEYS].asked, 3);
    made_key_destroy(next);
}

static void what_goes_wrong_is_told_apart(void **state)
{
    struct provider *provider = *state;
    struct sign_in_secret secret;
    sign_in_secret_make(clock_wall_ms(), &secret);
    static const struct {
        enum place place;
        int result;
        unsigned status;
        const char *body;
        enum oidc_fault fault;
        const char *reason;
    } rows[] = {
        {AT_DISCOVERY, -ECONNREFUSED, 0, "", OIDC_UNREACHABLE, "discovery"},
        {AT_DISCOVERY, -EPROTO, 0, "", OIDC_UNREACHABLE, "discovery"},
        {AT_DISCOVERY, 0, 302, "", OIDC_UNREACHABLE, "discovery"},
        {AT_DISCOVERY, 0, 404, DISCOVERY, OIDC_UNREACHABLE, "discovery"},
        {AT_DISCOVERY, 0, 200, "<html>", OIDC_MISMATCH, "discovery"},
        {AT_TOKEN, -ETIMEDOUT, 0, "", OIDC_UNREACHABLE, "token_endpoint"},
        {AT_TOKEN, 0, 503, "", OIDC_UNREACHABLE, "token_endpoint"},
        {AT_TOKEN, 0, 400, "{\"error\":\"invalid_grant\"}", OIDC_CODE, "invalid_grant"},
        {AT_TOKEN, 0, 401, "{\"error\":\"invalid_client\"}", OIDC_MISMATCH, "invalid_client"},
        {AT_TOKEN, 0, 400, "{\"error\":\"x\\ny\"}", OIDC_MISMATCH, "token_endpoint"},
        {AT_TOKEN, 0, 400, "", OIDC_MISMATCH, "token_endpoint"},
        {AT_TOKEN, 0, 200, "{}", OIDC_MISMATCH, "no_id_token"},
        {AT_TOKEN, 0, 200, "{\"id_token\":\"a.b.c\"}", OIDC_TOKEN, "malformed"},
        {AT_KEYS, -EMSGSIZE, 0, "", OIDC_UNREACHABLE, "keys"},
        {AT_KEYS, 0, 200, "{\"keys\":[]}", OIDC_MISMATCH, "keys"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        /* What is kept would hide the row. */
        void *fresh = NULL;
        set_up(&fresh);
        struct provider *other = fresh;
        say_token(other, other->key, "one", secret.nonce);
        say(other, rows[i].place, rows[i].status, g_strdup(rows[i].body));
        other->at[rows[i].place].result = rows[i].result;
        const enum oidc_fault fault = attempt_with(other, &secret, "code");
        if (fault != rows[i].fault || strcmp(other->reason, rows[i].reason) != 0) {
            fail_msg("row %zu: %d %s", i, (int)fault, other->reason);
        }
        tear_down(&fresh);
    }
    assert_int_equal(provider->done, 0);
}

static void what_is_under_way_can_be_forgotten(void **state)
{
    struct provider *provider = *state;
    struct sign_in_secret secret;
    sign_in_secret_make(clock_wall_ms(), &secret);
    struct oidc_attempt *attempt = oidc_attempt_create(&secret);
    attempt->done = on_done;
    attempt->context = provider;
    oidc_client_start(provider->client, attempt);
    provider->client = oidc_client_destroy(provider->client);
    assert_int_equal(provider->done, 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(the_browser_is_sent_with_what_binds_it),
        WITH(a_code_becomes_somebody),
        WITH(a_token_of_another_sign_in_is_refused),
        WITH(keys_are_read_again_once_for_an_unknown_one),
        WITH(what_goes_wrong_is_told_apart),
        WITH(what_is_under_way_can_be_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

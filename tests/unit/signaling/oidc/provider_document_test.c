#include "signaling/oidc/provider_document.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ISSUER "https://login.example"
#define NAME "\"issuer\":\"" ISSUER "\","
#define DOORS                                                                                      \
    "\"authorization_endpoint\":\"https://login.example/auth?tenant=1\","                          \
    "\"token_endpoint\":\"https://login.example/token\","
#define KEYS "\"jwks_uri\":\"https://login.example/keys\""

static void documents_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"{" NAME DOORS KEYS "}", true},
        {"{" NAME DOORS KEYS ",\"response_types_supported\":[\"id_token\",\"code\"]}", true},
        {"{" NAME DOORS KEYS ",\"response_types_supported\":[\"id_token\"]}", false},
        {"{" NAME DOORS KEYS ",\"code_challenge_methods_supported\":[\"plain\"]}", false},
        {"{" NAME DOORS KEYS ",\"id_token_signing_alg_values_supported\":[\"HS256\",\"ES384\"]}",
         true},
        {"{" NAME DOORS KEYS ",\"id_token_signing_alg_values_supported\":[\"HS256\",\"none\"]}",
         false},
        {"{" NAME DOORS KEYS ",\"end_session_endpoint\":\"https://login.example/out\"}", true},
        {"{" NAME DOORS KEYS ",\"end_session_endpoint\":\"javascript:alert(1)\"}", false},
        {"{" DOORS KEYS "}", false},
        {"{\"issuer\":\"https://login.example/\"," DOORS KEYS "}", false},
        {"{\"issuer\":\"https://evil.example\"," DOORS KEYS "}", false},
        {"{\"issuer\":7," DOORS KEYS "}", false},
        {"{" NAME DOORS "\"jwks_uri\":\"http://login.example/keys\"}", false},
        {"{" NAME DOORS "\"jwks_uri\":\"file:///etc/passwd\"}", false},
        {"{" NAME DOORS "\"jwks_uri\":[\"https://login.example/keys\"]}", false},
        {"{" NAME DOORS "\"other\":1}", false},
        {"{" NAME KEYS "}", false},
        {"{" NAME NAME DOORS KEYS "}", false},
        {"[]", false},
        {"", false},
        {"<html>", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(provider_document) document = NULL;
        const char *problem = NULL;
        const int result =
            provider_document_read(rows[i].text, strlen(rows[i].text), ISSUER, &document, &problem);
        if ((result == 0) != rows[i].good) {
            fail_msg("%s: %s", rows[i].text, problem ? problem : "read");
        }
        assert_true(rows[i].good ? document != NULL : problem != NULL);
    }
}

static void what_it_offers_is_known(void **state)
{
    (void)state;
    AUTO(provider_document) plain = NULL;
    AUTO(provider_document) rich = NULL;
    const char *problem;
    static const char least[] = "{" NAME DOORS KEYS "}";
    static const char most[] =
        "{" NAME DOORS KEYS ",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],"
        "\"authorization_response_iss_parameter_supported\":true,"
        "\"end_session_endpoint\":\"https://login.example/out\"}";
    assert_int_equal(provider_document_read(least, strlen(least), ISSUER, &plain, &problem), 0);
    assert_string_equal(plain->authorization_endpoint, "https://login.example/auth?tenant=1");
    assert_true(plain->takes_basic && !plain->takes_post && !plain->names_itself);
    assert_null(plain->end_session_endpoint);
    assert_int_equal(provider_document_read(most, strlen(most), ISSUER, &rich, &problem), 0);
    assert_true(!rich->takes_basic && rich->takes_post && rich->names_itself);
    assert_string_equal(rich->end_session_endpoint, "https://login.example/out");
}

static void addresses_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool good;
    } rows[] = {
        {"https://a.example", true},
        {"https://a.example:8443/x?y=z", true},
        {"https://[2001:db8::1]/x", true},
        {"https://user@a.example/", false},
        {"https://a.example/@x", true},
        {"https://a.example/#x", false},
        {"https://a.example/\r\nX: y", false},
        {"https://a.example/ x", false},
        {"https:///x", false},
        {"https://", false},
        {"HTTPS://a.example", false},
        {"//a.example", false},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (provider_url_is_good(rows[i].url) != rows[i].good) {
            fail_msg("%s", rows[i].url);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_checked),
        cmocka_unit_test(what_it_offers_is_known),
        cmocka_unit_test(addresses_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

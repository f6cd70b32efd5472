/* Every way in which an assertion can be wrong, one at a time. */
#include "signaling/api/client_assertion.h"

#include "tests/unit/signaling/assertion_maker.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT "0198c0de-0000-7000-8000-000000000001"
#define OTHER_CLIENT "0198c0de-0000-7000-8000-000000000002"
#define ENDPOINT "https://visits.hospital.example/api/v1/token"
#define OTHER_NAME "https://visits.example:8443/api/v1/token"
#define NOW 1790000000ll /* seconds */

#define HEADER "{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"typ\":\"JWT\"}"

static struct made_key *key;
static struct key_set *keys;

static int make_keys(void **state)
{
    (void)state;
    const char *problem = NULL;
    key = made_key_create(MADE_P384, "ec-1");
    AUTO_FREE char *text = made_key_set(key);
    return key_set_read(text, strlen(text), CLIENT_ASSERTION_ALGORITHMS, &keys, &problem);
}

static int drop_keys(void **state)
{
    (void)state;
    keys = key_set_destroy(keys);
    key = made_key_destroy(key);
    return 0;
}

/* What a whole look at the token (owned: freed here) comes to. */
static enum assertion_fault judge(char *token)
{
    static const char *const audiences[] = {ENDPOINT, OTHER_NAME};
    const struct client_assertion_rules rules = {audiences, 2, NOW * 1000};
    AUTO_FREE char *text = token;
    AUTO(client_assertion) assertion = NULL;
    const enum assertion_fault fault = client_assertion_read(text, strlen(text), &assertion);
    assert_true(!assertion == (fault != ASSERTION_GOOD));
    return fault != ASSERTION_GOOD ? fault : client_assertion_check(assertion, keys, &rules);
}

static void assert_fault(enum assertion_fault fault, enum assertion_fault expected,
                         const char *what)
{
    if (fault != expected) {
        fail_msg("%s: %s instead of %s", what, assertion_fault_name(fault),
                 assertion_fault_name(expected));
    }
}

#define CLAIMS_WITH(iss, sub, aud, times, jti) "{" iss sub aud times jti "\"x\":1}"
#define ISS "\"iss\":\"" CLIENT "\","
#define SUB "\"sub\":\"" CLIENT "\","
#define AUD "\"aud\":\"" ENDPOINT "\","
#define TIMES "\"exp\":1790000300,\"iat\":1790000000,"
#define JTI "\"jti\":\"one\","

static void claims_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        enum assertion_fault fault;
    } rows[] = {
        {CLAIMS_WITH(ISS, SUB, AUD, TIMES, JTI), ASSERTION_GOOD},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":\"" OTHER_NAME "\",", TIMES, JTI), ASSERTION_GOOD},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":[\"" ENDPOINT "\"],", TIMES, JTI), ASSERTION_GOOD},
        /* who */
        {CLAIMS_WITH("", SUB, AUD, TIMES, JTI), ASSERTION_ISSUER},
        {CLAIMS_WITH(ISS, "", AUD, TIMES, JTI), ASSERTION_ISSUER},
        {CLAIMS_WITH(ISS, "\"sub\":\"" OTHER_CLIENT "\",", AUD, TIMES, JTI), ASSERTION_ISSUER},
        {CLAIMS_WITH("\"iss\":\"" OTHER_CLIENT "\",", SUB, AUD, TIMES, JTI), ASSERTION_ISSUER},
        {CLAIMS_WITH("\"iss\":\"ehr\",", "\"sub\":\"ehr\",", AUD, TIMES, JTI), ASSERTION_ISSUER},
        {CLAIMS_WITH("\"iss\":7,", "\"sub\":7,", AUD, TIMES, JTI), ASSERTION_ISSUER},
        {CLAIMS_WITH("\"iss\":\"\",", "\"sub\":\"\",", AUD, TIMES, JTI), ASSERTION_ISSUER},
        /* for whom */
        {CLAIMS_WITH(ISS, SUB, "", TIMES, JTI), ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":\"https://visits.hospital.example\",", TIMES, JTI),
         ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":\"" ENDPOINT "/\",", TIMES, JTI), ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":\"https://evil.example/api/v1/token\",", TIMES, JTI),
         ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":\"https://VISITS.hospital.example/api/v1/token\",", TIMES,
                     JTI),
         ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":[],", TIMES, JTI), ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":[\"" ENDPOINT "\",\"https://evil.example\"],", TIMES, JTI),
         ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":[[\"" ENDPOINT "\"]],", TIMES, JTI), ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":{\"" ENDPOINT "\":1},", TIMES, JTI), ASSERTION_AUDIENCE},
        {CLAIMS_WITH(ISS, SUB, "\"aud\":null,", TIMES, JTI), ASSERTION_AUDIENCE},
        /* when: a minute of grace, not more */
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1789999941,", JTI), ASSERTION_GOOD},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1789999940,", JTI), ASSERTION_EXPIRED},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1789999000,", JTI), ASSERTION_EXPIRED},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":0,", JTI), ASSERTION_EXPIRED},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000360,", JTI), ASSERTION_GOOD},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300.5,", JTI), ASSERTION_GOOD},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000361,", JTI), ASSERTION_TOO_LONG},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790003600,", JTI), ASSERTION_TOO_LONG},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300000,", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1e300,", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":-1,", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":\"1790000300\",", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":null,", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":9223372036854775807,", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300,\"nbf\":1790000060,", JTI), ASSERTION_GOOD},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300,\"nbf\":1790000061,", JTI),
         ASSERTION_NOT_YET},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300,\"iat\":1790000061,", JTI),
         ASSERTION_NOT_YET},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300,\"iat\":\"now\",", JTI), ASSERTION_TIME},
        {CLAIMS_WITH(ISS, SUB, AUD, "\"exp\":1790000300,\"iat\":1700000000,", JTI), ASSERTION_GOOD},
        /* once */
        {CLAIMS_WITH(ISS, SUB, AUD, TIMES, ""), ASSERTION_JTI},
        {CLAIMS_WITH(ISS, SUB, AUD, TIMES, "\"jti\":\"\","), ASSERTION_JTI},
        {CLAIMS_WITH(ISS, SUB, AUD, TIMES, "\"jti\":7,"), ASSERTION_JTI},
        /* said twice: no claims at all */
        {CLAIMS_WITH(ISS ISS, SUB, AUD, TIMES, JTI), ASSERTION_MALFORMED},
        {CLAIMS_WITH(ISS, SUB, AUD "\"aud\":\"https://evil.example\",", TIMES, JTI),
         ASSERTION_MALFORMED},
        {"[]", ASSERTION_MALFORMED},
        {"7", ASSERTION_MALFORMED},
        {"", ASSERTION_MALFORMED},
        {"{\"iss\":\"\\u0000\"}", ASSERTION_MALFORMED},
        {"{\"iss\":\"\xff\"}", ASSERTION_MALFORMED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_fault(judge(made_token(key, HEADER, rows[i].claims, MADE_AS_AGREED)), rows[i].fault,
                     rows[i].claims);
    }
}

static void headers_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum assertion_fault fault;
    } rows[] = {
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\"}", ASSERTION_GOOD},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"typ\":\"jwt\"}", ASSERTION_GOOD},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"typ\":\"client-authentication+jwt\"}",
         ASSERTION_GOOD},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"x5t\":\"AA\"}", ASSERTION_GOOD},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"typ\":\"at+jwt\"}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"typ\":7}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\"}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"\"}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":7}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"jku\":\"https://evil.example\"}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"jwk\":{}}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"x5u\":\"https://evil.example\"}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"x5c\":[]}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"crit\":[\"exp\"]}", ASSERTION_HEADER},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-2\"}", ASSERTION_KEY},
        {"{\"alg\":\"RS384\",\"kid\":\"ec-1\"}", ASSERTION_ALGORITHM},
        {"{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", ASSERTION_ALGORITHM},
        {"{\"alg\":\"none\",\"kid\":\"ec-1\"}", ASSERTION_ALGORITHM},
        {"{\"alg\":\"HS384\",\"kid\":\"ec-1\"}", ASSERTION_ALGORITHM},
        {"{\"kid\":\"ec-1\"}", ASSERTION_ALGORITHM},
        {"{\"alg\":\"ES384\",\"alg\":\"none\",\"kid\":\"ec-1\"}", ASSERTION_MALFORMED},
        {"[\"ES384\"]", ASSERTION_MALFORMED},
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\"} ", ASSERTION_GOOD}, /* white space is JSON's */
        {"{\"alg\":\"ES384\",\"kid\":\"ec-1\"}x", ASSERTION_MALFORMED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_fault(judge(made_token(key, rows[i].header, CLAIMS_WITH(ISS, SUB, AUD, TIMES, JTI),
                                      MADE_AS_AGREED)),
                     rows[i].fault, rows[i].header);
    }
}

/* The token with one part replaced. Owned. */
static char *with_part(unsigned which, const char *part)
{
    AUTO_FREE char *token =
        made_token(key, HEADER, CLAIMS_WITH(ISS, SUB, AUD, TIMES, JTI), MADE_AS_AGREED);
    g_auto(GStrv) parts = g_strsplit(token, ".", 3);
    g_free(parts[which]);
    parts[which] = g_strdup(part);
    g_autofree char *joined = g_strjoinv(".", parts);
    return strdup(joined);
}

static void texts_of_another_form_are_refused(void **state)
{
    (void)state;
    AUTO_FREE char *good =
        made_token(key, HEADER, CLAIMS_WITH(ISS, SUB, AUD, TIMES, JTI), MADE_AS_AGREED);
    assert_fault(judge(strdup(good)), ASSERTION_GOOD, "good");
    static const char *const forms[] = {
        "%s.", ".%s", "%s=", " %s", "%s ", "%s\n", "%s.%s", "Bearer %s", "{\"token\":\"%s\"}"};
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        char *text = NULL;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        assert_true(asprintf(&text, forms[i], good, good) > 0);
#pragma GCC diagnostic pop
        assert_fault(judge(text), ASSERTION_MALFORMED, forms[i]);
    }
    static const char *const texts[] = {"",    ".",     "..",       "...",
                                        "a.b", "a.b.c", "e30.e30.", "e30.e30.AA"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        const enum assertion_fault fault = judge(strdup(texts[i]));
        assert_true(fault == ASSERTION_MALFORMED || fault == ASSERTION_ALGORITHM);
    }
    for (unsigned part = 0; part < 3; part++) {
        assert_fault(judge(with_part(part, "")), ASSERTION_MALFORMED, "an empty part");
        assert_fault(judge(with_part(part, "e3 0")), ASSERTION_MALFORMED, "a blank");
    }
    assert_fault(judge(with_part(2, "AAAA")), ASSERTION_SIGNATURE, "a short signature");
}

static void size_is_bounded(void **state)
{
    (void)state;
    const size_t size = 1u << 20;
    char *huge = malloc(size + 1);
    assert_non_null(huge);
    memset(huge, 'A', size);
    huge[size] = 0;
    huge[100] = '.';
    huge[size - 100] = '.';
    assert_fault(judge(huge), ASSERTION_MALFORMED, "a megabyte");

    char jti[300];
    memset(jti, 'j', sizeof(jti));
    for (size_t length = 256; length <= 257; length++) {
        AUTO_FREE char *claims = NULL;
        assert_true(asprintf(&claims, "{" ISS SUB AUD TIMES "\"jti\":\"%.*s\"}", (int)length, jti) >
                    0);
        assert_fault(judge(made_token(key, HEADER, claims, MADE_AS_AGREED)),
                     length == 256 ? ASSERTION_GOOD : ASSERTION_JTI, "jti");
    }
}

static void what_it_says_is_read(void **state)
{
    (void)state;
    static const char *const audiences[] = {ENDPOINT};
    const struct client_assertion_rules rules = {audiences, 1, NOW * 1000};
    AUTO_FREE char *token =
        made_token(key, HEADER, CLAIMS_WITH(ISS, SUB, AUD, TIMES, JTI), MADE_AS_AGREED);
    AUTO(client_assertion) assertion = NULL;
    assert_int_equal(client_assertion_read(token, strlen(token), &assertion), ASSERTION_GOOD);
    assert_string_equal(assertion->client_id, CLIENT);
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token("one", digest);
    assert_string_equal(assertion->jti_sha256, digest);
    assert_int_equal(client_assertion_check(assertion, keys, &rules), ASSERTION_GOOD);
    assert_int_equal(assertion->ends_at_ms, (NOW + 360) * 1000);
}

/* A stranger learns nothing of who is registered. */
static void one_sentence_for_what_is_not_proven(void **state)
{
    (void)state;
    const char *sentence = assertion_fault_sentence(ASSERTION_CLIENT);
    assert_string_equal(assertion_fault_sentence(ASSERTION_KEY), sentence);
    assert_string_equal(assertion_fault_sentence(ASSERTION_SIGNATURE), sentence);
    for (int fault = 0; fault < ASSERTION_FAULT_COUNT; fault++) {
        assert_true(*assertion_fault_sentence((enum assertion_fault)fault));
        assert_true(*assertion_fault_name((enum assertion_fault)fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_checked),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(texts_of_another_form_are_refused),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(what_it_says_is_read),
        cmocka_unit_test(one_sentence_for_what_is_not_proven),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}

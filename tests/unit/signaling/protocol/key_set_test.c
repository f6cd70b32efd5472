/* Which keys are taken, and with which of them a token may be signed. */
#include "signaling/protocol/key_set.h"

#include "tests/unit/signaling/assertion_maker.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OURS (KEY_ALGORITHM_BIT(KEY_RS384) | KEY_ALGORITHM_BIT(KEY_ES384))

static struct made_key *rsa;
static struct made_key *elliptic;

static int make_keys(void **state)
{
    (void)state;
    rsa = made_key_create(MADE_RSA_2048, "rsa-1");
    elliptic = made_key_create(MADE_P384, "ec-1");
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    rsa = made_key_destroy(rsa);
    elliptic = made_key_destroy(elliptic);
    return 0;
}

static const char *problem_of(const char *text)
{
    AUTO(key_set) set = NULL;
    const char *problem = NULL;
    const int result = key_set_read(text, strlen(text), OURS, &set, &problem);
    assert_int_equal(result, problem ? -EBADMSG : 0);
    assert_true(!set == (result < 0));
    return problem;
}

/* {"keys":[`first`,`second`]}, of which `second` may be NULL. Owned. */
static char *set_of(const char *first, const char *second)
{
    char *text = NULL;
    assert_true(
        asprintf(&text, "{\"keys\":[%s%s%s]}", first, second ? "," : "", second ? second : "") > 0);
    return text;
}

/* The key with a member put in front. Owned. */
static char *with_member(const struct made_key *key, const char *member)
{
    AUTO_FREE char *jwk = made_key_jwk(key);
    char *text = NULL;
    assert_true(asprintf(&text, "{%s,%s", member, jwk + 1) > 0);
    return text;
}

static void public_keys_are_taken(void **state)
{
    (void)state;
    AUTO_FREE char *first = made_key_jwk(rsa);
    AUTO_FREE char *second = made_key_jwk(elliptic);
    AUTO_FREE char *text = set_of(first, second);
    AUTO(key_set) set = NULL;
    const char *problem = NULL;
    assert_int_equal(key_set_read(text, strlen(text), OURS, &set, &problem), 0);
    assert_int_equal(key_set_count(set), 2);
    assert_true(key_set_has(set, "rsa-1"));
    assert_true(key_set_has(set, "ec-1"));
    assert_false(key_set_has(set, "ec-2"));
}

/* Of somebody who has keys for other things as well. */
static void keys_for_other_things_are_passed_over(void **state)
{
    (void)state;
    struct made_key *small = made_key_create(MADE_P256, "ec-256");
    AUTO_FREE char *good = made_key_jwk(elliptic);
    AUTO_FREE char *other_curve = made_key_jwk(small);
    AUTO_FREE char *encrypts = with_member(rsa, "\"use\":\"enc\"");
    AUTO_FREE char *other_algorithm = with_member(rsa, "\"alg\":\"RS256\"");
    const char *const others[] = {other_curve,
                                  encrypts,
                                  other_algorithm,
                                  "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
                                  "{}",
                                  "7"};
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        AUTO_FREE char *both = set_of(others[i], good);
        AUTO_FREE char *alone = set_of(others[i], NULL);
        assert_null(problem_of(both));
        assert_non_null(problem_of(alone));
    }
    made_key_destroy(small);
}

static void bad_sets_are_refused(void **state)
{
    (void)state;
    struct made_key *weak = made_key_create(MADE_RSA_1024, "weak");
    AUTO_FREE char *good = made_key_jwk(elliptic);
    AUTO_FREE char *too_short = made_key_jwk(weak);
    AUTO_FREE char *is_private = with_member(elliptic, "\"d\":\"AAAA\"");
    AUTO_FREE char *no_name = with_member(elliptic, "\"kid\":\"\"");
    AUTO_FREE char *moved = strdup(good);
    char *x = strstr(moved, "\"x\":\"") + 5;
    *x = *x == 'A' ? 'B' : 'A'; /* no longer on the curve */
    /* What ends cjose by an assert (0.6.2): a sign of padding within the text. */
    AUTO_FREE char *padded = strdup(good);
    *(strstr(padded, "\"y\":\"") + 11) = '=';
    AUTO_FREE char *padded_rsa = made_key_jwk(rsa);
    *(strstr(padded_rsa, "\"n\":\"") + 11) = '=';
    const struct {
        const char *first;
        const char *second;
    } rows[] = {
        {padded, NULL},
        {padded_rsa, NULL},
        {too_short, NULL},
        {is_private, NULL},
        {good, "{\"kty\":\"oct\",\"k\":\"AAAA\"}"},
        {good, good}, /* one name twice */
        {good, "{\"kty\":\"RSA\",\"kid\":\"r\"}"},
        {good, "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"},
        {good, "{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"e\",\"x\":\"AA\",\"y\":\"AA\"}"},
        {moved, NULL},
        {no_name, NULL}, /* `kid` twice */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO_FREE char *text = set_of(rows[i].first, rows[i].second);
        AUTO(key_set) set = NULL;
        const char *problem = NULL;
        if (key_set_read(text, strlen(text), OURS, &set, &problem) != -EBADMSG || !problem) {
            fail_msg("row %zu: %s", i, text);
        }
    }
    static const char *const texts[] = {
        "", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[]}", "{\"keys\":[null]}", "nonsense"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_non_null(problem_of(texts[i]));
    }
    made_key_destroy(weak);
}

static void an_exponent_of_three_is_refused(void **state)
{
    (void)state;
    AUTO_FREE char *text = made_key_set(rsa);
    char *exponent = strstr(text, "AQAB");
    memcpy(exponent, "AQAD", 4);
    assert_non_null(problem_of(text));
}

static void seventeen_keys_are_too_many(void **state)
{
    (void)state;
    AUTO_FREE char *all = strdup("{\"keys\":[");
    for (int i = 0; i < KEY_SET_KEYS_MAX + 1; i++) {
        AUTO_FREE char *jwk = made_key_jwk(elliptic);
        char name[16];
        snprintf(name, sizeof(name), "e-%02d", i);
        memcpy(strstr(jwk, "ec-1"), name, 4);
        char *longer = NULL;
        assert_true(asprintf(&longer, "%s%s%s", all, i ? "," : "", jwk) > 0);
        free(all);
        all = longer;
    }
    AUTO_FREE char *text = NULL;
    assert_true(asprintf(&text, "%s]}", all) > 0);
    assert_non_null(problem_of(text));
}

/* Returns what key_set_verify() says of the token (owned: freed here). */
static int verify(const struct key_set *set, char *token)
{
    AUTO_FREE char *text = token;
    AUTO(compact_jws) jws = NULL;
    const int result = compact_jws_read(text, strlen(text), &jws);
    return result < 0 ? result : key_set_verify(set, jws);
}

static struct key_set *read_set(const char *text, unsigned algorithms)
{
    struct key_set *set = NULL;
    const char *problem = NULL;
    assert_int_equal(key_set_read(text, strlen(text), algorithms, &set, &problem), 0);
    return set;
}

static void what_the_key_signed_is_good(void **state)
{
    (void)state;
    AUTO_FREE char *first = made_key_jwk(rsa);
    AUTO_FREE char *second = made_key_jwk(elliptic);
    AUTO_FREE char *text = set_of(first, second);
    AUTO(key_set) set = read_set(text, OURS);
    assert_int_equal(verify(set, made_token(rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}",
                                            "{\"a\":1}", MADE_AS_AGREED)),
                     0);
    assert_int_equal(verify(set, made_token(elliptic, "{\"alg\":\"ES384\",\"kid\":\"ec-1\"}",
                                            "{\"a\":1}", MADE_AS_AGREED)),
                     0);
    /* Without a name only where there is no choice. */
    assert_int_equal(
        verify(set, made_token(rsa, "{\"alg\":\"RS384\"}", "{\"a\":1}", MADE_AS_AGREED)), -ENOENT);
    AUTO_FREE char *one = made_key_set(elliptic);
    AUTO(key_set) single = read_set(one, OURS);
    assert_int_equal(
        verify(single, made_token(elliptic, "{\"alg\":\"ES384\"}", "{\"a\":1}", MADE_AS_AGREED)),
        0);
}

static void algorithms_of_sign_in_work_as_well(void **state)
{
    (void)state;
    struct made_key *small = made_key_create(MADE_P256, "ec-256");
    AUTO_FREE char *first = made_key_jwk(rsa);
    AUTO_FREE char *second = made_key_jwk(small);
    AUTO_FREE char *text = set_of(first, second);
    AUTO(key_set) set = read_set(text, KEY_ALGORITHM_BIT(KEY_RS256) | KEY_ALGORITHM_BIT(KEY_ES256));
    assert_int_equal(verify(set, made_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}",
                                            "{\"a\":1}", MADE_WITH_SHA256)),
                     0);
    assert_int_equal(verify(set, made_token(small, "{\"alg\":\"ES256\",\"kid\":\"ec-256\"}",
                                            "{\"a\":1}", MADE_WITH_SHA256)),
                     0);
    assert_int_equal(verify(set, made_token(rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}",
                                            "{\"a\":1}", MADE_AS_AGREED)),
                     -EPROTO);
    made_key_destroy(small);
}

static void the_algorithm_is_the_keys(void **state)
{
    (void)state;
    AUTO_FREE char *first = made_key_jwk(rsa);
    AUTO_FREE char *second = made_key_jwk(elliptic);
    AUTO_FREE char *text = set_of(first, second);
    AUTO(key_set) set = read_set(text, OURS);
    const struct {
        const struct made_key *signs;
        const char *header;
        enum made_signature how;
        int result;
    } rows[] = {
        {rsa, "{\"alg\":\"none\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":\"None\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":\"rs384\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":\"\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":null,\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":[\"RS384\"],\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":\"HS384\",\"kid\":\"rsa-1\"}", MADE_WITH_HMAC, -EPROTO},
        {rsa, "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}", MADE_WITH_HMAC, -EPROTO},
        {rsa, "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", MADE_WITH_SHA256, -EPROTO},
        {rsa, "{\"alg\":\"PS384\",\"kid\":\"rsa-1\"}", MADE_WITH_PSS, -EPROTO},
        {rsa, "{\"alg\":\"RS512\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {rsa, "{\"alg\":\"ES384\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EPROTO},
        {elliptic, "{\"alg\":\"RS384\",\"kid\":\"ec-1\"}", MADE_AS_AGREED, -EPROTO},
        {elliptic, "{\"alg\":\"HS384\",\"kid\":\"ec-1\"}", MADE_WITH_HMAC, -EPROTO},
        /* The right name, another signature. */
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}", MADE_WITH_SHA256, -EBADMSG},
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}", MADE_WITH_PSS, -EBADMSG},
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}", MADE_WITH_HMAC, -EBADMSG},
        {elliptic, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}", MADE_AS_AGREED, -EBADMSG},
        {rsa, "{\"alg\":\"ES384\",\"kid\":\"ec-1\"}", MADE_AS_AGREED, -EBADMSG},
        {elliptic, "{\"alg\":\"ES384\",\"kid\":\"ec-1\"}", MADE_AS_DER, -EBADMSG},
        {elliptic, "{\"alg\":\"ES384\",\"kid\":\"ec-1\"}", MADE_WITH_SHA256, -EBADMSG},
        /* No such name. */
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-2\"}", MADE_AS_AGREED, -ENOENT},
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"\"}", MADE_AS_AGREED, -ENOENT},
        {rsa, "{\"alg\":\"RS384\",\"kid\":1}", MADE_AS_AGREED, -ENOENT},
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"RSA-1\"}", MADE_AS_AGREED, -ENOENT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const int result =
            verify(set, made_token(rows[i].signs, rows[i].header, "{\"a\":1}", rows[i].how));
        if (result != rows[i].result) {
            fail_msg("row %zu, %s: %d", i, rows[i].header, result);
        }
    }
    /* Without a signature there is no token at all. */
    assert_int_equal(
        verify(set, made_token(rsa, "{\"alg\":\"none\",\"kid\":\"rsa-1\"}", "{}", MADE_EMPTY)),
        -EBADMSG);
}

static void no_key_comes_with_the_token(void **state)
{
    (void)state;
    struct made_key *forger = made_key_create(MADE_P384, "ec-1");
    AUTO_FREE char *text = made_key_set(elliptic);
    AUTO_FREE char *own = made_key_jwk(forger);
    AUTO(key_set) set = read_set(text, OURS);
    char headers[7][1024];
    snprintf(headers[0], sizeof(headers[0]), "{\"alg\":\"ES384\",\"kid\":\"ec-1\",\"jwk\":%s}",
             own);
    static const char *const members[] = {
        "\"jku\":\"https://forger.example/jwks\"",
        "\"x5u\":\"https://forger.example/cert\"",
        "\"x5c\":[\"MIIB\"]",
        "\"crit\":[\"b64\"],\"b64\":false",
        "\"b64\":false",
        "\"zip\":\"DEF\"",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        snprintf(headers[i + 1], sizeof(headers[0]), "{\"alg\":\"ES384\",\"kid\":\"ec-1\",%s}",
                 members[i]);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(headers); i++) {
        /* Neither from the forger nor from the right key. */
        assert_int_equal(verify(set, made_token(forger, headers[i], "{}", MADE_AS_AGREED)),
                         -EBADMSG);
        assert_int_equal(verify(set, made_token(elliptic, headers[i], "{}", MADE_AS_AGREED)),
                         -EBADMSG);
    }
    made_key_destroy(forger);
}

/* Numbers that are no signature, as faulty libraries took them (CVE-2022-21449). */
static void numbers_out_of_range_are_no_signature(void **state)
{
    (void)state;
    static const unsigned char order[48] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2,
        0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};
    static const unsigned char zero[48];
    static const unsigned char one[48] = {[47] = 1};
    static const unsigned char most[48] = {[0 ... 47] = 0xff};
    const unsigned char *const numbers[] = {zero, one, order, most};
    AUTO_FREE char *text = made_key_set(elliptic);
    AUTO(key_set) set = read_set(text, OURS);
    for (size_t r = 0; r < ARRAY_LENGTH(numbers); r++) {
        for (size_t s = 0; s < ARRAY_LENGTH(numbers); s++) {
            unsigned char signature[96];
            memcpy(signature, numbers[r], 48);
            memcpy(signature + 48, numbers[s], 48);
            assert_int_equal(verify(set, made_token_with("{\"alg\":\"ES384\",\"kid\":\"ec-1\"}",
                                                         "{}", signature, sizeof(signature))),
                             -EBADMSG);
        }
    }
}

static void every_changed_character_is_found(void **state)
{
    (void)state;
    const struct {
        const struct made_key *key;
        const char *header;
    } rows[] = {
        {rsa, "{\"alg\":\"RS384\",\"kid\":\"rsa-1\"}"},
        {elliptic, "{\"alg\":\"ES384\",\"kid\":\"ec-1\"}"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO_FREE char *text = made_key_set(rows[i].key);
        AUTO(key_set) set = read_set(text, OURS);
        AUTO_FREE char *token =
            made_token(rows[i].key, rows[i].header, "{\"iss\":\"me\",\"a\":[1,2]}", MADE_AS_AGREED);
        const size_t length = strlen(token);
        for (size_t at = 0; at < length; at++) {
            AUTO_FREE char *changed = strdup(token);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            assert_true(verify(set, TAKE(changed)) < 0);
        }
        for (size_t cut = 0; cut < length; cut += 7) {
            AUTO_FREE char *shorter = strndup(token, cut);
            assert_true(verify(set, TAKE(shorter)) < 0);
        }
        AUTO_FREE char *longer = NULL;
        assert_true(asprintf(&longer, "%sAA", token) > 0);
        assert_true(verify(set, TAKE(longer)) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_keys_are_taken),
        cmocka_unit_test(keys_for_other_things_are_passed_over),
        cmocka_unit_test(bad_sets_are_refused),
        cmocka_unit_test(an_exponent_of_three_is_refused),
        cmocka_unit_test(seventeen_keys_are_too_many),
        cmocka_unit_test(what_the_key_signed_is_good),
        cmocka_unit_test(algorithms_of_sign_in_work_as_well),
        cmocka_unit_test(the_algorithm_is_the_keys),
        cmocka_unit_test(no_key_comes_with_the_token),
        cmocka_unit_test(numbers_out_of_range_are_no_signature),
        cmocka_unit_test(every_changed_character_is_found),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}

#include "signaling/api/access_tokens.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define START_US 1000000000ull
#define SECOND_US 1000000ull

static bool is_known(const struct access_tokens *tokens, const char *token, uint64_t now_us)
{
    struct visit_actor actor;
    return access_tokens_find(tokens, token, now_us, &actor);
}

static void a_token_lives_for_five_minutes(void **state)
{
    (void)state;
    AUTO(access_tokens) tokens = access_tokens_create();
    const struct visit_actor actor = visit_actor_system("client-1", 5);
    char token[RANDOM_TOKEN_SIZE];
    struct visit_actor found;
    access_tokens_issue(tokens, &actor, START_US, token);
    assert_int_equal(access_tokens_take(tokens, token, START_US, &found), 0);
    assert_int_equal(found.role, ROLE_SYSTEM);
    assert_int_equal(found.scopes, 5);
    assert_string_equal(found.client_id, "client-1");
    assert_true(is_known(tokens, token, START_US + 300 * SECOND_US - 1));
    assert_false(is_known(tokens, token, START_US + 300 * SECOND_US));
    assert_int_equal(access_tokens_take(tokens, token, START_US + 300 * SECOND_US, &found),
                     -ENOENT);
}

static void other_texts_are_no_token(void **state)
{
    (void)state;
    AUTO(access_tokens) tokens = access_tokens_create();
    const struct visit_actor actor = visit_actor_system("client-1", 5);
    char token[RANDOM_TOKEN_SIZE];
    access_tokens_issue(tokens, &actor, START_US, token);
    assert_false(is_known(tokens, "", START_US));
    assert_false(is_known(tokens, "short", START_US));
    token[7] = token[7] == 'A' ? 'B' : 'A';
    assert_false(is_known(tokens, token, START_US));
}

static void the_oldest_of_a_program_gives_way(void **state)
{
    (void)state;
    AUTO(access_tokens) tokens = access_tokens_create();
    const struct visit_actor actor = visit_actor_system("client-1", 5);
    const struct visit_actor other = visit_actor_system("client-2", 5);
    char others[RANDOM_TOKEN_SIZE];
    char texts[ACCESS_TOKENS_PER_CLIENT + 1][RANDOM_TOKEN_SIZE];
    access_tokens_issue(tokens, &other, START_US, others);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        access_tokens_issue(tokens, &actor, START_US + i, texts[i]);
    }
    assert_false(is_known(tokens, texts[0], START_US + 100));
    for (size_t i = 1; i < ARRAY_LENGTH(texts); i++) {
        assert_true(is_known(tokens, texts[i], START_US + 100));
    }
    assert_true(is_known(tokens, others, START_US + 100));
}

static void a_program_has_a_rate_over_all_its_tokens(void **state)
{
    (void)state;
    AUTO(access_tokens) tokens = access_tokens_create();
    const struct visit_actor actor = visit_actor_system("client-1", 5);
    const struct visit_actor other = visit_actor_system("client-2", 5);
    char texts[2][RANDOM_TOKEN_SIZE];
    char others[RANDOM_TOKEN_SIZE];
    struct visit_actor found;
    access_tokens_issue(tokens, &actor, START_US, texts[0]);
    access_tokens_issue(tokens, &actor, START_US, texts[1]);
    access_tokens_issue(tokens, &other, START_US, others);
    for (int i = 0; i < ACCESS_TOKENS_REQUESTS_BURST; i++) {
        assert_int_equal(access_tokens_take(tokens, texts[i % 2], START_US, &found), 0);
    }
    assert_int_equal(access_tokens_take(tokens, texts[0], START_US, &found), -EAGAIN);
    assert_int_equal(access_tokens_take(tokens, texts[1], START_US, &found), -EAGAIN);
    assert_int_equal(access_tokens_take(tokens, others, START_US, &found), 0);
    assert_int_equal(access_tokens_take(tokens, texts[0], START_US + SECOND_US, &found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_lives_for_five_minutes),
        cmocka_unit_test(other_texts_are_no_token),
        cmocka_unit_test(the_oldest_of_a_program_gives_way),
        cmocka_unit_test(a_program_has_a_rate_over_all_its_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "signaling/api/access_tokens.h"

#include "gateway/base/digest.h"
#include "gateway/base/token_bucket.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#define LIFE_US (ACCESS_TOKEN_LIFE_SECONDS * 1000000ull)

struct issued {
    char digest[DIGEST_SHA256_HEX_SIZE]; /* empty: free */
    uint64_t ends_at_us;
    struct visit_actor actor;
};

struct program {
    char client_id[UUID_TEXT_SIZE];
    struct token_bucket requests;
    struct issued tokens[ACCESS_TOKENS_PER_CLIENT];
    size_t next; /* the oldest */
};

struct access_tokens {
    GHashTable *programs; /* client id -> struct program */
    GHashTable *issued;   /* digest -> struct issued, of a program */
};

struct access_tokens *access_tokens_create(void)
{
    struct access_tokens *tokens = g_new0(struct access_tokens, 1);
    tokens->programs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    tokens->issued = g_hash_table_new(g_str_hash, g_str_equal);
    return tokens;
}

struct access_tokens *access_tokens_destroy(struct access_tokens *tokens)
{
    if (tokens) {
        g_hash_table_destroy(tokens->issued);
        g_hash_table_destroy(tokens->programs);
        g_free(tokens);
    }
    return NULL;
}

static struct program *program_of(struct access_tokens *tokens, const char *client_id,
                                  uint64_t now_us)
{
    struct program *program = g_hash_table_lookup(tokens->programs, client_id);
    if (!program) {
        program = g_new0(struct program, 1);
        g_strlcpy(program->client_id, client_id, sizeof(program->client_id));
        token_bucket_init(&program->requests, ACCESS_TOKENS_REQUESTS_PER_SECOND,
                          ACCESS_TOKENS_REQUESTS_BURST, now_us);
        g_hash_table_insert(tokens->programs, program->client_id, program);
    }
    return program;
}

void access_tokens_issue(struct access_tokens *tokens, const struct visit_actor *actor,
                         uint64_t now_us, char ret_token[RANDOM_TOKEN_SIZE])
{
    struct program *program = program_of(tokens, actor->client_id, now_us);
    struct issued *issued = &program->tokens[program->next];
    program->next = (program->next + 1) % ACCESS_TOKENS_PER_CLIENT;
    if (issued->digest[0]) {
        g_hash_table_remove(tokens->issued, issued->digest);
    }
    random_token(ret_token);
    digest_of_token(ret_token, issued->digest);
    issued->ends_at_us = now_us + LIFE_US;
    issued->actor = *actor;
    g_hash_table_insert(tokens->issued, issued->digest, issued);
}

static const struct issued *find(const struct access_tokens *tokens, const char *token,
                                 uint64_t now_us)
{
    if (strlen(token) != RANDOM_TOKEN_SIZE - 1) {
        return NULL;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(token, digest);
    const struct issued *issued = g_hash_table_lookup(tokens->issued, digest);
    return issued && now_us < issued->ends_at_us ? issued : NULL;
}

bool access_tokens_find(const struct access_tokens *tokens, const char *token, uint64_t now_us,
                        struct visit_actor *ret_actor)
{
    const struct issued *issued = find(tokens, token, now_us);
    if (issued) {
        *ret_actor = issued->actor;
    }
    return issued != NULL;
}

int access_tokens_take(struct access_tokens *tokens, const char *token, uint64_t now_us,
                       struct visit_actor *ret_actor)
{
    const struct issued *issued = find(tokens, token, now_us);
    if (!issued) {
        return -ENOENT;
    }
    struct program *program = program_of(tokens, issued->actor.client_id, now_us);
    if (!token_bucket_take(&program->requests, now_us)) {
        return -EAGAIN;
    }
    *ret_actor = issued->actor;
    return 0;
}

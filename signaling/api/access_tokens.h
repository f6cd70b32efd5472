/* access_tokens.h - what programs show once they have proven who they are: opaque, for five
 * minutes, kept as SHA-256 in memory alone. A restart ends them all: clients ask again, as they do
 * every five minutes.
 *
 * Each program has a rate of its own, over all its tokens. Bounded: the oldest token of a program
 * gives way to a new one beyond ACCESS_TOKENS_PER_CLIENT, and programs are registered by hand.
 * Pure: time arrives as `now_us`. Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_ACCESS_TOKENS_H
#define BEDSIDE_SIGNALING_API_ACCESS_TOKENS_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/visit_actor.h"

#include <stdint.h>

#define ACCESS_TOKEN_LIFE_SECONDS 300
#define ACCESS_TOKENS_PER_CLIENT 16
#define ACCESS_TOKENS_REQUESTS_PER_SECOND 50
#define ACCESS_TOKENS_REQUESTS_BURST 200

struct access_tokens;

struct access_tokens *access_tokens_create(void);
struct access_tokens *access_tokens_destroy(struct access_tokens *tokens);
DEFINE_AUTO(access_tokens)

/* A token for a program. It is nowhere else. */
void access_tokens_issue(struct access_tokens *tokens, const struct visit_actor *actor,
                         uint64_t now_us, char ret_token[RANDOM_TOKEN_SIZE]);
/* Whose token it is, without a request being counted. Returns false: unknown or over. */
bool access_tokens_find(const struct access_tokens *tokens, const char *token, uint64_t now_us,
                        struct visit_actor *ret_actor);
/* Takes a request of the program whose token it is. Returns 0; -ENOENT: unknown or over; -EAGAIN:
 * the program asks too often. */
int access_tokens_take(struct access_tokens *tokens, const char *token, uint64_t now_us,
                       struct visit_actor *ret_actor);

#endif

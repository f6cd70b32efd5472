/* audit_event.h - what is recorded of each act: who, what, on whom, when, and how it ended.
 *
 * Rows form chains, one per case and one for the installation; each row holds the digest of the one
 * before: digest = SHA-256(previous digest | length-prefixed fields, in the order of the struct) so
 * that changing, removing or re-ordering a row breaks the chain at that row. Ids and codes only.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_AUDIT_EVENT_H
#define BEDSIDE_VISITS_AUDIT_EVENT_H

#include "gateway/base/digest.h"
#include "gateway/visits/visit_actor.h"

#define AUDIT_CHAIN_SIZE UUID_TEXT_SIZE
#define AUDIT_CHAIN_INSTALLATION "installation"
#define AUDIT_ACTION_SIZE 65
#define AUDIT_OUTCOME_SIZE 65
#define AUDIT_DETAIL_SIZE 129
#define AUDIT_ACTOR_SIZE 65

struct audit_event {
    char chain[AUDIT_CHAIN_SIZE]; /* a case id, or "installation" */
    uint64_t sequence;            /* 1, 2, ... within the chain; set by the store */
    int64_t at_ms;
    char actor_role[33];
    char actor_id[AUDIT_ACTOR_SIZE]; /* participant, person, account, client, "uid:1000", "gateway" */
    char action[AUDIT_ACTION_SIZE];
    char outcome[AUDIT_OUTCOME_SIZE]; /* "done", or the code of a refusal */
    char visit_id[UUID_TEXT_SIZE];
    char subject_id[UUID_TEXT_SIZE]; /* participant, recording, link ... */
    char detail[AUDIT_DETAIL_SIZE];
};

void audit_event_digest(const struct audit_event *event,
                        const char previous[DIGEST_SHA256_HEX_SIZE],
                        char ret_digest[DIGEST_SHA256_HEX_SIZE]);
/* What the first row of a chain has before it: 64 zeros. */
extern const char audit_chain_origin[DIGEST_SHA256_HEX_SIZE];
/* `role`: the one in which the actor acts. */
void audit_event_set_actor(struct audit_event *event, const struct visit_actor *actor,
                           enum participant_role role);

#endif

#include "gateway/visits/audit_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char audit_chain_origin[DIGEST_SHA256_HEX_SIZE] =
    "0000000000000000000000000000000000000000000000000000000000000000";

static void add_field(struct digest_stream *stream, const char *text)
{
    char length[24];
    const int size = snprintf(length, sizeof(length), "%zu:", strlen(text));
    digest_stream_update(stream, length, (size_t)size);
    digest_stream_update(stream, text, strlen(text));
}

static void add_number(struct digest_stream *stream, int64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, number);
    add_field(stream, text);
}

void audit_event_digest(const struct audit_event *event,
                        const char previous[DIGEST_SHA256_HEX_SIZE],
                        char ret_digest[DIGEST_SHA256_HEX_SIZE])
{
    AUTO(digest_stream) stream = digest_stream_create();
    add_field(stream, previous);
    add_field(stream, event->chain);
    add_number(stream, (int64_t)event->sequence);
    add_number(stream, event->at_ms);
    add_field(stream, event->actor_role);
    add_field(stream, event->actor_id);
    add_field(stream, event->action);
    add_field(stream, event->outcome);
    add_field(stream, event->visit_id);
    add_field(stream, event->subject_id);
    add_field(stream, event->detail);
    uint8_t digest[DIGEST_SHA256_SIZE];
    digest_stream_finish(stream, digest);
    digest_to_hex(digest, ret_digest);
}

void audit_event_set_actor(struct audit_event *event, const struct visit_actor *actor,
                           enum participant_role role)
{
    snprintf(event->actor_role, sizeof(event->actor_role), "%s", participant_role_name(role));
    if (actor->role == ROLE_OPERATOR) {
        snprintf(event->actor_id, sizeof(event->actor_id), "uid:%" PRIu32, actor->uid);
    } else if (actor->role == ROLE_GATEWAY) {
        snprintf(event->actor_id, sizeof(event->actor_id), "gateway");
    } else if (actor->role == ROLE_SYSTEM) {
        snprintf(event->actor_id, sizeof(event->actor_id), "%s",
                 actor->client_id[0] ? actor->client_id : "unknown");
    } else if (actor->account_id[0]) {
        snprintf(event->actor_id, sizeof(event->actor_id), "%s", actor->account_id);
    } else {
        snprintf(event->actor_id, sizeof(event->actor_id), "%s",
                 actor->participant_id[0] ? actor->participant_id : actor->person_id);
    }
}

#include "media/transport/stun_responder.h"

#include "gateway/base/allocate.h"
#include "media/transport/stun_shape.h"

#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#define CHECK_SIZE_MAX 2048

struct stun_responder {
    StunAgent agent;
};

/* The attributes of a check that must be understood; any other below 0x8000 makes the check
 * unanswerable (RFC 8489, 6.3.1). */
static const uint16_t known_attributes[] = {
    STUN_ATTRIBUTE_USERNAME,
    STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
    STUN_ATTRIBUTE_PRIORITY,
    STUN_ATTRIBUTE_USE_CANDIDATE,
    STUN_ATTRIBUTE_REALM, /* libnice looks for it */
    0,
};

struct stun_responder *stun_responder_create(void)
{
    struct stun_responder *responder = allocate_zeroed(1, sizeof(*responder));
    stun_agent_init(&responder->agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    return responder;
}

struct stun_responder *stun_responder_destroy(struct stun_responder *responder)
{
    free(responder);
    return NULL;
}

static bool has_the_shape_of_a_check(const uint8_t *data, size_t size)
{
    bool has_username = false;
    return stun_has_shape(data, size, &has_username) && has_username;
}

static bool is_binding_request(const uint8_t *data, size_t size)
{
    return size >= STUN_HEADER_SIZE && size <= CHECK_SIZE_MAX && data[0] == 0x00 && data[1] == 0x01;
}

/* Called by libnice for the password of a USERNAME. */
static bool find_password(StunAgent *agent, StunMessage *message, uint8_t *username,
                          uint16_t username_size, uint8_t **password, size_t *password_size,
                          void *context)
{
    (void)agent;
    (void)message;
    const struct stun_credentials *credentials = context;
    const size_t ours = strlen(credentials->local_ufrag);
    const size_t theirs = strlen(credentials->remote_ufrag);
    if (!username || username_size != ours + 1 + theirs ||
        memcmp(username, credentials->local_ufrag, ours) != 0 || username[ours] != ':' ||
        memcmp(username + ours + 1, credentials->remote_ufrag, theirs) != 0) {
        return false;
    }
    *password = (uint8_t *)credentials->local_pwd;
    *password_size = strlen(credentials->local_pwd);
    return true;
}

/* stun_usage_ice_conncheck_create_reply() would repeat the USERNAME, which RFC 8489 (9.1.4)
 * forbids, and would change sides on a role conflict, which a lite agent cannot: so the reply is
 * put together here. */
static size_t write_success(StunAgent *agent, const StunMessage *request, uint8_t *reply,
                            const struct network_address *source)
{
    StunMessage message;
    struct sockaddr_storage mapped;
    const socklen_t mapped_size = network_address_to_native_sockaddr(source, &mapped);
    if (!stun_agent_init_response(agent, &message, reply, STUN_REPLY_SIZE_MAX, request) ||
        stun_message_append_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &mapped,
                                     mapped_size) != STUN_MESSAGE_RETURN_SUCCESS) {
        return 0;
    }
    return stun_agent_finish_message(agent, &message, NULL, 0);
}

static size_t write_role_conflict(StunAgent *agent, const StunMessage *request, uint8_t *reply)
{
    StunMessage message;
    if (!stun_agent_init_error(agent, &message, reply, STUN_REPLY_SIZE_MAX, request,
                               STUN_ERROR_ROLE_CONFLICT)) {
        return 0;
    }
    return stun_agent_finish_message(agent, &message, NULL, 0);
}

enum stun_verdict stun_responder_judge(struct stun_responder *responder, const uint8_t *data,
                                       size_t size, const struct network_address *source,
                                       const struct stun_credentials *credentials,
                                       uint8_t *ret_reply, struct stun_check *ret_check)
{
    if (!is_binding_request(data, size) || !has_the_shape_of_a_check(data, size)) {
        return STUN_REFUSED;
    }
    StunMessage request;
    StunMessage error;
    StunAgent *agent = &responder->agent;
    const StunValidationStatus status =
        stun_agent_validate(agent, &request, data, size, find_password, (void *)credentials);
    memset(ret_reply, 0, STUN_REPLY_SIZE_MAX);
    if (status == STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE) {
        /* libnice says so only after the integrity was found right. */
        *ret_check =
            (struct stun_check){.reply_size = stun_agent_build_unknown_attributes_error(
                                    agent, &error, ret_reply, STUN_REPLY_SIZE_MAX, &request)};
        return STUN_OBJECTED;
    }
    if (status != STUN_VALIDATION_SUCCESS) {
        return STUN_REFUSED;
    }
    uint64_t tie_breaker = 0;
    if (stun_message_find64(&request, STUN_ATTRIBUTE_ICE_CONTROLLED, &tie_breaker) ==
        STUN_MESSAGE_RETURN_SUCCESS) {
        /* Facing a full agent, a lite one is always the controlled side (RFC 8445, 6.1.1). */
        *ret_check =
            (struct stun_check){.reply_size = write_role_conflict(agent, &request, ret_reply)};
        return STUN_OBJECTED;
    }
    *ret_check =
        (struct stun_check){.use_candidate = stun_usage_ice_conncheck_use_candidate(&request),
                            .reply_size = write_success(agent, &request, ret_reply, source)};
    return STUN_ACCEPTED;
}

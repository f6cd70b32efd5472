#include "media/transport/consent_check.h"

#include "gateway/base/allocate.h"
#include "gateway/base/random.h"
#include "media/transport/stun_shape.h"

#include <stdio.h>
#include <string.h>
#include <stun/stunagent.h>

#define TRANSACTION_AT 8
#define ANSWER_SIZE_MAX 2048
#define USERNAME_SIZE_MAX 514 /* two ufrags, a colon and a 0 */
/* That of a peer-reflexive candidate of component 1 (RFC 8445, 5.1.2.1). Only an agent to which our
 * address is new looks at it. */
#define PRIORITY 0x6effffffu

struct consent_checker {
    StunAgent agent;
    uint64_t tie_breaker;
};

/* What an answer may have below 0x8000. */
static const uint16_t known_attributes[] = {
    STUN_ATTRIBUTE_MAPPED_ADDRESS,    STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
    STUN_ATTRIBUTE_USERNAME, /* libnice's agents repeat it */
    STUN_ATTRIBUTE_MESSAGE_INTEGRITY, 0,
};

struct consent_checker *consent_checker_create(void)
{
    struct consent_checker *checker = allocate_zeroed(1, sizeof(*checker));
    stun_agent_init(&checker->agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    random_bytes(&checker->tie_breaker, sizeof(checker->tie_breaker));
    return checker;
}

struct consent_checker *consent_checker_destroy(struct consent_checker *checker)
{
    free(checker);
    return NULL;
}

static bool has_password(const struct stun_credentials *credentials)
{
    return credentials->remote_pwd && credentials->remote_pwd[0] != '\0';
}

size_t consent_checker_write(struct consent_checker *checker,
                             const struct stun_credentials *credentials, const uint8_t *transaction,
                             uint8_t *ret_request)
{
    StunAgent *agent = &checker->agent;
    StunMessage message;
    StunTransactionId id;
    char username[USERNAME_SIZE_MAX];
    (void)snprintf(username, sizeof(username), "%s:%s", credentials->remote_ufrag,
                   credentials->local_ufrag);
    memset(ret_request, 0, CONSENT_REQUEST_SIZE_MAX);
    if (!has_password(credentials) ||
        !stun_agent_init_request(agent, &message, ret_request, CONSENT_REQUEST_SIZE_MAX,
                                 STUN_BINDING)) {
        return 0;
    }
    memcpy(ret_request + TRANSACTION_AT, transaction, CONSENT_TRANSACTION_SIZE);
    if (stun_message_append32(&message, STUN_ATTRIBUTE_PRIORITY, PRIORITY) !=
            STUN_MESSAGE_RETURN_SUCCESS ||
        stun_message_append64(&message, STUN_ATTRIBUTE_ICE_CONTROLLED, checker->tie_breaker) !=
            STUN_MESSAGE_RETURN_SUCCESS ||
        stun_message_append_string(&message, STUN_ATTRIBUTE_USERNAME, username) !=
            STUN_MESSAGE_RETURN_SUCCESS) {
        return 0;
    }
    const size_t size = stun_agent_finish_message(
        agent, &message, (const uint8_t *)credentials->remote_pwd, strlen(credentials->remote_pwd));
    /* Whoever sends it remembers it, not the agent. */
    stun_message_id(&message, id);
    (void)stun_agent_forget_transaction(agent, id);
    return size;
}

static bool is_answer_to(const uint8_t *transaction, const uint8_t *data, size_t size)
{
    return size >= STUN_HEADER_SIZE && size <= ANSWER_SIZE_MAX && data[0] == 0x01 &&
           data[1] == 0x01 &&
           memcmp(data + TRANSACTION_AT, transaction, CONSENT_TRANSACTION_SIZE) == 0;
}

bool consent_checker_believes(struct consent_checker *checker,
                              const struct stun_credentials *credentials,
                              const uint8_t *transaction, const uint8_t *data, size_t size)
{
    bool has_username = false;
    if (!has_password(credentials) || !is_answer_to(transaction, data, size) ||
        !stun_has_shape(data, size, &has_username)) {
        return false;
    }
    StunMessage message;
    StunAgentSavedIds *sent = &checker->agent.sent_ids[0];
    *sent = (StunAgentSavedIds){.method = STUN_BINDING,
                                .key = (uint8_t *)credentials->remote_pwd,
                                .key_len = strlen(credentials->remote_pwd),
                                .valid = true};
    memcpy(sent->id, data + TRANSACTION_AT - 4, sizeof(sent->id)); /* with the cookie */
    const StunValidationStatus status =
        stun_agent_validate(&checker->agent, &message, data, size, NULL, NULL);
    *sent = (StunAgentSavedIds){.valid = false};
    return status == STUN_VALIDATION_SUCCESS;
}

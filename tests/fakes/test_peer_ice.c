/* A test peer's ICE: the checks that it sends, and its answers to the gateway's. */
#include "tests/fakes/test_peer_state.h"

#include <stdio.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

static const uint16_t known_attributes[] = {
    STUN_ATTRIBUTE_USERNAME,           STUN_ATTRIBUTE_MESSAGE_INTEGRITY,  STUN_ATTRIBUTE_ERROR_CODE,
    STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, 0};

size_t test_peer_build_check(struct test_peer *peer, unsigned flags, uint8_t *buffer,
                             size_t capacity)
{
    char username[600];
    char password[260];
    snprintf(username, sizeof(username), "%s:%s%s", peer->remote_ufrag, peer->ufrag,
             flags & TEST_PEER_CHECK_WRONG_USERNAME ? "x" : "");
    snprintf(password, sizeof(password), "%s%s", peer->remote_pwd,
             flags & TEST_PEER_CHECK_WRONG_PASSWORD ? "x" : "");
    StunAgent agent;
    stun_agent_init(
        &agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
        STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
            (flags & TEST_PEER_CHECK_NO_FINGERPRINT ? 0 : STUN_AGENT_USAGE_USE_FINGERPRINT));
    StunMessage message;
    memset(buffer, 0, capacity);
    if (!stun_agent_init_request(&agent, &message, buffer, capacity, STUN_BINDING)) {
        abort();
    }
    if (flags & TEST_PEER_CHECK_NOMINATE) {
        stun_message_append_flag(&message, STUN_ATTRIBUTE_USE_CANDIDATE);
    }
    stun_message_append32(&message, STUN_ATTRIBUTE_PRIORITY, 0x6e0001ff);
    stun_message_append64(&message,
                          flags & TEST_PEER_CHECK_CONTROLLED ? STUN_ATTRIBUTE_ICE_CONTROLLED
                                                             : STUN_ATTRIBUTE_ICE_CONTROLLING,
                          peer->tie_breaker);
    if (flags & TEST_PEER_CHECK_UNKNOWN_REQUIRED) {
        stun_message_append32(&message, (StunAttribute)0x7ffe, 1);
    }
    stun_message_append_string(&message, STUN_ATTRIBUTE_USERNAME, username);
    const bool integrity = !(flags & TEST_PEER_CHECK_NO_INTEGRITY);
    return stun_agent_finish_message(&agent, &message, integrity ? (const uint8_t *)password : NULL,
                                     integrity ? strlen(password) : 0);
}

void test_peer_send_check(struct test_peer *peer, unsigned flags)
{
    uint8_t buffer[1024];
    const size_t size = test_peer_build_check(peer, flags, buffer, sizeof(buffer));
    test_peer_send_raw(peer, buffer, size);
}

void test_peer_set_answers(struct test_peer *peer, enum test_peer_answers answers)
{
    peer->answers = answers;
}

size_t test_peer_answer(const struct test_peer *peer, const uint8_t **ret_bytes)
{
    *ret_bytes = peer->answer;
    return peer->answer_size;
}

/* "ours:theirs", and our password. */
static bool find_own_password(StunAgent *agent, StunMessage *message, uint8_t *username,
                              uint16_t username_size, uint8_t **password, size_t *password_size,
                              void *context)
{
    (void)agent;
    (void)message;
    struct test_peer *peer = context;
    char expected[600];
    const int size = snprintf(expected, sizeof(expected), "%s:%s", peer->ufrag, peer->remote_ufrag);
    if (!username || username_size != size || memcmp(username, expected, username_size) != 0) {
        return false;
    }
    *password = (uint8_t *)peer->pwd;
    *password_size = strlen(peer->pwd);
    return true;
}

static void build_answer(struct test_peer *peer, StunAgent *agent, StunMessage *request)
{
    static uint8_t wrong_password[] = "not the password of this peer";
    StunMessage message;
    if (peer->answers == TEST_PEER_ANSWERS_UNAUTHENTIC) {
        request->key = wrong_password;
        request->key_len = sizeof(wrong_password) - 1;
    }
    if (peer->answers == TEST_PEER_ANSWERS_ANOTHER) {
        request->buffer[19] ^= 1;
    }
    memset(peer->answer, 0, sizeof(peer->answer));
    if (!stun_agent_init_response(agent, &message, peer->answer, sizeof(peer->answer), request) ||
        stun_message_append_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &peer->gateway,
                                     peer->gateway_size) != STUN_MESSAGE_RETURN_SUCCESS) {
        abort();
    }
    peer->answer_size = stun_agent_finish_message(agent, &message, NULL, 0);
}

/* As a full agent: nothing but a request for us, from the controlled side, is answered. */
static void handle_request(struct test_peer *peer, const uint8_t *data, size_t size)
{
    static const uint16_t known[] = {STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
                                     STUN_ATTRIBUTE_PRIORITY, 0};
    StunAgent agent;
    StunMessage request;
    uint8_t copy[DATAGRAM_SIZE_MAX];
    uint64_t tie_breaker = 0;
    stun_agent_init(&agent, known, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    memcpy(copy, data, size);
    if (stun_agent_validate(&agent, &request, copy, size, find_own_password, peer) !=
            STUN_VALIDATION_SUCCESS ||
        stun_message_find64(&request, STUN_ATTRIBUTE_ICE_CONTROLLED, &tie_breaker) !=
            STUN_MESSAGE_RETURN_SUCCESS) {
        peer->statistics.check_bad++;
        return;
    }
    peer->statistics.requests++;
    build_answer(peer, &agent, &request);
    if (peer->answers != TEST_PEER_WITHHOLDS) {
        test_peer_send_raw(peer, peer->answer, peer->answer_size);
    }
}

/* An answer is believed when its integrity is right; whose transaction it is does not matter here.
 */
void test_peer_handle_stun(struct test_peer *peer, const uint8_t *data, size_t size)
{
    StunAgent agent;
    StunMessage message;
    if (size >= 20 && data[0] == 0 && data[1] == STUN_BINDING) {
        handle_request(peer, data, size);
        return;
    }
    stun_agent_init(&agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    agent.sent_ids[0] = (StunAgentSavedIds){.method = STUN_BINDING,
                                            .key = (uint8_t *)peer->remote_pwd,
                                            .key_len = strlen(peer->remote_pwd),
                                            .valid = true};
    if (size >= 20) {
        memcpy(agent.sent_ids[0].id, data + 4, sizeof(StunTransactionId));
    }
    const StunValidationStatus status =
        stun_agent_validate(&agent, &message, data, size, NULL, NULL);
    if (status != STUN_VALIDATION_SUCCESS) {
        peer->statistics.check_bad++;
        return;
    }
    if (stun_message_get_class(&message) == STUN_ERROR) {
        peer->statistics.check_errors++;
        (void)stun_message_find_error(&message, &peer->statistics.last_error_code);
        return;
    }
    peer->statistics.check_answers++;
    peer->ice_works = true;
}

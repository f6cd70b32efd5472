/* stun_message.h - the part of STUN (RFC 8489) that ICE checks need: requests and answers with
 * short-term credentials. Pure. Thread: any. */
#ifndef BEDSIDE_TESTS_BENCH_ENDPOINT_STUN_MESSAGE_H
#define BEDSIDE_TESTS_BENCH_ENDPOINT_STUN_MESSAGE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STUN_MESSAGE_SIZE_MAX 512
#define STUN_BINDING_REQUEST 0x0001
#define STUN_BINDING_ANSWER 0x0101

/* 0 for bytes that are no STUN message. */
uint16_t stun_message_type(const uint8_t *message, size_t size);

struct stun_check {
    const char *local_ufrag;
    const char *remote_ufrag;
    const char *remote_pwd;
    uint64_t tie_breaker;
    bool controlling; /* then it nominates, too */
};

/* Returns the size. */
size_t stun_write_check(const struct stun_check *check, uint8_t ret_message[STUN_MESSAGE_SIZE_MAX]);
/* The answer to `request`. Returns the size. */
size_t stun_write_answer(const uint8_t *request, const struct sockaddr_in *from, const char *pwd,
                         uint8_t ret_message[STUN_MESSAGE_SIZE_MAX]);
/* Whether MESSAGE-INTEGRITY was made with `pwd`. */
bool stun_integrity_holds(const uint8_t *message, size_t size, const char *pwd);
/* The part of USERNAME in front of the colon (the receiver's ufrag), borrowed; false without. */
bool stun_find_receiver(const uint8_t *message, size_t size, const char **ret_ufrag,
                        size_t *ret_size);

#endif

#include "tests/bench/endpoint/stun_message.h"

#include "gateway/base/byte_writer.h"
#include "gateway/base/random.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#define MAGIC_COOKIE 0x2112a442u
#define HEADER_SIZE 20
#define INTEGRITY_SIZE 24 /* the attribute with its head */
#define FINGERPRINT_SIZE 8
#define FINGERPRINT_XOR 0x5354554eu
#define PRIORITY_PEER_REFLEXIVE 0x6e0001ffu

enum attribute {
    USERNAME = 0x0006,
    MESSAGE_INTEGRITY = 0x0008,
    XOR_MAPPED_ADDRESS = 0x0020,
    PRIORITY = 0x0024,
    USE_CANDIDATE = 0x0025,
    FINGERPRINT = 0x8028,
    ICE_CONTROLLED = 0x8029,
    ICE_CONTROLLING = 0x802a,
};

static uint16_t u16_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
        }
    }
    return ~crc;
}

uint16_t stun_message_type(const uint8_t *message, size_t size)
{
    return size >= HEADER_SIZE && message[0] < 4 ? u16_at(message) : 0;
}

/* ---- writing ---- */

static struct byte_writer begin(uint8_t *message, uint16_t type, const uint8_t transaction[12])
{
    struct byte_writer writer = byte_writer_over(message, STUN_MESSAGE_SIZE_MAX);
    byte_writer_u16(&writer, type);
    byte_writer_u16(&writer, 0);
    byte_writer_u32(&writer, MAGIC_COOKIE);
    byte_writer_bytes(&writer, transaction, 12);
    return writer;
}

static void add(struct byte_writer *writer, enum attribute type, const void *value, size_t size)
{
    byte_writer_u16(writer, (uint16_t)type);
    byte_writer_u16(writer, (uint16_t)size);
    byte_writer_bytes(writer, value, size);
    byte_writer_zeros(writer, -size & 3);
}

static void add_u32(struct byte_writer *writer, enum attribute type, uint32_t value)
{
    byte_writer_u16(writer, (uint16_t)type);
    byte_writer_u16(writer, 4);
    byte_writer_u32(writer, value);
}

/* The length field counts what it protects and the attribute itself (RFC 8489, 14.5). */
static void set_length(uint8_t *message, size_t size)
{
    message[2] = (uint8_t)((size - HEADER_SIZE) >> 8);
    message[3] = (uint8_t)(size - HEADER_SIZE);
}

static void compute_integrity(const uint8_t *message, size_t size, const char *pwd,
                              uint8_t ret_digest[20])
{
    unsigned digest_size = 20;
    HMAC(EVP_sha1(), pwd, (int)strlen(pwd), message, size, ret_digest, &digest_size);
}

static size_t finish(struct byte_writer *writer, const char *pwd)
{
    uint8_t digest[20];
    set_length(writer->data, writer->size + INTEGRITY_SIZE);
    compute_integrity(writer->data, writer->size, pwd, digest);
    add(writer, MESSAGE_INTEGRITY, digest, sizeof(digest));
    set_length(writer->data, writer->size + FINGERPRINT_SIZE);
    add_u32(writer, FINGERPRINT, crc32_of(writer->data, writer->size) ^ FINGERPRINT_XOR);
    return writer->size;
}

size_t stun_write_check(const struct stun_check *check, uint8_t ret_message[STUN_MESSAGE_SIZE_MAX])
{
    uint8_t transaction[12];
    char username[STUN_MESSAGE_SIZE_MAX / 2];
    random_bytes(transaction, sizeof(transaction));
    const int length =
        snprintf(username, sizeof(username), "%s:%s", check->remote_ufrag, check->local_ufrag);
    struct byte_writer writer = begin(ret_message, STUN_BINDING_REQUEST, transaction);
    add(&writer, USERNAME, username, (size_t)length);
    add_u32(&writer, PRIORITY, PRIORITY_PEER_REFLEXIVE);
    add(&writer, check->controlling ? ICE_CONTROLLING : ICE_CONTROLLED, &check->tie_breaker,
        sizeof(check->tie_breaker));
    if (check->controlling) {
        add(&writer, USE_CANDIDATE, NULL, 0);
    }
    return finish(&writer, check->remote_pwd);
}

size_t stun_write_answer(const uint8_t *request, const struct sockaddr_in *from, const char *pwd,
                         uint8_t ret_message[STUN_MESSAGE_SIZE_MAX])
{
    struct byte_writer writer = begin(ret_message, STUN_BINDING_ANSWER, request + 8);
    byte_writer_u16(&writer, XOR_MAPPED_ADDRESS);
    byte_writer_u16(&writer, 8);
    byte_writer_u16(&writer, 0x0001); /* IPv4 */
    byte_writer_u16(&writer, ntohs(from->sin_port) ^ (uint16_t)(MAGIC_COOKIE >> 16));
    byte_writer_u32(&writer, ntohl(from->sin_addr.s_addr) ^ MAGIC_COOKIE);
    return finish(&writer, pwd);
}

/* ---- reading ---- */

/* Returns the offset of the attribute's head, or 0. */
static size_t find(const uint8_t *message, size_t size, enum attribute type)
{
    for (size_t at = HEADER_SIZE; at + 4 <= size;) {
        const size_t value_size = u16_at(message + at + 2);
        if (at + 4 + value_size > size) {
            return 0;
        }
        if (u16_at(message + at) == type) {
            return at;
        }
        at += 4 + ((value_size + 3) & ~(size_t)3);
    }
    return 0;
}

bool stun_integrity_holds(const uint8_t *message, size_t size, const char *pwd)
{
    uint8_t copy[STUN_MESSAGE_SIZE_MAX];
    uint8_t digest[20];
    const size_t at = find(message, size, MESSAGE_INTEGRITY);
    if (at == 0 || at > sizeof(copy) || u16_at(message + at + 2) != sizeof(digest)) {
        return false;
    }
    memcpy(copy, message, at);
    set_length(copy, at + INTEGRITY_SIZE);
    compute_integrity(copy, at, pwd, digest);
    return CRYPTO_memcmp(digest, message + at + 4, sizeof(digest)) == 0;
}

bool stun_find_receiver(const uint8_t *message, size_t size, const char **ret_ufrag,
                        size_t *ret_size)
{
    const size_t at = find(message, size, USERNAME);
    if (at == 0) {
        return false;
    }
    const char *name = (const char *)message + at + 4;
    const char *colon = memchr(name, ':', u16_at(message + at + 2));
    if (!colon) {
        return false;
    }
    *ret_ufrag = name;
    *ret_size = (size_t)(colon - name);
    return true;
}

#include "tests/unit/media/transport/hostile_dtls.h"

#include "gateway/base/byte_writer.h"

#include <assert.h>

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23 };
enum { DTLS_1_0 = 0xfeff, DTLS_1_2 = 0xfefd };

static void record(struct byte_writer *writer, uint8_t type, uint16_t epoch, uint64_t sequence,
                   const void *body, size_t size)
{
    byte_writer_u8(writer, type);
    byte_writer_u16(writer, DTLS_1_2);
    byte_writer_u16(writer, epoch);
    byte_writer_u16(writer, (uint16_t)(sequence >> 32));
    byte_writer_u32(writer, (uint32_t)sequence);
    byte_writer_u16(writer, (uint16_t)size);
    byte_writer_bytes(writer, body, size);
}

/* One piece of a handshake message, in a record of its own. */
static void handshake(struct byte_writer *writer, uint64_t sequence, uint8_t type, uint32_t total,
                      uint32_t offset, uint32_t length, const void *body, size_t size)
{
    uint8_t bytes[400];
    struct byte_writer message = byte_writer_over(bytes, sizeof(bytes));
    byte_writer_u8(&message, type);
    byte_writer_u24(&message, total);
    byte_writer_u16(&message, 0);
    byte_writer_u24(&message, offset);
    byte_writer_u24(&message, length);
    byte_writer_bytes(&message, body, size);
    record(writer, HANDSHAKE, 0, sequence, bytes, message.size);
}

/* A hello of the given version with one suite and, when asked for, use_srtp with a profile that
 * nobody has. */
static size_t hello(uint8_t *bytes, size_t capacity, uint16_t version, uint16_t suite, int use_srtp)
{
    struct byte_writer writer = byte_writer_over(bytes, capacity);
    byte_writer_u16(&writer, version);
    for (unsigned i = 0; i < 32; i++) {
        byte_writer_u8(&writer, (uint8_t)i);
    }
    byte_writer_u8(&writer, 0); /* session id */
    byte_writer_u8(&writer, 0); /* cookie */
    byte_writer_u16(&writer, 2);
    byte_writer_u16(&writer, suite);
    byte_writer_u16(&writer, 0x0100); /* no compression */
    static const uint8_t groups_and_signatures[] = {
        0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17, /* supported_groups: P-256 */
        0x00, 0x0b, 0x00, 0x02, 0x01, 0x00,             /* ec_point_formats */
        0x00, 0x0d, 0x00, 0x04, 0x00, 0x02, 0x04, 0x03, /* ecdsa_secp256r1_sha256 */
    };
    static const uint8_t srtp[] = {0x00, 0x0e, 0x00, 0x05, 0x00, 0x02, 0x00, 0x05, 0x00};
    byte_writer_u16(&writer,
                    (uint16_t)(sizeof(groups_and_signatures) + (use_srtp ? sizeof(srtp) : 0)));
    byte_writer_bytes(&writer, groups_and_signatures, sizeof(groups_and_signatures));
    if (use_srtp) {
        byte_writer_bytes(&writer, srtp, sizeof(srtp));
    }
    return writer.size;
}

static void whole_hello(struct byte_writer *writer, uint64_t sequence, uint16_t version,
                        uint16_t suite, int use_srtp)
{
    uint8_t body[300];
    const size_t size = hello(body, sizeof(body), version, suite, use_srtp);
    handshake(writer, sequence, 1, (uint32_t)size, 0, (uint32_t)size, body, size);
}

struct hostile_datagram hostile_dtls(unsigned index, uint64_t sequence)
{
    struct hostile_datagram datagram = {0};
    struct byte_writer writer = byte_writer_over(datagram.bytes, sizeof(datagram.bytes));
    static const uint8_t zeros[64];
    enum { ECDHE_ECDSA_AES128_GCM = 0xc02b, NULL_CIPHER = 0x0000 };
    uint8_t body[300];
    size_t size = 0;
    switch (index) {
    case 0:
        datagram.name = "a hello with the NULL cipher";
        whole_hello(&writer, sequence, DTLS_1_2, NULL_CIPHER, 0);
        break;
    case 1:
        datagram.name = "a DTLS 1.0 hello";
        whole_hello(&writer, sequence, DTLS_1_0, ECDHE_ECDSA_AES128_GCM, 0);
        break;
    case 2:
        datagram.name = "a fatal alert";
        record(&writer, ALERT, 0, sequence, "\x02\x28", 2);
        break;
    case 3:
        datagram.name = "close_notify in the clear";
        record(&writer, ALERT, 0, sequence, "\x01\x00", 2);
        break;
    case 4:
        datagram.name = "an alert of an unknown level";
        record(&writer, ALERT, 0, sequence, "\x09\x09", 2);
        break;
    case 5:
        datagram.name = "an alert of one byte";
        record(&writer, ALERT, 0, sequence, "\x02", 1);
        break;
    case 6:
        datagram.name = "application data in the clear";
        record(&writer, APPLICATION_DATA, 0, sequence, zeros, 20);
        break;
    case 7:
        datagram.name = "a fragment of length zero";
        handshake(&writer, sequence, 1, 100, 0, 0, NULL, 0);
        break;
    case 8:
        datagram.name = "a fragment past its message's end";
        handshake(&writer, sequence, 1, 30, 20, 20, zeros, 20);
        break;
    case 9:
        datagram.name = "a fragment of a message of 16 MiB";
        handshake(&writer, sequence, 1, 0xffffff, 0, 40, zeros, 40);
        break;
    case 10:
        datagram.name = "a HelloVerifyRequest";
        handshake(&writer, sequence, 3, 3, 0, 3, "\xfe\xfd\x00", 3);
        break;
    case 11:
        datagram.name = "a ServerHello";
        handshake(&writer, sequence, 2, 38, 0, 38, zeros, 38);
        break;
    case 12:
        datagram.name = "a lone ChangeCipherSpec with sequence number 2^48-2";
        record(&writer, CCS, 0, (1ull << 48) - 2, "\x01", 1);
        break;
    case 13:
        datagram.name = "a hello with sequence number 2^48-2";
        whole_hello(&writer, (1ull << 48) - 2, DTLS_1_2, ECDHE_ECDSA_AES128_GCM, 1);
        break;
    case 14:
        datagram.name = "a hello without use_srtp";
        whole_hello(&writer, sequence, DTLS_1_2, ECDHE_ECDSA_AES128_GCM, 0);
        break;
    case 15:
        datagram.name = "a hello with a NULL SRTP profile";
        whole_hello(&writer, sequence, DTLS_1_2, ECDHE_ECDSA_AES128_GCM, 1);
        break;
    case 16:
        datagram.name = "a hello that is cut inside";
        size = hello(body, sizeof(body), DTLS_1_2, ECDHE_ECDSA_AES128_GCM, 1) - 12;
        handshake(&writer, sequence, 1, (uint32_t)size, 0, (uint32_t)size, body, size);
        break;
    case 17:
        datagram.name = "a record whose length is a lie";
        record(&writer, HANDSHAKE, 0, sequence, zeros, 20);
        writer.size -= 7;
        break;
    default:
        assert(index == 18);
        datagram.name = "a record of epoch 1 full of zeros";
        record(&writer, HANDSHAKE, 1, sequence, zeros, 40);
        break;
    }
    datagram.size = writer.size;
    assert(!byte_writer_failed(&writer));
    return datagram;
}

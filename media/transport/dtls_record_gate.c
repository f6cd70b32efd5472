#include "media/transport/dtls_record_gate.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"

enum content_type {
    CONTENT_CHANGE_CIPHER_SPEC = 20,
    CONTENT_ALERT = 21,
    CONTENT_HANDSHAKE = 22,
};

enum handshake_type {
    HANDSHAKE_CLIENT_HELLO = 1,
    HANDSHAKE_CERTIFICATE = 11,
    HANDSHAKE_CERTIFICATE_VERIFY = 15,
    HANDSHAKE_CLIENT_KEY_EXCHANGE = 16,
};

#define VERSION_DTLS_1_0 0xfeff /* what a first hello's records carry */
#define VERSION_DTLS_1_2 0xfefd /* also what a DTLS 1.3 hello says within */

struct record {
    uint8_t type;
    uint16_t version;
    uint16_t epoch;
    uint64_t sequence;
    const uint8_t *body;
    size_t body_size;
};

static bool read_record(struct byte_reader *reader, struct record *ret_record)
{
    ret_record->type = byte_reader_u8(reader);
    ret_record->version = byte_reader_u16(reader);
    ret_record->epoch = byte_reader_u16(reader);
    ret_record->sequence = (uint64_t)byte_reader_u16(reader) << 32;
    ret_record->sequence |= byte_reader_u32(reader);
    ret_record->body_size = byte_reader_u16(reader);
    ret_record->body = byte_reader_take(reader, ret_record->body_size);
    return !byte_reader_failed(reader);
}

static bool is_sent_by_clients(uint8_t handshake_type)
{
    return handshake_type == HANDSHAKE_CLIENT_HELLO || handshake_type == HANDSHAKE_CERTIFICATE ||
           handshake_type == HANDSHAKE_CERTIFICATE_VERIFY ||
           handshake_type == HANDSHAKE_CLIENT_KEY_EXCHANGE;
}

/* A record may hold several pieces of messages; each must be one that an honest client could send.
 */
static bool is_client_handshake(const struct record *record, bool *ret_has_hello)
{
    struct byte_reader reader = byte_reader_over(record->body, record->body_size);
    bool has_hello = false;
    do {
        const uint8_t type = byte_reader_u8(&reader);
        const uint32_t total = byte_reader_u24(&reader);
        byte_reader_skip(&reader, 2); /* message seq: OpenSSL keeps it within bounds */
        const uint32_t offset = byte_reader_u24(&reader);
        const uint32_t length = byte_reader_u24(&reader);
        struct byte_reader piece = reader;
        byte_reader_skip(&reader, length);
        if (byte_reader_failed(&reader) || !is_sent_by_clients(type) || length == 0 ||
            total > DTLS_HANDSHAKE_MESSAGE_MAX || offset > total || length > total - offset) {
            return false;
        }
        if (type == HANDSHAKE_CLIENT_HELLO) {
            has_hello = true;
            /* client_version: DTLS 1.0 would end in a fatal alert. */
            if (offset == 0 && length >= 2 && byte_reader_u16(&piece) != VERSION_DTLS_1_2) {
                return false;
            }
        }
    } while (byte_reader_remaining(&reader) > 0);
    *ret_has_hello |= has_hello;
    return true;
}

static bool may_pass_before(const struct record *record, bool *ret_has_hello)
{
    if (record->epoch == 1) {
        return record->type == CONTENT_HANDSHAKE; /* the encrypted Finished */
    }
    if (record->epoch != 0 || record->sequence > DTLS_PLAIN_SEQUENCE_MAX) {
        return false;
    }
    if (record->type == CONTENT_CHANGE_CIPHER_SPEC) {
        return record->body_size == 1 && record->body[0] == 1;
    }
    return record->type == CONTENT_HANDSHAKE && is_client_handshake(record, ret_has_hello);
}

static bool may_pass_after(const struct record *record)
{
    return record->epoch == 1 &&
           (record->type == CONTENT_HANDSHAKE || record->type == CONTENT_ALERT);
}

void dtls_record_gate(bool handshake_done, const uint8_t *datagram, size_t size,
                      uint8_t *ret_datagram, struct dtls_gate_result *ret_result)
{
    struct byte_reader reader = byte_reader_over(datagram, size);
    struct byte_writer writer = byte_writer_over(ret_datagram, size);
    struct dtls_gate_result result = {0};
    while (byte_reader_remaining(&reader) > 0) {
        const uint8_t *start = datagram + reader.position;
        struct record record;
        if (!read_record(&reader, &record) ||
            (record.version != VERSION_DTLS_1_0 && record.version != VERSION_DTLS_1_2)) {
            result.dropped++;
            break;
        }
        if (handshake_done ? may_pass_after(&record)
                           : may_pass_before(&record, &result.has_client_hello)) {
            byte_writer_bytes(&writer, start, (size_t)(datagram + reader.position - start));
        } else {
            result.dropped++;
        }
    }
    result.size = writer.size;
    *ret_result = result;
}

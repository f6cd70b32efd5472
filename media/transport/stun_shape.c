#include "media/transport/stun_shape.h"

#include "gateway/base/byte_reader.h"

#define USERNAME 0x0006
#define MESSAGE_INTEGRITY 0x0008
#define MESSAGE_INTEGRITY_SIZE 20
#define FINGERPRINT 0x8028
#define FINGERPRINT_SIZE 4

bool stun_has_shape(const uint8_t *data, size_t size, bool *ret_has_username)
{
    struct byte_reader reader = byte_reader_over(data, size);
    byte_reader_skip(&reader, STUN_HEADER_SIZE);
    bool has_integrity = false;
    *ret_has_username = false;
    while (!byte_reader_failed(&reader) && byte_reader_remaining(&reader) > 0) {
        const uint16_t type = byte_reader_u16(&reader);
        const uint16_t length = byte_reader_u16(&reader);
        byte_reader_skip(&reader, length);
        byte_reader_skip(&reader, (size_t)-length % 4);
        if (type == FINGERPRINT) {
            return !byte_reader_failed(&reader) && length == FINGERPRINT_SIZE && has_integrity &&
                   byte_reader_remaining(&reader) == 0;
        }
        if (has_integrity || (type == USERNAME && *ret_has_username)) {
            return false;
        }
        *ret_has_username |= type == USERNAME;
        has_integrity = type == MESSAGE_INTEGRITY;
        if (has_integrity && length != MESSAGE_INTEGRITY_SIZE) {
            return false;
        }
    }
    return false;
}

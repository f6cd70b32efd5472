/* Any datagram through the gate before OpenSSL: what passes must pass again unchanged, and before
 * the handshake it must hold neither alerts nor application data nor far-off sequence numbers.
 * fuzz-links: bedside_media_transport bedside_base
 */
#include "media/transport/dtls_record_gate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_first_record(const uint8_t *record, bool handshake_done)
{
    const unsigned type = record[0];
    const unsigned epoch = (unsigned)record[3] << 8 | record[4];
    const unsigned high = (unsigned)(record[5] | record[6] | record[7] | record[8]);
    if (handshake_done ? epoch != 1 || (type != 21 && type != 22)
                       : epoch > 1 || (type != 20 && type != 22) || (epoch == 0 && high != 0)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 2048) {
        return 0;
    }
    for (unsigned done = 0; done < 2; done++) {
        /* Of the exact size, so that a byte too far is seen. */
        uint8_t *once = malloc(size + 1);
        uint8_t *twice = malloc(size + 1);
        if (!once || !twice) {
            abort();
        }
        struct dtls_gate_result first;
        struct dtls_gate_result second;
        dtls_record_gate(done, data, size, once, &first);
        dtls_record_gate(done, once, first.size, twice, &second);
        if (first.size > size || second.size != first.size || second.dropped != 0 ||
            memcmp(once, twice, first.size) != 0 ||
            second.has_client_hello != first.has_client_hello) {
            abort();
        }
        if (first.size > 0) {
            check_first_record(once, done);
        }
        free(once);
        free(twice);
    }
    return 0;
}

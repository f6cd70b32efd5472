#include "media/transport/dtls_record_gate.h"

#include "gateway/base/byte_writer.h"
#include "tests/unit/media/transport/hostile_dtls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };

struct datagram {
    uint8_t bytes[1500];
    struct byte_writer writer;
};

static void begin(struct datagram *datagram)
{
    datagram->writer = byte_writer_over(datagram->bytes, sizeof(datagram->bytes));
}

static void add_record(struct datagram *datagram, uint8_t type, uint16_t version, uint16_t epoch,
                       uint64_t sequence, const void *body, size_t size)
{
    struct byte_writer *writer = &datagram->writer;
    byte_writer_u8(writer, type);
    byte_writer_u16(writer, version);
    byte_writer_u16(writer, epoch);
    byte_writer_u16(writer, (uint16_t)(sequence >> 32));
    byte_writer_u32(writer, (uint32_t)sequence);
    byte_writer_u16(writer, (uint16_t)size);
    byte_writer_bytes(writer, body, size);
}

/* A whole handshake message of 4 bytes, of which the first two are DTLS 1.2's number. */
static void make_message(uint8_t bytes[16], uint8_t type)
{
    const uint8_t message[16] = {type, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0xfe, 0xfd, 1, 2};
    memcpy(bytes, message, sizeof(message));
}

static struct dtls_gate_result pass(const struct datagram *datagram, bool handshake_done,
                                    uint8_t *passed)
{
    /* Exactly as long as it must be, so that a sanitizer sees a byte too far. */
    const size_t size = datagram->writer.size;
    uint8_t *in = malloc(size + 1);
    uint8_t *out = malloc(size + 1);
    memcpy(in, datagram->bytes, size);
    struct dtls_gate_result result;
    dtls_record_gate(handshake_done, in, size, out, &result);
    memcpy(passed, out, result.size);
    free(in);
    free(out);
    return result;
}

static void test_each_record_is_judged_by_what_it_is(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        uint16_t version;
        uint16_t epoch;
        uint64_t sequence;
        uint8_t message;
        bool before;
        bool after;
    } cases[] = {
        {HANDSHAKE, 0xfefd, 0, 0, 1, true, false},
        {HANDSHAKE, 0xfeff, 0, 1000, 1, true, false},
        {HANDSHAKE, 0xfefd, 0, 1001, 1, false, false},
        {HANDSHAKE, 0xfefd, 0, (1ull << 48) - 2, 1, false, false},
        {HANDSHAKE, 0x0303, 0, 0, 1, false, false}, /* TLS */
        {HANDSHAKE, 0xfefc, 0, 0, 1, false, false},
        {HANDSHAKE, 0xfefd, 0, 3, 11, true, false},
        {HANDSHAKE, 0xfefd, 0, 3, 15, true, false},
        {HANDSHAKE, 0xfefd, 0, 3, 16, true, false},
        {HANDSHAKE, 0xfefd, 0, 3, 0, false, false},  /* HelloRequest */
        {HANDSHAKE, 0xfefd, 0, 3, 2, false, false},  /* ServerHello */
        {HANDSHAKE, 0xfefd, 0, 3, 3, false, false},  /* HelloVerifyRequest */
        {HANDSHAKE, 0xfefd, 0, 3, 4, false, false},  /* NewSessionTicket */
        {HANDSHAKE, 0xfefd, 0, 3, 14, false, false}, /* ServerHelloDone */
        {HANDSHAKE, 0xfefd, 0, 3, 20, false, false}, /* Finished in the clear */
        {HANDSHAKE, 0xfefd, 1, 0, 20, true, true},   /* encrypted, whatever is in it */
        {HANDSHAKE, 0xfefd, 1, 1ull << 40, 20, true, true},
        {HANDSHAKE, 0xfefd, 2, 0, 20, false, false},
        {CCS, 0xfefd, 0, 3, 1, false, false}, /* 16 bytes long */
        {CCS, 0xfefd, 1, 3, 1, false, false},
        {ALERT, 0xfefd, 0, 3, 1, false, false},
        {ALERT, 0xfefd, 1, 3, 1, false, true},
        {DATA, 0xfefd, 0, 3, 1, false, false},
        {DATA, 0xfefd, 1, 3, 1, false, false},
        {24, 0xfefd, 0, 3, 1, false, false}, /* heartbeat */
        {24, 0xfefd, 1, 3, 1, false, false},
        {0, 0xfefd, 0, 3, 1, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (unsigned done = 0; done < 2; done++) {
            struct datagram datagram;
            uint8_t body[16];
            uint8_t passed[1500];
            begin(&datagram);
            make_message(body, cases[i].message);
            add_record(&datagram, cases[i].type, cases[i].version, cases[i].epoch,
                       cases[i].sequence, body, sizeof(body));
            const struct dtls_gate_result result = pass(&datagram, done, passed);
            const bool expected = done ? cases[i].after : cases[i].before;
            assert_int_equal(result.size, expected ? datagram.writer.size : 0);
            assert_int_equal(result.dropped, expected ? 0 : 1);
            assert_int_equal(result.has_client_hello,
                             expected && cases[i].epoch == 0 && cases[i].message == 1);
        }
    }
}

static void test_records_of_one_datagram_are_judged_one_by_one(void **state)
{
    (void)state;
    struct datagram mixed;
    struct datagram expected;
    uint8_t certificate[16];
    uint8_t verify[16];
    make_message(certificate, 11);
    make_message(verify, 15);
    begin(&mixed);
    begin(&expected);
    add_record(&mixed, ALERT, 0xfefd, 0, 1, "\x02\x28", 2);
    add_record(&mixed, HANDSHAKE, 0xfefd, 0, 2, certificate, 16);
    add_record(&mixed, DATA, 0xfefd, 0, 3, "hello", 5);
    add_record(&mixed, HANDSHAKE, 0xfefd, 0, 4, verify, 16);
    add_record(&mixed, CCS, 0xfefd, 0, 5, "\x01", 1);
    add_record(&mixed, HANDSHAKE, 0xfefd, 1, 0, "ciphertext", 10);
    byte_writer_bytes(&mixed.writer, "rest", 4);
    add_record(&expected, HANDSHAKE, 0xfefd, 0, 2, certificate, 16);
    add_record(&expected, HANDSHAKE, 0xfefd, 0, 4, verify, 16);
    add_record(&expected, CCS, 0xfefd, 0, 5, "\x01", 1);
    add_record(&expected, HANDSHAKE, 0xfefd, 1, 0, "ciphertext", 10);
    uint8_t passed[1500];
    const struct dtls_gate_result result = pass(&mixed, false, passed);
    assert_int_equal(result.size, expected.writer.size);
    assert_memory_equal(passed, expected.bytes, result.size);
    assert_int_equal(result.dropped, 3);
    assert_false(result.has_client_hello);
}

static void test_pieces_of_messages_must_lie_within_them(void **state)
{
    (void)state;
    static const struct {
        uint32_t total;
        uint32_t offset;
        uint32_t length;
        bool passes;
    } cases[] = {
        {100, 0, 20, true},
        {100, 80, 20, true},
        {100, 81, 20, false},
        {100, 0, 0, false},
        {0, 0, 0, false},
        {16384, 16364, 20, true},
        {16385, 0, 20, false},
        {0xffffff, 0, 20, false},
        {100, 0xffffff, 20, false},
        {100, 0xfffff0, 20, false},
        {20, 0, 19, false} /* a byte is left over */,
        {100, 0, 21, false} /* longer than its record */,
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t body[32] = {0};
        struct byte_writer writer = byte_writer_over(body, sizeof(body));
        byte_writer_u8(&writer, 11);
        byte_writer_u24(&writer, cases[i].total);
        byte_writer_u16(&writer, 1);
        byte_writer_u24(&writer, cases[i].offset);
        byte_writer_u24(&writer, cases[i].length);
        struct datagram datagram;
        uint8_t passed[1500];
        begin(&datagram);
        add_record(&datagram, HANDSHAKE, 0xfefd, 0, 1, body, sizeof(body));
        assert_int_equal(pass(&datagram, false, passed).size > 0, cases[i].passes);
    }
}

static void test_hellos_of_old_versions_stay_outside(void **state)
{
    (void)state;
    static const struct {
        uint16_t version;
        bool passes;
    } cases[] = {
        {0xfefd, true}, {0xfeff, false}, {0xfefc, false}, {0x0303, false}, {0x0100, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t body[16];
        struct datagram datagram;
        uint8_t passed[1500];
        make_message(body, 1);
        body[12] = (uint8_t)(cases[i].version >> 8);
        body[13] = (uint8_t)cases[i].version;
        begin(&datagram);
        add_record(&datagram, HANDSHAKE, 0xfefd, 0, 0, body, sizeof(body));
        assert_int_equal(pass(&datagram, false, passed).has_client_hello, cases[i].passes);
    }
}

static void test_cut_datagrams_pass_what_is_whole(void **state)
{
    (void)state;
    struct datagram datagram;
    uint8_t body[16];
    make_message(body, 1);
    begin(&datagram);
    add_record(&datagram, HANDSHAKE, 0xfefd, 0, 0, body, sizeof(body));
    const size_t first = datagram.writer.size;
    add_record(&datagram, HANDSHAKE, 0xfefd, 0, 1, body, sizeof(body));
    const size_t whole = datagram.writer.size;
    for (size_t size = 0; size <= whole; size++) {
        uint8_t passed[1500];
        datagram.writer.size = size;
        const struct dtls_gate_result result = pass(&datagram, false, passed);
        assert_int_equal(result.size, size == whole ? whole : size >= first ? first : 0);
        assert_int_equal(result.dropped, size != 0 && size != first && size != whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_record_is_judged_by_what_it_is),
        cmocka_unit_test(test_records_of_one_datagram_are_judged_one_by_one),
        cmocka_unit_test(test_pieces_of_messages_must_lie_within_them),
        cmocka_unit_test(test_hellos_of_old_versions_stay_outside),
        cmocka_unit_test(test_cut_datagrams_pass_what_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

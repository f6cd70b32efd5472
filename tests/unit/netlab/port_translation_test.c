#include "tests/netlab/port_translation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PAYLOAD_SIZE 5
#define PACKET_SIZE (20 + 8 + PAYLOAD_SIZE)
#define UDP 17
#define TCP 6

static void put(uint8_t *bytes, uint16_t number)
{
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
}

static uint16_t get(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* RFC 768: of the pseudo header, the header and the payload; 0xffff when it is right. */
static uint16_t checksum_over(const uint8_t *packet)
{
    uint32_t sum = UDP + 8 + PAYLOAD_SIZE;
    for (size_t i = 12; i < PACKET_SIZE; i++) {
        sum += i % 2 == 0 ? (uint32_t)packet[i] << 8 : packet[i];
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)sum;
}

static void make_packet(uint8_t protocol, uint16_t source, uint16_t destination,
                        uint8_t ret_packet[PACKET_SIZE])
{
    static const uint8_t addresses[8] = {10, 99, 0, 1, 10, 99, 0, 2};
    memset(ret_packet, 0, PACKET_SIZE);
    ret_packet[0] = 0x45;
    ret_packet[9] = protocol;
    memcpy(ret_packet + 12, addresses, sizeof(addresses));
    put(ret_packet + 20, source);
    put(ret_packet + 22, destination);
    put(ret_packet + 24, 8 + PAYLOAD_SIZE);
    memcpy(ret_packet + 28, "words", PAYLOAD_SIZE);
    put(ret_packet + 26, (uint16_t)~checksum_over(ret_packet));
    assert_int_equal(checksum_over(ret_packet), 0xffff);
}

static void without_a_shift_everything_passes_unchanged(void **state)
{
    (void)state;
    AUTO(port_translation) ports = port_translation_create();
    uint8_t packet[PACKET_SIZE];
    uint8_t before[PACKET_SIZE];
    make_packet(UDP, 5000, 7000, packet);
    memcpy(before, packet, sizeof(packet));
    port_translation_outward(ports, packet, sizeof(packet));
    assert_true(port_translation_inward(ports, packet, sizeof(packet)));
    assert_memory_equal(packet, before, sizeof(packet));
}

static void a_port_is_seen_elsewhere_and_answers_come_back(void **state)
{
    (void)state;
    static const struct {
        uint16_t port;
        uint16_t shift;
        uint16_t seen;
    } cases[] = {{5000, 1, 5001}, {5000, 17, 5017}, {65535, 1000, 999}, {1, 65535, 0}, {0, 7, 7}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO(port_translation) ports = port_translation_create();
        uint8_t packet[PACKET_SIZE];
        port_translation_shift(ports, cases[i].shift);
        make_packet(UDP, cases[i].port, 7000, packet);
        port_translation_outward(ports, packet, sizeof(packet));
        assert_int_equal(get(packet + 20), cases[i].seen);
        assert_int_equal(checksum_over(packet), 0xffff);
        make_packet(UDP, 7000, cases[i].seen, packet);
        assert_true(port_translation_inward(ports, packet, sizeof(packet)));
        assert_int_equal(get(packet + 22), cases[i].port);
        assert_int_equal(checksum_over(packet), 0xffff);
    }
}

static void what_goes_to_an_old_port_is_gone(void **state)
{
    (void)state;
    AUTO(port_translation) ports = port_translation_create();
    uint8_t packet[PACKET_SIZE];
    make_packet(UDP, 5000, 7000, packet);
    port_translation_outward(ports, packet, sizeof(packet));
    port_translation_shift(ports, 100);
    make_packet(UDP, 7000, 5000, packet);
    assert_false(port_translation_inward(ports, packet, sizeof(packet)));
    make_packet(UDP, 7000, 5100, packet); /* nobody has sent from there yet */
    assert_false(port_translation_inward(ports, packet, sizeof(packet)));
    make_packet(UDP, 5000, 7000, packet);
    port_translation_outward(ports, packet, sizeof(packet));
    make_packet(UDP, 7000, 5100, packet);
    assert_true(port_translation_inward(ports, packet, sizeof(packet)));
    port_translation_shift(ports, 200);
    make_packet(UDP, 7000, 5100, packet);
    assert_false(port_translation_inward(ports, packet, sizeof(packet)));
}

static void a_packet_without_checksum_stays_without(void **state)
{
    (void)state;
    AUTO(port_translation) ports = port_translation_create();
    uint8_t packet[PACKET_SIZE];
    port_translation_shift(ports, 3);
    make_packet(UDP, 5000, 7000, packet);
    put(packet + 26, 0);
    port_translation_outward(ports, packet, sizeof(packet));
    assert_int_equal(get(packet + 20), 5003);
    assert_int_equal(get(packet + 26), 0);
}

static void other_packets_pass_unchanged(void **state)
{
    (void)state;
    AUTO(port_translation) ports = port_translation_create();
    uint8_t packet[PACKET_SIZE];
    uint8_t before[PACKET_SIZE];
    port_translation_shift(ports, 3);
    make_packet(UDP, 5000, 7000, packet);
    packet[9] = TCP;
    memcpy(before, packet, sizeof(packet));
    port_translation_outward(ports, packet, sizeof(packet));
    assert_true(port_translation_inward(ports, packet, sizeof(packet)));
    make_packet(UDP, 5000, 7000, packet);
    packet[7] = 1; /* a later fragment has no ports */
    memcpy(before, packet, sizeof(packet));
    port_translation_outward(ports, packet, sizeof(packet));
    assert_true(port_translation_inward(ports, packet, sizeof(packet)));
    assert_memory_equal(packet, before, sizeof(packet));
    for (size_t size = 0; size < 28; size++) { /* cut short */
        port_translation_outward(ports, packet, size);
        assert_true(port_translation_inward(ports, packet, size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_shift_everything_passes_unchanged),
        cmocka_unit_test(a_port_is_seen_elsewhere_and_answers_come_back),
        cmocka_unit_test(what_goes_to_an_old_port_is_gone),
        cmocka_unit_test(a_packet_without_checksum_stays_without),
        cmocka_unit_test(other_packets_pass_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

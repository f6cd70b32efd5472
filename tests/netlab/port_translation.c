#include "tests/netlab/port_translation.h"

#include "gateway/base/allocate.h"

#include <string.h>

#define IPV4_HEADER_SIZE_MIN 20
#define IPV4_PROTOCOL_OFFSET 9
#define IPV4_FRAGMENT_OFFSET 6
#define IPV4_LATER_FRAGMENT 0x1fff
#define PROTOCOL_UDP 17
#define UDP_HEADER_SIZE 8
#define UDP_SOURCE_OFFSET 0
#define UDP_DESTINATION_OFFSET 2
#define UDP_CHECKSUM_OFFSET 6
#define PORTS 65536

struct port_translation {
    uint16_t shift;
    bool is_used[PORTS]; /* the client sent from here since the shift changed */
};

struct port_translation *port_translation_create(void)
{
    return allocate_zeroed(1, sizeof(struct port_translation));
}

struct port_translation *port_translation_destroy(struct port_translation *ports)
{
    free(ports);
    return NULL;
}

void port_translation_shift(struct port_translation *ports, uint16_t shift)
{
    if (shift != ports->shift) {
        ports->shift = shift;
        memset(ports->is_used, 0, sizeof(ports->is_used));
    }
}

static uint16_t read_number(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void write_number(uint8_t *bytes, uint16_t number)
{
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
}

/* The UDP header of an unfragmented IPv4 packet, or NULL. */
static uint8_t *udp_header(uint8_t *packet, size_t size)
{
    if (size < IPV4_HEADER_SIZE_MIN || packet[0] >> 4 != 4 ||
        packet[IPV4_PROTOCOL_OFFSET] != PROTOCOL_UDP ||
        (read_number(packet + IPV4_FRAGMENT_OFFSET) & IPV4_LATER_FRAGMENT) != 0) {
        return NULL;
    }
    const size_t header_size = (size_t)(packet[0] & 15) * 4;
    return size >= header_size + UDP_HEADER_SIZE ? packet + header_size : NULL;
}

/* RFC 1624, section 3, equation 3. A checksum of 0 means that there is none (RFC 768). */
static void move_port(uint8_t *udp, size_t offset, uint16_t port)
{
    const uint16_t checksum = read_number(udp + UDP_CHECKSUM_OFFSET);
    uint32_t sum = (uint16_t)~checksum;
    sum += (uint16_t)~read_number(udp + offset);
    sum += port;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    write_number(udp + offset, port);
    if (checksum != 0) {
        const uint16_t moved = (uint16_t)~sum;
        write_number(udp + UDP_CHECKSUM_OFFSET, moved != 0 ? moved : 0xffff);
    }
}

void port_translation_outward(struct port_translation *ports, uint8_t *packet, size_t size)
{
    uint8_t *udp = udp_header(packet, size);
    if (udp && ports->shift != 0) {
        const uint16_t port = read_number(udp + UDP_SOURCE_OFFSET);
        ports->is_used[port] = true;
        move_port(udp, UDP_SOURCE_OFFSET, (uint16_t)(port + ports->shift));
    }
}

bool port_translation_inward(const struct port_translation *ports, uint8_t *packet, size_t size)
{
    uint8_t *udp = udp_header(packet, size);
    if (!udp || ports->shift == 0) {
        return true;
    }
    const uint16_t port = (uint16_t)(read_number(udp + UDP_DESTINATION_OFFSET) - ports->shift);
    if (!ports->is_used[port]) {
        return false;
    }
    move_port(udp, UDP_DESTINATION_OFFSET, port);
    return true;
}

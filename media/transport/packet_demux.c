#include "media/transport/packet_demux.h"

#include "gateway/base/allocate.h"
#include "gateway/base/byte_reader.h"
#include "gateway/base/digest.h"
#include "gateway/base/fixed_map.h"
#include "media/transport/address_map.h"
#include "media/transport/ice_lite.h"

#include <errno.h>
#include <string.h>

#define STUN_MAGIC_COOKIE 0x2112A442u
#define STUN_HEADER_SIZE 20
#define STUN_ATTRIBUTE_USERNAME_TYPE 0x0006
#define UFRAG_LENGTH_MAX 256

struct packet_demux {
    struct fixed_map *ufrags;
    struct address_map *addresses;
};

/* RTP and RTCP share a port; RTCP's types 192 to 223 are RTP's payload types 64 to 95 with the
 * marker bit set, which nobody may use then (RFC 5761, 4). */
static bool is_rtcp_type(uint8_t second_byte)
{
    return second_byte >= 192 && second_byte <= 223;
}

enum packet_kind packet_kind_of(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return PACKET_KIND_UNKNOWN;
    }
    if (data[0] <= 3) {
        return PACKET_KIND_STUN;
    }
    if (data[0] >= 20 && data[0] <= 63) {
        return PACKET_KIND_DTLS;
    }
    if (data[0] >= 128 && data[0] <= 191) {
        return is_rtcp_type(data[1]) ? PACKET_KIND_RTCP : PACKET_KIND_RTP;
    }
    return PACKET_KIND_UNKNOWN;
}

int packet_stun_ufrag(const uint8_t *data, size_t size, const uint8_t **ret_ufrag)
{
    /*  0                   1                   2                   3
     * |0 0|  message type             |  length of the attributes     |
     * |                    magic cookie 0x2112A442                    |
     * |                    transaction id, 96 bits                    |
     * then attributes: type (16), length (16), value padded to 4 bytes (RFC 8489, 5 and 14) */
    struct byte_reader reader = byte_reader_over(data, size);
    const uint16_t type = byte_reader_u16(&reader);
    const uint16_t length = byte_reader_u16(&reader);
    const uint32_t cookie = byte_reader_u32(&reader);
    byte_reader_skip(&reader, 12);
    if (byte_reader_failed(&reader) || (type & 0xc000) != 0 || cookie != STUN_MAGIC_COOKIE ||
        length % 4 != 0 || length != size - STUN_HEADER_SIZE) {
        return -EBADMSG;
    }
    while (byte_reader_remaining(&reader) > 0) {
        const uint16_t attribute = byte_reader_u16(&reader);
        const uint16_t value_size = byte_reader_u16(&reader);
        const uint8_t *value = byte_reader_take(&reader, value_size);
        byte_reader_skip(&reader, (size_t)-value_size % 4);
        if (byte_reader_failed(&reader)) {
            return -EBADMSG;
        }
        if (attribute == STUN_ATTRIBUTE_USERNAME_TYPE) {
            const uint8_t *colon = memchr(value, ':', value_size);
            if (!colon) {
                return -ENOENT;
            }
            *ret_ufrag = value;
            return (int)(colon - value);
        }
    }
    return -ENOENT;
}

struct packet_demux *packet_demux_create(size_t peers_max)
{
    struct packet_demux *demux = allocate_zeroed(1, sizeof(*demux));
    demux->ufrags = fixed_map_create(peers_max * PACKET_DEMUX_UFRAGS_MAX);
    demux->addresses = address_map_create(peers_max * ICE_LITE_ADDRESSES_MAX);
    return demux;
}

struct packet_demux *packet_demux_destroy(struct packet_demux *demux)
{
    if (demux) {
        fixed_map_destroy(demux->ufrags);
        address_map_destroy(demux->addresses);
        free(demux);
    }
    return NULL;
}

/* A browser's ufrag is short, but RFC 8839 allows 256 characters: longer ones are keyed by their
 * digest. */
struct ufrag_key {
    uint8_t bytes[FIXED_MAP_KEY_SIZE_MAX];
    size_t size;
};

static struct ufrag_key ufrag_key_of(const void *ufrag, size_t length)
{
    struct ufrag_key key = {.size = length};
    if (length < FIXED_MAP_KEY_SIZE_MAX) {
        memcpy(key.bytes, ufrag, length);
    } else {
        digest_sha256(ufrag, length, key.bytes);
        key.size = FIXED_MAP_KEY_SIZE_MAX;
    }
    return key;
}

int packet_demux_add_ufrag(struct packet_demux *demux, const char *ufrag,
                           struct peer_transport *peer)
{
    const size_t length = strlen(ufrag);
    if (length == 0 || length > UFRAG_LENGTH_MAX) {
        return -EINVAL;
    }
    const struct ufrag_key key = ufrag_key_of(ufrag, length);
    return fixed_map_insert(demux->ufrags, key.bytes, key.size, peer);
}

int packet_demux_add_address(struct packet_demux *demux, const struct network_address *address,
                             struct peer_transport *peer)
{
    return address_map_insert(demux->addresses, address, peer);
}

void packet_demux_remove_ufrag(struct packet_demux *demux, const char *ufrag,
                               const struct peer_transport *peer)
{
    const struct ufrag_key key = ufrag_key_of(ufrag, strlen(ufrag));
    if (fixed_map_find(demux->ufrags, key.bytes, key.size) == peer) {
        fixed_map_remove(demux->ufrags, key.bytes, key.size);
    }
}

void packet_demux_remove_address(struct packet_demux *demux, const struct network_address *address,
                                 const struct peer_transport *peer)
{
    if (address_map_find(demux->addresses, address) == peer) {
        address_map_remove(demux->addresses, address);
    }
}

static struct peer_transport *find_by_ufrag(const struct packet_demux *demux, const uint8_t *data,
                                            size_t size)
{
    const uint8_t *ufrag = NULL;
    const int length = packet_stun_ufrag(data, size, &ufrag);
    if (length <= 0 || length > UFRAG_LENGTH_MAX) {
        return NULL;
    }
    const struct ufrag_key key = ufrag_key_of(ufrag, (size_t)length);
    return fixed_map_find(demux->ufrags, key.bytes, key.size);
}

struct peer_transport *packet_demux_find(const struct packet_demux *demux, enum packet_kind kind,
                                         const uint8_t *data, size_t size,
                                         const struct network_address *source)
{
    switch (kind) {
    case PACKET_KIND_STUN:
        return find_by_ufrag(demux, data, size);
    case PACKET_KIND_DTLS:
    case PACKET_KIND_RTP:
    case PACKET_KIND_RTCP:
        return address_map_find(demux->addresses, source);
    case PACKET_KIND_UNKNOWN:
        break;
    }
    return NULL;
}

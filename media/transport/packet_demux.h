/* packet_demux.h - which kind a datagram is, and whose (RFC 7983; RFC 5761, 4).
 *
 *   first byte   0..3      STUN       -> the peer whose local ufrag begins the USERNAME
 *                20..63    DTLS       -> the peer one of whose checks came from this address
 *                128..191  RTP, RTCP  -> the same
 *                else      unknown
 *
 * Addresses enter the map only after a check with good integrity, or the answer to one, came from
 * them (ice_lite.h). RTP of nobody's may be that of a peer that has moved (roaming.h).
 * Nothing is allocated for, and nothing answered to, anyone else.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_PACKET_DEMUX_H
#define BEDSIDE_MEDIA_TRANSPORT_PACKET_DEMUX_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stddef.h>
#include <stdint.h>

struct peer_transport;

enum packet_kind {
    PACKET_KIND_UNKNOWN,
    PACKET_KIND_STUN,
    PACKET_KIND_DTLS,
    PACKET_KIND_RTP,
    PACKET_KIND_RTCP,
};

enum packet_kind packet_kind_of(const uint8_t *data, size_t size);

/* Finds the USERNAME of a STUN message and in it the part before the colon: the ufrag of the side
 * that the message is for (RFC 8445, 7.2.2). Returns its length and a borrowed pointer to it,
 * -EBADMSG for bytes that are no STUN message, -ENOENT when there is no USERNAME with a colon. */
int packet_stun_ufrag(const uint8_t *data, size_t size, const uint8_t **ret_ufrag);

struct packet_demux;

/* How many local ufrags a peer may have at once: one in use, one of an ICE restart, and one that
 * replaces that. */
#define PACKET_DEMUX_UFRAGS_MAX 3

/* For `peers_max` peers with PACKET_DEMUX_UFRAGS_MAX ufrags and ICE_LITE_ADDRESSES_MAX addresses
 * each. */
struct packet_demux *packet_demux_create(size_t peers_max);
struct packet_demux *packet_demux_destroy(struct packet_demux *demux);
DEFINE_AUTO(packet_demux)

/* `peer` is borrowed until removed. Return 0, -EEXIST when the key belongs to a peer, -ENOSPC, or
 * -EINVAL for a ufrag that is empty or longer than 256 characters. */
int packet_demux_add_ufrag(struct packet_demux *demux, const char *ufrag,
                           struct peer_transport *peer);
int packet_demux_add_address(struct packet_demux *demux, const struct network_address *address,
                             struct peer_transport *peer);
/* Remove nothing when the key belongs to another peer or to none. */
void packet_demux_remove_ufrag(struct packet_demux *demux, const char *ufrag,
                               const struct peer_transport *peer);
void packet_demux_remove_address(struct packet_demux *demux, const struct network_address *address,
                                 const struct peer_transport *peer);

/* Returns the peer that the datagram belongs to, or NULL for a stranger's. */
struct peer_transport *packet_demux_find(const struct packet_demux *demux, enum packet_kind kind,
                                         const uint8_t *data, size_t size,
                                         const struct network_address *source);

#endif

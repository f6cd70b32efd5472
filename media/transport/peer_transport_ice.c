/* What a peer has to do with ICE: its ufrags and addresses in the demux, and where it is sent to.
 */
#include "media/transport/peer_transport_state.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* How long an address must have been silent before another peer that proves to be there takes it
 * over: two of the longest intervals between a browser's checks. A NAT gives a port to somebody
 * else; a participant who forges another's address gains nothing. */
#define TAKE_OVER_SILENCE_US 12000000

/* ---- ufrags in the demux ---- */

static int add_ufrag(struct peer_transport *peer, const char *ufrag)
{
    size_t place = 0;
    while (place < PACKET_DEMUX_UFRAGS_MAX && peer->local_ufrags[place][0] != '\0') {
        place++;
    }
    assert(place < PACKET_DEMUX_UFRAGS_MAX);
    const int added = packet_demux_add_ufrag(peer->host->demux, ufrag, peer);
    if (added == 0) {
        strcpy(peer->local_ufrags[place], ufrag); /* the demux has checked its length */
    }
    return added;
}

static void remove_ufrag(struct peer_transport *peer, const char *ufrag)
{
    for (size_t i = 0; i < ARRAY_LENGTH(peer->local_ufrags); i++) {
        if (ufrag[0] != '\0' && strcmp(peer->local_ufrags[i], ufrag) == 0) {
            packet_demux_remove_ufrag(peer->host->demux, ufrag, peer);
            peer->local_ufrags[i][0] = '\0';
            return;
        }
    }
}

/* ---- what ICE reports ---- */

static int on_address_added(void *context, const struct network_address *address, uint64_t now_us)
{
    struct peer_transport *peer = context;
    struct packet_demux *demux = peer->host->demux;
    /* Any kind but STUN is found by address. */
    struct peer_transport *owner = packet_demux_find(demux, PACKET_KIND_DTLS, NULL, 0, address);
    uint64_t last_check_us = 0;
    if (owner && ice_lite_knows(owner->ice, address, &last_check_us)) {
        if (now_us - last_check_us < TAKE_OVER_SILENCE_US) {
            return -EEXIST;
        }
        ice_lite_forget(owner->ice, address);
    }
    const int added = packet_demux_add_address(demux, address, peer);
    if (added == 0 && address->connection != 0) {
        tcp_port_claim(peer->host->tcp, address->connection);
    }
    return added;
}

static void on_address_removed(void *context, const struct network_address *address)
{
    struct peer_transport *peer = context;
    packet_demux_remove_address(peer->host->demux, address, peer);
    if (address->connection != 0) {
        tcp_port_release(peer->host->tcp, address->connection);
    }
}

static void on_destination_changed(void *context, const struct network_address *destination)
{
    struct peer_transport *peer = context;
    udp_destination_finish(&peer->destination);
    roaming_forget(peer->host->roaming, peer);
    if (!destination) {
        peer->route = NOWHERE;
    } else if (destination->connection == 0) {
        peer->route = BY_UDP;
        udp_destination_init(&peer->destination, peer->host->sender, destination);
    } else {
        peer->route = BY_TCP;
        peer->connection = destination->connection;
    }
}

static void on_ufrag_retired(void *context, const char *ufrag)
{
    remove_ufrag(context, ufrag);
}

static const struct ice_lite_ops ice_ops = {
    .on_address_added = on_address_added,
    .on_address_removed = on_address_removed,
    .on_destination_changed = on_destination_changed,
    .on_ufrag_retired = on_ufrag_retired,
};

/* ---- datagrams ---- */

static void commit_answer(struct transport_host *host, const struct network_address *to,
                          const uint8_t *slot, size_t size)
{
    if (to->connection == 0) {
        udp_sender_commit_answer(host->sender, to, size);
    } else {
        tcp_port_queue(host->tcp, to->connection, slot, size);
    }
}

void peer_transport_on_ice_datagram(struct peer_transport *peer,
                                    const struct udp_datagram *datagram, uint64_t now_us)
{
    struct transport_host *host = peer->host;
    uint64_t last_check_us = 0;
    const bool is_proven = ice_lite_knows(peer->ice, &datagram->source, &last_check_us);
    if (!is_proven && !source_limiter_allows(host->limiter, &datagram->source, now_us)) {
        host->statistics.stun_limited++;
        return;
    }
    size_t reply_size = 0;
    uint8_t *reply = udp_sender_reserve(host->sender);
    const enum stun_verdict verdict = ice_lite_on_datagram(
        peer->ice, datagram->data, datagram->size, &datagram->source, now_us, reply, &reply_size);
    if (verdict == STUN_REFUSED) {
        host->statistics.stun_rejected++;
        peer->statistics.stun_rejected++;
        if (!is_proven) {
            source_limiter_charge(host->limiter, &datagram->source, now_us);
        }
        return;
    }
    if (reply_size > 0) {
        commit_answer(host, &datagram->source, reply, reply_size);
    }
    if (verdict == STUN_ACCEPTED) {
        peer->statistics.checks_answered++;
        if (peer->state == CHECKING) {
            peer_transport_enter(peer, HANDSHAKING, now_us);
        }
    }
}

/* ---- life ---- */

static struct stun_credentials credentials_of(const char *local_ufrag, const char *local_pwd,
                                              const char *remote_ufrag, const char *remote_pwd)
{
    return (struct stun_credentials){.local_ufrag = local_ufrag,
                                     .local_pwd = local_pwd,
                                     .remote_ufrag = remote_ufrag,
                                     .remote_pwd = remote_pwd};
}

int peer_transport_create_ice(struct peer_transport *peer,
                              const struct peer_transport_config *config)
{
    const struct ice_lite_config ice = {
        .responder = peer->host->responder,
        .credentials = credentials_of(config->local_ufrag, config->local_pwd, config->remote_ufrag,
                                      config->remote_pwd),
        .ops = &ice_ops,
        .context = peer};
    const int error = ice_lite_create(&ice, &peer->ice);
    return error < 0 ? error : add_ufrag(peer, config->local_ufrag);
}

int peer_transport_restart_ice(struct peer_transport *peer, const char *local_ufrag,
                               const char *local_pwd, const char *remote_ufrag,
                               const char *remote_pwd)
{
    if (peer_transport_is_over(peer)) {
        return -ENOTCONN;
    }
    const struct stun_credentials credentials =
        credentials_of(local_ufrag, local_pwd, remote_ufrag, remote_pwd);
    int error = add_ufrag(peer, local_ufrag);
    if (error == 0) {
        error = ice_lite_restart(peer->ice, &credentials);
        if (error < 0) {
            remove_ufrag(peer, local_ufrag);
        }
    }
    return error;
}

void peer_transport_leave_demux(struct peer_transport *peer)
{
    for (size_t i = 0; i < ARRAY_LENGTH(peer->local_ufrags); i++) {
        remove_ufrag(peer, peer->local_ufrags[i]);
    }
    ice_lite_forget_all(peer->ice);
    roaming_forget(peer->host->roaming, peer);
}

/* ---- for the host ---- */

void peer_transport_forget_address(struct peer_transport *peer,
                                   const struct network_address *address)
{
    ice_lite_forget(peer->ice, address);
}

struct stun_credentials peer_transport_credentials(const struct peer_transport *peer)
{
    return ice_lite_credentials(peer->ice);
}

void peer_transport_move(struct peer_transport *peer, const struct network_address *address,
                         uint64_t now_us)
{
    (void)ice_lite_on_consent(peer->ice, address, now_us);
}

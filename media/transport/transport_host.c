#include "media/transport/transport_host.h"

#include "gateway/base/allocate.h"
#include "media/transport/transport_host_shared.h"

#include <assert.h>
#include <errno.h>

#define RECEIVE_BATCHES_MAX 8
/* Bad checks for a ufrag of ours that one source may send before it is not read for a second. */
#define REFUSALS_PER_SECOND 20
#define REFUSALS_BURST 50
/* Where the system chooses the port, that of UDP may be somebody else's for TCP. */
#define PORT_ATTEMPTS 32
/* A browser opens one for each of its networks, and keeps it while it is of use. */
#define CONNECTIONS_PER_PEER 2

static bool on_tcp_packet(void *context, const struct network_address *source,
                          const uint8_t *packet, size_t size, bool is_stranger, uint64_t now_us);
static void on_tcp_closed(void *context, const struct network_address *address);

static const struct tcp_port_ops tcp_ops = {.on_packet = on_tcp_packet, .on_closed = on_tcp_closed};

/* ---- life ---- */

static size_t connections_max(size_t peers_max)
{
    const size_t wanted = peers_max * CONNECTIONS_PER_PEER + TCP_PORT_STRANGERS_MAX;
    return wanted < UINT16_MAX ? wanted : UINT16_MAX;
}

/* Both sockets, or none. */
static int open_port(struct transport_host *host, const struct transport_host_config *config)
{
    int error = -EADDRINUSE;
    const unsigned attempts = config->udp_port == 0 ? PORT_ATTEMPTS : 1;
    for (unsigned i = 0; i < attempts && error == -EADDRINUSE; i++) {
        host->socket = udp_socket_destroy(host->socket);
        error = udp_socket_create(config->listen_address, config->udp_port, &host->socket);
        if (error == 0 && config->tcp) {
            error = tcp_port_create(config->listen_address, udp_socket_port(host->socket),
                                    connections_max(config->peers_max), &tcp_ops, host, &host->tcp);
        }
    }
    return error;
}

int transport_host_create(const struct transport_host_config *config,
                          struct transport_host **ret_host)
{
    AUTO(transport_host) host = allocate_zeroed(1, sizeof(*host));
    list_init(&host->peers);
    const char *obstacle;
    host->srtp_aead = srtp_aead_choose(config->srtp_aead, &obstacle);
    if (!host->srtp_aead) {
        return -ENOTSUP;
    }
    const int opened = open_port(host, config);
    if (opened < 0) {
        return opened;
    }
    host->sender = udp_sender_create(udp_socket_fd(host->socket), udp_socket_family(host->socket));
    host->handshakes = handshake_queue_create();
    host->demux = packet_demux_create(config->peers_max);
    host->responder = stun_responder_create();
    host->roaming = roaming_create(host);
    host->limiter = source_limiter_create(REFUSALS_PER_SECOND, REFUSALS_BURST);
    host->dtls = dtls_shared_create(config->identity);
    host->peers_max = config->peers_max;
    host->packets = config->packets;
    *ret_host = TAKE(host);
    return 0;
}

struct transport_host *transport_host_destroy(struct transport_host *host)
{
    if (host) {
        assert(host->peer_count == 0);
        if (host->sender) {
            transport_host_flush(host); /* the peers' goodbyes */
        }
        handshake_queue_destroy(host->handshakes);
        tcp_port_destroy(host->tcp);
        dtls_shared_destroy(host->dtls);
        source_limiter_destroy(host->limiter);
        roaming_destroy(host->roaming);
        stun_responder_destroy(host->responder);
        packet_demux_destroy(host->demux);
        udp_sender_destroy(host->sender);
        udp_socket_destroy(host->socket);
        free(host);
    }
    return NULL;
}

int transport_host_fd(const struct transport_host *host)
{
    return udp_socket_fd(host->socket);
}

int transport_host_tcp_fd(const struct transport_host *host)
{
    return host->tcp ? tcp_port_fd(host->tcp) : -1;
}

uint16_t transport_host_port(const struct transport_host *host)
{
    return udp_socket_port(host->socket);
}

size_t transport_host_peer_count(const struct transport_host *host)
{
    return host->peer_count;
}

const struct transport_host_statistics *transport_host_statistics(const struct transport_host *host)
{
    return &host->statistics;
}

const struct udp_socket_statistics *
transport_host_socket_statistics(const struct transport_host *host)
{
    return udp_socket_statistics(host->socket);
}

const struct udp_sender_statistics *
transport_host_sender_statistics(const struct transport_host *host)
{
    return udp_sender_statistics(host->sender);
}

const struct tcp_port_statistics *transport_host_tcp_statistics(const struct transport_host *host)
{
    return host->tcp ? tcp_port_statistics(host->tcp) : NULL;
}

/* ---- what comes ---- */

static bool is_media(enum packet_kind kind)
{
    return kind == PACKET_KIND_RTP || kind == PACKET_KIND_RTCP;
}

static void hand_to(struct transport_host *host, struct peer_transport *peer, enum packet_kind kind,
                    const struct udp_datagram *datagram, uint64_t now_us)
{
    if (kind == PACKET_KIND_DTLS && peer && peer_transport_shakes_hands(peer)) {
        host->statistics.handshakes_lost += handshake_queue_put(host->handshakes, datagram) < 0;
    } else if (peer) {
        peer_transport_on_datagram(peer, kind, datagram, now_us);
    } else if (kind == PACKET_KIND_STUN) {
        host->statistics.stun_unknown += !roaming_on_answer(host->roaming, datagram, now_us);
    } else if (kind != PACKET_KIND_RTP || !roaming_on_rtp(host->roaming, datagram, now_us)) {
        host->statistics.datagrams_unknown++;
    }
}

static struct peer_transport *hand_on(struct transport_host *host,
                                      const struct udp_datagram *datagram, enum packet_kind kind,
                                      uint64_t now_us)
{
    struct peer_transport *peer =
        packet_demux_find(host->demux, kind, datagram->data, datagram->size, &datagram->source);
    hand_to(host, peer, kind, datagram, now_us);
    return peer;
}

/* Media that follows media of the same source is the same peer's: nothing but ICE and DTLS changes
 * whose an address is. */
static void hand_on_all(struct transport_host *host, const struct udp_datagram *datagrams,
                        size_t count, uint64_t now_us)
{
    struct peer_transport *before = NULL; /* whose the media before it was */
    for (size_t i = 0; i < count; i++) {
        const struct udp_datagram *datagram = &datagrams[i];
        const enum packet_kind kind = packet_kind_of(datagram->data, datagram->size);
        if (before && is_media(kind) &&
            network_address_equal(&datagram->source, &datagrams[i - 1].source)) {
            peer_transport_on_datagram(before, kind, datagram, now_us);
            continue;
        }
        before = hand_on(host, datagram, kind, now_us);
        before = is_media(kind) ? before : NULL;
    }
}

void transport_host_receive(struct transport_host *host, uint64_t now_us)
{
    for (unsigned batch = 0; batch < RECEIVE_BATCHES_MAX; batch++) {
        const struct udp_datagram *datagrams = NULL;
        const size_t count = udp_socket_receive(host->socket, &datagrams);
        hand_on_all(host, datagrams, count, now_us);
        if (!udp_socket_has_more(host->socket)) {
            break;
        }
    }
    transport_host_run_handshakes(host, now_us);
}

/* Whoever has proven nothing may only send checks. */
static bool on_tcp_packet(void *context, const struct network_address *source,
                          const uint8_t *packet, size_t size, bool is_stranger, uint64_t now_us)
{
    struct transport_host *host = context;
    if (is_stranger && packet_kind_of(packet, size) != PACKET_KIND_STUN) {
        host->statistics.datagrams_unknown++;
        return false;
    }
    const struct udp_datagram datagram = {.data = packet, .size = size, .source = *source};
    (void)hand_on(host, &datagram, packet_kind_of(packet, size), now_us);
    return true;
}

static void on_tcp_closed(void *context, const struct network_address *address)
{
    struct transport_host *host = context;
    /* Any kind but STUN is found by address. */
    struct peer_transport *peer =
        packet_demux_find(host->demux, PACKET_KIND_DTLS, NULL, 0, address);
    if (peer) {
        peer_transport_forget_address(peer, address);
    }
}

void transport_host_serve_tcp(struct transport_host *host, uint64_t now_us)
{
    if (host->tcp) {
        tcp_port_serve(host->tcp, now_us);
        transport_host_run_handshakes(host, now_us);
    }
}

bool transport_host_has_handshakes(const struct transport_host *host)
{
    return !handshake_queue_is_empty(host->handshakes);
}

/* The media that came with them leaves first. The peer is looked up again: it may be gone, or have
 * been connected by what came before. */
void transport_host_run_handshakes(struct transport_host *host, uint64_t now_us)
{
    struct udp_datagram datagram;
    if (handshake_queue_is_empty(host->handshakes)) {
        return;
    }
    udp_sender_flush(host->sender);
    while (handshake_queue_take(host->handshakes, &datagram)) {
        struct peer_transport *peer =
            packet_demux_find(host->demux, PACKET_KIND_DTLS, NULL, 0, &datagram.source);
        if (peer) {
            peer_transport_on_datagram(peer, PACKET_KIND_DTLS, &datagram, now_us);
        }
    }
}

void transport_host_on_tick(struct transport_host *host, uint64_t now_us)
{
    if (host->tcp) {
        tcp_port_on_tick(host->tcp, now_us);
    }
    roaming_on_tick(host->roaming, now_us);
    LIST_FOR_EACH (entry, &host->peers) {
        peer_transport_on_tick(peer_transport_of_host_entry(entry), now_us);
    }
}

void transport_host_flush(struct transport_host *host)
{
    udp_sender_flush(host->sender);
    if (host->tcp) {
        tcp_port_flush(host->tcp);
    }
    handshake_queue_end_turn(host->handshakes);
}

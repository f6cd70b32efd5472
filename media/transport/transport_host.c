#include "media/transport/transport_host.h"

#include "gateway/base/allocate.h"
#include "media/transport/transport_host_shared.h"

#include <assert.h>
#include <errno.h>

#define RECEIVE_BATCHES_MAX 8
/* Bad checks for a ufrag of ours that one source may send before it is not read for a second. */
#define REFUSALS_PER_SECOND 20
#define REFUSALS_BURST 50

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
    const int opened = udp_socket_create(config->listen_address, config->udp_port, &host->socket);
    if (opened < 0) {
        return opened;
    }
    host->sender = udp_sender_create(udp_socket_fd(host->socket), udp_socket_family(host->socket));
    host->demux = packet_demux_create(config->peers_max);
    host->responder = stun_responder_create();
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
            udp_sender_flush(host->sender); /* the peers' goodbyes */
        }
        dtls_shared_destroy(host->dtls);
        source_limiter_destroy(host->limiter);
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

static void hand_on(struct transport_host *host, const struct udp_datagram *datagram,
                    uint64_t now_us)
{
    const enum packet_kind kind = packet_kind_of(datagram->data, datagram->size);
    struct peer_transport *peer =
        packet_demux_find(host->demux, kind, datagram->data, datagram->size, &datagram->source);
    if (peer) {
        peer_transport_on_datagram(peer, kind, datagram, now_us);
    } else if (kind == PACKET_KIND_STUN) {
        host->statistics.stun_unknown++;
    } else {
        host->statistics.datagrams_unknown++;
    }
}

void transport_host_receive(struct transport_host *host, uint64_t now_us)
{
    for (unsigned batch = 0; batch < RECEIVE_BATCHES_MAX; batch++) {
        const struct udp_datagram *datagrams = NULL;
        const size_t count = udp_socket_receive(host->socket, &datagrams);
        for (size_t i = 0; i < count; i++) {
            hand_on(host, &datagrams[i], now_us);
        }
        if (!udp_socket_has_more(host->socket)) {
            break;
        }
    }
}

void transport_host_on_tick(struct transport_host *host, uint64_t now_us)
{
    LIST_FOR_EACH (entry, &host->peers) {
        peer_transport_on_tick(peer_transport_of_host_entry(entry), now_us);
    }
}

void transport_host_flush(struct transport_host *host)
{
    udp_sender_flush(host->sender);
}

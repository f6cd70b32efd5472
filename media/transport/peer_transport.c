#include "media/transport/peer_transport.h"

#include "gateway/base/allocate.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/peer_transport_state.h"

#include <errno.h>

#define ICE_TIMEOUT_US 30000000
#define HANDSHAKE_TIMEOUT_US 30000000
#define CONNECTED_LOOK_US 100000 /* at what needs no sooner look then: consent, old handshakes */

struct peer_transport *peer_transport_of_host_entry(struct list *entry)
{
    return LIST_ENTRY(entry, struct peer_transport, entry);
}

void peer_transport_enter(struct peer_transport *peer, enum peer_state state, uint64_t now_us)
{
    peer->state = state;
    peer->entered_us = now_us;
}

void peer_transport_fail(struct peer_transport *peer, enum peer_transport_failure failure,
                         uint64_t now_us)
{
    peer_transport_enter(peer, FAILED, now_us);
    peer_transport_leave_demux(peer);
    peer->ops->on_failed(peer->context, failure, now_us);
}

/* ---- SRTP ---- */

static void reject_srtp(struct peer_transport *peer)
{
    peer->host->statistics.srtp_rejected++;
    peer->statistics.srtp_rejected++;
}

/* Returns 0; -EMSGSIZE, -ENOBUFS without a free buffer, or what srtp_session_unprotect_rtp() does.
 */
static int take_rtp(struct peer_transport *peer, const struct udp_datagram *datagram,
                    uint64_t now_us)
{
    if (peer->state != CONNECTED || datagram->size > PACKET_BUFFER_DATA_SIZE) {
        return -EMSGSIZE;
    }
    struct packet_buffer *packet = packet_buffer_take(peer->host->packets);
    if (!packet) {
        return -ENOBUFS;
    }
    const int size = srtp_session_unprotect_rtp(peer->srtp, datagram->data, datagram->size,
                                                packet->data, sizeof(packet->data));
    if (size < 0) {
        packet_buffer_drop(packet);
        return size;
    }
    packet->size = (uint16_t)size;
    packet->arrival_us = now_us;
    peer->statistics.packets_received++;
    peer->statistics.bytes_received += (uint64_t)size;
    peer->ops->on_rtp(peer->context, packet);
    return 0;
}

static void on_rtp_datagram(struct peer_transport *peer, const struct udp_datagram *datagram,
                            uint64_t now_us)
{
    const int taken = take_rtp(peer, datagram, now_us);
    if (taken == -ENOBUFS) {
        peer->statistics.packets_unstored++;
    } else if (taken < 0) {
        reject_srtp(peer);
    }
}

static void on_rtcp_datagram(struct peer_transport *peer, const struct udp_datagram *datagram,
                             uint64_t now_us)
{
    struct transport_host *host = peer->host;
    int size = -ENOTCONN;
    if (peer->state == CONNECTED) {
        size = srtp_session_unprotect_rtcp(peer->srtp, datagram->data, datagram->size, host->clear,
                                           sizeof(host->clear));
    }
    if (size < 0) {
        reject_srtp(peer);
        return;
    }
    peer->statistics.rtcp_received++;
    peer->ops->on_rtcp(peer->context, host->clear, (size_t)size, now_us);
}

/* ---- for the host ---- */

void peer_transport_on_datagram(struct peer_transport *peer, enum packet_kind kind,
                                const struct udp_datagram *datagram, uint64_t now_us)
{
    switch (kind) {
    case PACKET_KIND_STUN:
        peer_transport_on_ice_datagram(peer, datagram, now_us);
        break;
    case PACKET_KIND_DTLS:
        peer_transport_on_dtls_datagram(peer, datagram, now_us);
        break;
    case PACKET_KIND_RTP:
        on_rtp_datagram(peer, datagram, now_us);
        break;
    case PACKET_KIND_RTCP:
        on_rtcp_datagram(peer, datagram, now_us);
        break;
    case PACKET_KIND_UNKNOWN:
        break;
    }
}

bool peer_transport_shakes_hands(const struct peer_transport *peer)
{
    return peer->state == HANDSHAKING;
}

static uint64_t others_heard(const struct peer_transport *peer)
{
    return peer->statistics.rtcp_received + peer->statistics.checks_answered;
}

static bool is_missed(const struct peer_transport *peer, uint64_t now_us)
{
    const struct peer_transport_statistics *heard = &peer->statistics;
    return peer->state == CONNECTED && peer->route == BY_UDP &&
           silence_watch_misses(&peer->silence, heard->packets_received + heard->packets_unstored,
                                others_heard(peer), now_us);
}

bool peer_transport_misses(const struct peer_transport *peer, uint32_t ssrc, uint64_t now_us)
{
    return is_missed(peer, now_us) && ice_lite_credentials(peer->ice).remote_pwd[0] != '\0' &&
           srtp_session_knows_ssrc(peer->srtp, ssrc);
}

int peer_transport_try_rtp(struct peer_transport *peer, const struct udp_datagram *datagram,
                           uint64_t now_us)
{
    return take_rtp(peer, datagram, now_us);
}

static void watch_silence(struct peer_transport *peer, uint64_t now_us)
{
    const struct peer_transport_statistics *heard = &peer->statistics;
    if (!silence_watch_on_tick(&peer->silence, heard->packets_received + heard->packets_unstored,
                               others_heard(peer), now_us)) {
        return;
    }
    const bool is_silent = silence_watch_is_silent(&peer->silence);
    ice_lite_set_silent(peer->ice, is_silent);
    if (peer->ops->on_silence) {
        peer->ops->on_silence(peer->context, is_silent, now_us);
    }
}

static void look_for_silence(struct peer_transport *peer, uint64_t now_us)
{
    watch_silence(peer, now_us);
    if (is_missed(peer, now_us)) {
        roaming_note_paused(peer->host->roaming, peer);
    }
}

/* A peer that has not got through yet waits for us; one that has is asked for consent in seconds.
 */
static bool is_slow_due(const struct peer_transport *peer, uint64_t now_us)
{
    return peer->state != CONNECTED || now_us - peer->looked_at_us >= CONNECTED_LOOK_US;
}

static void look_at_links(struct peer_transport *peer, uint64_t now_us)
{
    peer->looked_at_us = now_us;
    if (!ice_lite_on_tick(peer->ice, now_us)) {
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_CONSENT_EXPIRED, now_us);
    } else if (peer->state == CHECKING && now_us - peer->entered_us >= ICE_TIMEOUT_US) {
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_ICE_TIMEOUT, now_us);
    } else if (peer->state == HANDSHAKING && now_us - peer->entered_us >= HANDSHAKE_TIMEOUT_US) {
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_DTLS, now_us);
    } else {
        peer_transport_on_dtls_tick(peer, now_us);
    }
}

void peer_transport_on_tick(struct peer_transport *peer, uint64_t now_us)
{
    if (peer_transport_is_over(peer)) {
        (void)dtls_handshake_on_tick(peer->dtls, now_us); /* frees an attempt in time */
        return;
    }
    if (is_slow_due(peer, now_us)) {
        look_at_links(peer, now_us);
    }
    if (peer->state == CONNECTED) {
        look_for_silence(peer, now_us);
    }
}

/* ---- public ---- */

int peer_transport_create(struct transport_host *host, const struct peer_transport_config *config,
                          uint64_t now_us, struct peer_transport **ret_peer)
{
    if (host->peer_count == host->peers_max) {
        return -ENOSPC;
    }
    AUTO(peer_transport) peer = allocate_zeroed(1, sizeof(*peer));
    list_init(&peer->entry);
    peer->host = host;
    peer->host->peer_count++;
    peer->ops = config->ops;
    peer->context = config->context;
    peer_transport_enter(peer, CHECKING, now_us);
    const int error = peer_transport_create_ice(peer, config);
    if (error < 0) {
        return error;
    }
    peer_transport_create_dtls(peer, config->remote_fingerprint);
    list_append(&host->peers, &peer->entry);
    *ret_peer = TAKE(peer);
    return 0;
}

struct peer_transport *peer_transport_destroy(struct peer_transport *peer)
{
    if (!peer) {
        return NULL;
    }
    if (peer->state == CONNECTED) {
        dtls_handshake_close(peer->dtls);
    }
    if (peer->ice) {
        peer_transport_leave_demux(peer);
    }
    udp_destination_finish(&peer->destination);
    list_remove(&peer->entry);
    peer->host->peer_count--;
    srtp_session_destroy(peer->srtp);
    dtls_handshake_destroy(peer->dtls);
    ice_lite_destroy(peer->ice);
    free(peer);
    return NULL;
}

int peer_transport_send_rtp(struct peer_transport *peer, const struct packet_part *parts,
                            size_t part_count)
{
    if (peer->state != CONNECTED || peer->route == NOWHERE) {
        return -ENOTCONN;
    }
    uint8_t *slot = udp_sender_reserve(peer->host->sender);
    const int size =
        srtp_session_protect_rtp(peer->srtp, parts, part_count, slot, UDP_DATAGRAM_SIZE_MAX);
    if (size < 0) {
        return size;
    }
    peer_transport_commit(peer, slot, (size_t)size);
    peer->statistics.packets_sent++;
    for (size_t i = 0; i < part_count; i++) {
        peer->statistics.bytes_sent += parts[i].size;
    }
    return 0;
}

int peer_transport_send_rtcp(struct peer_transport *peer, const uint8_t *compound, size_t size)
{
    if (peer->state != CONNECTED || peer->route == NOWHERE) {
        return -ENOTCONN;
    }
    uint8_t *slot = udp_sender_reserve(peer->host->sender);
    const int length =
        srtp_session_protect_rtcp(peer->srtp, compound, size, slot, UDP_DATAGRAM_SIZE_MAX);
    if (length < 0) {
        return length;
    }
    peer_transport_commit(peer, slot, (size_t)length);
    peer->statistics.rtcp_sent++;
    return 0;
}

bool peer_transport_is_connected(const struct peer_transport *peer)
{
    return peer->state == CONNECTED;
}

void peer_transport_statistics(const struct peer_transport *peer,
                               struct peer_transport_statistics *ret_statistics)
{
    const struct dtls_handshake_statistics *dtls = dtls_handshake_statistics(peer->dtls);
    *ret_statistics = peer->statistics;
    ret_statistics->connected = peer->state == CONNECTED;
    ret_statistics->over_tcp = peer->route == BY_TCP;
    ret_statistics->srtp_profile = peer->srtp_profile;
    ret_statistics->dtls_rejected = peer_transport_dtls_rejected(peer);
    ret_statistics->dtls_attempts = dtls->attempts;
    ret_statistics->address_changes = ice_lite_changes(peer->ice);
}

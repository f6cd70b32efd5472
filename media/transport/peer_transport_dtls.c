/* What a peer has to do with DTLS: the handshake, its keys, its end. */
#include "gateway/base/secret.h"
#include "media/transport/peer_transport_state.h"

#include <string.h>

static void send_dtls(void *context, const uint8_t *datagram, size_t size)
{
    struct peer_transport *peer = context;
    peer->dtls_has_sent = true;
    if (peer->route != NOWHERE && size <= UDP_DATAGRAM_SIZE_MAX) {
        uint8_t *slot = udp_sender_reserve(peer->host->sender);
        memcpy(slot, datagram, size);
        peer_transport_commit(peer, slot, size);
    }
}

/* The answer to a flight that was sent twice says nothing about the round trip (RFC 6298, 3). */
static void note_flight(struct peer_transport *peer, uint64_t sent_us)
{
    if (peer->dtls_has_sent) {
        peer->dtls_has_sent = false;
        peer->flight_sent_us = sent_us;
    }
}

static void start_srtp(struct peer_transport *peer, uint64_t now_us)
{
    struct srtp_keys keys;
    dtls_handshake_take_keys(peer->dtls, &keys);
    const int created = srtp_session_create(&keys, peer->host->srtp_aead, &peer->srtp);
    const enum srtp_profile profile = keys.profile;
    secret_wipe(&keys, sizeof(keys));
    if (created < 0) {
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE, now_us);
        return;
    }
    peer->srtp_profile = srtp_profile_name(profile);
    if (peer->flight_sent_us > 0) {
        peer->statistics.handshake_rtt_us = (uint32_t)(now_us - peer->flight_sent_us);
    }
    peer_transport_enter(peer, CONNECTED, now_us);
    peer->ops->on_connected(peer->context, peer->srtp_profile, now_us);
}

static void on_dtls_event(struct peer_transport *peer, enum dtls_event event, uint64_t now_us)
{
    switch (event) {
    case DTLS_EVENT_NONE:
        break;
    case DTLS_EVENT_CONNECTED:
        start_srtp(peer, now_us);
        break;
    case DTLS_EVENT_CLOSED:
        peer_transport_enter(peer, CLOSED, now_us);
        peer_transport_leave_demux(peer);
        peer->ops->on_closed(peer->context, now_us);
        break;
    case DTLS_EVENT_FAILED_ATTEMPTS:
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_DTLS, now_us);
        break;
    case DTLS_EVENT_FAILED_PROFILE:
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE, now_us);
        break;
    case DTLS_EVENT_FAILED_FINGERPRINT:
        peer_transport_fail(peer, PEER_TRANSPORT_FAILURE_FINGERPRINT, now_us);
        break;
    }
}

uint64_t peer_transport_dtls_rejected(const struct peer_transport *peer)
{
    const struct dtls_handshake_statistics *dtls = dtls_handshake_statistics(peer->dtls);
    return dtls->records_dropped + dtls->attempts_broken;
}

void peer_transport_on_dtls_datagram(struct peer_transport *peer,
                                     const struct udp_datagram *datagram, uint64_t now_us)
{
    const struct dtls_handshake_statistics *dtls = dtls_handshake_statistics(peer->dtls);
    const uint64_t rejected = peer_transport_dtls_rejected(peer);
    const uint64_t refused = dtls->half_open_refused;
    const enum dtls_event event =
        dtls_handshake_on_datagram(peer->dtls, datagram->data, datagram->size, now_us);
    peer->host->statistics.dtls_rejected += peer_transport_dtls_rejected(peer) - rejected;
    peer->host->statistics.half_open_refused += dtls->half_open_refused - refused;
    on_dtls_event(peer, event, now_us);
    note_flight(peer, now_us);
}

void peer_transport_on_dtls_tick(struct peer_transport *peer, uint64_t now_us)
{
    on_dtls_event(peer, dtls_handshake_on_tick(peer->dtls, now_us), now_us);
    note_flight(peer, 0);
}

void peer_transport_create_dtls(struct peer_transport *peer, const uint8_t *remote_fingerprint)
{
    peer->dtls = dtls_handshake_create(
        &(struct dtls_handshake_config){.shared = peer->host->dtls,
                                        .remote_fingerprint = remote_fingerprint,
                                        .send = send_dtls,
                                        .context = peer});
}

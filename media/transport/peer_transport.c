#include "media/transport/peer_transport.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/ice_lite.h"
#include "media/transport/silence_watch.h"
#include "media/transport/transport_host_shared.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define ICE_TIMEOUT_US 30000000
#define HANDSHAKE_TIMEOUT_US 30000000
#define CONNECTED_LOOK_US 100000 /* at what needs no sooner look then: consent, old handshakes */
/* How long an address must have been silent before another peer that proves to be there takes it
 * over: two of the longest intervals between a browser's checks. A NAT gives a port to somebody
 * else; a participant who forges another's address gains nothing. */
#define TAKE_OVER_SILENCE_US 12000000

enum state { CHECKING, HANDSHAKING, CONNECTED, FAILED, CLOSED };
enum route { NOWHERE, BY_UDP, BY_TCP };

struct peer_transport {
    /* what each packet and each tick needs */
    struct list entry; /* of the host's peers */
    struct transport_host *host;
    const struct peer_transport_ops *ops;
    void *context;
    struct srtp_session *srtp;
    enum state state;
    enum route route;                   /* where ICE says: */
    struct udp_destination destination; /* by UDP */
    struct peer_transport_statistics statistics;
    struct silence_watch silence;
    uint64_t looked_at_us; /* once it is connected, for what is slow */

    uint16_t connection; /* by TCP */
    uint64_t entered_us; /* the state */
    struct ice_lite *ice;
    struct dtls_handshake *dtls;
    bool dtls_has_sent;      /* since it was last looked at */
    uint64_t flight_sent_us; /* our last; 0: none, or it was sent twice */
    const char *srtp_profile;
    /* Those that are in the demux: the current one, one of a pending restart, and while that is
     * being replaced one more. */
    char local_ufrags[PACKET_DEMUX_UFRAGS_MAX][257];
};

struct peer_transport *peer_transport_of_host_entry(struct list *entry)
{
    return LIST_ENTRY(entry, struct peer_transport, entry);
}

static void enter(struct peer_transport *peer, enum state state, uint64_t now_us)
{
    peer->state = state;
    peer->entered_us = now_us;
}

static bool is_over(const struct peer_transport *peer)
{
    return peer->state == FAILED || peer->state == CLOSED;
}

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

/* ---- sending ---- */

/* Sends what was written into the slot that was reserved last. */
static void commit(struct peer_transport *peer, const uint8_t *slot, size_t size)
{
    if (peer->route == BY_UDP) {
        udp_sender_commit(&peer->destination, size);
    } else if (peer->route == BY_TCP) {
        tcp_port_queue(peer->host->tcp, peer->connection, slot, size);
    }
}

static void commit_answer(struct transport_host *host, const struct network_address *to,
                          const uint8_t *slot, size_t size)
{
    if (to->connection == 0) {
        udp_sender_commit_answer(host->sender, to, size);
    } else {
        tcp_port_queue(host->tcp, to->connection, slot, size);
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

/* ---- the end ---- */

/* Nothing is known of the peer any more: what still comes from it is a stranger's. */
static void leave_demux(struct peer_transport *peer)
{
    for (size_t i = 0; i < ARRAY_LENGTH(peer->local_ufrags); i++) {
        remove_ufrag(peer, peer->local_ufrags[i]);
    }
    ice_lite_forget_all(peer->ice);
    roaming_forget(peer->host->roaming, peer);
}

static void fail(struct peer_transport *peer, enum peer_transport_failure failure, uint64_t now_us)
{
    enter(peer, FAILED, now_us);
    leave_demux(peer);
    peer->ops->on_failed(peer->context, failure, now_us);
}

/* ---- DTLS ---- */

static void send_dtls(void *context, const uint8_t *datagram, size_t size)
{
    struct peer_transport *peer = context;
    peer->dtls_has_sent = true;
    if (peer->route != NOWHERE && size <= UDP_DATAGRAM_SIZE_MAX) {
        uint8_t *slot = udp_sender_reserve(peer->host->sender);
        memcpy(slot, datagram, size);
        commit(peer, slot, size);
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
        fail(peer, PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE, now_us);
        return;
    }
    peer->srtp_profile = srtp_profile_name(profile);
    if (peer->flight_sent_us > 0) {
        peer->statistics.handshake_rtt_us = (uint32_t)(now_us - peer->flight_sent_us);
    }
    enter(peer, CONNECTED, now_us);
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
        enter(peer, CLOSED, now_us);
        leave_demux(peer);
        peer->ops->on_closed(peer->context, now_us);
        break;
    case DTLS_EVENT_FAILED_ATTEMPTS:
        fail(peer, PEER_TRANSPORT_FAILURE_DTLS, now_us);
        break;
    case DTLS_EVENT_FAILED_PROFILE:
        fail(peer, PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE, now_us);
        break;
    case DTLS_EVENT_FAILED_FINGERPRINT:
        fail(peer, PEER_TRANSPORT_FAILURE_FINGERPRINT, now_us);
        break;
    }
}

static uint64_t dtls_rejected(const struct peer_transport *peer)
{
    const struct dtls_handshake_statistics *dtls = dtls_handshake_statistics(peer->dtls);
    return dtls->records_dropped + dtls->attempts_broken;
}

static void on_dtls_datagram(struct peer_transport *peer, const struct udp_datagram *datagram,
                             uint64_t now_us)
{
    const struct dtls_handshake_statistics *dtls = dtls_handshake_statistics(peer->dtls);
    const uint64_t rejected = dtls_rejected(peer);
    const uint64_t refused = dtls->half_open_refused;
    const enum dtls_event event =
        dtls_handshake_on_datagram(peer->dtls, datagram->data, datagram->size, now_us);
    peer->host->statistics.dtls_rejected += dtls_rejected(peer) - rejected;
    peer->host->statistics.half_open_refused += dtls->half_open_refused - refused;
    on_dtls_event(peer, event, now_us);
    note_flight(peer, now_us);
}

/* ---- ICE ---- */

static void on_ice_datagram(struct peer_transport *peer, const struct udp_datagram *datagram,
                            uint64_t now_us)
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
            enter(peer, HANDSHAKING, now_us);
        }
    }
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
        on_ice_datagram(peer, datagram, now_us);
        break;
    case PACKET_KIND_DTLS:
        on_dtls_datagram(peer, datagram, now_us);
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

void peer_transport_forget_address(struct peer_transport *peer,
                                   const struct network_address *address)
{
    ice_lite_forget(peer->ice, address);
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

struct stun_credentials peer_transport_credentials(const struct peer_transport *peer)
{
    return ice_lite_credentials(peer->ice);
}

void peer_transport_move(struct peer_transport *peer, const struct network_address *address,
                         uint64_t now_us)
{
    (void)ice_lite_on_consent(peer->ice, address, now_us);
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
        fail(peer, PEER_TRANSPORT_FAILURE_CONSENT_EXPIRED, now_us);
    } else if (peer->state == CHECKING && now_us - peer->entered_us >= ICE_TIMEOUT_US) {
        fail(peer, PEER_TRANSPORT_FAILURE_ICE_TIMEOUT, now_us);
    } else if (peer->state == HANDSHAKING && now_us - peer->entered_us >= HANDSHAKE_TIMEOUT_US) {
        fail(peer, PEER_TRANSPORT_FAILURE_DTLS, now_us);
    } else {
        on_dtls_event(peer, dtls_handshake_on_tick(peer->dtls, now_us), now_us);
        note_flight(peer, 0);
    }
}

void peer_transport_on_tick(struct peer_transport *peer, uint64_t now_us)
{
    if (is_over(peer)) {
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

static struct stun_credentials credentials_of(const char *local_ufrag, const char *local_pwd,
                                              const char *remote_ufrag, const char *remote_pwd)
{
    return (struct stun_credentials){.local_ufrag = local_ufrag,
                                     .local_pwd = local_pwd,
                                     .remote_ufrag = remote_ufrag,
                                     .remote_pwd = remote_pwd};
}

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
    enter(peer, CHECKING, now_us);
    const struct ice_lite_config ice = {
        .responder = host->responder,
        .credentials = credentials_of(config->local_ufrag, config->local_pwd, config->remote_ufrag,
                                      config->remote_pwd),
        .ops = &ice_ops,
        .context = peer};
    int error = ice_lite_create(&ice, &peer->ice);
    if (error == 0) {
        error = add_ufrag(peer, config->local_ufrag);
    }
    if (error < 0) {
        return error;
    }
    peer->dtls = dtls_handshake_create(
        &(struct dtls_handshake_config){.shared = host->dtls,
                                        .remote_fingerprint = config->remote_fingerprint,
                                        .send = send_dtls,
                                        .context = peer});
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
        leave_demux(peer);
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

int peer_transport_restart_ice(struct peer_transport *peer, const char *local_ufrag,
                               const char *local_pwd, const char *remote_ufrag,
                               const char *remote_pwd)
{
    if (is_over(peer)) {
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
    commit(peer, slot, (size_t)size);
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
    commit(peer, slot, (size_t)length);
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
    ret_statistics->dtls_rejected = dtls_rejected(peer);
    ret_statistics->dtls_attempts = dtls->attempts;
    ret_statistics->address_changes = ice_lite_changes(peer->ice);
}

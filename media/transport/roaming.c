#include "media/transport/roaming.h"

#include "gateway/base/allocate.h"
#include "gateway/base/random.h"
#include "gateway/base/token_bucket.h"
#include "media/transport/consent_check.h"
#include "media/transport/transport_host_shared.h"

#include <assert.h>
#include <errno.h>

#define RTP_HEADER_SIZE 12
#define RTP_SSRC_AT 8

static_assert(CONSENT_REQUEST_SIZE_MAX <= UDP_DATAGRAM_SIZE_MAX, "a request fits a slot");

struct check {
    struct peer_transport *peer; /* borrowed; NULL: free */
    struct network_address address;
    uint8_t transaction[CONSENT_TRANSACTION_SIZE];
    uint64_t began_us;
    unsigned requests;
};

struct roaming {
    struct transport_host *host; /* borrowed */
    struct consent_checker *checker;
    struct token_bucket attempts;
    struct peer_transport *paused[ROAMING_PAUSED_MAX]; /* borrowed */
    size_t paused_count;
    struct check checks[ROAMING_CHECKS_MAX];
};

struct roaming *roaming_create(struct transport_host *host)
{
    struct roaming *roaming = allocate_zeroed(1, sizeof(*roaming));
    roaming->host = host;
    roaming->checker = consent_checker_create();
    token_bucket_init(&roaming->attempts, ROAMING_ATTEMPTS_PER_SECOND, ROAMING_ATTEMPTS_BURST, 0);
    return roaming;
}

struct roaming *roaming_destroy(struct roaming *roaming)
{
    if (roaming) {
        consent_checker_destroy(roaming->checker);
        free(roaming);
    }
    return NULL;
}

/* ---- checks ---- */

static struct check *find_check_of(struct roaming *roaming, const struct peer_transport *peer)
{
    for (size_t i = 0; i < ROAMING_CHECKS_MAX; i++) {
        if (roaming->checks[i].peer == peer) {
            return &roaming->checks[i];
        }
    }
    return NULL;
}

static struct check *find_check_at(struct roaming *roaming, const struct network_address *address)
{
    for (size_t i = 0; i < ROAMING_CHECKS_MAX; i++) {
        if (roaming->checks[i].peer &&
            network_address_equal(&roaming->checks[i].address, address)) {
            return &roaming->checks[i];
        }
    }
    return NULL;
}

static void send_request(struct roaming *roaming, struct check *check)
{
    struct udp_sender *sender = roaming->host->sender;
    const struct stun_credentials credentials = peer_transport_credentials(check->peer);
    uint8_t *slot = udp_sender_reserve(sender);
    const size_t size =
        consent_checker_write(roaming->checker, &credentials, check->transaction, slot);
    if (size > 0) {
        udp_sender_commit_answer(sender, &check->address, size);
        roaming->host->statistics.consent_requests++;
    }
    check->requests++;
}

static void begin_check(struct roaming *roaming, struct check *check, struct peer_transport *peer,
                        const struct network_address *address, uint64_t now_us)
{
    *check = (struct check){.peer = peer, .address = *address, .began_us = now_us};
    random_bytes(check->transaction, sizeof(check->transaction));
    send_request(roaming, check);
}

/* ---- media ---- */

static uint32_t read_ssrc(const uint8_t *packet)
{
    const uint8_t *bytes = packet + RTP_SSRC_AT;
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whose, of those that are silent, may it be? It is, when it is authentic. */
static bool try_paused(struct roaming *roaming, const struct udp_datagram *datagram,
                       uint64_t now_us)
{
    struct transport_host *host = roaming->host;
    struct check *free_check = find_check_of(roaming, NULL);
    const uint32_t ssrc = read_ssrc(datagram->data);
    for (size_t i = 0; free_check && i < roaming->paused_count; i++) {
        struct peer_transport *peer = roaming->paused[i];
        if (!peer_transport_misses(peer, ssrc, now_us) || find_check_of(roaming, peer)) {
            continue;
        }
        const int result = peer_transport_try_rtp(peer, datagram, now_us);
        if (result >= 0) {
            begin_check(roaming, free_check, peer, &datagram->source, now_us);
            return true;
        }
        if (result != -ENOBUFS) {
            source_limiter_charge(host->limiter, &datagram->source, now_us);
        }
    }
    return false;
}

bool roaming_on_rtp(struct roaming *roaming, const struct udp_datagram *datagram, uint64_t now_us)
{
    struct transport_host *host = roaming->host;
    if (datagram->source.connection != 0 || datagram->size < RTP_HEADER_SIZE) {
        return false;
    }
    const struct check *check = find_check_at(roaming, &datagram->source);
    if (check) {
        return now_us - check->began_us < ROAMING_LISTENS_US &&
               peer_transport_try_rtp(check->peer, datagram, now_us) >= 0;
    }
    return roaming->paused_count > 0 &&
           source_limiter_allows(host->limiter, &datagram->source, now_us) &&
           token_bucket_take(&roaming->attempts, now_us) && try_paused(roaming, datagram, now_us);
}

/* ---- answers ---- */

bool roaming_on_answer(struct roaming *roaming, const struct udp_datagram *datagram,
                       uint64_t now_us)
{
    struct check *check = find_check_at(roaming, &datagram->source);
    if (!check) {
        return false;
    }
    struct peer_transport *peer = check->peer;
    const struct stun_credentials credentials = peer_transport_credentials(peer);
    if (!consent_checker_believes(roaming->checker, &credentials, check->transaction,
                                  datagram->data, datagram->size)) {
        return false;
    }
    check->peer = NULL;
    peer_transport_move(peer, &datagram->source, now_us);
    return true;
}

/* ---- time ---- */

void roaming_on_tick(struct roaming *roaming, uint64_t now_us)
{
    roaming->paused_count = 0;
    for (size_t i = 0; i < ROAMING_CHECKS_MAX; i++) {
        struct check *check = &roaming->checks[i];
        if (!check->peer) {
            continue;
        }
        const uint64_t age_us = now_us - check->began_us;
        if (age_us >= ROAMING_FORGETS_US) {
            check->peer = NULL;
        } else if (check->requests < ROAMING_REQUESTS_MAX &&
                   age_us >= (uint64_t)check->requests * ROAMING_REQUEST_INTERVAL_US) {
            send_request(roaming, check);
        }
    }
}

void roaming_note_paused(struct roaming *roaming, struct peer_transport *peer)
{
    if (roaming->paused_count < ROAMING_PAUSED_MAX) {
        roaming->paused[roaming->paused_count] = peer;
        roaming->paused_count++;
    }
}

void roaming_forget(struct roaming *roaming, const struct peer_transport *peer)
{
    struct check *check = find_check_of(roaming, peer);
    if (check) {
        check->peer = NULL;
    }
    for (size_t i = roaming->paused_count; i-- > 0;) {
        if (roaming->paused[i] == peer) {
            roaming->paused_count--;
            roaming->paused[i] = roaming->paused[roaming->paused_count];
        }
    }
}

/* dtls_handshake.h - the server side of DTLS-SRTP for one peer (RFC 6347, RFC 5764), on OpenSSL.
 *
 * It must only be fed from addresses that ICE has validated. One spoofed datagram can break or
 * silence an SSL object, so an attempt is something that can be lost:
 *
 *   IDLE --hello--> ATTEMPT --certificate and profile right--> CONNECTED --close_notify--> CLOSED
 *    ^                 |
 *    |                 | error, more than 64 KiB, 15 s, no common profile;
 *    |                 | or a hello after 3 s without progress
 *    +-----------------+---> FAILED, at the 8th time or for a wrong certificate
 *
 * Only a piece of a ClientHello begins an attempt: a peer whose handshake got further will never
 * send one, and keeps its attempt however long its packets are lost. Until the end no alert is
 * sent, since an alert that answers a stranger's bytes would end the honest peer's handshake.
 * OpenSSL's own timer reads the wall clock; it is put to sleep, and the flight that was sent last
 * is kept and repeated by `now_us`: records that the peer has seen already fall to its replay
 * window. When the handshake is done OpenSSL's object is freed; what is left to do is
 * dtls_remainder.h.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_DTLS_HANDSHAKE_H
#define BEDSIDE_MEDIA_TRANSPORT_DTLS_HANDSHAKE_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_session.h"

#include <stddef.h>
#include <stdint.h>

struct dtls_identity;

#define DTLS_ATTEMPTS_MAX 8
#define DTLS_HALF_OPEN_MAX 256
#define DTLS_HALF_OPEN_US 15000000
#define DTLS_STALL_US 3000000
#define DTLS_HANDSHAKE_BYTES_MAX 65536
#define DTLS_MTU 1200

/* What the handshakes of one worker share. */
struct dtls_shared;

/* `identity` is borrowed. */
struct dtls_shared *dtls_shared_create(const struct dtls_identity *identity);
/* All handshakes must have been destroyed (asserted). */
struct dtls_shared *dtls_shared_destroy(struct dtls_shared *shared);
DEFINE_AUTO(dtls_shared)
/* Attempts in progress, at most DTLS_HALF_OPEN_MAX. */
size_t dtls_shared_half_open(const struct dtls_shared *shared);

enum dtls_event {
    DTLS_EVENT_NONE,
    DTLS_EVENT_CONNECTED, /* dtls_handshake_take_keys() has the keys */
    DTLS_EVENT_CLOSED,    /* close_notify, or a fatal alert after the handshake */
    DTLS_EVENT_FAILED_ATTEMPTS,
    DTLS_EVENT_FAILED_PROFILE, /* as above, and the last attempt had no common SRTP profile */
    DTLS_EVENT_FAILED_FINGERPRINT,
};

struct dtls_handshake_config {
    struct dtls_shared *shared;        /* borrowed */
    const uint8_t *remote_fingerprint; /* 32 bytes, SHA-256, copied */
    /* Sends one datagram to the peer. */
    void (*send)(void *context, const uint8_t *datagram, size_t size);
    void *context; /* borrowed */
};

struct dtls_handshake_statistics {
    uint32_t attempts;
    uint64_t records_dropped; /* by the gate */
    uint64_t attempts_broken; /* by an error or a limit */
    uint64_t half_open_refused;
    uint64_t retransmissions; /* of a flight of ours */
};

struct dtls_handshake;

struct dtls_handshake *dtls_handshake_create(const struct dtls_handshake_config *config);
/* Wipes what keys are left. Accepts NULL. Always returns NULL. */
struct dtls_handshake *dtls_handshake_destroy(struct dtls_handshake *handshake);
DEFINE_AUTO(dtls_handshake)

/* Handles one datagram (at most 2048 bytes). After CLOSED or FAILED_... everything is ignored. */
enum dtls_event dtls_handshake_on_datagram(struct dtls_handshake *handshake, const uint8_t *data,
                                           size_t size, uint64_t now_us);
/* Repeats a flight that is due, frees an attempt that takes too long. */
enum dtls_event dtls_handshake_on_tick(struct dtls_handshake *handshake, uint64_t now_us);
/* Hands the keys over, once, after DTLS_EVENT_CONNECTED; the caller wipes them. */
void dtls_handshake_take_keys(struct dtls_handshake *handshake, struct srtp_keys *ret_keys);
/* Says goodbye, if connected. */
void dtls_handshake_close(struct dtls_handshake *handshake);

const struct dtls_handshake_statistics *
dtls_handshake_statistics(const struct dtls_handshake *handshake);

#endif

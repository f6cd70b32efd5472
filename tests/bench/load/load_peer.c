#include "tests/bench/load/load_peer.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "media/congestion/arrival_log.h"
#include "tests/bench/endpoint/stun_message.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TICK_US 50000
#define CHECK_EVERY_US 50000           /* until it is connected */
#define CONSENT_CHECK_EVERY_US 2500000 /* as Chromium */
#define SOCKET_BUFFER_SIZE (2 << 20)
#define ARRIVALS_KEPT 1024
#define BATCH 64
#define DATAGRAM_SIZE_MAX 2048

static void on_tick(struct load_timer *timer, uint64_t now_us);

/* ---- socket ---- */

static int open_socket(const char *address)
{
    struct sockaddr_in local = {.sin_family = AF_INET};
    const int size = SOCKET_BUFFER_SIZE;
    const int on = 1;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
    if (inet_pton(AF_INET, address, &local.sin_addr) != 1 ||
        bind(fd, (const struct sockaddr *)&local, sizeof(local)) < 0) {
        close(fd);
        return -EADDRNOTAVAIL;
    }
    return fd;
}

uint16_t load_peer_port(const struct load_peer *peer)
{
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t size = sizeof(name);
    (void)getsockname(peer->fd, (struct sockaddr *)&name, &size);
    return ntohs(name.sin_port);
}

void load_peer_send(struct load_peer *peer, const void *datagram, size_t size)
{
    (void)send(peer->fd, datagram, size, 0);
}

/* ---- life ---- */

struct load_peer *load_peer_create(struct load *load, unsigned id, const char *address)
{
    struct load_peer *peer = allocate_zeroed(1, sizeof(*peer));
    peer->load = load;
    peer->id = id;
    peer->timer.on_due = on_tick;
    peer->rtx_payload_type = MEDIA_PAYLOAD_TYPE_NONE;
    peer->ssrc = 1;
    peer->fd = open_socket(address);
    if (peer->fd < 0) {
        free(peer);
        return NULL;
    }
    random_alphanumeric(peer->ufrag, LOAD_UFRAG_LENGTH);
    random_alphanumeric(peer->pwd, LOAD_PWD_LENGTH);
    random_bytes(&peer->tie_breaker, sizeof(peer->tie_breaker));
    peer->arrivals = arrival_log_create(ARRIVALS_KEPT);
    load_reserve_timer(load);
    /* Told once of what came, since load_peer_receive() empties the socket: a socket that is told
     * of as long as something waits is looked at twice for each burst. */
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = peer};
    (void)epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, peer->fd, &event);
    return peer;
}

struct load_peer *load_peer_destroy(struct load_peer *peer)
{
    if (peer) {
        for (size_t i = 0; i < peer->publication_count; i++) {
            timer_queue_stop(&peer->load->timers, &peer->publications[i]->timer.queued);
            free(peer->publications[i]);
        }
        timer_queue_stop(&peer->load->timers, &peer->timer.queued);
        if (peer->connected) {
            srtp_direction_finish(&peer->outgoing);
            srtp_direction_finish(&peer->incoming);
        }
        peer->link = dtls_link_destroy(peer->link);
        peer->arrivals = arrival_log_destroy(peer->arrivals);
        free(peer->streams);
        close(peer->fd);
        free(peer);
    }
    return NULL;
}

int load_peer_set_remote(struct load_peer *peer, const char *ufrag, const char *pwd,
                         const char *address, uint16_t port, bool controlling)
{
    peer->remote = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &peer->remote.sin_addr) != 1 ||
        connect(peer->fd, (const struct sockaddr *)&peer->remote, sizeof(peer->remote)) < 0) {
        return -EADDRNOTAVAIL;
    }
    (void)snprintf(peer->remote_ufrag, sizeof(peer->remote_ufrag), "%s", ufrag);
    (void)snprintf(peer->remote_pwd, sizeof(peer->remote_pwd), "%s", pwd);
    peer->controlling = controlling;
    peer->has_remote = true;
    peer->remote_since_us = clock_now_us();
    load_start_timer(peer->load, &peer->timer, peer->remote_since_us);
    return 0;
}

bool load_peer_publish(struct load_peer *peer, const struct outgoing_stream_config *config,
                       uint64_t phase_us)
{
    if (peer->publication_count == LOAD_OUTGOING_MAX) {
        return false;
    }
    if (peer->publication_count == 0) {
        peer->ssrc = config->ssrc;
    }
    struct outgoing_stream *stream = outgoing_stream_create(peer, config);
    peer->publications[peer->publication_count++] = stream;
    load_reserve_timer(peer->load);
    outgoing_stream_start(stream, clock_now_us(), phase_us);
    return true;
}

/* ---- ICE and DTLS ---- */

static void send_datagram(void *context, const uint8_t *datagram, size_t size)
{
    load_peer_send(context, datagram, size);
}

static void fail(struct load_peer *peer, const char *why)
{
    if (!peer->failed) {
        peer->failed = true;
        (void)printf("failed %u %s\n", peer->id, why);
    }
}

static void look_at_link(struct load_peer *peer)
{
    if (peer->connected || peer->failed) {
        return;
    }
    if (dtls_link_has_failed(peer->link)) {
        fail(peer, "dtls");
    } else if (dtls_link_is_up(peer->link)) {
        if (!dtls_link_profile(peer->link)) {
            fail(peer, "no-srtp-profile");
            return;
        }
        dtls_link_derive(peer->link, peer->load->engine, &peer->outgoing, &peer->incoming);
        peer->connected = true;
        (void)printf("connected %u %s %.1f\n", peer->id, dtls_link_profile(peer->link),
                     (double)(clock_now_us() - peer->remote_since_us) / 1000);
    }
}

static void start_dtls(struct load_peer *peer)
{
    if (peer->link) {
        return;
    }
    const struct dtls_link_config config = {
        .identity = peer->load->identity, .send = send_datagram, .context = peer};
    peer->link = dtls_link_create(&config);
    dtls_link_drive(peer->link);
}

static void on_dtls(struct load_peer *peer, const uint8_t *datagram, size_t size)
{
    if (peer->link) {
        dtls_link_receive(peer->link, datagram, size);
        look_at_link(peer);
    }
}

static void send_check(struct load_peer *peer, uint64_t now_us)
{
    uint8_t message[STUN_MESSAGE_SIZE_MAX];
    const struct stun_check check = {
        .local_ufrag = peer->ufrag,
        .remote_ufrag = peer->remote_ufrag,
        .remote_pwd = peer->remote_pwd,
        .tie_breaker = peer->tie_breaker,
        .controlling = peer->controlling,
    };
    load_peer_send(peer, message, stun_write_check(&check, message));
    peer->next_check_us = now_us + (peer->connected ? CONSENT_CHECK_EVERY_US : CHECK_EVERY_US);
}

static void on_stun(struct load_peer *peer, const uint8_t *message, size_t size)
{
    const uint16_t type = stun_message_type(message, size);
    if (type == STUN_BINDING_REQUEST && stun_integrity_holds(message, size, peer->pwd)) {
        uint8_t answer[STUN_MESSAGE_SIZE_MAX];
        load_peer_send(peer, answer, stun_write_answer(message, &peer->remote, peer->pwd, answer));
    } else if (type == STUN_BINDING_ANSWER &&
               stun_integrity_holds(message, size, peer->remote_pwd)) {
        peer->ice_works = true;
        start_dtls(peer);
    }
}

static void on_tick(struct load_timer *timer, uint64_t now_us)
{
    struct load_peer *peer = (struct load_peer *)timer;
    if (now_us >= peer->next_check_us) {
        send_check(peer, now_us);
    }
    if (peer->link && !peer->connected) {
        dtls_link_drive(peer->link);
        look_at_link(peer);
    }
    if (peer->connected) {
        peer->ticks++;
        load_peer_tell(peer, now_us);
    }
    load_start_timer(peer->load, timer, now_us + TICK_US);
}

/* ---- receiving ---- */

static uint64_t kernel_time_ns(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(c), sizeof(at));
            return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
        }
    }
    return load_wall_ns();
}

/* RFC 7983: the first byte says what it is. */
static void on_datagram(struct load_peer *peer, uint8_t *datagram, size_t size, struct msghdr *from,
                        uint64_t now_us)
{
    if (size < 12) {
        return;
    }
    if (datagram[0] >= 128 && datagram[0] < 192) {
        if (!peer->connected) {
            return;
        }
        if (datagram[1] >= 192 && datagram[1] <= 223) {
            load_peer_on_rtcp(peer, datagram, size, now_us);
        } else {
            load_peer_on_rtp(peer, datagram, size, kernel_time_ns(from), now_us);
        }
    } else if (datagram[0] < 4) {
        on_stun(peer, datagram, size);
    } else if (datagram[0] >= 20 && datagram[0] < 64) {
        on_dtls(peer, datagram, size);
    }
}

/* Prepared once; of a batch, only what the kernel wrote is put right again. */
struct receive_batch {
    uint8_t datagrams[BATCH][DATAGRAM_SIZE_MAX];
    char controls[BATCH][CMSG_SPACE(sizeof(struct timespec))];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    bool is_prepared;
};

static void prepare(struct receive_batch *batch)
{
    for (int i = 0; i < BATCH; i++) {
        batch->parts[i] = (struct iovec){batch->datagrams[i], DATAGRAM_SIZE_MAX};
        batch->messages[i].msg_hdr = (struct msghdr){
            .msg_iov = &batch->parts[i],
            .msg_iovlen = 1,
            .msg_control = batch->controls[i],
            .msg_controllen = sizeof(batch->controls[i]),
        };
    }
    batch->is_prepared = true;
}

void load_peer_receive(struct load_peer *peer)
{
    static struct receive_batch batch;
    int count;
    if (!batch.is_prepared) {
        prepare(&batch);
    }
    do {
        count = recvmmsg(peer->fd, batch.messages, BATCH, MSG_DONTWAIT, NULL);
        const uint64_t now_us = clock_now_us();
        for (int i = 0; i < count; i++) {
            on_datagram(peer, batch.datagrams[i], batch.messages[i].msg_len,
                        &batch.messages[i].msg_hdr, now_us);
            batch.messages[i].msg_hdr.msg_controllen = sizeof(batch.controls[i]);
        }
    } while (count == BATCH);
    if (peer->has_missing) {
        load_peer_ask_again(peer, clock_now_us());
    }
}

/* bench_reference - the reference data path as a process, led by lines on standard input.
 *
 *   bench_reference ADDRESS best|openssl|ipsec-mb each|many|segments RING_PACKETS
 *
 * Says "engine NAME" at the start.
 *
 *   command                  answer
 *   peer ID                  peer ID UFRAG PWD ADDRESS PORT FINGERPRINT
 *   route FROM SSRC TO
 *   quit */

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"
#include "tests/bench/endpoint/command_lines.h"
#include "tests/bench/endpoint/dtls_link.h"
#include "tests/bench/endpoint/stun_message.h"
#include "tests/bench/reference/reference_path.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEERS_MAX 4096
#define ADDRESS_SLOTS 8192 /* a power of two, twice PEERS_MAX */
#define BATCH 64
#define SOCKET_BUFFER_SIZE (8 << 20)
#define UFRAG_LENGTH 8
#define PWD_LENGTH 24

struct peer {
    struct reference_peer media; /* first */
    char ufrag[UFRAG_LENGTH + 1];
    char pwd[PWD_LENGTH + 1];
    bool has_address;
    struct dtls_link *link;
};

static struct peer *peers[PEERS_MAX];
static struct peer *by_address[ADDRESS_SLOTS];
static int fd;
static struct sockaddr_in local;
static struct dtls_link_identity *identity;
static enum gcm_engine engine;
static bool quits;

/* ---- who is at an address ---- */

static size_t slot_of(const struct sockaddr_in *address)
{
    return (ntohl(address->sin_addr.s_addr) * 2654435761u ^ ntohs(address->sin_port) * 40503u) &
           (ADDRESS_SLOTS - 1);
}

static struct peer *find_peer(const struct sockaddr_in *address)
{
    for (size_t slot = slot_of(address);; slot = (slot + 1) & (ADDRESS_SLOTS - 1)) {
        struct peer *peer = by_address[slot];
        if (!peer || (peer->media.address.sin_port == address->sin_port &&
                      peer->media.address.sin_addr.s_addr == address->sin_addr.s_addr)) {
            return peer;
        }
    }
}

static void learn_address(struct peer *peer, const struct sockaddr_in *address)
{
    size_t slot = slot_of(address);
    while (by_address[slot]) {
        slot = (slot + 1) & (ADDRESS_SLOTS - 1);
    }
    peer->media.address = *address;
    peer->has_address = true;
    by_address[slot] = peer;
}

/* ---- ICE and DTLS ---- */

static void on_stun(const uint8_t *message, size_t size, const struct sockaddr_in *from)
{
    const char *ufrag;
    size_t ufrag_size;
    if (stun_message_type(message, size) != STUN_BINDING_REQUEST ||
        !stun_find_receiver(message, size, &ufrag, &ufrag_size) || ufrag_size != UFRAG_LENGTH) {
        return;
    }
    for (size_t i = 0; i < PEERS_MAX && peers[i]; i++) {
        if (memcmp(peers[i]->ufrag, ufrag, UFRAG_LENGTH) != 0) {
            continue;
        }
        if (!stun_integrity_holds(message, size, peers[i]->pwd)) {
            return;
        }
        if (!peers[i]->has_address) {
            learn_address(peers[i], from);
        }
        uint8_t answer[STUN_MESSAGE_SIZE_MAX];
        const size_t answer_size = stun_write_answer(message, from, peers[i]->pwd, answer);
        (void)sendto(fd, answer, answer_size, 0, (const struct sockaddr *)from, sizeof(*from));
        return;
    }
}

static void send_datagram(void *context, const uint8_t *datagram, size_t size)
{
    const struct peer *peer = context;
    (void)sendto(fd, datagram, size, 0, (const struct sockaddr *)&peer->media.address,
                 sizeof(peer->media.address));
}

static void on_dtls(struct peer *peer, const uint8_t *datagram, size_t size)
{
    if (!peer->link) {
        const struct dtls_link_config config = {
            .identity = identity, .is_server = true, .send = send_datagram, .context = peer};
        peer->link = dtls_link_create(&config);
    }
    dtls_link_receive(peer->link, datagram, size);
    if (!peer->media.connected && dtls_link_is_up(peer->link) && dtls_link_profile(peer->link)) {
        dtls_link_derive(peer->link, engine, &peer->media.outgoing, &peer->media.incoming);
        peer->media.connected = true;
    }
}

/* ---- the socket ---- */

static void on_datagram(const uint8_t *datagram, size_t size, const struct sockaddr_in *from)
{
    if (size < 12) {
        return;
    }
    if (datagram[0] < 4) {
        on_stun(datagram, size, from);
        return;
    }
    struct peer *peer = find_peer(from);
    if (!peer) {
        return;
    }
    if (datagram[0] >= 128 && datagram[0] < 192) {
        reference_path_on_packet(&peer->media, datagram, size);
    } else if (datagram[0] >= 20 && datagram[0] < 64) {
        on_dtls(peer, datagram, size);
    }
}

static void receive(void)
{
    static uint8_t datagrams[BATCH][REFERENCE_PACKET_SIZE_MAX];
    static struct sockaddr_in from[BATCH];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    int count;
    do {
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){datagrams[i], REFERENCE_PACKET_SIZE_MAX};
            messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                                  .msg_namelen = sizeof(from[i]),
                                                  .msg_iov = &parts[i],
                                                  .msg_iovlen = 1};
        }
        count = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            on_datagram(datagrams[i], messages[i].msg_len, &from[i]);
        }
        reference_path_flush();
    } while (count == BATCH);
}

static bool open_socket(const char *address)
{
    const int size = SOCKET_BUFFER_SIZE;
    socklen_t local_size = sizeof(local);
    local = (struct sockaddr_in){.sin_family = AF_INET};
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    return inet_pton(AF_INET, address, &local.sin_addr) == 1 &&
           bind(fd, (const struct sockaddr *)&local, sizeof(local)) == 0 &&
           getsockname(fd, (struct sockaddr *)&local, &local_size) == 0;
}

/* ---- commands ---- */

static bool make_peer(unsigned id, const char *address)
{
    if (id >= PEERS_MAX || peers[id]) {
        return false;
    }
    struct peer *peer = peers[id] = allocate_zeroed(1, sizeof(*peer));
    random_alphanumeric(peer->ufrag, UFRAG_LENGTH);
    random_alphanumeric(peer->pwd, PWD_LENGTH);
    (void)printf("peer %u %s %s %s %u %s\n", id, peer->ufrag, peer->pwd, address,
                 ntohs(local.sin_port), dtls_link_identity_fingerprint(identity));
    return true;
}

static bool obey(const char *line, const char *address)
{
    unsigned from;
    unsigned to;
    unsigned ssrc;
    if (sscanf(line, "peer %u", &from) == 1) {
        return make_peer(from, address);
    }
    if (sscanf(line, "route %u %u %u", &from, &ssrc, &to) == 3) {
        return from < PEERS_MAX && to < PEERS_MAX && peers[from] && peers[to] &&
               reference_path_route(&peers[from]->media, ssrc, &peers[to]->media);
    }
    quits = true;
    return strcmp(line, "quit") == 0;
}

static void obey_or_say(void *address, char *line)
{
    if (!obey(line, address)) {
        (void)printf("error %s\n", line);
    }
}

static bool choose(const char *const *arguments, struct reference_path_config *ret_config)
{
    static const char *const ways[] = {"each", "many", "segments"};
    const long ring = strtol(arguments[3], NULL, 10);
    engine = strcmp(arguments[1], "openssl") == 0 ? GCM_ENGINE_OPENSSL : gcm_engine_best();
    const bool has_engine =
        strcmp(arguments[1], "best") == 0 || strcmp(arguments[1], gcm_engine_name(engine)) == 0;
    if (!has_engine || ring < 1 || ring > 65536 || (ring & (ring - 1)) != 0) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        if (strcmp(arguments[2], ways[i]) == 0) {
            *ret_config = (struct reference_path_config){
                .fd = fd, .ring_packets = (unsigned)ring, .send = (enum reference_send)i};
            return true;
        }
    }
    return false;
}

static void run(const char *address)
{
    const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
    (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    event.data.fd = fd;
    (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    while (!quits) {
        struct epoll_event events[2];
        const int count = epoll_wait(epoll_fd, events, 2, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == fd) {
                receive();
            } else {
                quits |= !command_lines_read(obey_or_say, (void *)(uintptr_t)address);
            }
        }
    }
    close(epoll_fd);
}

int main(int argc, char **argv)
{
    struct reference_path_config config;
    if (argc != 5 || !open_socket(argv[1]) || !choose((const char *const *)argv + 1, &config)) {
        (void)fprintf(stderr, "usage: bench_reference ADDRESS best|openssl|ipsec-mb "
                              "each|many|segments RING_PACKETS\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)printf("engine %s\n", gcm_engine_name(engine));
    command_lines_begin();
    identity = dtls_link_identity_create();
    reference_path_init(&config);
    run(argv[1]);
    for (size_t i = 0; i < PEERS_MAX && peers[i]; i++) {
        peers[i]->link = dtls_link_destroy(peers[i]->link);
        reference_path_forget(&peers[i]->media);
        free(peers[i]);
    }
    identity = dtls_link_identity_destroy(identity);
    close(fd);
    return 0;
}

#include "tests/bench/path/path_floor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef BENCH_HAS_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

#define HEADER_SIZE 12
#define TAG_SIZE 16
#define PACKET_SIZE_MAX 1500

/* ---- AES-128-GCM, as bare as it comes ---- */

#ifdef BENCH_HAS_IPSEC_MB

struct cipher {
    IMB_MGR *manager;
    struct gcm_key_data *key;
};

const char *path_floor_cipher(void)
{
    return "ipsec-mb";
}

static void cipher_open(struct cipher *cipher)
{
    static const uint8_t key[16] = {1, 2, 3};
    cipher->manager = alloc_mb_mgr(0);
    cipher->key = aligned_alloc(64, (sizeof(*cipher->key) + 63) & ~(size_t)63);
    init_mb_mgr_auto(cipher->manager, NULL);
    IMB_AES128_GCM_PRE(cipher->manager, key, cipher->key);
}

static void cipher_close(struct cipher *cipher)
{
    free(cipher->key);
    free_mb_mgr(cipher->manager);
}

static void seal(struct cipher *cipher, const uint8_t *iv, uint8_t *to, const uint8_t *payload,
                 size_t size)
{
    struct gcm_context_data context;
    IMB_AES128_GCM_ENC(cipher->manager, cipher->key, &context, to + HEADER_SIZE, payload, size, iv,
                       to, HEADER_SIZE, to + HEADER_SIZE + size, TAG_SIZE);
}

static bool open_sealed(struct cipher *cipher, const uint8_t *iv, uint8_t *to,
                        const uint8_t *packet, size_t size)
{
    struct gcm_context_data context;
    uint8_t tag[TAG_SIZE];
    const size_t payload = size - HEADER_SIZE - TAG_SIZE;
    IMB_AES128_GCM_DEC(cipher->manager, cipher->key, &context, to, packet + HEADER_SIZE, payload,
                       iv, packet, HEADER_SIZE, tag, TAG_SIZE);
    return CRYPTO_memcmp(tag, packet + size - TAG_SIZE, TAG_SIZE) == 0;
}

#else

struct cipher {
    EVP_CIPHER_CTX *sealing;
    EVP_CIPHER_CTX *opening;
};

const char *path_floor_cipher(void)
{
    return "openssl";
}

static void cipher_open(struct cipher *cipher)
{
    static const uint8_t key[16] = {1, 2, 3};
    cipher->sealing = EVP_CIPHER_CTX_new();
    cipher->opening = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(cipher->sealing, EVP_aes_128_gcm(), NULL, key, NULL);
    EVP_DecryptInit_ex(cipher->opening, EVP_aes_128_gcm(), NULL, key, NULL);
}

static void cipher_close(struct cipher *cipher)
{
    EVP_CIPHER_CTX_free(cipher->sealing);
    EVP_CIPHER_CTX_free(cipher->opening);
}

static void seal(struct cipher *cipher, const uint8_t *iv, uint8_t *to, const uint8_t *payload,
                 size_t size)
{
    EVP_CIPHER_CTX *context = cipher->sealing;
    EVP_EncryptInit_ex2(context, NULL, NULL, iv, NULL);
    EVP_Cipher(context, NULL, to, HEADER_SIZE);
    EVP_Cipher(context, to + HEADER_SIZE, payload, (unsigned)size);
    EVP_Cipher(context, NULL, NULL, 0);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, to + HEADER_SIZE + size);
}

static bool open_sealed(struct cipher *cipher, const uint8_t *iv, uint8_t *to,
                        const uint8_t *packet, size_t size)
{
    EVP_CIPHER_CTX *context = cipher->opening;
    uint8_t tag[TAG_SIZE];
    memcpy(tag, packet + size - TAG_SIZE, TAG_SIZE);
    EVP_DecryptInit_ex2(context, NULL, NULL, iv, NULL);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag);
    EVP_Cipher(context, NULL, packet, HEADER_SIZE);
    EVP_Cipher(context, to, packet + HEADER_SIZE, (unsigned)(size - HEADER_SIZE - TAG_SIZE));
    return EVP_Cipher(context, NULL, NULL, 0) >= 0;
}

#endif

/* ---- the sockets ---- */

struct floor {
    const struct path_case *traffic;
    size_t packet_size; /* protected */
    struct cipher cipher;
    int publisher;
    int forwarder;
    int epoll;
    struct sockaddr_in forwarder_name;
    int receivers[PATH_RECEIVERS_MAX];
    struct sockaddr_in receiver_names[PATH_RECEIVERS_MAX];
    uint16_t sequence; /* of the next packet */

    struct mmsghdr received[PATH_BURST_MAX];
    struct iovec receive_vectors[PATH_BURST_MAX];
    struct sockaddr_in sources[PATH_BURST_MAX];
    uint8_t incoming[PATH_BURST_MAX][PACKET_SIZE_MAX];
    uint8_t clear[PATH_BURST_MAX][PACKET_SIZE_MAX];

    struct mmsghdr sent[PATH_RECEIVERS_MAX];
    struct iovec send_vectors[PATH_RECEIVERS_MAX][PATH_BURST_MAX];
    struct {
        _Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
    } controls[PATH_RECEIVERS_MAX];
    uint8_t outgoing[PATH_RECEIVERS_MAX][PATH_BURST_MAX][PACKET_SIZE_MAX];
};

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
}

static void prepare_run(struct floor *floor, size_t receiver)
{
    const uint16_t segment = (uint16_t)floor->packet_size;
    struct msghdr *header = &floor->sent[receiver].msg_hdr;
    *header = (struct msghdr){
        .msg_name = &floor->receiver_names[receiver],
        .msg_namelen = sizeof(floor->receiver_names[receiver]),
        .msg_iov = floor->send_vectors[receiver],
        .msg_iovlen = floor->traffic->burst,
    };
    if (floor->traffic->burst > 1) {
        header->msg_control = floor->controls[receiver].bytes;
        header->msg_controllen = sizeof(floor->controls[receiver].bytes);
        struct cmsghdr *control = CMSG_FIRSTHDR(header);
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof(segment));
        memcpy(CMSG_DATA(control), &segment, sizeof(segment));
    }
}

static struct floor *floor_open(const struct path_case *traffic)
{
    struct floor *floor = calloc(1, sizeof(*floor));
    uint16_t port = 0;
    struct epoll_event readable = {.events = EPOLLIN};
    floor->traffic = traffic;
    floor->packet_size = HEADER_SIZE + traffic->payload_size + TAG_SIZE;
    cipher_open(&floor->cipher);
    floor->publisher = path_open_socket(&port);
    floor->forwarder = path_open_socket(&port);
    floor->forwarder_name = loopback(port);
    floor->epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(floor->epoll, EPOLL_CTL_ADD, floor->forwarder, &readable);
    for (size_t i = 0; i < traffic->burst; i++) {
        floor->receive_vectors[i] =
            (struct iovec){.iov_base = floor->incoming[i], .iov_len = PACKET_SIZE_MAX};
        floor->received[i].msg_hdr = (struct msghdr){.msg_name = &floor->sources[i],
                                                     .msg_namelen = sizeof(floor->sources[i]),
                                                     .msg_iov = &floor->receive_vectors[i],
                                                     .msg_iovlen = 1};
    }
    for (size_t r = 0; r < traffic->receivers; r++) {
        floor->receivers[r] = path_open_socket(&port);
        floor->receiver_names[r] = loopback(port);
        for (size_t i = 0; i < traffic->burst; i++) {
            floor->send_vectors[r][i] =
                (struct iovec){.iov_base = floor->outgoing[r][i], .iov_len = floor->packet_size};
        }
        prepare_run(floor, r);
    }
    return floor;
}

static void floor_close(struct floor *floor)
{
    for (size_t r = 0; r < floor->traffic->receivers; r++) {
        close(floor->receivers[r]);
    }
    close(floor->publisher);
    close(floor->forwarder);
    close(floor->epoll);
    cipher_close(&floor->cipher);
    free(floor);
}

/* ---- a round ---- */

static void write_header(uint8_t *packet, uint16_t sequence, uint8_t ssrc)
{
    const uint8_t header[HEADER_SIZE] = {
        0x80, 96, (uint8_t)(sequence >> 8), (uint8_t)sequence, 0, 0, 0, 0, 0, 0, 0, ssrc};
    memcpy(packet, header, sizeof(header));
}

static void make_iv(const uint8_t *packet, uint8_t *ret_iv)
{
    const uint8_t iv[12] = {0, 0, packet[8], packet[9], packet[10], packet[11],
                            0, 0, 0,         0,         packet[2],  packet[3]};
    memcpy(ret_iv, iv, sizeof(iv));
}

static void publish_burst(struct floor *floor)
{
    uint8_t payload[PACKET_SIZE_MAX] = {0};
    uint8_t packet[PACKET_SIZE_MAX];
    uint8_t iv[12];
    for (size_t i = 0; i < floor->traffic->burst; i++) {
        write_header(packet, floor->sequence++, 0);
        make_iv(packet, iv);
        seal(&floor->cipher, iv, packet, payload, floor->traffic->payload_size);
        if (sendto(floor->publisher, packet, floor->packet_size, 0,
                   (struct sockaddr *)&floor->forwarder_name, sizeof(floor->forwarder_name)) < 0) {
            path_fail("floor: publish");
        }
    }
}

static void forward_burst(struct floor *floor)
{
    const struct path_case *traffic = floor->traffic;
    struct epoll_event readable;
    uint8_t iv[12];
    if (epoll_wait(floor->epoll, &readable, 1, 1000) != 1 ||
        recvmmsg(floor->forwarder, floor->received, (unsigned)traffic->burst, MSG_DONTWAIT, NULL) !=
            (int)traffic->burst) {
        path_fail("floor: receive");
    }
    for (size_t i = 0; i < traffic->burst; i++) {
        make_iv(floor->incoming[i], iv);
        if (!open_sealed(&floor->cipher, iv, floor->clear[i], floor->incoming[i],
                         floor->packet_size)) {
            path_fail("floor: a tag is wrong");
        }
    }
    for (size_t r = 0; r < traffic->receivers; r++) {
        for (size_t i = 0; i < traffic->burst; i++) {
            const uint8_t *in = floor->incoming[i];
            write_header(floor->outgoing[r][i], (uint16_t)(in[2] << 8 | in[3]), (uint8_t)(r + 1));
            make_iv(floor->outgoing[r][i], iv);
            seal(&floor->cipher, iv, floor->outgoing[r][i], floor->clear[i], traffic->payload_size);
        }
    }
    if (sendmmsg(floor->forwarder, floor->sent, (unsigned)traffic->receivers, 0) !=
        (int)traffic->receivers) {
        path_fail("floor: send");
    }
}

static void drain(struct floor *floor)
{
    uint8_t packet[PACKET_SIZE_MAX];
    for (size_t r = 0; r < floor->traffic->receivers; r++) {
        for (size_t i = 0; i < floor->traffic->burst; i++) {
            if (recv(floor->receivers[r], packet, sizeof(packet), 0) !=
                (ssize_t)floor->packet_size) {
                path_fail("floor: a packet did not arrive");
            }
        }
    }
}

double path_floor_measure(const struct path_case *traffic, size_t rounds)
{
    struct floor *floor = floor_open(traffic);
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    for (size_t round = 0; round < rounds; round++) {
        publish_burst(floor);
        const uint64_t began_ns = path_now_ns();
        forward_burst(floor);
        times_ns[round] =
            (double)(path_now_ns() - began_ns) / (double)(traffic->burst * traffic->receivers);
        drain(floor);
    }
    const double median = path_median(times_ns, rounds);
    free(times_ns);
    floor_close(floor);
    return median;
}

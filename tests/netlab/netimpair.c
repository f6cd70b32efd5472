/* netimpair - a bad network between two network namespaces, for kernels with or without sch_netem.
 *
 *   netimpair --client NAMESPACE --gateway NAMESPACE [--network N] [--profile FILE] [--seed N]
 *             [--mtu N] [--seconds N] [--trace FILE]
 *
 *        namespace of the client                         namespace of the gateway
 *     impN 10.99.N.1/24  <-- TUN --> [ up ] [ down ] <-- TUN -->  impN 10.99.N.2/24
 *
 * Addresses and ports pass unchanged, so that ICE, NATs and browsers see a real path (a relay would
 * hide it), and everything is impaired, UDP and TCP. IPv4 only. The settings, their units and their
 * changes over time are in impairment_script.h: a profile is such a file, and lines on standard
 * input are applied when they come. Without a profile the network is perfect.
 *
 * Prints `ready`, and when it ends (SIGTERM, SIGINT or after --seconds, at most a day) one JSON
 * object with what happened to the packets of each direction. The devices end with it. Needs
 * CAP_SYS_ADMIN and CAP_NET_ADMIN. --trace writes ten lines a second: the time (ms since 1970),
 * then for each direction bytes passed, packets lost and overflowed so far, and the longest wait at
 * the bottleneck since the line before (ms). Exit code 2: wrong arguments; 1: no such namespace, no
 * TUN. */

#include "gateway/base/clock.h"
#include "tests/netlab/impairment.h"
#include "tests/netlab/impairment_script.h"
#include "tests/netlab/port_translation.h"
#include "tests/netlab/tun_device.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define PACKET_SIZE_MAX 65535
#define PACKETS_PER_TURN 64
#define LINE_SIZE_MAX 256
#define SECONDS_MAX 86400
#define TRACE_EVERY_US 100000

struct arguments {
    const char *namespaces[IMPAIRMENT_DIRECTIONS]; /* where packets of the direction come from */
    const char *profile;
    const char *trace;
    unsigned network;
    unsigned mtu;
    unsigned seconds;
    uint64_t seed;
};

struct network {
    int tun[IMPAIRMENT_DIRECTIONS]; /* packets of the direction are read here */
    struct impairment *impairments[IMPAIRMENT_DIRECTIONS];
    struct impairment_settings settings[IMPAIRMENT_DIRECTIONS];
    struct impairment_script *script;
    struct port_translation *ports; /* the client's NAT */
    FILE *trace;                    /* NULL: none */
    uint64_t traced_us;             /* when the next line is due */
    bool takes_lines;               /* standard input is open */
    char line[LINE_SIZE_MAX];
    size_t line_size;
    uint64_t began_us;
    uint64_t ends_us;
};

static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    (void)number;
    told_to_end = 1;
}

/* ---- arguments ---- */

static int read_arguments(int count, char **words, struct arguments *ret_arguments)
{
    static const struct option options[] = {
        {"client", required_argument, NULL, 'c'},
        {"gateway", required_argument, NULL, 'g'},
        {"network", required_argument, NULL, 'n'},
        {"profile", required_argument, NULL, 'p'},
        {"seed", required_argument, NULL, 's'},
        {"mtu", required_argument, NULL, 'm'},
        {"seconds", required_argument, NULL, 't'},
        {"trace", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {.mtu = 1500, .seconds = 3600, .seed = 1};
    int option;
    while ((option = getopt_long(count, words, "", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            arguments.namespaces[IMPAIRMENT_UP] = optarg;
            break;
        case 'g':
            arguments.namespaces[IMPAIRMENT_DOWN] = optarg;
            break;
        case 'n':
            arguments.network = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'p':
            arguments.profile = optarg;
            break;
        case 's':
            arguments.seed = strtoull(optarg, NULL, 10);
            break;
        case 'm':
            arguments.mtu = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 't':
            arguments.seconds = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'r':
            arguments.trace = optarg;
            break;
        default:
            return -EINVAL;
        }
    }
    if (optind != count || !arguments.namespaces[IMPAIRMENT_UP] ||
        !arguments.namespaces[IMPAIRMENT_DOWN] || arguments.network > 255 || arguments.mtu < 576 ||
        arguments.mtu > PACKET_SIZE_MAX || arguments.seconds > SECONDS_MAX) {
        return -EINVAL;
    }
    *ret_arguments = arguments;
    return 0;
}

static int read_profile(const char *path, struct impairment_script **ret_script)
{
    AUTO_FREE char *text = NULL;
    size_t capacity = 0;
    unsigned line = 0;
    FILE *file = fopen(path, "re");
    if (!file) {
        (void)fprintf(stderr, "netimpair: %s: %s\n", path, strerror(errno));
        return -ENOENT;
    }
    const ssize_t size = getdelim(&text, &capacity, '\0', file);
    (void)fclose(file);
    const int result = impairment_script_read(size > 0 ? text : "", ret_script, &line);
    if (result < 0) {
        (void)fprintf(stderr, "netimpair: %s:%u: not a setting\n", path, line);
    }
    return result;
}

/* ---- settings over time ---- */

static void take_settings(struct network *network)
{
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        *impairment_settings(network->impairments[i]) = network->settings[i];
    }
    port_translation_shift(network->ports, network->settings[IMPAIRMENT_UP].port_shift);
}

static void follow_script(struct network *network, uint64_t now_us)
{
    if (network->script) {
        impairment_script_apply(network->script, now_us - network->began_us, network->settings);
        take_settings(network);
    }
}

static void take_line(struct network *network, const char *line)
{
    struct impairment_change change;
    const int read = impairment_change_read(line, &change);
    if (read > 0) {
        impairment_change_apply(&change, network->settings);
        take_settings(network);
    } else if (read < 0) {
        (void)fprintf(stderr, "netimpair: not a setting: %s\n", line);
    }
}

static void take_lines(struct network *network)
{
    char bytes[LINE_SIZE_MAX];
    const ssize_t size = read(STDIN_FILENO, bytes, sizeof(bytes));
    network->takes_lines = size > 0;
    for (ssize_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            network->line[network->line_size] = '\0';
            network->line_size = 0;
            take_line(network, network->line);
        } else if (network->line_size + 1 < LINE_SIZE_MAX) {
            network->line[network->line_size++] = bytes[i];
        }
    }
}

/* ---- packets ---- */

static void receive(struct network *network, int direction, uint64_t now_us)
{
    uint8_t packet[PACKET_SIZE_MAX];
    for (int i = 0; i < PACKETS_PER_TURN; i++) {
        const ssize_t size = read(network->tun[direction], packet, sizeof(packet));
        if (size <= 0) {
            return;
        }
        if (packet[0] >> 4 == 4) { /* not the router solicitations of IPv6 */
            if (direction == IMPAIRMENT_UP) {
                port_translation_outward(network->ports, packet, (size_t)size);
            }
            impairment_offer(network->impairments[direction], packet, (size_t)size, now_us);
        }
    }
}

static void pass_on(struct network *network, int direction, uint64_t now_us)
{
    for (;;) {
        AUTO_FREE struct impaired_packet *packet =
            impairment_take(network->impairments[direction], now_us);
        if (!packet) {
            return;
        }
        if (direction == IMPAIRMENT_DOWN &&
            !port_translation_inward(network->ports, packet->bytes, packet->size)) {
            continue;
        }
        /* A device that went down loses packets, as cables do. */
        (void)!write(network->tun[1 - direction], packet->bytes, packet->size);
    }
}

static void write_trace(struct network *network, uint64_t now_us)
{
    if (!network->trace || now_us < network->traced_us) {
        return;
    }
    network->traced_us = now_us - now_us % TRACE_EVERY_US + TRACE_EVERY_US;
    (void)fprintf(network->trace, "%" PRId64, clock_wall_ms());
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        const struct impairment_statistics *s = impairment_statistics(network->impairments[i]);
        (void)fprintf(network->trace, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
                      s->passed_bytes, s->lost, s->overflowed,
                      impairment_take_longest_queue_us(network->impairments[i]) / 1000);
    }
    (void)fputc('\n', network->trace);
    (void)fflush(network->trace);
}

static uint64_t next_due_us(const struct network *network)
{
    uint64_t due_us = network->ends_us;
    if (network->trace && network->traced_us < due_us) {
        due_us = network->traced_us;
    }
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        const uint64_t packet_us = impairment_due_us(network->impairments[i]);
        due_us = packet_us < due_us ? packet_us : due_us;
    }
    if (network->script && impairment_script_due_us(network->script) < due_us - network->began_us) {
        due_us = network->began_us + impairment_script_due_us(network->script);
    }
    return due_us;
}

static void wait_until(const struct network *network, uint64_t due_us, const sigset_t *unblocked,
                       struct pollfd ret_polled[3])
{
    const uint64_t now_us = clock_now_us();
    const uint64_t span_us = due_us > now_us ? due_us - now_us : 0;
    const struct timespec span = {.tv_sec = (time_t)(span_us / 1000000),
                                  .tv_nsec = (long)(span_us % 1000000) * 1000};
    ret_polled[0] = (struct pollfd){.fd = network->tun[0], .events = POLLIN};
    ret_polled[1] = (struct pollfd){.fd = network->tun[1], .events = POLLIN};
    ret_polled[2] =
        (struct pollfd){.fd = network->takes_lines ? STDIN_FILENO : -1, .events = POLLIN};
    if (ppoll(ret_polled, 3, &span, unblocked) <= 0) {
        ret_polled[0].revents = ret_polled[1].revents = ret_polled[2].revents = 0;
    }
}

static void run(struct network *network, const sigset_t *unblocked)
{
    struct pollfd polled[3];
    while (!told_to_end && clock_now_us() < network->ends_us) {
        wait_until(network, next_due_us(network), unblocked, polled);
        const uint64_t now_us = clock_now_us();
        follow_script(network, now_us);
        if (polled[2].revents) {
            take_lines(network);
        }
        for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
            if (polled[i].revents) {
                receive(network, i, now_us);
            }
            pass_on(network, i, now_us);
        }
        write_trace(network, now_us);
    }
}

/* ---- life ---- */

static void print_statistics(const struct network *network)
{
    static const char *const names[] = {[IMPAIRMENT_UP] = "up", [IMPAIRMENT_DOWN] = "down"};
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        const struct impairment_statistics *s = impairment_statistics(network->impairments[i]);
        printf("%s\"%s\": {\"offered\": %" PRIu64 ", \"lost\": %" PRIu64
               ", \"overflowed\": %" PRIu64 ", \"duplicated\": %" PRIu64 ", \"passed\": %" PRIu64
               ", \"passed_bytes\": %" PRIu64 ", \"late\": %" PRIu64 "}",
               i == 0 ? "{" : ", ", names[i], s->offered, s->lost, s->overflowed, s->duplicated,
               s->passed, s->passed_bytes, s->late);
    }
    printf("}\n");
}

/* Opens the device from which packets of the direction are read. */
static int open_end(const struct arguments *arguments, enum impairment_direction direction)
{
    char address[16];
    (void)snprintf(address, sizeof(address), "10.99.%u.%d", arguments->network,
                   direction == IMPAIRMENT_UP ? 1 : 2);
    return tun_device_open(&(struct tun_device_config){
        .name_space = arguments->namespaces[direction],
        .address = address,
        .network = arguments->network,
        .mtu = arguments->mtu,
    });
}

static int start(const struct arguments *arguments, struct network *network)
{
    if (arguments->profile && read_profile(arguments->profile, &network->script) < 0) {
        return -EINVAL;
    }
    if (arguments->trace && !(network->trace = fopen(arguments->trace, "we"))) {
        (void)fprintf(stderr, "netimpair: %s: %s\n", arguments->trace, strerror(errno));
        return -errno;
    }
    network->ports = port_translation_create();
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        /* Each direction has chances of its own: what the other carries does not matter. */
        network->impairments[i] =
            impairment_create(arguments->seed * IMPAIRMENT_DIRECTIONS + (uint64_t)i);
        network->tun[i] = open_end(arguments, i);
        if (network->tun[i] < 0) {
            (void)fprintf(stderr, "netimpair: no TUN device: %s\n", strerror(-network->tun[i]));
            return network->tun[i];
        }
    }
    network->takes_lines = true;
    network->began_us = clock_now_us();
    network->ends_us = network->began_us + arguments->seconds * UINT64_C(1000000);
    follow_script(network, network->began_us);
    return 0;
}

int main(int count, char **words)
{
    struct arguments arguments;
    struct network network = {.tun = {-1, -1}};
    sigset_t blocked;
    sigset_t unblocked;
    if (read_arguments(count, words, &arguments) < 0) {
        (void)fprintf(stderr,
                      "usage: netimpair --client NAMESPACE --gateway NAMESPACE [--network N]"
                      " [--profile FILE] [--seed N] [--mtu N] [--seconds N] [--trace FILE]\n");
        return 2;
    }
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGTERM);
    (void)sigaddset(&blocked, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &blocked, &unblocked);
    (void)sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    (void)sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    const int started = start(&arguments, &network);
    if (started == 0) {
        printf("ready\n");
        (void)fflush(stdout);
        run(&network, &unblocked);
        print_statistics(&network);
    }
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        impairment_destroy(network.impairments[i]);
        if (network.tun[i] >= 0) {
            close(network.tun[i]);
        }
    }
    impairment_script_destroy(network.script);
    port_translation_destroy(network.ports);
    if (network.trace) {
        (void)fclose(network.trace);
    }
    return started == 0 ? 0 : 1;
}

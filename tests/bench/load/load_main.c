/* bench_load - many WebRTC endpoints in one thread, led by lines on standard input.
 *
 * | peer ID ADDRESS
 * |     answered with "peer ID UFRAG PWD ADDRESS PORT FINGERPRINT"
 * | media ID AUDIO_PT VIDEO_PT RTX_PT TRANSPORT_CC_ID AUDIO_LEVEL_ID NUMBERS_ARRIVALS REDUCED_SIZE
 * |     what was negotiated for it; 0 for what was not
 * | remote ID UFRAG PWD ADDRESS PORT CONTROLLING
 * |     later: "connected ID PROFILE MILLISECONDS", or "failed ID REASON"
 * | publish ID GROUP SSRC PT audio|video PACKETS_PER_SECOND PAYLOAD_SIZE BURST
 * | active GROUPS
 * |     publishers of the groups below GROUPS send, the others do not
 * | feedback REPORTS TRANSPORT_CC NACK PICTURES
 * |     1 or 0 each; all 1 at the start
 * | reset
 * |     answered with "reset"
 * | report
 * |     answered with "report {JSON}"
 * | quit
 *
 * A wrong line is answered with "error ..." and ends the program: its author has to know. */

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/clock.h"
#include "tests/bench/endpoint/command_lines.h"
#include "tests/bench/load/load_peer.h"

#include <inttypes.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PEERS_MAX 8192
#define EVENTS_MAX 128
#define WAIT_US_MAX 20000

static struct load load = {.feedback = {true, true, true, true}};
static struct load_peer *peers[PEERS_MAX];
static uint64_t cpu_at_reset_us;
static bool quits;

uint64_t load_wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void load_reserve_timer(struct load *shared)
{
    shared->timer_count++;
    timer_queue_reserve(&shared->timers, shared->timer_count);
}

void load_start_timer(struct load *shared, struct load_timer *timer, uint64_t due_us)
{
    timer_queue_start(&shared->timers, &timer->queued, due_us);
}

/* ---- reports ---- */

static uint64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Datagrams that found this socket's buffer full: losses of the generator, not of the server. */
static uint64_t socket_drops(const struct load_peer *peer)
{
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof(memory);
    return getsockopt(peer->fd, SOL_SOCKET, SO_MEMINFO, memory, &size) == 0
               ? memory[SK_MEMINFO_DROPS]
               : 0;
}

struct arrivals {
    uint64_t streams;
    uint64_t packets;
    uint64_t expected;
    uint64_t lost;
    uint64_t socket_drops;
};

static struct arrivals add_up(void)
{
    struct arrivals sum = {0};
    for (size_t i = 0; i < PEERS_MAX; i++) {
        if (!peers[i]) {
            continue;
        }
        sum.socket_drops += socket_drops(peers[i]);
        for (size_t s = 0; s < peers[i]->stream_count; s++) {
            const struct incoming_stream *stream = &peers[i]->streams[s];
            if (!stream->counted) {
                continue;
            }
            const uint64_t expected = stream->last_number - stream->first_number + 1;
            sum.streams++;
            sum.packets += stream->packets;
            sum.expected += expected;
            sum.lost += expected > stream->packets ? expected - stream->packets : 0;
        }
    }
    return sum;
}

static void print_histogram(const char *name, const struct latency_histogram *histogram)
{
    (void)printf("\"%s\":{\"p50\":%" PRIu64 ",\"p90\":%" PRIu64 ",\"p99\":%" PRIu64
                 ",\"p999\":%" PRIu64 ",\"max\":%" PRIu64 "},",
                 name, latency_histogram_quantile(histogram, 0.5),
                 latency_histogram_quantile(histogram, 0.9),
                 latency_histogram_quantile(histogram, 0.99),
                 latency_histogram_quantile(histogram, 0.999), histogram->max_us);
}

static bool report(const char *arguments)
{
    (void)arguments;
    const struct arrivals sum = add_up();
    const struct load_counts *counts = &load.counts;
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        {"streams", sum.streams},
        {"received", sum.packets},
        {"expected", sum.expected},
        {"lost", sum.lost},
        {"socket_drops", sum.socket_drops},
        {"sent", counts->sent},
        {"send_errors", counts->send_errors},
        {"tags_wrong", counts->tags_wrong},
        {"malformed", counts->malformed},
        {"thrown_away", counts->thrown_away},
        {"nacked", counts->nacked},
        {"answered", counts->answered},
        {"retransmitted", counts->retransmitted},
        {"rtcp_sent", counts->rtcp_sent},
        {"rtcp_received", counts->rtcp_received},
        {"key_frames_asked", counts->key_frames_asked},
        {"nacks_received", counts->nacks_received},
        {"transport_cc_received", counts->transport_cc_received},
        {"cpu_us", cpu_us() - cpu_at_reset_us},
    };
    (void)printf("report {");
    print_histogram("latency_us", &load.latency);
    print_histogram("lateness_us", &load.lateness);
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
        (void)printf("\"%s\":%" PRIu64 ",", numbers[i].name, numbers[i].value);
    }
    (void)printf("\"engine\":\"%s\",\"us\":%" PRIu64 "}\n", gcm_engine_name(load.engine),
                 clock_now_us() - load.reset_us);
    return true;
}

static bool reset(const char *arguments)
{
    (void)arguments;
    latency_histogram_clear(&load.latency);
    latency_histogram_clear(&load.lateness);
    load.counts = (struct load_counts){0};
    for (size_t i = 0; i < PEERS_MAX; i++) {
        for (size_t s = 0; peers[i] && s < peers[i]->stream_count; s++) {
            incoming_stream_reset(&peers[i]->streams[s]);
        }
    }
    cpu_at_reset_us = cpu_us();
    load.reset_us = clock_now_us();
    (void)printf("reset\n");
    return true;
}

/* ---- commands ---- */

static struct load_peer *peer_of(unsigned id)
{
    return id < PEERS_MAX ? peers[id] : NULL;
}

static bool make_peer(const char *arguments)
{
    unsigned id;
    char address[64];
    if (sscanf(arguments, "%u %63s", &id, address) != 2 || id >= PEERS_MAX || peers[id]) {
        return false;
    }
    peers[id] = load_peer_create(&load, id, address);
    if (!peers[id]) {
        return false;
    }
    (void)printf("peer %u %s %s %s %u %s\n", id, peers[id]->ufrag, peers[id]->pwd, address,
                 load_peer_port(peers[id]), dtls_link_identity_fingerprint(load.identity));
    return true;
}

static bool set_media(const char *arguments)
{
    unsigned id;
    unsigned audio;
    unsigned video;
    unsigned rtx;
    unsigned transport_cc;
    unsigned audio_level;
    unsigned numbers_arrivals;
    unsigned reduced_size;
    const int count = sscanf(arguments, "%u %u %u %u %u %u %u %u", &id, &audio, &video, &rtx,
                             &transport_cc, &audio_level, &numbers_arrivals, &reduced_size);
    struct load_peer *peer = count == 8 ? peer_of(id) : NULL;
    if (!peer) {
        return false;
    }
    peer->audio_payload_type = (uint8_t)audio;
    peer->video_payload_type = (uint8_t)video;
    peer->rtx_payload_type = rtx > 0 ? (uint8_t)rtx : MEDIA_PAYLOAD_TYPE_NONE;
    peer->extensions.transport_cc = (uint8_t)transport_cc;
    peer->extensions.audio_level = (uint8_t)audio_level;
    peer->numbers_arrivals = numbers_arrivals > 0;
    peer->reduced_size = reduced_size > 0;
    return true;
}

static bool set_remote(const char *arguments)
{
    unsigned id;
    char ufrag[257];
    char pwd[257];
    char address[64];
    unsigned port;
    unsigned controlling;
    const int count = sscanf(arguments, "%u %256s %256s %63s %u %u", &id, ufrag, pwd, address,
                             &port, &controlling);
    struct load_peer *peer = count == 6 ? peer_of(id) : NULL;
    return peer &&
           load_peer_set_remote(peer, ufrag, pwd, address, (uint16_t)port, controlling > 0) == 0;
}

static bool publish(const char *arguments)
{
    static uint64_t order;
    unsigned id;
    unsigned payload_type;
    char kind[8];
    struct outgoing_stream_config config = {0};
    const int count = sscanf(arguments, "%u %u %u %u %7s %u %u %u", &id, &config.group,
                             &config.ssrc, &payload_type, kind, &config.packets_per_second,
                             &config.payload_size, &config.burst);
    struct load_peer *peer = count == 8 ? peer_of(id) : NULL;
    if (!peer || config.packets_per_second == 0 || config.burst == 0 ||
        config.burst > LOAD_BURST_MAX || config.payload_size < 2 * LOAD_TRAILER_SIZE ||
        config.payload_size > LOAD_PACKET_SIZE_MAX - 100) {
        return false;
    }
    config.payload_type = (uint8_t)payload_type;
    config.is_video = strcmp(kind, "video") == 0;
    /* The golden ratio spreads any number of streams evenly over any interval. */
    const uint64_t phase_us = order++ * 618034;
    return load_peer_publish(peer, &config, phase_us);
}

static bool set_active(const char *arguments)
{
    return sscanf(arguments, "%u", &load.active_groups) == 1;
}

static bool set_feedback(const char *arguments)
{
    unsigned reports;
    unsigned transport_cc;
    unsigned nack;
    unsigned pictures;
    if (sscanf(arguments, "%u %u %u %u", &reports, &transport_cc, &nack, &pictures) != 4) {
        return false;
    }
    load.feedback = (struct load_feedback){reports > 0, transport_cc > 0, nack > 0, pictures > 0};
    return true;
}

static bool quit(const char *arguments)
{
    (void)arguments;
    quits = true;
    return true;
}

static void obey(void *context, char *line)
{
    (void)context;
    static const struct {
        const char *name;
        bool (*run)(const char *arguments);
    } commands[] = {
        {"peer", make_peer},  {"media", set_media},   {"remote", set_remote},
        {"publish", publish}, {"active", set_active}, {"feedback", set_feedback},
        {"reset", reset},     {"report", report},     {"quit", quit},
    };
    char *space = strchr(line, ' ');
    const char *arguments = space ? space + 1 : "";
    if (space) {
        *space = 0;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (strcmp(line, commands[i].name) == 0) {
            if (commands[i].run(arguments)) {
                return;
            }
            break;
        }
    }
    (void)printf("error %s %s\n", line, arguments);
    quits = true;
}

/* ---- the loop ---- */

static void wait_and_receive(void)
{
    const uint64_t now_us = clock_now_us();
    const uint64_t due_us = timer_queue_next_us(&load.timers);
    uint64_t wait_us = due_us > now_us ? due_us - now_us : 0;
    wait_us = wait_us < WAIT_US_MAX ? wait_us : WAIT_US_MAX;
    const struct timespec timeout = {.tv_nsec = (long)wait_us * 1000};
    struct epoll_event events[EVENTS_MAX];
    const int count = epoll_pwait2(load.epoll_fd, events, EVENTS_MAX, &timeout, NULL);
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr) {
            load_peer_receive(events[i].data.ptr);
        } else {
            quits |= !command_lines_read(obey, NULL);
        }
    }
}

static void run_timers(void)
{
    const uint64_t now_us = clock_now_us();
    const uint64_t until = load.timers.last_order;
    struct queued_timer *due;
    while ((due = timer_queue_take_due(&load.timers, now_us, until))) {
        struct load_timer *timer = CONTAINER_OF(due, struct load_timer, queued);
        timer->on_due(timer, now_us);
    }
}

int main(void)
{
    const struct rlimit descriptors = {2 * PEERS_MAX, 2 * PEERS_MAX};
    (void)setrlimit(RLIMIT_NOFILE, &descriptors);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    load.identity = dtls_link_identity_create();
    load.engine = gcm_engine_best();
    load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    command_lines_begin();
    struct epoll_event event = {.events = EPOLLIN};
    (void)epoll_ctl(load.epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    while (!quits) {
        wait_and_receive();
        run_timers();
    }
    for (size_t i = 0; i < PEERS_MAX; i++) {
        peers[i] = load_peer_destroy(peers[i]);
    }
    timer_queue_finish(&load.timers);
    load.identity = dtls_link_identity_destroy(load.identity);
    close(load.epoll_fd);
    return 0;
}

/* load.h - what all endpoints of one load generator share: its clock, its timers, what it was told
 * to do, and what it counts.
 *
 * One thread, many peers. A peer is a WebRTC endpoint without a browser: one UDP socket, ICE, DTLS,
 * SRTP; it sends what looks like VP8 and Opus, and receives, verifies and counts. It knows no
 * server. Thread: the generator's only one. */
#ifndef BEDSIDE_TESTS_BENCH_LOAD_LOAD_H
#define BEDSIDE_TESTS_BENCH_LOAD_LOAD_H

#include "gateway/base/timer_queue.h"
#include "tests/bench/endpoint/dtls_link.h"
#include "tests/bench/load/latency_histogram.h"

struct load_timer {
    struct queued_timer queued;
    void (*on_due)(struct load_timer *timer, uint64_t now_us);
};

/* What endpoints say about what they receive; all on but for comparisons. */
struct load_feedback {
    bool reports;      /* sender and receiver reports, each second */
    bool transport_cc; /* transport-wide feedback, each 50 ms */
    bool nack;         /* 1 % of the video is thrown away and asked for again */
    bool pictures;     /* PLI for each video stream, every 5 s */
};

/* Since the last reset. */
struct load_counts {
    uint64_t sent;
    uint64_t send_errors;
    uint64_t tags_wrong;
    uint64_t malformed;
    uint64_t thrown_away;   /* on purpose, to be asked for */
    uint64_t nacked;        /* numbers in NACKs: one packet may be asked for several times */
    uint64_t answered;      /* of those, came again */
    uint64_t retransmitted; /* packets that came by RTX or again, asked for or not */
    uint64_t rtcp_sent;
    uint64_t rtcp_received;
    uint64_t key_frames_asked; /* of our publishers, by PLI or FIR */
    uint64_t nacks_received;   /* packets that the server asks our publishers for */
    uint64_t transport_cc_received;
};

struct load {
    struct dtls_link_identity *identity;
    enum gcm_engine engine;
    struct timer_queue timers;
    size_t timer_count;
    int epoll_fd;
    struct load_feedback feedback;
    unsigned active_groups; /* publishers of groups below it send */
    struct load_counts counts;
    struct latency_histogram latency;  /* from the sender's clock to the kernel's receive time */
    struct latency_histogram lateness; /* how late the generator itself was in sending */
    uint64_t reset_us;
};

/* CLOCK_REALTIME, in which the kernel stamps what it receives. */
uint64_t load_wall_ns(void);
/* Makes room for one more timer. */
void load_reserve_timer(struct load *load);
void load_start_timer(struct load *load, struct load_timer *timer, uint64_t due_us);

#endif

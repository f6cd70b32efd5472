/* fuzz-links: bedside_media_congestion bedside_media_rtp bedside_base m */
/* Transport-wide feedback on packets that were sent, or not. The first bytes say which were; each
 * further piece, with a size in front, is the body of one feedback. What comes out goes through the
 * estimator. */
#include "media/congestion/bandwidth_estimator.h"
#include "media/congestion/sent_packets.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TRANSPORT_FEEDBACK 205
#define TRANSPORT_CC 15

static const struct bandwidth_estimator_config config = {
    .start_bps = 300000, .min_bps = 20000, .max_bps = 10000000};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static uint64_t send_packets(struct sent_packets *sent, const uint8_t *head)
{
    uint16_t sequence = (uint16_t)(head[0] << 8 | head[1]);
    uint64_t now_us = UINT64_C(1) << (20 + head[2] % 24);
    for (unsigned i = 0; i < 8u * head[3]; i++) {
        sent_packets_record(sent, sequence, 50 + i, i % 16 == 0 ? head[4] : 0, now_us);
        sequence = (uint16_t)(sequence + 1 + (head[4] & i) % 4);
        now_us += 1 + 64u * head[5];
    }
    return now_us;
}

static void check(const struct packet_result *results, size_t count, uint64_t now_us)
{
    for (size_t i = 0; i < count; i++) {
        require(results[i].sent_us <= now_us && results[i].size >= 50);
        require(results[i].received || results[i].arrival_us == 0);
        require(results[i].received || !results[i].was_lost);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct packet_result results[SENT_PACKETS_MAX];
    static struct transport_cc_status statuses[SENT_PACKETS_MAX];
    struct transport_cc_feedback head;
    if (size < 6) {
        return 0;
    }
    AUTO(sent_packets) sent = sent_packets_create();
    uint64_t now_us = send_packets(sent, data);
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    bandwidth_estimator_set_wanted(estimator, 5000000, now_us);
    unsigned lost = 0;
    unsigned received = 0;
    for (size_t at = 6; at < size;) {
        const size_t left = size - at - 1;
        const size_t body_size = data[at] < left ? data[at] : left;
        const struct rtcp_packet packet = {.type = TRANSPORT_FEEDBACK,
                                           .count = TRANSPORT_CC,
                                           .body = data + at + 1,
                                           .body_size = body_size};
        struct probe_request request;
        now_us += 50000;
        const int read = rtcp_transport_cc_read(&packet, &head, statuses, SENT_PACKETS_MAX);
        const size_t told =
            read > 0 ? sent_packets_on_feedback(sent, statuses, (size_t)read, now_us, results) : 0;
        if (told > 0) {
            check(results, told, now_us);
            for (size_t i = 0; i < told; i++) {
                lost += !results[i].received;
                received += results[i].received;
            }
            bandwidth_estimator_on_results(estimator, results, told, now_us);
        }
        bandwidth_estimator_on_tick(estimator, now_us);
        bandwidth_estimator_take_probe(estimator, now_us, &request);
        const uint32_t bps = bandwidth_estimator_now(estimator)->bps;
        require(bps >= config.min_bps && bps <= config.max_bps);
        at += 1 + body_size;
    }
    require(lost <= SENT_PACKETS_MAX && received <= SENT_PACKETS_MAX);
    return 0;
}

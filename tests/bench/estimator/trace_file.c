#include "tests/bench/estimator/trace_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define LINE_MAX_SIZE 200
#define RESULTS_MAX 4096
#define FEEDBACK_US 75000
#define TICK_US 20000
#define POINT_US 100000
#define MIN_BPS 20000
#define MAX_BPS 100000000

struct replay {
    struct bandwidth_estimator *estimator; /* owned; made with the first packet */
    uint32_t start_bps;
    uint32_t wanted_bps;
    uint32_t rtt_us;
    bool has_feedback_lines;
    uint64_t capacity_bps;
    uint64_t now_us;
    uint64_t next_tick_us;
    uint64_t next_point_us;
    uint64_t received_bytes; /* since the last point */
    size_t count;
    struct packet_result results[RESULTS_MAX]; /* not told yet */
    trace_point_fn tell;
    void *context;
};

static void tell_point(struct replay *replay)
{
    const struct trace_point point = {
        .at_us = replay->next_point_us,
        .capacity_bps = replay->capacity_bps,
        .received_bps = (uint32_t)(replay->received_bytes * 8000000 / POINT_US),
        .estimate = *bandwidth_estimator_now(replay->estimator),
    };
    replay->tell(replay->context, &point);
    replay->received_bytes = 0;
    replay->next_point_us += POINT_US;
}

static void begin(struct replay *replay, uint64_t now_us)
{
    const struct bandwidth_estimator_config config = {
        .start_bps = replay->start_bps, .min_bps = MIN_BPS, .max_bps = MAX_BPS};
    replay->estimator = bandwidth_estimator_create(&config, now_us);
    bandwidth_estimator_set_wanted(replay->estimator, replay->wanted_bps, now_us);
    bandwidth_estimator_set_rtt(replay->estimator, replay->rtt_us);
    replay->now_us = now_us;
    replay->next_tick_us = now_us + TICK_US;
    replay->next_point_us = now_us + POINT_US;
}

/* What would be asked for is sent in the trace, if it was recorded so. */
static void go_on_until(struct replay *replay, uint64_t now_us)
{
    struct probe_request request;
    while (replay->next_tick_us <= now_us) {
        bandwidth_estimator_on_tick(replay->estimator, replay->next_tick_us);
        bandwidth_estimator_take_probe(replay->estimator, replay->next_tick_us, &request);
        replay->next_tick_us += TICK_US;
        if (replay->next_point_us < replay->next_tick_us) {
            tell_point(replay);
        }
    }
    replay->now_us = now_us;
}

static void feed_back(struct replay *replay, uint64_t now_us)
{
    go_on_until(replay, now_us);
    bandwidth_estimator_on_results(replay->estimator, replay->results, replay->count, now_us);
    replay->count = 0;
}

static void take_packet(struct replay *replay, const struct packet_result *result)
{
    if (!replay->estimator) {
        begin(replay, result->sent_us);
    }
    if (!replay->has_feedback_lines && replay->count > 0 &&
        result->sent_us - replay->results[0].sent_us > FEEDBACK_US) {
        feed_back(replay, result->sent_us + replay->rtt_us);
    }
    bandwidth_estimator_on_sent(replay->estimator, result->sent_us);
    replay->received_bytes += result->received ? result->size : 0;
    replay->results[replay->count++] = *result;
}

static bool read_setting(struct replay *replay, const char *line)
{
    uint64_t at_us;
    if (sscanf(line, "start %" SCNu32, &replay->start_bps) == 1) {
        return replay->start_bps > 0 && !replay->estimator;
    }
    if (sscanf(line, "capacity %" SCNu64 " %" SCNu64, &at_us, &replay->capacity_bps) == 2) {
        return true;
    }
    if (sscanf(line, "wanted %" SCNu32, &replay->wanted_bps) == 1) {
        if (replay->estimator) {
            bandwidth_estimator_set_wanted(replay->estimator, replay->wanted_bps, replay->now_us);
        }
        return true;
    }
    if (sscanf(line, "rtt %" SCNu32, &replay->rtt_us) == 1) {
        if (replay->estimator) {
            bandwidth_estimator_set_rtt(replay->estimator, replay->rtt_us);
        }
        return true;
    }
    return false;
}

static bool read_packet(struct replay *replay, const char *line)
{
    struct packet_result result = {.size = 0};
    char arrival[24];
    const int fields = sscanf(line, "%" SCNu64 " %" SCNu32 " %23s %" SCNu16, &result.sent_us,
                              &result.size, arrival, &result.probe);
    if (fields < 3 || replay->count == RESULTS_MAX || result.size > UINT16_MAX ||
        (replay->estimator && result.sent_us + 60000000 < replay->now_us)) {
        return false;
    }
    if (strcmp(arrival, "lost") != 0) {
        result.received = true;
        if (sscanf(arrival, "%" SCNu64, &result.arrival_us) != 1) {
            return false;
        }
    }
    take_packet(replay, &result);
    return true;
}

static bool read_line(struct replay *replay, const char *line)
{
    uint64_t now_us;
    if (line[0] == '#' || line[strspn(line, " \t\r\n")] == 0) {
        return true;
    }
    if (sscanf(line, "feedback %" SCNu64, &now_us) == 1) {
        replay->has_feedback_lines = true;
        if (!replay->estimator || now_us < replay->now_us) {
            return false;
        }
        feed_back(replay, now_us);
        return true;
    }
    return line[0] >= '0' && line[0] <= '9' ? read_packet(replay, line)
                                            : read_setting(replay, line);
}

int trace_file_replay(FILE *trace, trace_point_fn tell, void *context, unsigned *ret_line)
{
    static struct replay replay;
    char line[LINE_MAX_SIZE];
    int rc = 0;
    replay =
        (struct replay){.start_bps = 300000, .rtt_us = 60000, .tell = tell, .context = context};
    for (unsigned number = 1; rc == 0 && fgets(line, sizeof(line), trace); number++) {
        if (!read_line(&replay, line)) {
            *ret_line = number;
            rc = -EBADMSG;
        }
    }
    replay.estimator = bandwidth_estimator_destroy(replay.estimator);
    return rc;
}

void trace_file_write(FILE *trace, const struct packet_result *results, size_t count,
                      uint64_t now_us)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(trace, "%" PRIu64 " %" PRIu32 " ", results[i].sent_us, results[i].size);
        if (results[i].received) {
            fprintf(trace, "%" PRIu64, results[i].arrival_us);
        } else {
            fputs("lost", trace);
        }
        if (results[i].probe > 0) {
            fprintf(trace, " %u", results[i].probe);
        }
        fputc('\n', trace);
    }
    fprintf(trace, "feedback %" PRIu64 "\n", now_us);
}

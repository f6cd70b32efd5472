/* estimator_trace - what the downlink estimator makes of a trace, or of a simulated link: a table
 * on the standard output, one line each second, and a picture where asked.
 *
 *   estimator_trace TRACE [--svg FILE]
 *   estimator_trace --link NAME [--seed N] [--seconds N] [--svg FILE] [--write TRACE]
 *   estimator_trace --links */
#include "tests/bench/estimator/trace_file.h"
#include "tests/bench/estimator/trace_links.h"
#include "tests/bench/estimator/trace_picture.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define POINTS_MAX 36000
#define POINTS_PER_LINE 10

struct options {
    const char *trace;
    const char *link;
    const char *svg;
    const char *write;
    uint64_t seed;
    unsigned seconds;
};

static struct trace_point points[POINTS_MAX];
static size_t point_count;

static void keep_point(void *context, const struct trace_point *point)
{
    (void)context;
    if (point_count < POINTS_MAX) {
        points[point_count++] = *point;
    }
}

static void print_table(void)
{
    static const char *const usages[] = {"normal", "under", "over"};
    printf("%8s %10s %10s %10s %8s %6s  %s\n", "s", "capacity", "estimate", "arrived", "queue ms",
           "loss %", "state");
    for (size_t i = 0; i < point_count; i += POINTS_PER_LINE) {
        const struct trace_point *point = &points[i];
        printf("%8.1f %10" PRIu64 " %10u %10u %8.1f %6.1f  %s%s\n",
               (double)(point->at_us - points[0].at_us) / 1e6, point->capacity_bps / 1000,
               point->estimate.bps / 1000, point->received_bps / 1000,
               point->estimate.queue_us / 1000.0, point->estimate.loss_permille / 10.0,
               usages[point->estimate.usage],
               point->estimate.drained_wanted ? ", to be drained" : "");
    }
}

static void write_told(void *context, const struct packet_result *results, size_t count,
                       uint64_t now_us)
{
    if (context) {
        trace_file_write(context, results, count, now_us);
    }
}

static void write_head(FILE *trace, const struct trace_link *link,
                       const struct simulated_downlink_config *config)
{
    const uint32_t rtt_us = config->down.delay_us + config->up.delay_us;
    fprintf(trace, "# %s: %s; seed %" PRIu64 "\n", link->name, link->about, config->seed);
    fprintf(trace, "start 300000\nwanted %u\nrtt %u\n", config->wanted_bps, rtt_us);
}

static const struct trace_link *find_link(const char *name)
{
    for (size_t i = 0; trace_link_at(i); i++) {
        if (strcmp(trace_link_at(i)->name, name) == 0) {
            return trace_link_at(i);
        }
    }
    return NULL;
}

static int simulate(const struct options *options)
{
    const struct trace_link *link = find_link(options->link);
    if (!link) {
        fprintf(stderr, "no such link: %s\n", options->link);
        return 1;
    }
    FILE *trace = options->write ? fopen(options->write, "w") : NULL;
    if (options->write && !trace) {
        perror(options->write);
        return 1;
    }
    struct simulated_downlink_config config = link->config;
    config.seed = options->seed;
    config.wanted_bps = 4000000;
    config.up.delay_us = config.down.delay_us;
    config.told = write_told;
    config.context = trace;
    if (trace) {
        write_head(trace, link, &config);
    }
    AUTO(simulated_downlink) downlink = simulated_downlink_create(&config);
    uint64_t capacity_bps = 0;
    for (unsigned i = 0; i < options->seconds * 1000000 / SIMULATED_SAMPLE_US; i++) {
        struct simulated_sample samples[SIMULATED_RECEIVERS_MAX];
        simulated_downlink_run(downlink, samples);
        const struct simulated_sample *sample = &samples[0];
        const struct trace_point point = {
            .at_us = sample->at_us,
            .capacity_bps = sample->capacity_bps,
            .received_bps = sample->sent_bps,
            .estimate = {.bps = sample->estimate_bps,
                         .queue_us = sample->gauged_us,
                         .loss_permille = sample->loss_permille},
        };
        keep_point(NULL, &point);
        if (trace && sample->capacity_bps != capacity_bps) {
            fprintf(trace, "capacity %" PRIu64 " %" PRIu64 "\n", sample->at_us,
                    sample->capacity_bps);
        }
        capacity_bps = sample->capacity_bps;
    }
    return trace && fclose(trace) != 0 ? 1 : 0;
}

static int replay(const struct options *options)
{
    unsigned line = 0;
    FILE *trace = fopen(options->trace, "r");
    if (!trace) {
        perror(options->trace);
        return 1;
    }
    const int rc = trace_file_replay(trace, keep_point, NULL, &line);
    fclose(trace);
    if (rc < 0) {
        fprintf(stderr, "%s:%u: makes no sense\n", options->trace, line);
    }
    return rc < 0;
}

static int draw(const struct options *options)
{
    FILE *svg = fopen(options->svg, "w");
    if (!svg) {
        perror(options->svg);
        return 1;
    }
    trace_picture_write(svg, options->link ? options->link : options->trace, points, point_count);
    return fclose(svg) != 0;
}

static int usage(void)
{
    fputs("estimator_trace TRACE [--svg FILE]\n"
          "estimator_trace --link NAME [--seed N] [--seconds N] [--svg FILE] [--write TRACE]\n"
          "links:\n",
          stderr);
    for (size_t i = 0; trace_link_at(i); i++) {
        fprintf(stderr, "  %-16s %s\n", trace_link_at(i)->name, trace_link_at(i)->about);
    }
    return 2;
}

static bool read_options(int argc, char **argv, struct options *ret_options)
{
    struct options options = {.seed = 1, .seconds = 60};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strncmp(argv[i], "--", 2) != 0) {
            options.trace = argv[i];
            continue;
        }
        if (!value) {
            return false;
        }
        if (strcmp(argv[i], "--link") == 0) {
            options.link = value;
        } else if (strcmp(argv[i], "--svg") == 0) {
            options.svg = value;
        } else if (strcmp(argv[i], "--write") == 0) {
            options.write = value;
        } else if (strcmp(argv[i], "--seed") == 0) {
            options.seed = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--seconds") == 0) {
            options.seconds = (unsigned)strtoul(value, NULL, 10);
        } else {
            return false;
        }
        i++;
    }
    *ret_options = options;
    return !options.trace != !options.link && options.seconds > 0 && options.seconds <= 3600;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!read_options(argc, argv, &options)) {
        return usage();
    }
    const int rc = options.link ? simulate(&options) : replay(&options);
    if (rc != 0) {
        return rc;
    }
    print_table();
    return options.svg ? draw(&options) : 0;
}

/* packet_path.c - ns per packet and step of the gateway's packet path, in one process, and the
 * ratio of the whole to the floor of this machine. See tests/bench/packet_path. */
#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "media/transport/srtp_aead.h"
#include "tests/bench/path/path_floor.h"
#include "tests/bench/path/path_steps.h"
#include "tests/bench/path/path_whole.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS_MAX 16

/* What a three-party visit is made of, and fan-outs. */
static const struct path_case cases[] = {
    {"video 1 to 2", true, 1200, 5, 2},
    {"video 1 to 8", true, 1200, 5, 8},
    {"video 1 to 32", true, 1200, 5, 32},
    {"audio 1 to 2", false, 160, 1, 2},
};

struct options {
    size_t runs;
    size_t rounds; /* of one run */
    const char *json_file;
};

/* ---- figures ---- */

struct figure {
    double runs[RUNS_MAX];
    size_t count;
};

static void add_run(struct figure *figure, double value)
{
    figure->runs[figure->count++] = value;
}

static double median_of(const struct figure *figure)
{
    double sorted[RUNS_MAX];
    memcpy(sorted, figure->runs, sizeof(sorted));
    return path_median(sorted, figure->count);
}

static json_t *figure_json(const struct figure *figure, double scale)
{
    double sorted[RUNS_MAX];
    json_t *runs = json_array();
    for (size_t i = 0; i < figure->count; i++) {
        json_array_append_new(runs, json_real(figure->runs[i] * scale));
    }
    memcpy(sorted, figure->runs, sizeof(sorted));
    const double median = path_median(sorted, figure->count);
    return json_pack("{s:f,s:f,s:f,s:o}", "median", median * scale, "min", sorted[0] * scale, "max",
                     sorted[figure->count - 1] * scale, "runs", runs);
}

/* ---- the whole and the floor ---- */

struct provider {
    enum srtp_aead_choice choice;
    const struct srtp_aead_provider *provider; /* NULL: not on this machine */
};

static struct provider provider_of(enum srtp_aead_choice choice)
{
    const char *obstacle = NULL;
    return (struct provider){choice, srtp_aead_choose(choice, &obstacle)};
}

static void report_whole(const struct path_case *traffic, const char *server,
                         const struct figure *figure, const struct figure *floor, json_t *list)
{
    const double ratio = median_of(figure) / median_of(floor);
    printf("  %-24s %8.0f ns   %5.2f x floor\n", server, median_of(figure), ratio);
    json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:o,s:f}", "server", server, "case",
                                          traffic->name, "step", "whole", "us_per_forwarded",
                                          figure_json(figure, 1e-3), "ratio_to_floor", ratio));
}

/* In turn, so that whatever slows the machine for a while slows all of them. */
static void measure_whole(const struct path_case *traffic, const struct options *options,
                          json_t *list)
{
    const struct provider fast = provider_of(SRTP_AEAD_CHOICE_IPSEC_MB);
    struct figure floor = {.count = 0};
    struct figure with_ipsec_mb = {.count = 0};
    struct figure with_openssl = {.count = 0};
    for (size_t run = 0; run < options->runs; run++) {
        add_run(&floor, path_floor_measure(traffic, options->rounds));
        add_run(&with_openssl,
                path_whole_measure(traffic, SRTP_AEAD_CHOICE_OPENSSL, options->rounds));
        if (fast.provider) {
            add_run(&with_ipsec_mb,
                    path_whole_measure(traffic, SRTP_AEAD_CHOICE_IPSEC_MB, options->rounds));
        }
    }
    printf("\n%s: %zu bytes in bursts of %zu, per forwarded packet\n", traffic->name,
           traffic->payload_size, traffic->burst);
    report_whole(traffic, "floor", &floor, &floor, list);
    if (fast.provider) {
        report_whole(traffic, "bedside (ipsec-mb)", &with_ipsec_mb, &floor, list);
    }
    report_whole(traffic, "bedside (openssl)", &with_openssl, &floor, list);
    fflush(stdout);
}

/* ---- steps ---- */

static void report_step(const struct path_case *traffic, const char *step, double ns, json_t *list)
{
    printf("  %-24s %8.0f ns\n", step, ns);
    json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:f}", "server", "bedside", "case",
                                          traffic->name, "step", step, "ns_per_packet", ns));
}

static void measure_srtp(const struct path_case *traffic, const struct options *options,
                         json_t *list)
{
    const struct srtp_aead_provider *const providers[] = {
        provider_of(SRTP_AEAD_CHOICE_IPSEC_MB).provider,
        provider_of(SRTP_AEAD_CHOICE_OPENSSL).provider, NULL, /* libsrtp2 */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(providers); i++) {
        char step[64];
        const char *name = providers[i] ? providers[i]->name : "libsrtp2";
        if (i == 0 && !providers[i]) {
            continue;
        }
        (void)snprintf(step, sizeof(step), "decrypt, %s", name);
        report_step(traffic, step, path_step_decrypt(traffic, providers[i], options->rounds / 8),
                    list);
        (void)snprintf(step, sizeof(step), "encrypt, %s", name);
        report_step(traffic, step, path_step_encrypt(traffic, providers[i], options->rounds / 8),
                    list);
    }
}

static void measure_steps(const struct path_case *traffic, const struct options *options,
                          json_t *list)
{
    printf("\n%s, step by step\n", traffic->name);
    report_step(traffic, "receive (per received)", path_step_receive(traffic, options->rounds),
                list);
    report_step(traffic, "demux (per received)", path_step_demux(traffic, options->rounds / 8),
                list);
    measure_srtp(traffic, options, list);
    report_step(traffic, "route", path_step_route(traffic, options->rounds), list);
    report_step(traffic, "send", path_step_send(traffic, options->rounds), list);
    fflush(stdout);
}

/* ---- */

static void usage(void)
{
    fprintf(stderr, "usage: packet_path [--quick] [--json FILE]\n");
    exit(2);
}

static struct options parse(int argc, char **argv)
{
    struct options options = {.runs = 7, .rounds = 2000};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            options.runs = 3;
            options.rounds = 800;
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            options.json_file = argv[++i];
        } else {
            usage();
        }
    }
    return options;
}

int main(int argc, char **argv)
{
    const struct options options = parse(argc, argv);
    json_t *list = json_array();
    log_set_level(LOG_LEVEL_WARNING);
    printf("The floor decrypts and encrypts with %s.\n", path_floor_cipher());
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        measure_whole(&cases[i], &options, list);
    }
    measure_steps(&cases[0], &options, list);
    measure_steps(&cases[ARRAY_LENGTH(cases) - 1], &options, list);
    const int failed =
        options.json_file ? json_dump_file(list, options.json_file, JSON_INDENT(2)) : 0;
    json_decref(list);
    if (failed) {
        path_fail(options.json_file);
    }
    return 0;
}

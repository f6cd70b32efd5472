/* recording-cost: what recording costs the worker, the recorder, and the machine when a recorder
 * starts. Run it by tests/bench/recording, which explains it. */
#include "tests/bench/recording_cost/bench_failure.h"
#include "tests/bench/recording_cost/clip.h"
#include "tests/bench/recording_cost/recorder_case.h"
#include "tests/bench/recording_cost/start_case.h"
#include "tests/bench/recording_cost/worker_case.h"

#include <ftw.h>
#include <gst/gst.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORDER_RATIO_BAR 1.5
#define WORKER_PERCENT_BAR 15.0

struct options {
    bool quick;
    const char *only; /* "start", "recorder" or "worker"; NULL: all */
    const char *json;
    char recorder_path[512];
    char bare_path[512];
    char folder[48];
};

static void read_options(int argc, char **argv, struct options *ret_options)
{
    *ret_options = (struct options){0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            ret_options->quick = true;
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            ret_options->json = argv[++i];
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            ret_options->only = argv[++i];
        } else {
            fprintf(stderr, "usage: recording-cost [--quick] [--json FILE] "
                            "[--only start|recorder|worker]\n");
            exit(2);
        }
    }
    char own[400];
    const ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
    if (size < 0) {
        bench_fail("finding the programs");
    }
    own[size] = 0;
    *strrchr(own, '/') = 0;
    snprintf(ret_options->recorder_path, sizeof ret_options->recorder_path, "%s/bedside-recorder",
             own);
    snprintf(ret_options->bare_path, sizeof ret_options->bare_path, "%s/bare-recorder", own);
    snprintf(ret_options->folder, sizeof ret_options->folder, "/tmp/recording-bench-XXXXXX");
    /* Recorders change their uid when started as root: they must get through. */
    if (!mkdtemp(ret_options->folder) || chmod(ret_options->folder, 0755) < 0) {
        bench_fail("making a folder");
    }
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static const char *subfolder(const struct options *options, const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", options->folder, name);
    if (mkdir(path, 0755) < 0) {
        bench_fail("making a folder");
    }
    return path;
}

/* ---- what is told ---- */

static FILE *open_json(const struct options *options)
{
    FILE *json = fopen(options->json ? options->json : "/dev/null", "w");
    if (!json) {
        bench_fail("writing the JSON file");
    }
    fputs("[", json);
    return json;
}

static bool is_wanted(const struct options *options, const char *part)
{
    return !options->only || strcmp(options->only, part) == 0;
}

static void tell(FILE *json, const char *server, const char *measured, const char *unit,
                 const struct figure *figure)
{
    static unsigned told;
    const struct figure_summary sum = figure_summarise(figure);
    printf("%-18s %-34s %8.2f  (%.2f to %.2f, %zu runs) %s\n", server, measured, sum.median,
           sum.min, sum.max, sum.runs, unit);
    fprintf(
        json,
        "%s\n  {\"server\": \"%s\", \"case\": \"%s\", \"%s\": {\"median\": %.3f, \"min\": %.3f, "
        "\"max\": %.3f, \"runs\": %zu}}",
        told++ > 0 ? "," : "", server, measured, unit, sum.median, sum.min, sum.max, sum.runs);
}

static void run_recorder(const struct options *options, const struct clip *clip, FILE *json)
{
    char folder[64];
    struct recorder_case_result result;
    const struct recorder_case_config config = {
        .recorder_path = options->recorder_path,
        .bare_path = options->bare_path,
        .folder = subfolder(options, "recorder", folder),
        .clip = clip,
        .visits = 5,
        .rounds = options->quick ? 5 : 9,
        .seconds = options->quick ? 8 : 15,
    };
    recorder_case_run(&config, &result);
    printf("%zu visits of three, %.0f packets/s; written, compared with the bare pipeline: %.2f\n",
           config.visits, result.packets_per_second, result.file_size_ratio);
    if (result.file_size_ratio < 0.9 || result.file_size_ratio > 1.1) {
        bench_fail("recording everything");
    }
    tell(json, "bedside-recorder", "recorder", "us_per_packet", &result.recorder_us);
    tell(json, "bare-pipeline", "recorder", "us_per_packet", &result.bare_us);
    tell(json, "bedside-recorder", "recorder to bare pipeline", "ratio", &result.ratio);
    printf("%-18s at most %.2f\n\n", "bar", RECORDER_RATIO_BAR);
}

static void run_start(const struct options *options, FILE *json)
{
    char folder[64];
    struct start_case_result result;
    start_case_run(options->recorder_path, subfolder(options, "start", folder),
                   options->quick ? 11 : 25, &result);
    tell(json, "bedside-recorder", "start", "cpu_ms", &result.cpu_ms);
    tell(json, "bedside-recorder", "start", "ready_ms", &result.ready_ms);
    printf("\n");
}

static void run_worker(const struct options *options, const struct clip *clip, FILE *json)
{
    char folder[64];
    struct worker_case_result result;
    const struct worker_case_config config = {
        .recorder_path = options->recorder_path,
        .folder = subfolder(options, "worker", folder),
        .clip = clip,
        .rooms = 10,
        .rounds = options->quick ? 8 : 20,
    };
    worker_case_run(&config, &result);
    printf("%zu rooms of three, %.0f packets/s forwarded\n", config.rooms,
           result.forwarded_per_second);
    tell(json, "bedside-worker", "worker, not recorded", "us_per_forwarded", &result.plain_us);
    tell(json, "bedside-worker", "worker, recorded", "us_per_forwarded", &result.recorded_us);
    tell(json, "bedside-worker", "worker, more when recorded", "percent", &result.more_percent);
    printf("%-18s at most %.0f\n", "bar", WORKER_PERCENT_BAR);
}

int main(int argc, char **argv)
{
    struct options options;
    struct clip clip;
    read_options(argc, argv, &options);
    setvbuf(stdout, NULL, _IOLBF, 0);
    gst_init(NULL, NULL);
    FILE *json = open_json(&options);
    clip_create(&clip);
    if (is_wanted(&options, "start")) {
        run_start(&options, json);
    }
    if (is_wanted(&options, "recorder")) {
        run_recorder(&options, &clip, json);
    }
    if (is_wanted(&options, "worker")) {
        run_worker(&options, &clip, json);
    }
    fputs("\n]\n", json);
    fclose(json);
    clip_destroy(&clip);
    nftw(options.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

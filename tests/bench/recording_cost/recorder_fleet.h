/* recorder_fleet.h - real recorders, one for each visit, as the gateway starts them: supervised,
 * encrypting, in their sandbox. Thread: its owner's. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_RECORDER_FLEET_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_RECORDER_FLEET_H

#include "gateway/base/mailbox.h"
#include "gateway/recorder_supervisor.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RECORDER_FLEET_MAX 32

struct recorder_fleet {
    char folder[64]; /* of all their files */
    struct mailbox *events;
    struct recorder_supervisor *supervisor;
    size_t count;
    int worker_fds[RECORDER_FLEET_MAX]; /* the worker's ends; -1: handed on */
    pid_t pids[RECORDER_FLEET_MAX];
};

/* `folder` is given, and stays. */
void recorder_fleet_open(struct recorder_fleet *fleet, const char *recorder_path,
                         const char *folder);
/* Starts recorders until there are `count`, one after the other, and waits for each. */
void recorder_fleet_start(struct recorder_fleet *fleet, size_t count);
/* Lets all of them end. */
void recorder_fleet_stop(struct recorder_fleet *fleet);
void recorder_fleet_close(struct recorder_fleet *fleet);

uint64_t recorder_fleet_cpu_ns(const struct recorder_fleet *fleet);

#endif

#include "tests/bench/recording_cost/cpu_time.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t cpu_time_of_process_ns(pid_t pid)
{
    clockid_t clock = 0;
    struct timespec time = {0};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
        return 0;
    }
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t cpu_time_of_thread_ns(pid_t tid)
{
    char path[64];
    uint64_t ran_ns = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", tid);
    FILE *file = fopen(path, "r");
    if (file) {
        if (fscanf(file, "%" SCNu64, &ran_ns) != 1) {
            ran_ns = 0;
        }
        fclose(file);
    }
    return ran_ns;
}

size_t cpu_time_list_threads(pid_t ret_tids[CPU_TIME_THREADS_MAX])
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/task");
    const struct dirent *entry = NULL;
    while (folder && count < CPU_TIME_THREADS_MAX && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.') {
            ret_tids[count++] = atoi(entry->d_name);
        }
    }
    if (folder) {
        closedir(folder);
    }
    return count;
}

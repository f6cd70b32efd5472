/* cpu_time.h - what the scheduler says that a process or a thread has run. Thread: any. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_CPU_TIME_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_CPU_TIME_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* User and system time of all threads so far, ended ones too; 0 when the process is gone. */
uint64_t cpu_time_of_process_ns(pid_t pid);
/* Of one thread of this process. */
uint64_t cpu_time_of_thread_ns(pid_t tid);

#define CPU_TIME_THREADS_MAX 64

/* The threads of this process. Returns their count. */
size_t cpu_time_list_threads(pid_t ret_tids[CPU_TIME_THREADS_MAX]);

#endif

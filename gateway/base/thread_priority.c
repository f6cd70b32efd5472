#include "gateway/base/thread_priority.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE_MAX 19
#define SHORTEST_SLICE_NS 100000

/* The kernel's sched_attr in its first size: its header and the C library's exclude each other. */
struct scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns;
    uint64_t deadline_ns;
    uint64_t period_ns;
};

void thread_run_behind(int steps)
{
    static const struct sched_param none = {0};
    /* On Linux both are properties of one thread. */
    errno = 0;
    const int now = getpriority(PRIO_PROCESS, 0);
    if (now != -1 || errno == 0) {
        (void)setpriority(PRIO_PROCESS, 0, now + steps < NICE_MAX ? now + steps : NICE_MAX);
    }
    (void)sched_setscheduler(0, SCHED_BATCH, &none);
}

static bool is_real_time(void)
{
    const int policy = sched_getscheduler(0);
    return policy == SCHED_RR || policy == SCHED_FIFO;
}

void thread_wake_at_once(void)
{
    if (is_real_time()) {
        return; /* it does so already */
    }
    errno = 0;
    const int now = getpriority(PRIO_PROCESS, 0);
    if (now == -1 && errno != 0) {
        return;
    }
    /* A thread that asks for a shorter slice than the running one's interrupts it. */
    const struct scheduling scheduling = {
        .size = sizeof(scheduling),
        .policy = SCHED_OTHER,
        .nice = now,
        .runtime_ns = SHORTEST_SLICE_NS,
    };
    (void)syscall(SYS_sched_setattr, 0, &scheduling, 0);
}

#include "gateway/base/thread_priority.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

#define NICE_MAX 19

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

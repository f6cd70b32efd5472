#include "gateway/base/thread_priority.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What the scheduler knows of a thread. */
struct standing {
    int nice;
    int policy;
};

static struct standing standing_of_this_thread(void)
{
    errno = 0;
    const struct standing standing = {getpriority(PRIO_PROCESS, 0), sched_getscheduler(0)};
    assert_int_equal(errno, 0);
    return standing;
}

/* A thread of its own, since nobody may come forward again without privileges. */
static struct standing in_a_thread(void *(*run)(void *ret_standing))
{
    struct standing standing = {0};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run, &standing), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    return standing;
}

static void *run_behind(void *ret_standing)
{
    thread_run_behind(THREAD_BEHIND_CONVERSATION);
    *(struct standing *)ret_standing = standing_of_this_thread();
    return NULL;
}

static void *wake_at_once(void *ret_standing)
{
    thread_wake_at_once();
    *(struct standing *)ret_standing = standing_of_this_thread();
    return NULL;
}

static void each_thread_has_its_own_place(void **state)
{
    (void)state;
    const struct standing ours = standing_of_this_thread();
    const struct standing behind = in_a_thread(run_behind);
    assert_int_equal(behind.policy, SCHED_BATCH);
    assert_true(behind.nice == ours.nice + THREAD_BEHIND_CONVERSATION || behind.nice == 19);
    const struct standing ahead = in_a_thread(wake_at_once);
    assert_int_equal(ahead.policy, SCHED_OTHER);
    assert_int_equal(ahead.nice, ours.nice);
    assert_int_equal(standing_of_this_thread().nice, ours.nice);
    assert_int_equal(standing_of_this_thread().policy, ours.policy);
}

static void *be_real_time_and_wake_at_once(void *ret_standing)
{
    const struct sched_param lowest = {.sched_priority = 1};
    if (sched_setscheduler(0, SCHED_RR, &lowest) == 0) {
        return wake_at_once(ret_standing);
    }
    ((struct standing *)ret_standing)->policy = -1;
    return NULL;
}

static void *be_real_time_and_run_behind(void *ret_standing)
{
    const struct sched_param lowest = {.sched_priority = 1};
    (void)sched_setscheduler(0, SCHED_RR, &lowest);
    return run_behind(ret_standing);
}

static void a_real_time_thread_stays_one_unless_it_stands_back(void **state)
{
    (void)state;
    const struct standing ahead = in_a_thread(be_real_time_and_wake_at_once);
    if (ahead.policy == -1) {
        skip(); /* who runs this may not */
    }
    assert_int_equal(ahead.policy, SCHED_RR);
    assert_int_equal(in_a_thread(be_real_time_and_run_behind).policy, SCHED_BATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_own_place),
        cmocka_unit_test(a_real_time_thread_stays_one_unless_it_stands_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

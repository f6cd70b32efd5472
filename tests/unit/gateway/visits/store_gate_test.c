#include "gateway/visits/store_gate.h"

#include "gateway/base/allocate.h"
#include "gateway/base/loop.h"
#include "gateway/store/sqlite_store.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <poll.h>

struct rig {
    struct visit_service_thread *thread;
    struct store_gate *gate;
    struct loop *loop;
    int done;
    int destroyed;
    int last;
};

struct probe_task {
    struct visit_task task; /* first */
    struct rig *rig;
    int number;
};

static void destroy_probe(struct mailbox_message *message)
{
    struct probe_task *probe = (struct probe_task *)(void *)message;
    probe->rig->destroyed++;
    free(probe);
}

static int run_probe(struct visit_task *task, struct visit_service *service)
{
    assert_non_null(service);
    return ((struct probe_task *)(void *)task)->number;
}

static void on_done(struct visit_task *task, void *context)
{
    struct rig *rig = context;
    assert_ptr_equal(rig, ((struct probe_task *)(void *)task)->rig);
    assert_int_equal(task->result, rig->done);
    rig->done++;
    if (rig->loop && rig->done == rig->last) {
        loop_stop(rig->loop);
    }
}

static void post(struct rig *rig, int number)
{
    struct probe_task *probe = allocate_zeroed(1, sizeof(*probe));
    probe->task.message.destroy = destroy_probe;
    probe->task.run = run_probe;
    probe->task.done = on_done;
    probe->rig = rig;
    probe->number = number;
    store_gate_post(rig->gate, &probe->task);
}

static void rig_open(struct rig *rig)
{
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &clinic_consent_words}};
    struct visit_store *store = NULL;
    *rig = (struct rig){0};
    assert_int_equal(sqlite_store_open(":memory:", &store), 0);
    assert_int_equal(visit_service_thread_create(&config, store, &rig->thread), 0);
    rig->gate = store_gate_create(rig->thread, rig);
}

static void rig_close(struct rig *rig)
{
    store_gate_destroy(rig->gate);
    visit_service_thread_destroy(rig->thread);
}

static void answers_come_in_order_and_are_counted(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig);
    for (int i = 0; i < 100; i++) {
        post(&rig, i);
    }
    assert_int_equal(store_gate_waiting(rig.gate), 100);
    struct pollfd wait = {.fd = store_gate_fd(rig.gate), .events = POLLIN};
    while (rig.done < 100) {
        assert_true(poll(&wait, 1, 30000) > 0);
        store_gate_on_replies(rig.gate);
    }
    assert_int_equal(store_gate_waiting(rig.gate), 0);
    assert_int_equal(rig.destroyed, 100);
    rig_close(&rig);
}

static void a_loop_runs_what_comes_back(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig);
    rig.loop = loop_create("store_gate_test");
    rig.last = 20;
    struct loop_source *source = store_gate_watch(rig.gate, rig.loop, "reply");
    for (int i = 0; i < rig.last; i++) {
        post(&rig, i);
    }
    assert_int_equal(loop_run(rig.loop), 0);
    assert_int_equal(rig.done, 20);
    assert_int_equal(store_gate_waiting(rig.gate), 0);
    loop_source_destroy(source);
    rig_close(&rig);
    loop_destroy(rig.loop);
}

static void the_end_waits_for_what_is_out(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig);
    for (int i = 0; i < 100; i++) {
        post(&rig, i);
    }
    rig.gate = store_gate_destroy(rig.gate);
    assert_int_equal(rig.destroyed, 100);
    assert_int_equal(rig.done, 0);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_come_in_order_and_are_counted),
        cmocka_unit_test(a_loop_runs_what_comes_back),
        cmocka_unit_test(the_end_waits_for_what_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

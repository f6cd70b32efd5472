#include "gateway/visits/visit_task.h"

#include "gateway/base/allocate.h"
#include "gateway/store/sqlite_store.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

struct probe_task {
    struct visit_task task; /* first */
    int number;
    int *destroyed;
};

static void destroy_probe(struct mailbox_message *message)
{
    struct probe_task *probe = (struct probe_task *)(void *)message;
    (*probe->destroyed)++;
    free(probe);
}

static int run_probe(struct visit_task *task, struct visit_service *service)
{
    assert_non_null(service);
    return ((struct probe_task *)(void *)task)->number;
}

struct order {
    int next;
};

static void on_probe(struct visit_task *task, void *context)
{
    struct order *order = context;
    assert_int_equal(((struct probe_task *)(void *)task)->number, order->next);
    assert_int_equal(task->result, order->next);
    order->next++;
}

static struct visit_task *make_probe(int number, struct mailbox *reply, int *destroyed)
{
    struct probe_task *probe = allocate_zeroed(1, sizeof(*probe));
    probe->task.message.destroy = destroy_probe;
    probe->task.run = run_probe;
    probe->task.done = on_probe;
    probe->task.reply = reply;
    probe->number = number;
    probe->destroyed = destroyed;
    return &probe->task;
}

static struct visit_service_thread *create_thread(struct mailbox *outbox_mailbox)
{
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &clinic_consent_words},
        .outbox_mailbox = outbox_mailbox,
    };
    struct visit_store *store = NULL;
    struct visit_service_thread *thread = NULL;
    assert_int_equal(sqlite_store_open(":memory:", &store), 0);
    assert_int_equal(visit_service_thread_create(&config, store, &thread), 0);
    return thread;
}

static struct mailbox_message *wait_for(struct mailbox *mailbox)
{
    struct pollfd wait = {.fd = mailbox_fd(mailbox), .events = POLLIN};
    struct mailbox_message *message = NULL;
    while (!(message = mailbox_take(mailbox))) {
        assert_true(poll(&wait, 1, 30000) > 0);
    }
    return message;
}

static void tasks_run_and_answer_in_order(void **state)
{
    (void)state;
    AUTO(mailbox) replies = mailbox_create();
    AUTO(visit_service_thread) thread = create_thread(NULL);
    struct order order = {0};
    int destroyed = 0;
    for (int i = 0; i < 500; i++) {
        visit_service_post(thread, make_probe(i, replies, &destroyed));
    }
    while (order.next < 500) {
        visit_task_handle_reply(&order, wait_for(replies));
    }
    assert_int_equal(destroyed, 500);
}

static void what_was_posted_is_run_before_the_end(void **state)
{
    (void)state;
    AUTO(mailbox) replies = mailbox_create();
    struct visit_service_thread *thread = create_thread(NULL);
    struct order order = {0};
    int destroyed = 0;
    for (int i = 0; i < 200; i++) {
        visit_service_post(thread, make_probe(i, replies, &destroyed));
    }
    int unheard = 0;
    visit_service_post(thread, make_probe(7, NULL, &unheard));
    visit_service_thread_destroy(thread);
    assert_int_equal(unheard, 1);
    struct mailbox_message *message = NULL;
    while ((message = mailbox_take(replies))) {
        visit_task_handle_reply(&order, message);
    }
    assert_int_equal(order.next, 200);
}

struct failing_store {
    struct visit_store store; /* first */
    struct visit_store_ops ops;
};

static int begin_well(struct visit_store *store)
{
    (void)store;
    return 0;
}

static int disconnects_nobody(struct visit_store *store, int64_t now_ms)
{
    (void)store;
    (void)now_ms;
    return 0;
}

static int finds_no_help(struct visit_store *store, char ret_visit_id[UUID_TEXT_SIZE])
{
    (void)store;
    (void)ret_visit_id;
    return -ENOENT;
}

static int commit_fails(struct visit_store *store)
{
    (void)store;
    return -ENOSPC;
}

static struct visit_store *destroy_failing(struct visit_store *store)
{
    free(store);
    return NULL;
}

/* A person is never told of what is not on disk. */
static void a_commit_that_fails_is_everybodys_result(void **state)
{
    (void)state;
    AUTO(mailbox) replies = mailbox_create();
    struct failing_store *store = allocate_zeroed(1, sizeof(*store));
    store->ops.begin = begin_well;
    store->ops.commit = commit_fails;
    store->ops.disconnect_everybody = disconnects_nobody;
    store->ops.help.find_on = finds_no_help;
    store->ops.destroy = destroy_failing;
    store->store.ops = &store->ops;
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &clinic_consent_words}};
    AUTO(visit_service_thread) thread = NULL;
    assert_int_equal(visit_service_thread_create(&config, &store->store, &thread), 0);
    int destroyed = 0;
    visit_service_post(thread, make_probe(0, replies, &destroyed));
    struct mailbox_message *message = wait_for(replies);
    assert_int_equal(((struct visit_task *)(void *)message)->result, -ENOSPC);
    mailbox_message_destroy(message);
    assert_int_equal(destroyed, 1);
}

struct snapshot_task {
    struct visit_task task; /* first */
    struct visit_actor bedsidectl;
    char visit_id[UUID_TEXT_SIZE];
    bool anybody_connected;
};

static int run_snapshot(struct visit_task *task, struct visit_service *service)
{
    struct snapshot_task *taken = (struct snapshot_task *)(void *)task;
    AUTO(visit_snapshot) snapshot = NULL;
    const int result =
        visit_conduct_snapshot(service, &taken->bedsidectl, taken->visit_id, &snapshot);
    for (size_t i = 0; result == 0 && i < snapshot->picture->participant_count; i++) {
        taken->anybody_connected =
            taken->anybody_connected || snapshot->picture->participants[i].connected;
    }
    return result;
}

static void nobody_is_connected_when_it_starts(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    AUTO(mailbox) replies = mailbox_create();
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &clinic_consent_words}};
    AUTO(visit_service_thread) thread = NULL;
    assert_int_equal(visit_service_thread_create(&config, TAKE(clinic->store), &thread), 0);
    struct snapshot_task *taken = allocate_zeroed(1, sizeof(*taken));
    taken->task.run = run_snapshot;
    taken->task.reply = replies;
    taken->bedsidectl = clinic->bedsidectl;
    strcpy(taken->visit_id, clinic->visit_id);
    visit_service_post(thread, &taken->task);
    struct mailbox_message *message = wait_for(replies);
    assert_int_equal(((struct snapshot_task *)(void *)message)->task.result, 0);
    assert_false(((struct snapshot_task *)(void *)message)->anybody_connected);
    mailbox_message_destroy(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_run_and_answer_in_order),
        cmocka_unit_test(what_was_posted_is_run_before_the_end),
        cmocka_unit_test(a_commit_that_fails_is_everybodys_result),
        cmocka_unit_test(nobody_is_connected_when_it_starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

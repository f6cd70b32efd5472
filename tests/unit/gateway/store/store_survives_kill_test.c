/* A process acknowledges writes over a pipe and is killed; what it acknowledged is there. */
#include "gateway/base/allocate.h"
#include "gateway/store/sqlite_store.h"
#include "gateway/visits/visit_task.h"
#include "tests/unit/gateway/store/scratch_folder.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define ROUNDS 8
#define WRITES_PER_ROUND 40

static const struct visit_service_config config = {
    .consent_words = &clinic_consent_words,
};

struct chat_task {
    struct visit_task task; /* first */
    struct visit_actor actor;
    int pipe_fd;
    struct chat_message message;
};

static int run_chat(struct visit_task *task, struct visit_service *service)
{
    struct chat_task *chat = (struct chat_task *)(void *)task;
    return visit_conduct_chat(service, &chat->actor, "acknowledged", &chat->message);
}

static void destroy_chat(struct mailbox_message *message)
{
    struct chat_task *chat = (struct chat_task *)(void *)message;
    free(chat->message.body);
    free(chat);
}

/* Tells the parent what is on disk. */
static void acknowledge(struct visit_task *task, void *context)
{
    (void)context;
    const struct chat_task *chat = (struct chat_task *)(void *)task;
    if (task->result != 0 ||
        write(chat->pipe_fd, chat->message.id, UUID_TEXT_SIZE) != UUID_TEXT_SIZE) {
        _exit(1);
    }
}

/* Writes until it is killed. */
static void write_forever(const char *path, const struct visit_actor *actor, int pipe_fd)
{
    struct visit_store *store = NULL;
    struct visit_service_thread *thread = NULL;
    const struct visit_service_thread_config thread_config = {.service = config};
    struct mailbox *replies = mailbox_create();
    if (sqlite_store_open(path, &store) < 0 ||
        visit_service_thread_create(&thread_config, store, &thread) < 0) {
        _exit(2);
    }
    for (size_t out = 0;;) {
        for (; out < 8; out++) {
            struct chat_task *chat = allocate_zeroed(1, sizeof(*chat));
            chat->task.message.destroy = destroy_chat;
            chat->task.run = run_chat;
            chat->task.done = acknowledge;
            chat->task.reply = replies;
            chat->actor = *actor;
            chat->pipe_fd = pipe_fd;
            visit_service_post(thread, &chat->task);
        }
        struct mailbox_message *message = mailbox_take(replies);
        if (message) {
            visit_task_handle_reply(NULL, message);
            out--;
        }
    }
}

static bool contains(const struct chat_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->messages[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void what_was_acknowledged_is_there_after_kill(void **state)
{
    (void)state;
    SCRATCH_FOLDER folder = scratch_folder_open();
    char path[256];
    strcpy(path, scratch_folder_file(&folder, "bedside.db"));
    AUTO(clinic) clinic = clinic_create(path);
    clinic_be_in_visit(clinic, REVIEWER);
    const struct visit_actor actor = clinic->actors[REVIEWER];
    const struct visit_actor operator_actor = clinic->bedsidectl;
    char visit_id[UUID_TEXT_SIZE];
    strcpy(visit_id, clinic->visit_id);
    clinic = clinic_destroy(clinic);

    static char acknowledged[ROUNDS * (WRITES_PER_ROUND + 64)][UUID_TEXT_SIZE];
    size_t count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            write_forever(path, &actor, ends[1]);
        }
        close(ends[1]);
        size_t heard = 0;
        while (heard < WRITES_PER_ROUND &&
               read(ends[0], acknowledged[count], UUID_TEXT_SIZE) == UUID_TEXT_SIZE) {
            count++;
            heard++;
        }
        kill(child, SIGKILL);
        /* What was on its way when it died counts, too. */
        while (count < ARRAY_LENGTH(acknowledged) &&
               read(ends[0], acknowledged[count], UUID_TEXT_SIZE) == UUID_TEXT_SIZE) {
            count++;
        }
        close(ends[0]);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(heard, WRITES_PER_ROUND);
    }

    AUTO(visit_store) store = NULL;
    assert_int_equal(sqlite_store_open(path, &store), 0);
    AUTO(visit_service) service = visit_service_create(&config, store);
    AUTO(visit_snapshot) snapshot = NULL;
    assert_int_equal(visit_conduct_snapshot(service, &operator_actor, visit_id, &snapshot), 0);
    assert_true(snapshot->chat->count >= count);
    for (size_t i = 0; i < count; i++) {
        assert_true(contains(snapshot->chat, acknowledged[i]));
    }
    /* Chat and timeline were written together. */
    AUTO(visit_event_list) events = NULL;
    assert_int_equal(visit_records_timeline(service, &operator_actor, visit_id, &events), 0);
    size_t in_timeline = 0;
    for (size_t i = 0; i < events->count; i++) {
        in_timeline += events->events[i].kind == EVENT_CHAT;
    }
    assert_int_equal(in_timeline, snapshot->chat->count);
    struct audit_verdict verdict;
    assert_int_equal(visit_records_verify_audit(service, &operator_actor, &verdict), 0);
    assert_true(verdict.intact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_is_there_after_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "gateway/recorder_supervisor.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/thread_priority.h"
#include "gateway/recorder_child.h"
#include "gateway/recorder_process.h"

#include <errno.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

LOG_TOPIC("recorder_supervisor");

#define MEMORY_LIMIT_DEFAULT (2ull << 30)
#define DESTROY_TIMEOUT_US 3000000

struct recorder_supervisor {
    char *recorder_path;
    uid_t uid;
    gid_t gid;
    uint64_t minimum_free_bytes;
    uint64_t memory_limit_bytes;
    bool allow_weak_sandbox;
    struct mailbox *commands;
    pthread_t thread;
    struct loop *loop;
    struct loop_source *commands_source;
    struct loop_timer *end_timer;
    struct recorder_child_home home;
    bool ending;
};

enum command_type { COMMAND_START, COMMAND_STOP, COMMAND_FINISH, COMMAND_END };

struct command {
    struct mailbox_message message;
    char recording_id[UUID_TEXT_SIZE];
    struct recorder_configuration *configuration; /* owned; of START and FINISH */
};

/* ---- commands ---- */

static void command_destroy(struct mailbox_message *message)
{
    struct command *command = CONTAINER_OF(message, struct command, message);
    recorder_configuration_wipe(command->configuration);
    free(command);
}

static void on_start(struct recorder_supervisor *supervisor, struct command *command)
{
    struct recorder_child *child = recorder_child_find(&supervisor->home, command->recording_id);
    if (!child) {
        recorder_child_start(&supervisor->home, command->recording_id,
                             TAKE(command->configuration));
    } else if (!recorder_child_records(child)) {
        recorder_child_refuse(child, "the recording is being finished");
    }
}

static void on_stop(struct recorder_supervisor *supervisor, struct command *command)
{
    struct recorder_child *child = recorder_child_find(&supervisor->home, command->recording_id);
    if (child && recorder_child_records(child)) {
        recorder_child_stop(child);
    }
}

/* Asked again while it is under way, the newest word counts: the process is stopped and another one
 * begins. */
static void on_finish(struct recorder_supervisor *supervisor, struct command *command)
{
    struct recorder_child *child = recorder_child_find(&supervisor->home, command->recording_id);
    if (child) {
        recorder_child_finish(child, TAKE(command->configuration));
    } else {
        recorder_child_start(&supervisor->home, command->recording_id,
                             TAKE(command->configuration));
    }
}

static void on_end(struct recorder_supervisor *supervisor, struct command *command)
{
    (void)command;
    supervisor->ending = true;
    LIST_FOR_EACH (cursor, &supervisor->home.children) {
        recorder_child_end(recorder_child_of(cursor));
    }
    loop_timer_start(supervisor->end_timer, clock_now_us() + DESTROY_TIMEOUT_US);
}

static void (*const command_handlers[])(struct recorder_supervisor *supervisor,
                                        struct command *command) = {
    [COMMAND_START] = on_start,
    [COMMAND_STOP] = on_stop,
    [COMMAND_FINISH] = on_finish,
    [COMMAND_END] = on_end,
};

static void on_command(void *context, struct mailbox_message *message)
{
    struct recorder_supervisor *supervisor = context;
    struct command *command = CONTAINER_OF(message, struct command, message);
    if (!supervisor->ending) {
        command_handlers[message->type](supervisor, command);
    }
    mailbox_message_destroy(message);
}

static void stop_when_empty(void *context, uint64_t now_us)
{
    (void)now_us;
    struct recorder_supervisor *supervisor = context;
    if (supervisor->ending && list_is_empty(&supervisor->home.children)) {
        loop_stop(supervisor->loop);
    }
}

static void on_end_timer(void *context, uint64_t now_us)
{
    (void)now_us;
    struct recorder_supervisor *supervisor = context;
    LIST_FOR_EACH (cursor, &supervisor->home.children) {
        recorder_child_kill(recorder_child_of(cursor));
    }
}

static void *run(void *context)
{
    struct recorder_supervisor *supervisor = context;
    pthread_setname_np(pthread_self(), "recorders");
    thread_run_behind(THREAD_BEHIND_ALL);
    loop_run(supervisor->loop);
    return NULL;
}

/* ---- the caller's side ---- */

static int find_user(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
    char buffer[4096];
    struct passwd entry;
    struct passwd *found = NULL;
    getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
    if (!found) {
        return -ENOENT;
    }
    *ret_uid = found->pw_uid;
    *ret_gid = found->pw_gid;
    return 0;
}

/* A gateway that is not root has no uid to give: its recorders keep its own. */
static int choose_user(struct recorder_supervisor *supervisor, const char *name)
{
    if (geteuid() != 0) {
        return 0;
    }
    if (name) {
        return find_user(name, &supervisor->uid, &supervisor->gid);
    }
    const int error = find_user("bedside-recorder", &supervisor->uid, &supervisor->gid);
    return error < 0 ? find_user("nobody", &supervisor->uid, &supervisor->gid) : 0;
}

static struct recorder_supervisor *supervisor_free(struct recorder_supervisor *supervisor)
{
    loop_timer_destroy(supervisor->end_timer);
    loop_source_destroy(supervisor->commands_source);
    loop_destroy(supervisor->loop);
    mailbox_destroy(supervisor->commands);
    free(supervisor->recorder_path);
    free(supervisor);
    return NULL;
}

int recorder_supervisor_create(const struct recorder_supervisor_config *config,
                               struct mailbox *events, struct recorder_supervisor **ret_supervisor)
{
    if (access(config->recorder_path, X_OK) < 0) {
        return -errno;
    }
    struct recorder_supervisor *supervisor = allocate_zeroed(1, sizeof *supervisor);
    int error = choose_user(supervisor, config->recorder_user);
    if (error < 0) {
        free(supervisor);
        return error;
    }
    supervisor->recorder_path = strdup(config->recorder_path);
    supervisor->minimum_free_bytes = config->minimum_free_bytes;
    supervisor->memory_limit_bytes =
        config->memory_limit_bytes ? config->memory_limit_bytes : MEMORY_LIMIT_DEFAULT;
    supervisor->allow_weak_sandbox = config->allow_weak_sandbox;
    supervisor->commands = mailbox_create();
    supervisor->loop = loop_create("recorder-supervisor");
    supervisor->home = (struct recorder_child_home){
        .program = supervisor->recorder_path, .loop = supervisor->loop, .events = events};
    list_init(&supervisor->home.children);
    supervisor->commands_source = loop_watch_mailbox(supervisor->loop, supervisor->commands,
                                                     "commands", on_command, supervisor);
    supervisor->end_timer = loop_timer_create(supervisor->loop, "end", on_end_timer, supervisor);
    loop_set_after_batch(supervisor->loop, stop_when_empty, supervisor);
    error = pthread_create(&supervisor->thread, NULL, run, supervisor);
    if (error) {
        supervisor_free(supervisor);
        return -error;
    }
    *ret_supervisor = supervisor;
    return 0;
}

static void post_command(struct recorder_supervisor *supervisor, enum command_type type,
                         const char *recording_id, struct recorder_configuration *configuration)
{
    struct command *command = allocate_zeroed(1, sizeof *command);
    command->message.type = type;
    command->message.destroy = command_destroy;
    command->configuration = configuration;
    snprintf(command->recording_id, sizeof command->recording_id, "%s", recording_id);
    mailbox_post(supervisor->commands, &command->message);
}

struct recorder_supervisor *recorder_supervisor_destroy(struct recorder_supervisor *supervisor)
{
    if (!supervisor) {
        return NULL;
    }
    post_command(supervisor, COMMAND_END, "", NULL);
    pthread_join(supervisor->thread, NULL);
    return supervisor_free(supervisor);
}

static struct recorder_configuration *
make_configuration(const struct recorder_supervisor *supervisor, enum recorder_mode mode,
                   const char *directory, const uint8_t *data_key)
{
    struct recorder_configuration *configuration = allocate_zeroed(1, sizeof *configuration);
    configuration->mode = mode;
    configuration->allow_weak_sandbox = supervisor->allow_weak_sandbox;
    configuration->uid = supervisor->uid;
    configuration->gid = supervisor->gid;
    configuration->minimum_free_bytes = supervisor->minimum_free_bytes;
    configuration->memory_limit_bytes = supervisor->memory_limit_bytes;
    memcpy(configuration->data_key, data_key, sizeof configuration->data_key);
    snprintf(configuration->directory, sizeof configuration->directory, "%s", directory);
    return configuration;
}

void recorder_supervisor_start(struct recorder_supervisor *supervisor, const char *recording_id,
                               const char *directory,
                               const uint8_t data_key[RECORDER_DATA_KEY_SIZE])
{
    post_command(supervisor, COMMAND_START, recording_id,
                 make_configuration(supervisor, RECORDER_MODE_RECORD, directory, data_key));
}

void recorder_supervisor_stop(struct recorder_supervisor *supervisor, const char *recording_id)
{
    post_command(supervisor, COMMAND_STOP, recording_id, NULL);
}

void recorder_supervisor_finish(struct recorder_supervisor *supervisor, const char *recording_id,
                                const char *directory,
                                const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                                const struct recorder_interval *intervals, size_t interval_count)
{
    struct recorder_configuration *configuration =
        make_configuration(supervisor, RECORDER_MODE_FINISH, directory, data_key);
    for (size_t i = 0; i < interval_count && configuration->interval_count < RECORDER_INTERVALS_MAX;
         i++) {
        configuration->intervals[configuration->interval_count++] = intervals[i];
    }
    if (interval_count > RECORDER_INTERVALS_MAX) {
        log_error("too_many_intervals", "recording=%s count=%zu", recording_id, interval_count);
    }
    post_command(supervisor, COMMAND_FINISH, recording_id, configuration);
}

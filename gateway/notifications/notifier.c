#include "gateway/notifications/notifier.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/secret.h"
#include "gateway/base/thread_priority.h"
#include "gateway/hooks/local_program.h"
#include "gateway/notifications/mail_message.h"
#include "gateway/visits/store_gate.h"

#include <glib.h>
#include <jansson.h>
#include <pthread.h>
#include <string.h>

LOG_TOPIC("notifier");

#define LOOK_MS 5000
#define TEXT_PROGRAM_TIMEOUT_MS 60000

struct notifier {
    struct notifier_config config;
    const struct letter_words *words; /* borrowed */
    struct store_gate *store;
    struct loop *loop;
    struct loop_source *reply_source;
    struct loop_timer *timer;
    struct notification_job *job; /* on its way */
    struct local_program *program;
    atomic_bool stop;
    pthread_t thread_id;
    bool started;
};

static void look(struct notifier *notifier);

/* ---- tasks for the store thread ---- */

struct take_task {
    struct visit_task task; /* first */
    struct notification_job *job;
};

struct settle_task {
    struct visit_task task; /* first */
    char id[UUID_TEXT_SIZE];
    enum notification_outcome outcome;
    const char *code; /* static */
};

static void look_later(struct notifier *notifier)
{
    loop_timer_start(notifier->timer,
                     loop_now_us(notifier->loop) + (uint64_t)notifier->config.look_ms * 1000);
}

static int run_settle(struct visit_task *task, struct visit_service *service)
{
    const struct settle_task *settle = (struct settle_task *)(void *)task;
    return visit_notification_settle(service, settle->id, settle->outcome, settle->code);
}

static void on_settled(struct visit_task *task, void *context)
{
    struct notifier *notifier = context;
    if (atomic_load(&notifier->stop)) {
        return;
    }
    if (task->result != 0) {
        log_warning("outcome_not_kept", "error=%d", task->result);
        look_later(notifier);
        return;
    }
    look(notifier);
}

static void settle(struct notifier *notifier, enum notification_outcome outcome, const char *code)
{
    static const char *const names[] = {"delivered", "refused", "delayed"};
    const struct notification *notification = &notifier->job->notification;
    log_info("letter", "notification=%s kind=%s channel=%s outcome=%s code=%s attempt=%u",
             notification->id, notification_kind_name(notification->kind),
             notification_channel_name(notification->channel), names[outcome], *code ? code : "-",
             notification->attempts);
    struct settle_task *task = allocate_zeroed(1, sizeof(*task));
    task->task.run = run_settle;
    task->task.done = on_settled;
    task->outcome = outcome;
    task->code = code;
    memcpy(task->id, notification->id, sizeof(task->id));
    notifier->job = notification_job_destroy(notifier->job);
    store_gate_post(notifier->store, &task->task);
}

/* ---- one letter ---- */

static void send_mail(struct notifier *notifier, const struct letter *letter)
{
    const struct notification_job *job = notifier->job;
    const struct letter_site *site = &notifier->config.site;
    const struct mail_addresses addresses = {.from = site->from,
                                             .from_name = site->organisation,
                                             .reply_to = notifier->config.reply_to,
                                             .to = job->seat.person.email,
                                             .to_name = job->seat.person.display_name,
                                             .id = job->notification.id};
    char *message = mail_message_write(letter, &addresses, clock_wall_ms());
    const char *code = "";
    const enum notification_outcome outcome =
        mail_sender_send(&notifier->config.server, site->from, job->seat.person.email, message,
                         &notifier->stop, &code);
    secret_wipe(message, strlen(message));
    g_free(message);
    settle(notifier, outcome, code);
}

static void on_program_end(void *context, enum local_program_end end, int detail)
{
    struct notifier *notifier = context;
    (void)detail;
    notifier->program = local_program_destroy(notifier->program);
    settle(notifier, end == LOCAL_PROGRAM_SUCCEEDED ? NOTIFICATION_DELIVERED : NOTIFICATION_DELAYED,
           end == LOCAL_PROGRAM_SUCCEEDED   ? ""
           : end == LOCAL_PROGRAM_TIMED_OUT ? "timed_out"
                                            : "program_failed");
}

static void send_text(struct notifier *notifier, const struct letter *letter)
{
    json_t *document = json_pack("{s:s, s:s, s:s}", "to", notifier->job->seat.person.phone, "text",
                                 letter->message, "language", letter->language);
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    if (!text) {
        abort();
    }
    const int result =
        local_program_start(notifier->loop, notifier->config.text_program, text, strlen(text),
                            TEXT_PROGRAM_TIMEOUT_MS, on_program_end, notifier, &notifier->program);
    secret_wipe(text, strlen(text));
    free(text);
    if (result < 0) {
        log_warning("program_not_started", "error=%d", result);
        settle(notifier, NOTIFICATION_DELAYED, "program_not_started");
    }
}

static void send_letter(struct notifier *notifier)
{
    AUTO(letter)
    letter = letter_create(notifier->words, &notifier->config.site, notifier->job, clock_wall_ms());
    if (notifier->job->notification.channel == NOTIFICATION_TEXT) {
        send_text(notifier, letter);
    } else {
        send_mail(notifier, letter);
    }
}

/* ---- what is due ---- */

static int run_take(struct visit_task *task, struct visit_service *service)
{
    return visit_notification_take(service, &((struct take_task *)(void *)task)->job);
}

static void on_taken(struct visit_task *task, void *context)
{
    struct notifier *notifier = context;
    struct take_task *take = (struct take_task *)(void *)task;
    if (atomic_load(&notifier->stop)) {
        return;
    }
    if (task->result != 0) {
        log_warning("store_not_read", "error=%d", task->result);
    }
    if (task->result != 0 || !take->job) {
        look_later(notifier);
        return;
    }
    notifier->job = TAKE(take->job);
    send_letter(notifier);
}

static void take_task_destroy(struct mailbox_message *message)
{
    struct take_task *take = CONTAINER_OF(message, struct take_task, task.message);
    notification_job_destroy(take->job);
    free(take);
}

static void look(struct notifier *notifier)
{
    struct take_task *take = allocate_zeroed(1, sizeof(*take));
    take->task.message.destroy = take_task_destroy;
    take->task.run = run_take;
    take->task.done = on_taken;
    store_gate_post(notifier->store, &take->task);
}

static void on_timer(void *context, uint64_t now_us)
{
    (void)now_us;
    look(context);
}

/* ---- the thread ---- */

/* On the thread that has the loop. */
static void leave_loop(struct notifier *notifier)
{
    notifier->program = local_program_destroy(notifier->program);
    notifier->reply_source = loop_source_destroy(notifier->reply_source);
    notifier->store = store_gate_destroy(notifier->store);
    notifier->timer = loop_timer_destroy(notifier->timer);
}

static void *run(void *context)
{
    struct notifier *notifier = context;
    thread_run_behind(THREAD_BEHIND_ALL);
    look(notifier);
    loop_run(notifier->loop);
    leave_loop(notifier);
    return NULL;
}

int notifier_create(const struct notifier_config *config, const struct letter_words *words,
                    struct visit_service_thread *thread, struct notifier **ret_notifier)
{
    AUTO(notifier) notifier = allocate_zeroed(1, sizeof(*notifier));
    notifier->config = *config;
    notifier->config.look_ms = config->look_ms != 0 ? config->look_ms : LOOK_MS;
    notifier->words = words;
    notifier->store = store_gate_create(thread, notifier);
    notifier->loop = loop_create("notifier");
    notifier->timer = loop_timer_create(notifier->loop, "notifier_look", on_timer, notifier);
    notifier->reply_source = store_gate_watch(notifier->store, notifier->loop, "notifier_reply");
    const int error = pthread_create(&notifier->thread_id, NULL, run, notifier);
    if (error != 0) {
        leave_loop(notifier);
        return -error;
    }
    notifier->started = true;
    pthread_setname_np(notifier->thread_id, "notifier");
    *ret_notifier = TAKE(notifier);
    return 0;
}

struct notifier *notifier_destroy(struct notifier *notifier)
{
    if (!notifier) {
        return NULL;
    }
    atomic_store(&notifier->stop, true);
    if (notifier->started) {
        loop_stop(notifier->loop);
        pthread_join(notifier->thread_id, NULL);
    }
    notification_job_destroy(notifier->job);
    loop_destroy(notifier->loop);
    free(notifier);
    return NULL;
}

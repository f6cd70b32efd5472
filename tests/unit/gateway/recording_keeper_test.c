/* The keeper between four others, all of them fakes here: the hub, the store thread, the case
 * record's rules, and the recorders' supervisor. */
#include "gateway/recording_keeper.h"

#include "gateway/base/allocate.h"
#include "gateway/base/digest.h"
#include "gateway/base/mailbox.h"
#include "gateway/recorder_supervisor.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_task.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define RECORDING_ID "01930000-0000-7000-8000-000000000001"
#define PARTICIPANT_ID "01930000-0000-7000-8000-000000000002"
#define START_MS 1795000000000

/* ---- the fakes write down what they are asked ---- */

static struct {
    struct recording recording; /* the one in the case record; no id: none */
    struct recording_interval intervals[2];
    size_t interval_count;
    int result; /* of what is written to the record */
    unsigned prepared;
    unsigned started;
    unsigned finished;
    char directory[256];
    uint8_t data_key[RECORDER_DATA_KEY_SIZE];
    struct recorder_interval finish_intervals[2];
    size_t finish_interval_count;
    struct recording_segment segment;
    unsigned segments;
    struct recording_file files[4];
    size_t file_count;
    unsigned attached;
    int64_t broken_at_ms;
} book;

/* The store thread: at once. */
void visit_service_post(struct visit_service_thread *thread, struct visit_task *task)
{
    (void)thread;
    task->result = task->run(task, NULL);
    mailbox_post(task->reply, &task->message);
}

void visit_task_handle_reply(void *context, struct mailbox_message *message)
{
    struct visit_task *task = CONTAINER_OF(message, struct visit_task, message);
    task->done(task, context);
    mailbox_message_destroy(message);
}

int visit_recording_unfinished(struct visit_service *service, struct recording_list **ret_list)
{
    (void)service;
    struct recording_list *list = allocate_zeroed(1, sizeof *list);
    if (book.recording.id[0]) {
        list->count = 1;
        list->records = allocate_zeroed(1, sizeof *list->records);
        list->records[0].recording = book.recording;
        list->records[0].interval_count = book.interval_count;
        list->records[0].intervals = allocate_zeroed(2, sizeof *list->records[0].intervals);
        memcpy(list->records[0].intervals, book.intervals, sizeof book.intervals);
    }
    *ret_list = list;
    return 0;
}

struct recording_list *recording_list_destroy(struct recording_list *list)
{
    if (list) {
        for (size_t i = 0; i < list->count; i++) {
            free(list->records[i].intervals);
        }
        free(list->records);
        free(list);
    }
    return NULL;
}

struct visit_picture *visit_picture_destroy(struct visit_picture *picture)
{
    assert_null(picture); /* these fakes make none */
    return NULL;
}

int visit_recording_prepare(struct visit_service *service, const char *recording_id,
                            const void *wrapped_key, size_t size, const char *key_name)
{
    (void)service;
    assert_string_equal(recording_id, RECORDING_ID);
    assert_string_equal(key_name, "file-1");
    book.prepared++;
    if (book.result == 0) {
        book.recording.prepared = true;
        book.recording.wrapped_key_size = size;
        memcpy(book.recording.wrapped_key, wrapped_key, size);
    }
    return book.result;
}

int visit_recording_paused(struct visit_service *service, const char *recording_id, int64_t wall_ms,
                           struct visit_picture **ret_picture)
{
    (void)service;
    (void)ret_picture;
    (void)wall_ms;
    assert_string_equal(recording_id, RECORDING_ID);
    return 0;
}

int visit_recording_broken(struct visit_service *service, const char *recording_id, int64_t wall_ms,
                           struct visit_picture **ret_picture)
{
    (void)service;
    (void)ret_picture;
    assert_string_equal(recording_id, RECORDING_ID);
    book.broken_at_ms = wall_ms;
    return 0;
}

int visit_recording_segment_closed(struct visit_service *service, const char *recording_id,
                                   const struct recording_segment *segment)
{
    (void)service;
    assert_string_equal(recording_id, RECORDING_ID);
    book.segment = *segment;
    book.segments++;
    return book.result;
}

int visit_recording_finished(struct visit_service *service, const char *recording_id,
                             const struct recording_finish *finish,
                             struct visit_picture **ret_picture)
{
    (void)service;
    (void)ret_picture;
    assert_string_equal(recording_id, RECORDING_ID);
    assert_in_range(finish->file_count, 0, ARRAY_LENGTH(book.files));
    book.attached++;
    book.file_count = finish->file_count;
    for (size_t i = 0; i < finish->file_count; i++) {
        book.files[i] = finish->files[i];
    }
    return book.result;
}

void recorder_supervisor_start(struct recorder_supervisor *supervisor, const char *recording_id,
                               const char *directory,
                               const uint8_t data_key[RECORDER_DATA_KEY_SIZE])
{
    (void)supervisor;
    assert_string_equal(recording_id, RECORDING_ID);
    snprintf(book.directory, sizeof book.directory, "%s", directory);
    memcpy(book.data_key, data_key, sizeof book.data_key);
    book.started++;
}

void recorder_supervisor_finish(struct recorder_supervisor *supervisor, const char *recording_id,
                                const char *directory,
                                const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                                const struct recorder_interval *intervals, size_t interval_count)
{
    (void)supervisor;
    (void)directory;
    assert_string_equal(recording_id, RECORDING_ID);
    assert_in_range(interval_count, 0, 2);
    memcpy(book.data_key, data_key, sizeof book.data_key);
    for (size_t i = 0; i < interval_count; i++) {
        book.finish_intervals[i] = intervals[i];
    }
    book.finish_interval_count = interval_count;
    book.finished++;
}

/* ---- the scene ---- */

struct scene {
    char folder[64];
    struct mailbox *supervisor_events;
    struct mailbox *task_replies;
    struct mailbox *hub_events;
    struct recording_keeper *keeper;
    uint8_t master_key[RECORDING_KEY_SIZE];
};

static struct recording_keeper_config config_of(struct scene *s)
{
    struct recording_keeper_config config = {
        .directory = s->folder,
        .supervisor = (struct recorder_supervisor *)s, /* never looked into */
        .supervisor_events = s->supervisor_events,
        .task_replies = s->task_replies,
    };
    memcpy(config.master_key, s->master_key, sizeof config.master_key);
    return config;
}

static int set_up(void **state)
{
    struct scene *s = allocate_zeroed(1, sizeof *s);
    memset(&book, 0, sizeof book);
    strcpy(book.recording.id, RECORDING_ID);
    strcpy(s->folder, "/tmp/recording-keeper-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    memset(s->master_key, 5, sizeof s->master_key);
    s->supervisor_events = mailbox_create();
    s->task_replies = mailbox_create();
    s->hub_events = mailbox_create();
    const struct recording_keeper_config config = config_of(s);
    s->keeper = recording_keeper_create(&config);
    recording_keeper_set_hub(s->keeper, s->hub_events);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    s->keeper = recording_keeper_destroy(s->keeper);
    s->supervisor_events = mailbox_destroy(s->supervisor_events);
    s->task_replies = mailbox_destroy(s->task_replies);
    s->hub_events = mailbox_destroy(s->hub_events);
    rmdir(s->folder);
    free(s);
    return 0;
}

static int order_start(struct scene *s)
{
    struct recording_order order = {0};
    strcpy(order.recording_id, RECORDING_ID);
    const int result = recording_keeper_ops.start(s->keeper, &order);
    recording_keeper_on_task_replies(s->keeper);
    return result;
}

static void order_finish(struct scene *s)
{
    recording_keeper_ops.finish(s->keeper, RECORDING_ID);
    recording_keeper_on_task_replies(s->keeper);
}

static void report(struct scene *s, struct recorder_event *event)
{
    mailbox_post(s->supervisor_events, &event->message);
    recording_keeper_on_supervisor_events(s->keeper);
    recording_keeper_on_task_replies(s->keeper);
}

static struct recorder_event *event(enum recorder_event_type type)
{
    return recorder_event_create(type, RECORDING_ID, "");
}

static void report_playable(struct scene *s, const char *name)
{
    struct recorder_event *playable = event(RECORDER_EVENT_PLAYABLE);
    snprintf(playable->file.label, sizeof playable->file.label, "%s", PARTICIPANT_ID);
    snprintf(playable->file.name, sizeof playable->file.name, "%s", name);
    snprintf(playable->file.mime, sizeof playable->file.mime, "video/webm");
    playable->file.end_us = 61500000;
    report(s, playable);
}

/* The next thing that the hub was told. */
static void hub_hears(struct scene *s, enum recording_control_event_type type, bool gave_up)
{
    struct mailbox_message *message = mailbox_take(s->hub_events);
    assert_non_null(message);
    assert_int_equal(message->type, type);
    const struct recording_control_event *told =
        CONTAINER_OF(message, struct recording_control_event, message);
    assert_string_equal(told->recording_id, RECORDING_ID);
    assert_int_equal(told->gave_up, gave_up);
    mailbox_message_destroy(message);
}

static void hub_hears_nothing(struct scene *s)
{
    assert_null(mailbox_take(s->hub_events));
}

/* ---- starting ---- */

static void a_new_recording_gets_a_key_of_its_own(void **state)
{
    struct scene *s = *state;
    char directory[128];
    uint8_t unwrapped[RECORDING_KEY_SIZE];
    assert_int_equal(order_start(s), 0);
    assert_int_equal(book.prepared, 1);
    assert_int_equal(book.started, 1);
    snprintf(directory, sizeof directory, "%s/%s", s->folder, RECORDING_ID);
    assert_string_equal(book.directory, directory);
    assert_int_equal(recording_key_unwrap(s->master_key, book.recording.wrapped_key, unwrapped), 0);
    assert_memory_equal(unwrapped, book.data_key, sizeof unwrapped);
    hub_hears_nothing(s);
}

static void one_that_goes_on_keeps_its_key(void **state)
{
    struct scene *s = *state;
    order_start(s);
    uint8_t first[RECORDING_KEY_SIZE];
    memcpy(first, book.data_key, sizeof first);
    memset(book.data_key, 0, sizeof book.data_key);
    order_start(s);
    assert_int_equal(book.prepared, 1);
    assert_int_equal(book.started, 2);
    assert_memory_equal(first, book.data_key, sizeof first);
}

static void nothing_is_recorded_without_a_key(void **state)
{
    struct scene *s = *state;
    book.result =
        -EIO; /* the record cannot keep the wrapped key: what is written could not be read */
    order_start(s);
    assert_int_equal(book.started, 0);
    hub_hears(s, RECORDING_CONTROL_FAILED, true);

    book.result = 0;
    order_start(s);
    book.recording.wrapped_key[3] ^= 1; /* somebody changed it */
    order_start(s);
    assert_int_equal(book.started, 1);
    hub_hears(s, RECORDING_CONTROL_FAILED, true);

    book.recording.id[0] = 0; /* the record does not know it */
    order_start(s);
    assert_int_equal(book.started, 1);
    hub_hears(s, RECORDING_CONTROL_FAILED, true);
    hub_hears_nothing(s);
}

static void switched_off_it_refuses(void **state)
{
    struct scene *s = *state;
    struct recording_keeper_config config = config_of(s);
    config.supervisor = NULL;
    recording_keeper_destroy(s->keeper);
    s->keeper = recording_keeper_create(&config);
    recording_keeper_set_hub(s->keeper, s->hub_events);
    assert_false(recording_keeper_ops.is_available(s->keeper));
    assert_int_equal(order_start(s), -ENOTSUP);
    order_finish(s);
    assert_int_equal(book.prepared + book.started + book.finished, 0);
}

/* ---- while it records ---- */

static void the_workers_end_reaches_the_hub(void **state)
{
    struct scene *s = *state;
    struct recorder_event *ready = event(RECORDER_EVENT_READY);
    ready->worker_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int fd = ready->worker_fd;
    report(s, ready);
    struct mailbox_message *message = mailbox_take(s->hub_events);
    assert_int_equal(message->type, RECORDING_CONTROL_READY);
    assert_int_equal(CONTAINER_OF(message, struct recording_control_event, message)->worker_fd, fd);
    assert_true(fcntl(fd, F_GETFD) >= 0); /* still open */
    mailbox_message_destroy(message);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void deaths_are_told_with_their_end(void **state)
{
    struct scene *s = *state;
    report(s, event(RECORDER_EVENT_EXITED));
    hub_hears(s, RECORDING_CONTROL_DIED, false);
    struct recorder_event *last = event(RECORDER_EVENT_EXITED);
    last->gave_up = true;
    report(s, last);
    hub_hears(s, RECORDING_CONTROL_DIED, true);
    report(s, event(RECORDER_EVENT_DISK_FULL));
    hub_hears(s, RECORDING_CONTROL_DISK_FULL, false);
    report(s, event(RECORDER_EVENT_SEGMENT_OPENED));
    report(s, event(RECORDER_EVENT_STOPPED));
    hub_hears_nothing(s);
}

static void segments_are_written_into_the_record(void **state)
{
    struct scene *s = *state;
    struct recorder_event *closed = event(RECORDER_EVENT_SEGMENT_CLOSED);
    strcpy(closed->file.label, PARTICIPANT_ID);
    strcpy(closed->file.name, "00001-audio.segment");
    closed->file.interval_start_ms = START_MS;
    closed->file.start_us = 250000;
    closed->file.end_us = 9750000;
    closed->file.size = 77;
    closed->file.sha256[0] = 0xab;
    report(s, closed);
    assert_string_equal(book.segment.participant_id, PARTICIPANT_ID);
    assert_string_equal(book.segment.file_name, "00001-audio.segment");
    assert_int_equal(book.segment.started_at_ms, START_MS + 250);
    assert_int_equal(book.segment.ended_at_ms, START_MS + 9750);
    assert_int_equal(book.segment.size_bytes, 77);
    assert_memory_equal(book.segment.sha256, "ab00", 4);
    report(s, event(RECORDER_EVENT_SEGMENT_CHECKED)); /* again, while finishing */
    assert_int_equal(book.segments, 2);
}

/* ---- finishing ---- */

static void finishing_attaches_the_files(void **state)
{
    struct scene *s = *state;
    order_start(s);
    book.intervals[0] = (struct recording_interval){START_MS, START_MS + 5000};
    book.intervals[1] = (struct recording_interval){START_MS + 9000, START_MS + 9500};
    book.interval_count = 2;
    uint8_t key[RECORDING_KEY_SIZE];
    memcpy(key, book.data_key, sizeof key);
    memset(book.data_key, 0, sizeof book.data_key);
    order_finish(s);
    assert_int_equal(book.finished, 1);
    assert_memory_equal(book.data_key, key, sizeof key);
    assert_int_equal(book.finish_interval_count, 2);
    assert_int_equal(book.finish_intervals[1].start_ms, START_MS + 9000);
    assert_int_equal(book.finish_intervals[1].end_ms, START_MS + 9500);

    report_playable(s, "a.webm.sealed");
    report_playable(s, "b.webm.sealed");
    hub_hears_nothing(s);
    report(s, event(RECORDER_EVENT_FINISHED));
    assert_int_equal(book.attached, 1);
    assert_int_equal(book.file_count, 2);
    assert_string_equal(book.files[0].file_name, "a.webm.sealed");
    assert_string_equal(book.files[1].file_name, "b.webm.sealed");
    assert_string_equal(book.files[1].participant_id, PARTICIPANT_ID);
    assert_int_equal(book.files[1].duration_ms, 61500);
    hub_hears(s, RECORDING_CONTROL_FINISHED, false);
}

static void one_that_never_began_is_attached_empty(void **state)
{
    struct scene *s = *state;
    order_finish(s);
    assert_int_equal(book.finished, 0);
    assert_int_equal(book.attached, 1);
    assert_int_equal(book.file_count, 0);
    hub_hears(s, RECORDING_CONTROL_FINISHED, false);
}

/* What a finishing that failed had made is not attached with the next one's files. */
static void a_failed_finishing_leaves_nothing_behind(void **state)
{
    struct scene *s = *state;
    order_start(s);
    order_finish(s);
    report_playable(s, "half.webm.sealed");
    report(s, event(RECORDER_EVENT_FAILED));
    hub_hears(s, RECORDING_CONTROL_FAILED, true);
    assert_int_equal(book.attached, 0);
    order_finish(s);
    report_playable(s, "whole.webm.sealed");
    report(s, event(RECORDER_EVENT_FINISHED));
    assert_int_equal(book.file_count, 1);
    assert_string_equal(book.files[0].file_name, "whole.webm.sealed");
    hub_hears(s, RECORDING_CONTROL_FINISHED, false);
}

static void what_the_record_refuses_is_no_success(void **state)
{
    struct scene *s = *state;
    order_start(s);
    order_finish(s);
    report_playable(s, "a.webm.sealed");
    book.result = -EIO;
    report(s, event(RECORDER_EVENT_FINISHED));
    hub_hears(s, RECORDING_CONTROL_FAILED, false);
}

/* ---- after a restart ---- */

static void what_was_broken_off_ends_with_its_last_write(void **state)
{
    struct scene *s = *state;
    char path[256];
    order_start(s);
    snprintf(path, sizeof path, "%s/%s", s->folder, RECORDING_ID);
    assert_int_equal(mkdir(path, 0700), 0);
    book.recording.flowing_since_ms = START_MS;
    recording_keeper_recover(s->keeper);
    recording_keeper_on_task_replies(s->keeper);
    assert_int_equal(book.broken_at_ms, START_MS); /* nothing was written */
    assert_int_equal(book.finished, 0);            /* still open: it goes on */

    char file[300];
    snprintf(file, sizeof file, "%s/00001-audio.segment", path);
    const int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const struct timespec times[2] = {{START_MS / 1000 + 12, 0}, {START_MS / 1000 + 12, 345000000}};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
    book.recording.phase = RECORDING_FINISHING;
    recording_keeper_recover(s->keeper);
    recording_keeper_on_task_replies(s->keeper);
    assert_int_equal(book.broken_at_ms, START_MS + 12345);
    assert_int_equal(book.finished, 1);
    unlink(file);
    rmdir(path);
}

/* ---- playing ---- */

static void keys_are_opened_for_playback(void **state)
{
    struct scene *s = *state;
    uint8_t key[RECORDING_CONTROL_KEY_SIZE];
    order_start(s);
    assert_int_equal(recording_keeper_ops.unwrap_key(s->keeper, book.recording.wrapped_key,
                                                     book.recording.wrapped_key_size, key),
                     0);
    assert_memory_equal(key, book.data_key, sizeof key);
    assert_int_equal(
        recording_keeper_ops.unwrap_key(s->keeper, book.recording.wrapped_key, 12, key),
        -EKEYREJECTED);
}

int main(void)
{
#define KEEPER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        KEEPER_TEST(a_new_recording_gets_a_key_of_its_own),
        KEEPER_TEST(one_that_goes_on_keeps_its_key),
        KEEPER_TEST(nothing_is_recorded_without_a_key),
        KEEPER_TEST(switched_off_it_refuses),
        KEEPER_TEST(the_workers_end_reaches_the_hub),
        KEEPER_TEST(deaths_are_told_with_their_end),
        KEEPER_TEST(segments_are_written_into_the_record),
        KEEPER_TEST(finishing_attaches_the_files),
        KEEPER_TEST(one_that_never_began_is_attached_empty),
        KEEPER_TEST(a_failed_finishing_leaves_nothing_behind),
        KEEPER_TEST(what_the_record_refuses_is_no_success),
        KEEPER_TEST(what_was_broken_off_ends_with_its_last_write),
        KEEPER_TEST(keys_are_opened_for_playback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

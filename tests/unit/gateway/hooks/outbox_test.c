/* Real programs (shell scripts) get what was stored; they answer through a FIFO that the test
 * reads. */
#include "gateway/hooks/outbox.h"

#include "gateway/base/allocate.h"
#include "gateway/base/mailbox.h"
#include "gateway/store/sqlite_store.h"
#include "gateway/visits/visit_outbox.h"
#include "gateway/visits/visit_task.h"
#include "tests/unit/gateway/store/scratch_folder.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct bench {
    struct scratch_folder folder;
    char database[128];
    char program[128];
    char fifo[128];
    int fifo_fd;
    struct mailbox *wake;
    struct visit_service_thread *thread;
    struct outbox *outbox;
    struct visit_actor bedsidectl;
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char buffer[65536];
    size_t buffered;
};

/* A visit that was opened, with two consents and a withdrawal: four events. */
static const char *const expected_types[] = {"visit.opened", "consent.given", "consent.given",
                                             "consent.withdrawn"};
#define EVENTS ARRAY_LENGTH(expected_types)

static struct bench *bench_create(void)
{
    struct bench *bench = allocate_zeroed(1, sizeof(*bench));
    bench->folder = scratch_folder_open();
    strcpy(bench->database, scratch_folder_file(&bench->folder, "bedside.db"));
    strcpy(bench->program, scratch_folder_file(&bench->folder, "program"));
    strcpy(bench->fifo, scratch_folder_file(&bench->folder, "fifo"));
    assert_int_equal(mkfifo(bench->fifo, 0600), 0);
    /* Both ends, so that neither opening nor closing on the other side ever blocks us. */
    bench->fifo_fd = open(bench->fifo, O_RDWR | O_CLOEXEC);
    assert_true(bench->fifo_fd >= 0);
    AUTO(clinic) clinic = clinic_create(bench->database);
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_consent(clinic, REVIEWER, CONSENT_GIVEN);
    clinic_consent(clinic, PATIENT, CONSENT_GIVEN);
    clinic_consent(clinic, PATIENT, CONSENT_WITHDRAWN);
    bench->bedsidectl = clinic->bedsidectl;
    strcpy(bench->case_id, clinic->case_id);
    strcpy(bench->visit_id, clinic->visit_id);
    return bench;
}

/* The script finds FIFO and FOLDER in its variables, and the document in $document. */
static void write_program(struct bench *bench, const char *script)
{
    char fresh[160];
    snprintf(fresh, sizeof(fresh), "%s.new", bench->program);
    const int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    assert_true(fd >= 0);
    dprintf(fd, "#!/bin/sh\nFOLDER='%s'\nFIFO='%s'\ndocument=$(cat)\n%s\n", bench->folder.path,
            bench->fifo, script);
    close(fd);
    assert_int_equal(rename(fresh, bench->program), 0);
}

#define TELL "printf '%s\\n' \"$document\" > \"$FIFO\"\n"

static void bench_start(struct bench *bench, uint32_t timeout_ms)
{
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &clinic_consent_words},
        .outbox_mailbox = bench->wake = mailbox_create(),
    };
    struct visit_store *store = NULL;
    assert_int_equal(sqlite_store_open(bench->database, &store), 0);
    assert_int_equal(visit_service_thread_create(&config, store, &bench->thread), 0);
    const char *const programs[] = {bench->program};
    static const char *kept[1];
    kept[0] = programs[0];
    const struct outbox_config outbox = {.programs = kept,
                                         .program_count = 1,
                                         .timeout_ms = timeout_ms,
                                         .first_retry_ms = 1,
                                         .longest_retry_ms = 20};
    assert_int_equal(outbox_create(&outbox, bench->thread, bench->wake, &bench->outbox), 0);
}

static void bench_stop(struct bench *bench)
{
    bench->outbox = outbox_destroy(bench->outbox);
    bench->thread = visit_service_thread_destroy(bench->thread);
    bench->wake = mailbox_destroy(bench->wake);
}

static struct bench *bench_destroy(struct bench *bench)
{
    if (bench) {
        bench_stop(bench);
        close(bench->fifo_fd);
        scratch_folder_close(&bench->folder);
        free(bench);
    }
    return NULL;
}
DEFINE_AUTO(bench)

/* Waits for the next line that a program wrote; owned. */
static char *read_line(struct bench *bench)
{
    for (;;) {
        char *end = memchr(bench->buffer, '\n', bench->buffered);
        if (end) {
            const size_t length = (size_t)(end - bench->buffer);
            char *line = allocate_zeroed(length + 1, 1);
            memcpy(line, bench->buffer, length);
            bench->buffered -= length + 1;
            memmove(bench->buffer, end + 1, bench->buffered);
            return line;
        }
        struct pollfd wait = {.fd = bench->fifo_fd, .events = POLLIN};
        assert_true(poll(&wait, 1, 60000) > 0);
        const ssize_t got = read(bench->fifo_fd, bench->buffer + bench->buffered,
                                 sizeof(bench->buffer) - bench->buffered);
        assert_true(got > 0);
        bench->buffered += (size_t)got;
    }
}

static void assert_next(struct bench *bench, const char *type, int attempt)
{
    AUTO_FREE char *line = read_line(bench);
    json_t *document = json_loads(line, 0, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "type")), type);
    if (attempt > 0) {
        assert_int_equal(json_integer_value(json_object_get(document, "attempt")), attempt);
    }
    assert_non_null(json_object_get(document, "id"));
    assert_non_null(json_object_get(document, "case_id"));
    assert_non_null(json_object_get(document, "visit_id"));
    assert_null(strstr(line, "Alder"));
    assert_null(strstr(line, "Rao"));
    json_decref(document);
}

struct end_task {
    struct visit_task task; /* first */
    struct bench *bench;
};

static int run_end(struct visit_task *task, struct visit_service *service)
{
    const struct bench *bench = ((struct end_task *)(void *)task)->bench;
    AUTO(visit_picture) picture = NULL;
    return visit_conduct_end(service, &bench->bedsidectl, bench->visit_id, &picture);
}

static void end_visit(struct bench *bench)
{
    struct end_task *end = allocate_zeroed(1, sizeof(*end));
    end->task.run = run_end;
    end->bench = bench;
    visit_service_post(bench->thread, &end->task);
}

static void events_come_in_order_and_new_ones_follow(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    write_program(bench, TELL);
    bench_start(bench, 0);
    for (size_t i = 0; i < EVENTS; i++) {
        assert_next(bench, expected_types[i], 1);
    }
    end_visit(bench);
    assert_next(bench, "visit.ended", 1);
}

static void a_failure_is_tried_again_before_what_follows(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    /* Each event fails twice. */
    write_program(bench, TELL "case \"$document\" in *'\"attempt\":3'*) exit 0;; esac\nexit 1");
    bench_start(bench, 0);
    for (size_t i = 0; i < EVENTS; i++) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            assert_next(bench, expected_types[i], attempt);
        }
    }
}

static void what_is_undelivered_survives_a_restart(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    write_program(bench, TELL "case \"$document\" in *visit.opened*) exit 0;; esac\nexit 3");
    bench_start(bench, 0);
    assert_next(bench, "visit.opened", 1);
    assert_next(bench, "consent.given", 1);
    bench_stop(bench);
    bench->buffered = 0;
    write_program(bench, "printf 'again %s\\n' \"$document\" > \"$FIFO\"");
    bench_start(bench, 0);
    size_t next = 1;
    while (next < EVENTS) {
        AUTO_FREE char *line = read_line(bench);
        /* Lines of the first life may still be on their way. */
        if (strncmp(line, "again ", 6) == 0) {
            assert_non_null(strstr(line, expected_types[next++]));
        }
    }
}

struct probe_task {
    struct visit_task task; /* first */
    struct bench *bench;
    uint32_t attempts; /* of the oldest event */
};

static int run_probe(struct visit_task *task, struct visit_service *service)
{
    struct probe_task *probe = (struct probe_task *)(void *)task;
    char digest[DIGEST_SHA256_HEX_SIZE];
    char destination[OUTBOX_DESTINATION_SIZE];
    struct outbox_entry entry = {0};
    size_t count = 0;
    digest_of_token(probe->bench->program, digest);
    snprintf(destination, sizeof(destination), "program:%.32s", digest);
    const int result = visit_outbox_pending(service, destination, &entry, 1, &count);
    assert_int_equal(count, 1);
    probe->attempts = entry.attempts;
    return result;
}

/* How often the oldest event was tried in vain. */
static uint32_t count_attempts(struct bench *bench)
{
    AUTO(mailbox) replies = mailbox_create();
    struct probe_task *probe = allocate_zeroed(1, sizeof(*probe));
    probe->task.run = run_probe;
    probe->task.reply = replies;
    probe->bench = bench;
    visit_service_post(bench->thread, &probe->task);
    struct pollfd wait = {.fd = mailbox_fd(replies), .events = POLLIN};
    assert_true(poll(&wait, 1, 60000) > 0);
    struct mailbox_message *message = mailbox_take(replies);
    const uint32_t attempts = ((struct probe_task *)(void *)message)->attempts;
    mailbox_message_destroy(message);
    return attempts;
}

static void a_program_that_is_not_there_is_waited_for(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    bench_start(bench, 0);
    while (count_attempts(bench) < 2) {
    }
    write_program(bench, TELL);
    for (size_t i = 0; i < EVENTS; i++) {
        assert_next(bench, expected_types[i], i == 0 ? 0 : 1);
    }
}

/* However many tries are killed before they say which child they have: one is followed by another
 * only when it is over. */
static void a_program_that_hangs_is_killed_with_its_children(void **state)
{
    (void)state;
    /* Orphans come to us, so that their end can be seen. */
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    AUTO(bench) bench = bench_create();
    write_program(bench, "sleep 1000 &\nprintf '%s\\n' \"$!\" > \"$FIFO\"\nwait");
    bench_start(bench, 500);
    AUTO_FREE char *first = read_line(bench);
    AUTO_FREE char *next = read_line(bench);
    const pid_t child = (pid_t)atoi(first);
    assert_true(child > 1 && atoi(next) != child);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

static void what_hung_is_delivered_later(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    write_program(bench, "sleep 1000");
    bench_start(bench, 1);
    while (count_attempts(bench) == 0) {
    }
    bench_stop(bench);
    write_program(bench, TELL);
    bench_start(bench, 0);
    for (size_t i = 0; i < EVENTS; i++) {
        assert_next(bench, expected_types[i], i == 0 ? 0 : 1);
    }
}

static void a_case_that_fails_holds_no_other_up(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    /* A second case in the same store, whose events come later. */
    struct visit_store *store = NULL;
    assert_int_equal(sqlite_store_open(bench->database, &store), 0);
    char second_case[UUID_TEXT_SIZE];
    {
        struct clinic clinic = {.store = store, .bedsidectl = bench->bedsidectl};
        const struct visit_service_config config = {.consent_words = &clinic_consent_words};
        clinic.service = visit_service_create(&config, store);
        AUTO(clinical_case) imported = clinic_make_case("SO-2");
        assert_int_equal(visit_records_import_case(clinic.service, &clinic.bedsidectl, imported),
                         0);
        strcpy(second_case, imported->id);
        const struct visit_schedule_request request = {.case_id = second_case,
                                                       .shape = VISIT_EXPERT_LED,
                                                       .scheduled_at_ms = CLINIC_START_MS,
                                                       .minutes = 30,
                                                       .time_zone = "UTC"};
        AUTO(visit_picture) picture = NULL;
        assert_int_equal(
            visit_records_schedule(clinic.service, &clinic.bedsidectl, &request, &picture), 0);
        AUTO(visit_picture) ended = NULL;
        assert_int_equal(
            visit_conduct_end(clinic.service, &clinic.bedsidectl, picture->visit.id, &ended), 0);
        visit_service_destroy(clinic.service);
    }
    visit_store_destroy(store);
    char script[512];
    snprintf(script, sizeof(script), "case \"$document\" in *%s*) exit 1;; esac\n%s",
             bench->case_id, TELL);
    write_program(bench, script);
    bench_start(bench, 0);
    AUTO_FREE char *line = read_line(bench);
    assert_non_null(strstr(line, second_case));
    assert_non_null(strstr(line, "visit.ended"));
}

static void a_program_inherits_nothing(void **state)
{
    (void)state;
    AUTO(bench) bench = bench_create();
    assert_int_equal(setenv("BEDSIDE_SECRET", "planted", 1), 0);
    /* Without O_CLOEXEC, as a library might. */
    const int fd = open(scratch_folder_file(&bench->folder, "planted"), O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    write_program(bench, "printf '%s|%s|%s\\n' \"$(tr '\\0' ' ' < /proc/$$/environ)\" \"$(pwd)\" "
                         "\"$(ls -l /proc/$$/fd | grep -c planted)\" > \"$FIFO\"\n");
    bench_start(bench, 60000);
    AUTO_FREE char *line = read_line(bench);
    assert_string_equal(line, "PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 |/|0");
    close(fd);
    unsetenv("BEDSIDE_SECRET");
}

static void paths_are_absolute(void **state)
{
    (void)state;
    static const char *const programs[] = {"bin/program"};
    const struct outbox_config config = {.programs = programs, .program_count = 1};
    struct outbox *outbox = NULL;
    assert_int_equal(outbox_create(&config, NULL, NULL, &outbox), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_order_and_new_ones_follow),
        cmocka_unit_test(a_failure_is_tried_again_before_what_follows),
        cmocka_unit_test(what_is_undelivered_survives_a_restart),
        cmocka_unit_test(a_program_that_is_not_there_is_waited_for),
        cmocka_unit_test(a_program_that_hangs_is_killed_with_its_children),
        cmocka_unit_test(what_hung_is_delivered_later),
        cmocka_unit_test(a_case_that_fails_holds_no_other_up),
        cmocka_unit_test(a_program_inherits_nothing),
        cmocka_unit_test(paths_are_absolute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

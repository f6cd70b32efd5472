#include "tests/bench/recording_cost/recorder_fleet.h"

#include "tests/bench/recording_cost/bench_failure.h"
#include "tests/bench/recording_cost/cpu_time.h"

#include <dirent.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EVENT_TIMEOUT_MS 20000

static const uint8_t data_key[RECORDER_DATA_KEY_SIZE] = {1, 2, 3};

void recorder_fleet_open(struct recorder_fleet *fleet, const char *recorder_path,
                         const char *folder)
{
    *fleet = (struct recorder_fleet){.events = mailbox_create()};
    snprintf(fleet->folder, sizeof fleet->folder, "%s", folder);
    const struct recorder_supervisor_config config = {.recorder_path = recorder_path};
    if (recorder_supervisor_create(&config, fleet->events, &fleet->supervisor) < 0) {
        bench_fail("starting the recorders' supervisor");
    }
}

static struct recorder_event *wait_for(struct recorder_fleet *fleet, enum recorder_event_type type)
{
    for (;;) {
        struct mailbox_message *message = mailbox_take(fleet->events);
        if (!message) {
            struct pollfd wait = {.fd = mailbox_fd(fleet->events), .events = POLLIN};
            if (poll(&wait, 1, EVENT_TIMEOUT_MS) <= 0) {
                bench_fail("waiting for a recorder");
            }
            continue;
        }
        if (message->type == (int)type) {
            return CONTAINER_OF(message, struct recorder_event, message);
        }
        if (message->type == RECORDER_EVENT_FAILED || message->type == RECORDER_EVENT_EXITED) {
            bench_fail("a recorder");
        }
        mailbox_message_destroy(message);
    }
}

static bool is_known(const struct recorder_fleet *fleet, pid_t pid)
{
    for (size_t i = 0; i < fleet->count; i++) {
        if (fleet->pids[i] == pid) {
            return true;
        }
    }
    return false;
}

/* The child of ours with the recorder's name that we did not know. */
static pid_t find_new(const struct recorder_fleet *fleet)
{
    pid_t found = 0;
    DIR *folder = opendir("/proc");
    const struct dirent *entry = NULL;
    while (folder && !found && (entry = readdir(folder))) {
        char path[300];
        char name[32] = "";
        int parent = 0;
        const pid_t pid = atoi(entry->d_name);
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = pid > 0 && !is_known(fleet, pid) ? fopen(path, "r") : NULL;
        if (file) {
            const bool read = fscanf(file, "%*d (%31[^)]) %*c %d", name, &parent) == 2;
            fclose(file);
            if (read && parent == getpid() && strncmp(name, "bedside-recorde", 15) == 0) {
                found = pid;
            }
        }
    }
    if (folder) {
        closedir(folder);
    }
    return found;
}

void recorder_fleet_start(struct recorder_fleet *fleet, size_t count)
{
    while (fleet->count < count) {
        char id[UUID_TEXT_SIZE];
        char directory[128];
        snprintf(id, sizeof id, "01930000-0000-7000-8000-%012u", (unsigned)fleet->count);
        snprintf(directory, sizeof directory, "%s/%zu", fleet->folder, fleet->count);
        recorder_supervisor_start(fleet->supervisor, id, directory, data_key);
        struct recorder_event *event = wait_for(fleet, RECORDER_EVENT_READY);
        fleet->pids[fleet->count] = find_new(fleet);
        fleet->worker_fds[fleet->count] = event->worker_fd;
        event->worker_fd = -1;
        fleet->count++;
        mailbox_message_destroy(&event->message);
    }
}

void recorder_fleet_stop(struct recorder_fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++) {
        char id[UUID_TEXT_SIZE];
        snprintf(id, sizeof id, "01930000-0000-7000-8000-%012u", (unsigned)i);
        recorder_supervisor_stop(fleet->supervisor, id);
        if (fleet->worker_fds[i] >= 0) {
            close(fleet->worker_fds[i]);
        }
    }
    for (; fleet->count > 0; fleet->count--) {
        struct recorder_event *event = wait_for(fleet, RECORDER_EVENT_STOPPED);
        mailbox_message_destroy(&event->message);
    }
}

void recorder_fleet_close(struct recorder_fleet *fleet)
{
    recorder_fleet_stop(fleet);
    fleet->supervisor = recorder_supervisor_destroy(fleet->supervisor);
    fleet->events = mailbox_destroy(fleet->events);
}

uint64_t recorder_fleet_cpu_ns(const struct recorder_fleet *fleet)
{
    uint64_t sum_ns = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        sum_ns += cpu_time_of_process_ns(fleet->pids[i]);
    }
    return sum_ns;
}

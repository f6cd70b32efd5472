/* keeper_task.h - the keeper's errands on the store thread: a recording's data key, its segments,
 * its playable files, and what a restart left open, in the case record. Private to
 * recording_keeper.c.
 *
 * Thread: made and freed on the control thread; `task.run` works on the store thread, and sees
 * nothing but its errand. */
#ifndef BEDSIDE_GATEWAY_KEEPER_TASK_H
#define BEDSIDE_GATEWAY_KEEPER_TASK_H

#include "gateway/visits/recording.h"
#include "gateway/visits/visit_task.h"
#include "media/recorder_control.h"
#include "media/recording_file/recording_key.h"

#define KEEPER_PATH_SIZE 1024

enum keeper_purpose { KEEPER_START, KEEPER_FINISH, KEEPER_SEGMENT, KEEPER_ATTACH, KEEPER_RECOVER };

struct keeper_task {
    struct visit_task task;
    enum keeper_purpose purpose;
    char recording_id[UUID_TEXT_SIZE];
    uint8_t master_key[RECORDING_KEY_SIZE]; /* START, FINISH: in; wiped on destroy */
    uint8_t data_key[RECORDING_KEY_SIZE];   /* START, FINISH: out; wiped on destroy */
    bool has_data_key;
    char directory[KEEPER_PATH_SIZE]; /* RECOVER: of all recordings */
    struct recording_segment segment;
    struct recording_file *files; /* ATTACH: in, owned */
    size_t file_count;
    struct recorder_interval *intervals; /* FINISH: out, owned */
    size_t interval_count;
    char (*unfinished)[UUID_TEXT_SIZE]; /* RECOVER: out, owned: those to finish */
    size_t unfinished_count;
};

/* Returns an owned errand, to be completed with what its purpose needs; `done` and `reply` are the
 * caller's to set. */
struct keeper_task *keeper_task_create(enum keeper_purpose purpose, const char *recording_id);

#endif

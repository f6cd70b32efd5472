/* recorder_sandbox.h - what a recorder gives up before it reads the first byte that a stranger
 * wrote.
 *
 *   limits      address space, no core dumps (they would hold the key), files too large are an
 * error and no signal uid         another one, when started as root; not traceable by its like
 *   no_new_privs, then
 *   Landlock    files: only below the recording's directory
 *   seccomp     system calls: a list; none that opens a socket, runs a program, traces, or makes
 * memory executable
 *
 * Thread: the first, before any other; all later ones inherit it. */
#ifndef BEDSIDE_MEDIA_RECORDER_RECORDER_SANDBOX_H
#define BEDSIDE_MEDIA_RECORDER_RECORDER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SANDBOX_MISSING_SIZE 120

struct recorder_sandbox_config {
    int directory_fd; /* opened for reading; borrowed */
    uid_t uid;        /* to become when root; 0: stay */
    gid_t gid;
    uint64_t memory_limit_bytes;
    bool allow_weak; /* go on without what the kernel lacks */
};

/* Returns 0, with what the kernel lacks in `ret_missing` (empty: nothing), or a negative errno with
 * what failed in it. */
int recorder_sandbox_enter(const struct recorder_sandbox_config *config,
                           char ret_missing[SANDBOX_MISSING_SIZE]);

#endif

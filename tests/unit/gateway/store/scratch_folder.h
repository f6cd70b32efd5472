/* scratch_folder.h - a folder of its own for one test, removed with what is in it.
 * Thread: the test's. */
#ifndef BEDSIDE_TESTS_SCRATCH_FOLDER_H
#define BEDSIDE_TESTS_SCRATCH_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scratch_folder {
    char path[64];
};

static inline struct scratch_folder scratch_folder_open(void)
{
    struct scratch_folder folder = {.path = "/tmp/bedside-test-XXXXXX"};
    if (!mkdtemp(folder.path)) {
        abort();
    }
    return folder;
}

/* Returns a path within the folder; the text lasts until the next call. */
static inline const char *scratch_folder_file(const struct scratch_folder *folder, const char *name)
{
    static char path[64 + 256 + 1];
    snprintf(path, sizeof(path), "%s/%s", folder->path, name);
    return path;
}

static inline void scratch_folder_close(struct scratch_folder *folder)
{
    DIR *entries = opendir(folder->path);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            unlink(scratch_folder_file(folder, entry->d_name));
        }
    }
    if (entries) {
        closedir(entries);
    }
    rmdir(folder->path);
}

#define SCRATCH_FOLDER __attribute__((cleanup(scratch_folder_close))) struct scratch_folder

#endif

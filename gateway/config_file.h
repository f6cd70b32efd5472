/* config_file.h - the lines of a file in GKeyFile's format, with their numbers.
 *
 * As GKeyFile reads it: [section], key=value, # comment; spaces around names and before values do
 * not count; \s \t \n \r \\ and, in lists, \; are escapes. Stricter: a section or key may appear
 * once, spaces at a value's end do not count, and other escapes are faults. (GKeyFile itself keeps
 * no line numbers and stops at the first fault.) Pure. Thread: any; a struct config_file is
 * immutable once parsed. */
#ifndef BEDSIDE_GATEWAY_CONFIG_FILE_H
#define BEDSIDE_GATEWAY_CONFIG_FILE_H

#include "gateway/base/cleanup.h"
#include "gateway/config_faults.h"

#include <stddef.h>

struct config_entry {
    const char *section; /* borrowed from the file */
    const char *key;
    const char *value; /* escapes as they stand */
    unsigned line;
};

struct config_file;

/* Never fails: what cannot be read is named in `faults` and left out. `text` needs no terminating
 * 0. */
struct config_file *config_file_parse(const char *text, size_t size, struct config_faults *faults);
struct config_file *config_file_destroy(struct config_file *file);
DEFINE_AUTO(config_file)

size_t config_file_entry_count(const struct config_file *file);
const struct config_entry *config_file_entry(const struct config_file *file, size_t index);
/* Returns the entry or NULL. */
const struct config_entry *config_file_find(const struct config_file *file, const char *section,
                                            const char *key);
size_t config_file_section_count(const struct config_file *file);
const char *config_file_section(const struct config_file *file, size_t index);
/* The line of the section's header, or 0 when there is none. */
unsigned config_file_section_line(const struct config_file *file, const char *section);

#endif

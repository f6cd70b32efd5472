/* config_reader.h - fills a struct from a parsed file and the environment, by a table of keys.
 * Thread: any. */
#ifndef BEDSIDE_GATEWAY_CONFIG_READER_H
#define BEDSIDE_GATEWAY_CONFIG_READER_H

#include "gateway/config_faults.h"
#include "gateway/config_file.h"
#include "gateway/config_keys.h"

struct config_source {
    const struct config_file *file;
    const char *folder;       /* absolute; of the file */
    char *const *environment; /* as environ; NULL: none */
};

/* Reads each key from the environment, else the file, else its default, and names in `faults`
 * whatever is wrong, missing or unknown. `config` is zeroed memory; a key at fault keeps its
 * default. */
void config_reader_read(const struct config_table *table, const struct config_source *source,
                        void *config, struct config_faults *faults);
/* The line to name when something is wrong with a key: its own, or its section's header, or 0. */
unsigned config_reader_line(const struct config_file *file, const char *section, const char *key);

#endif

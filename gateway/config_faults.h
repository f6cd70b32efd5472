/* config_faults.h - what is wrong with a configuration, all of it, in the order of its lines.
 * Thread: its owner's. */
#ifndef BEDSIDE_GATEWAY_CONFIG_FAULTS_H
#define BEDSIDE_GATEWAY_CONFIG_FAULTS_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>

struct config_faults;

/* `path` (copied) is the file that the lines are of. */
struct config_faults *config_faults_create(const char *path);
struct config_faults *config_faults_destroy(struct config_faults *faults);
DEFINE_AUTO(config_faults)

/* Adds a sentence about line `line`, or about the file as a whole for 0. */
void config_faults_add(struct config_faults *faults, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds a sentence about something outside the file, such as an environment variable. */
void config_faults_add_outside(struct config_faults *faults, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool config_faults_is_empty(const struct config_faults *faults);
/* Returns owned text, one line per fault: those of the file by line, then the others. */
char *config_faults_text(const struct config_faults *faults);

#endif

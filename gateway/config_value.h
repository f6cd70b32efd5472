/* config_value.h - a key's text becomes its field, and back.
 *
 * Dispatches by the key's type; knows no key by name.
 * Thread: any. */
#ifndef BEDSIDE_GATEWAY_CONFIG_VALUE_H
#define BEDSIDE_GATEWAY_CONFIG_VALUE_H

#include "gateway/config_keys.h"

#include <glib.h>
#include <stdbool.h>

/* Where relative paths lie: both absolute, borrowed. */
struct config_folders {
    const char *file;  /* of the configuration file */
    const char *state; /* state_directory; NULL before it is known */
};

/* Reads `text` into the key's field of `config`. Returns NULL, or an owned sentence that says what
 * is wrong, with the field untouched. */
char *config_value_read(const struct config_key *key, const char *text,
                        const struct config_folders *folders, void *config);
/* Like config_value_read() for a text that has no escapes: what a secret's file holds. */
void config_value_set_text(const struct config_key *key, const char *text, void *config);
/* Whether the field holds nothing: an empty text or list, no path. */
bool config_value_is_empty(const struct config_key *key, const void *config);
/* Appends the field as config_value_read() takes it; a secret as "(secret)". */
void config_value_print(const struct config_key *key, const void *config, GString *to);
/* Frees what the field owns. */
void config_value_clear(const struct config_key *key, void *config);

#endif

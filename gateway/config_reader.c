#include "gateway/config_reader.h"

#include "gateway/base/secret.h"
#include "gateway/config_value.h"

#include <string.h>

#define VARIABLE_PREFIX "BEDSIDE_"
#define SECRET_FILE_BYTES_MAX 65536

struct reader {
    const struct config_table *table;
    const struct config_source *source;
    void *config;
    struct config_faults *faults;
};

unsigned config_reader_line(const struct config_file *file, const char *section, const char *key)
{
    const struct config_entry *entry = config_file_find(file, section, key);
    return entry ? entry->line : config_file_section_line(file, section);
}

/* ---- the environment ---- */

/* BEDSIDE_HTTP__PORT; with `suffix` "_FILE", where a secret is read from. Owned. */
static char *variable_name(const struct config_key *key, const char *suffix)
{
    g_autofree char *name =
        g_strconcat(VARIABLE_PREFIX, key->section, "__", key->name, suffix, NULL);
    return g_ascii_strup(name, -1);
}

static const char *variable(const struct reader *reader, const char *name)
{
    const size_t length = strlen(name);
    char *const *at = reader->source->environment;
    for (; at && *at; at++) {
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=') {
            return *at + length + 1;
        }
    }
    return NULL;
}

static bool is_variable_of(const struct config_key *key, const char *name)
{
    g_autofree char *plain = variable_name(key, "");
    g_autofree char *file = variable_name(key, "_FILE");
    return strcmp(name, plain) == 0 || (key->type == CONFIG_SECRET && strcmp(name, file) == 0);
}

/* A misspelt variable would otherwise be a setting that silently does nothing. */
static void name_unknown_variables(const struct reader *reader)
{
    char *const *at = reader->source->environment;
    for (; at && *at; at++) {
        g_autofree char *name = g_strndup(*at, strcspn(*at, "="));
        if (!g_str_has_prefix(name, VARIABLE_PREFIX) || !strstr(name, "__")) {
            continue;
        }
        size_t i = 0;
        while (i < reader->table->count && !is_variable_of(&reader->table->keys[i], name)) {
            i++;
        }
        if (i == reader->table->count) {
            config_faults_add_outside(reader->faults, "environment: %s is no key of bedside.conf",
                                      name);
        }
    }
}

/* ---- unknown names ---- */

static bool section_exists(const struct config_table *table, const char *section)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->keys[i].section, section) == 0) {
            return true;
        }
    }
    return false;
}

static bool key_exists(const struct config_table *table, const struct config_entry *entry)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->keys[i].section, entry->section) == 0 &&
            strcmp(table->keys[i].name, entry->key) == 0) {
            return true;
        }
    }
    return false;
}

static void name_unknown_entries(const struct reader *reader)
{
    const struct config_file *file = reader->source->file;
    for (size_t i = 0; i < config_file_section_count(file); i++) {
        const char *section = config_file_section(file, i);
        if (!section_exists(reader->table, section)) {
            config_faults_add(reader->faults, config_file_section_line(file, section),
                              "there is no section [%s]", section);
        }
    }
    for (size_t i = 0; i < config_file_entry_count(file); i++) {
        const struct config_entry *entry = config_file_entry(file, i);
        if (section_exists(reader->table, entry->section) && !key_exists(reader->table, entry)) {
            config_faults_add(reader->faults, entry->line, "[%s] has no key %s", entry->section,
                              entry->key);
        }
    }
}

/* ---- one key ---- */

static void name_missing(const struct reader *reader, const struct config_key *key)
{
    const unsigned line = config_file_section_line(reader->source->file, key->section);
    config_faults_add(reader->faults, line,
                      line > 0 ? "[%s] %s is missing"
                               : "section [%s], which must hold %s, is missing",
                      key->section, key->name);
}

static void read_secret_file(const struct reader *reader, const struct config_key *key,
                             const char *variable_, const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &text, &size, &error)) {
        config_faults_add_outside(reader->faults, "environment: %s: %s", variable_, error->message);
        return;
    }
    if (size > SECRET_FILE_BYTES_MAX || strlen(text) != size) {
        config_faults_add_outside(reader->faults, "environment: %s: %s holds no text of one line",
                                  variable_, path);
    } else {
        text[strcspn(text, "\r\n")] = '\0';
        config_value_set_text(key, text, reader->config);
    }
    secret_wipe(text, size);
}

static void read_override(const struct reader *reader, const struct config_key *key,
                          const struct config_folders *folders, const char *name, const char *text)
{
    g_autofree char *fault = config_value_read(key, text, folders, reader->config);
    if (fault) {
        config_faults_add_outside(reader->faults, "environment: %s: %s", name, fault);
    } else if (key->presence != CONFIG_MAY_BE_EMPTY && config_value_is_empty(key, reader->config)) {
        config_faults_add_outside(reader->faults, "environment: %s must not be empty", name);
    }
}

static void read_entry(const struct reader *reader, const struct config_key *key,
                       const struct config_folders *folders, const struct config_entry *entry)
{
    g_autofree char *fault = config_value_read(key, entry->value, folders, reader->config);
    if (fault) {
        config_faults_add(reader->faults, entry->line, "[%s] %s: %s", key->section, key->name,
                          fault);
    } else if (key->presence != CONFIG_MAY_BE_EMPTY && config_value_is_empty(key, reader->config)) {
        config_faults_add(reader->faults, entry->line, "[%s] %s must not be empty", key->section,
                          key->name);
    }
}

static void read_value(const struct reader *reader, const struct config_key *key,
                       const struct config_folders *folders)
{
    g_autofree char *name = variable_name(key, "");
    g_autofree char *file_name = variable_name(key, "_FILE");
    const char *override = variable(reader, name);
    const char *secret_path = key->type == CONFIG_SECRET ? variable(reader, file_name) : NULL;
    const struct config_entry *entry =
        config_file_find(reader->source->file, key->section, key->name);
    if (override) {
        read_override(reader, key, folders, name, override);
    } else if (secret_path) {
        read_secret_file(reader, key, file_name, secret_path);
    } else if (entry) {
        read_entry(reader, key, folders, entry);
    } else if (key->presence == CONFIG_REQUIRED) {
        name_missing(reader, key);
    }
}

/* The default comes first, so that a key at fault leaves the field as sound as it can be. */
static void read_default(const struct reader *reader, const struct config_key *key,
                         const struct config_folders *folders)
{
    const char *text = key->presence == CONFIG_REQUIRED ? "" : key->default_text;
    if (*text != '\0' || key->type == CONFIG_TEXT || key->type == CONFIG_SECRET) {
        g_autofree char *fault = config_value_read(key, text, folders, reader->config);
        g_assert(!fault);
    }
}

void config_reader_read(const struct config_table *table, const struct config_source *source,
                        void *config, struct config_faults *faults)
{
    const struct reader reader = {table, source, config, faults};
    name_unknown_entries(&reader);
    name_unknown_variables(&reader);
    for (size_t i = 0; i < table->count; i++) {
        const struct config_folders folders = {
            .file = source->folder,
            .state = *(char *const *)((const char *)config + table->state_folder_offset),
        };
        read_default(&reader, &table->keys[i], &folders);
        read_value(&reader, &table->keys[i], &folders);
    }
}

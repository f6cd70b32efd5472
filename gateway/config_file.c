#include "gateway/config_file.h"

#include <glib.h>
#include <string.h>

struct section {
    char *name;
    unsigned line;
};

struct config_file {
    GPtrArray *sections; /* of struct section */
    GPtrArray *entries;  /* of struct config_entry */
};

static void section_free(void *memory)
{
    struct section *section = memory;
    g_free(section->name);
    g_free(section);
}

static void entry_free(void *memory)
{
    struct config_entry *entry = memory;
    g_free((char *)entry->key);
    g_free((char *)entry->value);
    g_free(entry);
}

struct config_file *config_file_destroy(struct config_file *file)
{
    if (file) {
        g_ptr_array_unref(file->entries);
        g_ptr_array_unref(file->sections);
        g_free(file);
    }
    return NULL;
}

size_t config_file_entry_count(const struct config_file *file)
{
    return file->entries->len;
}

const struct config_entry *config_file_entry(const struct config_file *file, size_t index)
{
    return g_ptr_array_index(file->entries, index);
}

const struct config_entry *config_file_find(const struct config_file *file, const char *section,
                                            const char *key)
{
    for (size_t i = 0; i < config_file_entry_count(file); i++) {
        const struct config_entry *entry = config_file_entry(file, i);
        if (strcmp(entry->section, section) == 0 && strcmp(entry->key, key) == 0) {
            return entry;
        }
    }
    return NULL;
}

size_t config_file_section_count(const struct config_file *file)
{
    return file->sections->len;
}

const char *config_file_section(const struct config_file *file, size_t index)
{
    const struct section *section = g_ptr_array_index(file->sections, index);
    return section->name;
}

unsigned config_file_section_line(const struct config_file *file, const char *name)
{
    for (size_t i = 0; i < config_file_section_count(file); i++) {
        const struct section *section = g_ptr_array_index(file->sections, i);
        if (strcmp(section->name, name) == 0) {
            return section->line;
        }
    }
    return 0;
}

/* ---- reading ---- */

struct reading {
    struct config_file *file;
    struct config_faults *faults;
    const struct section *section; /* of the lines that follow; NULL before the first header */
    bool skips_section;            /* after a faulty header: what it would have said is known */
    unsigned line;
};

static void read_header(struct reading *reading, char *text)
{
    char *end = strchr(text, ']');
    reading->section = NULL;
    reading->skips_section = true;
    if (!end || end == text + 1 || end[1] != '\0') {
        config_faults_add(reading->faults, reading->line,
                          "a section's header is its name in brackets, such as [http]");
        return;
    }
    *end = '\0';
    const char *name = text + 1;
    const unsigned first_line = config_file_section_line(reading->file, name);
    if (first_line > 0) {
        config_faults_add(reading->faults, reading->line,
                          "section [%s] appears twice; it began at line %u", name, first_line);
        return;
    }
    struct section *section = g_new0(struct section, 1);
    section->name = g_strdup(name);
    section->line = reading->line;
    g_ptr_array_add(reading->file->sections, section);
    reading->section = section;
    reading->skips_section = false;
}

static void read_entry(struct reading *reading, char *text)
{
    char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        config_faults_add(reading->faults, reading->line,
                          "this is neither a [section], nor key=value, nor a # comment");
        return;
    }
    if (!reading->section) {
        if (!reading->skips_section) {
            config_faults_add(reading->faults, reading->line,
                              "this key stands before the first [section]");
        }
        return;
    }
    *equals = '\0';
    const char *key = g_strstrip(text);
    const char *value = g_strstrip(equals + 1);
    const struct config_entry *before =
        config_file_find(reading->file, reading->section->name, key);
    if (before) {
        config_faults_add(reading->faults, reading->line,
                          "[%s] %s appears twice; it is already set at line %u",
                          reading->section->name, key, before->line);
        return;
    }
    struct config_entry *entry = g_new0(struct config_entry, 1);
    entry->section = reading->section->name;
    entry->key = g_strdup(key);
    entry->value = g_strdup(value);
    entry->line = reading->line;
    g_ptr_array_add(reading->file->entries, entry);
}

static void read_line(struct reading *reading, const char *bytes, size_t size)
{
    if (!g_utf8_validate(bytes, (gssize)size, NULL)) { /* a 0 byte is not valid either */
        config_faults_add(reading->faults, reading->line, "this line is not UTF-8 text");
        return;
    }
    g_autofree char *line = g_strndup(bytes, size);
    char *text = g_strstrip(line);
    if (*text == '[') {
        read_header(reading, text);
    } else if (*text != '\0' && *text != '#') {
        read_entry(reading, text);
    }
}

struct config_file *config_file_parse(const char *text, size_t size, struct config_faults *faults)
{
    struct config_file *file = g_new0(struct config_file, 1);
    file->sections = g_ptr_array_new_with_free_func(section_free);
    file->entries = g_ptr_array_new_with_free_func(entry_free);
    struct reading reading = {.file = file, .faults = faults};
    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        const size_t length = newline ? (size_t)(newline - text) : size;
        reading.line++;
        read_line(&reading, text, length);
        const size_t used = newline ? length + 1 : length;
        text += used;
        size -= used;
    }
    return file;
}

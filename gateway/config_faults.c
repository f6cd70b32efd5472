#include "gateway/config_faults.h"

#include <glib.h>
#include <limits.h>
#include <stdarg.h>

struct config_faults {
    char *path;
    GPtrArray *faults; /* of struct fault */
};

struct fault {
    unsigned line; /* UINT_MAX: outside the file */
    char *sentence;
};

static void fault_free(void *memory)
{
    struct fault *fault = memory;
    g_free(fault->sentence);
    g_free(fault);
}

struct config_faults *config_faults_create(const char *path)
{
    struct config_faults *faults = g_new0(struct config_faults, 1);
    faults->path = g_strdup(path);
    faults->faults = g_ptr_array_new_with_free_func(fault_free);
    return faults;
}

struct config_faults *config_faults_destroy(struct config_faults *faults)
{
    if (faults) {
        g_ptr_array_unref(faults->faults);
        g_free(faults->path);
        g_free(faults);
    }
    return NULL;
}

__attribute__((format(printf, 3, 0))) static void add(struct config_faults *faults, unsigned line,
                                                      const char *format, va_list arguments)
{
    struct fault *fault = g_new0(struct fault, 1);
    fault->line = line;
    fault->sentence = g_strdup_vprintf(format, arguments);
    g_ptr_array_add(faults->faults, fault);
}

void config_faults_add(struct config_faults *faults, unsigned line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(faults, line, format, arguments);
    va_end(arguments);
}

void config_faults_add_outside(struct config_faults *faults, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(faults, UINT_MAX, format, arguments);
    va_end(arguments);
}

bool config_faults_is_empty(const struct config_faults *faults)
{
    return faults->faults->len == 0;
}

static int compare_lines(const void *a, const void *b)
{
    const struct fault *const *left = a;
    const struct fault *const *right = b;
    return ((*left)->line > (*right)->line) - ((*left)->line < (*right)->line);
}

char *config_faults_text(const struct config_faults *faults)
{
    GString *text = g_string_new(NULL);
    g_ptr_array_sort(faults->faults, compare_lines); /* stable */
    for (guint i = 0; i < faults->faults->len; i++) {
        const struct fault *fault = g_ptr_array_index(faults->faults, i);
        if (fault->line == UINT_MAX) {
            g_string_append_printf(text, "%s\n", fault->sentence);
        } else if (fault->line == 0) {
            g_string_append_printf(text, "%s: %s\n", faults->path, fault->sentence);
        } else {
            g_string_append_printf(text, "%s:%u: %s\n", faults->path, fault->line, fault->sentence);
        }
    }
    return g_string_free(text, FALSE);
}

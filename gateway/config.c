#include "gateway/config.h"

#include "gateway/config_faults.h"
#include "gateway/config_file.h"
#include "gateway/config_keys.h"
#include "gateway/config_reader.h"
#include "gateway/config_rules.h"
#include "gateway/config_value.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX (1024 * 1024)

/* ---- loading ---- */

/* Returns 0 and owned text, or a negative errno. */
static int read_file(const char *path, char **ret_text, size_t *ret_size)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) {
        return -errno;
    }
    if (!S_ISREG(status.st_mode)) {
        return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
    }
    if (status.st_size > FILE_BYTES_MAX) {
        return -EFBIG;
    }
    g_autofree char *text = g_malloc0((gsize)status.st_size + 1);
    size_t size = 0;
    while (size < (size_t)status.st_size) {
        const ssize_t count = read(fd, text + size, (size_t)status.st_size - size);
        if (count < 0 && errno != EINTR) {
            return -errno;
        }
        if (count == 0) {
            break;
        }
        size += count > 0 ? (size_t)count : 0;
    }
    *ret_text = g_steal_pointer(&text);
    *ret_size = size;
    return 0;
}

/* Cores that this process may use: a container's cpuset counts. */
static unsigned usable_cores(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof(cores), &cores) < 0) {
        return 1;
    }
    return (unsigned)CPU_COUNT(&cores);
}

static char *folder_of(const char *path)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    return g_path_get_dirname(absolute);
}

int gateway_config_load(const char *path, char *const *environment,
                        struct gateway_config **ret_config, char **ret_faults)
{
    AUTO(config_faults) faults = config_faults_create(path);
    g_autofree char *text = NULL;
    size_t size = 0;
    const int result = read_file(path, &text, &size);
    if (result < 0) {
        config_faults_add(faults, 0, "the configuration cannot be read: %s", strerror(-result));
        *ret_faults = config_faults_text(faults);
        return result;
    }
    AUTO(config_file) file = config_file_parse(text, size, faults);
    g_autofree char *folder = folder_of(path);
    const struct config_source source = {file, folder, environment};
    const struct config_table table = config_keys();
    AUTO(gateway_config) config = g_new0(struct gateway_config, 1);
    config_reader_read(&table, &source, config, faults);
    if (config->media.workers == 0) {
        config->media.workers = usable_cores();
    }
    config_rules_check(config, file, faults);
    if (!config_faults_is_empty(faults)) {
        *ret_faults = config_faults_text(faults);
        return -EINVAL;
    }
    *ret_config = TAKE(config);
    return 0;
}

struct gateway_config *gateway_config_destroy(struct gateway_config *config)
{
    if (config) {
        const struct config_table table = config_keys();
        for (size_t i = 0; i < table.count; i++) {
            config_value_clear(&table.keys[i], config);
        }
        g_free(config);
    }
    return NULL;
}

/* ---- printing ---- */

static bool begins_section(const struct config_table *table, size_t i)
{
    return i == 0 || strcmp(table->keys[i].section, table->keys[i - 1].section) != 0;
}

void gateway_config_print(const struct gateway_config *config, FILE *to)
{
    const struct config_table table = config_keys();
    for (size_t i = 0; i < table.count; i++) {
        const struct config_key *key = &table.keys[i];
        if (begins_section(&table, i)) {
            fprintf(to, "%s[%s]\n", i > 0 ? "\n" : "", key->section);
        }
        g_autoptr(GString) value = g_string_new(NULL);
        config_value_print(key, config, value);
        fprintf(to, "%s=%s\n", key->name, value->str);
    }
}

static void print_comment(const struct config_key *key, FILE *to)
{
    g_auto(GStrv) lines = g_strsplit(key->doc, "\n", -1);
    for (size_t i = 0; lines[i]; i++) {
        fprintf(to, "# %s\n", lines[i]);
    }
    if (key->type == CONFIG_CHOICE) {
        g_autofree char *names = g_strjoinv(", ", (char **)key->choices);
        fprintf(to, "# One of: %s\n", names);
    }
}

void gateway_config_print_sample(FILE *to)
{
    const struct config_table table = config_keys();
    fputs("# Bedside's configuration: every key, with its default.\n"
          "# A key behind a # has the value shown; the others must be set.\n"
          "# Relative paths lie beside this file. BEDSIDE_HTTP__PORT=443 in the environment\n"
          "# overrides [http] port, and so on.\n"
          "# `bedside-gateway --config FILE --check-config` names all that is wrong.\n",
          to);
    for (size_t i = 0; i < table.count; i++) {
        const struct config_key *key = &table.keys[i];
        if (begins_section(&table, i)) {
            fprintf(to, "\n[%s]\n", key->section);
        }
        fputc('\n', to);
        print_comment(key, to);
        fprintf(to, "%s%s=%s\n", key->presence == CONFIG_REQUIRED ? "" : "#", key->name,
                key->default_text);
    }
}

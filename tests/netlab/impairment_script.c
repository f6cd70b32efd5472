#include "tests/netlab/impairment_script.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define WORDS_MAX 3

struct impairment_script {
    struct impairment_change *changes; /* by time; owned */
    size_t count;
    size_t next;
};

/* ---- the settings ---- */

static void set_cut(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->cut = change->value != 0;
}

static void set_noudp(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->noudp = change->value != 0;
}

static void set_loss(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->loss_percent = change->value;
}

static void set_burst(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->burst_enter_percent = change->value;
    settings->burst_leave_percent = change->second_value;
}

static void set_duplicate(struct impairment_settings *settings,
                          const struct impairment_change *change)
{
    settings->duplicate_percent = change->value;
}

static void set_reorder(struct impairment_settings *settings,
                        const struct impairment_change *change)
{
    settings->reorder_percent = change->value;
}

static void set_delay(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->delay_us = (uint32_t)(change->value * 1000);
}

static void set_jitter(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->jitter_us = (uint32_t)(change->value * 1000);
}

static void set_rate(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->rate_bps = (uint64_t)(change->value * 1000);
}

static void set_queue(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->queue_bytes = (uint32_t)change->value;
}

static void set_rebind(struct impairment_settings *settings, const struct impairment_change *change)
{
    settings->port_shift = (uint16_t)change->value;
}

static const struct setting {
    const char *name;
    double largest;
    void (*set)(struct impairment_settings *settings, const struct impairment_change *change);
} known_settings[] = {
    {"cut", 1, set_cut},           {"loss", 100, set_loss},
    {"burst", 100, set_burst},     {"duplicate", 100, set_duplicate},
    {"reorder", 100, set_reorder}, {"delay", 60000, set_delay},
    {"jitter", 60000, set_jitter}, {"rate", 1e7, set_rate},
    {"queue", 1e9, set_queue},     {"noudp", 1, set_noudp},
    {"rebind", 65535, set_rebind},
};

static const struct setting *find_setting(const char *name, size_t length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(known_settings); i++) {
        if (strlen(known_settings[i].name) == length &&
            strncmp(known_settings[i].name, name, length) == 0) {
            return &known_settings[i];
        }
    }
    return NULL;
}

/* ---- one line ---- */

/* A number from 0 to `largest` up to the end or to `stop`. Returns what follows it, or NULL. */
static const char *read_number(const char *text, double largest, char stop, double *ret_number)
{
    char *end;
    const double number = strtod(text, &end);
    if (end == text || !isfinite(number) || number < 0 || number > largest ||
        (*end != '\0' && *end != stop)) {
        return NULL;
    }
    *ret_number = number;
    return *end == '\0' ? end : end + 1;
}

static int read_name(const char *word, struct impairment_change *change,
                     const struct setting **ret_setting)
{
    const char *suffix = strchr(word, '-');
    const size_t length = suffix ? (size_t)(suffix - word) : strlen(word);
    change->towards[IMPAIRMENT_UP] = !suffix || strcmp(suffix, "-up") == 0;
    change->towards[IMPAIRMENT_DOWN] = !suffix || strcmp(suffix, "-down") == 0;
    *ret_setting = find_setting(word, length);
    if (!*ret_setting || (!change->towards[IMPAIRMENT_UP] && !change->towards[IMPAIRMENT_DOWN])) {
        return -EINVAL;
    }
    change->name = (*ret_setting)->name;
    return 0;
}

static int read_value(const char *word, const struct setting *setting,
                      struct impairment_change *change)
{
    if (setting->set != set_burst) {
        return read_number(word, setting->largest, '\0', &change->value) ? 0 : -EINVAL;
    }
    const char *second = read_number(word, 100, ',', &change->value);
    if (second && *second == '\0' && change->value == 0) {
        return 0; /* `burst 0`: no more of them */
    }
    return second && read_number(second, 100, '\0', &change->second_value) &&
                   change->second_value > 0
               ? 0
               : -EINVAL;
}

/* Splits at spaces, up to a remark. Returns how many words there are, or -EINVAL for too many. */
static int split(char *line, char *ret_words[WORDS_MAX])
{
    int count = 0;
    char *rest = NULL;
    line[strcspn(line, "#")] = '\0';
    for (char *word = strtok_r(line, " \t\r", &rest); word; word = strtok_r(NULL, " \t\r", &rest)) {
        if (count == WORDS_MAX) {
            return -EINVAL;
        }
        ret_words[count++] = word;
    }
    return count;
}

int impairment_change_read(const char *line, struct impairment_change *ret_change)
{
    struct impairment_change change = {0};
    const struct setting *setting;
    double seconds = 0;
    char *words[WORDS_MAX];
    AUTO_FREE char *copy = strdup(line);
    int count = split(copy, words);
    if (count <= 0) {
        return count;
    }
    char **word = words;
    if (count == 3 && !read_number(*word++, 86400, '\0', &seconds)) {
        return -EINVAL;
    }
    if (count == 1 || read_name(word[0], &change, &setting) < 0 ||
        read_value(word[1], setting, &change) < 0) {
        return -EINVAL;
    }
    change.at_us = (uint64_t)(seconds * 1e6);
    *ret_change = change;
    return 1;
}

void impairment_change_apply(const struct impairment_change *change,
                             struct impairment_settings settings[IMPAIRMENT_DIRECTIONS])
{
    const struct setting *setting = find_setting(change->name, strlen(change->name));
    for (int i = 0; i < IMPAIRMENT_DIRECTIONS; i++) {
        if (change->towards[i]) {
            setting->set(&settings[i], change);
        }
    }
}

/* ---- the script ---- */

/* Behind what is due at the same time: later lines win. */
static void insert(struct impairment_script *script, const struct impairment_change *change)
{
    script->changes =
        allocate_resized(script->changes, script->count + 1, sizeof(*script->changes));
    size_t at = script->count++;
    while (at > 0 && script->changes[at - 1].at_us > change->at_us) {
        script->changes[at] = script->changes[at - 1];
        at--;
    }
    script->changes[at] = *change;
}

int impairment_script_read(const char *text, struct impairment_script **ret_script,
                           unsigned *ret_line)
{
    AUTO(impairment_script) script = allocate_zeroed(1, sizeof(*script));
    AUTO_FREE char *copy = strdup(text);
    char *rest = copy;
    unsigned number = 0;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        struct impairment_change change;
        const int read = impairment_change_read(line, &change);
        number++;
        if (read < 0) {
            *ret_line = number;
            return read;
        }
        if (read > 0) {
            insert(script, &change);
        }
    }
    *ret_script = TAKE(script);
    return 0;
}

struct impairment_script *impairment_script_destroy(struct impairment_script *script)
{
    if (script) {
        free(script->changes);
        free(script);
    }
    return NULL;
}

uint64_t impairment_script_due_us(const struct impairment_script *script)
{
    return script->next < script->count ? script->changes[script->next].at_us
                                        : IMPAIRMENT_NOTHING_DUE;
}

void impairment_script_apply(struct impairment_script *script, uint64_t since_beginning_us,
                             struct impairment_settings settings[IMPAIRMENT_DIRECTIONS])
{
    while (impairment_script_due_us(script) <= since_beginning_us) {
        impairment_change_apply(&script->changes[script->next++], settings);
    }
}

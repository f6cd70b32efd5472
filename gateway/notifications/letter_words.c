#include "gateway/notifications/letter_words.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#define FILE_BYTES_MAX 65536

extern const char notification_words_en[];
extern const unsigned long notification_words_en_size;
extern const char notification_words_es[];
extern const unsigned long notification_words_es_size;

struct letter_words {
    json_t *languages; /* {"en": {...}, "es": {...}} */
};

struct letter_words *letter_words_destroy(struct letter_words *words)
{
    if (words) {
        json_decref(words->languages);
        free(words);
    }
    return NULL;
}

/* ---- reading ---- */

static bool has_placeholder(const char *text, const char *name, size_t length)
{
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '}') {
            return true;
        }
    }
    return false;
}

/* Every placeholder is one that the English text has. */
static bool placeholders_are_known(const char *text, const char *english)
{
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        const size_t length = strcspn(at + 1, "}{");
        if (at[1 + length] != '}' || !has_placeholder(english, at + 1, length)) {
            return false;
        }
    }
    return true;
}

/* NULL, or an owned sentence about the first key that is not as English has it. */
static char *compare(const json_t *words, const json_t *english, const char *path)
{
    const char *key;
    json_t *wanted;
    json_object_foreach((json_t *)english, key, wanted)
    {
        const json_t *given = json_object_get(words, key);
        g_autofree char *name = g_strconcat(path, key, NULL);
        if (json_is_object(wanted)) {
            g_autofree char *inner = g_strconcat(name, ".", NULL);
            char *problem = compare(given, wanted, inner);
            if (problem) {
                return problem;
            }
        } else if (!json_is_string(given) || json_string_length(given) == 0) {
            return g_strdup_printf("\"%s\" is missing", name);
        } else if (!placeholders_are_known(json_string_value(given), json_string_value(wanted))) {
            return g_strdup_printf("\"%s\" has a placeholder that the English text does not have",
                                   name);
        }
    }
    json_object_foreach((json_t *)words, key, wanted)
    {
        if (!json_object_get(english, key)) {
            return g_strdup_printf("\"%s%.40s\" is not a key", path, key);
        }
    }
    return NULL;
}

static int add_file(struct letter_words *words, const char *folder, const char *file,
                    char **ret_problem)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *text = NULL;
    gsize size = 0;
    json_error_t error;
    if (!g_file_get_contents(path, &text, &size, NULL) || size > FILE_BYTES_MAX) {
        *ret_problem = g_strdup_printf("%s: cannot be read", path);
        return -EIO;
    }
    json_t *given = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    g_autofree char *problem = given ? compare(given, json_object_get(words->languages, "en"), "")
                                     : g_strdup_printf("line %d: %s", error.line, error.text);
    if (problem) {
        *ret_problem = g_strdup_printf("%s: %s", path, problem);
        json_decref(given);
        return -EBADMSG;
    }
    g_autofree char *language = g_strndup(file, strlen(file) - strlen(".json"));
    json_object_set_new(words->languages, language, given);
    return 0;
}

static int add_folder(struct letter_words *words, const char *folder, char **ret_problem)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) files = g_dir_open(folder, 0, &error);
    if (!files) {
        *ret_problem = g_strdup_printf("%s: is no folder that can be read", folder);
        return -ENOENT;
    }
    int result = 0;
    for (const char *file = g_dir_read_name(files); file && result == 0;
         file = g_dir_read_name(files)) {
        if (g_str_has_suffix(file, ".json")) {
            result = add_file(words, folder, file, ret_problem);
        }
    }
    return result;
}

static json_t *embedded(const char *bytes, unsigned long size)
{
    json_t *words = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
    if (!words) {
        abort(); /* a test reads them */
    }
    return words;
}

int letter_words_load(const char *folder, struct letter_words **ret_words, char **ret_problem)
{
    AUTO(letter_words) words = allocate_zeroed(1, sizeof(*words));
    words->languages = json_object();
    json_object_set_new(words->languages, "en",
                        embedded(notification_words_en, notification_words_en_size));
    json_object_set_new(words->languages, "es",
                        embedded(notification_words_es, notification_words_es_size));
    const int result = folder ? add_folder(words, folder, ret_problem) : 0;
    if (result == 0) {
        *ret_words = TAKE(words);
    }
    return result;
}

/* ---- writing ---- */

/* The words of "es" serve "es-US"; those of "es-MX" serve nobody else. */
static const json_t *find_language(const struct letter_words *words, const char *tag)
{
    const json_t *whole = json_object_get(words->languages, tag);
    g_autofree char *primary = g_strndup(tag, strcspn(tag, "-"));
    return whole ? whole : json_object_get(words->languages, primary);
}

char *letter_words_choose(const struct letter_words *words, const char *languages)
{
    g_auto(GStrv) tags = g_strsplit(languages, " ", -1);
    for (size_t i = 0; tags[i]; i++) {
        if (find_language(words, tags[i])) {
            return g_strdup(tags[i]);
        }
    }
    return g_strdup("en");
}

static const char *value_of(const struct letter_value *values, size_t count, const char *name,
                            size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(values[i].name) == length && memcmp(values[i].name, name, length) == 0) {
            return values[i].text;
        }
    }
    return "";
}

char *letter_words_write(const struct letter_words *words, const char *language, const char *key,
                         const struct letter_value *values, size_t value_count)
{
    g_auto(GStrv) path = g_strsplit(key, ".", 2);
    const json_t *found = find_language(words, language);
    for (size_t i = 0; path[i]; i++) {
        found = json_object_get(found, path[i]);
    }
    const char *text = json_string_value(found);
    GString *written = g_string_new(NULL);
    while (text && *text) {
        const size_t plain = strcspn(text, "{");
        g_string_append_len(written, text, (gssize)plain);
        text += plain;
        if (*text == '{') {
            const size_t length = strcspn(text + 1, "}");
            g_string_append(written, value_of(values, value_count, text + 1, length));
            text += length + 2;
        }
    }
    return g_string_free(written, FALSE);
}

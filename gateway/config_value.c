#include "gateway/config_value.h"

#include "gateway/base/secret.h"
#include "gateway/config.h"
#include "gateway/config_origin.h"
#include "gateway/config_turn.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#define STATE_PREFIX "@state/"

struct reading {
    const struct config_key *key;
    const char *text;
    const struct config_folders *folders;
};

/* One row per type. `read` returns NULL or an owned sentence. */
struct type_ops {
    char *(*read)(const struct reading *reading, void *field);
    bool (*is_empty)(const void *field);
    void (*print)(const struct config_key *key, const void *field, GString *to);
    void (*clear)(void *field);
};

/* ---- escapes and lists ---- */

/* Reads up to an unescaped `separator` (0: none) or the end, and moves *text past it. Returns owned
 * text, or NULL for an escape that does not exist. */
static char *read_item(const char **text, char separator)
{
    GString *item = g_string_new(NULL);
    const char *at = *text;
    for (; *at != '\0' && (separator == '\0' || *at != separator); at++) {
        if (*at != '\\') {
            g_string_append_c(item, *at);
            continue;
        }
        static const char letters[] = "stnr\\";
        static const char meanings[] = " \t\n\r\\";
        at++;
        const char *letter = *at != '\0' ? strchr(letters, *at) : NULL;
        if (letter) {
            g_string_append_c(item, meanings[letter - letters]);
        } else if (separator != '\0' && *at == separator) {
            g_string_append_c(item, separator);
        } else {
            g_string_free(item, TRUE);
            return NULL;
        }
    }
    *text = *at != '\0' ? at + 1 : at;
    return g_string_free(item, FALSE);
}

static char *escape_fault(void)
{
    return g_strdup("a backslash begins an escape: \\s (space), \\t, \\n, \\r, \\\\ or, in a list, "
                    "\\;");
}

static void print_escaped(const char *text, char separator, GString *to)
{
    static const char special[] = "\t\n\r\\";
    static const char letters[] = "tnr\\";
    const size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        const char *found = strchr(special, text[i]);
        if (text[i] == ' ' && (i == 0 || i + 1 == length)) {
            g_string_append(to, "\\s");
        } else if (found) {
            g_string_append_printf(to, "\\%c", letters[found - special]);
        } else if (separator != '\0' && text[i] == separator) {
            g_string_append_printf(to, "\\%c", separator);
        } else {
            g_string_append_c(to, text[i]);
        }
    }
}

/* ---- text, path, address ---- */

static void replace_text(void *field, char *owned)
{
    char **place = field;
    g_free(*place);
    *place = owned;
}

static bool text_is_empty(const void *field)
{
    const char *text = *(char *const *)field;
    return !text || *text == '\0';
}

static void print_text(const struct config_key *key, const void *field, GString *to)
{
    (void)key;
    if (!text_is_empty(field)) {
        print_escaped(*(char *const *)field, '\0', to);
    }
}

static void clear_text(void *field)
{
    replace_text(field, NULL);
}

static char *read_text(const struct reading *reading, void *field)
{
    const char *text = reading->text;
    char *value = read_item(&text, '\0');
    if (!value) {
        return escape_fault();
    }
    replace_text(field, value);
    return NULL;
}

static void print_secret(const struct config_key *key, const void *field, GString *to)
{
    (void)key;
    if (!text_is_empty(field)) {
        g_string_append(to, "(secret)");
    }
}

static void clear_secret(void *field)
{
    char **place = field;
    if (*place) {
        secret_wipe(*place, strlen(*place));
    }
    replace_text(field, NULL);
}

/* Each of the next two turns an owned item into the text that is kept, or into NULL and a sentence.
 */

static char *resolve_path(const struct config_folders *folders, char *item, char **ret_fault)
{
    g_autofree char *path = item;
    (void)ret_fault;
    if (g_str_has_prefix(path, STATE_PREFIX) && folders->state) {
        return g_build_filename(folders->state, path + strlen(STATE_PREFIX), NULL);
    }
    if (g_path_is_absolute(path)) {
        return g_steal_pointer(&path);
    }
    return g_build_filename(folders->file, path, NULL);
}

static char *normal_address(const struct config_folders *folders, char *item, char **ret_fault)
{
    g_autofree char *text = item;
    struct in6_addr address; /* has room for both kinds */
    char normal[INET6_ADDRSTRLEN];
    (void)folders;
    const int family = strchr(text, ':') ? AF_INET6 : AF_INET;
    if (inet_pton(family, text, &address) != 1) {
        *ret_fault = g_strdup_printf("'%s' is not an IPv4 or IPv6 address", text);
        return NULL;
    }
    return g_strdup(inet_ntop(family, &address, normal, sizeof(normal)));
}

/* Returns the item when there is no `fault` (static). */
static char *checked(char *item, const char *fault, char **ret_fault)
{
    if (!fault) {
        return item;
    }
    *ret_fault = g_strdup_printf("'%s': %s", item, fault);
    g_free(item);
    return NULL;
}

static char *checked_origin(const struct config_folders *folders, char *item, char **ret_fault)
{
    (void)folders;
    return checked(item, config_origin_fault(item), ret_fault);
}

static char *checked_turn(const struct config_folders *folders, char *item, char **ret_fault)
{
    (void)folders;
    return checked(item, config_turn_fault(item), ret_fault);
}

typedef char *item_reader(const struct config_folders *folders, char *item, char **ret_fault);

static char *read_single(const struct reading *reading, item_reader *reader, void *field)
{
    const char *text = reading->text;
    char *item = read_item(&text, '\0');
    if (!item) {
        return escape_fault();
    }
    if (*item == '\0') {
        g_free(item);
        replace_text(field, NULL);
        return NULL;
    }
    char *fault = NULL;
    char *value = reader(reading->folders, item, &fault);
    if (value) {
        replace_text(field, value);
    }
    return fault;
}

static char *read_path(const struct reading *reading, void *field)
{
    return read_single(reading, resolve_path, field);
}

static char *read_address(const struct reading *reading, void *field)
{
    if (*reading->text == '\0') {
        return g_strdup("an address is needed");
    }
    return read_single(reading, normal_address, field);
}

/* ---- lists ---- */

static bool list_is_empty_(const void *field)
{
    return ((const struct config_list *)field)->count == 0;
}

static void print_list(const struct config_key *key, const void *field, GString *to)
{
    const struct config_list *list = field;
    (void)key;
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) {
            g_string_append_c(to, ';');
        }
        print_escaped(list->items[i], ';', to);
    }
}

static void clear_list(void *field)
{
    struct config_list *list = field;
    g_strfreev(list->items);
    *list = (struct config_list){0};
}

static char *read_list(const struct reading *reading, item_reader *reader, void *field)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    const char *text = reading->text;
    while (*text != '\0') {
        char *item = read_item(&text, ';');
        if (!item) {
            return escape_fault();
        }
        item = g_strstrip(item);
        if (*item == '\0') { /* a separator at the end, or two in a row */
            g_free(item);
            continue;
        }
        char *fault = NULL;
        char *value = reader(reading->folders, item, &fault);
        if (!value) {
            return fault;
        }
        g_ptr_array_add(items, value);
    }
    clear_list(field);
    struct config_list *list = field;
    list->count = items->len;
    g_ptr_array_add(items, NULL);
    list->items = (char **)g_ptr_array_free(g_steal_pointer(&items), FALSE);
    return NULL;
}

static char *read_path_list(const struct reading *reading, void *field)
{
    return read_list(reading, resolve_path, field);
}

static char *read_address_list(const struct reading *reading, void *field)
{
    return read_list(reading, normal_address, field);
}

static char *read_origin_list(const struct reading *reading, void *field)
{
    return read_list(reading, checked_origin, field);
}

static char *read_turn_list(const struct reading *reading, void *field)
{
    return read_list(reading, checked_turn, field);
}

/* ---- numbers, switches, choices ---- */

static char *read_whole_number(const struct reading *reading, uint64_t *ret_number)
{
    const struct config_key *key = reading->key;
    const size_t digits = strspn(reading->text, "0123456789");
    uint64_t number = 0;
    if (digits == 0 || reading->text[digits] != '\0' ||
        !g_ascii_string_to_unsigned(reading->text, 10, key->least, key->most, &number, NULL)) {
        return g_strdup_printf("'%s' is not a whole number from %" PRIu64 " to %" PRIu64,
                               reading->text, key->least, key->most);
    }
    *ret_number = number;
    return NULL;
}

static char *read_number(const struct reading *reading, void *field)
{
    uint64_t number = 0;
    char *fault = read_whole_number(reading, &number);
    if (!fault) {
        *(unsigned *)field = (unsigned)number;
    }
    return fault;
}

static void print_number(const struct config_key *key, const void *field, GString *to)
{
    (void)key;
    g_string_append_printf(to, "%u", *(const unsigned *)field);
}

static char *read_bytes(const struct reading *reading, void *field)
{
    return read_whole_number(reading, field);
}

static void print_bytes(const struct config_key *key, const void *field, GString *to)
{
    (void)key;
    g_string_append_printf(to, "%" PRIu64, *(const uint64_t *)field);
}

static char *read_switch(const struct reading *reading, void *field)
{
    const bool is_true = strcmp(reading->text, "true") == 0;
    if (!is_true && strcmp(reading->text, "false") != 0) {
        return g_strdup_printf("'%s' is neither true nor false", reading->text);
    }
    *(bool *)field = is_true;
    return NULL;
}

static void print_switch(const struct config_key *key, const void *field, GString *to)
{
    (void)key;
    g_string_append(to, *(const bool *)field ? "true" : "false");
}

static char *read_choice(const struct reading *reading, void *field)
{
    const char *const *choices = reading->key->choices;
    for (unsigned i = 0; choices[i]; i++) {
        if (strcmp(reading->text, choices[i]) == 0) {
            *(unsigned *)field = i;
            return NULL;
        }
    }
    g_autofree char *names = g_strjoinv(", ", (char **)choices);
    return g_strdup_printf("'%s' is none of: %s", reading->text, names);
}

static void print_choice(const struct config_key *key, const void *field, GString *to)
{
    g_string_append(to, key->choices[*(const unsigned *)field]);
}

static bool never_empty(const void *field)
{
    (void)field;
    return false;
}

static void nothing_to_clear(void *field)
{
    (void)field;
}

/* ---- by type ---- */

static const struct type_ops types[] = {
    [CONFIG_TEXT] = {read_text, text_is_empty, print_text, clear_text},
    [CONFIG_SECRET] = {read_text, text_is_empty, print_secret, clear_secret},
    [CONFIG_PATH] = {read_path, text_is_empty, print_text, clear_text},
    [CONFIG_PATH_LIST] = {read_path_list, list_is_empty_, print_list, clear_list},
    [CONFIG_ADDRESS] = {read_address, text_is_empty, print_text, clear_text},
    [CONFIG_ADDRESS_LIST] = {read_address_list, list_is_empty_, print_list, clear_list},
    [CONFIG_ORIGIN_LIST] = {read_origin_list, list_is_empty_, print_list, clear_list},
    [CONFIG_TURN_LIST] = {read_turn_list, list_is_empty_, print_list, clear_list},
    [CONFIG_NUMBER] = {read_number, never_empty, print_number, nothing_to_clear},
    [CONFIG_BYTES] = {read_bytes, never_empty, print_bytes, nothing_to_clear},
    [CONFIG_SWITCH] = {read_switch, never_empty, print_switch, nothing_to_clear},
    [CONFIG_CHOICE] = {read_choice, never_empty, print_choice, nothing_to_clear},
};

static void *field_of(const struct config_key *key, void *config)
{
    return (char *)config + key->offset;
}

char *config_value_read(const struct config_key *key, const char *text,
                        const struct config_folders *folders, void *config)
{
    const struct reading reading = {.key = key, .text = text, .folders = folders};
    return types[key->type].read(&reading, field_of(key, config));
}

void config_value_set_text(const struct config_key *key, const char *text, void *config)
{
    replace_text(field_of(key, config), g_strdup(text));
}

bool config_value_is_empty(const struct config_key *key, const void *config)
{
    return types[key->type].is_empty((const char *)config + key->offset);
}

void config_value_print(const struct config_key *key, const void *config, GString *to)
{
    types[key->type].print(key, (const char *)config + key->offset, to);
}

void config_value_clear(const struct config_key *key, void *config)
{
    types[key->type].clear(field_of(key, config));
}

#include "signaling/api/form_fields.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* Decodes `size` bytes. Returns NULL for what may not be a value. Owned. */
static char *decode(const char *text, size_t size)
{
    char *value = g_malloc(size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            const int high = i + 2 < size ? g_ascii_xdigit_value(text[i + 1]) : -1;
            const int low = i + 2 < size ? g_ascii_xdigit_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                g_free(value);
                return NULL;
            }
            c = (char)(high << 4 | low);
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f) {
            g_free(value);
            return NULL;
        }
        value[length++] = c;
    }
    value[length] = 0;
    if (!g_utf8_validate(value, (gssize)length, NULL)) {
        g_free(value);
        return NULL;
    }
    return value;
}

int form_field_read(const char *text, const char *name, char **ret_value)
{
    const size_t name_size = strlen(name);
    const char *found = NULL;
    size_t found_size = 0;
    while (*text) {
        const size_t size = strcspn(text, "&");
        if (size > name_size && text[name_size] == '=' && strncmp(text, name, name_size) == 0) {
            if (found) {
                return -EBADMSG;
            }
            found = text + name_size + 1;
            found_size = size - name_size - 1;
        }
        text += size + (text[size] == '&');
    }
    if (!found) {
        return -ENOENT;
    }
    char *value = decode(found, found_size);
    if (!value) {
        return -EBADMSG;
    }
    *ret_value = value;
    return 0;
}

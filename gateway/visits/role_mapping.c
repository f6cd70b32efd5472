#include "gateway/visits/role_mapping.h"

#include "gateway/visits/staff_account.h"

#include <string.h>

#define ROLE_NAME_SIZE 33

struct entry {
    const char *value;
    size_t value_size;
    unsigned role; /* as a bit; 0: it names none of staff */
};

static unsigned role_of(const char *name, size_t size)
{
    char text[ROLE_NAME_SIZE];
    enum participant_role role;
    if (size >= sizeof(text)) {
        return 0;
    }
    memcpy(text, name, size);
    text[size] = '\0';
    return participant_role_from_name(text, &role) == 0
               ? PARTICIPANT_ROLE_BIT(role) & STAFF_ACCOUNT_ROLES
               : 0;
}

/* Values may hold '=' (names of directories do): the last one counts. Returns what follows, NULL
 * behind the last entry. */
static const char *read_entry(const char *text, struct entry *ret_entry)
{
    text += strspn(text, "; \t");
    if (!*text) {
        return NULL;
    }
    size_t size = strcspn(text, ";");
    const char *next = text + size;
    while (size > 0 && strchr(" \t", text[size - 1])) {
        size--;
    }
    const char *equals = memrchr(text, '=', size);
    const size_t value_size = equals ? (size_t)(equals - text) : 0;
    *ret_entry =
        (struct entry){text, value_size, equals ? role_of(equals + 1, size - value_size - 1) : 0};
    return next;
}

const char *role_mapping_fault(const char *mapping)
{
    struct entry entry;
    while ((mapping = read_entry(mapping, &entry))) {
        if (entry.value_size == 0) {
            return "each entry is value=role";
        }
        if (entry.role == 0) {
            return "a role is reviewing_physician, treating_physician, coordinator, interpreter, "
                   "trainee or technical_helper";
        }
    }
    return NULL;
}

unsigned role_mapping_roles_of(const char *mapping, const char *value)
{
    unsigned roles = 0;
    struct entry entry;
    while ((mapping = read_entry(mapping, &entry))) {
        if (entry.value_size == strlen(value) &&
            memcmp(entry.value, value, entry.value_size) == 0) {
            roles |= entry.role;
        }
    }
    return roles;
}

/* config_keys.h - the table of all configuration keys: one row each.
 * Thread: any; constant. */
#ifndef BEDSIDE_GATEWAY_CONFIG_KEYS_H
#define BEDSIDE_GATEWAY_CONFIG_KEYS_H

#include <stddef.h>
#include <stdint.h>

/* The C type of the field behind each. */
enum config_type {
    CONFIG_TEXT,         /* char *, never NULL */
    CONFIG_SECRET,       /* char *, never NULL; never printed; may come from a file */
    CONFIG_PATH,         /* char *, absolute; NULL when empty */
    CONFIG_PATH_LIST,    /* struct config_list */
    CONFIG_ADDRESS,      /* char *, IPv4 or IPv6 */
    CONFIG_ADDRESS_LIST, /* struct config_list */
    CONFIG_ORIGIN_LIST,  /* struct config_list */
    CONFIG_TURN_LIST,    /* struct config_list */
    CONFIG_NUMBER,       /* unsigned */
    CONFIG_BYTES,        /* uint64_t */
    CONFIG_SWITCH,       /* bool: true or false */
    CONFIG_CHOICE,       /* an enum whose values are the positions in `choices` */
};

enum config_presence {
    CONFIG_MAY_BE_EMPTY,
    CONFIG_NEVER_EMPTY, /* has a default, which may not be replaced by nothing */
    CONFIG_REQUIRED,    /* has none */
};

struct config_key {
    const char *section;
    const char *name;
    enum config_type type;
    size_t offset;            /* in the config struct */
    const char *default_text; /* for a required key: the example in deploy/bedside.conf */
    const char *doc;          /* sentences; a line break is one in deploy/bedside.conf too */
    enum config_presence presence;
    uint64_t least; /* CONFIG_NUMBER, CONFIG_BYTES */
    uint64_t most;
    const char *const *choices; /* CONFIG_CHOICE: names, then NULL */
};

struct config_table {
    const struct config_key *keys;
    size_t count;
    size_t state_folder_offset; /* of the char * that "@state/" stands for; its key precedes its
                                   users */
};

/* The gateway's; keys of one section stand together. Offsets are in struct gateway_config. */
struct config_table config_keys(void);

#endif

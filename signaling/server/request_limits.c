#include "signaling/server/request_limits.h"

#include "gateway/base/token_bucket.h"

#include <glib.h>

struct address_entry {
    unsigned sockets;
    bool has_attempts;
    struct token_bucket attempts;
    uint64_t last_attempt_us;
};

struct request_limits {
    GHashTable *entries; /* text of the address -> struct address_entry */
    struct address_entry strangers;
    size_t addresses_max;
    unsigned sockets_per_address_max;
};

struct request_limits *request_limits_create(size_t addresses_max, unsigned sockets_per_address_max)
{
    struct request_limits *limits = g_new0(struct request_limits, 1);
    limits->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    limits->addresses_max = addresses_max;
    limits->sockets_per_address_max = sockets_per_address_max;
    return limits;
}

struct request_limits *request_limits_destroy(struct request_limits *limits)
{
    if (limits) {
        g_hash_table_destroy(limits->entries);
        g_free(limits);
    }
    return NULL;
}

static struct address_entry *entry_of(struct request_limits *limits, const char *address)
{
    struct address_entry *entry = g_hash_table_lookup(limits->entries, address);
    if (entry) {
        return entry;
    }
    if (g_hash_table_size(limits->entries) >= limits->addresses_max) {
        return &limits->strangers;
    }
    entry = g_new0(struct address_entry, 1);
    g_hash_table_insert(limits->entries, g_strdup(address), entry);
    return entry;
}

bool request_limits_add_socket(struct request_limits *limits, const char *address)
{
    struct address_entry *entry = entry_of(limits, address);
    if (entry->sockets >= limits->sockets_per_address_max) {
        return false;
    }
    entry->sockets++;
    return true;
}

void request_limits_remove_socket(struct request_limits *limits, const char *address)
{
    struct address_entry *entry = g_hash_table_lookup(limits->entries, address);
    if (!entry || entry->sockets == 0) {
        entry = &limits->strangers; /* counted when there was no room for its address */
    }
    if (entry->sockets > 0) {
        entry->sockets--;
    }
}

unsigned request_limits_sockets(const struct request_limits *limits, const char *address)
{
    const struct address_entry *entry = g_hash_table_lookup(limits->entries, address);
    return entry ? entry->sockets : 0;
}

bool request_limits_take_attempt(struct request_limits *limits, const char *address,
                                 uint64_t now_us)
{
    struct address_entry *entry = entry_of(limits, address);
    if (!entry->has_attempts) {
        entry->has_attempts = true;
        token_bucket_init(&entry->attempts, REQUEST_LIMITS_ATTEMPTS_PER_SECOND,
                          REQUEST_LIMITS_ATTEMPTS_BURST, now_us);
    }
    entry->last_attempt_us = now_us;
    return token_bucket_take(&entry->attempts, now_us);
}

static gboolean is_forgettable(gpointer key, gpointer value, gpointer context)
{
    (void)key;
    const struct address_entry *entry = value;
    const uint64_t now_us = *(const uint64_t *)context;
    const uint64_t refill_us =
        1000000ull * REQUEST_LIMITS_ATTEMPTS_BURST / REQUEST_LIMITS_ATTEMPTS_PER_SECOND;
    return entry->sockets == 0 &&
           (!entry->has_attempts || now_us - entry->last_attempt_us > refill_us);
}

void request_limits_sweep(struct request_limits *limits, uint64_t now_us)
{
    g_hash_table_foreach_remove(limits->entries, is_forgettable, &now_us);
}

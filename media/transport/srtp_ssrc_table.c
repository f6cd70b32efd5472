#include "media/transport/srtp_ssrc_table.h"

#include "gateway/base/allocate.h"

#include <assert.h>
#include <string.h>

#define FIRST_CAPACITY 4

static_assert(SRTP_SSRCS_MAX < UINT8_MAX, "a place holds a position");
static_assert(SRTP_SSRC_PLACES == 1 << 7, "the hash has 7 bits");

/* A peer may choose SSRCs that meet in one place: then a search costs up to SRTP_SSRCS_MAX steps,
 * and that is all. */
static size_t first_place(uint32_t ssrc)
{
    return (ssrc * UINT32_C(2654435769)) >> (32 - 7);
}

void srtp_ssrc_table_finish(struct srtp_ssrc_table *table)
{
    free(table->entries);
    *table = (struct srtp_ssrc_table){0};
}

struct srtp_ssrc *srtp_ssrc_table_find(const struct srtp_ssrc_table *table, uint32_t ssrc)
{
    for (size_t place = first_place(ssrc); table->places[place] > 0;
         place = (place + 1) % SRTP_SSRC_PLACES) {
        struct srtp_ssrc *entry = &table->entries[table->places[place] - 1];
        if (entry->ssrc == ssrc) {
            return entry;
        }
    }
    return NULL;
}

static void grow(struct srtp_ssrc_table *table)
{
    table->capacity = (uint8_t)(table->capacity > 0 ? 2 * table->capacity : FIRST_CAPACITY);
    table->entries = allocate_resized(table->entries, table->capacity, sizeof(table->entries[0]));
}

struct srtp_ssrc *srtp_ssrc_table_add(struct srtp_ssrc_table *table, uint32_t ssrc)
{
    assert(!srtp_ssrc_table_find(table, ssrc));
    if (table->count == SRTP_SSRCS_MAX) {
        return NULL;
    }
    if (table->count == table->capacity) {
        grow(table);
    }
    struct srtp_ssrc *entry = &table->entries[table->count];
    *entry = (struct srtp_ssrc){.ssrc = ssrc};
    table->count++;
    size_t place = first_place(ssrc);
    while (table->places[place] > 0) {
        place = (place + 1) % SRTP_SSRC_PLACES;
    }
    table->places[place] = table->count;
    return entry;
}

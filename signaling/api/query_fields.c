#include "signaling/api/query_fields.h"

#include "gateway/base/clock.h"
#include "gateway/visits/expert_hours.h"
#include "signaling/api/form_fields.h"
#include "signaling/server/http_exchange.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

void query_field_fail(struct http_exchange *exchange, const char *name)
{
    http_exchange_fail(exchange, 400, "bad_field", "The field of the query makes no sense.", name);
}

void query_fields_free(struct query_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_clear_pointer(&fields[i].value, g_free);
    }
}

bool query_fields_read(struct http_exchange *exchange, struct query_field *fields, size_t count)
{
    const char *query = http_exchange_request(exchange)->query;
    for (size_t i = 0; i < count; i++) {
        const int result = form_field_read(query, fields[i].name, &fields[i].value);
        const bool fits = result != 0 || strlen(fields[i].value) <= fields[i].size_max;
        if ((result < 0 && result != -ENOENT) || !fits) {
            query_fields_free(fields, count);
            query_field_fail(exchange, fields[i].name);
            return false;
        }
    }
    return true;
}

bool query_field_number(struct http_exchange *exchange, const struct query_field *field,
                        int64_t least, int64_t most, int64_t if_missing, int64_t *ret_number)
{
    gint64 number = if_missing;
    if (field->value && !g_ascii_string_to_signed(field->value, 10, least, most, &number, NULL)) {
        query_field_fail(exchange, field->name);
        return false;
    }
    *ret_number = number;
    return true;
}

static bool read_time(struct http_exchange *exchange, const struct query_field *field,
                      int64_t *ret_at_ms)
{
    if (!field->value) {
        query_field_fail(exchange, field->name);
        return false;
    }
    return query_field_number(exchange, field, 1, WALL_MS_MAX, 0, ret_at_ms);
}

bool query_fields_range(struct http_exchange *exchange, const struct query_field *from,
                        const struct query_field *until, struct time_interval *ret_range)
{
    struct time_interval range;
    if (!read_time(exchange, from, &range.from_ms) ||
        !read_time(exchange, until, &range.until_ms)) {
        return false;
    }
    *ret_range = range;
    return true;
}

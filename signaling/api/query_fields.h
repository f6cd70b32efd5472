/* query_fields.h - the fields of a request's query, each at most once and none unknown.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_QUERY_FIELDS_H
#define BEDSIDE_SIGNALING_API_QUERY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_exchange;
struct time_interval;

struct query_field {
    const char *name;
    size_t size_max; /* bytes of the value */
    char *value;     /* out, owned: g_free(); NULL when missing */
};

/* Reads them. Returns false, having answered with 400, when one comes twice, is too long or is no
 * text; then all values are NULL. */
bool query_fields_read(struct http_exchange *exchange, struct query_field *fields, size_t count);
void query_fields_free(struct query_field *fields, size_t count);
/* A whole number, `if_missing` without the field. Returns false, having answered with 400. */
bool query_field_number(struct http_exchange *exchange, const struct query_field *field,
                        int64_t least, int64_t most, int64_t if_missing, int64_t *ret_number);
/* From when until when: both fields have to be there. Returns false, having answered with 400. */
bool query_fields_range(struct http_exchange *exchange, const struct query_field *from,
                        const struct query_field *until, struct time_interval *ret_range);
/* Answers with 400: the field makes no sense. */
void query_field_fail(struct http_exchange *exchange, const char *name);

#endif

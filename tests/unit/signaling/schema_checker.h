/* schema_checker.h - holds JSON against docs/signaling.schema.json and docs/openapi.json: as much
 * of JSON Schema as those files use. For tests. Thread: any. */
#ifndef BEDSIDE_TESTS_SCHEMA_CHECKER_H
#define BEDSIDE_TESTS_SCHEMA_CHECKER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Loads docs/signaling.schema.json; aborts the test program when it cannot. Owned. */
json_t *schema_checker_load(void);
/* Whether `value` is valid against `schema` (a value within `root`). `ret_where` gets the first
 * fault. */
bool schema_checker_is_valid(const json_t *root, const json_t *schema, const json_t *value,
                             char *ret_where, size_t size);
/* The definition "#/$defs/<name>". Borrowed. */
const json_t *schema_checker_definition(const json_t *root, const char *name);
/* Aborts, naming the fault, unless `value` is valid against the definition. */
void schema_checker_assert(const json_t *root, const char *definition, const json_t *value);

#endif

/* openapi_checker.h - holds answers against docs/openapi.json, as it is inside the program. For
 * tests. Thread: the test's. */
#ifndef BEDSIDE_TESTS_OPENAPI_CHECKER_H
#define BEDSIDE_TESTS_OPENAPI_CHECKER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct openapi_answer {
    const char *method; /* "GET", ... */
    const char *path;   /* without the query */
    const char *door;   /* "public", "operator" or "setup" */
    long status;
    const char *content_type; /* NULL: none */
    const json_t *body;       /* NULL: no JSON */
};

/* The document. Lives as long as the program. */
const json_t *openapi_checker_document(void);
/* Whether the document knows the answer. What it does not know at all, a path or a method of it at
 * that door, has to be refused. Returns false with the fault in `ret_fault`. */
bool openapi_checker_accepts(const struct openapi_answer *answer, char *ret_fault, size_t size);

#endif

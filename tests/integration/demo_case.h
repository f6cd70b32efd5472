/* demo_case.h - the demonstration case behind a gateway of its own, for the tests of its HTTP face:
 * one rig, its operator, the case, and the answer that came last. */
#ifndef BEDSIDE_TESTS_INTEGRATION_DEMO_CASE_H
#define BEDSIDE_TESTS_INTEGRATION_DEMO_CASE_H

#include "tests/integration/signaling_rig.h"

struct demo_case {
    struct signaling_rig rig;
    struct browser *operator_browser; /* owned */
    struct answer answer;
    char case_id[UUID_TEXT_SIZE];
};
extern struct demo_case demo;

/* For cmocka: the rig runs, and the case is imported; the rig is gone. */
int demo_start(void **state);
int demo_stop(void **state);

/* GET, and POST of JSON; the answer is in demo.answer. */
void demo_ask(struct browser *browser, const char *path);
void demo_post(struct browser *browser, const char *path, const char *body);
/* "" when there is none. Borrowed. */
const char *demo_text_at(const json_t *object, const char *name);
void demo_assert_problem(long status, const char *code);
void demo_assert_header(const char *name, const char *expected);

/* The document of deploy/demo with another number; owned. */
json_t *demo_document(const char *number);
/* The PDF beside it; `*ret_bytes` is owned. */
void demo_read_pdf(uint8_t **ret_bytes, size_t *ret_size);
/* Imports it, with its opinion's PDF: demo.case_id. */
void demo_import(const char *number);

/* A visit with its links. */
struct appointment {
    char visit_id[UUID_TEXT_SIZE];
    json_t *links; /* owned */
};
void demo_appoint(struct appointment *appointment);
void demo_dismiss(struct appointment *appointment);
/* What stands behind the '#' of a link. `list` is "links" or "staff". */
const char *demo_secret_of(const struct appointment *appointment, const char *list,
                           const char *role);
/* `birth_date` may be NULL. */
void demo_arrive(struct browser *browser, const char *secret, const char *birth_date);
void demo_open_staff_session(struct browser *browser, const struct appointment *appointment,
                             const char *role);

#endif

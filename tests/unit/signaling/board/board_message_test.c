/* What a board's page may say. */
#include "signaling/board/board_message.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_watch_is_read(void **state)
{
    (void)state;
    static const char text[] = "{\"type\":\"watch\",\"id\":7,\"ticket\":\"t\",\"day\":\"2026-11-"
                               "22\",\"zone\":\"America/Denver\",\"epoch\":\"e\",\"seq\":12}";
    struct board_watch watch;
    struct board_message_problem problem;
    assert_int_equal(board_message_read(text, strlen(text), &watch, &problem), 0);
    assert_int_equal(watch.id, 7);
    assert_string_equal(watch.ticket, "t");
    assert_string_equal(watch.day, "2026-11-22");
    assert_string_equal(watch.zone, "America/Denver");
    assert_string_equal(watch.epoch, "e");
    assert_int_equal(watch.seq, 12);
    static const char least[] = "{\"type\":\"watch\",\"id\":0}";
    assert_int_equal(board_message_read(least, strlen(least), &watch, &problem), 0);
    assert_string_equal(watch.day, "");
    assert_int_equal(watch.seq, 0);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int id;
        const char *code;
        const char *where;
    } rows[] = {
        {"", -1, "bad_message", NULL},
        {"[]", -1, "bad_message", NULL},
        {"{\"type\":\"watch\"}", -1, "bad_message", "id"},
        {"{\"type\":\"watch\",\"id\":-1}", -1, "bad_message", "id"},
        {"{\"type\":\"watch\",\"id\":4294967296}", -1, "bad_message", "id"},
        {"{\"type\":\"watch\",\"id\":\"1\"}", -1, "bad_message", "id"},
        {"{\"id\":1}", 1, "bad_message", "type"},
        {"{\"type\":\"look\",\"id\":1}", 1, "unknown_type", NULL},
        {"{\"type\":\"watch\",\"id\":1,\"id\":1}", -1, "bad_message", NULL},
        {"{\"type\":\"watch\",\"id\":1,\"who\":\"me\"}", 1, "bad_message", NULL},
        {"{\"type\":\"watch\",\"id\":1,\"day\":5}", 1, "bad_message", "day"},
        {"{\"type\":\"watch\",\"id\":1,\"day\":\"2026-11-222\"}", 1, "bad_message", "day"},
        {"{\"type\":\"watch\",\"id\":1,\"day\":\"2026\\u0000\"}", -1, "bad_message", NULL},
        {"{\"type\":\"watch\",\"id\":1,\"seq\":-1}", 1, "bad_message", "seq"},
        {"{\"type\":\"watch\",\"id\":1,\"seq\":1.5}", 1, "bad_message", "seq"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct board_watch watch = {.id = 99};
        struct board_message_problem problem;
        if (board_message_read(rows[i].text, strlen(rows[i].text), &watch, &problem) == 0 ||
            problem.id != rows[i].id || strcmp(problem.code, rows[i].code) != 0 ||
            (rows[i].where ? !problem.where || strcmp(problem.where, rows[i].where) != 0
                           : problem.where != NULL) ||
            watch.id != 99) {
            fail_msg("%s: %d %s %s", rows[i].text, problem.id, problem.code,
                     problem.where ? problem.where : "");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_is_read),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

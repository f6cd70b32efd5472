#include "signaling/api/entity_tag.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_tag_follows_what_is_said(void **state)
{
    (void)state;
    json_t *one = json_pack("{s:i, s:s}", "a", 1, "b", "x");
    json_t *same = json_pack("{s:s, s:i}", "b", "x", "a", 1);
    json_t *other = json_pack("{s:i, s:s}", "a", 2, "b", "x");
    char tags[3][ENTITY_TAG_SIZE];
    entity_tag_of(one, tags[0]);
    entity_tag_of(same, tags[1]);
    entity_tag_of(other, tags[2]);
    assert_int_equal(strlen(tags[0]), ENTITY_TAG_SIZE - 1);
    assert_string_equal(tags[0], tags[1]);
    assert_string_not_equal(tags[0], tags[2]);
    json_decref(one);
    json_decref(same);
    json_decref(other);
}

static void fields_are_compared_as_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        bool if_match;
        bool if_none_match;
    } rows[] = {
        {"\"abc\"", true, true},        {"*", true, true},
        {"\"x\", \"abc\"", true, true}, {"\"x\",\"abc\",\"y\"", true, true},
        {"W/\"abc\"", false, true},     {"W/\"x\", \"abc\"", true, true},
        {"\"ab\"", false, false},       {"\"abcd\"", false, false},
        {"abc", false, false},          {"\"abc", false, false},
        {"\"x, \"abc\"", false, false}, {"w/\"abc\"", false, false},
        {"**", false, false},           {"", false, false},
        {",,,", false, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (entity_tag_if_match(rows[i].field, "\"abc\"") != rows[i].if_match ||
            entity_tag_if_none_match(rows[i].field, "\"abc\"") != rows[i].if_none_match) {
            fail_msg("%s", rows[i].field);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_follows_what_is_said),
        cmocka_unit_test(fields_are_compared_as_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A site's numbers and script for emergencies, read strictly. */
#include "signaling/api/emergency_document.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int read_text(const char *text, struct emergency_site *site,
                     struct document_problem *problem)
{
    json_t *document = json_loads(text, 0, NULL);
    assert_non_null(document);
    const int result = emergency_document_read(document, site, problem);
    json_decref(document);
    return result;
}

static void the_example_is_good(void **state)
{
    (void)state;
    static struct emergency_site site;
    struct document_problem problem;
    assert_int_equal(
        emergency_document_load(TEST_VECTORS "/../../deploy/emergency.json", &site, &problem), 0);
    assert_string_equal(emergency_site_find_number(&site, "US-MT")->number, "911");
    assert_int_equal(site.script_count, 2);
    assert_string_equal(site.scripts[1].language, "es");
    assert_int_equal(emergency_document_load("/does/not/exist", &site, &problem), -ENOENT);
}

static void each_fault_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"{}", "numbers"},
        {"{\"numbers\":[], \"scripts\":[], \"more\":1}", "more"},
        {"{\"numbers\":[{\"state\":\"Montana\",\"number\":\"911\"}],\"scripts\":[]}",
         "numbers[0].state"},
        {"{\"numbers\":[{\"state\":\"*\"}],\"scripts\":[]}", "numbers[0].number"},
        {"{\"numbers\":[{\"state\":\"*\",\"number\":\"1\"},{\"state\":\"*\",\"number\":\"2\"}],"
         "\"scripts\":[]}",
         "numbers[1].state"},
        {"{\"numbers\":[],\"scripts\":[{\"language\":\"e_n\",\"lines\":[]}]}",
         "scripts[0].language"},
        {"{\"numbers\":[],\"scripts\":[{\"language\":\"en\",\"lines\":[7]}]}", "scripts[0].lines"},
        {"{\"numbers\":[],\"scripts\":[{\"language\":\"en\",\"lines\":[\"a\\nb\"]}]}",
         "scripts[0].lines"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static struct emergency_site site;
        struct document_problem problem;
        assert_int_equal(read_text(cases[i].text, &site, &problem), -EBADMSG);
        assert_string_equal(problem.where, cases[i].where);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_is_good),
        cmocka_unit_test(each_fault_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

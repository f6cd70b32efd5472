/* What a site asks and what follows: what is delivered is taken, and each fault is named with its
 * file and its place. */
#include "signaling/api/screening_settings.h"

#include "signaling/api/screening_rules_document.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DEPLOY TEST_VECTORS "/../../deploy/"

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = g_dir_make_tmp("screening_settings_test.XXXXXX", NULL);
    return folder ? 0 : -1;
}

static void forget(const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_unlink(path);
}

static void put(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A delivered document, changed. */
static void put_changed(const char *name, const char *from, const char *what, const char *with)
{
    g_autofree char *path = g_strconcat(DEPLOY "questionnaires/", from, NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(text, what, -1);
    g_autofree char *changed = g_strjoinv(with, parts);
    put(name, changed);
}

static int teardown(void **state)
{
    (void)state;
    static const char *const names[] = {"a.json", "b.json", "rules", "readme.txt"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        forget(names[i]);
    }
    g_rmdir(folder);
    g_free(folder);
    return 0;
}

static void what_is_delivered_is_taken(void **state)
{
    (void)state;
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    if (screening_settings_load(DEPLOY "questionnaires", DEPLOY "screening-rules.json", &settings,
                                &problem) != 0) {
        fail_msg("%s: %s: %s", problem.file, problem.at.where, problem.at.message);
    }
    assert_int_equal(settings->count, 6);
    assert_string_equal(settings->questionnaires[0]->url,
                        "urn:bedside:questionnaire:place-and-contact");
    assert_string_equal(settings->questionnaires[5]->url, "urn:bedside:questionnaire:my-questions");
    assert_ptr_equal(screening_settings_find(settings, settings->questionnaires[2]->digest),
                     settings->questionnaires[2]);
    assert_null(screening_settings_find(settings, ""));
    assert_null(screening_settings_find(NULL, "x"));
    assert_int_equal(settings->ladder.levels[0].seconds, 900);
    assert_int_equal(settings->rules.crisis_count, 2);
    assert_true(screening_settings_ask_place(settings, ROLE_PATIENT));
    assert_true(screening_settings_ask_questions(settings, ROLE_CAREGIVER));
    assert_false(screening_settings_ask_place(settings, ROLE_REVIEWING_PHYSICIAN));
    assert_false(screening_settings_ask_questions(NULL, ROLE_PATIENT));
}

static void without_rules_nothing_follows(void **state)
{
    (void)state;
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    assert_int_equal(screening_settings_load(DEPLOY "questionnaires", NULL, &settings, &problem),
                     0);
    assert_int_equal(settings->rules.count, 0);
    assert_int_equal(settings->ladder.count, 3);
}

static void assert_refused(const char *rules, const char *file, const char *where)
{
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    g_autofree char *path = rules ? g_build_filename(folder, rules, NULL) : NULL;
    const int result = screening_settings_load(folder, path, &settings, &problem);
    if (result >= 0 || !g_str_has_suffix(problem.file, file) ||
        strcmp(problem.at.where, where) != 0 || !problem.at.message[0]) {
        fail_msg("%d %s: %s: %s", result, problem.file, problem.at.where, problem.at.message);
    }
}

static void faults_of_questionnaires_are_named(void **state)
{
    (void)state;
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    assert_int_equal(screening_settings_load("/nowhere", NULL, &settings, &problem), -ENOENT);
    assert_string_equal(problem.file, "/nowhere");
    put("readme.txt", "not a questionnaire");
    assert_refused(NULL, folder, "");
    put("a.json", "{");
    assert_refused(NULL, "/a.json", "");
    put_changed("a.json", "20-pain.json", "\"integer\"", "\"decimal\"");
    assert_refused(NULL, "/a.json", "item[0].type");
    put_changed("a.json", "20-pain.json", "nothing", "nothing");
    put_changed("b.json", "20-pain.json", "nothing", "nothing");
    assert_refused(NULL, folder, "urn:bedside:questionnaire:pain");
    put_changed("a.json", "60-my-questions.json", "nothing", "nothing");
    put_changed("b.json", "60-my-questions.json", "questionnaire:my-questions", "other");
    assert_refused(NULL, folder, "urn:bedside:other");
    forget("b.json");
}

static void faults_of_rules_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } rows[] = {
        {"[]", ""},
        {"{\"thresholds\":[}", "line 1"},
        {"{}", "thresholds"},
        {"{\"thresholds\":[],\"other\":1}", "other"},
        {"{\"thresholds\":[{\"score\":\"pain\",\"at_least\":4}]}", "thresholds[0].follow"},
        {"{\"thresholds\":[{\"score\":\"pain\",\"at_least\":4,\"follow\":\"shout\"}]}",
         "thresholds[0].follow"},
        {"{\"thresholds\":[{\"score\":\"pain\",\"at_least\":0,\"follow\":\"alert\"}]}",
         "thresholds[0].at_least"},
        {"{\"thresholds\":[{\"score\":\"pain\",\"at_least\":11,\"follow\":\"alert\"}]}",
         "thresholds[0].at_least"},
        {"{\"thresholds\":[{\"score\":\"pian\",\"at_least\":4,\"follow\":\"alert\"}]}",
         "thresholds[0].score"},
        {"{\"thresholds\":[{\"score\":\"pain\",\"at_least\":4,\"follow\":\"crisis\"}]}", ""},
        {"{\"thresholds\":[],\"crisis\":[{\"language\":\"en\",\"words\":\"\",\"number\":\"988\"}]}",
         "crisis[0].words"},
        {"{\"thresholds\":[],\"crisis\":[{\"language\":\"en\",\"words\":\"Call.\"}]}",
         "crisis[0].number"},
        {"{\"thresholds\":[],\"crisis\":[{\"language\":\"en\",\"words\":\"Call.\",\"number\":\"1\"}"
         ",{\"language\":\"en\",\"words\":\"Call.\",\"number\":\"1\"}]}",
         "crisis[1].language"},
        {"{\"thresholds\":[],\"alerts\":[]}", ""},
        {"{\"thresholds\":[],\"alerts\":[{\"role\":\"patient\"}]}", "alerts[0].role"},
        {"{\"thresholds\":[],\"alerts\":[{\"role\":\"coordinator\",\"minutes\":5}]}",
         "alerts[0].minutes"},
        {"{\"thresholds\":[],\"alerts\":[{\"role\":\"coordinator\"},"
         "{\"role\":\"treating_physician\"}]}",
         "alerts[0].minutes"},
        {"{\"thresholds\":[],\"alerts\":[{\"role\":\"coordinator\",\"minutes\":1,\"seconds\":1},"
         "{\"role\":\"treating_physician\"}]}",
         "alerts[0].minutes"},
    };
    put_changed("a.json", "20-pain.json", "nothing", "nothing");
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        put("rules", rows[i].text);
        assert_refused("rules", "/rules", rows[i].where);
    }
    forget("rules");
    assert_refused("rules", "/rules", "");
}

static void a_ladder_may_have_seconds(void **state)
{
    (void)state;
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    g_autofree char *path = g_build_filename(folder, "rules", NULL);
    put_changed("a.json", "20-pain.json", "nothing", "nothing");
    put("rules", "{\"thresholds\":[{\"score\":\"pain\",\"at_least\":10,\"follow\":\"alert\"}],"
                 "\"alerts\":[{\"role\":\"coordinator\",\"seconds\":90},"
                 "{\"role\":\"reviewing_physician\"}]}");
    assert_int_equal(screening_settings_load(folder, path, &settings, &problem), 0);
    assert_int_equal(settings->ladder.count, 2);
    assert_int_equal(settings->ladder.levels[0].seconds, 90);
    assert_int_equal(settings->ladder.levels[1].role, ROLE_REVIEWING_PHYSICIAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_delivered_is_taken),
        cmocka_unit_test(without_rules_nothing_follows),
        cmocka_unit_test(faults_of_questionnaires_are_named),
        cmocka_unit_test(faults_of_rules_are_named),
        cmocka_unit_test(a_ladder_may_have_seconds),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

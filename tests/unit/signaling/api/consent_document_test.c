/* A site's own words for the recording consent, read strictly. */
#include "signaling/api/consent_document.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct consent_words words;

static int read_words(const char *text, struct document_problem *problem)
{
    json_t *document = json_loads(text, 0, NULL);
    assert_non_null(document);
    memset(&words, 0x55, sizeof(words));
    const int result = consent_document_read(document, &words, problem);
    json_decref(document);
    return result;
}

static void the_example_is_good(void **state)
{
    (void)state;
    struct document_problem problem;
    assert_int_equal(
        consent_document_load(TEST_VECTORS "/../../deploy/consent.json", &words, &problem), 0);
    assert_int_equal(words.count, 2);
    assert_non_null(strstr(consent_words_find(&words, "en")->text, "only if everyone here"));
    assert_non_null(strstr(consent_words_find(&words, "es")->text, "\nGrabamos solo si"));
    assert_null(consent_words_find(&words, "fr"));
    assert_int_equal(consent_document_load("/does/not/exist", &words, &problem), -ENOENT);
}

static void paragraphs_are_lines_and_the_first_language_is_for_everybody_else(void **state)
{
    (void)state;
    struct document_problem problem;
    assert_int_equal(
        read_words("{\"texts\":[{\"language\":\"es\",\"paragraphs\":[\"Uno.\",\"Dos.\"]},"
                   "{\"language\":\"en\",\"paragraphs\":[\"One.\"]}]}",
                   &problem),
        0);
    consent_words_seal(&words);
    assert_string_equal(words.texts[0].text, "Uno.\nDos.");
    assert_string_equal(words.texts[1].text, "One.");
    assert_ptr_equal(consent_words_find(&words, NULL), &words.texts[0]);
    assert_string_not_equal(words.texts[0].sha256, words.texts[1].sha256);
    assert_int_equal(strlen(words.texts[1].sha256), DIGEST_SHA256_HEX_SIZE - 1);
}

static void each_fault_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"{}", "texts"},
        {"[]", ""},
        {"{\"texts\":[]}", "texts"},
        {"{\"texts\":[],\"more\":1}", "more"},
        {"{\"texts\":[7]}", "texts[0]"},
        {"{\"texts\":[{\"paragraphs\":[\"a\"]}]}", "texts[0].language"},
        {"{\"texts\":[{\"language\":\"\",\"paragraphs\":[\"a\"]}]}", "texts[0].language"},
        {"{\"texts\":[{\"language\":\"e-n\",\"paragraphs\":[\"a\"]}]}", "texts[0].language"},
        {"{\"texts\":[{\"language\":\"en\"}]}", "texts[0].paragraphs"},
        {"{\"texts\":[{\"language\":\"en\",\"paragraphs\":[]}]}", "texts[0].paragraphs"},
        {"{\"texts\":[{\"language\":\"en\",\"paragraphs\":[\"\"]}]}", "texts[0].paragraphs"},
        {"{\"texts\":[{\"language\":\"en\",\"paragraphs\":[\"a\\nb\"]}]}", "texts[0].paragraphs"},
        {"{\"texts\":[{\"language\":\"en\",\"paragraphs\":[1]}]}", "texts[0].paragraphs"},
        {"{\"texts\":[{\"language\":\"en\",\"paragraphs\":[\"a\"]},"
         "{\"language\":\"en\",\"paragraphs\":[\"b\"]}]}",
         "texts[1].language"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct document_problem problem;
        assert_int_equal(read_words(cases[i].text, &problem), -EBADMSG);
        assert_string_equal(problem.where, cases[i].where);
    }
}

static void words_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct document_problem problem;
    static char line[CONSENT_TEXT_SIZE];
    memset(line, 'a', CONSENT_TEXT_SIZE - 1);
    json_t *fits = json_pack("{s:[{s:s, s:[s]}]}", "texts", "language", "en", "paragraphs", line);
    assert_int_equal(consent_document_read(fits, &words, &problem), 0);
    assert_string_equal(words.texts[0].text, line);
    json_t *one_more =
        json_pack("{s:[{s:s, s:[s, s]}]}", "texts", "language", "en", "paragraphs", line, "b");
    assert_int_equal(consent_document_read(one_more, &words, &problem), -EBADMSG);
    assert_string_equal(problem.where, "texts[0].paragraphs");
    json_decref(fits);
    json_decref(one_more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_is_good),
        cmocka_unit_test(paragraphs_are_lines_and_the_first_language_is_for_everybody_else),
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(words_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

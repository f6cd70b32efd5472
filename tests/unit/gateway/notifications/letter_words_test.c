#include "gateway/notifications/letter_words.h"

#include "tests/unit/gateway/store/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>

static void values_stand_for_placeholders(void **state)
{
    (void)state;
    AUTO(letter_words) words = NULL;
    char *problem = NULL;
    const struct letter_value values[] = {{"name", "Ruth {host}"}, {"day", "Tuesday"}};
    assert_int_equal(letter_words_load(NULL, &words, &problem), 0);
    g_autofree char *hello = letter_words_write(words, "en", "hello", values, 2);
    g_autofree char *subject = letter_words_write(words, "es-MX", "reminder.subject", values, 2);
    g_autofree char *without = letter_words_write(words, "en", "hello", NULL, 0);
    assert_string_equal(hello, "Hello Ruth {host},"); /* what a value holds is no placeholder */
    assert_string_equal(subject, "Recordatorio de su visita por video: Tuesday");
    assert_string_equal(without, "Hello ,");
}

static void the_first_language_with_words_is_chosen(void **state)
{
    (void)state;
    AUTO(letter_words) words = NULL;
    char *problem = NULL;
    static const struct {
        const char *languages;
        const char *chosen;
    } cases[] = {{"es-US en", "es-US"}, {"hmn es", "es"}, {"hmn", "en"}, {"", "en"}};
    assert_int_equal(letter_words_load(NULL, &words, &problem), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        g_autofree char *chosen = letter_words_choose(words, cases[i].languages);
        assert_string_equal(chosen, cases[i].chosen);
    }
}

/* The built-in Spanish, changed and put into a folder as a site would. */
static char *try_folder(const char *file, const char *text, int expected)
{
    struct scratch_folder folder = scratch_folder_open();
    AUTO(letter_words) words = NULL;
    char *problem = NULL;
    assert_true(g_file_set_contents(scratch_folder_file(&folder, file), text, -1, NULL));
    assert_int_equal(letter_words_load(folder.path, &words, &problem), expected);
    scratch_folder_close(&folder);
    return problem;
}

static char *spanish_with(const char *key, json_t *value)
{
    json_t *words = json_load_file(SPANISH, 0, NULL);
    assert_non_null(words);
    if (value) {
        json_object_set_new(words, key, value);
    } else {
        json_object_del(words, key);
    }
    char *text = json_dumps(words, 0);
    json_decref(words);
    return text;
}

static void a_folder_is_held_against_english(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        const char *value; /* NULL: taken out */
        const char *said;  /* NULL: it is good */
    } cases[] = {
        {"hello", "Buenas, {name}:", NULL},
        {"hello", "Buenas:", NULL}, /* a placeholder may be left out */
        {"hello", NULL, "\"hello\" is missing"},
        {"hello", "", "\"hello\" is missing"},
        {"hello", "Hola, {link}",
         "\"hello\" has a placeholder that the English text does not have"},
        {"hello", "Hola, {name", "\"hello\" has a placeholder that the English text does not have"},
        {"invitation", NULL, "\"invitation.subject\" is missing"},
        {"more", "x", "\"more\" is not a key"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *text =
            spanish_with(cases[i].key, cases[i].value ? json_string(cases[i].value) : NULL);
        g_autofree char *problem = try_folder("es.json", text, cases[i].said ? -EBADMSG : 0);
        free(text);
        if (cases[i].said && (!problem || !strstr(problem, cases[i].said))) {
            fail_msg("case %zu: %s", i, problem ? problem : "nothing");
        }
    }
    g_autofree char *broken = try_folder("es.json", "{\"hello\": ", -EBADMSG);
    assert_non_null(strstr(broken, "line 1"));
    g_autofree char *ignored = try_folder("README", "words", 0);
    assert_null(ignored);
    AUTO(letter_words) words = NULL;
    g_autofree char *nowhere = NULL;
    assert_int_equal(letter_words_load("/nowhere", &words, &nowhere), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_stand_for_placeholders),
        cmocka_unit_test(the_first_language_with_words_is_chosen),
        cmocka_unit_test(a_folder_is_held_against_english),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

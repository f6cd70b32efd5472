/* letter_words.h - the words of letters, one JSON file per language (words/en.json, words/es.json),
 * which a site may replace or add to.
 *
 * A text holds placeholders, "{host}"; which ones a key may have is what the English text has.
 * Thread: immutable once loaded, any thread may read it. */
#ifndef BEDSIDE_NOTIFICATIONS_LETTER_WORDS_H
#define BEDSIDE_NOTIFICATIONS_LETTER_WORDS_H

#include "gateway/base/cleanup.h"

#include <stddef.h>

struct letter_words;

/* What stands for a placeholder. */
struct letter_value {
    const char *name;
    const char *text;
};

/* The built-in languages, and those of `folder` (<language>.json; NULL: none) in their place or
 * beside them. Returns 0; or -EBADMSG or the negative errno of reading, with an owned sentence in
 * *ret_problem that names the file and the key. */
int letter_words_load(const char *folder, struct letter_words **ret_words, char **ret_problem);
/* Accepts NULL. Always returns NULL. */
struct letter_words *letter_words_destroy(struct letter_words *words);
DEFINE_AUTO(letter_words)

/* The tag of `languages` (BCP 47, separated by one space, most wanted first) that there are words
 * for, as the person has it ("es-US"); "en" when there are for none. Owned. */
char *letter_words_choose(const struct letter_words *words, const char *languages);

/* The text of `key` ("hello", "moved.subject") in that language, with values in place of
 * placeholders; a placeholder without a value becomes nothing. Owned. */
char *letter_words_write(const struct letter_words *words, const char *language, const char *key,
                         const struct letter_value *values, size_t value_count);

#endif

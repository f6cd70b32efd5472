/* document_reader.h - reading JSON documents strictly: an unknown field, a wrong type, a text that
 * is too long, each is refused with the place where it stands ("care_team[1].role").
 *
 * Readers return 0, or -EBADMSG with the problem. A field that is missing and not required leaves
 * the output as it is. Pure, but for document_load(). Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_DOCUMENT_READER_H
#define BEDSIDE_SIGNALING_API_DOCUMENT_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct document_problem {
    char where[96];
    char message[128];
};

/* Where in the document we are; a path is built only to be reported. */
struct document_place {
    const char *text; /* "" at the top, "care_team[1]" within */
    struct document_problem *problem;
};

#define DOCUMENT_FILE_MAX_BYTES 262144
/* Parses a file, in which no name stands twice in an object; what does not parse is told with its
 * line. `ret_document` is owned. -ENOENT, with the problem as well, when it cannot be read. */
int document_load(const char *path, json_t **ret_document, struct document_problem *ret_problem);

/* Notes the problem with a field ("": the place itself). Always returns -EBADMSG. */
int document_fail(const struct document_place *place, const char *field, const char *message);
/* `names`: NULL-terminated list of what may stand in the object. */
int document_check_fields(const struct document_place *place, const json_t *object,
                          const char *const *names);
/* One line without control characters; an address may have several. */
int document_read_text(const struct document_place *place, const json_t *object, const char *name,
                       bool required, char *ret_text, size_t size);

struct document_text {
    const char *name;
    bool required;
    char *text;
    size_t size;
};
int document_read_texts(const struct document_place *place, const json_t *object,
                        const struct document_text *fields, size_t count);

/* RFC 3339, with a zone. */
int document_read_time(const struct document_place *place, const json_t *object, const char *name,
                       int64_t *ret_wall_ms);
int document_read_number(const struct document_place *place, const json_t *object, const char *name,
                         bool required, int64_t least, int64_t most, int64_t *ret_number);
int document_read_flag(const struct document_place *place, const json_t *object, const char *name,
                       bool required, bool *ret_flag);
/* A required list; `ret_list` is borrowed. */
int document_read_list(const struct document_place *place, const json_t *object, const char *name,
                       size_t count_max, const json_t **ret_list);
/* An optional list of words, written with one space between them. */
int document_read_words(const struct document_place *place, const json_t *object, const char *name,
                        char *ret_words, size_t size);

#endif

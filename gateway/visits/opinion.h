/* opinion.h - the written second opinion as delivered: sections, outcome codes, the document.
 * Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_OPINION_H
#define BEDSIDE_VISITS_OPINION_H

#include "gateway/base/cleanup.h"
#include "gateway/base/digest.h"
#include "gateway/base/random.h"
#include "gateway/visits/participant.h"

#define OPINION_SECTIONS_MAX 40
#define OPINION_PARAGRAPHS_MAX 100 /* of one section */
#define OPINION_OUTCOMES_MAX 16
#define OPINION_HEADING_SIZE 201
#define OPINION_PARAGRAPH_SIZE_MAX 8000
#define OPINION_DOCUMENT_SIZE_MAX (20u * 1024 * 1024)
#define OPINION_CODE_SIZE 65
#define OPINION_MEDIA_TYPE_SIZE 65

struct opinion_section {
    char id[OPINION_CODE_SIZE]; /* within the opinion; may be empty */
    char heading[OPINION_HEADING_SIZE];
    char **paragraphs; /* owned, with each text */
    size_t paragraph_count;
};

/* What became of the first diagnosis or plan, in the programme's code system. */
struct opinion_outcome {
    char code[OPINION_CODE_SIZE]; /* "treatment-changed" */
    char text[OPINION_HEADING_SIZE];
};

/* The document as the physician signed it. */
struct opinion_document {
    char media_type[OPINION_MEDIA_TYPE_SIZE]; /* "application/pdf"; empty: none */
    size_t size;
    uint8_t *bytes; /* owned; NULL where only the description was read */
    char sha256[DIGEST_SHA256_HEX_SIZE];
};

struct opinion {
    char id[UUID_TEXT_SIZE];
    char title[OPINION_HEADING_SIZE];
    char author[PERSON_NAME_SIZE];
    int64_t signed_at_ms;
    struct opinion_section *sections; /* owned */
    size_t section_count;
    struct opinion_outcome outcomes[OPINION_OUTCOMES_MAX];
    size_t outcome_count;
    struct opinion_document document;
};

struct opinion *opinion_create(void);
struct opinion *opinion_destroy(struct opinion *opinion);
DEFINE_AUTO(opinion)

/* Appends a section, owned by the opinion. Returns NULL beyond OPINION_SECTIONS_MAX or for a
 * heading that does not fit. */
struct opinion_section *opinion_add_section(struct opinion *opinion, const char *heading);
/* Copies `text`. Returns 0, -ENOSPC beyond a limit, -EINVAL for text that is not clean. */
int opinion_section_add_paragraph(struct opinion_section *section, const char *text);
/* Copies `bytes` and computes the digest. Returns 0, -EMSGSIZE or -EINVAL (empty, or PDF that does
 * not begin as one). */
int opinion_set_document(struct opinion *opinion, const char *media_type, const void *bytes,
                         size_t size);
/* Returns NULL, or the name of the first bad field (static). */
const char *opinion_find_problem(const struct opinion *opinion);

#endif

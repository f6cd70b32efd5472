#include "gateway/visits/opinion.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <string.h>

struct opinion *opinion_create(void)
{
    return allocate_zeroed(1, sizeof(struct opinion));
}

struct opinion *opinion_destroy(struct opinion *opinion)
{
    if (!opinion) {
        return NULL;
    }
    for (size_t i = 0; i < opinion->section_count; i++) {
        struct opinion_section *section = &opinion->sections[i];
        for (size_t k = 0; k < section->paragraph_count; k++) {
            free(section->paragraphs[k]);
        }
        free(section->paragraphs);
    }
    free(opinion->sections);
    free(opinion->document.bytes);
    free(opinion);
    return NULL;
}

struct opinion_section *opinion_add_section(struct opinion *opinion, const char *heading)
{
    if (opinion->section_count == OPINION_SECTIONS_MAX || strlen(heading) >= OPINION_HEADING_SIZE) {
        return NULL;
    }
    if (!opinion->sections) {
        opinion->sections = allocate_zeroed(OPINION_SECTIONS_MAX, sizeof(*opinion->sections));
    }
    struct opinion_section *section = &opinion->sections[opinion->section_count++];
    strcpy(section->heading, heading);
    return section;
}

int opinion_section_add_paragraph(struct opinion_section *section, const char *text)
{
    if (section->paragraph_count == OPINION_PARAGRAPHS_MAX ||
        strlen(text) > OPINION_PARAGRAPH_SIZE_MAX) {
        return -ENOSPC;
    }
    if (!text[0] || !person_text_is_clean(text, true)) {
        return -EINVAL;
    }
    if (!section->paragraphs) {
        section->paragraphs = allocate_zeroed(OPINION_PARAGRAPHS_MAX, sizeof(char *));
    }
    const size_t size = strlen(text) + 1;
    section->paragraphs[section->paragraph_count++] = memcpy(allocate_zeroed(size, 1), text, size);
    return 0;
}

/* Letters, digits and "+-./" around one slash (RFC 6838, 4.2, and no parameters). */
static bool media_type_is_well_formed(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-./";
    const char *slash = strchr(text, '/');
    return strlen(text) < OPINION_MEDIA_TYPE_SIZE && strspn(text, allowed) == strlen(text) &&
           slash && slash != text && slash[1] && !strchr(slash + 1, '/');
}

int opinion_set_document(struct opinion *opinion, const char *media_type, const void *bytes,
                         size_t size)
{
    if (size > OPINION_DOCUMENT_SIZE_MAX) {
        return -EMSGSIZE;
    }
    const bool is_pdf = strcmp(media_type, "application/pdf") == 0;
    if (size == 0 || !media_type_is_well_formed(media_type) ||
        (is_pdf && (size < 5 || memcmp(bytes, "%PDF-", 5) != 0))) {
        return -EINVAL;
    }
    struct opinion_document *document = &opinion->document;
    free(document->bytes);
    document->bytes = memcpy(allocate_zeroed(size, 1), bytes, size);
    document->size = size;
    strcpy(document->media_type, media_type);
    uint8_t digest[DIGEST_SHA256_SIZE];
    digest_sha256(bytes, size, digest);
    digest_to_hex(digest, document->sha256);
    return 0;
}

const char *opinion_find_problem(const struct opinion *opinion)
{
    if (!opinion->title[0] || !person_text_is_clean(opinion->title, false)) {
        return "opinion.title";
    }
    if (!person_text_is_clean(opinion->author, false)) {
        return "opinion.author";
    }
    if (opinion->section_count == 0) {
        return "opinion.sections";
    }
    for (size_t i = 0; i < opinion->section_count; i++) {
        const struct opinion_section *section = &opinion->sections[i];
        if (!person_text_is_clean(section->id, false)) {
            return "opinion.sections[].id";
        }
        if (!section->heading[0] || !person_text_is_clean(section->heading, false)) {
            return "opinion.sections[].heading";
        }
    }
    if (opinion->outcome_count > OPINION_OUTCOMES_MAX) {
        return "opinion.outcomes";
    }
    for (size_t i = 0; i < opinion->outcome_count; i++) {
        const struct opinion_outcome *outcome = &opinion->outcomes[i];
        if (!outcome->code[0] || !person_text_is_clean(outcome->code, false)) {
            return "opinion.outcomes[].code";
        }
        if (!person_text_is_clean(outcome->text, false)) {
            return "opinion.outcomes[].text";
        }
    }
    return NULL;
}

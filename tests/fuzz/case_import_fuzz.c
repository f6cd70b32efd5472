/* fuzz-links: bedside_visits bedside_base
 *
 * What an imported case must satisfy, and the texts people send: any bytes in any field end in a
 * named problem or in none, and what has none is within every bound. */
#include "gateway/visits/chat_message.h"
#include "gateway/visits/clinical_case.h"
#include "gateway/visits/join_link.h"
#include "gateway/visits/recording.h"
#include "gateway/visits/visit.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size;
};

static uint8_t take_byte(struct input *input)
{
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

/* Text up to the next line feed, cut to fit. */
static void take_text(struct input *input, char *text, size_t capacity)
{
    size_t length = 0;
    while (input->size > 0) {
        const char c = (char)take_byte(input);
        if (c == '\n' || c == 0) {
            break;
        }
        if (length + 1 < capacity) {
            text[length++] = c;
        }
    }
    text[length] = 0;
}

static void take_person(struct input *input, struct person *person)
{
    person->role = (enum participant_role)(take_byte(input) % (ROLE_COUNT + 1));
    take_text(input, person->display_name, sizeof(person->display_name));
    take_text(input, person->label, sizeof(person->label));
    take_text(input, person->birth_date, sizeof(person->birth_date));
    take_text(input, person->phone, sizeof(person->phone));
    take_text(input, person->address, sizeof(person->address));
    take_text(input, person->time_zone, sizeof(person->time_zone));
    take_text(input, person->languages, sizeof(person->languages));
}

static void take_opinion(struct input *input, struct opinion *opinion)
{
    char text[OPINION_HEADING_SIZE + 8];
    take_text(input, opinion->title, sizeof(opinion->title));
    for (size_t sections = take_byte(input) % 50; sections > 0; sections--) {
        take_text(input, text, sizeof(text));
        struct opinion_section *section = opinion_add_section(opinion, text);
        if (section) {
            take_text(input, text, sizeof(text));
            (void)opinion_section_add_paragraph(section, text);
        }
    }
    take_text(input, text, sizeof(text));
    (void)opinion_set_document(opinion, text, input->data, input->size);
}

static void try_texts(struct input input)
{
    char text[300];
    while (input.size > 0) {
        take_text(&input, text, sizeof(text));
        enum participant_role role = ROLE_GATEWAY;
        if (participant_role_from_name(text, &role) == 0) {
            assert(role < ROLE_SEATED_COUNT);
            assert(strcmp(participant_role_name(role), text) == 0);
        }
        if (person_date_is_valid(text)) {
            assert(strlen(text) == PERSON_DATE_SIZE - 1);
        }
        if (recording_file_name_is_safe(text)) {
            assert(!strchr(text, '/') && text[0] != '.');
        }
        if (join_link_secret_is_well_formed(text)) {
            assert(strlen(text) == RANDOM_TOKEN_SIZE - 1);
        }
        struct join_link link = {0};
        (void)join_link_try_birth_date(&link, "1951-03-04", text);
        (void)chat_body_is_valid(text);
        (void)time_zone_is_well_formed(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .size = size};
    try_texts(input);
    AUTO(clinical_case) made = clinical_case_create();
    take_text(&input, made->programme, sizeof(made->programme));
    take_text(&input, made->reference, sizeof(made->reference));
    take_text(&input, made->title, sizeof(made->title));
    for (size_t people = take_byte(&input) % (CASE_PEOPLE_MAX + 2); people > 0; people--) {
        struct person person = {0};
        take_person(&input, &person);
        (void)clinical_case_add_person(made, &person);
    }
    if (input.size > 0) {
        made->opinion = opinion_create();
        take_opinion(&input, made->opinion);
    }
    size_t index = 0;
    if (!clinical_case_find_problem(made, &index)) {
        assert(clinical_case_patient(made) != NULL);
        for (size_t i = 0; i < made->person_count; i++) {
            assert(made->people[i].role < ROLE_SEATED_COUNT);
            assert(person_text_is_clean(made->people[i].display_name, false));
        }
    } else {
        assert(index == 0 || index < made->person_count);
    }
    return 0;
}

#include "gateway/visits/practice_scene.h"

#include <stdio.h>
#include <string.h>

#define PATIENT_NAME "Alex Rivers"
#define FAMILY_NAME "Robin Rivers"
#define COLLEAGUE_NAME "Dr. Sam Marsh"
#define PATIENT_PHONE "+1 406 555 0134"
#define FAMILY_PHONE "+1 406 555 0135"
#define SECTIONS 2

/* In one language. */
struct words {
    const char *language;
    const char *title;
    const char *colleague;
    const char *family;
    const char *address;
    const char *letter;
    const char *headings[SECTIONS];
    const char *paragraphs[SECTIONS];
};

static const struct words all_words[] = {
    {
        .language = "en",
        .title = "Practice visit",
        .colleague = "Colleague in this practice",
        .family = "Married to the patient",
        .address = "1 Practice Road\nHamilton, MT 59840 (invented)",
        .letter = "Second opinion (invented)",
        .headings = {"What we found", "What we advise"},
        .paragraphs = {"This letter is invented, for practice. In a real visit the written "
                       "opinion is here, section by section.",
                       "Show the next section, and everybody in the visit can follow. Nobody is "
                       "ill, and nothing is advised."},
    },
    {
        .language = "es",
        .title = "Visita de práctica",
        .colleague = "Colega en esta práctica",
        .family = "Pareja de quien es paciente",
        .address = "Calle de la Práctica 1\nHamilton, MT 59840 (inventada)",
        .letter = "Segunda opinión (inventada)",
        .headings = {"Lo que encontramos", "Lo que aconsejamos"},
        .paragraphs = {"Esta carta es inventada, para practicar. En una visita real aquí está la "
                       "opinión escrita, sección por sección.",
                       "Muestre la sección siguiente y todas las personas de la visita la podrán "
                       "seguir. Nadie está enfermo y no se aconseja nada."},
    },
};

static const struct words *words_of(const char *language)
{
    for (size_t i = 0; language && i < ARRAY_LENGTH(all_words); i++) {
        const size_t length = strlen(all_words[i].language);
        if (strncmp(language, all_words[i].language, length) == 0 &&
            (language[length] == 0 || language[length] == '-')) {
            return &all_words[i];
        }
    }
    return &all_words[0];
}

enum visit_shape practice_scene_shape(enum participant_role own_role)
{
    return own_role == ROLE_TREATING_PHYSICIAN ? VISIT_TREATING_LED
           : own_role == ROLE_COORDINATOR      ? VISIT_NURSE_LED
                                               : VISIT_EXPERT_LED;
}

static void add(struct clinical_case *made, const struct practice_scene *scene,
                const struct words *words, struct person person)
{
    random_uuid_v7(person.id);
    snprintf(person.languages, sizeof(person.languages), "%s", words->language);
    snprintf(person.time_zone, sizeof(person.time_zone), "%s", scene->time_zone);
    clinical_case_add_person(made, &person);
}

static void add_people(struct clinical_case *made, const struct practice_scene *scene,
                       const struct words *words)
{
    struct person own = {.role = scene->own_role};
    struct person patient = {.role = ROLE_PATIENT,
                             .display_name = PATIENT_NAME,
                             .birth_date = PRACTICE_BIRTH_DATE,
                             .phone = PATIENT_PHONE,
                             .emergency_contact_name = FAMILY_NAME,
                             .emergency_contact_phone = FAMILY_PHONE};
    struct person family = {
        .role = ROLE_CAREGIVER, .display_name = FAMILY_NAME, .phone = FAMILY_PHONE};
    struct person colleague = {.role = scene->own_role == ROLE_REVIEWING_PHYSICIAN
                                           ? ROLE_TREATING_PHYSICIAN
                                           : ROLE_REVIEWING_PHYSICIAN,
                               .display_name = COLLEAGUE_NAME};
    snprintf(own.display_name, sizeof(own.display_name), "%s", scene->own_name);
    snprintf(patient.address, sizeof(patient.address), "%s", words->address);
    snprintf(family.label, sizeof(family.label), "%s", words->family);
    snprintf(colleague.label, sizeof(colleague.label), "%s", words->colleague);
    add(made, scene, words, own);
    add(made, scene, words, patient);
    add(made, scene, words, family);
    add(made, scene, words, colleague);
}

static struct opinion *make_letter(const struct words *words, int64_t now_ms)
{
    struct opinion *opinion = opinion_create();
    random_uuid_v7(opinion->id);
    opinion->signed_at_ms = now_ms;
    snprintf(opinion->title, sizeof(opinion->title), "%s", words->letter);
    snprintf(opinion->author, sizeof(opinion->author), "%s", COLLEAGUE_NAME);
    for (size_t i = 0; i < SECTIONS; i++) {
        struct opinion_section *section = opinion_add_section(opinion, words->headings[i]);
        snprintf(section->id, sizeof(section->id), "section-%zu", i + 1);
        opinion_section_add_paragraph(section, words->paragraphs[i]);
    }
    return opinion;
}

struct clinical_case *practice_scene_make(const struct practice_scene *scene, int64_t now_ms)
{
    const struct words *words = words_of(scene->language);
    struct clinical_case *made = clinical_case_create();
    random_uuid_v7(made->id);
    made->created_at_ms = now_ms;
    snprintf(made->programme, sizeof(made->programme), "%s", PRACTICE_PROGRAMME);
    snprintf(made->title, sizeof(made->title), "%s", words->title);
    add_people(made, scene, words);
    made->opinion = make_letter(words, now_ms);
    return made;
}

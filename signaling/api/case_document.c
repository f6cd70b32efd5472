#include "signaling/api/case_document.h"

#include "gateway/visits/case_flow.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define MINUTES_DEFAULT 60

/* What the domain calls a person's field, in the words of the document. */
static const char *word_of(const char *field, const char *label_word)
{
    return strcmp(field, "display_name") == 0 ? "name"
           : strcmp(field, "label") == 0      ? label_word
                                              : field;
}

/* ---- people ---- */

static int read_emergency_contact(const struct document_place *place, const json_t *object,
                                  struct person *person)
{
    static const char *const names[] = {"name", "phone", "relation", NULL};
    const json_t *contact = json_object_get(object, "emergency_contact");
    if (!contact) {
        return 0;
    }
    char path[64];
    snprintf(path, sizeof(path), "%s%semergency_contact", place->text, *place->text ? "." : "");
    const struct document_place inner = {path, place->problem};
    char relation[PERSON_LABEL_SIZE] = "";
    const struct document_text fields[] = {
        {"name", true, person->emergency_contact_name, sizeof(person->emergency_contact_name)},
        {"phone", true, person->emergency_contact_phone, sizeof(person->emergency_contact_phone)},
        {"relation", false, relation, sizeof(relation)},
    };
    int result = document_check_fields(&inner, contact, names);
    result =
        result < 0 ? result : document_read_texts(&inner, contact, fields, G_N_ELEMENTS(fields));
    if (result == 0 && relation[0]) {
        g_autofree char *name =
            g_strdup_printf("%s (%s)", person->emergency_contact_name, relation);
        if (strlen(name) >= sizeof(person->emergency_contact_name)) {
            return document_fail(&inner, "name", "Name and relation together are too long.");
        }
        g_strlcpy(person->emergency_contact_name, name, sizeof(person->emergency_contact_name));
    }
    return result;
}

static int read_languages(const struct document_place *place, const json_t *object,
                          struct person *person)
{
    const json_t *languages = json_object_get(object, "languages");
    if (!languages) {
        return 0;
    }
    if (!json_is_array(languages)) {
        return document_fail(place, "languages", "A list of language tags belongs here.");
    }
    GString *text = g_string_new(NULL);
    size_t index;
    json_t *language;
    bool good = true;
    json_array_foreach((json_t *)languages, index, language)
    {
        const char *tag = json_string_value(language);
        good = good && tag && *tag && !strchr(tag, ' ');
        g_string_append_printf(text, "%s%s", index > 0 ? " " : "", tag ? tag : "");
    }
    good = good && text->len < sizeof(person->languages);
    g_strlcpy(person->languages, text->str, sizeof(person->languages));
    g_string_free(text, TRUE);
    return good ? 0
                : document_fail(place, "languages",
                                "A language tag is empty, or the list is too long.");
}

/* What every person has; `names` says which further fields may stand there. */
static int read_person(const struct document_place *place, const json_t *object,
                       const char *const *names, struct person *person)
{
    const struct document_text fields[] = {
        {"name", true, person->display_name, sizeof(person->display_name)},
        {"birth_date", false, person->birth_date, sizeof(person->birth_date)},
        {"phone", false, person->phone, sizeof(person->phone)},
        {"email", false, person->email, sizeof(person->email)},
        {"address", false, person->address, sizeof(person->address)},
        {"time_zone", true, person->time_zone, sizeof(person->time_zone)},
    };
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result : document_read_texts(place, object, fields, G_N_ELEMENTS(fields));
    result = result < 0 ? result : read_emergency_contact(place, object, person);
    return result < 0 ? result : read_languages(place, object, person);
}

static int read_role(const struct document_place *place, const json_t *object,
                     enum participant_role *ret_role)
{
    const char *name = json_string_value(json_object_get(object, "role"));
    return name && participant_role_from_name(name, ret_role) == 0
               ? 0
               : document_fail(
                     place, "role",
                     "A role is patient, caregiver, reviewing_physician, treating_physician, "
                     "coordinator, interpreter, trainee or technical_helper.");
}

static int add_person(const struct document_place *place, struct clinical_case *clinical_case,
                      const struct person *person)
{
    return clinical_case_add_person(clinical_case, person) < 0
               ? document_fail(place, "", "The case has too many people.")
               : 0;
}

static int read_patient(const struct document_place *top, const json_t *document,
                        struct clinical_case *clinical_case)
{
    static const char *const names[] = {"name",      "birth_date", "phone",
                                        "email",     "address",    "emergency_contact",
                                        "time_zone", "languages",  NULL};
    const struct document_place place = {"patient", top->problem};
    struct person person = {.role = ROLE_PATIENT};
    int result = read_person(&place, json_object_get(document, "patient"), names, &person);
    if (result == 0 && !person.birth_date[0]) {
        return document_fail(&place, "birth_date",
                             "The patient's date of birth is needed: it opens the join link.");
    }
    return result < 0 ? result : add_person(&place, clinical_case, &person);
}

static bool has_key(const struct clinical_case *clinical_case, const char *key)
{
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        if (strcmp(clinical_case->people[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

static int read_member(const struct document_place *place, const json_t *object,
                       struct clinical_case *clinical_case)
{
    static const char *const names[] = {
        "key",       "name",  "role",    "organisation",      "birth_date",
        "phone",     "email", "address", "emergency_contact", "time_zone",
        "languages", "staff", NULL};
    struct person person = {0};
    int result = read_person(place, object, names, &person);
    result = result < 0
                 ? result
                 : document_read_text(place, object, "key", true, person.key, sizeof(person.key));
    result = result < 0 ? result
                        : document_read_text(place, object, "organisation", true, person.label,
                                             sizeof(person.label));
    result = result < 0 ? result
                        : document_read_text(place, object, "staff", false, person.staff_key,
                                             sizeof(person.staff_key));
    result = result < 0 ? result : read_role(place, object, &person.role);
    if (result < 0) {
        return result;
    }
    if (person.role == ROLE_PATIENT) {
        return document_fail(place, "role", "The patient stands in the field of that name.");
    }
    if (!case_code_is_plain(person.key)) {
        return document_fail(place, "key", "A key is made of letters, digits, '.', '_' and '-'.");
    }
    if (has_key(clinical_case, person.key)) {
        return document_fail(place, "key", "Two people have this key.");
    }
    return add_person(place, clinical_case, &person);
}

static int read_care_team(const struct document_place *top, const json_t *document,
                          struct clinical_case *clinical_case)
{
    const json_t *team = json_object_get(document, "care_team");
    if (!json_is_array(team) || json_array_size(team) == 0) {
        return document_fail(top, "care_team", "A list of people belongs here, with at least one.");
    }
    for (size_t i = 0; i < json_array_size(team); i++) {
        char path[32];
        snprintf(path, sizeof(path), "care_team[%zu]", i);
        const struct document_place place = {path, top->problem};
        const int result = read_member(&place, json_array_get(team, i), clinical_case);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

/* ---- the opinion ---- */

static int read_outcomes(const struct document_place *place, const json_t *object,
                         struct opinion *opinion)
{
    static const char *const names[] = {"code", "text", NULL};
    static const char *const codes[] = {"diagnosis_confirmed",
                                        "diagnosis_changed",
                                        "treatment_confirmed",
                                        "treatment_changed",
                                        "further_tests",
                                        "trial_suggested",
                                        NULL};
    const json_t *outcomes = json_object_get(object, "outcome");
    if (outcomes &&
        (!json_is_array(outcomes) || json_array_size(outcomes) > OPINION_OUTCOMES_MAX)) {
        return document_fail(place, "outcome", "A list of at most 16 outcomes belongs here.");
    }
    for (size_t i = 0; i < json_array_size(outcomes); i++) {
        char path[48];
        snprintf(path, sizeof(path), "opinion.outcome[%zu]", i);
        const struct document_place inner = {path, place->problem};
        struct opinion_outcome *outcome = &opinion->outcomes[i];
        const json_t *value = json_array_get(outcomes, i);
        int result = document_check_fields(&inner, value, names);
        result = result < 0 ? result
                            : document_read_text(&inner, value, "code", true, outcome->code,
                                                 sizeof(outcome->code));
        result = result < 0 ? result
                            : document_read_text(&inner, value, "text", true, outcome->text,
                                                 sizeof(outcome->text));
        if (result == 0 && !g_strv_contains(codes, outcome->code)) {
            result = document_fail(&inner, "code", "There is no such outcome code.");
        }
        if (result < 0) {
            return result;
        }
        opinion->outcome_count = i + 1;
    }
    return 0;
}

static int read_paragraphs(const struct document_place *place, const json_t *value,
                           struct opinion_section *section)
{
    const json_t *paragraphs = json_object_get(value, "paragraphs");
    if (!json_is_array(paragraphs)) {
        return document_fail(place, "paragraphs", "A list of texts belongs here.");
    }
    for (size_t i = 0; i < json_array_size(paragraphs); i++) {
        const char *text = json_string_value(json_array_get(paragraphs, i));
        if (!text || opinion_section_add_paragraph(section, text) < 0) {
            return document_fail(place, "paragraphs",
                                 "A paragraph is no text, too long, or one too many.");
        }
    }
    return 0;
}

static bool find_section(const struct opinion *opinion, const char *id)
{
    for (size_t i = 0; i < opinion->section_count; i++) {
        if (strcmp(opinion->sections[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static int read_sections(const struct document_place *place, const json_t *object,
                         struct opinion *opinion)
{
    static const char *const names[] = {"id", "heading", "paragraphs", NULL};
    const json_t *sections = json_object_get(object, "sections");
    if (!json_is_array(sections) || json_array_size(sections) == 0) {
        return document_fail(place, "sections",
                             "A list of sections belongs here, with at least one.");
    }
    for (size_t i = 0; i < json_array_size(sections); i++) {
        char path[48];
        char id[OPINION_CODE_SIZE] = "";
        char heading[OPINION_HEADING_SIZE] = "";
        snprintf(path, sizeof(path), "opinion.sections[%zu]", i);
        const struct document_place inner = {path, place->problem};
        const json_t *value = json_array_get(sections, i);
        int result = document_check_fields(&inner, value, names);
        result =
            result < 0 ? result : document_read_text(&inner, value, "id", true, id, sizeof(id));
        result = result < 0
                     ? result
                     : document_read_text(&inner, value, "heading", true, heading, sizeof(heading));
        struct opinion_section *section = result < 0 ? NULL : opinion_add_section(opinion, heading);
        if (result == 0 && !section) {
            result = document_fail(&inner, "", "The opinion has too many sections.");
        }
        if (result == 0 && (!case_code_is_plain(id) || find_section(opinion, id))) {
            result = document_fail(&inner, "id",
                                   "An id is made of letters, digits, '.', '_', '-'; each once.");
        }
        if (result == 0) {
            g_strlcpy(section->id, id, sizeof(section->id));
        }
        result = result < 0 ? result : read_paragraphs(&inner, value, section);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int read_pdf(const struct document_place *place, const json_t *object,
                    struct opinion *opinion)
{
    const json_t *pdf = json_object_get(object, "pdf");
    if (!pdf) {
        return 0;
    }
    if (!json_is_string(pdf)) {
        return document_fail(place, "pdf", "The document in base64 belongs here.");
    }
    const char *text = json_string_value(pdf);
    const size_t length = strlen(text);
    if (length % 4 != 0 ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") !=
            length) {
        return document_fail(place, "pdf", "This is not base64.");
    }
    gsize size = 0;
    g_autofree guchar *bytes = g_base64_decode(text, &size);
    if (opinion_set_document(opinion, "application/pdf", bytes, size) < 0) {
        return document_fail(place, "pdf", "This is not a PDF, or a too large one.");
    }
    return 0;
}

static int read_author(const struct document_place *place, const json_t *object,
                       const struct clinical_case *clinical_case, struct opinion *opinion)
{
    char key[PERSON_KEY_SIZE] = "";
    const int result = document_read_text(place, object, "author", true, key, sizeof(key));
    for (size_t i = 0; result == 0 && i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (strcmp(person->key, key) == 0) {
            g_strlcpy(opinion->author, person->display_name, sizeof(opinion->author));
            return 0;
        }
    }
    return result < 0 ? result
                      : document_fail(place, "author", "Nobody of the care team has this key.");
}

static int read_opinion(const struct document_place *top, const json_t *document,
                        struct clinical_case *clinical_case)
{
    static const char *const names[] = {"title", "author", "delivered_at", "outcome", "sections",
                                        "pdf",   NULL};
    const json_t *object = json_object_get(document, "opinion");
    if (!object) {
        return 0;
    }
    const struct document_place place = {"opinion", top->problem};
    struct opinion *opinion = opinion_create();
    clinical_case->opinion = opinion;
    int result = document_check_fields(&place, object, names);
    result = result < 0 ? result
                        : document_read_text(&place, object, "title", true, opinion->title,
                                             sizeof(opinion->title));
    result = result < 0 ? result : read_author(&place, object, clinical_case, opinion);
    result = result < 0
                 ? result
                 : document_read_time(&place, object, "delivered_at", &opinion->signed_at_ms);
    result = result < 0 ? result : read_outcomes(&place, object, opinion);
    result = result < 0 ? result : read_sections(&place, object, opinion);
    return result < 0 ? result : read_pdf(&place, object, opinion);
}

static int check_with_the_domain(const struct document_place *top,
                                 const struct clinical_case *clinical_case)
{
    size_t index = 0;
    const char *problem = clinical_case_find_problem(clinical_case, &index);
    if (!problem) {
        return 0;
    }
    /* The domain counts the patient first, then the care team. */
    char where[96];
    if (g_str_has_prefix(problem, "people[]")) {
        const char *field = word_of(problem + strlen("people[]."), "organisation");
        if (index == 0) {
            snprintf(where, sizeof(where), "patient.%s", field);
        } else {
            snprintf(where, sizeof(where), "care_team[%zu].%s", index - 1, field);
        }
    } else {
        snprintf(where, sizeof(where), "%s",
                 strcmp(problem, "reference") == 0 ? "number" : problem);
    }
    return document_fail(top, where, "The value makes no sense here.");
}

int case_document_read(const json_t *document, struct clinical_case **ret_case,
                       struct document_problem *ret_problem)
{
    static const char *const names[] = {"number",    "programme", "title", "patient",
                                        "care_team", "opinion",   NULL};
    const struct document_place top = {"", ret_problem};
    AUTO(clinical_case) clinical_case = clinical_case_create();
    const struct document_text fields[] = {
        {"number", true, clinical_case->reference, sizeof(clinical_case->reference)},
        {"programme", true, clinical_case->programme, sizeof(clinical_case->programme)},
        {"title", true, clinical_case->title, sizeof(clinical_case->title)},
    };
    int result = document_check_fields(&top, document, names);
    result =
        result < 0 ? result : document_read_texts(&top, document, fields, G_N_ELEMENTS(fields));
    result = result < 0 ? result : read_patient(&top, document, clinical_case);
    result = result < 0 ? result : read_care_team(&top, document, clinical_case);
    result = result < 0 ? result : read_opinion(&top, document, clinical_case);
    result = result < 0 ? result : check_with_the_domain(&top, clinical_case);
    if (result == 0) {
        *ret_case = TAKE(clinical_case);
    }
    return result;
}

/* ---- visits ---- */

static int read_guest(const struct document_place *place, const json_t *value,
                      struct visit_document *visit)
{
    static const char *const names[] = {
        "name",      "role",  "relation",  "birth_date", "phone", "address", "emergency_contact",
        "time_zone", "email", "languages", NULL};
    struct person *guest = &visit->guests[visit->guest_count];
    int result = read_person(place, value, names, guest);
    result = result < 0 ? result : read_role(place, value, &guest->role);
    result = result < 0 ? result
                        : document_read_text(place, value, "relation", false, guest->label,
                                             sizeof(guest->label));
    if (result < 0) {
        return result;
    }
    if (guest->role == ROLE_PATIENT) {
        return document_fail(place, "role", "The patient is invited by {\"patient\": true}.");
    }
    const char *problem = person_find_problem(guest);
    if (problem) {
        return document_fail(place, word_of(problem, "relation"), "The value makes no sense here.");
    }
    visit->guest_count++;
    return 0;
}

static int read_participant(const struct document_place *place, const json_t *value,
                            struct visit_document *visit)
{
    static const char *const patient_names[] = {"patient", "relation", NULL};
    static const char *const team_names[] = {"care_team", "relation", NULL};
    const bool is_patient = json_object_get(value, "patient") != NULL;
    const bool is_team = json_object_get(value, "care_team") != NULL;
    if (!is_patient && !is_team) {
        return read_guest(place, value, visit);
    }
    int result = document_check_fields(place, value, is_patient ? patient_names : team_names);
    if (result == 0 && is_patient && !json_is_true(json_object_get(value, "patient"))) {
        result = document_fail(place, "patient", "Only true belongs here.");
    }
    char *key = visit->invited[visit->invited_count].key;
    char *label = visit->invited[visit->invited_count].label;
    if (result == 0 && is_team) {
        result = document_read_text(place, value, "care_team", true, key, PERSON_KEY_SIZE);
    }
    result = result < 0
                 ? result
                 : document_read_text(place, value, "relation", false, label, PERSON_LABEL_SIZE);
    if (result == 0) {
        visit->invited[visit->invited_count++].is_patient = is_patient;
    }
    return result;
}

static int read_participants(const struct document_place *top, const json_t *document,
                             struct visit_document *visit)
{
    const json_t *list = json_object_get(document, "participants");
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) > VISIT_PARTICIPANTS_MAX) {
        return document_fail(top, "participants", "A list of 1 to 16 participants belongs here.");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        char path[32];
        snprintf(path, sizeof(path), "participants[%u]", (unsigned)i);
        const struct document_place place = {path, top->problem};
        const int result = read_participant(&place, json_array_get(list, i), visit);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int read_start(const struct document_place *top, const json_t *document, int64_t now_ms,
                      struct visit_document *visit)
{
    const char *text = json_string_value(json_object_get(document, "starts_at"));
    if (text && strcmp(text, "now") == 0) {
        visit->starts_at_ms = now_ms;
        return 0;
    }
    return document_read_time(top, document, "starts_at", &visit->starts_at_ms);
}

int visit_shape_read(const struct document_place *place, const json_t *object,
                     enum visit_shape *ret_shape)
{
    static const struct {
        const char *name;
        enum visit_shape shape;
    } shapes[] = {{"expert_led", VISIT_EXPERT_LED},
                  {"treating_led", VISIT_TREATING_LED},
                  {"physician_to_physician", VISIT_PHYSICIANS_ONLY},
                  {"nurse_led", VISIT_NURSE_LED}};
    const json_t *value = json_object_get(object, "shape");
    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
        if ((!value && i == 0) || g_strcmp0(json_string_value(value), shapes[i].name) == 0) {
            *ret_shape = shapes[i].shape;
            return 0;
        }
    }
    return document_fail(
        place, "shape",
        "A shape is expert_led, treating_led, physician_to_physician or nurse_led.");
}

static int read_minutes(const struct document_place *top, const json_t *document,
                        struct visit_document *visit)
{
    const json_t *value = json_object_get(document, "minutes");
    visit->minutes = MINUTES_DEFAULT;
    if (!value) {
        return 0;
    }
    if (!json_is_integer(value) || json_integer_value(value) < 1 ||
        json_integer_value(value) > VISIT_MINUTES_MAX) {
        return document_fail(top, "minutes", "A whole number from 1 to 480 belongs here.");
    }
    visit->minutes = (uint32_t)json_integer_value(value);
    return 0;
}

int visit_document_read(const json_t *document, int64_t now_ms, struct visit_document *ret_visit,
                        struct document_problem *ret_problem)
{
    static const char *const names[] = {"case",  "starts_at",    "time_zone", "title",
                                        "shape", "participants", "minutes",   NULL};
    const struct document_place top = {"", ret_problem};
    memset(ret_visit, 0, sizeof(*ret_visit));
    const struct document_text fields[] = {
        {"case", true, ret_visit->case_id, sizeof(ret_visit->case_id)},
        {"title", true, ret_visit->title, sizeof(ret_visit->title)},
        {"time_zone", true, ret_visit->time_zone, sizeof(ret_visit->time_zone)},
    };
    int result = document_check_fields(&top, document, names);
    result =
        result < 0 ? result : document_read_texts(&top, document, fields, G_N_ELEMENTS(fields));
    result = result < 0 ? result : read_start(&top, document, now_ms, ret_visit);
    result = result < 0 ? result : visit_shape_read(&top, document, &ret_visit->shape);
    result = result < 0 ? result : read_minutes(&top, document, ret_visit);
    if (result == 0 && !time_zone_is_well_formed(ret_visit->time_zone)) {
        result =
            document_fail(&top, "time_zone", "A time zone is an IANA name like America/Denver.");
    }
    if (result == 0 && !person_text_is_clean(ret_visit->title, false)) {
        result = document_fail(&top, "title", "The value makes no sense here.");
    }
    return result < 0 ? result : read_participants(&top, document, ret_visit);
}

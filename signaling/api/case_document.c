#include "signaling/api/case_document.h"

#include "gateway/visits/case_flow.h"
#include "signaling/api/opinion_document.h"
#include "signaling/api/person_document.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

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
    int result = person_document_read(&place, json_object_get(document, "patient"), names, &person);
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
    int result = person_document_read(place, object, names, &person);
    result = result < 0
                 ? result
                 : document_read_text(place, object, "key", true, person.key, sizeof(person.key));
    result = result < 0 ? result
                        : document_read_text(place, object, "organisation", true, person.label,
                                             sizeof(person.label));
    result = result < 0 ? result
                        : document_read_text(place, object, "staff", false, person.staff_key,
                                             sizeof(person.staff_key));
    result = result < 0 ? result : person_document_read_role(place, object, &person.role);
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
        const char *field = person_document_field(problem + strlen("people[]."), "organisation");
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
    result = result < 0 ? result : opinion_document_read(&top, document, clinical_case);
    result = result < 0 ? result : check_with_the_domain(&top, clinical_case);
    if (result == 0) {
        *ret_case = TAKE(clinical_case);
    }
    return result;
}

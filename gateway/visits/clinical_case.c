#include "gateway/visits/clinical_case.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct clinical_case *clinical_case_create(void)
{
    return allocate_zeroed(1, sizeof(struct clinical_case));
}

struct clinical_case *clinical_case_destroy(struct clinical_case *clinical_case)
{
    if (clinical_case) {
        free(clinical_case->people);
        opinion_destroy(clinical_case->opinion);
        free(clinical_case);
    }
    return NULL;
}

int clinical_case_add_person(struct clinical_case *clinical_case, const struct person *person)
{
    if (clinical_case->person_count == CASE_PEOPLE_MAX) {
        return -ENOSPC;
    }
    if (!clinical_case->people) {
        clinical_case->people = allocate_zeroed(CASE_PEOPLE_MAX, sizeof(struct person));
    }
    clinical_case->people[clinical_case->person_count++] = *person;
    return 0;
}

const struct person *clinical_case_patient(const struct clinical_case *clinical_case)
{
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        if (clinical_case->people[i].role == ROLE_PATIENT) {
            return &clinical_case->people[i];
        }
    }
    return NULL;
}

const struct person *clinical_case_find_person(const struct clinical_case *clinical_case,
                                               const char *person_id)
{
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        if (strcmp(clinical_case->people[i].id, person_id) == 0) {
            return &clinical_case->people[i];
        }
    }
    return NULL;
}

/* Programme and reference appear in paths and on the command line. */
static bool is_plain_code(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return text[0] && strspn(text, allowed) == strlen(text);
}

static const char *find_problem_of_people(const struct clinical_case *clinical_case,
                                          size_t *ret_index)
{
    static const struct {
        const char *field;
        const char *path;
    } paths[] = {
        {"role", "people[].role"},
        {"key", "people[].key"},
        {"display_name", "people[].display_name"},
        {"label", "people[].label"},
        {"birth_date", "people[].birth_date"},
        {"phone", "people[].phone"},
        {"email", "people[].email"},
        {"address", "people[].address"},
        {"emergency_contact.name", "people[].emergency_contact.name"},
        {"emergency_contact.phone", "people[].emergency_contact.phone"},
        {"time_zone", "people[].time_zone"},
        {"languages", "people[].languages"},
    };
    size_t patients = 0;
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        const char *field = person_find_problem(&clinical_case->people[i]);
        for (size_t k = 0; field && k < ARRAY_LENGTH(paths); k++) {
            if (strcmp(paths[k].field, field) == 0) {
                *ret_index = i;
                return paths[k].path;
            }
        }
        patients += clinical_case->people[i].role == ROLE_PATIENT;
    }
    return patients == 1 ? NULL : "people";
}

const char *clinical_case_find_problem(const struct clinical_case *clinical_case, size_t *ret_index)
{
    size_t ignored = 0;
    size_t *index = ret_index ? ret_index : &ignored;
    *index = 0;
    if (!is_plain_code(clinical_case->programme)) {
        return "programme";
    }
    if (!is_plain_code(clinical_case->reference)) {
        return "reference";
    }
    if (!clinical_case->title[0] || !person_text_is_clean(clinical_case->title, false)) {
        return "title";
    }
    const char *problem = find_problem_of_people(clinical_case, index);
    if (problem) {
        return problem;
    }
    return clinical_case->opinion ? opinion_find_problem(clinical_case->opinion) : NULL;
}

#include "signaling/api/visit_document.h"

#include "signaling/api/person_document.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define MINUTES_DEFAULT 60

static int read_guest(const struct document_place *place, const json_t *value,
                      struct visit_document *visit)
{
    static const char *const names[] = {
        "name",      "role",  "relation",  "birth_date", "phone", "address", "emergency_contact",
        "time_zone", "email", "languages", NULL};
    struct person *guest = &visit->guests[visit->guest_count];
    int result = person_document_read(place, value, names, guest);
    result = result < 0 ? result : person_document_read_role(place, value, &guest->role);
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
        return document_fail(place, person_document_field(problem, "relation"),
                             "The value makes no sense here.");
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
        json_array_size(list) > VISIT_INVITED_MAX) {
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
    static const char *const names[] = {"case",    "starts_at",     "time_zone",
                                        "title",   "shape",         "participants",
                                        "minutes", "allow_overlap", NULL};
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
    result = result < 0 ? result
                        : document_read_flag(&top, document, "allow_overlap", false,
                                             &ret_visit->allow_overlap);
    if (result == 0 && !time_zone_is_well_formed(ret_visit->time_zone)) {
        result =
            document_fail(&top, "time_zone", "A time zone is an IANA name like America/Denver.");
    }
    if (result == 0 && !person_text_is_clean(ret_visit->title, false)) {
        result = document_fail(&top, "title", "The value makes no sense here.");
    }
    return result < 0 ? result : read_participants(&top, document, ret_visit);
}

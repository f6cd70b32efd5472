#include "signaling/session/emergency_view.h"

#include "gateway/visits/permission_table.h"

static const struct participant *find_patient(const struct visit_picture *picture)
{
    for (size_t i = 0; i < picture->participant_count; i++) {
        if (picture->participants[i].person.role == ROLE_PATIENT) {
            return &picture->participants[i];
        }
    }
    return NULL;
}

static void add_text(json_t *object, const char *name, const char *text)
{
    if (text[0]) {
        json_object_set_new(object, name, json_string(text));
    }
}

static json_t *patient_json(const struct participant *patient)
{
    const struct person *person = &patient->person;
    json_t *object =
        json_pack("{s:s, s:s}", "participant", patient->id, "name", person->display_name);
    add_text(object, "birth_date", person->birth_date);
    add_text(object, "place", patient->subdivision);
    add_text(object, "address", person->address);
    add_text(object, "phone", person->phone);
    add_text(object, "contact_name", person->emergency_contact_name);
    add_text(object, "contact_phone", person->emergency_contact_phone);
    if (patient->placed_at_ms > 0) {
        json_object_set_new(object, "placed_at", json_integer(patient->placed_at_ms));
    }
    return object;
}

static json_t *scripts_json(const struct emergency_site *site)
{
    json_t *scripts = json_array();
    for (size_t i = 0; site && i < site->script_count; i++) {
        const struct emergency_script *script = &site->scripts[i];
        json_t *lines = json_array();
        for (size_t k = 0; k < script->line_count; k++) {
            json_array_append_new(lines, json_string(script->lines[k]));
        }
        json_array_append_new(
            scripts, json_pack("{s:s, s:o}", "language", script->language, "lines", lines));
    }
    return scripts;
}

json_t *emergency_view(const struct visit_view *view, const struct emergency_site *site)
{
    const struct visit_picture *picture = view->picture;
    const struct visit_emergency *emergency = &picture->emergency;
    if (!emergency_view_is_open(view)) {
        return json_null();
    }
    const struct participant *patient = find_patient(picture);
    const struct emergency_number *number =
        site ? emergency_site_find_number(site, patient ? patient->subdivision : "") : NULL;
    json_t *object = json_pack("{s:I, s:s, s:b, s:o}", "since", (json_int_t)emergency->began_at_ms,
                               "by", emergency->began_by, "told", emergency->told_at_ms > 0,
                               "scripts", scripts_json(site));
    if (patient) {
        json_object_set_new(object, "patient", patient_json(patient));
    }
    if (number) {
        json_object_set_new(object, "number", json_string(number->number));
        add_text(object, "from_afar", number->from_afar);
    }
    return object;
}

bool emergency_view_is_open(const struct visit_view *view)
{
    return view->picture->emergency.began_at_ms > 0 &&
           permission_allows(view->viewer->person.role, OPERATION_EMERGENCY) &&
           visit_picture_opens_contents(view->viewer);
}

bool emergency_view_is_told(const struct visit_view *view)
{
    const enum participant_role role = view->viewer->person.role;
    return (role == ROLE_PATIENT || role == ROLE_CAREGIVER) &&
           view->picture->emergency.told_at_ms > 0;
}

#include "signaling/session/licence_view.h"

static json_t *physician_json(const struct participant *physician,
                              const struct licence_verdict *verdict)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:b}", "participant", physician->id, "outcome",
                               licence_outcome_name(verdict->outcome), "reason",
                               licence_reason_name(verdict->reason), "consultation_helps",
                               verdict->consultation_helps);
    if (verdict->expires[0]) {
        json_object_set_new(object, "expires", json_string(verdict->expires));
    }
    return object;
}

static json_t *consultation_json(const struct visit_picture *picture)
{
    json_t *object = json_pack("{s:I}", "since", (json_int_t)picture->visit.consultation_since_ms);
    if (picture->licensed_colleague_id[0]) {
        json_object_set_new(object, "colleague", json_string(picture->licensed_colleague_id));
    }
    return object;
}

static void add_place(json_t *object, const struct participant *patient)
{
    if (patient->subdivision[0]) {
        json_object_set_new(object, "place", json_string(patient->subdivision));
        json_object_set_new(object, "placed_at", json_integer(patient->placed_at_ms));
    }
}

json_t *licence_view(const struct visit_view *view)
{
    const struct visit_picture *picture = view->picture;
    json_t *physicians = json_array();
    json_t *object = json_pack("{s:o}", "physicians", physicians);
    for (size_t i = 0; i < picture->participant_count; i++) {
        const struct participant *one = &picture->participants[i];
        if (one->person.role == ROLE_PATIENT) {
            add_place(object, one);
        } else if (participant_role_is_physician(one->person.role)) {
            json_array_append_new(physicians, physician_json(one, &picture->licences[i]));
        }
    }
    if (picture->visit.consultation_since_ms > 0) {
        json_object_set_new(object, "consultation", consultation_json(picture));
    }
    return object;
}

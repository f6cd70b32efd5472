#include "signaling/api/person_document.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

const char *person_document_field(const char *field, const char *label_word)
{
    return strcmp(field, "display_name") == 0 ? "name"
           : strcmp(field, "label") == 0      ? label_word
                                              : field;
}

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

int person_document_read(const struct document_place *place, const json_t *object,
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

int person_document_read_role(const struct document_place *place, const json_t *object,
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

#include "signaling/api/development_staff.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

struct development_staff *development_staff_destroy(struct development_staff *staff)
{
    free(staff);
    return NULL;
}

const struct staff_account *development_staff_find(const struct development_staff *staff,
                                                   const char *key)
{
    for (size_t i = 0; i < staff->count; i++) {
        if (strcmp(staff->people[i].staff_key, key) == 0) {
            return &staff->people[i];
        }
    }
    return NULL;
}

/* A missing text is empty. */
static bool take_text(const json_t *object, const char *name, char *ret_text, size_t capacity)
{
    const json_t *value = json_object_get(object, name);
    const size_t size = json_string_length(value);
    if (!value) {
        return true;
    }
    if (!json_is_string(value) || size >= capacity || strlen(json_string_value(value)) != size) {
        return false;
    }
    memcpy(ret_text, json_string_value(value), size + 1);
    return true;
}

static bool take_roles(const json_t *list, unsigned *ret_roles)
{
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        enum participant_role role;
        if (!json_is_string(item) ||
            participant_role_from_name(json_string_value(item), &role) < 0) {
            return false;
        }
        *ret_roles |= PARTICIPANT_ROLE_BIT(role);
    }
    return true;
}

static const char *add_person(struct development_staff *staff, const json_t *object)
{
    struct staff_account person = {.issuer = DEVELOPMENT_STAFF_ISSUER};
    if (staff->count == DEVELOPMENT_STAFF_MAX) {
        return "there are too many people";
    }
    if (!take_text(object, "key", person.staff_key, sizeof(person.staff_key)) ||
        !take_text(object, "name", person.display_name, sizeof(person.display_name)) ||
        !take_text(object, "programme", person.programme, sizeof(person.programme)) ||
        !take_text(object, "time_zone", person.time_zone, sizeof(person.time_zone)) ||
        !take_text(object, "languages", person.languages, sizeof(person.languages))) {
        return "a field is no text, or too long";
    }
    if (!take_roles(json_object_get(object, "roles"), &person.roles)) {
        return "there is no such role";
    }
    memcpy(person.subject, person.staff_key, sizeof(person.staff_key));
    if (staff_account_find_problem(&person)) {
        return "a person has a key, a name, and roles of staff";
    }
    if (development_staff_find(staff, person.staff_key)) {
        return "a key comes twice";
    }
    staff->people[staff->count++] = person;
    return NULL;
}

static const char *add_people(struct development_staff *staff, const json_t *list)
{
    const char *problem = NULL;
    size_t index;
    json_t *object;
    json_array_foreach(list, index, object)
    {
        problem = problem ? problem : add_person(staff, object);
    }
    return problem || staff->count > 0 ? problem : "there is nobody in it";
}

int development_staff_read(const char *text, size_t size, struct development_staff **ret_staff,
                           const char **ret_problem)
{
    AUTO(development_staff) staff = allocate_zeroed(1, sizeof(*staff));
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const char *problem = json_is_object(root) ? add_people(staff, json_object_get(root, "staff"))
                                               : "it is no JSON object";
    json_decref(root);
    if (problem) {
        *ret_problem = problem;
        return -EBADMSG;
    }
    *ret_staff = TAKE(staff);
    return 0;
}

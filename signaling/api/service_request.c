#include "signaling/api/service_request.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define TIME_ZONE_EXTENSION "http://hl7.org/fhir/StructureDefinition/tz-code"

static int fail(struct document_problem *problem, const char *where, const char *message)
{
    snprintf(problem->where, sizeof(problem->where), "%s", where);
    snprintf(problem->message, sizeof(problem->message), "%s", message);
    return -EBADMSG;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static const json_t *first_of(const json_t *object, const char *name)
{
    return json_array_get(json_object_get(object, name), 0);
}

/* Copies as many whole characters as there is room for, without control characters. */
static void copy_line(char *to, size_t size, const char *text)
{
    g_autofree char *line = g_strdup(text);
    for (char *c = line; *c; c++) {
        *c = (unsigned char)*c < 0x20 || *c == 0x7F ? ' ' : *c;
    }
    g_strstrip(line);
    size_t length = strlen(line);
    if (length >= size) {
        length = (size_t)(g_utf8_find_prev_char(line, line + size) - line);
    }
    memcpy(to, line, length);
    to[length] = 0;
}

/* What does not fit is never cut: it becomes what no field takes, so that it is refused. */
static void copy_whole(char *to, size_t size, const char *text)
{
    if (strlen(text) < size) {
        memcpy(to, text, strlen(text) + 1);
    } else {
        memcpy(to, "\a", 2);
    }
}

/* What a CodeableConcept says to people: its text, or the first display. */
static const char *words_of(const json_t *concept)
{
    const char *text = text_of(concept, "text");
    return *text ? text : text_of(first_of(concept, "coding"), "display");
}

/* "#p1" -> the contained resource of this type with that id. */
static const json_t *find_contained(const json_t *resource, const json_t *reference,
                                    const char *type, size_t *ret_index)
{
    const char *target = text_of(reference, "reference");
    const json_t *contained = json_object_get(resource, "contained");
    for (size_t i = 0; target[0] == '#' && i < json_array_size(contained); i++) {
        const json_t *found = json_array_get(contained, i);
        if (strcmp(text_of(found, "id"), target + 1) == 0 &&
            strcmp(text_of(found, "resourceType"), type) == 0) {
            *ret_index = i;
            return found;
        }
    }
    return NULL;
}

/* ---- people ---- */

/* HumanName: the official one, or else the first. */
static void take_name(const json_t *names, char *to, size_t size)
{
    const json_t *chosen = json_array_get(names, 0);
    for (size_t i = 0; i < json_array_size(names); i++) {
        if (strcmp(text_of(json_array_get(names, i), "use"), "official") == 0) {
            chosen = json_array_get(names, i);
            break;
        }
    }
    g_autoptr(GString) whole = g_string_new(text_of(chosen, "text"));
    if (whole->len == 0) {
        static const char *const lists[] = {"prefix", "given"};
        for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
            const json_t *parts = json_object_get(chosen, lists[i]);
            for (size_t k = 0; k < json_array_size(parts); k++) {
                const char *part = json_string_value(json_array_get(parts, k));
                g_string_append_printf(whole, "%s ", part ? part : "");
            }
        }
        g_string_append(whole, text_of(chosen, "family"));
    }
    copy_line(to, size, whole->str);
}

static void take_phone(const json_t *telecoms, char *to, size_t size)
{
    for (size_t i = 0; i < json_array_size(telecoms); i++) {
        const json_t *telecom = json_array_get(telecoms, i);
        const char *system = text_of(telecom, "system");
        if (strcmp(system, "phone") == 0 || strcmp(system, "sms") == 0) {
            const char *value = text_of(telecom, "value");
            copy_whole(to, size, g_str_has_prefix(value, "tel:") ? value + 4 : value);
            return;
        }
    }
}

/* One that nobody can write to is left out: the order counts without it. */
static void take_email(const json_t *telecoms, char *to, size_t size)
{
    for (size_t i = 0; i < json_array_size(telecoms); i++) {
        const json_t *telecom = json_array_get(telecoms, i);
        const char *value = text_of(telecom, "value");
        value = g_str_has_prefix(value, "mailto:") ? value + 7 : value;
        if (strcmp(text_of(telecom, "system"), "email") == 0 && email_is_well_formed(value)) {
            copy_whole(to, size, value);
            return;
        }
    }
}

static void take_address(const json_t *address, char *to, size_t size)
{
    static const char *const parts[] = {"city", "state", "postalCode", "country"};
    g_autoptr(GString) whole = g_string_new(text_of(address, "text"));
    if (whole->len == 0) {
        const json_t *lines = json_object_get(address, "line");
        for (size_t i = 0; i < json_array_size(lines); i++) {
            const char *line = json_string_value(json_array_get(lines, i));
            g_string_append_printf(whole, "%s%s", whole->len > 0 ? ", " : "", line ? line : "");
        }
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
            const char *part = text_of(address, parts[i]);
            if (*part) {
                g_string_append_printf(whole, "%s%s", whole->len > 0 ? ", " : "", part);
            }
        }
    }
    copy_line(to, size, whole->str);
}

/* The preferred language first. */
static void take_languages(const json_t *communications, char *to, size_t size)
{
    g_autoptr(GString) tags = g_string_new(NULL);
    for (size_t i = 0; i < json_array_size(communications); i++) {
        const json_t *communication = json_array_get(communications, i);
        const json_t *language = json_object_get(communication, "language");
        const char *tag = text_of(first_of(language, "coding"), "code");
        if (!*tag || strchr(tag, ' ') || tags->len + strlen(tag) + 1 >= size) {
            continue;
        }
        if (json_is_true(json_object_get(communication, "preferred"))) {
            g_string_prepend(tags, tags->len > 0 ? " " : "");
            g_string_prepend(tags, tag);
        } else {
            g_string_append_printf(tags, "%s%s", tags->len > 0 ? " " : "", tag);
        }
    }
    g_strlcpy(to, tags->str, size);
}

static void take_time_zone(const json_t *resource, char *to, size_t size)
{
    const json_t *extensions = json_object_get(resource, "extension");
    for (size_t i = 0; i < json_array_size(extensions); i++) {
        const json_t *extension = json_array_get(extensions, i);
        if (strcmp(text_of(extension, "url"), TIME_ZONE_EXTENSION) == 0) {
            copy_whole(to, size, text_of(extension, "valueCode"));
        }
    }
}

static void take_contact(const json_t *contact, struct person *person)
{
    g_autoptr(GString) whole = g_string_new(NULL);
    char name[PERSON_NAME_SIZE] = "";
    const json_t *single = json_object_get(contact, "name");
    if (!single) {
        return;
    }
    json_t *names = json_array();
    json_array_append(names, (json_t *)single);
    take_name(names, name, sizeof(name));
    json_decref(names);
    const char *relation = words_of(first_of(contact, "relationship"));
    g_string_append_printf(whole, *relation ? "%s (%s)" : "%s", name, relation);
    copy_line(person->emergency_contact_name, sizeof(person->emergency_contact_name), whole->str);
    take_phone(json_object_get(contact, "telecom"), person->emergency_contact_phone,
               sizeof(person->emergency_contact_phone));
}

static int add(struct case_order *order, const struct person *person, const char *path,
               struct document_problem *problem)
{
    const char *problem_field = person_find_problem(person);
    const char *field = g_strcmp0(problem_field, "display_name") == 0 ? "name" : problem_field;
    g_autofree char *where = g_strdup_printf("%s.%s", path, field ? field : "");
    if (field) {
        return fail(problem, where, "The value makes no sense here.");
    }
    return clinical_case_add_person(order->clinical_case, person) < 0
               ? fail(problem, path, "The case has too many people.")
               : 0;
}

static int read_patient(const json_t *resource, struct case_order *order,
                        struct document_problem *problem)
{
    size_t index = 0;
    const json_t *patient =
        find_contained(resource, json_object_get(resource, "subject"), "Patient", &index);
    if (!patient) {
        return fail(problem, "subject",
                    "The subject is a reference (\"#id\") to a contained Patient.");
    }
    g_autofree char *path = g_strdup_printf("contained[%zu]", index);
    g_autofree char *birth = g_strdup_printf("%s.birthDate", path);
    struct person person = {.role = ROLE_PATIENT};
    if (json_object_get(patient, "modifierExtension")) {
        return fail(problem, path, "It has an extension that would change its meaning.");
    }
    take_name(json_object_get(patient, "name"), person.display_name, sizeof(person.display_name));
    g_strlcpy(person.birth_date, text_of(patient, "birthDate"), sizeof(person.birth_date));
    if (!person_date_is_valid(text_of(patient, "birthDate"))) {
        return fail(problem, birth, "The patient's whole date of birth is needed.");
    }
    take_phone(json_object_get(patient, "telecom"), person.phone, sizeof(person.phone));
    take_email(json_object_get(patient, "telecom"), person.email, sizeof(person.email));
    take_address(first_of(patient, "address"), person.address, sizeof(person.address));
    take_languages(json_object_get(patient, "communication"), person.languages,
                   sizeof(person.languages));
    take_time_zone(patient, person.time_zone, sizeof(person.time_zone));
    take_time_zone(first_of(patient, "address"), person.time_zone, sizeof(person.time_zone));
    take_contact(first_of(patient, "contact"), &person);
    return add(order, &person, path, problem);
}

static void take_staff_key(const json_t *practitioner, char *to, size_t size)
{
    const json_t *identifiers = json_object_get(practitioner, "identifier");
    for (size_t i = 0; i < json_array_size(identifiers); i++) {
        const json_t *identifier = json_array_get(identifiers, i);
        if (strcmp(text_of(identifier, "system"), SERVICE_REQUEST_STAFF_SYSTEM) == 0) {
            copy_whole(to, size, text_of(identifier, "value"));
        }
    }
}

/* Whoever orders: a contained PractitionerRole or Practitioner, or a name alone; may be missing. */
static int read_requester(const json_t *resource, struct case_order *order,
                          struct document_problem *problem)
{
    size_t index = 0;
    const json_t *requester = json_object_get(resource, "requester");
    const json_t *role = find_contained(resource, requester, "PractitionerRole", &index);
    const json_t *named = role ? json_object_get(role, "practitioner") : requester;
    const json_t *practitioner = find_contained(resource, named, "Practitioner", &index);
    struct person person = {.role = ROLE_TREATING_PHYSICIAN};
    if (practitioner) {
        take_name(json_object_get(practitioner, "name"), person.display_name,
                  sizeof(person.display_name));
        take_staff_key(practitioner, person.staff_key, sizeof(person.staff_key));
        take_phone(json_object_get(practitioner, "telecom"), person.phone, sizeof(person.phone));
    }
    if (role) {
        copy_line(person.label, sizeof(person.label),
                  text_of(json_object_get(role, "organization"), "display"));
        take_phone(json_object_get(role, "telecom"), person.phone, sizeof(person.phone));
    }
    if (!person.display_name[0]) {
        copy_line(person.display_name, sizeof(person.display_name), text_of(named, "display"));
    }
    g_strlcpy(person.key, "ordered-by", sizeof(person.key));
    return person.display_name[0] ? add(order, &person, "requester", problem) : 0;
}

/* ---- what is asked for ---- */

static int check_meaning(const json_t *resource, struct document_problem *problem)
{
    static const char *const intents[] = {"order",        "original-order", "reflex-order",
                                          "filler-order", "instance-order", NULL};
    if (!json_is_object(resource) ||
        strcmp(text_of(resource, "resourceType"), "ServiceRequest") != 0) {
        return fail(problem, "resourceType", "A ServiceRequest of FHIR R4 belongs here.");
    }
    if (json_object_get(resource, "modifierExtension")) {
        return fail(problem, "modifierExtension",
                    "It has an extension that would change its meaning.");
    }
    const json_t *negated = json_object_get(resource, "doNotPerform");
    if (negated && !json_is_false(negated)) {
        return fail(problem, "doNotPerform", "An order not to do something makes no case.");
    }
    if (strcmp(text_of(resource, "status"), "active") != 0) {
        return fail(problem, "status", "Only an active order makes a case.");
    }
    return g_strv_contains(intents, text_of(resource, "intent"))
               ? 0
               : fail(problem, "intent", "Only an order makes a case, not a proposal or a plan.");
}

static int read_identifier(const json_t *resource, struct case_order *order,
                           struct document_problem *problem)
{
    const json_t *identifiers = json_object_get(resource, "identifier");
    for (size_t i = 0; i < json_array_size(identifiers); i++) {
        const json_t *identifier = json_array_get(identifiers, i);
        const char *system = text_of(identifier, "system");
        const char *value = text_of(identifier, "value");
        if (!*system || !*value || strcmp(text_of(identifier, "use"), "old") == 0) {
            continue;
        }
        if (strlen(system) >= sizeof(order->system) || strlen(value) >= sizeof(order->value) ||
            !person_text_is_clean(system, false) || !person_text_is_clean(value, false)) {
            return fail(problem, "identifier", "The identifier is too long, or no plain text.");
        }
        g_strlcpy(order->system, system, sizeof(order->system));
        g_strlcpy(order->value, value, sizeof(order->value));
        return 0;
    }
    return fail(problem, "identifier",
                "An identifier with system and value is needed, to know the order again.");
}

static int read_priority(const json_t *resource, struct case_order *order,
                         struct document_problem *problem)
{
    static const struct {
        const char *name;
        enum case_priority priority;
    } priorities[] = {{"", CASE_ROUTINE},
                      {"routine", CASE_ROUTINE},
                      {"urgent", CASE_URGENT},
                      {"asap", CASE_URGENT},
                      {"stat", CASE_URGENT}};
    for (size_t i = 0; i < G_N_ELEMENTS(priorities); i++) {
        if (strcmp(text_of(resource, "priority"), priorities[i].name) == 0) {
            order->priority = priorities[i].priority;
            return 0;
        }
    }
    return fail(problem, "priority", "A priority is routine, urgent, asap or stat.");
}

/* The codes of performerType, whatever their system: a team or an expert may have one of them. */
static void take_subspecialties(const json_t *resource, struct case_order *order)
{
    const json_t *codings = json_object_get(json_object_get(resource, "performerType"), "coding");
    for (size_t i = 0; i < json_array_size(codings); i++) {
        const char *code = text_of(json_array_get(codings, i), "code");
        const size_t length = strlen(order->subspecialties);
        if (case_code_is_plain(code) && strlen(code) < SUBSPECIALTY_SIZE &&
            length + 1 + strlen(code) < sizeof(order->subspecialties)) {
            g_strlcat(order->subspecialties, length > 0 ? " " : "", sizeof(order->subspecialties));
            g_strlcat(order->subspecialties, code, sizeof(order->subspecialties));
        }
    }
}

static int take_title(const json_t *resource, struct case_order *order,
                      struct document_problem *problem)
{
    const char *what = words_of(json_object_get(resource, "code"));
    const char *why = words_of(first_of(resource, "reasonCode"));
    g_autofree char *title =
        g_strdup_printf("%s%s%s", *what ? what : "Second opinion", *why ? ": " : "", why);
    copy_line(order->clinical_case->title, sizeof(order->clinical_case->title), title);
    return person_text_is_clean(order->clinical_case->title, false)
               ? 0
               : fail(problem, "code", "The text has marks that turn its direction.");
}

int service_request_read(const json_t *resource, struct case_order **ret_order,
                         struct document_problem *ret_problem)
{
    AUTO(case_order) order = case_order_create();
    int result = check_meaning(resource, ret_problem);
    result = result < 0 ? result : read_identifier(resource, order, ret_problem);
    result = result < 0 ? result : read_priority(resource, order, ret_problem);
    result = result < 0 ? result : read_patient(resource, order, ret_problem);
    result = result < 0 ? result : read_requester(resource, order, ret_problem);
    result = result < 0 ? result : take_title(resource, order, ret_problem);
    if (result == 0) {
        take_subspecialties(resource, order);
        *ret_order = TAKE(order);
    }
    return result;
}

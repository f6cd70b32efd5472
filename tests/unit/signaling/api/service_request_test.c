#include "signaling/api/service_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *load(void)
{
    json_t *resource = json_load_file(TEST_VECTORS "/service_request.json", 0, NULL);
    assert_non_null(resource);
    return resource;
}

static json_t *at(json_t *resource, const char *list, size_t index)
{
    json_t *found = json_array_get(json_object_get(resource, list), index);
    assert_non_null(found);
    return found;
}

static void an_order_is_read(void **state)
{
    (void)state;
    json_t *resource = load();
    struct document_problem problem;
    AUTO(case_order) order = NULL;
    assert_int_equal(service_request_read(resource, &order, &problem), 0);
    json_decref(resource);
    assert_string_equal(order->system, "urn:example:orders");
    assert_string_equal(order->value, "SR-2026-0042");
    assert_int_equal(order->priority, CASE_URGENT);
    assert_string_equal(order->subspecialties, "207RX0202X breast");
    assert_string_equal(order->clinical_case->title,
                        "Consultation 2nd opinion: invasive lobular cancer of the left breast");
    assert_int_equal(order->clinical_case->person_count, 2);
    const struct person *patient = &order->clinical_case->people[0];
    assert_int_equal(patient->role, ROLE_PATIENT);
    assert_string_equal(patient->display_name, "Ruth Ann Alder");
    assert_string_equal(patient->birth_date, "1955-03-14");
    assert_string_equal(patient->phone, "+1 406 555 0101");
    assert_string_equal(patient->address, "118 Larkspur Lane, Hamilton, MT, 59840");
    assert_string_equal(patient->languages, "es-US en");
    assert_string_equal(patient->time_zone, "America/Denver");
    assert_string_equal(patient->emergency_contact_name, "Ana Alder (daughter)");
    assert_string_equal(patient->emergency_contact_phone, "+1 406 555 0102");
    const struct person *doctor = &order->clinical_case->people[1];
    assert_int_equal(doctor->role, ROLE_TREATING_PHYSICIAN);
    assert_string_equal(doctor->display_name, "Dr. Jonas Feld");
    assert_string_equal(doctor->staff_key, "feld");
    assert_string_equal(doctor->label, "Bitterroot Community Oncology (invented)");
    assert_string_equal(doctor->phone, "+1 406 555 0120");
}

/* Each change is written as JSON that is merged into the order (null takes a field away), or into
 * one of its contained resources. */
static const struct {
    const char *name;
    int contained; /* -1: the order itself */
    const char *change;
    const char *where; /* NULL: still read */
} changes[] = {
    {"another resource", -1, "{\"resourceType\":\"Appointment\"}", "resourceType"},
    {"no identifier", -1, "{\"identifier\":null}", "identifier"},
    {"an identifier without system", -1, "{\"identifier\":[{\"value\":\"1\"}]}", "identifier"},
    {"an old identifier alone", -1,
     "{\"identifier\":[{\"system\":\"s\",\"value\":\"1\",\"use\":\"old\"}]}", "identifier"},
    {"the first good identifier", -1,
     "{\"identifier\":[{\"value\":\"1\"},{\"system\":\"s\",\"value\":\"2\"}]}", NULL},
    {"an identifier that is no list", -1, "{\"identifier\":{\"system\":\"s\"}}", "identifier"},
    {"a bell", -1, "{\"identifier\":[{\"system\":\"s\",\"value\":\"a\\u0007\"}]}", "identifier"},
    {"a draft", -1, "{\"status\":\"draft\"}", "status"},
    {"revoked", -1, "{\"status\":\"revoked\"}", "status"},
    {"no status", -1, "{\"status\":null}", "status"},
    {"a proposal", -1, "{\"intent\":\"proposal\"}", "intent"},
    {"an instance of an order", -1, "{\"intent\":\"instance-order\"}", NULL},
    {"not to be done", -1, "{\"doNotPerform\":true}", "doNotPerform"},
    {"said to be done", -1, "{\"doNotPerform\":false}", NULL},
    {"a modifier", -1, "{\"modifierExtension\":[{\"url\":\"x\"}]}", "modifierExtension"},
    {"an unknown extension", -1, "{\"extension\":[{\"url\":\"x\"}]}", NULL},
    {"no priority", -1, "{\"priority\":null}", NULL},
    {"stat", -1, "{\"priority\":\"stat\"}", NULL},
    {"an unknown priority", -1, "{\"priority\":\"now\"}", "priority"},
    {"no subject", -1, "{\"subject\":null}", "subject"},
    {"a subject elsewhere", -1, "{\"subject\":{\"reference\":\"Patient/1\"}}", "subject"},
    {"a subject that is no patient", -1, "{\"subject\":{\"reference\":\"#doctor\"}}", "subject"},
    {"no requester", -1, "{\"requester\":null}", NULL},
    {"a requester by name", -1, "{\"requester\":{\"display\":\"Dr. Feld\"}}", NULL},
    {"a requester elsewhere", -1, "{\"requester\":{\"reference\":\"Practitioner/1\"}}", NULL},
    {"the practitioner as requester", -1, "{\"requester\":{\"reference\":\"#doctor\"}}", NULL},
    {"no code and no reason", -1, "{\"code\":null,\"reasonCode\":null}", NULL},
    {"a reason that turns its direction", -1, "{\"reasonCode\":[{\"text\":\"a\\u202eb\"}]}",
     "code"},
    {"no performer", -1, "{\"performerType\":null}", NULL},
    {"types that make no sense", -1,
     "{\"code\":7,\"reasonCode\":\"x\",\"performerType\":[1],\"requester\":[]}", NULL},
    {"no date of birth", 0, "{\"birthDate\":null}", "contained[0].birthDate"},
    {"half a date of birth", 0, "{\"birthDate\":\"1955-03\"}", "contained[0].birthDate"},
    {"a patient without a name", 0, "{\"name\":null}", "contained[0].name"},
    {"a patient whose meaning is changed", 0, "{\"modifierExtension\":[]}", "contained[0]"},
    {"a phone of letters", 0, "{\"telecom\":[{\"system\":\"phone\",\"value\":\"call me\"}]}",
     "contained[0].phone"},
    {"a phone that is never cut", 0,
     "{\"telecom\":[{\"system\":\"phone\",\"value\":"
     "\"+1 406 555 0101 0101 0101 0101 0101 0101 0101\"}]}",
     "contained[0].phone"},
    {"no phone", 0, "{\"telecom\":null}", NULL},
    {"a zone that is none", 0,
     "{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/tz-code\","
     "\"valueCode\":\"over there\"}]}",
     "contained[0].time_zone"},
    {"no contact, no language, no address", 0,
     "{\"contact\":null,\"communication\":null,\"address\":null}", NULL},
    {"no role", 2, "{\"practitioner\":null}", NULL},
};

static void what_makes_no_case_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(changes); i++) {
        json_t *resource = load();
        json_t *change = json_loads(changes[i].change, 0, NULL);
        assert_non_null(change);
        json_t *target = changes[i].contained < 0
                             ? resource
                             : at(resource, "contained", (size_t)changes[i].contained);
        const char *key;
        json_t *value;
        json_object_foreach(change, key, value)
        {
            if (json_is_null(value)) {
                json_object_del(target, key);
            } else {
                json_object_set(target, key, value);
            }
        }
        struct document_problem problem = {.where = ""};
        AUTO(case_order) order = NULL;
        const int result = service_request_read(resource, &order, &problem);
        if (strcmp(problem.where, changes[i].where ? changes[i].where : "") != 0) {
            fail_msg("%s: %s %s", changes[i].name, problem.where, problem.message);
        }
        assert_int_equal(result < 0, changes[i].where != NULL);
        assert_int_equal(order == NULL, changes[i].where != NULL);
        json_decref(change);
        json_decref(resource);
    }
}

static void long_words_are_cut_between_characters(void **state)
{
    (void)state;
    json_t *resource = load();
    char text[401];
    /* Two bytes each, so that a cut at an odd place would halve one. */
    for (size_t i = 0; i < 400; i += 2) {
        memcpy(text + i, "\xC3\xA9", 2);
    }
    text[400] = 0;
    for (size_t lead = 0; lead < 2; lead++) {
        json_t *code = json_pack("{s:s}", "text", text + 2 * lead);
        json_object_set_new(resource, "code", code);
        json_object_set_new(resource, "reasonCode", json_array());
        struct document_problem problem;
        AUTO(case_order) order = NULL;
        assert_int_equal(service_request_read(resource, &order, &problem), 0);
        const size_t length = strlen(order->clinical_case->title);
        assert_true(length == CASE_TITLE_SIZE - 1 || length == CASE_TITLE_SIZE - 2);
        assert_true(person_text_is_clean(order->clinical_case->title, false));
    }
    json_decref(resource);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_read),
        cmocka_unit_test(what_makes_no_case_is_named),
        cmocka_unit_test(long_words_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Negatives are generated: in the demonstration's documents, every value is taken away, replaced by
 * each other type and made too long, and every object gets a field that nobody knows. */
#include "signaling/api/case_document.h"
#include "signaling/api/visit_document.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PLACE_SIZE 160
#define NOW_MS 1795300000000

static struct visit_document visit;

static int read_case(const json_t *document, struct document_problem *problem)
{
    struct clinical_case *clinical_case = NULL;
    const int result = case_document_read(document, &clinical_case, problem);
    clinical_case_destroy(clinical_case);
    return result;
}

static int read_visit(const json_t *document, struct document_problem *problem)
{
    return visit_document_read(document, NOW_MS, &visit, problem);
}

/* One kind of document. */
struct subject {
    json_t *document; /* owned */
    int (*read)(const json_t *document, struct document_problem *problem);
    const char *const *optional; /* names that may be missing */
    unsigned tried;
};

static const char *const optional_of_case[] = {
    "phone",   "address", "emergency_contact", "relation", "opinion",
    "outcome", "pdf",     "languages",         "staff",    NULL};
static const char *const optional_of_visit[] = {"relation",  "shape",   "phone", "address",
                                                "languages", "minutes", NULL};

static json_t *load(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", TEST_VECTORS "/../../deploy/demo", name);
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    return document;
}

static json_t *load_case(void)
{
    json_t *document = load("case.json");
    json_object_set_new(json_object_get(document, "opinion"), "pdf", json_string("JVBERi0xLjQK"));
    return document;
}

static json_t *load_visit(void)
{
    json_t *document = load("visit.json");
    json_object_set_new(document, "case", json_string("01a2004a-750e-73a8-a56c-3e1e539418ed"));
    return document;
}

static bool is_optional(const struct subject *subject, const char *name, const char *place)
{
    if (strstr(place, "emergency_contact.phone")) {
        return false;
    }
    for (size_t i = 0; subject->optional[i]; i++) {
        if (strcmp(subject->optional[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The place itself, the list or object it stands in, or another field of that object (without
 * {"patient": true} somebody is new, and needs a name). */
static bool is_near(const char *place, const char *where)
{
    const char *dot = strrchr(place, '.');
    const size_t parent = dot ? (size_t)(dot - place) : 0;
    return strncmp(place, where, strlen(where)) == 0 ||
           (parent > 0 && strncmp(place, where, parent) == 0);
}

/* Whatever is refused is named. */
static void assert_refused(struct subject *subject, const char *place, const char *what)
{
    struct document_problem problem = {.where = "", .message = ""};
    subject->tried++;
    const int result = subject->read(subject->document, &problem);
    if (result != -EBADMSG) {
        fail_msg("%s at %s was taken", what, place);
    }
    if (!is_near(place, problem.where) || !problem.message[0]) {
        fail_msg("%s at %s was refused at \"%s\"", what, place, problem.where);
    }
}

static void assert_taken(struct subject *subject, const char *place)
{
    struct document_problem problem;
    subject->tried++;
    if (subject->read(subject->document, &problem) != 0) {
        fail_msg("without %s: %s: %s", place, problem.where, problem.message);
    }
}

static json_t *wrong_value(unsigned which)
{
    char *text = malloc(20001);
    assert_non_null(text);
    memset(text, 'x', 20000);
    text[20000] = '\0';
    json_t *values[] = {json_null(),  json_integer(7), json_real(0.5),    json_false(),
                        json_array(), json_object(),   json_string(text), json_string("bell\a")};
    free(text);
    json_t *chosen = NULL;
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (i == which) {
            chosen = values[i];
        } else {
            json_decref(values[i]);
        }
    }
    return chosen;
}

/* Whether `wrong` is of another kind than what belongs there, or a text that no field takes. */
static bool is_wrong_for(const json_t *value, const json_t *wrong)
{
    return json_is_string(wrong) || json_typeof(value) != json_typeof(wrong);
}

static void spoil_field(struct subject *subject, json_t *object, const char *name,
                        const char *place)
{
    json_t *value = json_incref(json_object_get(object, name));
    json_t *wrong;
    for (unsigned i = 0; (wrong = wrong_value(i)); i++) {
        if (is_wrong_for(value, wrong)) {
            json_object_set(object, name, wrong);
            assert_refused(subject, place, "another value");
        }
        json_decref(wrong);
    }
    json_object_del(object, name);
    if (is_optional(subject, name, place)) {
        assert_taken(subject, place);
    } else {
        assert_refused(subject, place, "nothing");
    }
    json_object_set_new(object, name, value);
}

static void spoil(struct subject *subject, json_t *value, const char *place);

static void spoil_object(struct subject *subject, json_t *object, const char *place)
{
    char inner[PLACE_SIZE];
    json_t *copy = json_copy(object);
    const char *name;
    json_t *value;
    json_object_foreach(copy, name, value)
    {
        snprintf(inner, sizeof(inner), "%s%s%s", place, *place ? "." : "", name);
        spoil_field(subject, object, name, inner);
        spoil(subject, value, inner);
    }
    json_decref(copy);
    snprintf(inner, sizeof(inner), "%s%sunknown", place, *place ? "." : "");
    json_object_set_new(object, "unknown", json_string("x"));
    assert_refused(subject, inner, "an unknown field");
    json_object_del(object, "unknown");
}

static void spoil(struct subject *subject, json_t *value, const char *place)
{
    if (json_is_object(value)) {
        spoil_object(subject, value, place);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        char inner[PLACE_SIZE];
        snprintf(inner, sizeof(inner), "%s[%zu]", place, i);
        json_t *entry = json_incref(json_array_get(value, i));
        json_array_set_new(value, i, json_integer(7));
        assert_refused(subject, inner, "a number");
        json_array_set_new(value, i, entry);
        spoil(subject, entry, inner);
    }
}

static void test_every_wrong_case_is_refused_where_it_is_wrong(void **state)
{
    (void)state;
    struct subject subject = {
        .document = load_case(), .read = read_case, .optional = optional_of_case};
    assert_taken(&subject, "nothing");
    spoil(&subject, subject.document, "");
    assert_taken(&subject, "nothing"); /* it was put back as it was */
    assert_true(subject.tried > 300);
    json_decref(subject.document);
}

static void test_every_wrong_visit_is_refused_where_it_is_wrong(void **state)
{
    (void)state;
    struct subject subject = {
        .document = load_visit(), .read = read_visit, .optional = optional_of_visit};
    assert_taken(&subject, "nothing");
    spoil(&subject, subject.document, "");
    assert_taken(&subject, "nothing");
    assert_true(subject.tried > 100);
    json_decref(subject.document);
}

static void test_case_becomes_what_it_says(void **state)
{
    (void)state;
    json_t *document = load_case();
    struct clinical_case *clinical_case = NULL;
    struct document_problem problem;
    assert_int_equal(case_document_read(document, &clinical_case, &problem), 0);
    assert_string_equal(clinical_case->reference, "DEMO-0001");
    assert_int_equal(clinical_case->person_count, 4);
    const struct person *patient = clinical_case_patient(clinical_case);
    assert_string_equal(patient->birth_date, "1955-03-14");
    assert_string_equal(clinical_case->people[1].key, "rao");
    assert_string_equal(clinical_case->people[3].languages, "en es");
    const struct opinion *opinion = clinical_case->opinion;
    assert_string_equal(opinion->author, "Dr. Mira Rao");
    assert_int_equal(opinion->signed_at_ms, 1795120200000);
    assert_string_equal(opinion->sections[0].id, "summary");
    assert_int_equal(opinion->document.size, 9);
    clinical_case_destroy(clinical_case);
    json_decref(document);
}

static void test_visit_becomes_what_it_says(void **state)
{
    (void)state;
    json_t *document = load_visit();
    struct document_problem problem;
    assert_int_equal(visit_document_read(document, NOW_MS, &visit, &problem), 0);
    assert_int_equal(visit.starts_at_ms, NOW_MS);
    assert_int_equal(visit.shape, VISIT_EXPERT_LED);
    assert_int_equal(visit.invited_count, 4);
    assert_true(visit.invited[0].is_patient);
    assert_string_equal(visit.invited[1].key, "rao");
    assert_string_equal(visit.invited[1].label, "the specialist who wrote your letter");
    assert_int_equal(visit.guest_count, 1);
    assert_string_equal(visit.guests[0].label, "your daughter");
    assert_int_equal(visit.guests[0].role, ROLE_CAREGIVER);
    json_decref(document);
}

/* Values of the right type that make no sense. */
static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *member; /* "" is the document itself */
        const char *name;
        const char *value;
    } rows[] = {
        {"patient", "birth_date", "1955-02-30"},
        {"patient", "birth_date", "14.3.1955"},
        {"patient", "time_zone", "Denver; drop table"},
        {"patient", "phone", "call me"},
        {"patient", "name",
         "Ruth \xe2\x80\xae"
         "Alder"}, /* turns what follows around */
        {"opinion", "author", "nobody"},
        {"opinion", "delivered_at", "2026-11-19"},
        {"opinion", "delivered_at", "2026-11-19T15:30:00"}, /* where? */
        {"opinion", "delivered_at", "yesterday"},
        {"opinion", "pdf", "JVBERi0xLjQ"},
        {"opinion", "pdf", "JVBE=i0xLjQK"},
        {"opinion", "pdf", "!!!!"},
        {"opinion", "pdf", "bm90IGEgcGRm"},
        {"", "number", "with space"},
        {"", "programme", "../../etc"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *document = load_case();
        json_t *object = rows[i].member[0] ? json_object_get(document, rows[i].member) : document;
        json_object_set_new(object, rows[i].name, json_string(rows[i].value));
        struct document_problem problem;
        if (read_case(document, &problem) != -EBADMSG) {
            fail_msg("%s=%s was taken", rows[i].name, rows[i].value);
        }
        assert_non_null(strstr(problem.where, rows[i].name));
        json_decref(document);
    }
}

static void test_keys_and_ids_are_unique(void **state)
{
    (void)state;
    struct document_problem problem;
    json_t *document = load_case();
    json_object_set_new(json_array_get(json_object_get(document, "care_team"), 2), "key",
                        json_string("rao"));
    assert_int_equal(read_case(document, &problem), -EBADMSG);
    assert_string_equal(problem.where, "care_team[2].key");
    json_decref(document);

    document = load_case();
    json_t *sections = json_object_get(json_object_get(document, "opinion"), "sections");
    json_object_set_new(json_array_get(sections, 1), "id", json_string("summary"));
    assert_int_equal(read_case(document, &problem), -EBADMSG);
    assert_string_equal(problem.where, "opinion.sections[1].id");
    json_decref(document);

    document = load_case();
    json_object_set_new(json_array_get(json_object_get(document, "care_team"), 0), "role",
                        json_string("patient"));
    assert_int_equal(read_case(document, &problem), -EBADMSG);
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_wrong_case_is_refused_where_it_is_wrong),
        cmocka_unit_test(test_every_wrong_visit_is_refused_where_it_is_wrong),
        cmocka_unit_test(test_case_becomes_what_it_says),
        cmocka_unit_test(test_visit_becomes_what_it_says),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_keys_and_ids_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The case record through the gateway's own HTTP face: who may ask what, what is answered, and what
 * is refused how. */
#include "tests/integration/demo_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void operator_reads_the_imported_case(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/cases/%s", demo.case_id);
    demo_ask(demo.operator_browser, path);
    assert_int_equal(demo.answer.status, 200);
    assert_string_equal(demo_text_at(demo.answer.json, "number"), "DEMO-0001");
    assert_string_equal(demo_text_at(json_object_get(demo.answer.json, "patient"), "birth_date"),
                        "1955-03-14");
    assert_int_equal(json_array_size(json_object_get(demo.answer.json, "care_team")), 3);
    const json_t *opinion = json_object_get(demo.answer.json, "opinion");
    assert_true(json_is_true(json_object_get(opinion, "pdf")));
    assert_string_equal(demo_text_at(json_object_get(opinion, "author"), "name"), "Dr. Mira Rao");
    assert_string_equal(demo_text_at(json_object_get(opinion, "author"), "organisation"),
                        "Harbor Cancer Institute (invented)");
    assert_string_equal(demo_text_at(json_array_get(json_object_get(opinion, "sections"), 0), "id"),
                        "summary");
}

static void a_wrong_document_is_refused_with_its_place(void **state)
{
    (void)state;
    json_t *document = demo_document("DEMO-0002");
    json_object_set_new(json_array_get(json_object_get(document, "care_team"), 1), "role",
                        json_string("wizard"));
    char *body = json_dumps(document, 0);
    demo_post(demo.operator_browser, "/api/v1/cases", body);
    assert_int_equal(demo.answer.status, 422);
    assert_string_equal(demo_text_at(demo.answer.json, "where"), "care_team[1].role");
    free(body);
    json_decref(document);

    demo_post(demo.operator_browser, "/api/v1/cases", "{\"number\":\"a\",\"number\":\"b\"}");
    assert_int_equal(demo.answer.status, 400);
    demo_post(demo.operator_browser, "/api/v1/cases", "[]");
    assert_int_equal(demo.answer.status, 400);
    demo_post(demo.operator_browser, "/api/v1/cases", "");
    assert_int_equal(demo.answer.status, 400);

    document = demo_document("DEMO-0001");
    body = json_dumps(document, 0);
    demo_post(demo.operator_browser, "/api/v1/cases", body);
    demo_assert_problem(409, "case_exists");
    free(body);
    json_decref(document);
}

static void a_link_is_looked_at_without_changing_anything(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&demo.rig);
    char body[128];
    demo_appoint(&appointment);
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             demo_secret_of(&appointment, "links", "patient"));
    for (int i = 0; i < 2; i++) {
        demo_post(browser, "/api/v1/join-links/look", body);
        assert_int_equal(demo.answer.status, 200);
        const json_t *visit = json_object_get(demo.answer.json, "visit");
        const json_t *person = json_object_get(demo.answer.json, "person");
        assert_string_equal(demo_text_at(person, "name"), "Ruth Alder");
        const json_t *languages = json_object_get(person, "languages");
        assert_int_equal(json_array_size(languages), 1);
        assert_string_equal(json_string_value(json_array_get(languages, 0)), "en");
        assert_string_equal(demo_text_at(visit, "id"), appointment.visit_id);
        assert_string_equal(demo_text_at(visit, "title"), "Talking about your second opinion");
        assert_string_equal(demo_text_at(visit, "state"), "scheduled");
        assert_string_equal(demo_text_at(json_object_get(visit, "invited_by"), "role"),
                            "reviewing_physician");
        assert_string_equal(demo_text_at(json_object_get(demo.answer.json, "asks"), "birth_date"),
                            "own");
        assert_null(answer_header(&demo.answer, "Set-Cookie"));
    }
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s", appointment.visit_id);
    demo_ask(demo.operator_browser, path);
    const json_t *patient = json_array_get(json_object_get(demo.answer.json, "participants"), 0);
    assert_string_equal(demo_text_at(patient, "state"), "invited");

    demo_post(browser, "/api/v1/join-links/look",
              "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
    demo_assert_problem(404, "unknown_link");
    demo_post(browser, "/api/v1/join-links/look", "{\"secret\":\"short\"}");
    demo_assert_problem(404, "unknown_link");
    demo_post(browser, "/api/v1/join-links/look", "{}");
    assert_int_equal(demo.answer.status, 400);
    demo_dismiss(&appointment);
}

static void the_date_of_birth_opens_the_seat(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&demo.rig);
    demo_appoint(&appointment);
    const char *secret = demo_secret_of(&appointment, "links", "patient");
    demo_arrive(browser, secret, "1955-03-15");
    demo_assert_problem(403, "wrong_birth_date");
    assert_int_equal(json_integer_value(json_object_get(demo.answer.json, "tries_left")), 4);
    demo_ask(browser, "/api/v1/session");
    assert_int_equal(demo.answer.status, 200);
    assert_null(json_object_get(demo.answer.json, "seat"));

    demo_arrive(browser, secret, "1955-03-14");
    assert_int_equal(demo.answer.status, 201);
    assert_string_equal(demo_text_at(demo.answer.json, "visit"), appointment.visit_id);
    assert_int_equal(strlen(demo_text_at(demo.answer.json, "seat_token")), RANDOM_TOKEN_SIZE - 1);
    AUTO_FREE char *cookie = answer_header(&demo.answer, "Set-Cookie");
    assert_non_null(cookie);
    assert_int_equal(strncmp(cookie, "__Host-bedside-seat=", 20), 0);
    static const char *const attributes[] = {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"};
    for (size_t i = 0; i < ARRAY_LENGTH(attributes); i++) {
        assert_non_null(strstr(cookie, attributes[i]));
    }
    demo_ask(browser, "/api/v1/session");
    const json_t *seat = json_object_get(demo.answer.json, "seat");
    assert_string_equal(demo_text_at(seat, "visit"), appointment.visit_id);
    assert_string_equal(demo_text_at(seat, "case"), demo.case_id);
    demo_dismiss(&appointment);
}

static void five_wrong_dates_lock_the_link(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&demo.rig);
    demo_appoint(&appointment);
    /* The caregiver is asked for the patient's. */
    const char *secret = demo_secret_of(&appointment, "links", "caregiver");
    for (int i = 0; i < JOIN_LINK_TRIES_MAX - 1; i++) {
        demo_arrive(browser, secret, "1990-01-01");
        demo_assert_problem(403, "wrong_birth_date");
    }
    demo_arrive(browser, secret, "1990-01-01");
    assert_int_equal(demo.answer.status == 403 || demo.answer.status == 423, 1);
    demo_arrive(browser, secret, "1955-03-14");
    demo_assert_problem(423, "locked");
    demo_dismiss(&appointment);
}

static void who_waits_reads_no_opinion(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&demo.rig);
    char path[128];
    demo_appoint(&appointment);
    snprintf(path, sizeof(path), "/api/v1/cases/%s/opinion", demo.case_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 401);
    demo_arrive(browser, demo_secret_of(&appointment, "links", "patient"), "1955-03-14");
    assert_int_equal(demo.answer.status, 201);
    demo_ask(browser, path);
    demo_assert_problem(403, "not_in_visit");
    snprintf(path, sizeof(path), "/api/v1/cases/%s", demo.case_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 401);
    demo_dismiss(&appointment);
}

static void staff_read_their_case_until_they_sign_out(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&demo.rig);
    char path[128];
    demo_appoint(&appointment);
    demo_open_staff_session(browser, &appointment, "treating_physician");
    assert_string_equal(demo_text_at(demo.answer.json, "name"), "Dr. Jonas Feld");
    assert_string_equal(demo_text_at(demo.answer.json, "case"), demo.case_id);
    demo_ask(browser, "/api/v1/session");
    assert_string_equal(demo_text_at(json_object_get(demo.answer.json, "staff"), "role"),
                        "treating_physician");

    snprintf(path, sizeof(path), "/api/v1/cases/%s", demo.case_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 200);
    demo_assert_header("Cache-Control", "no-store");

    snprintf(path, sizeof(path), "/api/v1/cases/%s/opinion.pdf", demo.case_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 200);
    demo_assert_header("Content-Type", "application/pdf");
    uint8_t *pdf;
    size_t size;
    demo_read_pdf(&pdf, &size);
    assert_int_equal(demo.answer.size, size);
    assert_memory_equal(demo.answer.body, pdf, size);
    free(pdf);

    demo_ask(browser, "/api/v1/cases/01a20000-0000-7000-8000-000000000000");
    assert_int_equal(demo.answer.status, 404);

    demo_post(browser, "/api/v1/session/end", "{}");
    assert_int_equal(demo.answer.status, 204);
    demo_ask(browser, "/api/v1/session");
    assert_null(json_object_get(demo.answer.json, "staff"));
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 401);
    demo_dismiss(&appointment);
}

/* A physician has the page of one case open and sits in a visit of another. */
static void a_seat_counts_beside_the_page_of_another_case(void **state)
{
    (void)state;
    struct appointment first;
    struct appointment second;
    AUTO(browser) browser = browser_create(&demo.rig);
    char first_case[UUID_TEXT_SIZE];
    char path[128];
    demo_appoint(&first);
    demo_open_staff_session(browser, &first, "reviewing_physician");
    memcpy(first_case, demo.case_id, sizeof(first_case));

    demo_import("DEMO-0002");
    demo_appoint(&second);
    snprintf(path, sizeof(path), "/api/v1/cases/%s/opinion", demo.case_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 404);
    demo_arrive(browser, demo_secret_of(&second, "links", "reviewing_physician"), NULL);
    assert_int_equal(demo.answer.status, 201);
    /* Now it is the seat that is looked at: it opens the opinion once it is in the visit. */
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 403);
    /* And never the whole case. */
    snprintf(path, sizeof(path), "/api/v1/cases/%s", demo.case_id);
    demo_ask(browser, path);
    assert_int_equal(demo.answer.status, 404);

    demo_dismiss(&second);
    memcpy(demo.case_id, first_case, sizeof(demo.case_id));
    demo_dismiss(&first);
}

/* The cookie of a session that was ended is worth nothing, wherever it was kept. */
static void a_kept_cookie_of_an_ended_session_opens_nothing(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&demo.rig);
    AUTO(browser) thief = browser_create(&demo.rig);
    char path[128];
    char header[256];
    demo_appoint(&appointment);
    demo_open_staff_session(browser, &appointment, "coordinator");
    AUTO_FREE char *cookie = answer_header(&demo.answer, "Set-Cookie");
    snprintf(header, sizeof(header), "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
    snprintf(path, sizeof(path), "/api/v1/cases/%s", demo.case_id);
    browser_ask(thief, &(struct request){.path = path, .header = header}, &demo.answer);
    assert_int_equal(demo.answer.status, 200);
    demo_post(browser, "/api/v1/session/end", "{}");
    browser_ask(thief, &(struct request){.path = path, .header = header}, &demo.answer);
    assert_int_equal(demo.answer.status, 401);
    demo_dismiss(&appointment);
}

static void a_new_link_for_one_leaves_the_others(void **state)
{
    (void)state;
    struct appointment appointment;
    char path[128];
    char body[160];
    demo_appoint(&appointment);
    const json_t *first = json_array_get(json_object_get(appointment.links, "links"), 0);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", appointment.visit_id);
    snprintf(body, sizeof(body), "{\"participant\":\"%s\"}", demo_text_at(first, "participant"));
    demo_post(demo.operator_browser, path, body);
    assert_int_equal(demo.answer.status, 200);
    assert_int_equal(json_array_size(json_object_get(demo.answer.json, "links")), 1);
    assert_int_equal(json_array_size(json_object_get(demo.answer.json, "staff")), 0);
    AUTO(browser) browser = browser_create(&demo.rig);
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             strchr(demo_text_at(first, "url"), '#') + 1);
    demo_post(browser, "/api/v1/join-links/look", body);
    demo_assert_problem(404, "unknown_link");
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             demo_secret_of(&appointment, "links", "coordinator"));
    demo_post(browser, "/api/v1/join-links/look", body);
    assert_int_equal(demo.answer.status, 200);
    demo_dismiss(&appointment);
}

static void an_ended_visit_says_so(void **state)
{
    (void)state;
    struct appointment appointment;
    char path[128];
    char body[160];
    demo_appoint(&appointment);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/end", appointment.visit_id);
    demo_post(demo.operator_browser, path, "{}");
    assert_int_equal(demo.answer.status, 200);
    AUTO(browser) browser = browser_create(&demo.rig);
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             demo_secret_of(&appointment, "links", "patient"));
    demo_post(browser, "/api/v1/join-links/look", body);
    demo_assert_problem(410, "visit_ended");
    demo_dismiss(&appointment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operator_reads_the_imported_case),
        cmocka_unit_test(a_wrong_document_is_refused_with_its_place),
        cmocka_unit_test(a_link_is_looked_at_without_changing_anything),
        cmocka_unit_test(the_date_of_birth_opens_the_seat),
        cmocka_unit_test(five_wrong_dates_lock_the_link),
        cmocka_unit_test(who_waits_reads_no_opinion),
        cmocka_unit_test(staff_read_their_case_until_they_sign_out),
        cmocka_unit_test(a_seat_counts_beside_the_page_of_another_case),
        cmocka_unit_test(a_kept_cookie_of_an_ended_session_opens_nothing),
        cmocka_unit_test(a_new_link_for_one_leaves_the_others),
        cmocka_unit_test(an_ended_visit_says_so),
    };
    return cmocka_run_group_tests(tests, demo_start, demo_stop);
}

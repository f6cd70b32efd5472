/* The case record through the gateway's own HTTP face: who may ask what, what is answered, and what
 * is refused how. */
#include "tests/integration/signaling_rig.h"

#include "gateway/base/digest.h"
#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_recording.h"
#include "media/recording_file/recording_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define MEDIA_SIZE 300007 /* more than the chunks kept ahead, and no whole number of them */

static struct signaling_rig rig;
static struct browser *operator_browser;
static struct answer answer;
static char case_id[UUID_TEXT_SIZE];

/* ---- asking ---- */

static void ask(struct browser *browser, const char *path)
{
    browser_ask(browser, &(struct request){.path = path}, &answer);
}

static void post(struct browser *browser, const char *path, const char *body)
{
    browser_ask(browser, &(struct request){.path = path, .body = body}, &answer);
}

static const char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void assert_problem(long status, const char *code)
{
    assert_int_equal(answer.status, status);
    assert_string_equal(text_at(answer.json, "code"), code);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "status")), status);
    assert_true(text_at(answer.json, "detail")[0] != '\0');
    AUTO_FREE char *type = answer_header(&answer, "Content-Type");
    assert_string_equal(type, "application/problem+json");
}

static void assert_header(const char *name, const char *expected)
{
    AUTO_FREE char *value = answer_header(&answer, name);
    assert_non_null(value);
    assert_string_equal(value, expected);
}

/* ---- the demonstration case ---- */

static json_t *demo_document(const char *number)
{
    json_error_t error;
    json_t *document = json_load_file(SOURCE_FOLDER "/deploy/demo/case.json", 0, &error);
    assert_non_null(document);
    json_object_set_new(document, "number", json_string(number));
    return document;
}

static void read_demo_pdf(uint8_t **ret_bytes, size_t *ret_size)
{
    FILE *file = fopen(SOURCE_FOLDER "/deploy/demo/opinion.pdf", "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *ret_size = (size_t)ftell(file);
    rewind(file);
    *ret_bytes = malloc(*ret_size);
    assert_non_null(*ret_bytes);
    assert_int_equal(fread(*ret_bytes, 1, *ret_size, file), *ret_size);
    fclose(file);
}

static char *base64(const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = calloc(size / 3 + 1, 4 + 1);
    char *to = text;
    for (size_t i = 0; i < size; i += 3) {
        const uint32_t group = (uint32_t)bytes[i] << 16 |
                               (i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (i + 2 < size ? bytes[i + 2] : 0);
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = i + 1 < size ? digits[group >> 6 & 63] : '=';
        *to++ = i + 2 < size ? digits[group & 63] : '=';
    }
    return text;
}

static void import_demo(const char *number)
{
    json_t *document = demo_document(number);
    uint8_t *pdf;
    size_t size;
    read_demo_pdf(&pdf, &size);
    char *text = base64(pdf, size);
    json_object_set_new(json_object_get(document, "opinion"), "pdf", json_string(text));
    char *body = json_dumps(document, JSON_COMPACT);
    post(operator_browser, "/api/v1/cases", body);
    assert_int_equal(answer.status, 201);
    snprintf(case_id, sizeof(case_id), "%s", text_at(answer.json, "id"));
    free(body);
    free(text);
    free(pdf);
    json_decref(document);
}

/* A visit with its links. */
struct appointment {
    char visit_id[UUID_TEXT_SIZE];
    json_t *links; /* owned */
};

static void appoint(struct appointment *appointment)
{
    json_t *document = json_load_file(SOURCE_FOLDER "/deploy/demo/visit.json", 0, NULL);
    assert_non_null(document);
    json_object_set_new(document, "case", json_string(case_id));
    char *body = json_dumps(document, JSON_COMPACT);
    post(operator_browser, "/api/v1/visits", body);
    assert_int_equal(answer.status, 201);
    snprintf(appointment->visit_id, sizeof(appointment->visit_id), "%s",
             text_at(answer.json, "id"));
    free(body);
    json_decref(document);
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", appointment->visit_id);
    post(operator_browser, path, "{}");
    assert_int_equal(answer.status, 200);
    appointment->links = json_incref(answer.json);
}

/* What stands behind the '#' of a link. `list` is "links" or "staff". */
static const char *secret_of(const struct appointment *appointment, const char *list,
                             const char *role)
{
    size_t index;
    json_t *link;
    json_array_foreach(json_object_get(appointment->links, list), index, link)
    {
        if (strcmp(text_at(link, "role"), role) == 0) {
            const char *secret = strchr(text_at(link, "url"), '#');
            assert_non_null(secret);
            return secret + 1;
        }
    }
    fail_msg("nobody with the role %s", role);
    return NULL;
}

static void arrive(struct browser *browser, const char *secret, const char *birth_date)
{
    char body[256];
    snprintf(body, sizeof(body), "{\"secret\":\"%s\",%s%s%s\"device\":\"iPad\"}", secret,
             birth_date ? "\"birth_date\":\"" : "", birth_date ? birth_date : "",
             birth_date ? "\"," : "");
    post(browser, "/api/v1/arrivals", body);
}

static void open_staff_session(struct browser *browser, const struct appointment *appointment,
                               const char *role)
{
    char body[128];
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}", secret_of(appointment, "staff", role));
    post(browser, "/api/v1/staff-sessions", body);
    assert_int_equal(answer.status, 201);
}

static void dismiss(struct appointment *appointment)
{
    json_decref(appointment->links);
    appointment->links = NULL;
}

/* ---- the tests ---- */

static void operator_reads_the_imported_case(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/cases/%s", case_id);
    ask(operator_browser, path);
    assert_int_equal(answer.status, 200);
    assert_string_equal(text_at(answer.json, "number"), "DEMO-0001");
    assert_string_equal(text_at(json_object_get(answer.json, "patient"), "birth_date"),
                        "1955-03-14");
    assert_int_equal(json_array_size(json_object_get(answer.json, "care_team")), 3);
    const json_t *opinion = json_object_get(answer.json, "opinion");
    assert_true(json_is_true(json_object_get(opinion, "pdf")));
    assert_string_equal(text_at(json_object_get(opinion, "author"), "name"), "Dr. Mira Rao");
    assert_string_equal(text_at(json_object_get(opinion, "author"), "organisation"),
                        "Harbor Cancer Institute (invented)");
    assert_string_equal(text_at(json_array_get(json_object_get(opinion, "sections"), 0), "id"),
                        "summary");
}

static void a_wrong_document_is_refused_with_its_place(void **state)
{
    (void)state;
    json_t *document = demo_document("DEMO-0002");
    json_object_set_new(json_array_get(json_object_get(document, "care_team"), 1), "role",
                        json_string("wizard"));
    char *body = json_dumps(document, 0);
    post(operator_browser, "/api/v1/cases", body);
    assert_int_equal(answer.status, 422);
    assert_string_equal(text_at(answer.json, "where"), "care_team[1].role");
    free(body);
    json_decref(document);

    post(operator_browser, "/api/v1/cases", "{\"number\":\"a\",\"number\":\"b\"}");
    assert_int_equal(answer.status, 400);
    post(operator_browser, "/api/v1/cases", "[]");
    assert_int_equal(answer.status, 400);
    post(operator_browser, "/api/v1/cases", "");
    assert_int_equal(answer.status, 400);

    document = demo_document("DEMO-0001");
    body = json_dumps(document, 0);
    post(operator_browser, "/api/v1/cases", body);
    assert_problem(409, "case_exists");
    free(body);
    json_decref(document);
}

static void a_link_is_looked_at_without_changing_anything(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&rig);
    char body[128];
    appoint(&appointment);
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             secret_of(&appointment, "links", "patient"));
    for (int i = 0; i < 2; i++) {
        post(browser, "/api/v1/join-links/look", body);
        assert_int_equal(answer.status, 200);
        const json_t *visit = json_object_get(answer.json, "visit");
        const json_t *person = json_object_get(answer.json, "person");
        assert_string_equal(text_at(person, "name"), "Ruth Alder");
        const json_t *languages = json_object_get(person, "languages");
        assert_int_equal(json_array_size(languages), 1);
        assert_string_equal(json_string_value(json_array_get(languages, 0)), "en");
        assert_string_equal(text_at(visit, "id"), appointment.visit_id);
        assert_string_equal(text_at(visit, "title"), "Talking about your second opinion");
        assert_string_equal(text_at(visit, "state"), "scheduled");
        assert_string_equal(text_at(json_object_get(visit, "invited_by"), "role"),
                            "reviewing_physician");
        assert_string_equal(text_at(json_object_get(answer.json, "asks"), "birth_date"), "own");
        assert_null(answer_header(&answer, "Set-Cookie"));
    }
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s", appointment.visit_id);
    ask(operator_browser, path);
    const json_t *patient = json_array_get(json_object_get(answer.json, "participants"), 0);
    assert_string_equal(text_at(patient, "state"), "invited");

    post(browser, "/api/v1/join-links/look",
         "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
    assert_problem(404, "unknown_link");
    post(browser, "/api/v1/join-links/look", "{\"secret\":\"short\"}");
    assert_problem(404, "unknown_link");
    post(browser, "/api/v1/join-links/look", "{}");
    assert_int_equal(answer.status, 400);
    dismiss(&appointment);
}

static void the_date_of_birth_opens_the_seat(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&rig);
    appoint(&appointment);
    const char *secret = secret_of(&appointment, "links", "patient");
    arrive(browser, secret, "1955-03-15");
    assert_problem(403, "wrong_birth_date");
    assert_int_equal(json_integer_value(json_object_get(answer.json, "tries_left")), 4);
    ask(browser, "/api/v1/session");
    assert_int_equal(answer.status, 200);
    assert_null(json_object_get(answer.json, "seat"));

    arrive(browser, secret, "1955-03-14");
    assert_int_equal(answer.status, 201);
    assert_string_equal(text_at(answer.json, "visit"), appointment.visit_id);
    assert_int_equal(strlen(text_at(answer.json, "seat_token")), RANDOM_TOKEN_SIZE - 1);
    AUTO_FREE char *cookie = answer_header(&answer, "Set-Cookie");
    assert_non_null(cookie);
    assert_int_equal(strncmp(cookie, "__Host-bedside-seat=", 20), 0);
    static const char *const attributes[] = {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"};
    for (size_t i = 0; i < ARRAY_LENGTH(attributes); i++) {
        assert_non_null(strstr(cookie, attributes[i]));
    }
    ask(browser, "/api/v1/session");
    const json_t *seat = json_object_get(answer.json, "seat");
    assert_string_equal(text_at(seat, "visit"), appointment.visit_id);
    assert_string_equal(text_at(seat, "case"), case_id);
    dismiss(&appointment);
}

static void five_wrong_dates_lock_the_link(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&rig);
    appoint(&appointment);
    /* The caregiver is asked for the patient's. */
    const char *secret = secret_of(&appointment, "links", "caregiver");
    for (int i = 0; i < JOIN_LINK_TRIES_MAX - 1; i++) {
        arrive(browser, secret, "1990-01-01");
        assert_problem(403, "wrong_birth_date");
    }
    arrive(browser, secret, "1990-01-01");
    assert_int_equal(answer.status == 403 || answer.status == 423, 1);
    arrive(browser, secret, "1955-03-14");
    assert_problem(423, "locked");
    dismiss(&appointment);
}

static void who_waits_reads_no_opinion(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&rig);
    char path[128];
    appoint(&appointment);
    snprintf(path, sizeof(path), "/api/v1/cases/%s/opinion", case_id);
    ask(browser, path);
    assert_int_equal(answer.status, 401);
    arrive(browser, secret_of(&appointment, "links", "patient"), "1955-03-14");
    assert_int_equal(answer.status, 201);
    ask(browser, path);
    assert_problem(403, "not_in_visit");
    snprintf(path, sizeof(path), "/api/v1/cases/%s", case_id);
    ask(browser, path);
    assert_int_equal(answer.status, 401);
    dismiss(&appointment);
}

static void staff_read_their_case_until_they_sign_out(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&rig);
    char path[128];
    appoint(&appointment);
    open_staff_session(browser, &appointment, "treating_physician");
    assert_string_equal(text_at(answer.json, "name"), "Dr. Jonas Feld");
    assert_string_equal(text_at(answer.json, "case"), case_id);
    ask(browser, "/api/v1/session");
    assert_string_equal(text_at(json_object_get(answer.json, "staff"), "role"),
                        "treating_physician");

    snprintf(path, sizeof(path), "/api/v1/cases/%s", case_id);
    ask(browser, path);
    assert_int_equal(answer.status, 200);
    assert_header("Cache-Control", "no-store");

    snprintf(path, sizeof(path), "/api/v1/cases/%s/opinion.pdf", case_id);
    ask(browser, path);
    assert_int_equal(answer.status, 200);
    assert_header("Content-Type", "application/pdf");
    uint8_t *pdf;
    size_t size;
    read_demo_pdf(&pdf, &size);
    assert_int_equal(answer.size, size);
    assert_memory_equal(answer.body, pdf, size);
    free(pdf);

    ask(browser, "/api/v1/cases/01a20000-0000-7000-8000-000000000000");
    assert_int_equal(answer.status, 404);

    post(browser, "/api/v1/session/end", "{}");
    assert_int_equal(answer.status, 204);
    ask(browser, "/api/v1/session");
    assert_null(json_object_get(answer.json, "staff"));
    ask(browser, path);
    assert_int_equal(answer.status, 401);
    dismiss(&appointment);
}

/* A physician has the page of one case open and sits in a visit of another. */
static void a_seat_counts_beside_the_page_of_another_case(void **state)
{
    (void)state;
    struct appointment first;
    struct appointment second;
    AUTO(browser) browser = browser_create(&rig);
    char first_case[UUID_TEXT_SIZE];
    char path[128];
    appoint(&first);
    open_staff_session(browser, &first, "reviewing_physician");
    memcpy(first_case, case_id, sizeof(first_case));

    import_demo("DEMO-0002");
    appoint(&second);
    snprintf(path, sizeof(path), "/api/v1/cases/%s/opinion", case_id);
    ask(browser, path);
    assert_int_equal(answer.status, 404);
    arrive(browser, secret_of(&second, "links", "reviewing_physician"), NULL);
    assert_int_equal(answer.status, 201);
    /* Now it is the seat that is looked at: it opens the opinion once it is in the visit. */
    ask(browser, path);
    assert_int_equal(answer.status, 403);
    /* And never the whole case. */
    snprintf(path, sizeof(path), "/api/v1/cases/%s", case_id);
    ask(browser, path);
    assert_int_equal(answer.status, 404);

    dismiss(&second);
    memcpy(case_id, first_case, sizeof(case_id));
    dismiss(&first);
}

/* The cookie of a session that was ended is worth nothing, wherever it was kept. */
static void a_kept_cookie_of_an_ended_session_opens_nothing(void **state)
{
    (void)state;
    struct appointment appointment;
    AUTO(browser) browser = browser_create(&rig);
    AUTO(browser) thief = browser_create(&rig);
    char path[128];
    char header[256];
    appoint(&appointment);
    open_staff_session(browser, &appointment, "coordinator");
    AUTO_FREE char *cookie = answer_header(&answer, "Set-Cookie");
    snprintf(header, sizeof(header), "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
    snprintf(path, sizeof(path), "/api/v1/cases/%s", case_id);
    browser_ask(thief, &(struct request){.path = path, .header = header}, &answer);
    assert_int_equal(answer.status, 200);
    post(browser, "/api/v1/session/end", "{}");
    browser_ask(thief, &(struct request){.path = path, .header = header}, &answer);
    assert_int_equal(answer.status, 401);
    dismiss(&appointment);
}

static void a_new_link_for_one_leaves_the_others(void **state)
{
    (void)state;
    struct appointment appointment;
    char path[128];
    char body[160];
    appoint(&appointment);
    const json_t *first = json_array_get(json_object_get(appointment.links, "links"), 0);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", appointment.visit_id);
    snprintf(body, sizeof(body), "{\"participant\":\"%s\"}", text_at(first, "participant"));
    post(operator_browser, path, body);
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "links")), 1);
    assert_int_equal(json_array_size(json_object_get(answer.json, "staff")), 0);
    AUTO(browser) browser = browser_create(&rig);
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}", strchr(text_at(first, "url"), '#') + 1);
    post(browser, "/api/v1/join-links/look", body);
    assert_problem(404, "unknown_link");
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             secret_of(&appointment, "links", "coordinator"));
    post(browser, "/api/v1/join-links/look", body);
    assert_int_equal(answer.status, 200);
    dismiss(&appointment);
}

static void an_ended_visit_says_so(void **state)
{
    (void)state;
    struct appointment appointment;
    char path[128];
    char body[160];
    appoint(&appointment);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/end", appointment.visit_id);
    post(operator_browser, path, "{}");
    assert_int_equal(answer.status, 200);
    AUTO(browser) browser = browser_create(&rig);
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}",
             secret_of(&appointment, "links", "patient"));
    post(browser, "/api/v1/join-links/look", body);
    assert_problem(410, "visit_ended");
    dismiss(&appointment);
}

static void every_door_has_its_own_routes(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&rig);
    const struct {
        struct request request;
        long status;
    } rows[] = {
        /* The operator's are not there for others; those of programs ask who it is. */
        {{.path = "/api/v1/audit/verify"}, 404},
        {{.path = "/api/v1/clients"}, 404},
        {{.path = "/api/v1/visits/x/media"}, 404},
        {{.path = "/api/v1/visits/x/end", .body = "{}"}, 404},
        {{.path = "/api/v1/recordings"}, 401},
        {{.path = "/api/v1/visits/x"}, 401},
        {{.path = "/api/v1/visits/x/links", .body = "{}"}, 401},
        /* Methods, types, origins. */
        {{.path = "/api/v1/join-links/look"}, 405},
        {{.method = "DELETE", .path = "/api/v1/session"}, 405},
        {{.path = "/api/v1/join-links/look", .body = "{}", .content_type = "text/plain"}, 415},
        {{.path = "/api/v1/join-links/look", .body = "{}", .origin = "https://evil.example"}, 403},
        {{.path = "/api/v1/join-links/look", .body = "{}", .origin = "null"}, 403},
        {{.path = "/api/v1/session/end", .body = "{}", .origin = "https://evil.example"}, 403},
        /* Files. */
        {{.path = "/"}, 200},
        {{.path = "/j"}, 200},
        {{.path = "/staff"}, 200},
        {{.path = "/case"}, 200},
        {{.path = "/assets/main-abc123.js"}, 200},
        {{.path = "/.hidden"}, 404},
        {{.path = "/assets/../record.sqlite"}, 404},
        {{.path = "/../record.sqlite"}, 404},
        {{.path = "/%2e%2e/record.sqlite"}, 404},
        {{.path = "/assets/..%2f..%2frecord.sqlite"}, 404},
        {{.path = "/assets"}, 404},
        {{.path = "/nope"}, 404},
        {{.path = "/healthz"}, 200},
        {{.path = "/readyz"}, 200},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        browser_ask(browser, &rows[i].request, &answer);
        if (answer.status != rows[i].status) {
            fail_msg("%s: %ld instead of %ld", rows[i].request.path, answer.status, rows[i].status);
        }
        AUTO_FREE char *policy = answer_header(&answer, "Content-Security-Policy");
        assert_non_null(policy);
        assert_non_null(strstr(policy, "frame-ancestors 'none'"));
        assert_header("X-Content-Type-Options", "nosniff");
        assert_header("Referrer-Policy", "no-referrer");
        AUTO_FREE char *transport = answer_header(&answer, "Strict-Transport-Security");
        assert_non_null(transport);
    }
}

static void a_body_larger_than_the_route_takes_is_refused(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&rig);
    const size_t size = 70000;
    char *body = malloc(size + 1);
    assert_non_null(body);
    memset(body, ' ', size);
    body[size] = '\0';
    memcpy(body, "{}", 2);
    post(browser, "/api/v1/join-links/look", body);
    assert_int_equal(answer.status, 413);
    /* The same is no size at all for a case. */
    post(operator_browser, "/api/v1/cases", body);
    assert_int_equal(answer.status, 422);
    free(body);
}

static void files_of_the_client_are_cached_as_they_should(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&rig);
    ask(browser, "/assets/main-abc123.js");
    assert_string_equal(answer.body, "export {};");
    AUTO_FREE char *caching = answer_header(&answer, "Cache-Control");
    assert_non_null(strstr(caching, "immutable"));
    AUTO_FREE char *etag = answer_header(&answer, "ETag");
    assert_non_null(etag);
    assert_int_equal(etag[0], '"');

    char header[128];
    snprintf(header, sizeof(header), "If-None-Match: %s", etag);
    browser_ask(browser, &(struct request){.path = "/assets/main-abc123.js", .header = header},
                &answer);
    assert_int_equal(answer.status, 304);

    browser_ask(browser,
                &(struct request){.path = "/assets/main-abc123.js",
                                  .header = "Accept-Encoding: br, gzip;q=0.9"},
                &answer);
    assert_header("Content-Encoding", "gzip");
    assert_string_equal(answer.body, "pretend this is gzip");

    ask(browser, "/j");
    AUTO_FREE char *page_caching = answer_header(&answer, "Cache-Control");
    assert_null(strstr(page_caching, "immutable"));
    browser_ask(browser, &(struct request){.method = "HEAD", .path = "/"}, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.size, 0);
}

/* Each line is a comment, or a name with a value; each name was described once, before its values.
 */
static void metrics_are_in_the_text_format(void **state)
{
    (void)state;
    ask(operator_browser, "/metrics");
    assert_int_equal(answer.status, 200);
    assert_true(answer.size > 0 && answer.body[answer.size - 1] == '\n');
    assert_non_null(strstr(answer.body, "\nbedside_srtp_aead_info{provider=\"openssl\"} 1\n"));
    static const char *const families[] = {
        "\nbedside_people_by_score{score=\"5\"} ",
        "\nbedside_people_by_path{path=\"turn_tls\"} ",
        "\nbedside_pictures_by_step{step=\"sound_lost\"} ",
        "\nbedside_downlink_estimate_bytes_per_second_bucket{le=\"625000\"} ",
        "\nbedside_round_trip_seconds_bucket{le=\"0.025\"} ",
        "\nbedside_sound_concealed_ratio_bucket{le=\"+Inf\"} ",
        "\nbedside_repairs_total{what=\"ice_restart\"} ",
    };
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        assert_non_null(strstr(answer.body, families[i]));
    }
    char described[128] = "";
    char type[32] = "";
    char *rest = answer.body;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        char name[128];
        if (sscanf(line, "# TYPE %127s %31s", name, type) == 2) {
            strcpy(described, name);
        } else if (line[0] != '#') {
            size_t length = strcspn(line, "{ ");
            if (strcmp(type, "histogram") == 0) { /* _bucket, _sum, _count */
                assert_in_range(length, strlen(described) + 4, strlen(described) + 7);
                length = strlen(described);
            }
            assert_int_equal(strlen(described), length);
            assert_memory_equal(described, line, length);
            const char *value = strrchr(line, ' ');
            assert_non_null(value);
            char *end;
            strtod(value + 1, &end);
            assert_true(end != value + 1 && *end == '\0');
        }
    }
}

static void the_setup_door_opens_nothing_else(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&rig);
    char url[96];
    snprintf(url, sizeof(url), "%s/", rig.setup_url);
    ask(browser, url);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "Certificate Trust Settings"));
    assert_non_null(strstr(answer.body, rig.origin));
    assert_null(strstr(answer.body, "<script"));
    snprintf(url, sizeof(url), "%s/bedside-development-ca.crt", rig.setup_url);
    ask(browser, url);
    assert_header("Content-Type", "application/x-x509-ca-cert");
    snprintf(url, sizeof(url), "%s/api/v1/session", rig.setup_url);
    ask(browser, url);
    assert_int_equal(answer.status, 404);
    snprintf(url, sizeof(url), "%s/j", rig.setup_url);
    ask(browser, url);
    assert_int_equal(answer.status, 404);
}

/* ---- a recording ---- */

struct recorded {
    struct appointment appointment;
    char physician_token[RANDOM_TOKEN_SIZE];
    char patient_id[UUID_TEXT_SIZE];
    char recording_id[UUID_TEXT_SIZE];
    char file_path[256];
    uint8_t data_key[RECORDING_KEY_SIZE];
    struct recording_file file;
};

static uint8_t media_byte(size_t offset)
{
    return (uint8_t)(offset * 31 + offset / 251);
}

static int begin_recording(void *context, struct visit_service *service)
{
    struct recorded *recorded = context;
    AUTO(visit_picture) picture = NULL;
    struct visit_actor physician;
    assert_int_equal(visit_arrival_resolve_seat(service, recorded->physician_token, &physician), 0);
    assert_int_equal(visit_conduct_enter(service, &physician, &picture), 0);
    picture = visit_picture_destroy(picture);
    const struct consent_request consent = {.purpose = CONSENT_RECORDING,
                                            .answer = CONSENT_GIVEN,
                                            .method = CONSENT_BY_BUTTON,
                                            .text_version = "1"};
    assert_int_equal(visit_recording_answer_consent(service, &physician, &consent, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_recording_command(service, &physician, RECORDING_COMMAND_START, &picture), 0);
    strcpy(recorded->recording_id, picture->recording.recording_id);
    uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE];
    recording_key_generate(recorded->data_key);
    recording_key_wrap(rig.master_key, recorded->data_key, wrapped);
    return visit_recording_prepare(service, recorded->recording_id, wrapped, sizeof(wrapped),
                                   "test");
}

static int end_recording(void *context, struct visit_service *service)
{
    struct recorded *recorded = context;
    AUTO(visit_picture) picture = NULL;
    struct visit_actor physician;
    assert_int_equal(visit_arrival_resolve_seat(service, recorded->physician_token, &physician), 0);
    assert_int_equal(
        visit_recording_flowing(service, recorded->recording_id, 1795300000000, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(
        visit_recording_paused(service, recorded->recording_id, 1795300005000, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_recording_command(service, &physician, RECORDING_COMMAND_STOP, &picture),
                     0);
    picture = visit_picture_destroy(picture);
    const struct recording_finish finish = {
        .files = &recorded->file, .file_count = 1, .wall_ms = 1795300005000};
    return visit_recording_finished(service, recorded->recording_id, &finish, &picture);
}

static void write_media(struct recorded *recorded)
{
    char folder[200];
    snprintf(folder, sizeof(folder), "%s/recordings/%s", rig.folder, recorded->recording_id);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(recorded->file_path, sizeof(recorded->file_path), "%s/person.webm", folder);
    AUTO(recording_file_writer) writer = NULL;
    assert_int_equal(recording_file_writer_create_image(AT_FDCWD, recorded->file_path,
                                                        recorded->data_key, "", 0, 65536, &writer),
                     0);
    uint8_t *bytes = malloc(MEDIA_SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < MEDIA_SIZE; i++) {
        bytes[i] = media_byte(i);
    }
    assert_int_equal(recording_file_writer_append(writer, bytes, MEDIA_SIZE, 1), 0);
    free(bytes);
    struct recording_file *file = &recorded->file;
    uint8_t sha256[DIGEST_SHA256_SIZE];
    *file = (struct recording_file){
        .plain_size_bytes = MEDIA_SIZE, .duration_ms = 5000, .started_at_ms = 1795300000000};
    assert_int_equal(recording_file_writer_finish(writer, &file->size_bytes, sha256), 0);
    digest_to_hex(sha256, file->sha256);
    strcpy(file->participant_id, recorded->patient_id);
    strcpy(file->file_name, "person.webm");
    strcpy(file->media_type, "video/webm");
}

static void record(struct recorded *recorded)
{
    *recorded = (struct recorded){0};
    appoint(&recorded->appointment);
    AUTO(browser) physician = browser_create(&rig);
    AUTO(browser) patient = browser_create(&rig);
    arrive(patient, secret_of(&recorded->appointment, "links", "patient"), "1955-03-14");
    strcpy(recorded->patient_id, text_at(answer.json, "participant"));
    arrive(physician, secret_of(&recorded->appointment, "links", "reviewing_physician"), NULL);
    assert_int_equal(answer.status, 201);
    strcpy(recorded->physician_token, text_at(answer.json, "seat_token"));
    assert_int_equal(signaling_rig_on_store(&rig, begin_recording, recorded), 0);
    write_media(recorded);
    assert_int_equal(signaling_rig_on_store(&rig, end_recording, recorded), 0);
}

static void assert_media(size_t first, size_t length)
{
    assert_int_equal(answer.size, length);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal((uint8_t)answer.body[i], media_byte(first + i));
    }
}

static uint64_t audit_entries(void)
{
    ask(operator_browser, "/api/v1/audit/verify");
    assert_int_equal(answer.status, 200);
    assert_true(json_is_true(json_object_get(answer.json, "ok")));
    return (uint64_t)json_integer_value(json_object_get(answer.json, "entries"));
}

static void a_recording_plays_in_ranges(void **state)
{
    (void)state;
    struct recorded recorded;
    record(&recorded);
    AUTO(browser) browser = browser_create(&rig);
    char path[192];
    snprintf(path, sizeof(path), "/api/v1/recordings/%s/participants/%s/media",
             recorded.recording_id, recorded.patient_id);
    ask(browser, path);
    assert_int_equal(answer.status, 401);
    /* A seat is for the visit, not for its recording; a physician's too. */
    char cookie[128];
    snprintf(cookie, sizeof(cookie), "Cookie: __Host-bedside-seat=%s", recorded.physician_token);
    browser_ask(browser, &(struct request){.path = "/api/v1/session", .header = cookie}, &answer);
    assert_non_null(json_object_get(answer.json, "seat"));
    browser_ask(browser, &(struct request){.path = path, .header = cookie}, &answer);
    assert_int_equal(answer.status, 401);
    open_staff_session(browser, &recorded.appointment, "reviewing_physician");

    ask(browser, path);
    assert_int_equal(answer.status, 200);
    assert_header("Content-Type", "video/webm");
    assert_header("Accept-Ranges", "bytes");
    assert_media(0, MEDIA_SIZE);
    AUTO_FREE char *etag = answer_header(&answer, "ETag");
    assert_non_null(etag);

    char if_range[160];
    snprintf(if_range, sizeof(if_range), "Range: bytes=0-9\r\nIf-Range: %s", etag);
    const struct {
        const char *header;
        long status;
        size_t first;
        size_t length;
        const char *content_range; /* NULL: none */
    } rows[] = {
        {"Range: bytes=0-0", 206, 0, 1, "bytes 0-0/300007"},
        {"Range: bytes=65530-65545", 206, 65530, 16, "bytes 65530-65545/300007"},
        {"Range: bytes=100-", 206, 100, MEDIA_SIZE - 100, "bytes 100-300006/300007"},
        {"Range: bytes=-7", 206, MEDIA_SIZE - 7, 7, "bytes 300000-300006/300007"},
        {"Range: bytes=299999-999999999999", 206, 299999, 8, "bytes 299999-300006/300007"},
        {"Range: bytes=0-1,5-6", 200, 0, MEDIA_SIZE, NULL},
        {"Range: lines=1-2", 200, 0, MEDIA_SIZE, NULL},
        {if_range, 206, 0, 10, "bytes 0-9/300007"},
        {"Range: bytes=0-9\r\nIf-Range: \"other\"", 200, 0, MEDIA_SIZE, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        browser_ask(browser, &(struct request){.path = path, .header = rows[i].header}, &answer);
        assert_int_equal(answer.status, rows[i].status);
        assert_media(rows[i].first, rows[i].length);
        AUTO_FREE char *content_range = answer_header(&answer, "Content-Range");
        assert_int_equal(content_range != NULL, rows[i].content_range != NULL);
        if (content_range) {
            assert_string_equal(content_range, rows[i].content_range);
        }
    }
    browser_ask(browser, &(struct request){.path = path, .header = "Range: bytes=300007-"},
                &answer);
    assert_int_equal(answer.status, 416);
    assert_header("Content-Range", "bytes */300007");
    browser_ask(browser, &(struct request){.path = path, .method = "HEAD"}, &answer);
    assert_int_equal(answer.status, 200);
    assert_header("Content-Length", "300007");
    char same[160];
    snprintf(same, sizeof(same), "If-None-Match: %s", etag);
    browser_ask(browser, &(struct request){.path = path, .header = same}, &answer);
    assert_int_equal(answer.status, 304);
    dismiss(&recorded.appointment);
}

static void a_download_carries_no_name_and_one_audit_entry(void **state)
{
    (void)state;
    struct recorded recorded;
    record(&recorded);
    AUTO(browser) browser = browser_create(&rig);
    char path[192];
    open_staff_session(browser, &recorded.appointment, "coordinator");
    snprintf(path, sizeof(path), "/api/v1/recordings/%s/participants/%s/media?download=1",
             recorded.recording_id, recorded.patient_id);
    const uint64_t before = audit_entries();
    for (int i = 0; i < 5; i++) {
        browser_ask(browser, &(struct request){.path = path, .header = "Range: bytes=1000-1999"},
                    &answer);
        assert_int_equal(answer.status, 206);
        AUTO_FREE char *disposition = answer_header(&answer, "Content-Disposition");
        assert_non_null(disposition);
        assert_int_equal(strncmp(disposition, "attachment; ", 12), 0);
        assert_null(strcasestr(disposition, "ruth"));
        assert_null(strcasestr(disposition, "alder"));
    }
    /* One for the five, and the verification itself is one. */
    assert_int_equal(audit_entries() - before, 2);

    snprintf(path, sizeof(path), "/api/v1/recordings/%s/manifest", recorded.recording_id);
    ask(operator_browser, path);
    assert_int_equal(answer.status, 200);
    assert_string_equal(text_at(answer.json, "visit"), recorded.appointment.visit_id);
    const json_t *file = json_array_get(json_object_get(answer.json, "files"), 0);
    assert_string_equal(text_at(file, "kind"), "playable");
    assert_string_equal(text_at(file, "mime"), "video/webm");
    assert_string_equal(text_at(file, "sha256"), recorded.file.sha256);

    snprintf(path, sizeof(path), "/api/v1/recordings?visit=%s", recorded.appointment.visit_id);
    ask(operator_browser, path);
    const json_t *recording = json_array_get(json_object_get(answer.json, "recordings"), 0);
    assert_string_equal(text_at(recording, "state"), "attached");
    const json_t *interval = json_array_get(json_object_get(recording, "intervals"), 0);
    assert_int_equal(json_integer_value(json_object_get(interval, "end")) -
                         json_integer_value(json_object_get(interval, "start")),
                     5000);
    ask(operator_browser, "/api/v1/recordings");
    assert_true(json_array_size(json_object_get(answer.json, "recordings")) >= 1);
    dismiss(&recorded.appointment);
}

static void a_changed_file_is_cut_off_not_played(void **state)
{
    (void)state;
    struct recorded recorded;
    record(&recorded);
    AUTO(browser) browser = browser_create(&rig);
    char path[192];
    open_staff_session(browser, &recorded.appointment, "coordinator");
    snprintf(path, sizeof(path), "/api/v1/recordings/%s/participants/%s/media",
             recorded.recording_id, recorded.patient_id);
    AUTO_CLOSE int fd = open(recorded.file_path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    uint8_t byte;
    const off_t middle = 2 * (RECORDING_CHUNK_SIZE + 20) + 1000;
    assert_int_equal(pread(fd, &byte, 1, middle), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, middle), 1);
    ask(browser, path);
    assert_int_equal(answer.status, 0); /* nobody takes half a body for a whole one */
    /* What was not changed still plays, and the gateway goes on. */
    browser_ask(browser, &(struct request){.path = path, .header = "Range: bytes=0-99"}, &answer);
    assert_int_equal(answer.status, 206);
    assert_media(0, 100);
    assert_int_equal(unlink(recorded.file_path), 0);
    ask(browser, path);
    assert_true(answer.status >= 400);
    dismiss(&recorded.appointment);
}

static int start(void **state)
{
    (void)state;
    signaling_rig_start(&rig);
    operator_browser = browser_create_operator(&rig);
    import_demo("DEMO-0001");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    answer_clear(&answer);
    operator_browser = browser_destroy(operator_browser);
    signaling_rig_stop(&rig);
    return 0;
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
        cmocka_unit_test(every_door_has_its_own_routes),
        cmocka_unit_test(a_body_larger_than_the_route_takes_is_refused),
        cmocka_unit_test(files_of_the_client_are_cached_as_they_should),
        cmocka_unit_test(metrics_are_in_the_text_format),
        cmocka_unit_test(the_setup_door_opens_nothing_else),
        cmocka_unit_test(a_recording_plays_in_ranges),
        cmocka_unit_test(a_download_carries_no_name_and_one_audit_entry),
        cmocka_unit_test(a_changed_file_is_cut_off_not_played),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

#include "tests/integration/role_holders.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/signaling/assertion_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BIRTH_DATE "1955-03-14"
#define ALL_SCOPES                                                                                 \
    "system/cases.read system/cases.write system/visits.read system/visits.write "                 \
    "system/teams.write system/links.write system/recordings.read"

/* Those of the care team, as tests/vectors/staff_of_every_role.json calls them. */
static const char *const staff_keys[ROLE_SEATED_COUNT] = {
    [ROLE_REVIEWING_PHYSICIAN] = "rao",
    [ROLE_TREATING_PHYSICIAN] = "feld",
    [ROLE_COORDINATOR] = "quill",
    [ROLE_INTERPRETER] = "ivo",
    [ROLE_TRAINEE] = "tara",
    [ROLE_TECHNICAL_HELPER] = "hank",
};

/* ---- cases and visits ---- */

static unsigned cases_made;
static unsigned visits_made;

/* Posts as the operator; returns the answer's object (owned). */
static json_t *operate(struct signaling_rig *rig, const char *path, json_t *body, long expected)
{
    AUTO(browser) browser = browser_create_operator(rig);
    struct answer answer = {0};
    AUTO_FREE char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    browser_ask(browser, &(struct request){.path = path, .body = text}, &answer);
    if (answer.status != expected) {
        fail_msg("%s: %ld %s", path, answer.status, answer.body ? answer.body : "");
    }
    json_t *object = json_incref(answer.json);
    answer_clear(&answer);
    return object;
}

/* The demonstration's case, with the roles that it lacks. */
static json_t *case_document(const char *programme)
{
    static const enum participant_role added[] = {ROLE_INTERPRETER, ROLE_TRAINEE,
                                                  ROLE_TECHNICAL_HELPER};
    char number[32];
    json_t *document = json_load_file(SOURCE_FOLDER "/deploy/demo/case.json", 0, NULL);
    assert_non_null(document);
    snprintf(number, sizeof(number), "ROLES-%u", ++cases_made);
    json_object_set_new(document, "number", json_string(number));
    json_object_set_new(document, "programme", json_string(programme));
    for (size_t i = 0; i < ARRAY_LENGTH(added); i++) {
        const char *key = staff_keys[added[i]];
        json_array_append_new(json_object_get(document, "care_team"),
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "key", key,
                                        "organisation", "Harbor", "staff", key, "name", key, "role",
                                        participant_role_name(added[i]), "time_zone", "UTC"));
    }
    return document;
}

static json_t *visit_document(const char *case_id)
{
    json_t *invited = json_pack("[{s:b}, {s:s, s:s, s:s}]", "patient", 1, "name", "Ana Alder",
                                "role", "caregiver", "time_zone", "UTC");
    for (size_t role = 0; role < ROLE_SEATED_COUNT; role++) {
        if (staff_keys[role]) {
            json_array_append_new(invited, json_pack("{s:s}", "care_team", staff_keys[role]));
        }
    }
    /* They are in all visits at once, and one of them is an expert. */
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "case", case_id, "starts_at", "now",
                     "time_zone", "UTC", "title", "Everybody is here", "shape", "nurse_led",
                     "allow_overlap", 1, "participants", invited);
}

static void keep_links(const json_t *links, struct role_visit *visit, bool of_staff)
{
    size_t index;
    json_t *link;
    json_array_foreach((json_t *)links, index, link)
    {
        enum participant_role role;
        assert_int_equal(participant_role_from_name(text_in(link, "role"), &role), 0);
        char *secret = of_staff ? visit->staff_secrets[role] : visit->secrets[role];
        snprintf(secret, RANDOM_TOKEN_SIZE, "%s", strchr(text_in(link, "url"), '#') + 1);
        if (!of_staff) {
            snprintf(visit->participants[role], UUID_TEXT_SIZE, "%s", text_in(link, "participant"));
        }
    }
}

static void schedule(struct signaling_rig *rig, const char *case_id, struct role_visit *ret)
{
    char path[128];
    *ret = (struct role_visit){.rig = rig};
    snprintf(ret->address, sizeof(ret->address), "127.0.1.%u", ++visits_made % 250);
    snprintf(ret->case_id, sizeof(ret->case_id), "%s", case_id);
    json_t *answer = operate(rig, "/api/v1/visits", visit_document(case_id), 201);
    snprintf(ret->visit_id, sizeof(ret->visit_id), "%s", text_in(answer, "id"));
    json_decref(answer);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", ret->visit_id);
    answer = operate(rig, path, json_object(), 200);
    keep_links(json_object_get(answer, "links"), ret, false);
    keep_links(json_object_get(answer, "staff"), ret, true);
    json_decref(answer);
    for (size_t role = 0; role < ROLE_SEATED_COUNT; role++) {
        assert_true(ret->secrets[role][0]); /* nobody is forgotten */
    }
}

void role_visit_make(struct signaling_rig *rig, const char *programme, struct role_visit *ret)
{
    json_t *answer = operate(rig, "/api/v1/cases", case_document(programme), 201);
    schedule(rig, text_in(answer, "id"), ret);
    json_decref(answer);
}

void role_visit_make_another(const struct role_visit *visit, struct role_visit *ret)
{
    schedule(visit->rig, visit->case_id, ret);
}

/* ---- seats ---- */

static long arrive(struct role_visit *visit, enum participant_role role, char *ret_token)
{
    AUTO(browser) browser = browser_create(visit->rig);
    struct answer answer = {0};
    json_t *body = json_pack("{s:s, s:s}", "secret", visit->secrets[role], "device", "test");
    if (role == ROLE_PATIENT || role == ROLE_CAREGIVER) {
        json_object_set_new(body, "birth_date", json_string(BIRTH_DATE));
    }
    AUTO_FREE char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    browser_ask(browser,
                &(struct request){.path = "/api/v1/arrivals", .body = text, .from = visit->address},
                &answer);
    const long status = answer.status;
    if (status == 201) {
        snprintf(ret_token, RANDOM_TOKEN_SIZE, "%s", text_in(answer.json, "seat_token"));
    }
    answer_clear(&answer);
    return status;
}

long role_visit_arrive(struct role_visit *visit, enum participant_role role)
{
    return visit->tokens[role][0] ? 201 : arrive(visit, role, visit->tokens[role]);
}

long role_visit_arrive_anew(struct role_visit *visit, enum participant_role role)
{
    char token[RANDOM_TOKEN_SIZE];
    return arrive(visit, role, token);
}

struct visit_client *role_visit_join(struct role_visit *visit, enum participant_role role,
                                     json_t **ret_joined)
{
    assert_int_equal(role_visit_arrive(visit, role), 201);
    const struct visit_client_address address = {
        .port = signaling_server_port(visit->rig->server),
        .bind_address = visit->address,
        .origin = visit->rig->origin,
        .path = "/visit",
        .protocol = "bedside.visit.v1",
    };
    struct visit_client *client = visit_client_open(&address, NULL);
    assert_non_null(client);
    json_t *joined = visit_client_request(
        client, json_pack("{s:s, s:s}", "type", "join", "token", visit->tokens[role]));
    assert_string_equal(text_in(joined, "type"), "joined");
    if (ret_joined) {
        *ret_joined = joined;
    } else {
        json_decref(joined);
    }
    return client;
}

/* ---- who holds a role ---- */

static struct holder *create(struct signaling_rig *rig, enum participant_role role,
                             enum holder_kind kind, const char *credential, const char *value)
{
    struct holder *holder = allocate_zeroed(1, sizeof(*holder));
    holder->role = role;
    holder->kind = kind;
    holder->origin = kind == HOLDER_OPERATOR ? NULL : rig->origin;
    holder->browser = kind == HOLDER_OPERATOR ? browser_create_operator(rig) : browser_create(rig);
    snprintf(holder->credential, sizeof(holder->credential), "%s%s", credential, value);
    return holder;
}

struct holder *holder_destroy(struct holder *holder)
{
    if (holder) {
        browser_destroy(holder->browser);
        free(holder);
    }
    return NULL;
}

/* Posts and returns the cookie of that name. Owned: free(). */
static char *post_for_cookie(struct signaling_rig *rig, const char *path, json_t *body,
                             const char *name)
{
    AUTO(browser) browser = browser_create(rig);
    struct answer answer = {0};
    AUTO_FREE char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    browser_ask(browser, &(struct request){.path = path, .body = text}, &answer);
    AUTO_FREE char *cookie = answer_header(&answer, "Set-Cookie");
    if (!cookie || strncmp(cookie, name, strlen(name)) != 0) {
        fail_msg("%s: %ld %s", path, answer.status, answer.body ? answer.body : "");
    }
    answer_clear(&answer);
    return strndup(cookie + strlen(name), strcspn(cookie + strlen(name), ";"));
}

struct holder *holder_in_seat(struct role_visit *visit, enum participant_role role)
{
    assert_int_equal(role_visit_arrive(visit, role), 201);
    return create(visit->rig, role, HOLDER_SEAT,
                  "Cookie: __Host-bedside-seat=", visit->tokens[role]);
}

struct holder *holder_by_link(struct role_visit *visit, enum participant_role role)
{
    if (!visit->staff_secrets[role][0]) {
        return NULL;
    }
    AUTO_FREE char *token = post_for_cookie(
        visit->rig, "/api/v1/staff-sessions",
        json_pack("{s:s}", "secret", visit->staff_secrets[role]), "__Host-bedside-staff=");
    return create(visit->rig, role, HOLDER_LINK, "Cookie: __Host-bedside-staff=", token);
}

struct holder *holder_signed_in(struct signaling_rig *rig, const char *staff_key,
                                enum participant_role role)
{
    AUTO_FREE char *token =
        post_for_cookie(rig, "/api/v1/sign-in/invented", json_pack("{s:s}", "staff", staff_key),
                        "__Host-bedside-account=");
    return create(rig, role, HOLDER_ACCOUNT, "Cookie: __Host-bedside-account=", token);
}

struct holder *holder_with_account(struct signaling_rig *rig, enum participant_role role)
{
    return staff_keys[role] ? holder_signed_in(rig, staff_keys[role], role) : NULL;
}

struct holder *holder_operator(struct signaling_rig *rig)
{
    return create(rig, ROLE_OPERATOR, HOLDER_OPERATOR, "", "");
}

static char *assertion_of(const struct signaling_rig *rig, const struct made_key *key,
                          const char *client_id)
{
    char claims[512];
    const long long now = clock_wall_ms() / 1000;
    snprintf(claims, sizeof(claims),
             "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s/api/v1/token\",\"iat\":%lld,"
             "\"exp\":%lld,\"jti\":\"%s\"}",
             client_id, client_id, rig->origin, now, now + 200, client_id);
    return made_token(key, "{\"alg\":\"ES384\",\"kid\":\"roles\",\"typ\":\"JWT\"}", claims,
                      MADE_AS_AGREED);
}

struct holder *holder_program(struct signaling_rig *rig, const char *programme)
{
    struct made_key *key = made_key_create(MADE_P384, "roles");
    AUTO_FREE char *keys = made_key_set(key);
    json_t *body = json_pack("{s:s, s:s, s:o}", "name", "Roles", "scope", ALL_SCOPES, "keys",
                             json_loads(keys, 0, NULL));
    if (*programme) {
        json_object_set_new(body, "programme", json_string(programme));
    }
    json_t *made = operate(rig, "/api/v1/clients", body, 201);
    AUTO_FREE char *assertion = assertion_of(rig, key, text_in(made, "id"));
    char form[2048];
    snprintf(form, sizeof(form),
             "grant_type=client_credentials&client_assertion_type="
             "urn%%3Aietf%%3Aparams%%3Aoauth%%3Aclient-assertion-type%%3Ajwt-bearer&"
             "client_assertion=%s",
             assertion);
    AUTO(browser) browser = browser_create(rig);
    struct answer answer = {0};
    browser_ask(browser,
                &(struct request){.path = "/api/v1/token",
                                  .body = form,
                                  .content_type = "application/x-www-form-urlencoded"},
                &answer);
    if (answer.status != 200) {
        fail_msg("token: %ld %s", answer.status, answer.body ? answer.body : "");
    }
    struct holder *holder = create(rig, ROLE_SYSTEM, HOLDER_PROGRAM, "Authorization: Bearer ",
                                   text_in(answer.json, "access_token"));
    answer_clear(&answer);
    json_decref(made);
    made_key_destroy(key);
    return holder;
}

/* ---- asking ---- */

void holder_ask(const struct holder *holder, const char *method, const char *path, const char *body,
                const char *content_type, struct answer *ret_answer)
{
    browser_ask(
        holder->browser,
        &(struct request){.method = method,
                          .path = path,
                          .body = body,
                          .content_type = content_type,
                          .origin = method && strcmp(method, "GET") != 0 ? holder->origin : NULL,
                          .header = holder->credential[0] ? holder->credential : NULL},
        ret_answer);
}

const char *holder_name(const struct holder *holder)
{
    static char name[96];
    const char *how = holder->kind == HOLDER_SEAT      ? "in a seat"
                      : holder->kind == HOLDER_LINK    ? "by a staff link"
                      : holder->kind == HOLDER_ACCOUNT ? "signed in"
                                                       : "from outside";
    snprintf(name, sizeof(name), "%s %s", participant_role_name(holder->role), how);
    return name;
}

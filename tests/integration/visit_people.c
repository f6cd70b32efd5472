#include "tests/integration/visit_people.h"

#include "gateway/base/allocate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

bool is_error(const json_t *reply, const char *code)
{
    return strcmp(text_in(reply, "type"), "error") == 0 &&
           strcmp(text_in(reply, "code"), code) == 0;
}

bool is_ok(struct visit_client *client, json_t *message)
{
    json_t *reply = visit_client_request(client, message);
    const bool ok = strcmp(text_in(reply, "type"), "ok") == 0;
    json_decref(reply);
    return ok;
}

/* Posts as the operator; returns the answer's object (owned). */
static json_t *post_as_operator(struct signaling_rig *rig, const char *path, json_t *body,
                                long expected)
{
    AUTO(browser) browser = browser_create_operator(rig);
    struct answer answer = {0};
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    browser_ask(browser, &(struct request){.path = path, .body = text}, &answer);
    free(text);
    if (answer.status != expected) {
        fail_msg("%s: %ld %s", path, answer.status, answer.body ? answer.body : "");
    }
    json_t *object = json_incref(answer.json);
    answer_clear(&answer);
    return object;
}

static json_t *load(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/deploy/demo/%s", SOURCE_FOLDER, name);
    json_t *document = json_load_file(path, 0, NULL);
    assert_non_null(document);
    return document;
}

static enum person_name name_of(const char *display_name)
{
    static const char *const names[PEOPLE_COUNT] = {"Ruth", "Rao", "Feld", "Ana", "Quill"};
    for (int i = 0; i < PEOPLE_COUNT; i++) {
        if (strstr(display_name, names[i])) {
            return (enum person_name)i;
        }
    }
    fail_msg("who is %s?", display_name);
    return PEOPLE_COUNT;
}

static void mint_links(struct appointment *appointment)
{
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", appointment->visit_id);
    json_t *minted = post_as_operator(appointment->rig, path, json_object(), 200);
    size_t index;
    json_t *link;
    json_array_foreach(json_object_get(minted, "links"), index, link)
    {
        const enum person_name person = name_of(text_in(link, "name"));
        const char *secret = strchr(text_in(link, "url"), '#');
        assert_non_null(secret);
        snprintf(appointment->participants[person], UUID_TEXT_SIZE, "%s",
                 text_in(link, "participant"));
        snprintf(appointment->secrets[person], RANDOM_TOKEN_SIZE, "%s", secret + 1);
    }
    json_decref(minted);
}

void appointment_make(struct signaling_rig *rig, const char *number,
                      struct appointment *ret_appointment)
{
    appointment_make_in(rig, "demonstration", number, ret_appointment);
}

void appointment_make_in(struct signaling_rig *rig, const char *programme, const char *number,
                         struct appointment *ret_appointment)
{
    *ret_appointment = (struct appointment){.rig = rig};
    json_t *clinical_case = load("case.json");
    json_object_set_new(clinical_case, "number", json_string(number));
    json_object_set_new(clinical_case, "programme", json_string(programme));
    json_t *answer = post_as_operator(rig, "/api/v1/cases", clinical_case, 201);
    snprintf(ret_appointment->case_id, UUID_TEXT_SIZE, "%s", text_in(answer, "id"));
    json_decref(answer);
    json_t *visit = load("visit.json");
    json_object_set_new(visit, "case", json_string(ret_appointment->case_id));
    answer = post_as_operator(rig, "/api/v1/visits", visit, 201);
    snprintf(ret_appointment->visit_id, UUID_TEXT_SIZE, "%s", text_in(answer, "id"));
    json_decref(answer);
    mint_links(ret_appointment);
}

long appointment_arrive(struct appointment *appointment, enum person_name person)
{
    AUTO(browser) browser = browser_create(appointment->rig);
    struct answer answer = {0};
    json_t *body =
        json_pack("{s:s, s:s}", "secret", appointment->secrets[person], "device", "test");
    if (person == RUTH || person == ANA) {
        json_object_set_new(body, "birth_date", json_string("1955-03-14"));
    }
    char *text = json_dumps(body, JSON_COMPACT);
    browser_ask(browser, &(struct request){.path = "/api/v1/arrivals", .body = text}, &answer);
    const long status = answer.status;
    if (status == 201) {
        snprintf(appointment->tokens[person], RANDOM_TOKEN_SIZE, "%s",
                 text_in(answer.json, "seat_token"));
    }
    free(text);
    json_decref(body);
    answer_clear(&answer);
    return status;
}

struct visit_client *appointment_connect(const struct appointment *appointment)
{
    const struct visit_client_address address = {
        .port = signaling_server_port(appointment->rig->server),
        .origin = appointment->rig->origin,
        .path = "/visit",
        .protocol = "bedside.visit.v1",
    };
    struct visit_client *client = visit_client_open(&address, NULL);
    assert_non_null(client);
    return client;
}

struct visit_client *appointment_join(struct appointment *appointment, enum person_name person,
                                      json_t **ret_joined)
{
    if (!appointment->tokens[person][0]) {
        assert_int_equal(appointment_arrive(appointment, person), 201);
    }
    struct visit_client *client = appointment_connect(appointment);
    json_t *joined = visit_client_request(
        client, json_pack("{s:s, s:s}", "type", "join", "token", appointment->tokens[person]));
    assert_string_equal(text_in(joined, "type"), "joined");
    if (ret_joined) {
        *ret_joined = joined;
    } else {
        json_decref(joined);
    }
    return client;
}

json_t *offer_message(const char *name, unsigned unique)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/tests/vectors/offers/%s.sdp", SOURCE_FOLDER, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = allocate_zeroed(1, 65536);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    /* "o=- <session> ...": another number is another PeerConnection. */
    char *session = strstr(text, "o=");
    session = session ? strchr(session, ' ') : NULL;
    assert_non_null(session);
    session[1] = (char)('1' + unique % 9);
    json_t *message = json_pack("{s:s, s:s}", "type", "offer", "sdp", text);
    free(text);
    return message;
}

struct visit_client *appointment_enter(struct appointment *appointment, enum person_name person)
{
    struct visit_client *client = appointment_join(appointment, person, NULL);
    json_t *answer =
        visit_client_request(client, offer_message("chromium_admitted", (unsigned)person));
    assert_string_equal(text_in(answer, "type"), "answer");
    assert_true(json_is_true(json_object_get(answer, "active")));
    json_decref(answer);
    assert_true(is_ok(client, json_pack("{s:s}", "type", "ready")));
    return client;
}

/* Each role asks for each operation over the visit's WebSocket, and gets what the permission table
 * says. What is expected comes from the copy of the table that was written down by hand. */
#include "tests/integration/permission_ways.h"
#include "tests/integration/role_matrix_site.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/signaling/schema_checker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct role_matrix_site site;
static struct visit_client *clients[ROLE_SEATED_COUNT]; /* everybody of site.visit */
static bool asked[OPERATION_COUNT][ROLE_COUNT];
static unsigned requests;
static struct answer answer;

static const char *role_name(enum participant_role role)
{
    return participant_role_name(role);
}

/* ---- the messages are all there ---- */

static bool is_of_an_operation(const char *type)
{
    static const char *const special[] = {"join", "device", "leave", "end"};
    char begin[64];
    snprintf(begin, sizeof(begin), "{\"type\":\"%s\"", type);
    bool found = false;
    for (size_t i = 0; i < message_way_count; i++) {
        found = found || strncmp(message_ways[i].message, begin, strlen(begin)) == 0;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(special); i++) {
        found = found || strcmp(special[i], type) == 0;
    }
    return found;
}

static bool is_open(const char *type)
{
    bool found = false;
    for (size_t i = 0; i < open_message_count; i++) {
        found = found || strcmp(open_messages[i], type) == 0;
    }
    return found;
}

static void each_message_is_of_an_operation_or_open(void **state)
{
    (void)state;
    static const char prefix[] = "#/$defs/request_";
    json_t *schema = schema_checker_load();
    json_t *request = json_object_get(json_object_get(schema, "$defs"), "request");
    const json_t *kinds = json_object_get(request, "oneOf");
    assert_true(json_array_size(kinds) > 0);
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        const char *reference = text_in(json_array_get(kinds, i), "$ref");
        assert_int_equal(strncmp(reference, prefix, strlen(prefix)), 0);
        const char *type = reference + strlen(prefix);
        if (is_of_an_operation(type) == is_open(type)) {
            fail_msg("of which operation is %s?", type);
        }
    }
    json_decref(schema);
}

/* ---- asking ---- */

/* Sends (`message` is taken) and checks the answer of one cell. */
static void check_message(struct visit_client *client, enum operation operation,
                          enum participant_role role, json_t *message)
{
    assert_non_null(message);
    json_t *reply = visit_client_request(client, message);
    const bool refused = is_error(reply, "not_allowed");
    const bool by_rule = is_error(reply, "wrong_state") || is_error(reply, "not_found");
    const bool done = strcmp(text_in(reply, "type"), "error") != 0;
    const bool allowed = ways_allow(operation, role);
    if (allowed ? !done && !by_rule : !refused) {
        AUTO_FREE char *text = json_dumps(reply, JSON_COMPACT);
        fail_msg("%s of %s: %.200s", operation_name(operation), role_name(role), text);
    }
    asked[operation][role] = true;
    requests++;
    json_decref(reply);
}

static json_t *message_of(const struct message_way *way)
{
    const struct named_value values[] = {{"guest", site.visit.participants[ROLE_CAREGIVER]},
                                         {"patient", site.visit.participants[ROLE_PATIENT]}};
    AUTO_FREE char *text = ways_fill(way->message, values, ARRAY_LENGTH(values));
    return json_loads(text, 0, NULL);
}

/* ---- coming in ---- */

/* Whoever may enter directly is in the visit, everybody else waits to be let in. */
static void each_role_comes_in_as_the_table_says(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_SEATED_COUNT; i++) {
        const enum participant_role role = (enum participant_role)i;
        json_t *joined = NULL;
        clients[role] = role_visit_join(&site.visit, role, &joined);
        const json_t *you = json_object_get(joined, "you");
        const bool directly = ways_allow(OPERATION_SEAT_ENTER_DIRECTLY, role);
        assert_string_equal(text_in(you, "state"), directly ? "in_visit" : "waiting");
        assert_non_null(json_object_get(joined, "visit"));
        static const enum operation needed[] = {OPERATION_SEAT_ENTER, OPERATION_PRESENCE,
                                                OPERATION_VISIT_SEE};
        for (size_t k = 0; k < ARRAY_LENGTH(needed); k++) {
            assert_true(ways_allow(needed[k], role));
            asked[needed[k]][role] = true;
        }
        asked[OPERATION_SEAT_ENTER_DIRECTLY][role] = true;
        requests++;
        json_decref(joined);
    }
}

/* From the waiting room, too, the first thing that is said is that the role may not. */
static void who_waits_is_refused_as_such(void **state)
{
    (void)state;
    for (size_t i = 0; i < message_way_count; i++) {
        for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
            if (!ways_allow(message_ways[i].operation, (enum participant_role)role)) {
                check_message(clients[role], message_ways[i].operation, (enum participant_role)role,
                              message_of(&message_ways[i]));
            }
        }
    }
}

static void move(enum participant_role by, const char *type, enum participant_role who)
{
    visit_client_forget(clients[who]);
    json_t *reply =
        visit_client_request(clients[by], json_pack("{s:s, s:s}", "type", type, "participant",
                                                    site.visit.participants[who]));
    if (strcmp(text_in(reply, "type"), "ok") != 0) {
        fail_msg("%s of %s by %s: %s", type, role_name(who), role_name(by), text_in(reply, "code"));
    }
    json_decref(reply);
    requests++;
}

/* Through both doors, by each who keeps one; in the end they are all inside. */
static void everybody_is_let_in(void **state)
{
    (void)state;
    static const enum participant_role team[] = {ROLE_REVIEWING_PHYSICIAN, ROLE_TREATING_PHYSICIAN,
                                                 ROLE_COORDINATOR};
    static const enum participant_role guests[] = {ROLE_CAREGIVER, ROLE_INTERPRETER, ROLE_TRAINEE,
                                                   ROLE_TECHNICAL_HELPER};
    for (size_t i = 0; i < ARRAY_LENGTH(team); i++) {
        if (i > 0) {
            move(team[i], "send_back", ROLE_PATIENT);
        }
        move(team[i], "admit", ROLE_PATIENT);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(guests); i++) {
        move(ROLE_PATIENT, "admit", guests[i]);
    }
    move(ROLE_PATIENT, "send_out", ROLE_CAREGIVER);
    move(ROLE_PATIENT, "admit", ROLE_CAREGIVER);
}

/* ---- inside ---- */

static void each_role_gets_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < message_way_count; i++) {
        for (int pass = 0; pass < 2; pass++) { /* those first who may not */
            for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
                if (ways_allow(message_ways[i].operation, (enum participant_role)role) == pass) {
                    check_message(clients[role], message_ways[i].operation,
                                  (enum participant_role)role, message_of(&message_ways[i]));
                }
            }
        }
    }
}

/* ---- a second device ---- */

static const char *asking_participant;

static bool is_asked_for(const json_t *event)
{
    return strcmp(text_in(event, "participant"), asking_participant) == 0;
}

/* Opens the link of the role elsewhere; returns the message that answers no. */
static json_t *ask_for_second_device(enum participant_role role)
{
    asking_participant = site.visit.participants[role];
    visit_client_forget(clients[role]);
    assert_int_equal(role_visit_arrive_anew(&site.visit, role), 202);
    json_t *event = visit_client_wait_for(clients[role], "second_device", is_asked_for);
    json_t *message = json_pack("{s:s, s:s, s:b}", "type", "device", "request",
                                text_in(event, "request"), "allow", 0);
    json_decref(event);
    return message;
}

static void each_role_answers_for_the_devices_it_may(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_SEATED_COUNT; i++) {
        const enum participant_role whose = (enum participant_role)i;
        json_t *message = ask_for_second_device(whose);
        for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
            if (role != i &&
                !ways_allow(OPERATION_DEVICE_CONFIRM_OTHERS, (enum participant_role)role)) {
                check_message(clients[role], OPERATION_DEVICE_CONFIRM_OTHERS,
                              (enum participant_role)role, json_deep_copy(message));
            }
        }
        assert_true(ways_allow(OPERATION_DEVICE_CONFIRM_OWN, whose));
        assert_true(is_ok(clients[whose], message)); /* nobody had answered */
        asked[OPERATION_DEVICE_CONFIRM_OWN][whose] = true;
        requests++;
    }
    for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
        if (ways_allow(OPERATION_DEVICE_CONFIRM_OTHERS, (enum participant_role)role)) {
            assert_true(is_ok(clients[role], ask_for_second_device(ROLE_CAREGIVER)));
            asked[OPERATION_DEVICE_CONFIRM_OTHERS][role] = true;
            requests++;
        }
    }
}

/* ---- leaving ---- */

/* Ending it for all: who may does it in a visit of their own. */
static void each_role_ends_what_it_may(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_SEATED_COUNT; i++) {
        const enum participant_role role = (enum participant_role)i;
        if (!ways_allow(OPERATION_VISIT_END, role)) {
            check_message(clients[role], OPERATION_VISIT_END, role,
                          json_pack("{s:s}", "type", "end"));
            continue;
        }
        struct role_visit visit;
        role_visit_make_another(&site.visit, &visit);
        AUTO(visit_client) client = role_visit_join(&visit, role, NULL);
        check_message(client, OPERATION_VISIT_END, role, json_pack("{s:s}", "type", "end"));
    }
    for (int i = 0; i < ROLE_SEATED_COUNT; i++) {
        const enum participant_role role = (enum participant_role)i;
        assert_true(ways_allow(OPERATION_SEAT_LEAVE, role));
        check_message(clients[role], OPERATION_SEAT_LEAVE, role,
                      json_pack("{s:s}", "type", "leave"));
    }
}

/* ---- without a seat ---- */

static struct visit_client *connect_to(const char *path, const char *protocol)
{
    const struct visit_client_address address = {
        .port = signaling_server_port(site.rig.server),
        .bind_address = "127.0.2.1",
        .origin = site.rig.origin,
        .path = path,
        .protocol = protocol,
    };
    struct visit_client *client = visit_client_open(&address, NULL);
    assert_non_null(client);
    return client;
}

/* What it shows elsewhere, without the name. */
static const char *secret_of(const struct holder *holder)
{
    const char *secret = strpbrk(holder->credential, "=");
    return holder->kind == HOLDER_PROGRAM    ? strrchr(holder->credential, ' ') + 1
           : holder->kind == HOLDER_OPERATOR ? "operator"
                                             : secret + 1;
}

/* No other credential takes a seat, and without a seat nothing can be asked for. */
static void who_has_no_seat_does_nothing(void **state)
{
    (void)state;
    static const char *const leaving[] = {"{\"type\":\"leave\"}", "{\"type\":\"end\"}"};
    for (size_t i = 0; i < site.holder_count; i++) {
        const struct holder *holder = site.holders[i];
        if (holder->kind == HOLDER_SEAT) {
            continue;
        }
        AUTO(visit_client) client = connect_to("/visit", "bedside.visit.v1");
        json_t *reply = visit_client_request(
            client, json_pack("{s:s, s:s}", "type", "join", "token", secret_of(holder)));
        assert_true(is_error(reply, "bad_token"));
        json_decref(reply);
        for (size_t k = 0; k < message_way_count + ARRAY_LENGTH(leaving); k++) {
            json_t *message = k < message_way_count
                                  ? message_of(&message_ways[k])
                                  : json_loads(leaving[k - message_way_count], 0, NULL);
            reply = visit_client_request(client, message);
            assert_true(is_error(reply, "not_joined"));
            json_decref(reply);
            requests++;
            if (holder->role >= ROLE_SEATED_COUNT && k < message_way_count) {
                asked[message_ways[k].operation][holder->role] = true;
            }
        }
    }
}

/* ---- a seat reaches its own visit alone ---- */

/* Asks (`message` is taken) for what is of another visit. */
static void find_nothing(struct visit_client *client, enum participant_role role, json_t *message)
{
    json_t *reply = visit_client_request(client, message);
    if (!is_error(reply, "not_found")) {
        AUTO_FREE char *text = json_dumps(reply, JSON_COMPACT);
        fail_msg("%s from elsewhere: %.200s", role_name(role), text);
    }
    requests++;
    json_decref(reply);
}

static void nobody_reaches_into_another_visit(void **state)
{
    (void)state;
    static const char *const types[] = {"admit", "deny", "send_back"};
    struct role_visit *const others[] = {&site.elsewhere, &site.next};
    for (int i = 0; i < ROLE_SEATED_COUNT; i++) {
        const enum participant_role role = (enum participant_role)i;
        if (!ways_allow(OPERATION_SEND_BACK, role)) { /* from the waiting room nobody asks */
            continue;
        }
        for (size_t k = 0; k < ARRAY_LENGTH(others); k++) {
            AUTO(visit_client) client = role_visit_join(others[k], role, NULL);
            for (size_t t = 0; t < ARRAY_LENGTH(types); t++) {
                find_nothing(client, role,
                             json_pack("{s:s, s:s}", "type", types[t], "participant",
                                       site.visit.participants[ROLE_PATIENT]));
            }
            json_t *message = ask_for_second_device(ROLE_PATIENT);
            find_nothing(client, role, json_deep_copy(message));
            assert_true(is_ok(clients[ROLE_PATIENT], message));
        }
    }
}

/* ---- the board ---- */

/* By a ticket that is given to whoever may see the board; what they show elsewhere is none. */
static void the_board_opens_to_whom_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < site.holder_count; i++) {
        const struct holder *holder = site.holders[i];
        holder_ask(holder, "POST", "/api/v1/board/tickets", "{}", NULL, &answer);
        const bool allowed =
            ways_allow(OPERATION_BOARD_SEE, holder->role) && (holder->kind & WAYS_STAFF);
        assert_int_equal(answer.status == 201, allowed);
        AUTO(visit_client) client = connect_to("/board/live", "bedside.board.v1");
        json_t *reply = visit_client_request(
            client, json_pack("{s:s, s:s}", "type", "watch", "ticket",
                              allowed ? text_in(answer.json, "ticket") : secret_of(holder)));
        assert_int_equal(strcmp(text_in(reply, "type"), "watching") == 0, allowed);
        assert_int_equal(strcmp(text_in(reply, "type"), "error") == 0, !allowed);
        json_decref(reply);
        asked[OPERATION_BOARD_SEE][holder->role] = true;
        requests++;
    }
}

/* ---- all of it ---- */

static void each_cell_was_asked_for(void **state)
{
    (void)state;
    unsigned cells = 0;
    for (int operation = 0; operation < OPERATION_COUNT; operation++) {
        const bool has_way = ways_over_messages((enum operation)operation);
        for (int role = 0; role < ROLE_COUNT; role++) {
            cells += asked[operation][role];
            if (has_way && role < ROLE_SEATED_COUNT && !asked[operation][role]) {
                fail_msg("nobody asked for %s as %s", operation_name((enum operation)operation),
                         role_name((enum participant_role)role));
            }
        }
    }
    print_message("WebSocket: %u cells by %u requests\n", cells, requests);
}

static int start(void **state)
{
    (void)state;
    role_matrix_site_start(&site);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
        visit_client_destroy(clients[role]);
    }
    answer_clear(&answer);
    role_matrix_site_stop(&site);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_is_of_an_operation_or_open),
        cmocka_unit_test(each_role_comes_in_as_the_table_says),
        cmocka_unit_test(who_waits_is_refused_as_such),
        cmocka_unit_test(everybody_is_let_in),
        cmocka_unit_test(each_role_gets_what_the_table_says),
        cmocka_unit_test(each_role_answers_for_the_devices_it_may),
        cmocka_unit_test(nobody_reaches_into_another_visit),
        cmocka_unit_test(each_role_ends_what_it_may),
        cmocka_unit_test(who_has_no_seat_does_nothing),
        cmocka_unit_test(the_board_opens_to_whom_the_table_says),
        cmocka_unit_test(each_cell_was_asked_for),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

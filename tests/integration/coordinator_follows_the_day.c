/* A coordinator's day over HTTP and over the board's socket: what is shown, what is told when it
 * happens, and to whom nothing is said. */
#include "tests/integration/visit_people.h"

#include "gateway/visits/staff_sign_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)

static struct signaling_rig rig;
static struct answer answer;

/* ---- who asks ---- */

struct staff {
    struct staff_account account;
    char cookie[128]; /* a header line */
    struct browser *browser;
};

static int open_session(void *context, struct visit_service *service)
{
    struct staff *staff = context;
    struct staff_session_opened session;
    const int result = staff_sign_in_open(service, &staff->account, &session);
    if (result == 0) {
        snprintf(staff->cookie, sizeof(staff->cookie), "Cookie: __Host-bedside-account=%s",
                 session.token);
    }
    return result;
}

/* Somebody who has signed in. `programme`: "" all. */
static struct staff sign_in(const char *key, unsigned roles, const char *programme)
{
    struct staff staff = {.account = {.issuer = "https://id.example",
                                      .display_name = "Nora Quill",
                                      .time_zone = "UTC",
                                      .roles = roles}};
    snprintf(staff.account.subject, sizeof(staff.account.subject), "%s", key);
    snprintf(staff.account.staff_key, sizeof(staff.account.staff_key), "%s", key);
    snprintf(staff.account.programme, sizeof(staff.account.programme), "%s", programme);
    assert_int_equal(signaling_rig_on_store(&rig, open_session, &staff), 0);
    staff.browser = browser_create(&rig);
    return staff;
}

static int end_session(void *context, struct visit_service *service)
{
    const struct staff *staff = context;
    struct staff_session_opened session;
    const char *token = strchr(staff->cookie, '=') + 1;
    const int result = staff_sign_in_look(service, token, &session);
    return result != 0 ? result : staff_sign_in_end(service, &session.actor);
}

static void leave(struct staff *staff)
{
    staff->browser = browser_destroy(staff->browser);
}

static long ask(const struct staff *staff, const char *path, const char *body)
{
    browser_ask(staff->browser,
                &(struct request){.path = path, .body = body, .header = staff->cookie}, &answer);
    return answer.status;
}

static const json_t *visit_in(const json_t *visits, const char *id)
{
    size_t index;
    json_t *visit;
    json_array_foreach((json_t *)visits, index, visit)
    {
        if (strcmp(text_in(visit, "id"), id) == 0) {
            return visit;
        }
    }
    return NULL;
}

static const json_t *seat_in(const json_t *visit, const char *participant)
{
    size_t index;
    json_t *seat;
    json_array_foreach(json_object_get(visit, "seats"), index, seat)
    {
        if (strcmp(text_in(seat, "id"), participant) == 0) {
            return seat;
        }
    }
    fail_msg("no seat %s", participant);
    return NULL;
}

/* ---- the socket ---- */

static struct visit_client *connect_board(void)
{
    const struct visit_client_address address = {
        .port = signaling_server_port(rig.server),
        .origin = rig.origin,
        .path = "/board/live",
        .protocol = "bedside.board.v1",
    };
    struct visit_client *client = visit_client_open(&address, NULL);
    assert_non_null(client);
    return client;
}

static json_t *ticket_of(const struct staff *staff)
{
    assert_int_equal(ask(staff, "/api/v1/board/tickets", "{}"), 201);
    return json_pack("{s:s, s:O}", "type", "watch", "ticket",
                     json_object_get(answer.json, "ticket"));
}

/* A board that has been told all; *ret_complete (may be NULL) is owned. */
static struct visit_client *watch(const struct staff *staff, json_t **ret_complete)
{
    struct visit_client *client = connect_board();
    json_t *watching = visit_client_request(client, ticket_of(staff));
    assert_string_equal(text_in(watching, "type"), "watching");
    json_decref(watching);
    json_t *complete = visit_client_wait(client, "complete");
    if (ret_complete) {
        *ret_complete = complete;
    } else {
        json_decref(complete);
    }
    return client;
}

static const char *awaited_visit;
static const char *awaited_seat;
static const char *awaited_step;

static bool is_awaited(const json_t *message)
{
    const json_t *visit = visit_in(json_object_get(message, "visits"), awaited_visit);
    return visit && strcmp(text_in(seat_in(visit, awaited_seat), "step"), awaited_step) == 0;
}

/* The board is told that somebody got there. */
static void assert_told(struct visit_client *board, const struct appointment *appointment,
                        enum person_name person, const char *step)
{
    awaited_visit = appointment->visit_id;
    awaited_seat = appointment->participants[person];
    awaited_step = step;
    json_t *message = visit_client_wait_for(board, "visits", is_awaited);
    assert_non_null(message);
    json_decref(message);
}

/* ---- the tests ---- */

static void a_day_is_read_with_who_is_where(void **state)
{
    (void)state;
    struct appointment visit;
    struct appointment other;
    appointment_make_in(&rig, "north", "DAY-1", &visit);
    appointment_make_in(&rig, "south", "DAY-2", &other);
    struct staff quill = sign_in("quill-north", COORDINATOR, "north");
    struct staff lead = sign_in("lead", COORDINATOR, "");
    assert_int_equal(ask(&quill, "/api/v1/board", NULL), 200);
    const json_t *row = visit_in(json_object_get(answer.json, "visits"), visit.visit_id);
    assert_non_null(row);
    assert_string_equal(text_in(row, "number"), "DAY-1");
    const json_t *ruth = seat_in(row, visit.participants[RUTH]);
    assert_string_equal(text_in(ruth, "name"), "Ruth Alder");
    assert_string_equal(text_in(ruth, "step"), "link_not_opened");
    assert_null(visit_in(json_object_get(answer.json, "visits"), other.visit_id));
    assert_null(strstr(answer.body, "DAY-2"));
    AUTO_FREE char *etag = answer_header(&answer, "ETag");
    assert_non_null(etag);
    char header[256];
    snprintf(header, sizeof(header), "%s\r\nIf-None-Match: %s", quill.cookie, etag);
    browser_ask(quill.browser, &(struct request){.path = "/api/v1/board", .header = header},
                &answer);
    assert_int_equal(answer.status, 304);
    assert_int_equal(ask(&lead, "/api/v1/board", NULL), 200);
    assert_non_null(visit_in(json_object_get(answer.json, "visits"), visit.visit_id));
    assert_non_null(visit_in(json_object_get(answer.json, "visits"), other.visit_id));
    leave(&quill);
    leave(&lead);
}

static void a_day_comes_in_pages(void **state)
{
    (void)state;
    struct appointment visits[3];
    static const char *const numbers[] = {"PAGE-1", "PAGE-2", "PAGE-3"};
    for (size_t i = 0; i < ARRAY_LENGTH(visits); i++) {
        appointment_make_in(&rig, "pages", numbers[i], &visits[i]);
    }
    struct staff quill = sign_in("quill-pages", COORDINATOR, "pages");
    char path[512] = "/api/v1/board?limit=2";
    size_t seen = 0;
    for (unsigned page = 0; page < 2; page++) {
        assert_int_equal(ask(&quill, path, NULL), 200);
        seen += json_array_size(json_object_get(answer.json, "visits"));
        snprintf(path, sizeof(path), "/api/v1/board?limit=2&cursor=%s",
                 text_in(answer.json, "next"));
    }
    assert_int_equal(seen, 3);
    assert_true(json_is_null(json_object_get(answer.json, "next")));
    assert_int_equal(ask(&quill, "/api/v1/board?day=2001-01-01", NULL), 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "visits")), 0);
    assert_int_equal(ask(&quill, "/api/v1/board?day=2026-02-30", NULL), 400);
    assert_int_equal(ask(&quill, "/api/v1/board?zone=Mars/Olympus", NULL), 400);
    assert_int_equal(ask(&quill, "/api/v1/board?cursor=bm90aGluZw", NULL), 400);
    leave(&quill);
}

static void nobody_else_sees_a_board(void **state)
{
    (void)state;
    struct appointment visit;
    appointment_make_in(&rig, "north", "DAY-3", &visit);
    struct staff rao = sign_in("rao", PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN), "");
    AUTO(browser) patient = browser_create(&rig);
    char body[256];
    snprintf(body, sizeof(body),
             "{\"secret\":\"%s\",\"device\":\"iPad\",\"birth_date\":\"1955-03-14\"}",
             visit.secrets[RUTH]);
    browser_ask(patient, &(struct request){.path = "/api/v1/arrivals", .body = body}, &answer);
    assert_int_equal(answer.status, 201);
    browser_ask(patient, &(struct request){.path = "/api/v1/board"}, &answer);
    assert_int_equal(answer.status, 401);
    browser_ask(patient, &(struct request){.path = "/api/v1/board/tickets", .body = "{}"}, &answer);
    assert_int_equal(answer.status, 401);
    assert_int_equal(ask(&rao, "/api/v1/board", NULL), 403);
    assert_int_equal(ask(&rao, "/api/v1/board/tickets", "{}"), 403);
    leave(&rao);
}

static void what_happens_is_told_at_once(void **state)
{
    (void)state;
    struct appointment visit;
    appointment_make_in(&rig, "north", "LIVE-1", &visit);
    struct staff quill = sign_in("quill-north", COORDINATOR, "north");
    struct staff south = sign_in("quill-south", COORDINATOR, "south");
    AUTO(visit_client) board = watch(&quill, NULL);
    AUTO(visit_client) elsewhere = watch(&south, NULL);
    visit_client_forget(elsewhere);

    char body[256];
    snprintf(body, sizeof(body), "{\"secret\":\"%s\",\"device\":\"iPad\"}", visit.secrets[RUTH]);
    AUTO(browser) browser = browser_create(&rig);
    char step[256];
    snprintf(step, sizeof(step), "{\"step\":\"link_opened\",\"secret\":\"%s\"}",
             visit.secrets[RUTH]);
    browser_ask(browser, &(struct request){.path = "/api/v1/seat/step", .body = step}, &answer);
    assert_int_equal(answer.status, 204);
    assert_told(board, &visit, RUTH, "link_opened");
    snprintf(body, sizeof(body),
             "{\"secret\":\"%s\",\"device\":\"iPad\",\"birth_date\":\"1950-01-01\"}",
             visit.secrets[RUTH]);
    browser_ask(browser, &(struct request){.path = "/api/v1/arrivals", .body = body}, &answer);
    assert_int_equal(answer.status, 403);
    assert_told(board, &visit, RUTH, "birth_date_wrong");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    assert_told(board, &visit, RUTH, "waiting");
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    assert_told(board, &visit, RAO, "in_visit");
    assert_true(is_ok(
        rao, json_pack("{s:s, s:s}", "type", "admit", "participant", visit.participants[RUTH])));
    assert_told(board, &visit, RUTH, "in_visit");
    assert_true(is_ok(ruth, json_pack("{s:s}", "type", "leave")));
    assert_told(board, &visit, RUTH, "left");

    /* By now the other programme's board would have been told, too. */
    assert_false(visit_client_has(elsewhere, "visits"));
    assert_false(visit_client_has(elsewhere, "gone"));
    leave(&quill);
    leave(&south);
}

/* How people come in, of the programme's visits; and nothing else of them. */
static void a_technical_helper_sees_the_way_in_alone(void **state)
{
    (void)state;
    static const char *const withheld[] = {"age",         "phone", "state_now",
                                           "answered_at", "staff", "licence"};
    struct appointment visit;
    struct appointment other;
    appointment_make_in(&rig, "north", "HELPER-1", &visit);
    appointment_make_in(&rig, "south", "HELPER-2", &other);
    struct staff obi = sign_in("obi", PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER), "north");
    assert_int_equal(ask(&obi, "/api/v1/board", NULL), 200);
    const json_t *visits = json_object_get(answer.json, "visits");
    const json_t *row = visit_in(visits, visit.visit_id);
    assert_non_null(row);
    assert_null(visit_in(visits, other.visit_id));
    assert_null(strstr(answer.body, "HELPER-1"));
    assert_int_equal(json_array_size(json_object_get(row, "alerts")), 0);
    const json_t *ruth = seat_in(row, visit.participants[RUTH]);
    assert_string_equal(text_in(ruth, "name"), "Ruth Alder");
    for (size_t i = 0; i < ARRAY_LENGTH(withheld); i++) {
        assert_true(json_is_null(json_object_get(ruth, withheld[i])));
        assert_true(
            json_is_null(json_object_get(seat_in(row, visit.participants[RAO]), withheld[i])));
    }
    AUTO(visit_client) board = watch(&obi, NULL);
    AUTO(visit_client) client = appointment_join(&visit, RUTH, NULL);
    assert_told(board, &visit, RUTH, "waiting");
    /* The rest of the case is not theirs. */
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/screening", visit.visit_id);
    assert_int_equal(ask(&obi, path, NULL), 403);
    snprintf(path, sizeof(path), "/api/v1/cases/%s", visit.case_id);
    assert_int_equal(ask(&obi, path, NULL), 403);
    assert_int_equal(ask(&obi, "/api/v1/alerts", NULL), 403);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/participants/%s/help", other.visit_id,
             other.participants[RUTH]);
    assert_int_equal(ask(&obi, path, "{}"), 404);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/participants/%s/help", visit.visit_id,
             visit.participants[RUTH]);
    assert_int_equal(ask(&obi, path, "{}"), 201);
    leave(&obi);
}

static void a_new_visit_comes_onto_the_board(void **state)
{
    (void)state;
    struct staff quill = sign_in("quill-west", COORDINATOR, "west");
    json_t *complete = NULL;
    AUTO(visit_client) board = watch(&quill, &complete);
    assert_int_equal(json_array_size(json_object_get(complete, "ids")), 0);
    json_decref(complete);
    struct appointment visit;
    appointment_make_in(&rig, "west", "NEW-1", &visit);
    assert_told(board, &visit, RUTH, "link_not_opened");
    leave(&quill);
}

static void who_comes_back_is_told_what_was_missed(void **state)
{
    (void)state;
    struct appointment quiet;
    struct appointment busy;
    appointment_make_in(&rig, "east", "BACK-1", &quiet);
    appointment_make_in(&rig, "east", "BACK-2", &busy);
    struct staff quill = sign_in("quill-east", COORDINATOR, "east");
    struct visit_client *first = connect_board();
    json_t *watching = visit_client_request(first, ticket_of(&quill));
    json_t *complete = visit_client_wait(first, "complete");
    assert_int_equal(json_array_size(json_object_get(complete, "ids")), 2);
    visit_client_cut(first);
    visit_client_destroy(first);
    AUTO(visit_client) ruth = appointment_join(&busy, RUTH, NULL);

    AUTO(visit_client) again = connect_board();
    json_t *wish = ticket_of(&quill);
    json_object_set(wish, "epoch", json_object_get(watching, "epoch"));
    json_object_set(wish, "seq", json_object_get(complete, "seq"));
    json_decref(watching);
    json_decref(complete);
    watching = visit_client_request(again, wish);
    assert_true(json_is_true(json_object_get(watching, "resumed")));
    json_decref(watching);
    json_t *visits = visit_client_wait(again, "visits");
    assert_non_null(visit_in(json_object_get(visits, "visits"), busy.visit_id));
    assert_null(visit_in(json_object_get(visits, "visits"), quiet.visit_id));
    json_decref(visits);
    complete = visit_client_wait(again, "complete");
    assert_int_equal(json_array_size(json_object_get(complete, "ids")), 2);
    json_decref(complete);
    assert_false(visit_client_has(again, "visits"));
    leave(&quill);
}

static void a_ticket_opens_one_socket(void **state)
{
    (void)state;
    struct staff quill = sign_in("quill-north", COORDINATOR, "north");
    json_t *wish = ticket_of(&quill);
    json_t *same = json_deep_copy(wish);
    AUTO(visit_client) board = connect_board();
    json_t *reply = visit_client_request(board, wish);
    assert_string_equal(text_in(reply, "type"), "watching");
    json_decref(reply);
    AUTO(visit_client) thief = connect_board();
    reply = visit_client_request(thief, same);
    assert_true(is_error(reply, "bad_ticket"));
    json_decref(reply);
    assert_int_equal(visit_client_wait_closed(thief), 1008);
    AUTO(visit_client) without = connect_board();
    reply = visit_client_request(without, json_pack("{s:s}", "type", "watch"));
    assert_true(is_error(reply, "bad_ticket"));
    json_decref(reply);
    /* The same socket may look at another day. */
    json_decref(visit_client_wait(board, "complete"));
    reply =
        visit_client_request(board, json_pack("{s:s, s:s}", "type", "watch", "day", "2001-01-01"));
    assert_string_equal(text_in(reply, "day"), "2001-01-01");
    json_decref(reply);
    reply =
        visit_client_request(board, json_pack("{s:s, s:s}", "type", "watch", "day", "2001-02-30"));
    assert_true(is_error(reply, "bad_message"));
    json_decref(reply);
    leave(&quill);
}

static void nonsense_is_answered_and_then_ends_it(void **state)
{
    (void)state;
    AUTO(visit_client) board = connect_board();
    for (unsigned i = 0; i < 5; i++) {
        assert_true(visit_client_send_text(board, "{\"type\":\"watch\"}"));
        json_t *error = visit_client_wait(board, "error");
        assert_string_equal(text_in(error, "code"), "bad_message");
        json_decref(error);
    }
    assert_int_equal(visit_client_wait_closed(board), 1008);
    int status = 0;
    const struct visit_client_address wrong = {.port = signaling_server_port(rig.server),
                                               .origin = rig.origin,
                                               .path = "/board/live",
                                               .protocol = "bedside.visit.v1"};
    assert_null(visit_client_open(&wrong, &status));
    assert_int_equal(status, 404);
    const struct visit_client_address elsewhere = {.port = signaling_server_port(rig.server),
                                                   .origin = "https://elsewhere.example",
                                                   .path = "/board/live",
                                                   .protocol = "bedside.board.v1"};
    assert_null(visit_client_open(&elsewhere, &status));
    assert_int_equal(status, 403);
}

static void who_signs_out_watches_no_more(void **state)
{
    (void)state;
    struct staff quill = sign_in("quill-gone", COORDINATOR, "north");
    AUTO(visit_client) board = watch(&quill, NULL);
    assert_int_equal(signaling_rig_on_store(&rig, end_session, &quill), 0);
    assert_true(visit_client_send_text(board, "{\"type\":\"watch\",\"id\":99}"));
    json_t *bye = visit_client_wait(board, "bye");
    assert_string_equal(text_in(bye, "reason"), "signed_out");
    json_decref(bye);
    leave(&quill);
}

static void a_coordinator_makes_one_person_a_new_link(void **state)
{
    (void)state;
    struct appointment visit;
    struct appointment other;
    appointment_make_in(&rig, "north", "LINK-1", &visit);
    appointment_make_in(&rig, "south", "LINK-2", &other);
    struct staff quill = sign_in("quill-north", COORDINATOR, "north");
    char path[128];
    char body[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", visit.visit_id);
    snprintf(body, sizeof(body), "{\"participant\":\"%s\"}", visit.participants[RUTH]);
    assert_int_equal(ask(&quill, path, body), 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "links")), 1);
    assert_int_equal(json_array_size(json_object_get(answer.json, "staff")), 0);
    assert_int_equal(appointment_arrive(&visit, RUTH), 404); /* by the old one */
    assert_int_equal(ask(&quill, path, "{}"), 403);          /* everybody's, and those of staff */
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links", other.visit_id);
    snprintf(body, sizeof(body), "{\"participant\":\"%s\"}", other.participants[RUTH]);
    assert_int_equal(ask(&quill, path, body), 404);
    leave(&quill);
}

static int start(void **state)
{
    (void)state;
    signaling_rig_start(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    answer_clear(&answer);
    signaling_rig_stop(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_read_with_who_is_where),
        cmocka_unit_test(a_day_comes_in_pages),
        cmocka_unit_test(nobody_else_sees_a_board),
        cmocka_unit_test(what_happens_is_told_at_once),
        cmocka_unit_test(a_technical_helper_sees_the_way_in_alone),
        cmocka_unit_test(a_new_visit_comes_onto_the_board),
        cmocka_unit_test(who_comes_back_is_told_what_was_missed),
        cmocka_unit_test(a_ticket_opens_one_socket),
        cmocka_unit_test(nonsense_is_answered_and_then_ends_it),
        cmocka_unit_test(who_signs_out_watches_no_more),
        cmocka_unit_test(a_coordinator_makes_one_person_a_new_link),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

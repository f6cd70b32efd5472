/* The visit protocol over a real server and a real store; the media workers write down what they
 * are told. */
#include "gateway/base/allocate.h"
#include "gateway/base/log.h"
#include "tests/fakes/fake_worker_pool.h"
#include "tests/integration/prompt_recorder.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/signaling/schema_checker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct signaling_rig rig;
static unsigned visits_made;
static json_t *schema;

static int start(void **state)
{
    (void)state;
    schema = schema_checker_load();
    signaling_rig_start_recording(&rig, prompt_recorder_ops(), &rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    json_decref(schema);
    return 0;
}

static struct appointment make_visit(void)
{
    struct appointment appointment;
    char number[32];
    snprintf(number, sizeof(number), "TEST-%u", ++visits_made);
    appointment_make(&rig, number, &appointment);
    return appointment;
}

/* ---- shorthand ---- */

static json_t *simple(const char *type)
{
    return json_pack("{s:s}", "type", type);
}

static bool asks(struct visit_client *client, json_t *message, const char *code)
{
    json_t *reply = visit_client_request(client, message);
    const bool found = is_error(reply, code);
    if (!found) {
        char *text = json_dumps(reply, JSON_COMPACT);
        print_error("expected %s: %.200s\n", code, text);
        free(text);
    }
    json_decref(reply);
    return found;
}

static json_t *about(const char *type, const char *participant)
{
    return json_pack("{s:s, s:s}", "type", type, "participant", participant);
}

static bool wait_for_endpoint(const char *verb, int endpoint)
{
    char line[32];
    snprintf(line, sizeof(line), "%s e%d", verb, endpoint);
    return fake_worker_pool_wait(line);
}

static int find_endpoint(const char *verb, int endpoint)
{
    char line[32];
    snprintf(line, sizeof(line), "%s e%d", verb, endpoint);
    return fake_worker_pool_find(line);
}

static json_t *consent(const char *answer)
{
    return json_pack("{s:s, s:s, s:s}", "type", "consent", "answer", answer, "text_version", "1");
}

static json_t *recording(const char *action)
{
    return json_pack("{s:s, s:s}", "type", "recording", "action", action);
}

static bool is_recording(const json_t *event)
{
    return strcmp(text_in(json_object_get(event, "recording"), "state"), "recording") == 0;
}

static bool is_paused(const json_t *event)
{
    return strcmp(text_in(json_object_get(event, "recording"), "state"), "paused") == 0;
}

static bool is_stopped(const json_t *event)
{
    return strcmp(text_in(json_object_get(event, "recording"), "state"), "stopped") == 0;
}

static void wait_for_recording(struct visit_client *client, bool (*accepts)(const json_t *))
{
    json_decref(visit_client_wait_for(client, "recording", accepts));
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, part)); at++) {
        found++;
    }
    return found;
}

/* ---- waiting ---- */

static void who_waits_gets_no_media_until_admitted(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    json_t *joined;
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, &joined);
    schema_checker_assert(schema, "reply", joined);
    assert_string_equal(text_in(json_object_get(joined, "you"), "state"), "waiting");
    assert_int_equal(json_array_size(json_object_get(joined, "chat")), 0);
    json_decref(joined);

    fake_worker_pool_forget();
    json_t *answer = visit_client_request(ruth, offer_message("chromium_waiting", 1));
    schema_checker_assert(schema, "reply", answer);
    assert_true(json_is_false(json_object_get(answer, "active")));
    const char *sdp = text_in(answer, "sdp");
    assert_int_equal(count(sdp, "a=inactive"), 2);
    assert_int_equal(count(sdp, "a=ssrc") + count(sdp, "a=sendonly") + count(sdp, "a=recvonly"), 0);
    json_decref(answer);
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[RUTH]);
    assert_true(find_endpoint("open", endpoint) >= 0);
    assert_int_equal(find_endpoint("enter", endpoint), -1);
    /* Everything of the visit is closed to them. */
    assert_true(asks(ruth, simple("ready"), "wrong_state")); /* it offered no slots */
    assert_true(
        asks(ruth, json_pack("{s:s, s:s}", "type", "chat", "text", "hello"), "not_admitted"));
    assert_true(asks(ruth, json_pack("{s:s, s:[]}", "type", "slots", "slots"), "not_admitted"));
    assert_true(asks(ruth, recording("stop"), "not_admitted"));
    assert_true(asks(ruth, about("admit", visit.participants[RUTH]), "not_admitted"));

    AUTO(visit_client) rao = appointment_join(&visit, RAO, NULL);
    json_t *told = visit_client_wait_for(ruth, "waiting", NULL);
    json_decref(told);
    assert_true(is_ok(rao, about("admit", visit.participants[RUTH])));
    json_decref(visit_client_wait(ruth, "admitted"));
    assert_int_equal(find_endpoint("enter", endpoint),
                     -1); /* admitted, but nothing is negotiated yet */
    answer = visit_client_request(ruth, offer_message("chromium_admitted", 1));
    assert_true(json_is_true(json_object_get(answer, "active")));
    json_decref(answer);
    assert_true(wait_for_endpoint("enter", endpoint));
    assert_true(find_endpoint("media", endpoint) < find_endpoint("enter", endpoint));
}

/* With slots in the offer, being let in costs no round trip: they are bound at once. */
static void being_let_in_only_fills_slots(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    json_t *answer = visit_client_request(ruth, offer_message("chromium_admitted", RUTH));
    assert_true(json_is_false(json_object_get(answer, "active")));
    assert_int_equal(count(text_in(answer, "sdp"), "a=recvonly"), 0);
    json_decref(answer);
    assert_true(is_ok(ruth, simple("ready")));
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[RUTH]);
    assert_int_equal(find_endpoint("enter", endpoint), -1);
    assert_int_equal(find_endpoint("bind", endpoint), -1);

    assert_true(is_ok(rao, about("admit", visit.participants[RUTH])));
    assert_true(wait_for_endpoint("enter", endpoint));
    assert_true(wait_for_endpoint("bind", endpoint));
    json_decref(visit_client_wait(ruth, "admitted"));
    json_decref(visit_client_wait(ruth, "slots"));
    /* What they send comes with their next offer. */
    answer = visit_client_request(ruth, offer_message("chromium_admitted", RUTH));
    assert_true(json_is_true(json_object_get(answer, "active")));
    json_decref(answer);
}

static void send_with_id(struct visit_client *client, json_t *message, int id)
{
    json_object_set_new(message, "id", json_integer(id));
    char *text = json_dumps(message, JSON_COMPACT);
    assert_true(visit_client_send_text(client, text));
    free(text);
    json_decref(message);
}

/* One round trip: the offer goes with the join. */
static void an_offer_may_follow_the_join_at_once(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    assert_int_equal(appointment_arrive(&visit, RAO), 201);
    AUTO(visit_client) rao = appointment_connect(&visit);
    send_with_id(rao, json_pack("{s:s, s:s}", "type", "join", "token", visit.tokens[RAO]), 501);
    send_with_id(rao, offer_message("chromium_admitted", RAO), 502);
    json_t *joined = visit_client_wait(rao, "joined");
    json_t *answer = visit_client_wait(rao, "answer");
    assert_int_equal(json_integer_value(json_object_get(joined, "reply_to")), 501);
    assert_int_equal(json_integer_value(json_object_get(answer, "reply_to")), 502);
    assert_true(json_is_true(json_object_get(answer, "active")));
    json_decref(joined);
    json_decref(answer);
}

static void what_follows_a_refused_join_is_refused(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) stranger = appointment_connect(&visit);
    send_with_id(stranger, json_pack("{s:s, s:s}", "type", "join", "token", "nobody-has-this"), 1);
    for (int id = 2; id <= 6; id++) {
        send_with_id(stranger, offer_message("chromium_admitted", RAO), id);
    }
    bool answered[7] = {false};
    for (int i = 1; i <= 6; i++) {
        json_t *reply = visit_client_wait(stranger, "error");
        const json_int_t id = json_integer_value(json_object_get(reply, "reply_to"));
        assert_in_range(id, 1, 6);
        assert_false(answered[id]);
        answered[id] = true;
        /* Those that the session does not hold are told so while the join is on its way. */
        assert_true(is_error(reply, id == 1 ? "bad_token" : "not_joined") ||
                    (id > 1 && is_error(reply, "too_fast")));
        json_decref(reply);
    }
}

static void nothing_flows_into_a_slot_before_ready(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    fake_worker_pool_forget();
    AUTO(visit_client) feld = appointment_join(&visit, FELD, NULL);
    json_decref(visit_client_request(feld, offer_message("chromium_admitted", FELD)));
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[FELD]);
    assert_true(wait_for_endpoint("enter", endpoint));
    assert_int_equal(find_endpoint("bind", endpoint), -1);
    assert_true(is_ok(feld, simple("ready")));
    json_t *slots = visit_client_wait(feld, "slots");
    schema_checker_assert(schema, "event", slots);
    json_t *first = json_array_get(json_object_get(slots, "slots"), 0);
    assert_string_equal(text_in(first, "participant"), visit.participants[RAO]);
    assert_string_equal(text_in(first, "audio_mid"), "2");
    json_decref(slots);
    assert_true(wait_for_endpoint("bind", endpoint));
    /* A tile that is not shown keeps its sound. */
    assert_true(is_ok(
        feld, json_pack("{s:s, s:[{s:i, s:b}]}", "type", "slots", "slots", "slot", 0, "video", 0)));
    char line[64];
    snprintf(line, sizeof(line), "bind e%d slot=0 source=e%d video=0", endpoint,
             fake_worker_pool_endpoint_of(visit.participants[RAO]));
    assert_true(fake_worker_pool_wait(line));
    assert_true(asks(
        feld, json_pack("{s:s, s:[{s:i, s:b}]}", "type", "slots", "slots", "slot", 9, "video", 0),
        "not_found"));
}

/* ---- recording ---- */

/* Alone in the visit, so that one yes is everybody's. */
static struct visit_client *enter_and_record(struct appointment *visit, enum person_name person)
{
    struct visit_client *client = appointment_enter(visit, person);
    assert_true(is_ok(client, recording("start")));
    assert_true(is_ok(client, consent("given")));
    wait_for_recording(client, is_recording);
    return client;
}

static void a_newcomer_pauses_the_recording_before_entering(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = enter_and_record(&visit, RAO);
    fake_worker_pool_forget();

    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[FELD]);
    assert_true(wait_for_endpoint("enter", endpoint));
    const int paused = fake_worker_pool_find("pause");
    assert_true(paused >= 0);
    assert_true(paused < find_endpoint("open", endpoint));
    assert_true(paused < find_endpoint("enter", endpoint));
    wait_for_recording(rao, is_paused);
    json_t *question = visit_client_wait(feld, "consent");
    assert_true(json_is_true(json_object_get(json_object_get(question, "consent"), "asked")));
    json_decref(question);
    fake_worker_pool_forget();
    assert_true(is_ok(feld, consent("given")));
    assert_true(fake_worker_pool_wait("resume"));
    wait_for_recording(feld, is_recording);
    assert_true(is_ok(rao, recording("stop")));
    wait_for_recording(feld, is_stopped);
}

/* A store that answers only when it is told to. */
struct blockade {
    int entered;
    int released;
    pthread_t thread;
};

static int wait_for_release(void *context, struct visit_service *service)
{
    (void)service;
    const struct blockade *blockade = context;
    const uint64_t one = 1;
    uint64_t value;
    assert_int_equal(write(blockade->entered, &one, sizeof(one)), sizeof(one));
    assert_int_equal(read(blockade->released, &value, sizeof(value)), sizeof(value));
    return 0;
}

static void *block(void *context)
{
    assert_int_equal(signaling_rig_on_store(&rig, wait_for_release, context), 0);
    return NULL;
}

static void block_store(struct blockade *blockade)
{
    uint64_t value;
    *blockade =
        (struct blockade){.entered = eventfd(0, EFD_CLOEXEC), .released = eventfd(0, EFD_CLOEXEC)};
    assert_int_equal(pthread_create(&blockade->thread, NULL, block, blockade), 0);
    assert_int_equal(read(blockade->entered, &value, sizeof(value)), sizeof(value));
}

static void release_store(struct blockade *blockade)
{
    const uint64_t one = 1;
    assert_int_equal(write(blockade->released, &one, sizeof(one)), sizeof(one));
    pthread_join(blockade->thread, NULL);
    close(blockade->entered);
    close(blockade->released);
}

static void a_withdrawal_pauses_before_the_store_has_answered(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    assert_true(is_ok(rao, recording("start")));
    assert_true(is_ok(rao, consent("given")));
    assert_true(is_ok(feld, consent("given")));
    wait_for_recording(rao, is_recording);
    static const char *const withdrawals[] = {
        "{\"type\":\"consent\",\"id\":900,\"answer\":\"withdrawn\",\"text_version\":\"1\"}",
        "{\"type\":\"recording\",\"id\":901,\"action\":\"stop\"}",
    };
    for (size_t i = 0; i < 2; i++) {
        fake_worker_pool_forget();
        struct blockade blockade;
        block_store(&blockade);
        assert_true(visit_client_send_text(feld, withdrawals[i]));
        assert_true(fake_worker_pool_wait("pause")); /* the store has not even seen it */
        release_store(&blockade);
        if (i == 0) {
            wait_for_recording(feld, is_paused);
            assert_int_equal(fake_worker_pool_find("resume"), -1);
            assert_true(is_ok(feld, consent("given")));
            wait_for_recording(rao, is_recording);
        }
    }
    wait_for_recording(feld, is_stopped);
    assert_int_equal(fake_worker_pool_find("resume"), -1);
}

/* Nobody who stands outside has a say in what is recorded inside, not even for a moment. */
static void who_waits_cannot_hold_the_recording(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = enter_and_record(&visit, RAO);
    AUTO(visit_client) ana = appointment_join(&visit, ANA, NULL);
    fake_worker_pool_forget();
    struct blockade blockade;
    block_store(&blockade);
    assert_true(visit_client_send_text(
        ana, "{\"type\":\"consent\",\"id\":900,\"answer\":\"refused\",\"text_version\":\"1\"}"));
    assert_true(is_ok(ana, simple("ping"))); /* the refusal was read before it */
    assert_int_equal(fake_worker_pool_find("pause"), -1);
    release_store(&blockade);
    assert_true(is_ok(ana, consent("refused")));
    assert_int_equal(fake_worker_pool_find("pause"), -1);
}

static void a_recorder_that_dies_is_attached_anew(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = enter_and_record(&visit, RAO);
    struct answer answer = {0};
    AUTO(browser) operator_browser = browser_create_operator(&rig);
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s", visit.visit_id);
    browser_ask(operator_browser, &(struct request){.path = path}, &answer);
    char recording_id[UUID_TEXT_SIZE];
    snprintf(recording_id, sizeof(recording_id), "%s",
             text_in(json_object_get(answer.json, "recording"), "id"));
    answer_clear(&answer);
    fake_worker_pool_forget();
    struct recording_control_event *died =
        recording_control_event_create(RECORDING_CONTROL_DIED, recording_id, -1);
    mailbox_post(signaling_server_recording_events(rig.server), &died->message);
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    close(pair[1]);
    struct recording_control_event *ready =
        recording_control_event_create(RECORDING_CONTROL_READY, recording_id, pair[0]);
    mailbox_post(signaling_server_recording_events(rig.server), &ready->message);
    assert_true(fake_worker_pool_wait("attach"));
    assert_true(fake_worker_pool_wait("resume"));
    assert_true(fake_worker_pool_find("attach") < fake_worker_pool_find("resume"));
    assert_true(is_ok(rao, simple("end")));
}

/* ---- seats ---- */

static void a_lost_socket_keeps_seat_and_media(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    json_t *joined;
    AUTO(visit_client) feld = appointment_join(&visit, FELD, &joined);
    char session[64];
    snprintf(session, sizeof(session), "%s", text_in(joined, "session"));
    json_decref(joined);
    json_decref(visit_client_request(feld, offer_message("chromium_admitted", FELD)));
    assert_true(is_ok(feld, simple("ready")));
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[FELD]);
    fake_worker_pool_forget();
    visit_client_forget(rao);
    visit_client_cut(feld);
    json_decref(visit_client_wait(rao, "roster")); /* away */

    AUTO(visit_client) again = appointment_connect(&visit);
    json_t *resumed =
        visit_client_request(again, json_pack("{s:s, s:s, s:s}", "type", "join", "token",
                                              visit.tokens[FELD], "resume", session));
    assert_true(json_is_true(json_object_get(resumed, "resumed")));
    assert_string_equal(text_in(resumed, "session"), session);
    assert_string_equal(text_in(json_object_get(resumed, "you"), "state"), "in_visit");
    assert_int_equal(json_array_size(json_object_get(resumed, "slots")), 3);
    json_decref(resumed);
    assert_int_equal(find_endpoint("close", endpoint), -1);
    assert_int_equal(find_endpoint("leave", endpoint), -1);

    /* Without the session, or with a wrong one, the seat is taken over and the media is new. */
    AUTO(visit_client) third = appointment_connect(&visit);
    json_t *new_one =
        visit_client_request(third, json_pack("{s:s, s:s, s:s}", "type", "join", "token",
                                              visit.tokens[FELD], "resume", "not the session"));
    assert_true(json_is_false(json_object_get(new_one, "resumed")));
    assert_string_not_equal(text_in(new_one, "session"), session);
    json_decref(new_one);
    json_t *bye = visit_client_wait(again, "bye");
    assert_string_equal(text_in(bye, "reason"), "taken_over");
    json_decref(bye);
    assert_int_equal(visit_client_wait_closed(again), 1000);
    assert_true(wait_for_endpoint("close", endpoint));
}

static void another_persons_session_resumes_nothing(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    json_t *joined;
    AUTO(visit_client) rao = appointment_join(&visit, RAO, &joined);
    json_decref(visit_client_request(rao, offer_message("chromium_admitted", RAO)));
    assert_int_equal(appointment_arrive(&visit, FELD), 201);
    AUTO(visit_client) feld = appointment_connect(&visit);
    json_t *reply = visit_client_request(feld, json_pack("{s:s, s:s, s:s}", "type", "join", "token",
                                                         visit.tokens[FELD], "resume",
                                                         text_in(joined, "session")));
    assert_true(json_is_false(json_object_get(reply, "resumed")));
    assert_string_equal(text_in(json_object_get(reply, "you"), "id"), visit.participants[FELD]);
    json_decref(reply);
    json_decref(joined);
    assert_true(is_ok(rao, simple("ping"))); /* and the other is not disturbed */
}

static void an_endpoint_that_fails_is_given_up(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[RAO]);
    fake_worker_pool_fail_endpoint(endpoint);
    json_t *quality = visit_client_wait(rao, "quality");
    schema_checker_assert(schema, "event", quality);
    assert_string_equal(text_in(quality, "level"), "lost");
    json_decref(quality);
    assert_true(asks(rao, offer_message("chromium_more_slots", RAO), "wrong_state"));
    json_t *answer = visit_client_request(rao, offer_message("firefox_admitted", 7));
    assert_string_equal(text_in(answer, "type"), "answer");
    json_decref(answer);
    assert_int_not_equal(fake_worker_pool_endpoint_of(visit.participants[RAO]), endpoint);
}

static void leaving_and_ending_say_goodbye(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    assert_true(is_ok(feld, simple("leave")));
    json_t *bye = visit_client_wait(feld, "bye");
    assert_string_equal(text_in(bye, "reason"), "left");
    json_decref(bye);
    assert_int_equal(visit_client_wait_closed(feld), 1000);
    assert_true(asks(ruth, simple("end"), "not_allowed"));
    assert_true(is_ok(rao, simple("end")));
    struct visit_client *left[] = {rao, ruth};
    for (size_t i = 0; i < 2; i++) {
        bye = visit_client_wait(left[i], "bye");
        assert_string_equal(text_in(bye, "reason"), "ended");
        json_decref(bye);
        assert_int_equal(visit_client_wait_closed(left[i]), 1000);
    }
    AUTO(visit_client) late = appointment_connect(&visit);
    assert_true(asks(late, json_pack("{s:s, s:s}", "type", "join", "token", visit.tokens[RAO]),
                     "bad_token"));
}

static void denied_is_not_the_end(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_join(&visit, RAO, NULL);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    AUTO(visit_client) ana = appointment_join(&visit, ANA, NULL);
    assert_true(asks(rao, about("deny", visit.participants[ANA]), "not_allowed"));
    assert_true(is_ok(rao, about("admit", visit.participants[RUTH])));
    assert_true(is_ok(ruth, about("deny", visit.participants[ANA])));
    json_t *denied = visit_client_wait(ana, "denied");
    schema_checker_assert(schema, "event", denied);
    json_decref(denied);
    assert_true(
        asks(ana, json_pack("{s:s, s:s}", "type", "chat", "text", "hello"), "not_admitted"));
    assert_true(asks(rao, about("admit", visit.participants[ANA]), "not_allowed"));
    assert_true(is_ok(ruth, about("admit", visit.participants[ANA])));
    json_decref(visit_client_wait(ana, "admitted"));
}

static json_t *answer_device(const json_t *question, bool allow)
{
    return json_pack("{s:s, s:s, s:b}", "type", "device", "request", text_in(question, "request"),
                     "allow", allow);
}

/* Whoever else has the link must not slip in under an answer that was meant for another device. */
static void a_yes_is_for_the_device_that_asked(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    assert_int_equal(appointment_arrive(&visit, RUTH), 202);
    json_t *earlier = visit_client_wait(ruth, "second_device");
    assert_int_equal(appointment_arrive(&visit, RUTH), 202);
    json_t *later = visit_client_wait(ruth, "second_device");
    schema_checker_assert(schema, "event", later);
    assert_true(asks(ruth, answer_device(earlier, true), "wrong_state"));
    assert_true(is_ok(ruth, answer_device(later, true)));
    json_t *bye = visit_client_wait(ruth, "bye");
    assert_string_equal(text_in(bye, "reason"), "taken_over");
    json_decref(bye);
    json_decref(later);
    json_decref(earlier);
}

/* ---- who may what ---- */

static bool is_about_somebody(const char *type)
{
    static const char *const types[] = {"admit", "deny", "send_out", "send_back"};
    for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
        if (strcmp(types[i], type) == 0) {
            return true;
        }
    }
    return false;
}

static void roles_do_what_they_may(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_join(&visit, RAO, NULL);
    struct visit_client *clients[PEOPLE_COUNT] = {[RAO] = rao};
    static const enum person_name others[] = {RUTH, FELD, ANA, QUILL};
    for (size_t i = 0; i < 4; i++) {
        clients[others[i]] = appointment_join(&visit, others[i], NULL);
    }
    assert_true(is_ok(rao, about("admit", visit.participants[RUTH])));
    assert_true(is_ok(clients[RUTH], about("admit", visit.participants[ANA])));
    static const struct {
        const char *type;
        bool allowed[PEOPLE_COUNT]; /* Ruth, Rao, Feld, Ana, Quill */
    } matrix[] = {
        {"admit", {true, true, true, false, false}},
        {"deny", {true, true, true, false, false}},
        {"send_out", {true, false, false, false, false}},
        {"send_back", {false, true, true, false, false}},
        {"huddle", {false, true, true, false, true}}, /* to end it */
        {"end", {false, true, true, false, true}},
        {"recording", {false, true, true, false, true}}, /* to pause; to stop, Ruth too */
        {"chat", {true, true, true, true, true}},
        {"consent", {true, true, true, true, true}},
        {"mute", {true, true, true, true, true}},
    };
    for (size_t i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++) {
        for (int who = 0; who < PEOPLE_COUNT; who++) {
            json_t *message = about(matrix[i].type, "nobody-at-all");
            if (!is_about_somebody(matrix[i].type)) {
                json_object_del(message, "participant");
            }
            if (strcmp(matrix[i].type, "end") == 0 && matrix[i].allowed[who]) {
                json_decref(message);
                continue; /* it would be the end */
            }
            if (strcmp(matrix[i].type, "recording") == 0) {
                json_object_set_new(message, "action", json_string("pause"));
            } else if (strcmp(matrix[i].type, "huddle") == 0) {
                json_object_set_new(message, "action", json_string("end"));
            } else if (strcmp(matrix[i].type, "chat") == 0) {
                json_object_set_new(message, "text", json_string("hello"));
            } else if (strcmp(matrix[i].type, "consent") == 0) {
                json_object_set_new(message, "answer", json_string("refused"));
                json_object_set_new(message, "text_version", json_string("1"));
            } else if (strcmp(matrix[i].type, "mute") == 0) {
                json_object_set_new(message, "audio", json_true());
                json_object_set_new(message, "video", json_true());
            }
            json_t *reply = visit_client_request(clients[who], message);
            if (is_error(reply, "not_allowed") == matrix[i].allowed[who]) {
                fail_msg("%s by person %d", matrix[i].type, who);
            }
            json_decref(reply);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        visit_client_destroy(clients[others[i]]);
    }
}

static void every_message_is_what_the_schema_says(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    assert_true(is_ok(rao, about("admit", visit.participants[RUTH])));
    assert_true(is_ok(rao, json_pack("{s:s, s:s}", "type", "chat", "text",
                                     "<img src=x onerror=alert(1)> \xf0\x9f\x98\x80")));
    assert_true(is_ok(rao, recording("start")));
    assert_true(is_ok(ruth, consent("refused")));
    static const char *const types[] = {"visit",   "roster", "recording",
                                        "consent", "chat",   "admitted"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        json_t *event = visit_client_wait(ruth, types[i]);
        schema_checker_assert(schema, "event", event);
        json_decref(event);
    }
}

/* Everything that happens in a visit, at the most talkative level: ids and numbers alone come out.
 */
static void run_a_whole_visit(struct appointment *visit)
{
    json_t *joined = NULL;
    AUTO(visit_client) rao = appointment_enter(visit, RAO);
    AUTO(visit_client) ruth = appointment_join(visit, RUTH, &joined);
    json_decref(visit_client_request(ruth, offer_message("chromium_waiting", RUTH)));
    assert_true(is_ok(rao, about("admit", visit->participants[RUTH])));
    json_decref(visit_client_wait(ruth, "admitted"));
    assert_true(is_ok(ruth, json_pack("{s:s, s:s}", "type", "chat", "text", "planted chat")));
    assert_true(is_ok(rao, recording("start")));
    assert_true(is_ok(ruth, consent("refused")));
    assert_int_equal(appointment_arrive(visit, RUTH), 202);
    json_t *question = visit_client_wait(ruth, "second_device");
    assert_true(is_ok(ruth, answer_device(question, false)));
    json_decref(question);
    AUTO(visit_client) stranger = appointment_connect(visit);
    assert_true(asks(stranger, json_pack("{s:s, s:s}", "type", "join", "token", "planted-token"),
                     "bad_token"));
    assert_true(asks(stranger, json_pack("{s:s, s:s}", "type", "planted-type", "planted-key", "x"),
                     "unknown_type"));
    assert_true(asks(rao, json_pack("{s:s, s:s}", "type", "offer", "sdp", "v=0\r\no=planted-sdp"),
                     "bad_offer"));
    AUTO(visit_client) again = appointment_connect(visit);
    json_decref(visit_client_request(again, json_pack("{s:s, s:s, s:s}", "type", "join", "token",
                                                      visit->tokens[RUTH], "resume",
                                                      text_in(joined, "session"))));
    assert_true(is_ok(rao, simple("end")));
    json_decref(visit_client_wait(rao, "bye"));
    json_decref(joined);
}

static void logs_have_no_names_secrets_or_contents(void **state)
{
    (void)state;
    FILE *log = tmpfile();
    const int standard_error = dup(STDERR_FILENO);
    assert_non_null(log);
    assert_true(standard_error >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    log_set_level(LOG_LEVEL_DEBUG);
    struct appointment visit = make_visit();
    run_a_whole_visit(&visit);
    log_set_level(LOG_LEVEL_INFO);
    assert_true(dup2(standard_error, STDERR_FILENO) >= 0);
    close(standard_error);
    const long size = ftell(log) >= 0 && fseek(log, 0, SEEK_END) == 0 ? ftell(log) : 0;
    char *text = allocate_zeroed(1, (size_t)size + 1);
    rewind(log);
    assert_int_equal(fread(text, 1, (size_t)size, log), size);
    fclose(log);
    assert_non_null(strstr(text, visit.participants[RUTH])); /* it is the right log */
    const char *const private[] = {"Ruth",        "Rao",        "Feld",     "1955",
                                   "planted",     "Harbor",     "opinion",  "ice-pwd",
                                   "fingerprint", "candidate:", "127.0.0.1"};
    for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
        if (strstr(text, private[i])) {
            fail_msg("the log has \"%s\"", private[i]);
        }
    }
    for (int i = 0; i < PEOPLE_COUNT; i++) {
        assert_null(strstr(text, visit.secrets[i]));
        assert_true(!visit.tokens[i][0] || !strstr(text, visit.tokens[i]));
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_gets_no_media_until_admitted),
        cmocka_unit_test(being_let_in_only_fills_slots),
        cmocka_unit_test(an_offer_may_follow_the_join_at_once),
        cmocka_unit_test(what_follows_a_refused_join_is_refused),
        cmocka_unit_test(nothing_flows_into_a_slot_before_ready),
        cmocka_unit_test(a_newcomer_pauses_the_recording_before_entering),
        cmocka_unit_test(a_withdrawal_pauses_before_the_store_has_answered),
        cmocka_unit_test(who_waits_cannot_hold_the_recording),
        cmocka_unit_test(a_recorder_that_dies_is_attached_anew),
        cmocka_unit_test(a_lost_socket_keeps_seat_and_media),
        cmocka_unit_test(another_persons_session_resumes_nothing),
        cmocka_unit_test(an_endpoint_that_fails_is_given_up),
        cmocka_unit_test(leaving_and_ending_say_goodbye),
        cmocka_unit_test(denied_is_not_the_end),
        cmocka_unit_test(a_yes_is_for_the_device_that_asked),
        cmocka_unit_test(roles_do_what_they_may),
        cmocka_unit_test(every_message_is_what_the_schema_says),
        cmocka_unit_test(logs_have_no_names_secrets_or_contents),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

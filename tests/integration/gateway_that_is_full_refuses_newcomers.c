/* Who is in a seat keeps it; who comes is told, and nothing is written down of them. */
#include "tests/fakes/fake_worker_pool.h"
#include "tests/integration/visit_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct signaling_rig rig;
static struct appointment visit;

static int start(void **state)
{
    (void)state;
    signaling_rig_start(&rig);
    appointment_make(&rig, "TEST-1", &visit);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    return 0;
}

static json_t *join(struct visit_client *client, enum person_name person, const char *resume)
{
    json_t *message = json_pack("{s:s, s:s}", "type", "join", "token", visit.tokens[person]);
    if (resume) {
        json_object_set_new(message, "resume", json_string(resume));
    }
    return visit_client_request(client, message);
}

static bool is_refused(struct visit_client *client, enum person_name person)
{
    json_t *reply = join(client, person, NULL);
    const bool refused = is_error(reply, "full");
    json_decref(reply);
    return refused;
}

static void newcomers_wait_outside_and_nobody_else(void **state)
{
    (void)state;
    json_t *joined = NULL;
    AUTO(visit_client) rao = appointment_join(&visit, RAO, &joined);
    assert_int_equal(appointment_arrive(&visit, RUTH), 201);
    fake_worker_pool_set_full(true);

    AUTO(visit_client) ruth = appointment_connect(&visit);
    assert_true(is_refused(ruth, RUTH));
    assert_true(is_refused(ruth, RUTH)); /* the socket may try again */
    json_t *reply = visit_client_request(ruth, json_pack("{s:s}", "type", "ready"));
    assert_true(is_error(reply, "not_joined"));
    json_decref(reply);
    /* Nobody in the visit was told of her. */
    assert_false(visit_client_has(rao, "waiting"));

    /* Her own connection keeps nobody out: a reload, and a socket that was lost. */
    AUTO(visit_client) reloaded = appointment_connect(&visit);
    reply = join(reloaded, RAO, NULL);
    assert_string_equal(text_in(reply, "type"), "joined");
    json_decref(reply);
    AUTO(visit_client) resumed = appointment_connect(&visit);
    visit_client_cut(reloaded);
    reply = join(resumed, RAO, text_in(joined, "session"));
    assert_string_equal(text_in(reply, "type"), "joined");
    json_decref(reply);
    json_decref(joined);

    fake_worker_pool_set_full(false);
    reply = join(ruth, RUTH, NULL);
    assert_string_equal(text_in(reply, "type"), "joined");
    json_decref(reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newcomers_wait_outside_and_nobody_else),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* Pages tell over HTTP how far their people are: by the link before they arrive, by the seat after;
 * nothing else, nobody else's, and not too often. */
#include "tests/integration/visit_people.h"

#include "gateway/visits/visit_store.h"
#include "signaling/api/seat_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct signaling_rig rig;
static struct answer answer;

static long tell(struct browser *browser, const char *body)
{
    browser_ask(browser, &(struct request){.path = "/api/v1/seat/step", .body = body}, &answer);
    return answer.status;
}

static long tell_by_link(const struct appointment *appointment, enum person_name person,
                         const char *step)
{
    AUTO(browser) browser = browser_create(&rig);
    char body[256];
    snprintf(body, sizeof(body), "{\"step\":\"%s\",\"secret\":\"%s\"}", step,
             appointment->secrets[person]);
    return tell(browser, body);
}

/* A browser that has arrived. */
static struct browser *arrive(const struct appointment *appointment, enum person_name person)
{
    struct browser *browser = browser_create(&rig);
    char body[256];
    snprintf(body, sizeof(body),
             "{\"secret\":\"%s\",\"device\":\"iPad\",\"birth_date\":\"1955-03-14\"}",
             appointment->secrets[person]);
    browser_ask(browser, &(struct request){.path = "/api/v1/arrivals", .body = body}, &answer);
    assert_int_equal(answer.status, 201);
    return browser;
}

struct stand_query {
    const char *participant_id;
    struct seat_stand stand;
};

static int read_stand(void *context, struct visit_service *service)
{
    struct stand_query *query = context;
    struct visit_store *store = visit_service_store(service);
    struct participant seat;
    struct join_link link;
    struct seat_progress progress;
    int result = store->ops->read_participant(store, query->participant_id, &seat);
    result = result ? result : store->ops->latest_join_link(store, seat.id, &link);
    result = result ? result : store->ops->seat_steps.read(store, &seat, &progress);
    if (result == 0) {
        query->stand = seat_step_now(&seat, &link, &progress);
    }
    return result;
}

static void assert_at(const struct appointment *appointment, enum person_name person,
                      enum seat_step step, unsigned problems)
{
    struct stand_query query = {.participant_id = appointment->participants[person]};
    assert_int_equal(signaling_rig_on_store(&rig, read_stand, &query), 0);
    assert_string_equal(seat_step_name(query.stand.step), seat_step_name(step));
    assert_int_equal(query.stand.problems, problems);
}

static void a_page_tells_its_way(void **state)
{
    (void)state;
    struct appointment visit;
    appointment_make(&rig, "STEPS-1", &visit);
    assert_at(&visit, RUTH, SEAT_STEP_LINK_NOT_OPENED, 0);
    assert_int_equal(tell_by_link(&visit, RUTH, "link_opened"), 204);
    assert_at(&visit, RUTH, SEAT_STEP_LINK_OPENED, 0);
    assert_int_equal(tell_by_link(&visit, RUTH, "birth_date_asked"), 204);
    assert_at(&visit, RUTH, SEAT_STEP_BIRTH_DATE_ASKED, 0);
    AUTO(browser) browser = arrive(&visit, RUTH);
    assert_at(&visit, RUTH, SEAT_STEP_ARRIVED, 0);
    assert_int_equal(tell(browser, "{\"step\":\"permission_asked\"}"), 204);
    assert_int_equal(
        tell(browser, "{\"step\":\"permission_denied\",\"problems\":[\"camera\",\"microphone\"]}"),
        204);
    assert_at(&visit, RUTH, SEAT_STEP_PERMISSION_DENIED,
              SEAT_PROBLEM_CAMERA | SEAT_PROBLEM_MICROPHONE);
    assert_int_equal(tell(browser, "{\"step\":\"checked\"}"), 204);
    assert_at(&visit, RUTH, SEAT_STEP_CHECKED, 0);
    assert_at(&visit, ANA, SEAT_STEP_LINK_NOT_OPENED, 0);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct appointment visit;
    appointment_make(&rig, "STEPS-2", &visit);
    AUTO(browser) stranger = browser_create(&rig);
    AUTO(browser) ruth = arrive(&visit, RUTH);
    static const struct {
        const char *body;
        long status;
    } rows[] = {
        {"{\"step\":\"in_visit\"}", 422},
        {"{\"step\":\"arrived\"}", 422},
        {"{\"step\":\"link_opened\"}", 422},
        {"{\"step\":\"flew\"}", 422},
        {"{\"step\":7}", 400},
        {"{}", 400},
        {"[]", 400},
        {"{\"step\":\"checked\",\"note\":\"x\"}", 400},
        {"{\"step\":\"checked\",\"problems\":[\"camera\"]}", 422},
        {"{\"step\":\"permission_denied\"}", 422},
        {"{\"step\":\"permission_denied\",\"problems\":[\"camera\",\"camera\"]}", 422},
        {"{\"step\":\"permission_denied\",\"problems\":[\"printer\"]}", 422},
        {"{\"step\":\"permission_denied\",\"problems\":\"camera\"}", 422},
        {"{\"step\":\"permission_denied\",\"problems\":[1]}", 422},
        {"{\"step\":\"checked\",\"secret\":\"x\"}", 422},
        {"{\"step\":\"link_opened\",\"secret\":\"x\"}", 404},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (tell(ruth, rows[i].body) != rows[i].status) {
            fail_msg("%s: %ld", rows[i].body, answer.status);
        }
    }
    assert_at(&visit, RUTH, SEAT_STEP_ARRIVED, 0);
    assert_int_equal(tell(stranger, "{\"step\":\"checked\"}"), 401);
}

static void another_site_tells_nothing(void **state)
{
    (void)state;
    struct appointment visit;
    appointment_make(&rig, "STEPS-3", &visit);
    AUTO(browser) ruth = arrive(&visit, RUTH);
    browser_ask(ruth,
                &(struct request){.path = "/api/v1/seat/step",
                                  .body = "{\"step\":\"checked\"}",
                                  .origin = "https://elsewhere.example"},
                &answer);
    assert_int_equal(answer.status, 403);
    assert_at(&visit, RUTH, SEAT_STEP_ARRIVED, 0);
}

static void too_many_steps_are_stopped_and_hinder_nobody_else(void **state)
{
    (void)state;
    struct appointment visit;
    appointment_make(&rig, "STEPS-4", &visit);
    AUTO(browser) ruth = arrive(&visit, RUTH);
    AUTO(browser) ana = arrive(&visit, ANA);
    unsigned told = 0;
    while (told < 50 * SEAT_STEPS_BURST && tell(ruth, "{\"step\":\"checked\"}") == 204) {
        told++;
    }
    assert_int_equal(answer.status, 429);
    assert_true(told >= SEAT_STEPS_BURST);
    AUTO_FREE char *retry = answer_header(&answer, "Retry-After");
    assert_non_null(retry);
    assert_int_equal(tell(ana, "{\"step\":\"checked\"}"), 204);
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
        cmocka_unit_test(a_page_tells_its_way),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(another_site_tells_nothing),
        cmocka_unit_test(too_many_steps_are_stopped_and_hinder_nobody_else),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* Members of staff who signed in take their seats over HTTP, and sit in them over the visit's
 * socket. */
#include "gateway/visits/staff_sign_in.h"
#include "tests/integration/visit_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define PHYSICIAN PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
#define DAY_MS INT64_C(86400000)

static struct signaling_rig rig;

static int start(void **state)
{
    (void)state;
    signaling_rig_start(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    return 0;
}

/* One browser in which somebody signed in. */
struct desk {
    struct staff_account account;
    char token[RANDOM_TOKEN_SIZE];
    char cookie[128]; /* a header line */
    struct answer answer;
};

static int open_session(void *context, struct visit_service *service)
{
    struct desk *desk = context;
    struct staff_session_opened session;
    const int result = staff_sign_in_open(service, &desk->account, &session);
    if (result == 0) {
        memcpy(desk->token, session.token, sizeof(desk->token));
        snprintf(desk->cookie, sizeof(desk->cookie), "Cookie: __Host-bedside-account=%s",
                 session.token);
    }
    return result;
}

static int end_session(void *context, struct visit_service *service)
{
    const struct desk *desk = context;
    struct staff_session_opened session;
    const int result = staff_sign_in_look(service, desk->token, &session);
    return result != 0 ? result : staff_sign_in_end(service, &session.actor);
}

static void sign_in(struct desk *desk, const char *key, unsigned roles, const char *programme)
{
    *desk = (struct desk){.account = {.issuer = "https://id.example",
                                      .display_name = "Somebody",
                                      .time_zone = "UTC",
                                      .roles = roles}};
    snprintf(desk->account.subject, sizeof(desk->account.subject), "%s", key);
    snprintf(desk->account.staff_key, sizeof(desk->account.staff_key), "%s", key);
    snprintf(desk->account.programme, sizeof(desk->account.programme), "%s", programme);
    assert_int_equal(signaling_rig_on_store(&rig, open_session, desk), 0);
}

static void leave(struct desk *desk)
{
    answer_clear(&desk->answer);
}

static long ask(struct desk *desk, const char *path, const char *body)
{
    AUTO(browser) browser = browser_create(&rig); /* its seat's cookie is not what counts here */
    browser_ask(browser, &(struct request){.path = path, .body = body, .header = desk->cookie},
                &desk->answer);
    return desk->answer.status;
}

static long take(struct desk *desk, const struct appointment *visit)
{
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/seat", visit->visit_id);
    return ask(desk, path, "{\"device\":\"a desk\"}");
}

/* With the token of the last answer. Owned. */
static json_t *join(struct visit_client *client, const struct desk *desk)
{
    return visit_client_request(client, json_pack("{s:s, s:s}", "type", "join", "token",
                                                  text_in(desk->answer.json, "seat_token")));
}

static bool joins(struct visit_client *client, const struct desk *desk)
{
    json_t *joined = join(client, desk);
    const bool good = strcmp(text_in(joined, "type"), "joined") == 0 &&
                      strcmp(text_in(json_object_get(joined, "you"), "state"), "in_visit") == 0;
    json_decref(joined);
    return good;
}

static void a_physician_comes_in_and_in_again(void **state)
{
    (void)state;
    struct appointment visit;
    struct desk rao;
    appointment_make(&rig, "ENTRY-1", &visit);
    sign_in(&rao, "rao", PHYSICIAN, "");
    assert_int_equal(take(&rao, &visit), 201);
    assert_string_equal(text_in(rao.answer.json, "participant"), visit.participants[RAO]);
    assert_non_null(strstr(rao.answer.headers, "__Host-bedside-seat="));
    AUTO(visit_client) first = appointment_connect(&visit);
    assert_true(joins(first, &rao));
    /* The page is loaded anew: nobody is asked, and the page of before is told. */
    assert_int_equal(take(&rao, &visit), 201);
    json_t *bye = visit_client_wait(first, "bye");
    assert_string_equal(text_in(bye, "reason"), "taken_over");
    json_decref(bye);
    AUTO(visit_client) again = appointment_connect(&visit);
    assert_true(joins(again, &rao));
    leave(&rao);
}

static void a_second_browser_waits_for_the_first(void **state)
{
    (void)state;
    struct appointment visit;
    struct desk rao;
    struct desk home;
    appointment_make(&rig, "ENTRY-2", &visit);
    sign_in(&rao, "rao", PHYSICIAN, "");
    sign_in(&home, "rao", PHYSICIAN, "");
    assert_int_equal(take(&rao, &visit), 201);
    AUTO(visit_client) first = appointment_connect(&visit);
    assert_true(joins(first, &rao));
    assert_int_equal(take(&home, &visit), 202);
    char pending[192];
    snprintf(pending, sizeof(pending), "{\"pending\":\"%s\"}",
             text_in(home.answer.json, "pending"));
    assert_int_equal(ask(&home, "/api/v1/arrivals/pending", pending), 202);
    json_t *asked = visit_client_wait(first, "second_device");
    assert_string_equal(text_in(asked, "device"), "a desk");
    assert_true(is_ok(first, json_pack("{s:s, s:s, s:b}", "type", "device", "request",
                                       text_in(asked, "request"), "allow", 1)));
    json_decref(asked);
    assert_int_equal(ask(&home, "/api/v1/arrivals/pending", pending), 201);
    AUTO(visit_client) second = appointment_connect(&visit);
    assert_true(joins(second, &home));
    leave(&rao);
    leave(&home);
}

static void who_has_no_seat_or_signed_out_stays_outside(void **state)
{
    (void)state;
    struct appointment visit;
    struct desk rao;
    struct desk other;
    struct desk south;
    appointment_make(&rig, "ENTRY-3", &visit);
    sign_in(&rao, "rao", PHYSICIAN, "");
    sign_in(&other, "nobody-of-this-case", PHYSICIAN, "");
    sign_in(&south, "of-the-south", COORDINATOR, "south");
    assert_int_equal(take(&other, &visit), 404);
    assert_int_equal(take(&south, &visit), 404);
    AUTO(browser) stranger = browser_create(&rig);
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/seat", visit.visit_id);
    browser_ask(stranger, &(struct request){.path = path, .body = "{}"}, &other.answer);
    assert_int_equal(other.answer.status, 401);

    assert_int_equal(take(&rao, &visit), 201);
    assert_int_equal(signaling_rig_on_store(&rig, end_session, &rao), 0);
    AUTO(visit_client) late = appointment_connect(&visit);
    json_t *refused = join(late, &rao);
    assert_true(is_error(refused, "bad_token"));
    json_decref(refused);
    assert_int_equal(take(&rao, &visit), 401);
    leave(&rao);
    leave(&other);
    leave(&south);
}

static size_t count_own(struct desk *desk, int64_t from_ms, const struct appointment *visit)
{
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/account/visits?from=%lld&until=%lld", (long long)from_ms,
             (long long)(from_ms + DAY_MS));
    assert_int_equal(ask(desk, path, NULL), 200);
    size_t count = 0;
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(desk->answer.json, "visits"), index, one)
    {
        count += strcmp(text_in(one, "id"), visit->visit_id) == 0;
    }
    return count;
}

static void ones_own_visits_are_listed(void **state)
{
    (void)state;
    struct appointment visit;
    struct desk rao;
    struct desk south;
    appointment_make(&rig, "ENTRY-4", &visit);
    sign_in(&rao, "rao", PHYSICIAN, "");
    sign_in(&south, "of-the-south", COORDINATOR, "south");
    const int64_t now_ms = (int64_t)time(NULL) * 1000;
    assert_int_equal(count_own(&rao, now_ms - DAY_MS / 2, &visit), 1);
    assert_int_equal(count_own(&rao, now_ms + 2 * DAY_MS, &visit), 0);
    assert_int_equal(count_own(&south, now_ms - DAY_MS / 2, &visit), 0);
    assert_int_equal(ask(&rao, "/api/v1/account/visits?from=5", NULL), 400);
    assert_int_equal(ask(&rao, "/api/v1/account/visits?from=5&until=5", NULL), 400);
    assert_int_equal(ask(&rao, "/api/v1/account/visits?from=0&until=9999999999", NULL), 400);
    leave(&rao);
    leave(&south);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_physician_comes_in_and_in_again),
        cmocka_unit_test(a_second_browser_waits_for_the_first),
        cmocka_unit_test(who_has_no_seat_or_signed_out_stays_outside),
        cmocka_unit_test(ones_own_visits_are_listed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* Each role asks for each operation over HTTP, and gets what the permission table says: refused as
 * such, or not. What is expected comes from the copy of the table that was written down by hand. */
#include "signaling/api/screening_settings.h"
#include "signaling/server/http_routes.h"
#include "tests/integration/permission_ways.h"
#include "tests/integration/role_matrix_site.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/gateway/visits/permission_matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct role_matrix_site site;
static struct answer answer;

/* ---- the tables are whole ---- */

static void each_operation_has_a_way_to_ask_for_it(void **state)
{
    (void)state;
    for (int i = 0; i < OPERATION_COUNT; i++) {
        const enum operation operation = (enum operation)i;
        const bool has_way = ways_over_http(operation) || ways_over_messages(operation);
        const bool has_none = ways_has(without_way, without_way_count, operation);
        if (has_way == has_none) {
            fail_msg("%s %s", has_way ? "both a way and none for" : "no way to ask for",
                     operation_name(operation));
        }
        for (int role = 0; role < ROLE_COUNT; role++) {
            if (ways_allow(operation, (enum participant_role)role) && role == ROLE_GATEWAY) {
                assert_true(has_none); /* nobody outside is the gateway */
            }
        }
    }
}

/* "GET /path", as open_routes has it. */
static bool is_open(const struct http_route_row *route)
{
    char line[128];
    snprintf(line, sizeof(line), "%s %s", http_method_name(route->method), route->pattern);
    for (size_t i = 0; i < open_route_count; i++) {
        if (strcmp(open_routes[i], line) == 0) {
            return true;
        }
    }
    return false;
}

static bool leads_to(const struct http_way *way, const struct http_route_row *route)
{
    struct api_parameters parameters;
    char path[256];
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(way->path, "?"), way->path);
    return strcmp(http_method_name(route->method), way->method) == 0 &&
           http_routes_match(route->pattern, path, &parameters);
}

static void each_route_is_of_an_operation_or_open(void **state)
{
    (void)state;
    struct http_route_row route;
    for (size_t i = 0; http_routes_row(i, &route); i++) {
        bool found = is_open(&route);
        for (size_t k = 0; !found && k < http_way_count; k++) {
            found = leads_to(&http_ways[k], &route);
        }
        if (!found) {
            fail_msg("of which operation is %s %s?", http_method_name(route.method), route.pattern);
        }
    }
}

static unsigned doors_of(const struct http_way *way)
{
    struct http_route_row route;
    unsigned doors = 0;
    for (size_t i = 0; http_routes_row(i, &route); i++) {
        doors |= leads_to(way, &route) ? route.doors : 0;
    }
    assert_int_not_equal(doors, 0); /* there is no such route */
    return doors;
}

/* ---- the cells ---- */

enum verdict { NOT_ASKED, AT_THE_DOOR, REFUSED, LET_THROUGH, ELSEWHERE };
static enum verdict verdicts[OPERATION_COUNT][ROLE_COUNT];
static unsigned requests;

static enum verdict expected(const struct http_way *way, const struct holder *holder)
{
    const unsigned door = holder->kind == HOLDER_OPERATOR ? HTTP_DOOR_OPERATOR : HTTP_DOOR_PUBLIC;
    if (way->elsewhere & holder->kind) {
        return ELSEWHERE;
    }
    if (!(doors_of(way) & door) || !(way->takes & holder->kind)) {
        return AT_THE_DOOR;
    }
    return ways_allow(way->operation, holder->role) && !(way->narrow & holder->kind) ? LET_THROUGH
                                                                                     : REFUSED;
}

static bool is_not_permitted(void)
{
    return answer.status == 403 && strcmp(text_in(answer.json, "code"), "not_permitted") == 0;
}

/* Where the route does not know this kind of credential. */
static bool is_refused_at_the_door(const struct http_way *way, const struct holder *holder)
{
    const unsigned door = holder->kind == HOLDER_OPERATOR ? HTTP_DOOR_OPERATOR : HTTP_DOOR_PUBLIC;
    if (!(doors_of(way) & door)) {
        return answer.status == 404 || answer.status == 405;
    }
    return holder->kind == HOLDER_PROGRAM
               ? is_not_permitted()
               : answer.status == 401 &&
                     strcmp(text_in(answer.json, "code"), "session_expired") == 0;
}

/* Done, or refused by a rule: that something is not there, or in the wrong state. */
static bool is_let_through(void)
{
    static const long rules[] = {404, 409, 410};
    bool of_rule = false;
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        of_rule = of_rule || answer.status == rules[i];
    }
    return of_rule || (answer.status >= 200 && answer.status < 300) ||
           (answer.status == 403 && strcmp(text_in(answer.json, "code"), "not_in_visit") == 0) ||
           (answer.status == 422 && strcmp(text_in(answer.json, "code"), "invalid") == 0);
}

static void ask(const struct http_way *way, const struct holder *holder)
{
    AUTO_FREE char *path = ways_fill(way->path, site.values, site.value_count);
    AUTO_FREE char *body = way->body ? ways_fill(way->body, site.values, site.value_count) : NULL;
    holder_ask(holder, way->method, path, body, way->media_type, &answer);
    requests++;
}

static void check(const struct http_way *way, const struct holder *holder, enum verdict verdict)
{
    enum verdict *cell = &verdicts[way->operation][holder->role];
    ask(way, holder);
    const bool good = verdict == REFUSED       ? is_not_permitted()
                      : verdict == LET_THROUGH ? is_let_through()
                                               : is_refused_at_the_door(way, holder);
    if (!good) {
        fail_msg("%s %s (%s) of %s: %ld %.300s", way->method, way->path,
                 operation_name(way->operation), holder_name(holder), answer.status,
                 answer.body ? answer.body : "");
    }
    *cell = verdict > *cell ? verdict : *cell;
}

/* Those who may not ask first: what they ask for is there. */
static void each_role_gets_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < http_way_count; i++) {
        for (enum verdict verdict = AT_THE_DOOR; verdict <= LET_THROUGH; verdict++) {
            for (size_t k = 0; k < site.holder_count; k++) {
                if (expected(&http_ways[i], site.holders[k]) == verdict) {
                    check(&http_ways[i], site.holders[k], verdict);
                }
            }
        }
    }
}

/* What the table allows and no way over HTTP or the visit's socket lets through: known, and here.
 */
static bool is_known_unused(enum operation operation, enum participant_role role)
{
    static const struct {
        enum operation operation;
        const char *who;
    } rows[] = {
        {OPERATION_DEVICE_CONFIRM_OTHERS, "O"}, /* the visit's socket alone */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (rows[i].operation == operation && strchr(rows[i].who, permission_matrix_roles[role])) {
            return true;
        }
    }
    return false;
}

static void each_right_can_be_used(void **state)
{
    (void)state;
    unsigned count[ELSEWHERE] = {0};
    for (int i = 0; i < OPERATION_COUNT; i++) {
        const enum operation operation = (enum operation)i;
        for (int role = 0; role < ROLE_COUNT; role++) {
            const enum verdict verdict = verdicts[i][role];
            const bool by_message = role < ROLE_SEATED_COUNT && ways_over_messages(operation);
            const bool special = ways_has(http_special_ways, http_special_way_count, operation) ||
                                 ways_has(without_way, without_way_count, operation);
            count[verdict]++;
            if (ways_allow(operation, (enum participant_role)role) && verdict != LET_THROUGH &&
                !by_message && !special) {
                if (!is_known_unused(operation, (enum participant_role)role)) {
                    fail_msg("the table lets %s do %s, and no way does",
                             participant_role_name((enum participant_role)role),
                             operation_name(operation));
                }
            }
        }
    }
    print_message("HTTP: %u cells by %u requests (%u refused by the table, %u let through, %u "
                  "whose credential the route does not take)\n",
                  count[REFUSED] + count[LET_THROUGH] + count[AT_THE_DOOR], requests,
                  count[REFUSED], count[LET_THROUGH], count[AT_THE_DOOR]);
}

/* ---- isolation ---- */

static bool names(const struct http_way *way, const char *const *things, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(way->path, things[i]) || (way->body && strstr(way->body, things[i]))) {
            return true;
        }
    }
    return false;
}

/* From elsewhere what one may do at home is not found, and everything else is refused. */
static void assert_nothing_is_there(const struct http_way *way, const struct holder *holder)
{
    const enum verdict verdict = expected(way, holder);
    if (verdict == ELSEWHERE) {
        return;
    }
    ask(way, holder);
    const bool not_found = answer.status == 404;
    const bool good = verdict == LET_THROUGH ? not_found
                      : verdict == REFUSED   ? not_found || is_not_permitted()
                                             : is_refused_at_the_door(way, holder);
    if (!good) {
        fail_msg("%s %s of %s from elsewhere: %ld %.300s", way->method, way->path,
                 holder_name(holder), answer.status, answer.body ? answer.body : "");
    }
}

static void who_is_of_another_case_finds_nothing(void **state)
{
    (void)state;
    static const char *const of_case[] = {"{case}",  "{visit}",     "{next}",   "{own}",
                                          "{alert}", "{recording}", "{patient}"};
    static const char *const of_visit[] = {"{visit}", "{alert}"};
    for (size_t i = 0; i < http_way_count; i++) {
        for (size_t k = 0; k < site.stranger_count; k++) {
            if (names(&http_ways[i], of_case, ARRAY_LENGTH(of_case))) {
                assert_nothing_is_there(&http_ways[i], site.strangers[k]);
            }
        }
        for (size_t k = 0; k < site.neighbour_count; k++) {
            if (names(&http_ways[i], of_visit, ARRAY_LENGTH(of_visit))) {
                assert_nothing_is_there(&http_ways[i], site.neighbours[k]);
            }
        }
    }
    print_message("HTTP: %u requests from other visits, cases and programmes\n", requests);
    requests = 0;
}

/* Teams belong to a programme, and so does the time of their experts. Physicians see them all. */
static void who_coordinates_elsewhere_finds_no_team_of_this_programme(void **state)
{
    (void)state;
    static const char *const of_team[] = {"{team}", "{expert}"};
    for (size_t i = 0; i < http_way_count; i++) {
        const bool is_asked = http_ways[i].operation == OPERATION_TEAM_READ ||
                              http_ways[i].operation == OPERATION_HOURS_WRITE;
        for (size_t k = 0; is_asked && k < site.stranger_count; k++) {
            const bool of_programme = site.strangers[k]->kind == HOLDER_PROGRAM ||
                                      (site.strangers[k]->kind == HOLDER_ACCOUNT &&
                                       site.strangers[k]->role == ROLE_COORDINATOR);
            if (of_programme && names(&http_ways[i], of_team, ARRAY_LENGTH(of_team))) {
                assert_nothing_is_there(&http_ways[i], site.strangers[k]);
            }
        }
    }
}

/* ---- the way in and out ---- */

static void post(const struct holder *holder, const char *path, const char *body, long status)
{
    holder_ask(holder, "POST", path, body, NULL, &answer);
    if (answer.status != status) {
        fail_msg("%s of %s: %ld %s", path, holder_name(holder), answer.status,
                 answer.body ? answer.body : "");
    }
}

/* Whether what the holder shows is still good for anything. */
static bool is_known(const struct holder *holder)
{
    const char *path = holder->kind == HOLDER_SEAT ? "/api/v1/session"
                       : holder->kind & WAYS_STAFF ? "/api/v1/session"
                                                   : "/api/v1/cases";
    holder_ask(holder, "GET", path, NULL, NULL, &answer);
    const char *part = holder->kind == HOLDER_SEAT   ? "seat"
                       : holder->kind == HOLDER_LINK ? "staff"
                                                     : "account";
    return answer.status == 200 &&
           (holder->kind >= HOLDER_OPERATOR || json_object_get(answer.json, part) != NULL);
}

static const char unknown_secret[] = "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";

/* With a secret of one's own: who has one has the role, and nobody else is let in. */
static void who_has_no_link_does_not_come_in(void **state)
{
    (void)state;
    struct role_visit visit;
    role_visit_make_another(&site.visit, &visit);
    AUTO(browser) browser = browser_create(&site.rig);
    for (int i = 0; i < ROLE_SEATED_COUNT; i++) {
        const enum participant_role role = (enum participant_role)i;
        char body[128];
        assert_int_equal(role_visit_arrive(&visit, role) == 201, ways_allow(OPERATION_JOIN, role));
        assert_int_equal(visit.staff_secrets[role][0] != 0,
                         ways_allow(OPERATION_SESSION_OPEN, role));
        snprintf(body, sizeof(body), "{\"secret\":\"%s\"}", visit.secrets[role]);
        browser_ask(browser,
                    &(struct request){
                        .path = "/api/v1/staff-sessions", .body = body, .from = visit.address},
                    &answer);
        assert_int_equal(answer.status, 404);
        assert_int_equal((STAFF_ACCOUNT_ROLES & PARTICIPANT_ROLE_BIT(role)) != 0,
                         ways_allow(OPERATION_STAFF_SIGN_IN, role));
    }
    for (size_t i = 0; i < site.holder_count; i++) {
        if (site.holders[i]->kind >= HOLDER_OPERATOR) {
            post(site.holders[i], "/api/v1/arrivals", unknown_secret, 404);
            post(site.holders[i], "/api/v1/staff-sessions", unknown_secret, 404);
            post(site.holders[i], "/api/v1/sign-in/invented", "{\"staff\":\"nobody\"}", 404);
            assert_false(ways_allow(OPERATION_JOIN, site.holders[i]->role));
            assert_false(ways_allow(OPERATION_SESSION_OPEN, site.holders[i]->role));
            assert_false(ways_allow(OPERATION_STAFF_SIGN_IN, site.holders[i]->role));
        }
    }
}

/* A token is for a program that has proven who it is; another's secret is none. */
static void who_is_no_program_gets_and_uses_no_token(void **state)
{
    (void)state;
    static const char form[] = "grant_type=client_credentials";
    for (size_t i = 0; i < site.holder_count; i++) {
        const struct holder *holder = site.holders[i];
        char header[256];
        const bool allowed = ways_allow(OPERATION_TOKEN_USE, holder->role);
        assert_int_equal(ways_allow(OPERATION_TOKEN_ISSUE, holder->role), allowed);
        assert_int_equal(allowed, holder->kind == HOLDER_PROGRAM);
        if (allowed) {
            assert_true(is_known(holder));
            continue;
        }
        holder_ask(holder, "POST", "/api/v1/token", form, "application/x-www-form-urlencoded",
                   &answer);
        assert_int_equal(answer.status, 400);
        if (holder->kind != HOLDER_OPERATOR) {
            snprintf(header, sizeof(header), "Authorization: Bearer %s",
                     strchr(holder->credential, '=') + 1);
            browser_ask(holder->browser,
                        &(struct request){.path = "/api/v1/cases", .header = header}, &answer);
            assert_int_equal(answer.status, 401);
        }
    }
}

/* Ends one's own session of staff, and nothing of anybody else. */
static void who_has_no_session_ends_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < site.holder_count; i++) {
        const struct holder *holder = site.holders[i];
        if (holder->kind == HOLDER_OPERATOR) {
            continue;
        }
        post(holder, "/api/v1/sign-out", "{}", 200);
        const bool signs_out = holder->kind == HOLDER_ACCOUNT;
        assert_true(!signs_out || ways_allow(OPERATION_STAFF_SIGN_OUT, holder->role));
        assert_int_equal(is_known(holder), !signs_out);
        if (!signs_out) {
            post(holder, "/api/v1/session/end", "{}", 204);
            const bool ends = holder->kind == HOLDER_LINK;
            assert_true(!ends || ways_allow(OPERATION_SESSION_END, holder->role));
            assert_int_equal(is_known(holder), !ends);
        }
    }
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
    answer_clear(&answer);
    role_matrix_site_stop(&site);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operation_has_a_way_to_ask_for_it),
        cmocka_unit_test(each_route_is_of_an_operation_or_open),
        cmocka_unit_test(who_is_of_another_case_finds_nothing),
        cmocka_unit_test(who_coordinates_elsewhere_finds_no_team_of_this_programme),
        cmocka_unit_test(each_role_gets_what_the_table_says),
        cmocka_unit_test(each_right_can_be_used),
        cmocka_unit_test(who_has_no_link_does_not_come_in),
        cmocka_unit_test(who_is_no_program_gets_and_uses_no_token),
        cmocka_unit_test(who_has_no_session_ends_none),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

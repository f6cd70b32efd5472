#include "signaling/server/http_routes.h"

#include "signaling/api/alerts.h"
#include "signaling/api/api_repeat.h"
#include "signaling/api/arrivals.h"
#include "signaling/api/bearer.h"
#include "signaling/api/board.h"
#include "signaling/api/case_list.h"
#include "signaling/api/case_plans.h"
#include "signaling/api/case_progress.h"
#include "signaling/api/cases.h"
#include "signaling/api/clients.h"
#include "signaling/api/device_checks.h"
#include "signaling/api/health_and_metrics.h"
#include "signaling/api/help_sessions.h"
#include "signaling/api/licences.h"
#include "signaling/api/network_test_routes.h"
#include "signaling/api/notifications.h"
#include "signaling/api/openapi.h"
#include "signaling/api/orders.h"
#include "signaling/api/practice.h"
#include "signaling/api/recordings.h"
#include "signaling/api/screenings.h"
#include "signaling/api/seat_questionnaires.h"
#include "signaling/api/seat_steps.h"
#include "signaling/api/setup_page.h"
#include "signaling/api/sign_in.h"
#include "signaling/api/staff_visits.h"
#include "signaling/api/teams.h"
#include "signaling/api/token_endpoint.h"
#include "signaling/api/visit_schedules.h"
#include "signaling/api/visits.h"
#include "signaling/server/static_files.h"

#include <glib.h>
#include <string.h>

typedef void route_handler(struct api *api, struct http_exchange *exchange,
                           const struct api_parameters *parameters);

#define PEOPLE (HTTP_DOOR_PUBLIC | HTTP_DOOR_OPERATOR)
#define OPERATOR HTTP_DOOR_OPERATOR
#define SETUP HTTP_DOOR_SETUP
#define FORM 0x100 /* beside the doors: takes a form from programs, not JSON from our pages */
#define DOORS (PEOPLE | SETUP)

static void serve_page(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    (void)parameters;
    if (!static_files_serve(api->files, exchange, "/index.html")) {
        http_exchange_fail(exchange, 404, "not_found",
                           "The web client is not installed (http.web_root).", NULL);
    }
}

/* GET stands for HEAD too. */
static const struct {
    enum http_method method;
    const char *pattern;
    unsigned doors;
    size_t body_size_max;
    route_handler *handle;
} routes[] = {
    {HTTP_GET, "/", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/j", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/staff", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/case", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/board", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/help", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/enter", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, "/practice", HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, SIGN_IN_PATH, HTTP_DOOR_PUBLIC, 0, serve_page},
    {HTTP_GET, SIGN_IN_CALLBACK_PATH, HTTP_DOOR_PUBLIC, 0, sign_in_come_back},

    {HTTP_POST, "/api/v1/join-links/look", PEOPLE, HTTP_BODY_SIZE_MAX, arrivals_look},
    {HTTP_POST, "/api/v1/arrivals", PEOPLE, HTTP_BODY_SIZE_MAX, arrivals_arrive},
    {HTTP_POST, "/api/v1/arrivals/pending", PEOPLE, HTTP_BODY_SIZE_MAX, arrivals_pending},
    {HTTP_POST, "/api/v1/staff-sessions", PEOPLE, HTTP_BODY_SIZE_MAX, sessions_exchange_staff_link},
    {HTTP_GET, "/api/v1/session", PEOPLE, 0, sessions_show},
    {HTTP_POST, "/api/v1/session/end", PEOPLE, HTTP_BODY_SIZE_MAX, sessions_end},
    {HTTP_GET, "/api/v1/sign-in", HTTP_DOOR_PUBLIC, 0, sign_in_show},
    {HTTP_POST, "/api/v1/sign-in/start", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX, sign_in_start},
    {HTTP_POST, "/api/v1/sign-in/invented", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     sign_in_as_invented},
    {HTTP_POST, "/api/v1/sign-out", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX, sign_in_end},
    {HTTP_GET, "/api/v1/account/visits", HTTP_DOOR_PUBLIC, 0, staff_visits_list},
    {HTTP_POST, "/api/v1/visits/{id}/seat", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     staff_visits_take_seat},
    {HTTP_GET, "/api/v1/cases/{id}", PEOPLE, 0, cases_show},
    {HTTP_GET, "/api/v1/cases/{id}/opinion", PEOPLE, 0, cases_show_opinion},
    {HTTP_GET, "/api/v1/cases/{id}/opinion.pdf", PEOPLE, 0, cases_show_opinion_pdf},
    {HTTP_GET, "/api/v1/recordings/{id}/participants/{participant}/media", PEOPLE, 0,
     recordings_play},
    {HTTP_GET, "/api/v1/recordings/{id}/manifest", PEOPLE, 0, recordings_show_manifest},

    {HTTP_POST, "/api/v1/seat/place", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX, places_state},
    {HTTP_POST, "/api/v1/seat/step", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX, seat_steps_tell},
    {HTTP_GET, "/api/v1/seat/help", HTTP_DOOR_PUBLIC, 0, help_sessions_show_own},
    {HTTP_GET, "/api/v1/seat/device-check", HTTP_DOOR_PUBLIC, 0, device_checks_show_own},
    {HTTP_POST, "/api/v1/seat/device-check", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     device_checks_record},
    {HTTP_GET, "/api/v1/visits/{id}/device-checks", PEOPLE, 0, device_checks_list},
    {HTTP_POST, "/api/v1/seat/network-tests", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     network_test_routes_begin},
    {HTTP_GET, "/api/v1/seat/network-tests/{id}", HTTP_DOOR_PUBLIC, 0, network_test_routes_show},
    {HTTP_DELETE, "/api/v1/seat/network-tests/{id}", HTTP_DOOR_PUBLIC, 0, network_test_routes_end},
    {HTTP_POST, "/api/v1/seat/network-tests/{id}/connections", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     network_test_routes_connect},
    {HTTP_GET, "/api/v1/seat/questionnaires", HTTP_DOOR_PUBLIC, 0, seat_questionnaires_show},
    {HTTP_PUT, "/api/v1/seat/questionnaires/{id}/answers", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     seat_answers_write},
    {HTTP_GET, "/api/v1/visits/{id}/screening", PEOPLE, 0, screenings_show},
    {HTTP_GET, "/api/v1/alerts", PEOPLE, 0, alerts_list},
    {HTTP_GET, "/api/v1/alerts/{id}", PEOPLE, 0, alerts_show},
    {HTTP_POST, "/api/v1/alerts/{id}/steps", PEOPLE, HTTP_BODY_SIZE_MAX, alerts_step},
    {HTTP_GET, "/api/v1/staff/{key}/licences", PEOPLE, 0, licences_show},
    {HTTP_PUT, "/api/v1/staff/{key}/licences", PEOPLE, HTTP_BODY_SIZE_MAX, licences_replace},

    {HTTP_POST, "/api/v1/token", PEOPLE | FORM, HTTP_BODY_SIZE_MAX, token_endpoint_ask},
    {HTTP_GET, "/api/v1/.well-known/smart-configuration", PEOPLE, 0, token_endpoint_describe},
    {HTTP_GET, "/api/v1/openapi.json", PEOPLE, 0, openapi_show},
    {HTTP_GET, "/api/v1/clients", OPERATOR, 0, clients_list},
    {HTTP_POST, "/api/v1/clients", OPERATOR, HTTP_BODY_SIZE_MAX, clients_add},
    {HTTP_GET, "/api/v1/clients/{id}", OPERATOR, 0, clients_show},
    {HTTP_PATCH, "/api/v1/clients/{id}", OPERATOR, HTTP_BODY_SIZE_MAX, clients_change},
    {HTTP_DELETE, "/api/v1/clients/{id}", OPERATOR, 0, clients_revoke},

    {HTTP_GET, "/api/v1/cases", PEOPLE, 0, case_list_show},
    {HTTP_GET, "/api/v1/cases/{id}/flow", PEOPLE, 0, case_flow_show},
    {HTTP_PATCH, "/api/v1/cases/{id}/flow", PEOPLE, HTTP_BODY_SIZE_MAX, case_flow_change},
    {HTTP_POST, "/api/v1/cases/{id}/moves", PEOPLE, HTTP_BODY_SIZE_MAX, case_moves_make},
    {HTTP_GET, "/api/v1/cases/{id}/plan", PEOPLE, 0, case_plan_show},
    {HTTP_PUT, "/api/v1/cases/{id}/plan", PEOPLE, HTTP_BODY_SIZE_MAX, case_plan_write},
    {HTTP_POST, "/api/v1/cases/{id}/bookings", PEOPLE, HTTP_BODY_SIZE_MAX, bookings_make},
    {HTTP_POST, "/api/v1/orders", PEOPLE, HTTP_BODY_SIZE_MAX, orders_take},
    {HTTP_GET, "/api/v1/teams", PEOPLE, 0, teams_list},
    {HTTP_POST, "/api/v1/teams", PEOPLE, HTTP_BODY_SIZE_MAX, teams_keep},
    {HTTP_GET, "/api/v1/teams/{id}", PEOPLE, 0, teams_show},
    {HTTP_PUT, "/api/v1/teams/{id}", PEOPLE, HTTP_BODY_SIZE_MAX, teams_change},
    {HTTP_DELETE, "/api/v1/teams/{id}", PEOPLE, 0, teams_retire},
    {HTTP_GET, "/api/v1/teams/{id}/slots", PEOPLE, 0, slots_list},
    {HTTP_GET, "/api/v1/experts/{id}/hours", PEOPLE, 0, hours_show},
    {HTTP_PUT, "/api/v1/experts/{id}/hours", PEOPLE, HTTP_BODY_SIZE_MAX, hours_write},
    {HTTP_GET, "/api/v1/programmes/{id}/due-days", PEOPLE, 0, due_days_show},
    {HTTP_PUT, "/api/v1/programmes/{id}/due-days", PEOPLE, HTTP_BODY_SIZE_MAX, due_days_write},
    {HTTP_GET, "/api/v1/coordinators", PEOPLE, 0, coordinators_list},

    {HTTP_GET, "/api/v1/board", PEOPLE, 0, board_show},
    {HTTP_POST, "/api/v1/board/tickets", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX, board_make_ticket},

    {HTTP_GET, "/api/v1/practice", HTTP_DOOR_PUBLIC, 0, practice_show},
    {HTTP_POST, "/api/v1/practice", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX, practice_begin},
    {HTTP_POST, "/api/v1/practice/links", HTTP_DOOR_PUBLIC, HTTP_BODY_SIZE_MAX,
     practice_renew_links},
    {HTTP_DELETE, "/api/v1/practice", HTTP_DOOR_PUBLIC, 0, practice_end},

    {HTTP_POST, "/api/v1/cases", PEOPLE, HTTP_IMPORT_SIZE_MAX, cases_import},
    {HTTP_POST, "/api/v1/visits", PEOPLE, HTTP_BODY_SIZE_MAX, visits_schedule},
    {HTTP_GET, "/api/v1/visits/{id}/schedule", PEOPLE, 0, visit_schedules_show},
    {HTTP_PUT, "/api/v1/visits/{id}/schedule", PEOPLE, HTTP_BODY_SIZE_MAX, visit_schedules_change},
    {HTTP_GET, "/api/v1/visits/{id}/slots", PEOPLE, 0, visit_slots_list},
    {HTTP_POST, "/api/v1/visits/{id}/links", PEOPLE, HTTP_BODY_SIZE_MAX, visits_mint_links},
    {HTTP_POST, "/api/v1/visits/{id}/participants/{participant}/unlock", PEOPLE, HTTP_BODY_SIZE_MAX,
     visits_unlock_link},
    {HTTP_GET, "/api/v1/visits/{id}/notifications", PEOPLE, 0, notifications_list},
    {HTTP_POST, "/api/v1/visits/{id}/participants/{participant}/notifications", PEOPLE,
     HTTP_BODY_SIZE_MAX, notifications_send},
    {HTTP_POST, "/api/v1/visits/{id}/participants/{participant}/help", PEOPLE, HTTP_BODY_SIZE_MAX,
     help_sessions_offer},
    {HTTP_GET, "/api/v1/visits/{id}", PEOPLE, 0, visits_show},
    {HTTP_GET, "/api/v1/visits/{id}/media", OPERATOR, 0, visits_show_media},
    {HTTP_POST, "/api/v1/visits/{id}/end", OPERATOR, HTTP_BODY_SIZE_MAX, visits_end},
    {HTTP_GET, "/api/v1/recordings", PEOPLE, 0, recordings_list},
    {HTTP_GET, "/api/v1/audit/verify", OPERATOR, 0, visits_verify_audit},

    {HTTP_GET, "/healthz", PEOPLE, 0, health_show},
    {HTTP_GET, "/readyz", PEOPLE, 0, health_show_ready},
    {HTTP_GET, "/metrics", PEOPLE, 0, metrics_show},

    {HTTP_GET, "/", SETUP, 0, setup_page_show},
    {HTTP_GET, "/bedside-development-ca.crt", SETUP, 0, setup_page_show_authority},
    {HTTP_GET, "/bedside-development-ca.pem", SETUP, 0, setup_page_show_authority},
    {HTTP_GET, "/bedside-development-ca.mobileconfig", SETUP, 0, setup_page_show_profile},
};

/* Copies one segment. Returns false when it is empty or too long. */
static bool take_segment(const char **path, char ret_value[API_PARAMETER_SIZE])
{
    const size_t length = strcspn(*path, "/");
    if (length == 0 || length >= API_PARAMETER_SIZE) {
        return false;
    }
    memcpy(ret_value, *path, length);
    ret_value[length] = 0;
    *path += length;
    return true;
}

bool http_routes_match(const char *pattern, const char *path, struct api_parameters *ret_parameters)
{
    size_t count = 0;
    memset(ret_parameters, 0, sizeof(*ret_parameters));
    while (*pattern && *path) {
        if (*pattern == '{') {
            if (count == API_PARAMETERS_MAX ||
                !take_segment(&path, ret_parameters->values[count++])) {
                return false;
            }
            pattern = strchr(pattern, '}') + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *pattern == 0 && *path == 0;
}

static bool method_fits(enum http_method route, enum http_method request)
{
    return route == request || (route == HTTP_GET && request == HTTP_HEAD);
}

/* From outside a large body is read of a program that has proven who it is, and of nobody else. */
static size_t bounded_body_size(const struct api *api, const struct http_request *request,
                                size_t size)
{
    struct visit_actor actor;
    return size <= HTTP_BODY_SIZE_MAX || request->door != HTTP_DOOR_PUBLIC ||
                   bearer_find(api, request, &actor)
               ? size
               : HTTP_BODY_SIZE_MAX;
}

size_t http_routes_body_size_max(const struct api *api, const struct http_request *request)
{
    struct api_parameters parameters;
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        if (routes[i].method == request->method && (routes[i].doors & request->door) &&
            http_routes_match(routes[i].pattern, request->path, &parameters)) {
            return bounded_body_size(api, request, routes[i].body_size_max);
        }
    }
    return HTTP_BODY_SIZE_MAX; /* nobody takes it, but the answer says why */
}

bool http_routes_row(size_t index, struct http_route_row *ret_row)
{
    if (index >= G_N_ELEMENTS(routes)) {
        return false;
    }
    *ret_row = (struct http_route_row){routes[index].method, routes[index].pattern,
                                       routes[index].doors & DOORS};
    return true;
}

static bool has_type(const char *content_type, const char *type)
{
    const size_t length = strlen(type);
    return g_ascii_strncasecmp(content_type, type, length) == 0 &&
           (content_type[length] == 0 || content_type[length] == ';' ||
            content_type[length] == ' ');
}

/* A change asked for by another site: no Origin of ours, no answer (SameSite cookies alone would
 * not do). Programs have no Origin, and no cookies that another site could use. */
static bool change_is_lawful(struct api *api, struct http_exchange *exchange, bool takes_form)
{
    const struct http_request *request = http_exchange_request(exchange);
    const char *type = takes_form ? "application/x-www-form-urlencoded" : "application/json";
    if (request->door == HTTP_DOOR_PUBLIC && !takes_form && !bearer_is_shown(request) &&
        !http_server_origin_is_ours(api->server, request->origin)) {
        http_exchange_fail(exchange, 403, "wrong_origin",
                           "The request does not come from a page of this service.", NULL);
        return false;
    }
    const bool is_fhir = !takes_form && has_type(request->content_type, "application/fhir+json");
    if (http_method_has_body(request->method) && !is_fhir &&
        !has_type(request->content_type, type)) {
        http_exchange_fail(exchange, 415, takes_form ? "not_form" : "not_json",
                           takes_form ? "The body has to be application/x-www-form-urlencoded."
                                      : "The body has to be application/json.",
                           NULL);
        return false;
    }
    if (!api_repeat_key_is_lawful(request)) {
        http_exchange_fail(exchange, 400, "bad_idempotency_key",
                           "An Idempotency-Key has 1 to 128 visible characters.", NULL);
        return false;
    }
    return true;
}

/* `methods`: those of the routes that have the path, as bits; 0: none has it. */
static void answer_without_route(struct api *api, struct http_exchange *exchange, unsigned methods)
{
    const struct http_request *request = http_exchange_request(exchange);
    const bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    if (methods) {
        g_autoptr(GString) allowed = g_string_new(NULL);
        for (unsigned method = 0; method < HTTP_METHOD_OTHER; method++) {
            if (methods & 1u << method) {
                g_string_append_printf(allowed, "%s%s", allowed->len > 0 ? ", " : "",
                                       http_method_name((enum http_method)method));
            }
        }
        http_exchange_add_header(exchange, "Allow", allowed->str);
        http_exchange_fail(exchange, 405, "wrong_method", "This route does not take that method.",
                           NULL);
    } else if (!reads || request->door != HTTP_DOOR_PUBLIC ||
               !static_files_serve(api->files, exchange, request->path)) {
        http_exchange_fail(exchange, 404, "not_found", "There is nothing here.", NULL);
    }
}

void http_routes_dispatch(struct api *api, struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    const bool changes = request->method != HTTP_GET && request->method != HTTP_HEAD;
    unsigned methods = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        struct api_parameters parameters;
        if (!(routes[i].doors & request->door) ||
            !http_routes_match(routes[i].pattern, request->path, &parameters)) {
            continue;
        }
        methods |= 1u << routes[i].method | (routes[i].method == HTTP_GET ? 1u << HTTP_HEAD : 0);
        if (!method_fits(routes[i].method, request->method)) {
            continue;
        }
        if (!(routes[i].doors & FORM) && bearer_is_shown(request) && !bearer_admit(api, exchange)) {
            return;
        }
        if (!changes || change_is_lawful(api, exchange, routes[i].doors & FORM)) {
            routes[i].handle(api, exchange, &parameters);
        }
        return;
    }
    answer_without_route(api, exchange, methods);
}

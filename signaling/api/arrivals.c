#include "signaling/api/arrivals.h"

#include "gateway/base/secret.h"
#include "gateway/visits/staff_sign_in.h"
#include "gateway/visits/visit_arrival.h"
#include "signaling/api/screening_settings.h"
#include "signaling/api/sign_in.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/signaling_server.h"

#include <glib.h>
#include <string.h>

#define SECRET_SIZE_MAX 128
#define DEVICE_SIZE_MAX 120
#define SEAT_COOKIE_SECONDS (7 * 24 * 3600L)
#define STAFF_COOKIE_SECONDS (12 * 3600L)

struct arrival {
    char *secret; /* wiped */
    char *birth_date;
    char *device_token; /* wiped */
    char *device;
    struct join_link_look look;
    struct join_result result;
};

static void wipe(char *secret)
{
    if (secret) {
        secret_wipe(secret, strlen(secret));
        g_free(secret);
    }
}

static void arrival_destroy(void *data)
{
    struct arrival *arrival = data;
    wipe(arrival->secret);
    wipe(arrival->device_token);
    g_free(arrival->birth_date);
    g_free(arrival->device);
    visit_picture_destroy(arrival->result.picture);
    secret_wipe(&arrival->result, sizeof(arrival->result));
    g_free(arrival);
}

static struct api_task *create_arrival(struct api *api, struct http_exchange *exchange,
                                       int (*operation)(struct api_task *, struct visit_service *))
{
    struct api_task *task = api_task_create(api, exchange, NULL, 0, operation);
    task->data = g_new0(struct arrival, 1);
    task->data_destroy = arrival_destroy;
    return task;
}

static const char *asked_date(enum birth_date_owner owner)
{
    return owner == BIRTH_DATE_OWN ? "own" : owner == BIRTH_DATE_OF_PATIENT ? "patient" : NULL;
}

/* ---- looking ---- */

static json_t *languages_json(const char *languages)
{
    json_t *list = json_array();
    g_auto(GStrv) tags = g_strsplit(languages, " ", -1);
    for (char **tag = tags; *tag; tag++) {
        if (**tag) {
            json_array_append_new(list, json_string(*tag));
        }
    }
    return list;
}

static json_t *look_json(const struct api *api, const struct join_link_look *look)
{
    const struct screening_settings *screening = api->config->screening;
    json_t *inviter =
        look->inviter_name[0]
            ? json_pack("{s:s, s:s, s:s}", "name", look->inviter_name, "role",
                        participant_role_name(look->inviter_role), "relation", look->inviter_label)
            : json_null();
    return json_pack(
        "{s:{s:s, s:s, s:o}, s:{s:s, s:s, s:o, s:o, s:s, s:s, s:o, s:b}, s:{s:o, s:i, s:b, s:b}, "
        "s:s, "
        "s:s}",
        "person", "name", look->person_name, "role", participant_role_name(look->role), "languages",
        languages_json(look->person_languages), "visit", "id", look->visit_id, "title",
        look->visit_title, "starts_at", api_time(look->scheduled_at_ms), "expected_at",
        api_time(look->expected_at_ms), "time_zone", look->time_zone, "state",
        visit_state_name(look->visit_state), "invited_by", inviter, "practice", look->practice,
        "asks", "birth_date", api_text_or_null(asked_date(look->birth_date_owner)), "tries_left",
        (int)look->tries_left, "place", screening_settings_ask_place(screening, look->role),
        "questions", screening_settings_ask_questions(screening, look->role), "organisation",
        api->config->organisation, "support_phone", api->config->support_phone);
}

static int run_look(struct api_task *task, struct visit_service *service)
{
    struct arrival *arrival = task->data;
    return visit_arrival_look(service, arrival->secret, &arrival->look);
}

static void answer_look(struct api_task *task, struct http_exchange *exchange)
{
    const struct arrival *arrival = task->data;
    if (exchange) {
        http_exchange_reply_json(exchange, 200, look_json(task->api, &arrival->look));
    }
}

void arrivals_look(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    (void)parameters;
    json_t *body = api_may_try(api, exchange) ? api_read_body(exchange) : NULL;
    const char *secret = NULL;
    const struct api_text texts[] = {{"!secret", &secret, SECRET_SIZE_MAX}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = create_arrival(api, exchange, run_look);
        ((struct arrival *)task->data)->secret = g_strdup(secret);
        task->answer = answer_look;
        api_task_post(task);
    }
    json_decref(body);
}

/* ---- arriving ---- */

void arrivals_reply_seated(struct http_exchange *exchange, const char *seat_token,
                           const char *participant_id, const char *visit_id)
{
    api_set_cookie(exchange, API_SEAT_COOKIE, seat_token, SEAT_COOKIE_SECONDS);
    http_exchange_reply_json(exchange, 201,
                             json_pack("{s:s, s:s, s:s, s:s}", "seat_token", seat_token,
                                       "device_token", seat_token, "participant", participant_id,
                                       "visit", visit_id));
}

static int run_arrive(struct api_task *task, struct visit_service *service)
{
    struct arrival *arrival = task->data;
    const struct join_request request = {.link_secret = arrival->secret,
                                         .birth_date = arrival->birth_date,
                                         .seat_token = arrival->device_token};
    const int result = visit_arrival_join(service, &request, &arrival->result);
    task->picture = TAKE(arrival->result.picture);
    return result;
}

static json_t *tries_json(const struct join_result *result)
{
    return json_pack("{s:i, s:o}", "tries_left", (int)result->tries_left, "birth_date",
                     api_text_or_null(asked_date(result->birth_date_owner)));
}

static void answer_arrive(struct api_task *task, struct http_exchange *exchange)
{
    const struct arrival *arrival = task->data;
    const struct join_result *result = &arrival->result;
    const int code = task->task.result;
    if (code == 0 && result->replaced_device) {
        signaling_hub_device_replaced(task->api->hub, result->actor.visit_id,
                                      result->actor.participant_id);
    }
    if (code == REFUSAL_SECOND_DEVICE_PENDING) {
        signaling_hub_second_device(task->api->hub, &result->actor, arrival->device);
    }
    if (!exchange) {
        return;
    }
    if (code == 0) {
        arrivals_reply_seated(exchange, result->seat_token, result->actor.participant_id,
                              result->actor.visit_id);
    } else if (code == REFUSAL_SECOND_DEVICE_PENDING) {
        http_exchange_reply_json(exchange, 202, json_pack("{s:s}", "pending", result->seat_token));
    } else if (code == REFUSAL_BIRTH_DATE_NEEDED || code == REFUSAL_BIRTH_DATE_WRONG ||
               code == REFUSAL_LINK_LOCKED) {
        api_fail_with(exchange, code, tries_json(result));
    } else {
        api_fail(exchange, code);
    }
}

void arrivals_arrive(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    (void)parameters;
    json_t *body = api_may_try(api, exchange) ? api_read_body(exchange) : NULL;
    const char *secret = NULL;
    const char *birth_date = NULL;
    const char *device_token = NULL;
    const char *device = NULL;
    const struct api_text texts[] = {{"!secret", &secret, SECRET_SIZE_MAX},
                                     {"birth_date", &birth_date, 10},
                                     {"device_token", &device_token, SECRET_SIZE_MAX},
                                     {"device", &device, DEVICE_SIZE_MAX}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = create_arrival(api, exchange, run_arrive);
        struct arrival *arrival = task->data;
        arrival->secret = g_strdup(secret);
        arrival->birth_date = g_strdup(birth_date);
        arrival->device_token = g_strdup(device_token);
        arrival->device = g_strdup(device ? device : "another device");
        task->answer = answer_arrive;
        task->answers_all = true;
        api_task_post(task);
    }
    json_decref(body);
}

/* The pending request is the seat token that counts once somebody has said yes. */
static int run_pending(struct api_task *task, struct visit_service *service)
{
    struct arrival *arrival = task->data;
    return visit_arrival_resolve_seat(service, arrival->device_token, &arrival->result.actor);
}

static void answer_pending(struct api_task *task, struct http_exchange *exchange)
{
    const struct arrival *arrival = task->data;
    if (!exchange) {
        return;
    }
    if (task->task.result == REFUSAL_SECOND_DEVICE_PENDING) {
        http_exchange_reply_json(exchange, 202,
                                 json_pack("{s:s}", "pending", arrival->device_token));
    } else if (task->task.result == 0) {
        arrivals_reply_seated(exchange, arrival->device_token, arrival->result.actor.participant_id,
                              arrival->result.actor.visit_id);
    } else {
        api_fail(exchange, task->task.result);
    }
}

void arrivals_pending(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters)
{
    (void)parameters;
    json_t *body = api_may_try(api, exchange) ? api_read_body(exchange) : NULL;
    const char *pending = NULL;
    const char *secret = NULL;
    const struct api_text texts[] = {{"!pending", &pending, SECRET_SIZE_MAX},
                                     {"secret", &secret, SECRET_SIZE_MAX}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = create_arrival(api, exchange, run_pending);
        ((struct arrival *)task->data)->device_token = g_strdup(pending);
        task->answer = answer_pending;
        task->answers_all = true;
        api_task_post(task);
    }
    json_decref(body);
}

/* ---- staff ---- */

struct staff_exchange {
    char *secret; /* wiped */
    struct staff_session session;
};

static void staff_exchange_destroy(void *data)
{
    struct staff_exchange *staff = data;
    wipe(staff->secret);
    secret_wipe(&staff->session, sizeof(staff->session));
    g_free(staff);
}

static int run_exchange_staff_link(struct api_task *task, struct visit_service *service)
{
    struct staff_exchange *staff = task->data;
    return visit_arrival_exchange_staff_link(service, staff->secret, &staff->session);
}

static json_t *staff_json(const struct staff_session *session)
{
    return json_pack("{s:s, s:s, s:s}", "name", session->display_name, "role",
                     participant_role_name(session->actor.role), "case", session->actor.case_id);
}

static void answer_staff_link(struct api_task *task, struct http_exchange *exchange)
{
    const struct staff_exchange *staff = task->data;
    if (exchange) {
        api_set_cookie(exchange, API_STAFF_COOKIE, staff->session.token, STAFF_COOKIE_SECONDS);
        http_exchange_reply_json(exchange, 201, staff_json(&staff->session));
    }
}

void sessions_exchange_staff_link(struct api *api, struct http_exchange *exchange,
                                  const struct api_parameters *parameters)
{
    (void)parameters;
    json_t *body = api_may_try(api, exchange) ? api_read_body(exchange) : NULL;
    const char *secret = NULL;
    const struct api_text texts[] = {{"!secret", &secret, SECRET_SIZE_MAX}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = api_task_create(api, exchange, NULL, 0, run_exchange_staff_link);
        struct staff_exchange *staff = g_new0(struct staff_exchange, 1);
        staff->secret = g_strdup(secret);
        task->data = staff;
        task->data_destroy = staff_exchange_destroy;
        task->answer = answer_staff_link;
        api_task_post(task);
    }
    json_decref(body);
}

/* ---- whose browser is this? ---- */

/* Asking is no activity: an open page must not keep an account signed in. */
static int show_account(struct api_task *task, struct visit_service *service)
{
    struct staff_session_opened session;
    if (!task->account_token) {
        return 0;
    }
    const int result = staff_sign_in_look(service, task->account_token, &session);
    if (result == 0) {
        json_object_set_new(task->output, "account",
                            sign_in_account_json(&session.account, session.ends_at_ms));
    } else if (result == REFUSAL_SESSION_EXPIRED) {
        json_object_set_new(task->output, "account_ended", json_true());
    }
    return result < 0 ? result : 0;
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    task->output = json_object();
    struct visit_actor seat;
    if (task->seat_token && visit_arrival_resolve_seat(service, task->seat_token, &seat) == 0) {
        json_object_set_new(task->output, "seat",
                            json_pack("{s:s, s:s, s:s}", "visit", seat.visit_id, "participant",
                                      seat.participant_id, "case", seat.case_id));
    }
    struct staff_session session;
    if (task->staff_token &&
        visit_arrival_resolve_session(service, task->staff_token, &session) == 0) {
        json_object_set_new(task->output, "staff", staff_json(&session));
    }
    return show_account(task, service);
}

void sessions_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, 0, run_show));
}

static int end_account(struct api_task *task, struct visit_service *service)
{
    struct staff_session_opened session;
    return task->account_token && staff_sign_in_look(service, task->account_token, &session) == 0
               ? staff_sign_in_end(service, &session.actor)
               : 0;
}

/* The cookies go in any case; sessions of staff are over in the record too. */
static int run_end(struct api_task *task, struct visit_service *service)
{
    struct staff_session session;
    const int result = end_account(task, service);
    if (result != 0 || !task->staff_token ||
        visit_arrival_resolve_session(service, task->staff_token, &session) != 0) {
        return result;
    }
    return visit_arrival_end_session(service, &session.actor);
}

static void answer_end(struct api_task *task, struct http_exchange *exchange)
{
    if (!exchange) {
        return;
    }
    api_set_cookie(exchange, API_SEAT_COOKIE, "", 0);
    api_set_cookie(exchange, API_STAFF_COOKIE, "", 0);
    api_set_cookie(exchange, API_ACCOUNT_COOKIE, "", 0);
    if (task->task.result != 0) {
        api_fail(exchange, task->task.result);
        return;
    }
    http_exchange_reply(exchange, 204, NULL, NULL, 0);
}

void sessions_end(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    struct api_task *task = api_task_create(api, exchange, parameters, 0, run_end);
    task->answer = answer_end;
    task->answers_all = true;
    api_task_post(task);
}

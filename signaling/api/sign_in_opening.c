/* The end of a sign-in: a session, or a line in the audit trail that says why not. */
#include "signaling/api/sign_in_internal.h"

#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/staff_sign_in.h"

#include <glib.h>
#include <string.h>

LOG_TOPIC("sign_in");

#define SECONDS_PER_HOUR 3600L

/* ---- cookies and the way back to the page ---- */

/* Lax: it has to come along when the provider sends the browser back to us. */
void sign_in_set_cookie(struct http_exchange *exchange, const char *value, long seconds)
{
    g_autofree char *text = g_strdup_printf(
        SIGN_IN_COOKIE "=%s; Path=/; Max-Age=%ld; Secure; HttpOnly; SameSite=Lax", value, seconds);
    http_exchange_add_header(exchange, "Set-Cookie", text);
    secret_wipe(text, strlen(text));
}

void sign_in_send_to_page(struct http_exchange *exchange, const char *problem)
{
    static const char words[] = "Please go back to the sign-in page.\n";
    g_autofree char *location =
        problem ? g_strconcat(SIGN_IN_PATH "?problem=", problem, NULL) : g_strdup(SIGN_IN_PATH);
    http_exchange_add_header(exchange, "Location", location);
    http_exchange_reply(exchange, 303, "text/plain; charset=utf-8", words, sizeof(words) - 1);
}

/* ---- to the store, and back ---- */

struct opening {
    struct staff_account identity;
    const char *problem; /* static; of a refusal that is only written down: what the page says */
    const char *reason;  /* static; the same for the audit trail */
    bool by_redirect;    /* the browser came from the provider: no JSON for it */
    struct staff_session_opened session;
};

static void opening_destroy(void *data)
{
    struct opening *opening = data;
    secret_wipe(&opening->session, sizeof(opening->session));
    g_free(opening);
}

static int run_opening(struct api_task *task, struct visit_service *service)
{
    struct opening *opening = task->data;
    return opening->problem ? staff_sign_in_note_refusal(service, opening->reason)
                            : staff_sign_in_open(service, &opening->identity, &opening->session);
}

static void answer_page(const struct api_task *task, struct http_exchange *exchange)
{
    const struct opening *opening = task->data;
    if (opening->problem) {
        sign_in_send_to_page(exchange, opening->problem);
    } else {
        sign_in_set_cookie(exchange, "", 0);
        sign_in_send_to_page(exchange, task->task.result == 0                       ? NULL
                                       : task->task.result == REFUSAL_NOT_PERMITTED ? "disabled"
                                                                                    : "failed");
    }
}

static void answer_opening(struct api_task *task, struct http_exchange *exchange)
{
    const struct opening *opening = task->data;
    const bool opened = !opening->problem && task->task.result == 0;
    if (opened) {
        log_info("signed_in", "account=%s", opening->session.account.id);
    } else {
        log_warning("sign_in_refused", "reason=%s result=%d",
                    opening->problem ? opening->reason : "account", task->task.result);
    }
    if (!exchange) {
        return;
    }
    if (opened) {
        api_set_cookie(exchange, API_ACCOUNT_COOKIE, opening->session.token,
                       task->api->sign_in->config.absolute_hours * SECONDS_PER_HOUR);
    }
    if (opening->by_redirect) {
        answer_page(task, exchange);
    } else if (opened) {
        http_exchange_reply_json(
            exchange, 201,
            sign_in_account_json(&opening->session.account, opening->session.ends_at_ms));
    } else {
        api_fail(exchange, task->task.result);
    }
}

static void post(struct api *api, struct http_exchange *exchange, struct opening *opening)
{
    struct api_task *task = api_task_create(api, exchange, NULL, 0, run_opening);
    task->data = opening;
    task->data_destroy = opening_destroy;
    task->answer = answer_opening;
    task->answers_all = true;
    api_task_post(task);
}

void sign_in_open(struct api *api, struct http_exchange *exchange,
                  const struct staff_account *identity, bool by_redirect)
{
    struct opening *opening = g_new0(struct opening, 1);
    opening->identity = *identity;
    opening->by_redirect = by_redirect;
    post(api, exchange, opening);
}

void sign_in_refuse(struct api *api, struct http_exchange *exchange, const char *problem,
                    const char *reason)
{
    struct opening *opening = g_new0(struct opening, 1);
    opening->problem = problem;
    opening->reason = reason;
    opening->by_redirect = true;
    post(api, exchange, opening);
}

/* api.h - what the handlers of HTTP routes have in common. Private to signaling/.
 *
 *   request --http_routes--> handler --api_task--> store thread: whose cookie is it, may they, do
 * it, make the JSON
 *                                                      '--> control thread: status and body
 * Thread: control; an api_task's `operation` runs on the store thread. */
#ifndef BEDSIDE_SIGNALING_API_API_H
#define BEDSIDE_SIGNALING_API_API_H

#include "gateway/base/token_bucket.h"
#include "gateway/visits/visit_task.h"
#include "signaling/server/http_server.h"
#include "signaling/session/recording_control.h"

#include <jansson.h>

struct access_tokens;
struct alert_clock;
struct api_repeat;
struct board_feed;
struct recording_playback;
struct sign_in;
struct signaling_hub;
struct signaling_server_config;
struct static_files;
struct store_gate;

#define API_SEAT_COOKIE "__Host-bedside-seat"
#define API_STAFF_COOKIE "__Host-bedside-staff"
#define API_ACCOUNT_COOKIE "__Host-bedside-account"
#define API_PARAMETERS_MAX 2
#define API_OPENINGS_KEPT 64
#define API_STEP_LIMITS 1024
#define API_PARAMETER_SIZE 65

struct api {
    const struct signaling_server_config *config;
    struct http_server *server;
    struct store_gate *store;
    struct signaling_hub *hub;
    struct board_feed *board;
    struct static_files *files;
    struct recording_playback *playback;
    const struct recording_control_ops *recording;
    void *recording_context;
    char *authority;              /* PEM of the development authority, or NULL */
    struct access_tokens *tokens; /* of programs */
    struct sign_in *sign_in;      /* of staff */
    struct alert_clock *alerts;   /* NULL: nobody is asked anything */
    uint64_t screening_answers;   /* taken since the start; counted for metrics */
    uint64_t screening_crises;    /* of them, those that showed the crisis text */
    bool store_is_ready;
    bool draining;
    struct token_bucket step_limits[API_STEP_LIMITS]; /* by the hash of a seat's secret */
    /* The store thread's alone: which session opened which file lately. */
    struct api_opening {
        uint64_t at_us; /* 0: free */
        char session_id[UUID_TEXT_SIZE];
        char recording_id[UUID_TEXT_SIZE];
        char participant_id[UUID_TEXT_SIZE];
    } openings[API_OPENINGS_KEPT];
    size_t next_opening;
};

struct api_parameters {
    char values[API_PARAMETERS_MAX][API_PARAMETER_SIZE]; /* what stood for {...} in the path */
};

/* Who may call: bits. API_STAFF: by a staff link, or signed in. */
enum api_caller {
    API_SEAT = 1,
    API_STAFF = 2,
    API_OPERATOR = 4,
    API_SYSTEM = 8,
    API_ACCOUNT = 16, /* of staff, those who signed in alone */
};

struct api_task {
    struct visit_task task;
    struct api *api;
    uint64_t exchange_id;
    unsigned callers; /* 0: nobody has to be known */
    enum http_door door;
    uint32_t uid;
    char *seat_token; /* of the cookies; wiped */
    char *staff_token;
    char *account_token;
    bool has_bearer;           /* a program asks: */
    struct visit_actor bearer; /* this one */
    struct visit_actor actor;  /* out of the above, before `operation` */
    /* Runs on the store thread with `actor`. Returns what the service returned. */
    int (*operation)(struct api_task *task, struct visit_service *service);
    /* Answers after 0, or whatever `answers_all` says; NULL: `output` with `status`. */
    void (*answer)(struct api_task *task, struct http_exchange *exchange);
    bool answers_all;
    char *if_match;            /* of the request; may be empty */
    struct api_repeat *repeat; /* NULL: no Idempotency-Key, or it creates nothing */
    bool replayed;             /* out: `output` is the answer that was given before */
    json_t *input;             /* owned: the body */
    json_t *output;            /* owned */
    unsigned status;
    struct api_parameters parameters;
    struct visit_picture *picture; /* out: given to the hub */
    void *data;                    /* of the route; owned */
    void (*data_destroy)(void *data);
};

/* Makes a task for the exchange: cookies, door and parameters are taken over. `operation` and the
 * rest are set by the caller, then api_task_post(). */
struct api_task *api_task_create(struct api *api, struct http_exchange *exchange,
                                 const struct api_parameters *parameters, unsigned callers,
                                 int (*operation)(struct api_task *task,
                                                  struct visit_service *service));
/* For what creates something: with an Idempotency-Key it is done once, and the answer (`output` and
 * `status`) is kept. No secret may be in it. */
void api_task_do_once(struct api_task *task, struct http_exchange *exchange);
void api_task_post(struct api_task *task);
/* In an operation that changes what `current` says (as it is shown): 0, or REFUSAL_CHANGED when the
 * request's If-Match is for something else. */
int api_task_check_match(const struct api_task *task, const json_t *current);
/* What a task without `answer` says: `output` with `status`, an ETag where something was read, or
 * the refusal. */
void api_answer(struct api_task *task, struct http_exchange *exchange);
/* Whoever could be guessing has to be slow: false, having answered with 429. */
bool api_may_try(struct api *api, struct http_exchange *exchange);
/* Parses the body as one JSON object without duplicates. Answers with 400 and returns NULL when it
 * is none. Owned. */
json_t *api_read_body(struct http_exchange *exchange);

/* Answers for a service's result that is not 0. */
void api_fail(struct http_exchange *exchange, int result);
void api_fail_with(struct http_exchange *exchange, int result, json_t *members);
/* A cookie's value, or NULL. Owned: g_free(). */
char *api_cookie(const char *cookies, const char *name);
void api_set_cookie(struct http_exchange *exchange, const char *name, const char *value,
                    long max_age_seconds);

/* The texts of an object, each optional: NULL when missing. Returns false, having answered with
 * 400, for an unknown field, a text of the wrong type, one that is too long, or a required one
 * ("!name") that is missing. */
struct api_text {
    const char *name;
    const char **text;
    size_t size_max; /* bytes */
};
bool api_read_texts(struct http_exchange *exchange, const json_t *object,
                    const struct api_text *texts, size_t count);

/* Milliseconds since 1970 (UTC), or JSON null for 0. Owned. */
json_t *api_time(int64_t wall_ms);
/* A text that a valid UTF-8 string can carry; owned. */
json_t *api_text_or_null(const char *text);

#endif

/* signaling_rig.h - a signaling server over a real store and real workers, in a folder of its own,
 * and browsers (libcurl with a cookie jar) that ask it. Thread: the test's; the server runs on its
 * own. */
#ifndef BEDSIDE_TESTS_SIGNALING_RIG_H
#define BEDSIDE_TESTS_SIGNALING_RIG_H

#include "gateway/visits/visit_task.h"
#include "media/recording_file/recording_key.h"
#include "signaling/signaling_server.h"

#include <jansson.h>
#include <pthread.h>

/* Who comes from here is believed to be a reverse proxy. */
#define RIG_PROXY_ADDRESS "127.0.0.9"

struct signaling_rig {
    char folder[64];
    char origin[48];
    char setup_url[48];
    uint8_t master_key[RECORDING_KEY_SIZE];
    struct mailbox *worker_events;
    struct mailbox *replies;
    struct dtls_identity *identity;
    struct visit_service_thread *visits;
    struct worker_pool *workers;
    struct signaling_server *server;
    pthread_t thread;
    const struct screening_settings *screening; /* borrowed; NULL: nobody is asked anything */
    const char *staff_path; /* of the development sign-in; NULL: there is none */
    const struct recording_control_ops *recording; /* NULL: a recorder that never comes up */
    void *recording_context;
    const struct licence_rules *licence_rules; /* NULL: nothing is checked */
    const struct emergency_site *emergency;    /* NULL: the site said nothing */
    unsigned resume_seconds;                   /* 0: the default */
    const char *origins[1];
    const char *addresses[1];
    char paths[8][128];
};

void signaling_rig_start(struct signaling_rig *rig);
/* The same with a recorder of the test's own. */
void signaling_rig_start_recording(struct signaling_rig *rig,
                                   const struct recording_control_ops *recording,
                                   void *recording_context);
/* The same of a site with rules about licences, and what it says of emergencies (borrowed). */
void signaling_rig_start_of_site(struct signaling_rig *rig, const struct licence_rules *rules,
                                 const struct emergency_site *emergency);
/* The same, where a seat whose socket was lost is kept for so long. */
void signaling_rig_start_impatient(struct signaling_rig *rig, unsigned resume_seconds);
/* The same at a site that asks people before a visit. */
void signaling_rig_start_asking(struct signaling_rig *rig,
                                const struct screening_settings *screening);
/* The same with staff who sign in for development: the JSON file of `staff_path` (borrowed). */
void signaling_rig_start_asking_with_staff(struct signaling_rig *rig,
                                           const struct screening_settings *screening,
                                           const char *staff_path);
void signaling_rig_stop(struct signaling_rig *rig);
/* Runs `operation` on the store thread and waits for it. Returns its result. */
int signaling_rig_on_store(struct signaling_rig *rig,
                           int (*operation)(void *context, struct visit_service *service),
                           void *context);

struct browser; /* one cookie jar */
struct browser *browser_create(struct signaling_rig *rig);
/* The operator's socket instead of HTTPS. */
struct browser *browser_create_operator(struct signaling_rig *rig);
struct browser *browser_destroy(struct browser *browser);
DEFINE_AUTO(browser)

struct answer {
    long status; /* 0: no whole answer */
    char *headers;
    char *body; /* ends with a 0 that does not count */
    size_t size;
    json_t *json; /* NULL when the body is none */
};
/* Frees what it holds; to be used again. */
void answer_clear(struct answer *answer);

struct request {
    const char *method;       /* NULL: GET, or POST with a body */
    const char *path;         /* or a whole URL */
    const char *body;         /* JSON text; NULL: none */
    const char *origin;       /* NULL: the right one for POST; "": none */
    const char *content_type; /* NULL: application/json */
    const char *header;       /* one more line; NULL: none */
    const char *from;         /* the address to come from; NULL: any */
};
/* `ret_answer` is cleared first. */
void browser_ask(struct browser *browser, const struct request *request, struct answer *ret_answer);
/* The value of a header in the answer, without white space, or NULL. Owned: free(). */
char *answer_header(const struct answer *answer, const char *name);

#endif

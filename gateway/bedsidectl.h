/* bedsidectl.h - what the files of bedsidectl share: one call of it, and how it answers.
 * Thread: the main one. */
#ifndef BEDSIDE_GATEWAY_BEDSIDECTL_H
#define BEDSIDE_GATEWAY_BEDSIDECTL_H

#include "gateway/control_client.h"

#include <stdbool.h>

struct invocation {
    struct control_client *client;
    bool json;
    char *pdf_path;    /* --pdf */
    char *case_id;     /* --case */
    int allow_overlap; /* --allow-overlap: a gboolean */
    char *scope;       /* --scope */
    char *programme;   /* --programme */
    char *keys_path;   /* --keys */
    char *key_path;    /* --development */
    char **arguments;
    int argument_count;
};

/* Each says why on standard error and returns EXIT_FAILURE. */
int bedsidectl_refuse(const struct invocation *invocation);
int bedsidectl_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A text of an object; "" when there is none. */
const char *bedsidectl_text_of(const json_t *object, const char *key);
void bedsidectl_print_json(const json_t *document);
/* Reads a JSON document from a file, or from standard input for "-". Returns NULL after saying why.
 */
json_t *bedsidectl_read_document(const char *path);
/* Calls, prints the answer with --json, else hands it to `print` (NULL: prints it as well). */
int bedsidectl_call_and_print(struct invocation *invocation, const struct control_request *request,
                              void (*print)(const struct invocation *, const json_t *));

/* bedsidectl_clients.c: programs that use the API. */
int client_add(struct invocation *invocation);
int client_list(struct invocation *invocation);
int client_show(struct invocation *invocation);
int client_keys(struct invocation *invocation);
int client_revoke(struct invocation *invocation);
int client_token(struct invocation *invocation);

/* bedsidectl_recordings.c */
int recording_list(struct invocation *invocation);
int recording_export(struct invocation *invocation);
/* bedsidectl_visits.c: another time for one, a locked link. */
int visit_move(struct invocation *invocation);
int visit_unlock(struct invocation *invocation);

#endif

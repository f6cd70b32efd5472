#include "gateway/control_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#define ANSWER_SIZE_MAX (64u << 20)
#define CONNECT_TIMEOUT_SECONDS 10L

struct control_client {
    CURL *curl;
    struct curl_slist *headers; /* of JSON */
    char *socket_path;
    char error[1024];
};

struct answer_text {
    char *text;
    size_t size;
};

struct control_client *control_client_create(const char *socket_path)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct control_client *client = calloc(1, sizeof(*client));
    if (!client) {
        abort();
    }
    client->curl = curl_easy_init();
    client->headers = curl_slist_append(NULL, "Content-Type: application/json");
    client->socket_path = strdup(socket_path);
    if (!client->curl || !client->headers || !client->socket_path) {
        abort();
    }
    return client;
}

struct control_client *control_client_destroy(struct control_client *client)
{
    if (!client) {
        return NULL;
    }
    curl_slist_free_all(client->headers);
    curl_easy_cleanup(client->curl);
    free(client->socket_path);
    free(client);
    return NULL;
}

const char *control_client_error(const struct control_client *client)
{
    return client->error;
}

static size_t keep_text(char *bytes, size_t size, size_t count, void *context)
{
    struct answer_text *answer = context;
    const size_t more = size * count;
    if (more > ANSWER_SIZE_MAX - answer->size) {
        return 0;
    }
    char *longer = realloc(answer->text, answer->size + more + 1);
    if (!longer) {
        abort();
    }
    memcpy(longer + answer->size, bytes, more);
    answer->text = longer;
    answer->size += more;
    answer->text[answer->size] = '\0';
    return more;
}

/* The problem+json document (RFC 9457) as a sentence. */
static void describe_problem(struct control_client *client, long status, const char *text)
{
    json_t *problem = text ? json_loads(text, 0, NULL) : NULL;
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    const char *code = json_string_value(json_object_get(problem, "code"));
    if (!detail) { /* the token endpoint speaks as RFC 6749 has it */
        detail = json_string_value(json_object_get(problem, "error_description"));
        code = json_string_value(json_object_get(problem, "error"));
    }
    const char *where = json_string_value(json_object_get(problem, "where"));
    snprintf(client->error, sizeof(client->error), "%s%s%s (%s, HTTP %ld)",
             detail ? detail : "the gateway refused", where ? ", at " : "", where ? where : "",
             code ? code : "no code", status);
    json_decref(problem);
}

/* Performs the prepared request. `answer` may be NULL when the body goes elsewhere. */
static int perform(struct control_client *client, const char *path,
                   const struct answer_text *answer)
{
    char url[1024];
    snprintf(url, sizeof(url), "http://gateway%s", path);
    curl_easy_setopt(client->curl, CURLOPT_URL, url);
    curl_easy_setopt(client->curl, CURLOPT_UNIX_SOCKET_PATH, client->socket_path);
    curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_SECONDS);
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    const CURLcode code = curl_easy_perform(client->curl);
    long status = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK && status < 400) {
        snprintf(client->error, sizeof(client->error), "no answer from the gateway at %s: %s",
                 client->socket_path, curl_easy_strerror(code));
        return -ECONNREFUSED;
    }
    if (status >= 400) {
        describe_problem(client, status, answer ? answer->text : NULL);
        return -EREMOTEIO;
    }
    return 0;
}

int control_client_request(struct control_client *client, const struct control_request *request,
                           json_t **ret_answer)
{
    curl_easy_reset(client->curl);
    AUTO_FREE char *text = request->body ? json_dumps(request->body, JSON_COMPACT) : NULL;
    const char *sent = text ? text : request->form;
    if (sent) {
        curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, sent);
        curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(sent));
    }
    if (text) {
        curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
    }
    if (request->method) {
        curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, request->method);
    }
    struct answer_text answer = {0};
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, keep_text);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &answer);
    int result = perform(client, request->path, &answer);
    if (result == 0 && answer.size == 0) {
        *ret_answer = json_null();
    } else if (result == 0) {
        json_error_t error;
        json_t *parsed = json_loads(answer.text, JSON_DECODE_ANY, &error);
        if (parsed) {
            *ret_answer = parsed;
        } else {
            snprintf(client->error, sizeof(client->error), "the gateway's answer is not JSON: %s",
                     error.text);
            result = -EREMOTEIO;
        }
    }
    free(answer.text);
    return result;
}

int control_client_call(struct control_client *client, const char *path, json_t *body,
                        json_t **ret_answer)
{
    const struct control_request request = {.path = path, .body = body};
    return control_client_request(client, &request, ret_answer);
}

int control_client_download(struct control_client *client, const char *path, FILE *file)
{
    curl_easy_reset(client->curl);
    curl_easy_setopt(client->curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, file);
    return perform(client, path, NULL);
}

/* bedsidectl client ...: programs that use the API. */
#include "gateway/bedsidectl.h"

#include "gateway/base/clock.h"
#include "gateway/development_key.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLIENTS "/api/v1/clients"

static void print_client(const struct invocation *invocation, const json_t *answer)
{
    (void)invocation;
    puts(bedsidectl_text_of(answer, "id"));
}

/* ---- development keys ---- */

/* {"client_id", "key"}: what `client token` reads. */
static int write_key(int fd, const char *client_id, json_t *key)
{
    json_t *document = json_pack("{s:s, s:O}", "client_id", client_id, "key", key);
    const int result = json_dumpfd(document, fd, JSON_INDENT(2));
    json_decref(document);
    return result < 0 ? -EIO : 0;
}

/* Registers a new pair; its private half is in `path` alone, which must not be there yet. */
static int add_with_new_key(struct invocation *invocation, json_t *body)
{
    const char *path = invocation->key_path;
    json_t *keys = NULL;
    json_t *key = development_key_create(&keys);
    if (!key) {
        return bedsidectl_fail("no key could be made");
    }
    json_object_set_new(body, "keys", keys);
    json_object_set_new(body, "development", json_true());
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        json_decref(key);
        return bedsidectl_fail("%s: %s", path, strerror(errno));
    }
    const struct control_request request = {.path = CLIENTS, .body = body};
    json_t *answer = NULL;
    int result = EXIT_FAILURE;
    if (control_client_request(invocation->client, &request, &answer) < 0) {
        unlink(path);
        bedsidectl_refuse(invocation);
    } else if (write_key(fd, bedsidectl_text_of(answer, "id"), key) < 0) {
        bedsidectl_fail("%s could not be written: revoke %s and try again", path,
                        bedsidectl_text_of(answer, "id"));
    } else if (invocation->json) {
        bedsidectl_print_json(answer);
        result = EXIT_SUCCESS;
    } else {
        printf("%s\nThe key is in %s; \"bedsidectl client token %s\" prints an access token.\n",
               bedsidectl_text_of(answer, "id"), path, path);
        result = EXIT_SUCCESS;
    }
    json_decref(answer);
    json_decref(key);
    return result;
}

/* ---- adding ---- */

static void set_text(json_t *body, const char *name, const char *text)
{
    if (text) {
        json_object_set_new(body, name, json_string(text));
    }
}

/* Returns EXIT_SUCCESS with the keys in the body, or EXIT_FAILURE after saying why. */
static int add_keys(const struct invocation *invocation, json_t *body)
{
    if (!invocation->keys_path) {
        return EXIT_SUCCESS;
    }
    json_t *keys = bedsidectl_read_document(invocation->keys_path);
    return keys && json_object_set_new(body, "keys", keys) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int client_add(struct invocation *invocation)
{
    if (!invocation->keys_path == !invocation->key_path) {
        return bedsidectl_fail("say either --keys FILE or --development FILE");
    }
    json_t *body = json_pack("{s:s}", "name", invocation->arguments[0]);
    if (!body) {
        return bedsidectl_fail("the name is no UTF-8 text");
    }
    set_text(body, "scope", invocation->scope ? invocation->scope : "");
    set_text(body, "programme", invocation->programme);
    const struct control_request request = {.path = CLIENTS, .body = body};
    int result = add_keys(invocation, body);
    if (result == EXIT_SUCCESS) {
        result = invocation->key_path
                     ? add_with_new_key(invocation, body)
                     : bedsidectl_call_and_print(invocation, &request, print_client);
    }
    json_decref(body);
    return result;
}

/* ---- listing ---- */

static void print_page(const json_t *page)
{
    size_t index;
    json_t *client;
    json_array_foreach(json_object_get(page, "clients"), index, client)
    {
        const bool revoked = json_is_integer(json_object_get(client, "revoked_at"));
        printf("%s  %s%s%s\n    %s\n", bedsidectl_text_of(client, "id"),
               bedsidectl_text_of(client, "name"), revoked ? " (revoked)" : "",
               json_is_true(json_object_get(client, "development")) ? " (development)" : "",
               bedsidectl_text_of(client, "scope"));
    }
}

int client_list(struct invocation *invocation)
{
    g_autofree gchar *cursor = NULL;
    size_t count = 0;
    do {
        g_autofree gchar *path =
            cursor ? g_strdup_printf(CLIENTS "?cursor=%s", cursor) : g_strdup(CLIENTS);
        const struct control_request request = {.path = path};
        json_t *page = NULL;
        if (control_client_request(invocation->client, &request, &page) < 0) {
            return bedsidectl_refuse(invocation);
        }
        if (invocation->json) {
            bedsidectl_print_json(page);
        } else {
            print_page(page);
        }
        count += json_array_size(json_object_get(page, "clients"));
        g_free(cursor);
        cursor = g_strdup(json_string_value(json_object_get(page, "next")));
        json_decref(page);
    } while (cursor);
    if (count == 0 && !invocation->json) {
        puts("no clients");
    }
    return EXIT_SUCCESS;
}

int client_show(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf(CLIENTS "/%s", invocation->arguments[0]);
    const struct control_request request = {.path = path};
    return bedsidectl_call_and_print(invocation, &request, NULL);
}

/* ---- changing ---- */

int client_keys(struct invocation *invocation)
{
    json_t *keys = bedsidectl_read_document(invocation->arguments[1]);
    if (!keys) {
        return EXIT_FAILURE;
    }
    g_autofree gchar *path = g_strdup_printf(CLIENTS "/%s", invocation->arguments[0]);
    json_t *body = json_pack("{s:o}", "keys", keys);
    const struct control_request request = {.method = "PATCH", .path = path, .body = body};
    const int result = bedsidectl_call_and_print(invocation, &request, print_client);
    json_decref(body);
    return result;
}

static void print_revoked(const struct invocation *invocation, const json_t *answer)
{
    (void)answer;
    printf("client %s is revoked\n", invocation->arguments[0]);
}

int client_revoke(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf(CLIENTS "/%s", invocation->arguments[0]);
    const struct control_request request = {.method = "DELETE", .path = path};
    return bedsidectl_call_and_print(invocation, &request, print_revoked);
}

/* ---- tokens ---- */

static void print_token(const struct invocation *invocation, const json_t *answer)
{
    (void)invocation;
    puts(bedsidectl_text_of(answer, "access_token"));
}

/* Asks the gateway itself under which name it knows its endpoint. Owned: g_free(). */
static char *find_audience(struct invocation *invocation)
{
    const struct control_request request = {.path = "/api/v1/.well-known/smart-configuration"};
    json_t *answer = NULL;
    if (control_client_request(invocation->client, &request, &answer) < 0) {
        bedsidectl_refuse(invocation);
        return NULL;
    }
    char *audience = g_strdup(bedsidectl_text_of(answer, "token_endpoint"));
    json_decref(answer);
    return audience;
}

int client_token(struct invocation *invocation)
{
    const char *path = invocation->arguments[0];
    json_t *document = bedsidectl_read_document(path);
    g_autofree char *audience = document ? find_audience(invocation) : NULL;
    AUTO_FREE char *assertion =
        audience ? development_key_assert(json_object_get(document, "key"),
                                          bedsidectl_text_of(document, "client_id"), audience,
                                          clock_wall_ms())
                 : NULL;
    json_decref(document);
    if (!assertion) {
        return audience ? bedsidectl_fail("%s: this is no development key", path) : EXIT_FAILURE;
    }
    g_autofree gchar *form = g_strdup_printf(
        "grant_type=client_credentials"
        "&client_assertion_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Aclient-assertion-type%%3Ajwt-"
        "bearer&client_assertion=%s",
        assertion);
    const struct control_request request = {.path = "/api/v1/token", .form = form};
    return bedsidectl_call_and_print(invocation, &request, print_token);
}

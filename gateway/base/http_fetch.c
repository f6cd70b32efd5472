#include "gateway/base/http_fetch.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"

#include <string.h>

static void wipe_and_free(char *text, size_t size)
{
    if (text) {
        secret_wipe(text, size);
        free(text);
    }
}

static size_t length_of(const char *text)
{
    return text ? strlen(text) : 0;
}

struct http_fetch *http_fetch_destroy(struct http_fetch *fetch)
{
    if (!fetch) {
        return NULL;
    }
    wipe_and_free(fetch->form, length_of(fetch->form));
    wipe_and_free(fetch->user, length_of(fetch->user));
    wipe_and_free(fetch->password, length_of(fetch->password));
    wipe_and_free(fetch->body, fetch->body_size);
    free(fetch->url);
    if (fetch->data_destroy) {
        fetch->data_destroy(fetch->data);
    }
    free(fetch);
    return NULL;
}

static void destroy_message(struct mailbox_message *message)
{
    http_fetch_destroy(CONTAINER_OF(message, struct http_fetch, message));
}

struct http_fetch *http_fetch_create(const char *url, size_t size_max)
{
    struct http_fetch *fetch = allocate_zeroed(1, sizeof(*fetch));
    fetch->message.destroy = destroy_message;
    fetch->url = allocate_zeroed(strlen(url) + 1, 1);
    strcpy(fetch->url, url);
    fetch->size_max = size_max;
    return fetch;
}

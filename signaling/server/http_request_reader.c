#include "signaling/server/http_request_reader.h"

#include "signaling/server/connection.h"
#include "signaling/server/http_exchange.h"

#include <glib.h>
#include <string.h>

const char *http_method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",       [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",       [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_METHOD_OTHER] = "",
    };
    return names[method];
}

bool http_method_has_body(enum http_method method)
{
    return method == HTTP_POST || method == HTTP_PUT || method == HTTP_PATCH;
}

static enum http_method method_of(struct lws *wsi, enum lws_token_indexes *ret_token)
{
    static const struct {
        enum lws_token_indexes token;
        enum http_method method;
    } methods[] = {
        {WSI_TOKEN_GET_URI, HTTP_GET},
        {WSI_TOKEN_HEAD_URI, HTTP_HEAD},
        {WSI_TOKEN_POST_URI, HTTP_POST},
        {WSI_TOKEN_PUT_URI, HTTP_PUT},
        {WSI_TOKEN_PATCH_URI, HTTP_PATCH},
        {WSI_TOKEN_DELETE_URI, HTTP_DELETE},
        {WSI_TOKEN_OPTIONS_URI, HTTP_METHOD_OTHER},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (lws_hdr_total_length(wsi, methods[i].token) > 0) {
            *ret_token = methods[i].token;
            return methods[i].method;
        }
    }
    *ret_token = WSI_TOKEN_GET_URI;
    return HTTP_METHOD_OTHER;
}

bool http_request_read_headers(struct connection *connection, struct http_request *request,
                               char *texts[HTTP_REQUEST_TEXTS])
{
    enum lws_token_indexes uri;
    request->method = method_of(connection->wsi, &uri);
    const struct {
        enum lws_token_indexes token;
        const char **text;
    } wanted[] = {
        {uri, &request->path},
        {WSI_TOKEN_ORIGIN, &request->origin},
        {WSI_TOKEN_HTTP_COOKIE, &request->cookie},
        {WSI_TOKEN_HTTP_CONTENT_TYPE, &request->content_type},
        {WSI_TOKEN_HTTP_RANGE, &request->range},
        {WSI_TOKEN_HTTP_IF_RANGE, &request->if_range},
        {WSI_TOKEN_HTTP_IF_MATCH, &request->if_match},
        {WSI_TOKEN_HTTP_IF_NONE_MATCH, &request->if_none_match},
        {WSI_TOKEN_HTTP_AUTHORIZATION, &request->authorization},
        {WSI_TOKEN_HTTP_ACCEPT_ENCODING, &request->accept_encoding},
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(wanted) + 2 == HTTP_REQUEST_TEXTS);
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        texts[i] = connection_header(connection, wanted[i].token);
        if (!texts[i]) {
            return false;
        }
        *wanted[i].text = texts[i];
    }
    char **others = &texts[G_N_ELEMENTS(wanted)];
    others[0] = connection_query(connection);
    others[1] = connection_custom_header(connection, "idempotency-key:");
    request->query = others[0];
    request->idempotency_key = others[1];
    return others[0] && others[1];
}

unsigned http_request_read_length(struct connection *connection, const struct http_request *request,
                                  size_t *length)
{
    if (lws_hdr_total_length(connection->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0) {
        return 411; /* a length, please; and never two ways to say it (RFC 9112, 6.3) */
    }
    g_autofree char *text = connection_header(connection, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    const bool has_body = http_method_has_body(request->method);
    if (!text || (*text == 0 && has_body)) {
        return 411;
    }
    if (*text == 0) {
        return 0;
    }
    const size_t digits = strlen(text);
    if (digits > 9 || strspn(text, "0123456789") != digits) {
        return digits > 9 ? 413 : 400;
    }
    *length = (size_t)g_ascii_strtoull(text, NULL, 10);
    void *context;
    const struct http_server_ops *ops = http_server_ops_of(connection->server, &context);
    if (*length > 0 && !has_body) {
        return 400;
    }
    return *length > ops->body_size_max(context, request) ? 413 : 0;
}

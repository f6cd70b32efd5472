#include "signaling/server/connection.h"

#include "signaling/server/http_server_state.h"

#include <glib.h>
#include <string.h>

/* ---- life ---- */

struct connection *connection_of(struct lws *wsi)
{
    struct connection *connection = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    return connection && connection->kind == OWNER_CONNECTION ? connection : NULL;
}

void connection_uncount(struct connection *connection)
{
    if (connection->counted) {
        request_limits_remove_socket(connection->server->limits, connection->address);
        connection->counted = false;
    }
}

void connection_free(struct connection *connection)
{
    connection_uncount(connection);
    list_remove(&connection->link);
    connection->server->report.connections--;
    g_free(connection);
}

void connection_kill(struct connection *connection)
{
    connection->reads_headers = false;
    connection->deadline_us = 0;
    connection_uncount(connection);
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/* ---- its address ---- */

/* The address has its fill: whoever of it has sent nothing whole for longest gives way, so that
 * sockets which are held open on purpose do not lock out the people behind the same address. */
static bool make_room(struct http_server *server, const char *address)
{
    LIST_FOR_EACH (link, &server->connections) {
        struct connection *connection = LIST_ENTRY(link, struct connection, link);
        if (connection->reads_headers && connection->counted && connection->wsi &&
            strcmp(connection->address, address) == 0) {
            connection_kill(connection);
            return true;
        }
    }
    return false;
}

bool connection_count(struct connection *connection)
{
    struct http_server *server = connection->server;
    connection->counted = request_limits_add_socket(server->limits, connection->address);
    if (!connection->counted && make_room(server, connection->address)) {
        connection->counted = request_limits_add_socket(server->limits, connection->address);
    }
    return connection->counted;
}

/* ---- its request ---- */

char *connection_header(struct connection *connection, enum lws_token_indexes token)
{
    const int length = lws_hdr_total_length(connection->wsi, token);
    if (length <= 0) {
        return g_strdup("");
    }
    char *text = g_malloc((size_t)length + 1);
    if (lws_hdr_copy(connection->wsi, text, length + 1, token) < 0) {
        g_free(text);
        return NULL;
    }
    return text;
}

char *connection_custom_header(struct connection *connection, const char *name)
{
    const int name_length = (int)strlen(name);
    const int length = lws_hdr_custom_length(connection->wsi, name, name_length);
    if (length <= 0) {
        return g_strdup("");
    }
    char *text = g_malloc((size_t)length + 1);
    if (lws_hdr_custom_copy(connection->wsi, text, length + 1, name, name_length) < 0) {
        g_free(text);
        return NULL;
    }
    return text;
}

static void append_encoded(GString *query, const char *field)
{
    for (const char *c = field; *c; c++) {
        if (strchr("%&+", *c)) {
            g_string_append_printf(query, "%%%02X", (unsigned char)*c);
        } else {
            g_string_append_c(query, *c);
        }
    }
}

char *connection_query(struct connection *connection)
{
    const int length = lws_hdr_total_length(connection->wsi, WSI_TOKEN_HTTP_URI_ARGS);
    if (length <= 0) {
        return g_strdup("");
    }
    g_autofree char *field = g_malloc((size_t)length + 1);
    GString *query = g_string_new(NULL);
    for (int i = 0;
         lws_hdr_copy_fragment(connection->wsi, field, length + 1, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0;
         i++) {
        if (i > 0) {
            g_string_append_c(query, '&');
        }
        append_encoded(query, field);
    }
    return g_string_free(query, FALSE);
}

bool connection_learn_address(struct connection *connection)
{
    if (!connection->behind_proxy) {
        return true;
    }
    g_autofree char *forwarded = connection_header(connection, WSI_TOKEN_X_FORWARDED_FOR);
    const char *last = forwarded ? strrchr(forwarded, ',') : NULL;
    last = last ? last + 1 : forwarded;
    while (last && *last == ' ') {
        last++;
    }
    const bool is_other = last && *last && strlen(last) < sizeof(connection->address) &&
                          strcmp(last, connection->address) != 0;
    if (is_other) { /* a proxy's connection carries requests of many people */
        connection_uncount(connection);
        g_strlcpy(connection->address, last, sizeof(connection->address));
    }
    return connection->counted || connection_count(connection);
}

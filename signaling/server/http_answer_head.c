#include "signaling/server/http_answer_head.h"

#include "signaling/server/connection.h"
#include "signaling/server/http_exchange.h"

#include <glib.h>
#include <string.h>

const char *http_reason_phrase(unsigned status)
{
    static const struct {
        unsigned status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {302, "Found"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {422, "Unprocessable Content"},
        {423, "Locked"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++) {
        if (phrases[i].status == status) {
            return phrases[i].phrase;
        }
    }
    return "Unknown";
}

bool http_header_is_clean(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c < 0x20 || *c == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Strict: no page of ours needs anything from elsewhere. */
static void append_content_policy(GString *head, const char *policy,
                                  const struct http_server *server)
{
    if (policy) {
        g_string_append_printf(head, "Content-Security-Policy: %s\r\n", policy);
        return;
    }
    g_string_append(
        head,
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; worker-src 'self'; "
        "manifest-src 'self'; connect-src 'self'");
    /* 'self' covers wss: in today's browsers; older Safari wants it named. */
    for (size_t i = 0; http_server_origin(server, i); i++) {
        const char *origin = http_server_origin(server, i);
        if (g_str_has_prefix(origin, "https://")) {
            g_string_append_printf(head, " wss://%s", origin + strlen("https://"));
        }
    }
    g_string_append(head, "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n");
}

static void append_security_headers(GString *head, const struct http_answer_head *answer,
                                    const struct http_server *server)
{
    if (answer->door == HTTP_DOOR_PUBLIC) {
        g_string_append(head, "Strict-Transport-Security: max-age=31536000\r\n");
    }
    g_string_append(head,
                    "X-Content-Type-Options: nosniff\r\n"
                    "Referrer-Policy: no-referrer\r\n"
                    "Permissions-Policy: camera=(self), microphone=(self), display-capture=(self), "
                    "geolocation=(), payment=(), usb=()\r\n"
                    "Cross-Origin-Opener-Policy: same-origin\r\n"
                    "Cross-Origin-Resource-Policy: same-origin\r\n");
    append_content_policy(head, answer->content_policy, server);
}

GString *http_answer_head_write(const struct http_answer_head *answer,
                                const struct http_server *server)
{
    GString *head = g_string_new(NULL);
    g_string_append_printf(head, "HTTP/1.1 %u %s\r\n", answer->status,
                           http_reason_phrase(answer->status));
    if (answer->content_type && http_header_is_clean(answer->content_type)) {
        g_string_append_printf(head, "Content-Type: %s\r\n", answer->content_type);
    }
    if (answer->status != 204 && answer->status != 304) {
        g_string_append_printf(head, "Content-Length: %" G_GUINT64_FORMAT "\r\n", answer->length);
    }
    if (!strstr(answer->headers, "Cache-Control:")) {
        g_string_append(head, "Cache-Control: no-store\r\n");
    }
    g_string_append(head, answer->headers);
    append_security_headers(head, answer, server);
    if (answer->closes) {
        g_string_append(head, "Connection: close\r\n");
    }
    g_string_append(head, "\r\n");
    return head;
}

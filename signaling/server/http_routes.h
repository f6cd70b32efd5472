/* http_routes.h - the table of docs/openapi.json: method, path, doors -> handler.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_HTTP_ROUTES_H
#define BEDSIDE_SIGNALING_SERVER_HTTP_ROUTES_H

#include "signaling/api/api.h"

/* Finds the route and calls its handler; answers 404, 405, 403 (Origin) and 415 itself. */
void http_routes_dispatch(struct api *api, struct http_exchange *exchange);
/* How large a body the request may have. */
size_t http_routes_body_size_max(const struct api *api, const struct http_request *request);
/* Whether `path` is like `pattern`, in which {name} stands for one segment. Pure. */
bool http_routes_match(const char *pattern, const char *path,
                       struct api_parameters *ret_parameters);

/* The table, for who compares it with what is written down: returns false behind its end. */
struct http_route_row {
    enum http_method method; /* GET stands for HEAD too */
    const char *pattern;
    unsigned doors; /* enum http_door, bits */
};
bool http_routes_row(size_t index, struct http_route_row *ret_row);

#endif

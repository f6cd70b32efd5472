/* bearer.h - requests of programs: an access token instead of a cookie (RFC 6750, 2.1).
 *
 * Such a request needs no Origin: no page of another site can send the header. Its cookies are not
 * looked at.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_BEARER_H
#define BEDSIDE_SIGNALING_API_BEARER_H

#include "signaling/api/api.h"

/* Whether the request shows a token, good or not, at a door where tokens count. */
bool bearer_is_shown(const struct http_request *request);
/* Takes the request against the program's rate. Returns false, having answered with 401 or 429. */
bool bearer_admit(struct api *api, struct http_exchange *exchange);
/* Whose token it is. Returns false when it is good no more. */
bool bearer_find(const struct api *api, const struct http_request *request,
                 struct visit_actor *ret_actor);
/* Says in a header why a token was not enough; `error` as RFC 6750, 3.1 has it. */
void bearer_challenge(struct http_exchange *exchange, const char *error);

#endif

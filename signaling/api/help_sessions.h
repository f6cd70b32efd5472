/* help_sessions.h - help is offered to one person of a visit, and a page on the way in asks whether
 * it was (docs/http-api.md). Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_HELP_SESSIONS_H
#define BEDSIDE_SIGNALING_API_HELP_SESSIONS_H

#include "signaling/api/api.h"

void help_sessions_offer(struct api *api, struct http_exchange *exchange,
                         const struct api_parameters *parameters);
void help_sessions_show_own(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters);

#endif

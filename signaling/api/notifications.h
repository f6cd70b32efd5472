/* notifications.h - what the people of a visit were written, and their link once more
 * (docs/http-api.md). Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_NOTIFICATIONS_H
#define BEDSIDE_SIGNALING_API_NOTIFICATIONS_H

#include "signaling/api/api.h"

void notifications_list(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);
void notifications_send(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);

#endif

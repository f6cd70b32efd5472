/* clients.h - /api/v1/clients: programs that may use the API. The operator's.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_CLIENTS_H
#define BEDSIDE_SIGNALING_API_CLIENTS_H

#include "signaling/api/api.h"

void clients_add(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);
void clients_list(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);
void clients_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);
void clients_change(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);
void clients_revoke(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);

#endif

/* licences.h - where physicians are licensed, and where somebody is today (docs/http-api.md).
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_LICENCES_H
#define BEDSIDE_SIGNALING_API_LICENCES_H

#include "signaling/api/api.h"

void licences_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);
void licences_replace(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters);
void places_state(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);

#endif

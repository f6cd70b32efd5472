/* orders.h - treating physicians' orders (FHIR R4 ServiceRequest) become cases.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_ORDERS_H
#define BEDSIDE_SIGNALING_API_ORDERS_H

#include "signaling/api/api.h"

void orders_take(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);

#endif

/* alerts.h - what answers have raised: a coordinator's list, and what is done about one
 * (docs/http-api.md). Thread: control; alert_row_json() the store thread. */
#ifndef BEDSIDE_SIGNALING_API_ALERTS_H
#define BEDSIDE_SIGNALING_API_ALERTS_H

#include "gateway/visits/visit_alert.h"
#include "signaling/api/api.h"

void alerts_list(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);
void alerts_show(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);
void alerts_step(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);

/* Owned. */
json_t *alert_row_json(const struct visit_service *service, const struct alert_row *row);

#endif

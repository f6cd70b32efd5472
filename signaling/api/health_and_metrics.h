/* health_and_metrics.h - /healthz, /readyz and /metrics in Prometheus' text format (version 0.0.4).
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_HEALTH_AND_METRICS_H
#define BEDSIDE_SIGNALING_API_HEALTH_AND_METRICS_H

#include "signaling/api/api.h"

void health_show(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);
void health_show_ready(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);
/* From the operator's socket, or from loopback: numbers of a hospital's visits are nobody else's
 * business. */
void metrics_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);

#endif

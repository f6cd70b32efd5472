/* case_plans.h - hybrid plans of cases, due dates of programmes, and who coordinates them.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_CASE_PLANS_H
#define BEDSIDE_SIGNALING_API_CASE_PLANS_H

#include "signaling/api/api.h"

void case_plan_show(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);
void case_plan_write(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);
void due_days_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);
void due_days_write(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);
void coordinators_list(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);

#endif

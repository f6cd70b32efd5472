/* visit_schedules.h - when a visit is, where it can be moved to, and the move.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_VISIT_SCHEDULES_H
#define BEDSIDE_SIGNALING_API_VISIT_SCHEDULES_H

#include "signaling/api/api.h"

void visit_schedules_show(struct api *api, struct http_exchange *exchange,
                          const struct api_parameters *parameters);
void visit_schedules_change(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters);
void visit_slots_list(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters);

#endif

/* staff_visits.h - a member of staff who signed in sees the visits in which they have a seat, and
 * takes it (docs/http-api.md). Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_STAFF_VISITS_H
#define BEDSIDE_SIGNALING_API_STAFF_VISITS_H

#include "signaling/api/api.h"

void staff_visits_list(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);
void staff_visits_take_seat(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters);

#endif

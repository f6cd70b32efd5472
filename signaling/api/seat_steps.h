/* seat_steps.h - pages tell how far their people are on the way in.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_SEAT_STEPS_H
#define BEDSIDE_SIGNALING_API_SEAT_STEPS_H

#include "signaling/api/api.h"

/* Of one seat; a page tells about six in all. */
#define SEAT_STEPS_PER_SECOND 1
#define SEAT_STEPS_BURST 20

void seat_steps_tell(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);

#endif

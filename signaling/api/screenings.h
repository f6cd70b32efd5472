/* screenings.h - what the people of a visit answered before it, for staff (docs/http-api.md).
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_SCREENINGS_H
#define BEDSIDE_SIGNALING_API_SCREENINGS_H

#include "signaling/api/api.h"

void screenings_show(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);

#endif

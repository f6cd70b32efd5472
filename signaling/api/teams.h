/* teams.h - teams, their experts' hours, free slots, and bookings.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_TEAMS_H
#define BEDSIDE_SIGNALING_API_TEAMS_H

#include "signaling/api/api.h"

void teams_list(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void teams_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void teams_keep(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void teams_change(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);
void teams_retire(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);
void hours_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void hours_write(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);
void slots_list(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void bookings_make(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);

#endif

/* case_progress.h - one case's way: what happened to it, the next step, owner, team and due date.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_CASE_PROGRESS_H
#define BEDSIDE_SIGNALING_API_CASE_PROGRESS_H

#include "signaling/api/api.h"

void case_flow_show(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);
void case_flow_change(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters);
void case_moves_make(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);

#endif

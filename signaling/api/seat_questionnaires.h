/* seat_questionnaires.h - what somebody with a seat is asked before the visit, and what they answer
 * (docs/http-api.md). Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_SEAT_QUESTIONNAIRES_H
#define BEDSIDE_SIGNALING_API_SEAT_QUESTIONNAIRES_H

#include "signaling/api/api.h"

void seat_questionnaires_show(struct api *api, struct http_exchange *exchange,
                              const struct api_parameters *parameters);
void seat_answers_write(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);

#endif

/* arrivals.h - join links, arriving, staff links, and whose browser this is.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_ARRIVALS_H
#define BEDSIDE_SIGNALING_API_ARRIVALS_H

#include "signaling/api/api.h"

void arrivals_look(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);
void arrivals_arrive(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);
/* 201 with the seat, and its cookie. */
void arrivals_reply_seated(struct http_exchange *exchange, const char *seat_token,
                           const char *participant_id, const char *visit_id);
void arrivals_pending(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters);
void sessions_exchange_staff_link(struct api *api, struct http_exchange *exchange,
                                  const struct api_parameters *parameters);
void sessions_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);
void sessions_end(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);

#endif

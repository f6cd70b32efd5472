/* practice.h - a member of staff begins a practice visit (gateway/visits/visit_practice.h), gets
 * the links of its invented people, and ends it.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_PRACTICE_H
#define BEDSIDE_SIGNALING_API_PRACTICE_H

#include "signaling/api/api.h"

void practice_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);
void practice_begin(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);
void practice_renew_links(struct api *api, struct http_exchange *exchange,
                          const struct api_parameters *parameters);
void practice_end(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);

#endif

/* visits.h - scheduling, links, and what goes on in a visit, for the
 * operator and, where it is about one person's link, for staff.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_VISITS_H
#define BEDSIDE_SIGNALING_API_VISITS_H

#include "signaling/api/api.h"

struct minted_link;

/* A link as it is shown, this once. Owned. */
json_t *visits_link_json(const struct api_task *task, const struct minted_link *link);

void visits_schedule(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);
void visits_show(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);
void visits_mint_links(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);
void visits_unlock_link(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);
void visits_show_media(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);
void visits_end(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void visits_verify_audit(struct api *api, struct http_exchange *exchange,
                         const struct api_parameters *parameters);

#endif

/* cases.h - the case record: importing, reading, the opinion.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_CASES_H
#define BEDSIDE_SIGNALING_API_CASES_H

#include "gateway/visits/opinion.h"
#include "gateway/visits/recording.h"
#include "signaling/api/api.h"

void cases_import(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);
void cases_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void cases_show_opinion(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);
void cases_show_opinion_pdf(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters);

/* A recording as the case and the list of recordings show it; the names come from `picture`. Owned.
 */
json_t *cases_recording_json(const struct recording_record *record,
                             const struct visit_picture *picture);
/* [{"start","end"}] in milliseconds since 1970. Owned. */
json_t *cases_intervals_json(const struct recording_record *record);
#endif

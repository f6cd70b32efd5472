/* recordings.h - listing recordings, their manifests, and playing them.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_RECORDINGS_H
#define BEDSIDE_SIGNALING_API_RECORDINGS_H

#include "signaling/api/api.h"

void recordings_list(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);
void recordings_show_manifest(struct api *api, struct http_exchange *exchange,
                              const struct api_parameters *parameters);
void recordings_play(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);

#endif

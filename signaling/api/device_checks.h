/* device_checks.h - routes: what a device could do when it was tried, for who sits at it and for
 * the team. Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_DEVICE_CHECKS_H
#define BEDSIDE_SIGNALING_API_DEVICE_CHECKS_H

#include "signaling/api/api.h"

void device_checks_record(struct api *api, struct http_exchange *exchange,
                          const struct api_parameters *parameters);
void device_checks_show_own(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters);
void device_checks_list(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);

#endif

/* setup_page.h - development only: a plain page that hands over the development authority, with
 * steps for each device.
 *
 * An iPad gives no camera to a page whose certificate it does not trust. This page has a door of
 * its own (plain HTTP, http.setup_port) behind which nothing else of the gateway is. Thread:
 * control. */
#ifndef BEDSIDE_SIGNALING_API_SETUP_PAGE_H
#define BEDSIDE_SIGNALING_API_SETUP_PAGE_H

#include "signaling/api/api.h"

void setup_page_show(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters);
void setup_page_show_authority(struct api *api, struct http_exchange *exchange,
                               const struct api_parameters *parameters);
void setup_page_show_profile(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters);

#endif

/* board.h - a coordinator's day: read once, or followed live (board_feed.h).
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_BOARD_H
#define BEDSIDE_SIGNALING_API_BOARD_H

#include "signaling/api/api.h"

void board_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters);
void board_make_ticket(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);

#endif

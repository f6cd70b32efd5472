/* network_test_routes.h - routes: somebody who has a seat tries the way to this gateway
 * (signaling/session/network_tests.h). Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_NETWORK_TEST_ROUTES_H
#define BEDSIDE_SIGNALING_API_NETWORK_TEST_ROUTES_H

#include "signaling/api/api.h"

void network_test_routes_begin(struct api *api, struct http_exchange *exchange,
                               const struct api_parameters *parameters);
void network_test_routes_connect(struct api *api, struct http_exchange *exchange,
                                 const struct api_parameters *parameters);
void network_test_routes_show(struct api *api, struct http_exchange *exchange,
                              const struct api_parameters *parameters);
void network_test_routes_end(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters);

#endif

/* token_endpoint.h - POST /api/v1/token: a program's signed assertion for an access token (RFC
 * 6749, 4.4; RFC 7523; SMART Backend Services). Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_TOKEN_ENDPOINT_H
#define BEDSIDE_SIGNALING_API_TOKEN_ENDPOINT_H

#include "signaling/api/api.h"

#define TOKEN_ENDPOINT_PATH "/api/v1/token"

void token_endpoint_ask(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters);
/* GET /api/v1/.well-known/smart-configuration: where it is and what it takes. */
void token_endpoint_describe(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters);

#endif

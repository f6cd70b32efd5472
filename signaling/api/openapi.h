/* openapi.h - GET /api/v1/openapi.json: docs/openapi.json, which travels inside the program.
 * Thread: control; openapi_document() any. */
#ifndef BEDSIDE_SIGNALING_API_OPENAPI_H
#define BEDSIDE_SIGNALING_API_OPENAPI_H

#include "signaling/api/api.h"

/* JSON text. */
const char *openapi_document(size_t *ret_size);

void openapi_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);

#endif

#include "signaling/api/openapi.h"

/* Embedded at build time (embed_file.cmake). */
extern const char openapi_json[];
extern const unsigned long openapi_json_size;

const char *openapi_document(size_t *ret_size)
{
    *ret_size = openapi_json_size;
    return openapi_json;
}

void openapi_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    (void)api;
    (void)parameters;
    size_t size;
    const char *document = openapi_document(&size);
    http_exchange_reply(exchange, 200, "application/json", document, size);
}

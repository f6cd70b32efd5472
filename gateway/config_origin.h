/* config_origin.h - a web origin exactly as a browser writes it into Origin (RFC 6454, 6.2).
 * Pure. Thread: any. */
#ifndef BEDSIDE_GATEWAY_CONFIG_ORIGIN_H
#define BEDSIDE_GATEWAY_CONFIG_ORIGIN_H

#include <stddef.h>

#define CONFIG_ORIGIN_HOST_SIZE 256

/* Returns NULL for https://host or https://host:port in a browser's spelling, or else a static
 * sentence that says what is wrong. */
const char *config_origin_fault(const char *origin);
/* Writes the host of a good origin, an IPv6 address without its brackets. */
void config_origin_host(const char *origin, char ret_host[CONFIG_ORIGIN_HOST_SIZE]);

#endif

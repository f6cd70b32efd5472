/* gateway.h - the process: creates the parts in order, runs the control thread, destroys them in
 * reverse. Thread: main, which becomes the control thread. */
#ifndef BEDSIDE_GATEWAY_GATEWAY_H
#define BEDSIDE_GATEWAY_GATEWAY_H

#include "gateway/base/cleanup.h"

struct gateway_config;
struct gateway;

/* `config` is borrowed and outlives the gateway. Blocks the signals it handles, so call it before
 * any thread starts. Returns 0, or a negative errno after logging what failed. */
int gateway_create(const struct gateway_config *config, struct gateway **ret_gateway);
struct gateway *gateway_destroy(struct gateway *gateway);
DEFINE_AUTO(gateway)

/* Serves until SIGTERM or SIGINT; SIGHUP reads the certificate again. Returns 0 or a negative
 * errno. */
int gateway_run(struct gateway *gateway);

#endif

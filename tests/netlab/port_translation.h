/* port_translation.h - the NAT between the client and the bad network, as far as UDP ports go: a
 * client's port p is seen as p + shift (modulo 65536) by everybody else. When the shift changes, as
 * after a NAT forgot its bindings, what is sent to ports as they were seen before is gone, and so
 * is what nobody on the client's end has asked for. IPv4, unfragmented; TCP passes unchanged. Pure.
 * Thread: any one. */
#ifndef BEDSIDE_TESTS_NETLAB_PORT_TRANSLATION_H
#define BEDSIDE_TESTS_NETLAB_PORT_TRANSLATION_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port_translation;

struct port_translation *port_translation_create(void);
/* Accepts NULL, returns NULL. */
struct port_translation *port_translation_destroy(struct port_translation *ports);
DEFINE_AUTO(port_translation)

/* From now on. 0, with which it begins: every port is seen as it is, and nothing is dropped. */
void port_translation_shift(struct port_translation *ports, uint16_t shift);

/* Rewrites an IP packet from the client, with its checksum. */
void port_translation_outward(struct port_translation *ports, uint8_t *packet, size_t size);
/* The same for a packet to the client; false: it is for a port that no longer leads anywhere. */
bool port_translation_inward(const struct port_translation *ports, uint8_t *packet, size_t size);

#endif

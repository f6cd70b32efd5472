/* config_turn.h - where a TURN server is, as browsers are told (RFC 7065).
 * Pure. Thread: any. */
#ifndef BEDSIDE_GATEWAY_CONFIG_TURN_H
#define BEDSIDE_GATEWAY_CONFIG_TURN_H

/* Returns NULL for turn:host or turns:host, perhaps with :port and ?transport=udp or tcp, or else a
 * static sentence that says what is wrong. */
const char *config_turn_fault(const char *uri);

#endif

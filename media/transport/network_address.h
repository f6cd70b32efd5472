/* network_address.h - where packets come from and go to, as it is compared, hashed and kept.
 *
 * An IPv4 address is always held in its IPv4-mapped form (RFC 4291, 2.5.5.2), so that the same peer
 * has one form whichever socket it came through. The struct has no padding: it is a key as it is.
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_NETWORK_ADDRESS_H
#define BEDSIDE_MEDIA_TRANSPORT_NETWORK_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct network_address {
    uint8_t ip[16];      /* network order */
    uint32_t scope_id;   /* of a link-local IPv6 address, else 0 */
    uint16_t port;       /* host order */
    uint16_t connection; /* 0: UDP; else the number of a TCP connection (tcp_port.h) */
};

/* Returns 0, or -EAFNOSUPPORT for anything but IPv4 and IPv6. */
int network_address_from_sockaddr(const struct sockaddr_storage *from,
                                  struct network_address *ret_address);
/* Parses a numeric address without a port. Returns 0 or -EINVAL. */
int network_address_parse(const char *ip, uint16_t port, struct network_address *ret_address);

bool network_address_equal(const struct network_address *a, const struct network_address *b);
bool network_address_is_ipv4(const struct network_address *address);

/* The form a socket of `family` (AF_INET or AF_INET6) sends to. Returns its length, or 0 when an
 * AF_INET socket cannot reach it. */
socklen_t network_address_to_sockaddr(const struct network_address *address, int family,
                                      struct sockaddr_storage *ret_to);
/* The form in which the address is told to others: IPv4 as AF_INET. Returns its length. */
socklen_t network_address_to_native_sockaddr(const struct network_address *address,
                                             struct sockaddr_storage *ret_to);

#endif

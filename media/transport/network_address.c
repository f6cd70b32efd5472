#include "media/transport/network_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static const uint8_t ipv4_mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void set_ipv4(struct network_address *address, const void *ipv4, uint16_t port)
{
    *address = (struct network_address){.port = port};
    memcpy(address->ip, ipv4_mapped_prefix, sizeof(ipv4_mapped_prefix));
    memcpy(address->ip + sizeof(ipv4_mapped_prefix), ipv4, 4);
}

int network_address_from_sockaddr(const struct sockaddr_storage *from,
                                  struct network_address *ret_address)
{
    if (from->ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof(in));
        set_ipv4(ret_address, &in.sin_addr, ntohs(in.sin_port));
        return 0;
    }
    if (from->ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, from, sizeof(in6));
        *ret_address = (struct network_address){.port = ntohs(in6.sin6_port)};
        memcpy(ret_address->ip, &in6.sin6_addr, sizeof(ret_address->ip));
        if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr)) {
            ret_address->scope_id = in6.sin6_scope_id;
        }
        return 0;
    }
    return -EAFNOSUPPORT;
}

int network_address_parse(const char *ip, uint16_t port, struct network_address *ret_address)
{
    struct in_addr ipv4;
    if (inet_pton(AF_INET, ip, &ipv4) == 1) {
        set_ipv4(ret_address, &ipv4, port);
        return 0;
    }
    struct in6_addr ipv6;
    if (inet_pton(AF_INET6, ip, &ipv6) == 1) {
        *ret_address = (struct network_address){.port = port};
        memcpy(ret_address->ip, &ipv6, sizeof(ret_address->ip));
        return 0;
    }
    return -EINVAL;
}

bool network_address_equal(const struct network_address *a, const struct network_address *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

bool network_address_is_ipv4(const struct network_address *address)
{
    return memcmp(address->ip, ipv4_mapped_prefix, sizeof(ipv4_mapped_prefix)) == 0;
}

static socklen_t to_ipv4(const struct network_address *address, struct sockaddr_storage *to)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&in.sin_addr, address->ip + sizeof(ipv4_mapped_prefix), sizeof(in.sin_addr));
    memcpy(to, &in, sizeof(in));
    return sizeof(in);
}

static socklen_t to_ipv6(const struct network_address *address, struct sockaddr_storage *to)
{
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons(address->port),
                               .sin6_scope_id = address->scope_id};
    memcpy(&in6.sin6_addr, address->ip, sizeof(in6.sin6_addr));
    memcpy(to, &in6, sizeof(in6));
    return sizeof(in6);
}

socklen_t network_address_to_sockaddr(const struct network_address *address, int family,
                                      struct sockaddr_storage *ret_to)
{
    if (family == AF_INET6) {
        return to_ipv6(address, ret_to);
    }
    return network_address_is_ipv4(address) ? to_ipv4(address, ret_to) : 0;
}

socklen_t network_address_to_native_sockaddr(const struct network_address *address,
                                             struct sockaddr_storage *ret_to)
{
    return network_address_is_ipv4(address) ? to_ipv4(address, ret_to) : to_ipv6(address, ret_to);
}

#include "gateway/config_turn.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HOST_SIZE 256

static bool is_ipv6(const char *text, size_t size)
{
    char host[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (size >= sizeof(host)) {
        return false;
    }
    memcpy(host, text, size);
    host[size] = '\0';
    return inet_pton(AF_INET6, host, &address) == 1;
}

/* Returns the first byte after the host, or NULL when there is none that could be one. */
static const char *skip_host(const char *text)
{
    static const char of_names[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    if (*text == '[') {
        const char *end = strchr(text, ']');
        return end && is_ipv6(text + 1, (size_t)(end - text - 1)) ? end + 1 : NULL;
    }
    const size_t size = strspn(text, of_names);
    return size > 0 && size < HOST_SIZE ? text + size : NULL;
}

/* The same of the port, if there is one. */
static const char *skip_port(const char *text)
{
    if (*text != ':') {
        return text;
    }
    const size_t digits = strspn(text + 1, "0123456789");
    const long port = digits > 0 && digits <= 5 ? strtol(text + 1, NULL, 10) : 0;
    return port > 0 && port <= UINT16_MAX ? text + 1 + digits : NULL;
}

const char *config_turn_fault(const char *uri)
{
    const char *scheme_end = strchr(uri, ':');
    if (strncmp(uri, "turn:", 5) != 0 && strncmp(uri, "turns:", 6) != 0) {
        return "it must begin with turn: or turns:";
    }
    const char *at = skip_host(scheme_end + 1);
    if (!at) {
        return "the host must be a name, an IPv4 address, or an IPv6 address in brackets";
    }
    at = skip_port(at);
    if (!at) {
        return "the port must be a number from 1 to 65535";
    }
    if (*at != '\0' && strcmp(at, "?transport=udp") != 0 && strcmp(at, "?transport=tcp") != 0) {
        return "after host and port only ?transport=udp or ?transport=tcp may follow";
    }
    return NULL;
}

#include "gateway/config_origin.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "https://"

struct parts {
    const char *host; /* without brackets */
    size_t host_size;
    bool is_bracketed;
    const char *after_host;
};

static bool split(const char *origin, struct parts *ret_parts)
{
    const char *authority = origin + strlen(SCHEME);
    if (*authority == '[') {
        const char *end = strchr(authority, ']');
        if (!end) {
            return false;
        }
        *ret_parts = (struct parts){authority + 1, (size_t)(end - authority - 1), true, end + 1};
    } else {
        const size_t size = strcspn(authority, ":/?#");
        *ret_parts = (struct parts){authority, size, false, authority + size};
    }
    return ret_parts->host_size > 0 && ret_parts->host_size < CONFIG_ORIGIN_HOST_SIZE;
}

static bool is_browsers_ipv6(const char *host)
{
    struct in6_addr address;
    char text[INET6_ADDRSTRLEN];
    return inet_pton(AF_INET6, host, &address) == 1 &&
           inet_ntop(AF_INET6, &address, text, sizeof(text)) && strcmp(text, host) == 0;
}

static const char *host_fault(const struct parts *parts)
{
    char host[CONFIG_ORIGIN_HOST_SIZE];
    memcpy(host, parts->host, parts->host_size);
    host[parts->host_size] = '\0';
    if (parts->is_bracketed) {
        return is_browsers_ipv6(host) ? NULL : "the address in brackets is not IPv6 in short form";
    }
    if (strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != parts->host_size) {
        return "the host must be a name in small letters (international names as xn--...) or an "
               "address";
    }
    return NULL;
}

static const char *port_fault(const char *port)
{
    const size_t digits = strspn(port, "0123456789");
    if (digits == 0 || digits > 5 || port[digits] != '\0' || port[0] == '0' ||
        strtoul(port, NULL, 10) > 65535) {
        return "what follows the host must be nothing, or :port with a port from 1 to 65535; no "
               "path, no slash at the end";
    }
    if (strcmp(port, "443") == 0) {
        return "browsers leave out :443, so leave it out here";
    }
    return NULL;
}

const char *config_origin_fault(const char *origin)
{
    if (strncmp(origin, SCHEME, strlen(SCHEME)) != 0) {
        return "an origin begins with https://; browsers give no camera to anything else";
    }
    struct parts parts;
    if (!split(origin, &parts)) {
        return "there is no host after https://";
    }
    const char *fault = host_fault(&parts);
    if (fault || *parts.after_host == '\0') {
        return fault;
    }
    return port_fault(*parts.after_host == ':' ? parts.after_host + 1 : "");
}

void config_origin_host(const char *origin, char ret_host[CONFIG_ORIGIN_HOST_SIZE])
{
    struct parts parts;
    ret_host[0] = '\0';
    if (split(origin, &parts)) {
        memcpy(ret_host, parts.host, parts.host_size);
        ret_host[parts.host_size] = '\0';
    }
}

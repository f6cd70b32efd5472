/* listener.h - listening sockets of our own, so that the address listened on is exactly the
 * configured one (libwebsockets 4.1.6 given "127.0.0.1" listens everywhere) and a descriptor
 * shortage is met on purpose. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_LISTENER_H
#define BEDSIDE_SIGNALING_SERVER_LISTENER_H

#include "gateway/base/cleanup.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define LISTENER_ADDRESS_SIZE INET6_ADDRSTRLEN

struct listener;

/* Listens on an IPv4 or IPv6 address; "::" takes both families. Port 0: the system chooses.
 * Returns 0, -EINVAL for a text that is no address, or the errno of socket(2), bind(2), listen(2).
 */
int listener_open_tcp(const char *address, uint16_t port, struct listener **ret_listener);
/* Listens on a Unix socket with mode 0600; a socket left behind by an earlier process is replaced,
 * one that still answers is -EADDRINUSE. */
int listener_open_unix(const char *path, struct listener **ret_listener);
/* Closes and, for a Unix socket, unlinks. Accepts NULL. Always returns NULL. */
struct listener *listener_destroy(struct listener *listener);
DEFINE_AUTO(listener)

int listener_fd(const struct listener *listener);
uint16_t listener_port(const struct listener *listener);

/* Accepts one connection: non-blocking, close-on-exec. `ret_address` gets the peer's address as
 * text (IPv4-mapped ones as IPv4; "unix" on a Unix socket). Returns the descriptor; -EAGAIN when
 * none waits; -EPERM when a Unix peer is neither this user nor root (it was closed); -EMFILE when
 * descriptors ran out: the connection was accepted on a spare one and closed at once, so that it
 * does not wait for a time-out. */
int listener_accept(struct listener *listener, char ret_address[LISTENER_ADDRESS_SIZE]);

#endif

#include "media/transport/tcp_port.h"

#include "gateway/base/allocate.h"
#include "gateway/base/list.h"
#include "media/transport/tcp_connection.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <netinet/in.h>

#define BACKLOG 256
#define ACCEPTS_MAX 64 /* in one turn */
#define EVENTS_MAX 64
#define LISTENER 0 /* connections are numbered from 1 */

enum standing { STRANGER, CLAIMED, LEAVING };

struct caller {
    struct list entry;    /* of the port's list for its standing, oldest first */
    struct list in_dirty; /* something was queued since the last flush */
    struct tcp_port *port;
    struct tcp_connection *connection; /* owned */
    struct network_address address;
    enum standing standing;
    uint64_t accepted_us;
    unsigned packets; /* while it was a stranger */
    bool waits;       /* for the kernel to take more */
};

struct tcp_port {
    int listener;
    int epoll;
    bool listens; /* false: out of descriptors, until the next tick */
    const struct tcp_port_ops *ops;
    void *context;
    uint64_t now_us; /* of the turn */
    size_t connections_max;
    size_t count;
    size_t stranger_count;
    size_t next_number;      /* where the search for a free one goes on */
    struct caller **callers; /* owned; by number, NULL: free */
    struct list strangers;
    struct list claimed;
    struct list leaving;
    struct list dirty;
    struct tcp_port_statistics statistics;
    uint8_t scratch[TCP_CONNECTION_SCRATCH_SIZE];
};

/* ---- life ---- */

static int open_listener(const struct network_address *local, bool dual_stack)
{
    const int family = network_address_is_ipv4(local) ? AF_INET : AF_INET6;
    AUTO_CLOSE int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    const int only_ipv6 = dual_stack ? 0 : 1;
    const int reuse = 1; /* connections of an earlier run may still be fading */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse)) < 0 ||
        (family == AF_INET6 &&
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof(only_ipv6)) < 0)) {
        return -errno;
    }
    struct sockaddr_storage name;
    const socklen_t size = network_address_to_sockaddr(local, family, &name);
    if (bind(fd, (const struct sockaddr *)&name, size) < 0 || listen(fd, BACKLOG) < 0) {
        return -errno;
    }
    const int result = fd;
    fd = -1;
    return result;
}

static int watch(const struct tcp_port *port, int operation, int fd, uint32_t events,
                 uint32_t number)
{
    struct epoll_event event = {.events = events, .data.u32 = number};
    return epoll_ctl(port->epoll, operation, fd, &event) < 0 ? -errno : 0;
}

int tcp_port_create(const char *address, uint16_t port_number, size_t connections_max,
                    const struct tcp_port_ops *ops, void *context, struct tcp_port **ret_port)
{
    assert(connections_max > 0 && connections_max <= UINT16_MAX);
    struct network_address local;
    const int parsed = network_address_parse(address, port_number, &local);
    if (parsed < 0) {
        return parsed;
    }
    AUTO(tcp_port) port = allocate_zeroed(1, sizeof(*port));
    port->listener = port->epoll = -1;
    port->listens = true;
    port->ops = ops;
    port->context = context;
    port->connections_max = connections_max;
    port->callers = allocate_zeroed(connections_max + 1, sizeof(struct caller *));
    list_init(&port->strangers);
    list_init(&port->claimed);
    list_init(&port->leaving);
    list_init(&port->dirty);
    const int listener = open_listener(&local, strcmp(address, "::") == 0);
    if (listener < 0) {
        return listener;
    }
    port->listener = listener;
    port->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (port->epoll < 0) {
        return -errno;
    }
    const int watched = watch(port, EPOLL_CTL_ADD, listener, EPOLLIN, LISTENER);
    if (watched < 0) {
        return watched;
    }
    *ret_port = TAKE(port);
    return 0;
}

static void free_caller(struct caller *caller, bool abruptly)
{
    list_remove(&caller->entry);
    list_remove(&caller->in_dirty);
    tcp_connection_destroy(caller->connection, abruptly);
    free(caller);
}

struct tcp_port *tcp_port_destroy(struct tcp_port *port)
{
    if (!port) {
        return NULL;
    }
    for (size_t i = 1; i <= port->connections_max; i++) {
        if (port->callers[i]) {
            free_caller(port->callers[i], port->callers[i]->standing == STRANGER);
        }
    }
    free(port->callers);
    if (port->epoll >= 0) {
        close(port->epoll);
    }
    if (port->listener >= 0) {
        close(port->listener);
    }
    free(port);
    return NULL;
}

int tcp_port_fd(const struct tcp_port *port)
{
    return port->epoll;
}

const struct tcp_port_statistics *tcp_port_statistics(const struct tcp_port *port)
{
    return &port->statistics;
}

/* ---- who is there ---- */

static void set_standing(struct caller *caller, enum standing standing)
{
    struct tcp_port *port = caller->port;
    struct list *const lists[] = {
        [STRANGER] = &port->strangers, [CLAIMED] = &port->claimed, [LEAVING] = &port->leaving};
    port->stranger_count -= caller->standing == STRANGER;
    port->stranger_count += standing == STRANGER;
    caller->standing = standing;
    list_remove(&caller->entry);
    list_append(lists[standing], &caller->entry);
}

/* Ends a connection of any standing. The descriptor leaves the epoll set as it is closed. */
static void close_caller(struct caller *caller)
{
    struct tcp_port *port = caller->port;
    const struct network_address address = caller->address;
    const enum standing standing = caller->standing;
    port->callers[address.connection] = NULL;
    port->count--;
    port->stranger_count -= standing == STRANGER;
    port->statistics.strangers_gone += standing == STRANGER;
    free_caller(caller, standing == STRANGER);
    if (standing == CLAIMED) {
        port->ops->on_closed(port->context, &address);
    }
}

static struct caller *caller_of(const struct tcp_port *port, uint16_t number)
{
    return number <= port->connections_max ? port->callers[number] : NULL;
}

void tcp_port_claim(struct tcp_port *port, uint16_t connection)
{
    struct caller *caller = caller_of(port, connection);
    if (caller && caller->standing != CLAIMED) {
        port->statistics.claimed += caller->standing == STRANGER;
        set_standing(caller, CLAIMED);
    }
}

void tcp_port_release(struct tcp_port *port, uint16_t connection)
{
    struct caller *caller = caller_of(port, connection);
    if (caller && caller->standing == CLAIMED) {
        set_standing(caller, LEAVING);
    }
}

/* ---- accepting ---- */

static size_t strangers_from(const struct tcp_port *port, const struct network_address *source)
{
    size_t count = 0;
    LIST_FOR_EACH (entry, &port->strangers) {
        const struct caller *caller = LIST_ENTRY(entry, struct caller, entry);
        count += memcmp(caller->address.ip, source->ip, sizeof(source->ip)) == 0;
    }
    return count;
}

/* Makes room, if it must, at the cost of the stranger who has been there longest: an honest one is
 * one for a round trip. */
static bool has_room_for(struct tcp_port *port, const struct network_address *source)
{
    if (strangers_from(port, source) >= TCP_PORT_STRANGERS_PER_IP) {
        return false;
    }
    const bool is_crowded =
        port->stranger_count >= TCP_PORT_STRANGERS_MAX || port->count == port->connections_max;
    if (is_crowded && !list_is_empty(&port->strangers)) {
        close_caller(LIST_ENTRY(port->strangers.next, struct caller, entry));
    }
    return port->count < port->connections_max;
}

/* There is a free one. */
static uint16_t free_number(struct tcp_port *port)
{
    do {
        port->next_number = port->next_number % port->connections_max + 1;
    } while (port->callers[port->next_number]);
    return (uint16_t)port->next_number;
}

static void refuse(struct tcp_port *port, int fd)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(fd);
    port->statistics.refused++;
}

static void admit(struct tcp_port *port, int fd, const struct network_address *source)
{
    struct caller *caller = allocate_zeroed(1, sizeof(*caller));
    list_init(&caller->entry);
    list_init(&caller->in_dirty);
    caller->port = port;
    caller->address = *source;
    caller->address.connection = free_number(port);
    caller->accepted_us = port->now_us;
    caller->connection = tcp_connection_create(fd);
    caller->standing = STRANGER;
    list_append(&port->strangers, &caller->entry);
    port->callers[caller->address.connection] = caller;
    port->count++;
    port->stranger_count++;
    port->statistics.accepted++;
    if (watch(port, EPOLL_CTL_ADD, fd, EPOLLIN, caller->address.connection) < 0) {
        close_caller(caller);
    }
}

static void accept_waiting(struct tcp_port *port)
{
    for (unsigned i = 0; i < ACCEPTS_MAX; i++) {
        struct sockaddr_storage name;
        socklen_t size = sizeof(name);
        const int fd =
            accept4(port->listener, (struct sockaddr *)&name, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            /* The listener stays readable: without a pause the worker would do nothing else. */
            port->listens = watch(port, EPOLL_CTL_MOD, port->listener, 0, LISTENER) < 0;
            return;
        }
        if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (fd < 0) {
            continue; /* it was gone before it was accepted (accept(2)) */
        }
        struct network_address source;
        if (network_address_from_sockaddr(&name, &source) < 0 || !has_room_for(port, &source)) {
            refuse(port, fd);
        } else {
            admit(port, fd, &source);
        }
    }
}

/* ---- receiving ---- */

static bool on_packet(void *context, const uint8_t *packet, size_t size)
{
    struct caller *caller = context;
    struct tcp_port *port = caller->port;
    const bool is_stranger = caller->standing == STRANGER;
    port->statistics.packets_received++;
    const bool is_welcome = port->ops->on_packet(port->context, &caller->address, packet, size,
                                                 is_stranger, port->now_us);
    /* It may have been claimed by this very packet. */
    return caller->standing != STRANGER ||
           (is_welcome && ++caller->packets < TCP_PORT_STRANGER_PACKETS_MAX);
}

static void receive(struct caller *caller)
{
    struct tcp_port *port = caller->port;
    const int received =
        tcp_connection_receive(caller->connection, port->scratch, on_packet, caller);
    if (received < 0) {
        port->statistics.broken += received == -EMSGSIZE && caller->standing == CLAIMED;
        close_caller(caller);
    } else {
        port->statistics.bytes_received += (uint64_t)received;
    }
}

/* ---- sending ---- */

/* Returns false when the connection is gone. */
static bool flush_caller(struct caller *caller)
{
    struct tcp_port *port = caller->port;
    const int sent = tcp_connection_flush(caller->connection);
    if (sent < 0) {
        close_caller(caller);
        return false;
    }
    port->statistics.bytes_sent += (uint64_t)sent;
    const bool waits = tcp_connection_is_waiting(caller->connection);
    if (waits != caller->waits) {
        caller->waits = waits;
        (void)watch(port, EPOLL_CTL_MOD, tcp_connection_fd(caller->connection),
                    waits ? EPOLLIN | EPOLLOUT : EPOLLIN, caller->address.connection);
    }
    return true;
}

void tcp_port_queue(struct tcp_port *port, uint16_t connection, const void *packet, size_t size)
{
    struct caller *caller = caller_of(port, connection);
    if (!caller) {
        return;
    }
    if (tcp_connection_put(caller->connection, packet, size) < 0) {
        port->statistics.send_dropped++;
        return;
    }
    port->statistics.packets_sent++;
    if (!caller->waits && list_is_empty(&caller->in_dirty)) {
        list_append(&port->dirty, &caller->in_dirty);
    }
}

void tcp_port_flush(struct tcp_port *port)
{
    while (!list_is_empty(&port->dirty)) {
        struct caller *caller = LIST_ENTRY(port->dirty.next, struct caller, in_dirty);
        list_remove(&caller->in_dirty);
        (void)flush_caller(caller);
    }
}

/* ---- turns ---- */

void tcp_port_serve(struct tcp_port *port, uint64_t now_us)
{
    struct epoll_event events[EVENTS_MAX];
    port->now_us = now_us;
    const int count = epoll_wait(port->epoll, events, EVENTS_MAX, 0);
    for (int i = 0; i < count; i++) {
        if (events[i].data.u32 == LISTENER) {
            accept_waiting(port);
            continue;
        }
        /* Ended earlier in this turn, or even followed by another with its number: then nothing is
         * there to be received yet, and that does no harm. */
        struct caller *caller = caller_of(port, (uint16_t)events[i].data.u32);
        if (caller && (!(events[i].events & EPOLLOUT) || flush_caller(caller))) {
            receive(caller);
        }
    }
}

void tcp_port_on_tick(struct tcp_port *port, uint64_t now_us)
{
    port->now_us = now_us;
    if (!port->listens) {
        port->listens = watch(port, EPOLL_CTL_MOD, port->listener, EPOLLIN, LISTENER) == 0;
    }
    while (!list_is_empty(&port->leaving)) {
        close_caller(LIST_ENTRY(port->leaving.next, struct caller, entry));
    }
    while (!list_is_empty(&port->strangers)) {
        struct caller *oldest = LIST_ENTRY(port->strangers.next, struct caller, entry);
        if (now_us - oldest->accepted_us < TCP_PORT_STRANGER_US) {
            break;
        }
        close_caller(oldest);
    }
    LIST_FOR_EACH (entry, &port->claimed) {
        tcp_connection_on_tick(LIST_ENTRY(entry, struct caller, entry)->connection, now_us);
    }
}

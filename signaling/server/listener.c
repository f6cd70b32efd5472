#include "signaling/server/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define BACKLOG 256

struct listener {
    int fd;
    int spare_fd; /* given up for a moment when descriptors run out */
    uint16_t port;
    char *unix_path;
};

static int open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static struct listener *listener_over(int fd)
{
    struct listener *listener = calloc(1, sizeof(*listener));
    if (!listener) {
        abort();
    }
    listener->fd = fd;
    listener->spare_fd = open_spare();
    return listener;
}

static socklen_t parse_address(const char *address, uint16_t port, struct sockaddr_storage *ret)
{
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    memset(ret, 0, sizeof(*ret));
    if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return sizeof(*v6);
    }
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof(*v4);
    }
    return 0;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) {
        return 0;
    }
    return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port)
                                         : ntohs(((struct sockaddr_in *)&address)->sin_port);
}

int listener_open_tcp(const char *address, uint16_t port, struct listener **ret_listener)
{
    struct sockaddr_storage at;
    const socklen_t size = parse_address(address, port, &at);
    if (size == 0) {
        return -EINVAL;
    }
    AUTO_CLOSE int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    const int on = 1;
    const int only_v6 = strcmp(address, "::") != 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (at.ss_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof(only_v6)) < 0) {
        return -errno;
    }
    if (bind(fd, (struct sockaddr *)&at, size) < 0 || listen(fd, BACKLOG) < 0) {
        return -errno;
    }
    struct listener *listener = listener_over(fd);
    fd = -1;
    listener->port = bound_port(listener->fd);
    *ret_listener = listener;
    return 0;
}

/* Whether somebody still answers at the path; a dead socket file refuses. */
static bool unix_socket_is_alive(const struct sockaddr_un *at)
{
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;
}

int listener_open_unix(const char *path, struct listener **ret_listener)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(at.sun_path)) {
        return -ENAMETOOLONG;
    }
    strcpy(at.sun_path, path);
    struct stat status;
    if (lstat(path, &status) == 0) {
        if (!S_ISSOCK(status.st_mode) || unix_socket_is_alive(&at)) {
            return -EADDRINUSE;
        }
        unlink(path);
    }
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    /* The mode is there before the name is: fchmod(2) on an unbound socket sets what bind(2)
     * creates. */
    if (fchmod(fd, 0600) < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        return -errno;
    }
    if (chmod(path, 0600) < 0 || listen(fd, BACKLOG) < 0) {
        const int error = -errno;
        unlink(path);
        return error;
    }
    struct listener *listener = listener_over(fd);
    fd = -1;
    listener->unix_path = strdup(path);
    *ret_listener = listener;
    return 0;
}

struct listener *listener_destroy(struct listener *listener)
{
    if (!listener) {
        return NULL;
    }
    if (listener->unix_path) {
        unlink(listener->unix_path);
    }
    close(listener->fd);
    if (listener->spare_fd >= 0) {
        close(listener->spare_fd);
    }
    free(listener->unix_path);
    free(listener);
    return NULL;
}

int listener_fd(const struct listener *listener)
{
    return listener->fd;
}

uint16_t listener_port(const struct listener *listener)
{
    return listener->port;
}

static void write_address(const struct sockaddr_storage *address,
                          char ret_text[LISTENER_ADDRESS_SIZE])
{
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    strcpy(ret_text, "unix");
    if (address->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
        inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], ret_text, LISTENER_ADDRESS_SIZE);
    } else if (address->ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &v6->sin6_addr, ret_text, LISTENER_ADDRESS_SIZE);
    } else if (address->ss_family == AF_INET) {
        inet_ntop(AF_INET, &v4->sin_addr, ret_text, LISTENER_ADDRESS_SIZE);
    }
}

static void refuse_on_the_spare(struct listener *listener)
{
    if (listener->spare_fd >= 0) {
        close(listener->spare_fd);
    }
    const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) {
        close(fd);
    }
    listener->spare_fd = open_spare();
}

static bool peer_is_trusted(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == 0 || peer.uid == geteuid());
}

int listener_accept(struct listener *listener, char ret_address[LISTENER_ADDRESS_SIZE])
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    const int fd =
        accept4(listener->fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE) {
            refuse_on_the_spare(listener);
            return -EMFILE;
        }
        /* What went wrong with one connection says nothing of the next (accept(2), "Error
         * handling"). */
        return -EAGAIN;
    }
    if (listener->unix_path && !peer_is_trusted(fd)) {
        close(fd);
        return -EPERM;
    }
    if (!listener->unix_path) {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    write_address(&address, ret_address);
    return fd;
}

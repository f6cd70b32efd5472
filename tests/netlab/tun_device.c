#include "tests/netlab/tun_device.h"

#include "gateway/base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int enter_namespace(const char *name)
{
    char path[256];
    (void)snprintf(path, sizeof(path), "%s%s", strchr(name, '/') ? "" : "/run/netns/", name);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET) < 0) {
        (void)fprintf(stderr, "netimpair: %s: %s\n", path, strerror(errno));
        return -ENOENT;
    }
    return 0;
}

static void set_address(struct ifreq *request, const char *address)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    (void)inet_pton(AF_INET, address, &in.sin_addr);
    memcpy(&request->ifr_addr, &in, sizeof(in));
}

static int configure(int control, struct ifreq *request, const char *address, unsigned mtu)
{
    set_address(request, address);
    if (ioctl(control, SIOCSIFADDR, request) < 0) {
        return -errno;
    }
    set_address(request, "255.255.255.0");
    if (ioctl(control, SIOCSIFNETMASK, request) < 0) {
        return -errno;
    }
    request->ifr_mtu = (int)mtu;
    if (ioctl(control, SIOCSIFMTU, request) < 0) {
        return -errno;
    }
    request->ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(control, SIOCSIFFLAGS, request) < 0 ? -errno : 0;
}

int tun_device_open(const struct tun_device_config *config)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    if (enter_namespace(config->name_space) < 0) {
        return -ENOENT;
    }
    (void)snprintf(request.ifr_name, sizeof(request.ifr_name), "imp%u", config->network);
    AUTO_CLOSE int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    AUTO_CLOSE int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (control < 0 || tun < 0 || ioctl(tun, TUNSETIFF, &request) < 0) {
        return -errno;
    }
    const int result = configure(control, &request, config->address, config->mtu);
    if (result < 0) {
        return result;
    }
    const int opened = tun;
    tun = -1;
    return opened;
}

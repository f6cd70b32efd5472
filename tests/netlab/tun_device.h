/* tun_device.h - one end of the impaired path, as the programs in its namespace see it.
 * Thread: any one; opening moves the thread into the namespace. */
#ifndef BEDSIDE_TESTS_NETLAB_TUN_DEVICE_H
#define BEDSIDE_TESTS_NETLAB_TUN_DEVICE_H

struct tun_device_config {
    const char *name_space; /* of /run/netns, or a path */
    const char *address;    /* IPv4, in a network of 24 bits */
    unsigned network;       /* the device is imp<network> */
    unsigned mtu;
};

/* Returns a descriptor that reads and writes whole IP packets, owned, or -ENOENT for a namespace
 * that is not there, or another negative errno of the system. */
int tun_device_open(const struct tun_device_config *config);

#endif

/* hostile_dtls.h - the datagrams with which one ends, or silences, a naive DTLS server.
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_TESTS_UNIT_HOSTILE_DTLS_H
#define BEDSIDE_TESTS_UNIT_HOSTILE_DTLS_H

#include <stddef.h>
#include <stdint.h>

struct hostile_datagram {
    const char *name;
    size_t size;
    uint8_t bytes[512];
};

enum { HOSTILE_DATAGRAMS = 19 };

/* Returns the datagram `index` of the list; `sequence` is that of its record unless the case is
 * about it. */
struct hostile_datagram hostile_dtls(unsigned index, uint64_t sequence);

#endif

/* siphash.h - SipHash-2-4: a hash for tables whose keys a stranger chooses (Aumasson, Bernstein
 * 2012). Pure. Thread: any. */
#ifndef BEDSIDE_BASE_SIPHASH_H
#define BEDSIDE_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint64_t key[2], const void *data, size_t size);

#endif

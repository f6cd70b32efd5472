/* secret.h - key material: wiped when it goes, compared in constant time.
 * Thread: any. */
#ifndef BEDSIDE_BASE_SECRET_H
#define BEDSIDE_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Overwrites in a way the compiler keeps. */
void secret_wipe(void *bytes, size_t size);
/* Takes time that depends on `size` alone. */
bool secret_equal(const void *a, const void *b, size_t size);

#endif

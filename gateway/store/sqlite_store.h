/* sqlite_store.h - visit_store.h on SQLite: WAL, synchronous=FULL, foreign keys, a busy timeout.
 * Thread: the store thread; opened on any. */
#ifndef BEDSIDE_STORE_SQLITE_STORE_H
#define BEDSIDE_STORE_SQLITE_STORE_H

#include "gateway/visits/visit_store.h"

/* Opens or creates the database at `path` (":memory:" for tests), mode 0600, and applies the
 * migrations that are missing. The caller owns the store. Returns 0; -EPROTO when the database is
 * newer than this program; -EBUSY when another process holds it; or a negative errno. The reason is
 * logged. */
int sqlite_store_open(const char *path, struct visit_store **ret_store);

#endif

/* schema_migrations.h - brings a database to the schema of this program: migrations/NNNN_name.sql
 * in order. Thread: whoever opens the store. */
#ifndef BEDSIDE_STORE_SCHEMA_MIGRATIONS_H
#define BEDSIDE_STORE_SCHEMA_MIGRATIONS_H

#include <stddef.h>

struct sqlite3;

struct schema_migration {
    unsigned number; /* ascending: what the database's user_version becomes */
    const char *name;
    const char *sql;
};

/* Embedded at build time. */
extern const struct schema_migration schema_migrations[];
extern const unsigned schema_migration_count;

/* Applies what is missing, each migration in a transaction of its own. Returns 0; -EPROTO when the
 * database is newer than the list, or is not one of ours; -ENOSPC; or -EIO. Logs the reason. */
int schema_migrations_apply(struct sqlite3 *database, const struct schema_migration *migrations,
                            unsigned count);

#endif

/* role_mapping.h - which value of a sign-in's claim stands for which of our roles, as the site
 * writes it down: "bedside-reviewers=reviewing_physician;bedside-desk=coordinator".
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_ROLE_MAPPING_H
#define BEDSIDE_VISITS_ROLE_MAPPING_H

#include <stddef.h>

/* Returns NULL when every entry names a value and a role of staff, or else a static sentence. An
 * empty mapping is none. */
const char *role_mapping_fault(const char *mapping);
/* The roles (PARTICIPANT_ROLE_BIT() of each) that a value stands for; several entries may name it.
 * 0: none. `mapping` is without fault. */
unsigned role_mapping_roles_of(const char *mapping, const char *value);

#endif

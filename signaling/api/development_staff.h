/* development_staff.h - the invented staff whom the development sign-in offers:
 *   {"staff": [{"key": "rao", "name": "Dr. Mira Rao", "roles": ["reviewing_physician"],
 *               "programme": "", "time_zone": "America/New_York", "languages": "en"}]}
 * Pure. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_SIGNALING_API_DEVELOPMENT_STAFF_H
#define BEDSIDE_SIGNALING_API_DEVELOPMENT_STAFF_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/staff_account.h"

#include <stddef.h>

#define DEVELOPMENT_STAFF_ISSUER "urn:bedside:development"
#define DEVELOPMENT_STAFF_MAX 64

struct development_staff {
    size_t count;
    struct staff_account people[DEVELOPMENT_STAFF_MAX];
};

/* Returns 0 and owned people, or -EBADMSG with what is wrong in *ret_problem (static). */
int development_staff_read(const char *text, size_t size, struct development_staff **ret_staff,
                           const char **ret_problem);
struct development_staff *development_staff_destroy(struct development_staff *staff);
DEFINE_AUTO(development_staff)

/* NULL: nobody has that key. Borrowed. */
const struct staff_account *development_staff_find(const struct development_staff *staff,
                                                   const char *key);

#endif

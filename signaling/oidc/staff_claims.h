/* staff_claims.h - who a proven ID token says somebody is, in the words of this product.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_OIDC_STAFF_CLAIMS_H
#define BEDSIDE_SIGNALING_OIDC_STAFF_CLAIMS_H

#include "gateway/visits/staff_account.h"

#include <jansson.h>

/* Borrowed texts. A claim is named as it stands in the token, or by a path with dots
 * ("realm_access.roles"). */
struct staff_claims_rules {
    const char *roles_claim;     /* a text, or a list of texts */
    const char *roles;           /* role_mapping.h */
    const char *staff_key_claim; /* what cases call this member of staff */
    const char *programme_claim; /* of coordinators; "" or NULL: they reach all programmes */
};

enum staff_claims_fault {
    STAFF_CLAIMS_GOOD,
    STAFF_CLAIMS_NO_ROLE,
    STAFF_CLAIMS_NO_STAFF_KEY,
    STAFF_CLAIMS_NO_PROGRAMME, /* of a coordinator, where a claim for it is configured; "*" is all
                                */
    STAFF_CLAIMS_UNUSABLE,     /* a text that is too long or not clean */
    STAFF_CLAIMS_FAULT_COUNT,
};
const char *staff_claims_fault_name(enum staff_claims_fault fault);

/* Without id and times. */
enum staff_claims_fault staff_claims_read(const json_t *claims,
                                          const struct staff_claims_rules *rules,
                                          struct staff_account *ret_identity);

#endif

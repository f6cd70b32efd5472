/* visit_invite.h - somebody more is invited into a visit that runs: family, an interpreter, a
 * trainee, a technical helper. They get a link of their own, which is shown once and ends with the
 * visit, and come through the doors like every guest. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_INVITE_H
#define BEDSIDE_VISITS_VISIT_INVITE_H

#include "gateway/visits/visit_service.h"

struct visit_invitation {
    const char *name;
    enum participant_role role; /* of a guest; the patient invites family alone */
    const char *relation;       /* in words for people: "your daughter"; NULL: the role says it */
    const char *language;       /* BCP 47; of an interpreter the one they bring; NULL: unknown */
};
struct visit_invited {
    char participant_id[UUID_TEXT_SIZE];
    char secret[RANDOM_TOKEN_SIZE]; /* of the link; it is nowhere else: wipe it */
};

/* By the patient or the team, from inside. Refusals: NOT_IN_VISIT, VISIT_ENDED, INVALID, TOO_MANY
 * (in the visit, or in the case), NOT_PERMITTED (not whom this role may invite). */
int visit_invite(struct visit_service *service, const struct visit_actor *actor,
                 const struct visit_invitation *invitation, struct visit_invited *ret_invited,
                 struct visit_picture **ret_picture);

#endif

/* visit_refusal.h - the words in which a rule says no.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_VISIT_REFUSAL_H
#define BEDSIDE_VISITS_VISIT_REFUSAL_H

/* Operations of the service return 0 (done), one of these (> 0: a rule said no; what the person
 * needs to know of it is in the code), or a negative errno (the store failed: nothing was written).
 */
enum visit_refusal {
    REFUSAL_NONE,
    REFUSAL_NOT_PERMITTED, /* the role, or this seat now, may not */
    REFUSAL_NOT_FOUND,     /* no such visit, person, recording ... for this actor */
    REFUSAL_INVALID,       /* a field makes no sense */
    REFUSAL_LINK_UNKNOWN,  /* never minted, or replaced by a newer link */
    REFUSAL_LINK_EXPIRED,
    REFUSAL_BIRTH_DATE_NEEDED,     /* the link is good; ask for it */
    REFUSAL_BIRTH_DATE_WRONG,      /* tries are left */
    REFUSAL_LINK_LOCKED,           /* five wrong dates: staff must unlock */
    REFUSAL_SECOND_DEVICE_PENDING, /* the first device, or staff, has to say yes */
    REFUSAL_DEVICE_REPLACED,       /* this device's seat was taken over by another */
    REFUSAL_DEVICE_REFUSED,        /* the first device, or staff, said no */
    REFUSAL_SEAT_UNKNOWN,          /* no such seat token */
    REFUSAL_SESSION_EXPIRED,       /* staff session: unknown or over */
    REFUSAL_VISIT_ENDED,
    REFUSAL_VISIT_NOT_OPEN,
    REFUSAL_DENIED,       /* the seat was denied entry */
    REFUSAL_NOT_IN_VISIT, /* the actor must be in the visit for this */
    REFUSAL_WRONG_STATE,  /* e.g. admit somebody who is not waiting, stop what does not run */
    REFUSAL_CONSENT_TEXT_OUTDATED, /* the answer is to another text than the current one */
    REFUSAL_CASE_EXISTS,           /* the programme has a case with this reference */
    REFUSAL_TOO_MANY,              /* a bound was reached: participants, messages */
    REFUSAL_CHANGED,               /* somebody else changed it since it was read */
    REFUSAL_KEY_REUSED,            /* this idempotency key came with another request */
    REFUSAL_TOKEN_UNKNOWN,         /* an access token: unknown, over, or of a revoked client */
    REFUSAL_ASSERTION_USED,        /* a client's assertion came twice */
    REFUSAL_NO_LICENCE,            /* a physician may not see this patient where they are */
    REFUSAL_LICENCE_WARNING,       /* only after saying that one knows */
    REFUSAL_SLOT_TAKEN,            /* the time is not free, or not any more */
    REFUSAL_HELP_TAKEN,            /* somebody helps in this visit already */
    REFUSAL_TOO_SOON,              /* it was done a moment ago */
    REFUSAL_NOT_IN_PRACTICE,       /* left out of practice: it would be kept */
    REFUSAL_COUNT,
};

/* "link_expired", ...: the code in JSON errors. */
const char *visit_refusal_code(enum visit_refusal refusal);
/* One plain sentence in English, for people. */
const char *visit_refusal_sentence(enum visit_refusal refusal);

#endif

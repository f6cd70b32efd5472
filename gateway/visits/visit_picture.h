/* visit_picture.h - one visit as it stands after an operation: the whole of it, never a difference.
 *
 * The store thread makes a picture within the transaction; whoever gets it owns it and may replace
 * the one it had (`version` grows). What one participant may see of it is decided here, on
 * whichever thread. Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_VISIT_PICTURE_H
#define BEDSIDE_VISITS_VISIT_PICTURE_H

#include "gateway/visits/consent.h"
#include "gateway/visits/help_session.h"
#include "gateway/visits/licence.h"
#include "gateway/visits/participant.h"
#include "gateway/visits/recording_rule.h"
#include "gateway/visits/visit.h"
#include "gateway/visits/visit_delay.h"
#include "gateway/visits/visit_emergency.h"

struct visit_picture {
    uint64_t version; /* grows with every picture of this process */
    struct visit visit;
    struct participant participants[VISIT_PARTICIPANTS_MAX];
    size_t participant_count;
    enum consent_answer
        recording_consents[VISIT_PARTICIPANTS_MAX]; /* same order; to the current words */
    struct recording_status recording;
    struct licence_verdict licences[VISIT_PARTICIPANTS_MAX]; /* same order; of physicians */
    char licensed_colleague_id[UUID_TEXT_SIZE]; /* who makes it a consultation; may be empty */
    bool has_opinion;
    struct visit_emergency emergency;
    struct visit_delay delay;
    struct help_session help; /* the newest; may be over */
};

struct visit_picture *visit_picture_create(void);
struct visit_picture *visit_picture_destroy(struct visit_picture *picture);
DEFINE_AUTO(visit_picture)

const struct participant *visit_picture_find(const struct visit_picture *picture,
                                             const char *participant_id);
/* Whether `viewer` sees that `subject` is there: oneself always; staff see everybody; people in the
 * visit see who is in it, the patient there also which guests stand outside; people who wait see
 * staff and the patient; who is helped and who helps see each other. */
bool visit_picture_shows(const struct visit_picture *picture, const struct participant *viewer,
                         const struct participant *subject);
/* Whether the participant belongs to those who hear and see each other now: in the visit, and while
 * the team huddles, of the team; nobody who is apart. */
bool visit_picture_hears(const struct visit_picture *picture,
                         const struct participant *participant);
/* Whether help is offered to the participant, or by them, or goes on. */
bool visit_picture_is_in_help(const struct visit_picture *picture,
                              const struct participant *participant);
/* Whether the participant is one of two of whom one helps the other now: they hear and see each
 * other, and nobody else. */
bool visit_picture_sets_apart(const struct visit_picture *picture,
                              const struct participant *participant);
/* Whether chat, consents of others and the opinion are open to `viewer`: only in the visit. */
bool visit_picture_opens_contents(const struct participant *viewer);

#endif

/* visit_recording.h - consent, the recording's command, its books, and who may play it.
 *
 *   people --command, consent, presence--> picture.recording.flow --control/supervisor--> worker,
 * recorder
 *                                                                                            |
 *   case record <---- prepared, flowing, paused, broken, segment, finished, failed ----------'
 *
 * `flow` is a level: after every picture, make it true. RUN for a recording that is not prepared:
 * make a data key, visit_recording_prepare(), start the recorder. FINISH: detach, let the recorder
 * close and remux, then visit_recording_finished(). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_RECORDING_H
#define BEDSIDE_VISITS_VISIT_RECORDING_H

#include "gateway/visits/recording.h"
#include "gateway/visits/visit_service.h"

struct consent_request {
    enum consent_purpose purpose;
    enum consent_answer answer; /* given, refused or withdrawn */
    enum consent_method method;
    const char *text_version; /* the words that were shown */
    const char *language;     /* and in which language; NULL: the site's first */
};
/* For oneself alone. Also while waiting. Refusals: CONSENT_TEXT_OUTDATED, VISIT_ENDED, WRONG_STATE
 * (withdrawn without having been given), INVALID (also: there are no words in that language). */
int visit_recording_answer_consent(struct visit_service *service, const struct visit_actor *actor,
                                   const struct consent_request *request,
                                   struct visit_picture **ret_picture);
/* The current words, borrowed from the service. */
const struct consent_words *visit_recording_consent_words(const struct visit_service *service);

enum recording_command {
    RECORDING_COMMAND_START,
    RECORDING_COMMAND_PAUSE,
    RECORDING_COMMAND_RESUME,
    RECORDING_COMMAND_STOP
};
/* Refusals: VISIT_NOT_OPEN, NOT_IN_VISIT, WRONG_STATE (nothing to pause, resume or stop; start
 * while one is open). */
int visit_recording_command(struct visit_service *service, const struct visit_actor *actor,
                            enum recording_command command, struct visit_picture **ret_picture);

/* ---- the books: called for the gateway itself ---- */

/* Keeps the wrapped data key before the first byte is written. Refusals: NOT_FOUND, WRONG_STATE
 * (already prepared, or over). */
int visit_recording_prepare(struct visit_service *service, const char *recording_id,
                            const void *wrapped_key, size_t size, const char *key_name);
/* The worker let packets flow at `wall_ms`; it stopped them; the recorder broke and nothing is kept
 * since `wall_ms`. Repeating one is harmless. */
int visit_recording_flowing(struct visit_service *service, const char *recording_id,
                            int64_t wall_ms, struct visit_picture **ret_picture);
int visit_recording_paused(struct visit_service *service, const char *recording_id, int64_t wall_ms,
                           struct visit_picture **ret_picture);
int visit_recording_broken(struct visit_service *service, const char *recording_id, int64_t wall_ms,
                           struct visit_picture **ret_picture);
/* It cannot go on: the flow becomes FINISH (or NONE if nothing was prepared) and the picture says
 * why. */
int visit_recording_failed(struct visit_service *service, const char *recording_id,
                           enum recording_failure failure, int64_t wall_ms,
                           struct visit_picture **ret_picture);
/* Also for what was checked while finishing: the latest report of a file name counts. */
int visit_recording_segment_closed(struct visit_service *service, const char *recording_id,
                                   const struct recording_segment *segment);

struct recording_finish {
    const struct recording_file *files; /* one or more for each participant */
    size_t file_count;                  /* 0: nothing was recorded */
    int64_t wall_ms;                    /* end of an interval that is still open */
};
/* Attaches the recording to the case: files, manifest digest (recording_manifest_digest()), state,
 * timeline, outbox and audit entry in one transaction. Report the segments before. Repeating it is
 * harmless. Refusals: NOT_FOUND, INVALID, WRONG_STATE (the recording is still wanted). */
int visit_recording_finished(struct visit_service *service, const char *recording_id,
                             const struct recording_finish *finish,
                             struct visit_picture **ret_picture);

/* One recording with its wrapped key, intervals, segments and files, for the gateway itself: a list
 * of one. Refusal: NOT_FOUND. */
int visit_recording_read(struct visit_service *service, const char *recording_id,
                         struct recording_list **ret_list);
/* After a restart: every recording that is neither attached nor empty. With an open interval
 * (`flowing_since_ms` set): find how far it got (the newest segment's last write) and report it
 * with visit_recording_broken(). Those in phase FINISHING: finish them. Those in phase OPEN go on
 * when the visit's people are back. */
int visit_recording_unfinished(struct visit_service *service, struct recording_list **ret_list);

/* ---- playing ---- */

/* All recordings of a case; with NULL, for the operator alone, of all cases. The keys are left
 * out. */
int visit_recording_list(struct visit_service *service, const struct visit_actor *actor,
                         const char *case_id, struct recording_list **ret_list);

enum recording_access { RECORDING_ACCESS_PLAY, RECORDING_ACCESS_EXPORT };
struct recording_grant {
    struct recording recording; /* with the wrapped key */
    struct recording_file file;
};
/* Authorises and audits one opening of one file of an attached recording. Refusal: NOT_FOUND. */
int visit_recording_open(struct visit_service *service, const struct visit_actor *actor,
                         const char *recording_id, const char *file_name,
                         enum recording_access access, struct recording_grant *ret_grant);

#endif

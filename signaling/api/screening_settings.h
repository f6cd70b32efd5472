/* screening_settings.h - what a site asks before a visit and what follows from the answers: a
 * folder of questionnaires and a file of rules (docs/questionnaires.md), read at start.
 *
 * Read strictly and held against each other: a threshold on a score that nothing adds up to, or
 * that nobody can reach, would be an alert that never comes, so it is refused. Thread: any;
 * constant once loaded. */
#ifndef BEDSIDE_SIGNALING_API_SCREENING_SETTINGS_H
#define BEDSIDE_SIGNALING_API_SCREENING_SETTINGS_H

#include "gateway/visits/alert.h"
#include "signaling/api/document_reader.h"

#define SCREENING_QUESTIONNAIRES_MAX 16

struct screening_settings {
    /* Owned, in the order in which they are asked: that of the file names. */
    struct questionnaire *questionnaires[SCREENING_QUESTIONNAIRES_MAX];
    size_t count;
    struct screening_rules rules;
    struct alert_ladder ladder;
};
struct screening_settings *screening_settings_destroy(struct screening_settings *settings);
DEFINE_AUTO(screening_settings)

struct screening_settings_problem {
    char file[256]; /* the folder's, when it is about no one file */
    struct document_problem at;
};

/* `folder`: every *.json in it is a questionnaire. `rules_path`: NULL: nothing follows from any
 * answer. Returns 0 and owned settings; or -EBADMSG, or the negative errno of reading, with the
 * problem. */
int screening_settings_load(const char *folder, const char *rules_path,
                            struct screening_settings **ret_settings,
                            struct screening_settings_problem *ret_problem);

/* By the digest of its document, or NULL. */
const struct questionnaire *screening_settings_find(const struct screening_settings *settings,
                                                    const char *digest);
/* Whether somebody of the role is asked where they are, or anything else. `settings` may be NULL.
 */
bool screening_settings_ask_place(const struct screening_settings *settings,
                                  enum participant_role role);
bool screening_settings_ask_questions(const struct screening_settings *settings,
                                      enum participant_role role);

#endif

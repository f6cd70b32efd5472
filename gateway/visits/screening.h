/* screening.h - what follows from the answers before a visit: nothing, somebody of the team is
 * told, or the person reads at once whom to call at any hour. The site says at which score. Pure.
 * Thread: any. */
#ifndef BEDSIDE_VISITS_SCREENING_H
#define BEDSIDE_VISITS_SCREENING_H

#include "gateway/visits/questionnaire.h"

#define SCREENING_RULES_MAX 32
#define SCREENING_CRISIS_WORDS_SIZE 1001

enum screening_follow {
    FOLLOW_NOTHING,
    FOLLOW_ALERT,  /* the coordinator is told */
    FOLLOW_CRISIS, /* that, and the person reads the site's crisis text at once */
    FOLLOW_COUNT
};
/* "nothing", "alert", "crisis" */
const char *screening_follow_name(enum screening_follow follow);
int screening_follow_from_name(const char *name, enum screening_follow *ret_follow);

struct screening_rule {
    char score[QUESTIONNAIRE_CODE_SIZE];
    uint32_t at_least;
    enum screening_follow follow;
};
/* In one language: the words, and a number that answers at any hour. */
struct screening_crisis {
    char language[QUESTIONNAIRE_LANGUAGE_SIZE];
    char words[SCREENING_CRISIS_WORDS_SIZE];
    char number[PERSON_PHONE_SIZE];
};
struct screening_rules {
    struct screening_rule rules[SCREENING_RULES_MAX];
    size_t count;
    struct screening_crisis crisis[QUESTIONNAIRE_LANGUAGES_MAX];
    size_t crisis_count;
};
/* Returns NULL, or a sentence (static). A rule that leads to the crisis text needs one. */
const char *screening_rules_find_problem(const struct screening_rules *rules);

/* A score that reached a threshold, and the gravest rule that it reached. */
struct screening_finding {
    char score[QUESTIONNAIRE_CODE_SIZE];
    uint32_t value;
    uint32_t at_least;
    enum screening_follow follow;
};
/* Half a questionnaire counts: its score is a lower bound. Returns what follows in all; `rules` may
 * be NULL. */
enum screening_follow
screening_decide(const struct screening_rules *rules, const struct questionnaire_score *scores,
                 size_t score_count,
                 struct screening_finding ret_findings[QUESTIONNAIRE_SCORES_MAX],
                 size_t *ret_count);

/* In the first of the person's languages that the site has, else in the site's first. NULL when it
 * has none. */
const struct screening_crisis *screening_choose_crisis(const struct screening_rules *rules,
                                                       const char *languages);

/* ---- what is kept of it ---- */

/* One person's answers to one version of a questionnaire. */
struct screening_response {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    char person_name[PERSON_NAME_SIZE]; /* as the record has it now; not written */
    enum participant_role person_role;
    char url[QUESTIONNAIRE_URL_SIZE];
    char version[QUESTIONNAIRE_VERSION_SIZE];
    char digest[DIGEST_SHA256_HEX_SIZE]; /* of the document that was asked */
    bool complete;
    int64_t started_at_ms;
    int64_t updated_at_ms;
};
struct screening_answer {
    char link_id[QUESTIONNAIRE_CODE_SIZE];
    bool skipped;
    char *value; /* owned: code of the option, number, "true" or "false", text; "" when skipped */
};
struct screening_record {
    struct screening_response response;
    struct screening_answer *answers; /* owned, in the order of the questionnaire */
    size_t answer_count;
    struct questionnaire_score scores[QUESTIONNAIRE_SCORES_MAX];
    size_t score_count;
};
struct screening_list {
    struct screening_record *records; /* owned, oldest first */
    size_t count;
};
struct screening_list *screening_list_create(void);
struct screening_list *screening_list_destroy(struct screening_list *list);
DEFINE_AUTO(screening_list)

/* An answer as it is kept, owned. */
char *screening_write_answer(const struct questionnaire_item *item,
                             const struct questionnaire_answer *answer);
/* What was kept, into `answers`. What the questionnaire does not know (another version's) is passed
 * over. */
void screening_read_answer(const struct questionnaire *questionnaire,
                           const struct screening_answer *kept,
                           struct questionnaire_answers *answers);

#endif

/* alert.h - somebody's answers reached a threshold: who is told, and what happens when nobody says
 * that they know.
 *
 *     raised --time--> told to the next role --...--> the last role stays told
 *       |                  |
 *       '--- acknowledged -'---- closed
 *       ^          |
 *       '- graver -'   (a higher score of the same answers)
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_ALERT_H
#define BEDSIDE_VISITS_ALERT_H

#include "gateway/visits/screening.h"

#define ALERT_LEVELS_MAX 4
#define ALERT_NOTE_SIZE 501

/* Who is told, one after the other, and how long each has to acknowledge. */
struct alert_ladder {
    struct {
        enum participant_role role;
        uint32_t seconds; /* 0: nobody comes after */
    } levels[ALERT_LEVELS_MAX];
    size_t count;
};
/* Coordinator, after 15 minutes the treating, after 15 more the reviewing physician. */
extern const struct alert_ladder alert_ladder_default;
/* Returns NULL, or a sentence (static). */
const char *alert_ladder_find_problem(const struct alert_ladder *ladder);

/* Not of answers: somebody of the team says that help is needed at once (visit_emergency.h). */
#define ALERT_SCORE_EMERGENCY "emergency"

struct alert {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE]; /* whose answers */
    char response_id[UUID_TEXT_SIZE];    /* its own id: not of answers */
    char score[QUESTIONNAIRE_CODE_SIZE];
    uint32_t value;
    uint32_t at_least;
    enum screening_follow follow;
    int64_t raised_at_ms;          /* anew when it became graver after it was acknowledged */
    uint32_t level;                /* of the ladder: who has been told last */
    char owner_id[UUID_TEXT_SIZE]; /* who sees to it: account, person or participant; or "" */
    int64_t acknowledged_at_ms;    /* 0: nobody has */
    char acknowledged_by[UUID_TEXT_SIZE];
    char note[ALERT_NOTE_SIZE];
    int64_t closed_at_ms;
};
bool alert_is_open(const struct alert *alert);
/* Open, and nobody has said that they know: what a physician sees at the door. */
bool alert_is_pressing(const struct alert *alert);

/* Up to which level the ladder has been climbed at `now_ms`. Never down. */
uint32_t alert_level_at(const struct alert_ladder *ladder, const struct alert *alert,
                        int64_t now_ms);
/* The same answers were judged again. Returns whether it is raised anew: graver, or higher, than
 * what was acknowledged or closed. */
bool alert_judge_again(struct alert *alert, const struct screening_finding *finding,
                       int64_t now_ms);

#endif

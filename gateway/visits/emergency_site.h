/* emergency_site.h - what a site's staff need to know when a patient far away needs help at once:
 * the emergency number where the patient is, and the site's own script. Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_EMERGENCY_SITE_H
#define BEDSIDE_VISITS_EMERGENCY_SITE_H

#include "gateway/visits/participant.h"

#define EMERGENCY_NUMBERS_MAX 128
#define EMERGENCY_LANGUAGES_MAX 8
#define EMERGENCY_LINES_MAX 12
#define EMERGENCY_LINE_SIZE 301
#define EMERGENCY_LANGUAGE_SIZE 9

/* For patients in one state ("US-MT"), one country ("US-*") or anywhere ("*"): the closest holds.
 */
struct emergency_number {
    char state[SUBDIVISION_SIZE];
    char number[PERSON_PHONE_SIZE];    /* as dialed there: "911" */
    char from_afar[PERSON_PHONE_SIZE]; /* reaches the place from elsewhere, too; may be empty */
};
struct emergency_script {
    char language[EMERGENCY_LANGUAGE_SIZE]; /* BCP 47 */
    char lines[EMERGENCY_LINES_MAX][EMERGENCY_LINE_SIZE];
    size_t line_count;
};
struct emergency_site {
    struct emergency_number numbers[EMERGENCY_NUMBERS_MAX];
    size_t number_count;
    struct emergency_script scripts[EMERGENCY_LANGUAGES_MAX];
    size_t script_count;
};

/* "US-MT", "US-*" or "*". */
bool emergency_state_is_pattern(const char *state);
/* The number for a place ("": not known, then only "*" fits), or NULL. */
const struct emergency_number *emergency_site_find_number(const struct emergency_site *site,
                                                          const char *state);

#endif

/* team.h - a subspecialty's team of a programme, its experts, and which team a request is for.
 * Pure. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_VISITS_TEAM_H
#define BEDSIDE_VISITS_TEAM_H

#include "gateway/visits/case_flow.h"
#include "gateway/visits/expert_hours.h"

#define TEAM_KEY_SIZE 65
#define TEAM_NAME_SIZE 201
#define TEAM_EXPERTS_MAX 64
#define TEAMS_MAX 512 /* of a programme that are looked at when a request is routed */
#define EXPERT_SUBSPECIALTIES_SIZE 401 /* plain codes, separated by one space */

/* A member of staff beyond any one team: hours and bookings are theirs, wherever they belong. */
struct expert {
    char id[UUID_TEXT_SIZE];
    char staff_key[PERSON_STAFF_KEY_SIZE]; /* what cases and the sign-in call them; unique */
    char display_name[PERSON_NAME_SIZE];
    char label[PERSON_LABEL_SIZE]; /* what patients read: the organisation, the field */
    char subspecialties[EXPERT_SUBSPECIALTIES_SIZE];
    char languages[PERSON_LANGUAGES_SIZE]; /* BCP 47 tags, separated by one space */
    char time_zone[TIME_ZONE_SIZE];
};

struct team {
    char id[UUID_TEXT_SIZE];
    char programme[CASE_PROGRAMME_SIZE];
    char key[TEAM_KEY_SIZE]; /* short, a plain code, unique in the programme */
    char name[TEAM_NAME_SIZE];
    char subspecialty[SUBSPECIALTY_SIZE];
    int64_t retired_at_ms;  /* 0: at work. A team is never deleted: cases refer to it */
    int64_t version;        /* grows with each change */
    struct expert *experts; /* owned */
    size_t expert_count;
    uint32_t open_cases; /* read only: routed to it and not closed */
};
struct team *team_create(void);
struct team *team_destroy(struct team *team);
DEFINE_AUTO(team)
/* Appends a copy. Returns -ENOSPC beyond TEAM_EXPERTS_MAX, -EEXIST for a key that is there. */
int team_add_expert(struct team *team, const struct expert *expert);
const struct expert *team_find_expert(const struct team *team, const char *expert_id);

struct team_list {
    struct team *teams; /* owned, with their experts; by key */
    size_t count;
};
struct team_list *team_list_create(void);
struct team_list *team_list_destroy(struct team_list *list);
DEFINE_AUTO(team_list)

/* Each checks every field. Returns NULL, or the name of the first bad field (static). */
const char *expert_find_problem(const struct expert *expert);
/* With "experts" for one of the experts, whose index is then in *ret_index. */
const char *team_find_problem(const struct team *team, size_t *ret_index);

/* Whether one of the words in `list`, which are separated by one space, is `word`. */
bool word_list_has(const char *list, const char *word);
/* Whether two lists of language tags have a language in common; "es" and "es-US" have. */
bool languages_meet(const char *left, const char *right);

/* Which team of the list a request is for: one of the subspecialty itself before one with an expert
 * in it, then one with an expert who speaks a language of the patient, then the one with the fewest
 * open cases. Retired teams and those without experts are left out. `languages` may be empty.
 * Returns NULL when none fits. */
const struct team *team_route(const struct team_list *list, const char *programme,
                              const char *subspecialty, const char *languages);

#endif

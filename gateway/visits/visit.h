/* visit.h - one appointment.
 *
 *     scheduled --open (a physician or the coordinator enters)--> open --end--> ended
 *         |                                                                        ^
 *         '---------------------------------- end ---------------------------------'
 *
 * While it is scheduled it may be moved to another time.
 * Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_VISIT_H
#define BEDSIDE_VISITS_VISIT_H

#include "gateway/visits/participant.h"

enum visit_shape {
    VISIT_EXPERT_LED,
    VISIT_TREATING_LED,
    VISIT_PHYSICIANS_ONLY, /* physician to physician, without the patient */
    VISIT_NURSE_LED,
    VISIT_SHAPE_COUNT,
};
const char *visit_shape_name(enum visit_shape shape);
int visit_shape_from_name(const char *name, enum visit_shape *ret_shape);
/* Whether somebody in this role may have a seat in a visit of this shape. */
bool visit_shape_seats(enum visit_shape shape, enum participant_role role);

enum visit_state { VISIT_SCHEDULED, VISIT_OPEN, VISIT_ENDED, VISIT_STATE_COUNT };
const char *visit_state_name(enum visit_state state);
int visit_state_from_name(const char *name, enum visit_state *ret_state);

#define VISIT_INVITED_MAX 16
/* Those who came to help one of them (help_session.h) take nobody's place; the latest are known. */
#define VISIT_HELPERS_MAX 4
#define VISIT_PARTICIPANTS_MAX (VISIT_INVITED_MAX + VISIT_HELPERS_MAX)
#define VISIT_MINUTES_MAX 480
#define VISIT_TITLE_SIZE 201

struct visit {
    char id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char title[VISIT_TITLE_SIZE]; /* what people read at the door */
    enum visit_shape shape;
    enum visit_state state;
    int64_t scheduled_at_ms; /* UTC */
    uint32_t scheduled_minutes;
    char time_zone[TIME_ZONE_SIZE]; /* in which it was agreed */
    char expert_id[UUID_TEXT_SIZE]; /* into whose protected time it is booked; empty: nobody's */
    int64_t opened_at_ms;           /* 0: not yet */
    int64_t ended_at_ms;            /* 0: not yet */
    int64_t consultation_since_ms;  /* a licensed colleague vouches (licence.h); 0: none does */
    int64_t huddle_since_ms;        /* the team talks among itself; 0: it does not */
    /* The account that practises; empty: it is a real visit. */
    char practice_of[UUID_TEXT_SIZE];
};

/* Of invented people, to learn (visit_practice.h): nothing of it is kept, and nobody is told of it.
 */
bool visit_is_practice(const struct visit *visit);

#define VISIT_AHEAD_MAX_MS (2LL * 365 * 86400000) /* that a visit is planned */

/* Another time for one that is scheduled. Returns 0, or -EINVAL when it has begun or is over, or a
 * time that is past, too far away or too long; nothing has changed then. */
int visit_move_to(struct visit *visit, int64_t starts_at_ms, uint32_t minutes, int64_t now_ms);

/* The edges of the drawing. Return 0, or -EINVAL when the state has no such edge. */
int visit_open(struct visit *visit, int64_t now_ms);
int visit_end(struct visit *visit, int64_t now_ms);

/* A huddle: the team talks among itself, everybody else in the visit waits in a calm room and
 * neither hears nor is heard; nothing is recorded. Return 0, or -EINVAL when the visit is not open,
 * or it is so already. */
int visit_huddle_begin(struct visit *visit, int64_t now_ms);
int visit_huddle_end(struct visit *visit);
/* Whether somebody in this role is on the team's side of it. */
bool visit_huddle_seats(enum participant_role role);

#endif

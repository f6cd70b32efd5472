/* seat_step.h - where one invitee is on the way in, for who watches over the day.
 *
 *   link_not_opened -> link_opened -> birth_date_asked -> birth_date_wrong -> locked
 *                                            |                  |
 *                          arrived <---------+------------------'
 *                             '-> permission_asked -> permission_denied
 *                                        '-> checked | checked_with_problems
 *                                                '-> waiting -> in_visit -> lost, left, denied
 *                                                       ^          |
 *                                                       '-- sent_out, sent_back
 *
 * Most of it follows from what the gateway knows: the link, its wrong dates, the seat. What only
 * the page can know it tells (docs/http-api.md); it is kept with its time and decides nothing.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_SEAT_STEP_H
#define BEDSIDE_VISITS_SEAT_STEP_H

#include "gateway/visits/join_link.h"
#include "gateway/visits/participant.h"

/* In the order of the way in. */
enum seat_step {
    SEAT_STEP_LINK_NOT_OPENED,
    SEAT_STEP_LINK_OPENED,           /* told */
    SEAT_STEP_BIRTH_DATE_ASKED,      /* told */
    SEAT_STEP_BIRTH_DATE_WRONG,      /* the gateway's word */
    SEAT_STEP_LOCKED,                /* likewise: too many wrong dates */
    SEAT_STEP_ARRIVED,               /* the seat is bound to a device */
    SEAT_STEP_PERMISSION_ASKED,      /* told: the browser asks for camera and microphone */
    SEAT_STEP_PERMISSION_DENIED,     /* told */
    SEAT_STEP_CHECKED,               /* told */
    SEAT_STEP_CHECKED_WITH_PROBLEMS, /* told */
    SEAT_STEP_WAITING,
    SEAT_STEP_IN_VISIT,
    SEAT_STEP_LOST, /* was waiting or inside, and the connection is gone */
    SEAT_STEP_LEFT,
    SEAT_STEP_DENIED,    /* "not now" at the door */
    SEAT_STEP_SENT_OUT,  /* a guest, by the patient, for a while */
    SEAT_STEP_SENT_BACK, /* to the waiting room, by the team */
    SEAT_STEP_COUNT
};
/* "link_opened", "permission_denied", ...: the name in JSON and SQL. */
const char *seat_step_name(enum seat_step step);
int seat_step_from_name(const char *name, enum seat_step *ret_step);
/* Whether a page may tell it: before anybody arrived, by the link; and from the seat. */
bool seat_step_is_told_by_link(enum seat_step step);
bool seat_step_is_told_by_seat(enum seat_step step);

/* What was wrong at a step. Bits. */
enum seat_problem {
    SEAT_PROBLEM_CAMERA = 1,
    SEAT_PROBLEM_MICROPHONE = 2,
    SEAT_PROBLEM_SPEAKER = 4,
    SEAT_PROBLEM_NETWORK = 8,
    SEAT_PROBLEM_BROWSER = 16,
};
#define SEAT_PROBLEMS_ALL 31u
/* "camera", ... in the order of the bits; NULL behind the last. */
const char *seat_problem_name(size_t index);
/* 0 or -EINVAL; adds the bit. */
int seat_problem_add(const char *name, unsigned *problems);
/* Permission denied, or checked with problems, without naming one, and problems where none can be:
 * neither makes sense. */
bool seat_step_fits_problems(enum seat_step step, unsigned problems);

/* When each step was reached last; 0: never. */
struct seat_progress {
    int64_t at_ms[SEAT_STEP_COUNT];
    unsigned problems[SEAT_STEP_COUNT];
};

struct seat_stand {
    enum seat_step step;
    int64_t since_ms; /* 0: not known (no link yet) */
    unsigned problems;
};
/* Where the person is now. `link`: the newest one; NULL: none was made yet. A new link begins the
 * way anew for who has not arrived. */
struct seat_stand seat_step_now(const struct participant *seat, const struct join_link *link,
                                const struct seat_progress *progress);

#endif

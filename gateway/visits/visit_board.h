/* visit_board.h - the visits of a day as a coordinator watches over them: who is where on the way
 * in, what is wrong, what is open.
 *
 * A coordinator sees the visits of their programme (or of all), one who came by a link those of
 * that case. A technical helper who signed in sees of the same visits how people come in, to help
 * who is stuck, and nothing of what they said or how they are. Nobody else sees a board.
 * Thread: the store thread; board_reach_covers() any. */
#ifndef BEDSIDE_VISITS_VISIT_BOARD_H
#define BEDSIDE_VISITS_VISIT_BOARD_H

#include "gateway/visits/alert.h"
#include "gateway/visits/device_check.h"
#include "gateway/visits/help_session.h"
#include "gateway/visits/seat_step.h"
#include "gateway/visits/visit_delay.h"
#include "gateway/visits/visit_service.h"

#define BOARD_ALERTS_MAX 8

/* One seat beside its participant. */
struct board_seat {
    struct seat_stand stand;
    struct seat_progress progress;
    int64_t link_at_ms;     /* when the newest link was made; 0: none was */
    unsigned tries_left;    /* at the date of birth, with that link */
    int64_t answered_at_ms; /* the questions before the visit; 0: not yet */
    bool has_check;
    struct device_check check; /* the latest */
};

struct board_alert {
    struct alert alert;
    char owner_name[PERSON_NAME_SIZE]; /* empty: nobody's */
};

struct board_visit {
    char programme[CASE_PROGRAMME_SIZE];
    char reference[CASE_REFERENCE_SIZE];
    struct visit visit;
    struct visit_delay delay;
    struct help_session help; /* the newest; may be over */
    struct participant participants[VISIT_PARTICIPANTS_MAX];
    struct board_seat seats[VISIT_PARTICIPANTS_MAX]; /* same order; licences too */
    struct licence_verdict licences[VISIT_PARTICIPANTS_MAX];
    size_t participant_count;
    struct board_alert alerts[BOARD_ALERTS_MAX]; /* the open ones, oldest first */
    size_t alert_count;
};

/* Whose visits an actor may watch. "" is any. */
struct board_reach {
    char programme[CASE_PROGRAMME_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char time_zone[TIME_ZONE_SIZE]; /* in which the actor lives; empty: not known */
    bool way_in_only;               /* of each visit, how people come in */
};
bool board_reach_covers(const struct board_reach *reach, const char *programme,
                        const char *case_id);

/* Whether the actor still may watch, and what. Refusals: NOT_PERMITTED, SESSION_EXPIRED. */
int visit_board_reach(struct visit_service *service, const struct visit_actor *actor,
                      struct board_reach *ret_reach);

struct board_request {
    int64_t from_ms; /* as in struct board_filter */
    int64_t until_ms;
    int64_t after_ms;
    const char *after_id; /* "": from the beginning */
    size_t limit;
    bool quiet; /* a further page, or an open board: was audited when it was opened */
};
/* Calls `each` (whose visit is borrowed) by time. Refusals as above. */
int visit_board_list(struct visit_service *service, const struct visit_actor *actor,
                     const struct board_request *request,
                     void (*each)(void *context, const struct board_visit *visit), void *context,
                     struct board_reach *ret_reach);
/* The gateway's own look at one, for boards that are open: who may see it is decided by their
 * reach. Refusal: NOT_FOUND. */
int visit_board_look(struct visit_service *service, const char *visit_id,
                     struct board_visit *ret_visit);

/* Visits about which something was written since the last call, each once; from the first call on.
 * Returns the count; `*ret_all`: there were more than are remembered. */
#define CHANGED_VISITS_MAX 256
size_t visit_board_take_changed(struct visit_service *service,
                                char ret_ids[CHANGED_VISITS_MAX][UUID_TEXT_SIZE], bool *ret_all);

#endif

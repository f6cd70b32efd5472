/* visit_delay.h - a visit begins later than planned: the team says when, and whoever waits, or
 * opens their link, reads it; whoever is not there is written to. Thread: the store thread; the
 * struct belongs to one. */
#ifndef BEDSIDE_VISITS_VISIT_DELAY_H
#define BEDSIDE_VISITS_VISIT_DELAY_H

#include "gateway/base/random.h"

#include <stdint.h>

struct visit_actor;
struct visit_picture;
struct visit_service;

#define VISIT_DELAY_MINUTES_MAX 720

struct visit_delay {
    int64_t expected_at_ms; /* the new time; 0: as planned */
    int64_t said_at_ms;
    char said_by[UUID_TEXT_SIZE]; /* the participant */
};

/* By somebody of the team, from the desk, also when nobody else is there yet. `minutes` from now;
 * or
 * 0 and `at_ms`; or neither: it begins as planned after all. Refusals: NOT_IN_VISIT, VISIT_ENDED,
 * INVALID (past, or more than VISIT_DELAY_MINUTES_MAX away). */
int visit_delay_say(struct visit_service *service, const struct visit_actor *actor,
                    uint32_t minutes, int64_t at_ms, struct visit_picture **ret_picture);

#endif

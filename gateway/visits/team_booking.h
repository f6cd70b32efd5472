/* team_booking.h - an expert's time, for what books visits into it and moves them within it.
 *
 * Whoever is an expert of a team is expected in one visit at a time, however they came to be
 * invited: free time is without it, bookings and moves are refused, and what is scheduled over it
 * has to be asked for in so many words. Private to gateway/visits. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_TEAM_BOOKING_H
#define BEDSIDE_VISITS_TEAM_BOOKING_H

#include "gateway/visits/team_work.h"
#include "gateway/visits/visit_act.h"

/* What for. */
struct expert_wanted {
    const char *case_id; /* whose other visits count as taken, too; NULL: of no case */
    const char *but;     /* a visit that does not count, because it is to be moved; NULL: none */
};

/* What is free of an expert's protected time. Owned. */
int team_booking_find_free(struct visit_service *service, const struct expert *expert,
                           const struct expert_wanted *wanted, struct time_interval range,
                           struct interval_list **ret_free);
/* Adds it to the list, in slots. */
int team_booking_add_slots(struct visit_service *service, const struct expert *expert,
                           const struct expert_wanted *wanted, struct time_interval range,
                           unsigned minutes, struct slot_list *list);
/* Refusal: SLOT_TAKEN. */
int team_booking_check_free(struct visit_service *service, const struct expert *expert,
                            const struct expert_wanted *wanted, struct time_interval time);
/* No expert who has a seat in the act's visit has one in another visit at the same time; or it is
 * allowed, and written down with the act. To be asked once the seats are kept. Refusal: SLOT_TAKEN.
 */
int team_booking_check_overlap(struct visit_service *service, struct visit_act *act, bool allowed);
/* Whether slots of so many minutes can be asked for in the range. */
bool team_booking_range_is_good(struct time_interval range, unsigned minutes);

#endif

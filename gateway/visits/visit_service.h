/* visit_service.h - the use cases of a clinic: permission, rule, store, timeline, audit and outbox
 * in one transaction. This header has the service itself; the operations are in visit_arrival.h
 * links, devices, staff sessions visit_conduct.h     seats, admission, chat, presence, the end
 *     visit_recording.h   consent, recording, its book-keeping, playback
 *     visit_records.h     cases, opinions, schedules, links, audit
 *     visit_outbox.h      what hooks deliver
 *     case_work.h         the way of a case: the list, steps, owners, due dates, plans
 *     case_order.h        orders that become cases
 *     team_work.h         teams, experts and their hours, free slots, bookings
 *     api_client.h        programs that use the API; idempotency.h: their repeated requests
 *
 * Every operation returns 0, an enum visit_refusal (> 0), or a negative errno when the store
 * failed; outputs are set on 0 alone unless its comment says otherwise. Refused attempts are
 * audited. Thread: the store thread (visit_task.h). */
#ifndef BEDSIDE_VISITS_VISIT_SERVICE_H
#define BEDSIDE_VISITS_VISIT_SERVICE_H

#include "gateway/visits/visit_actor.h"
#include "gateway/visits/visit_picture.h"
#include "gateway/visits/visit_refusal.h"
#include "gateway/visits/visit_store.h"

struct visit_service_config {
    const struct consent_words *consent_words; /* copied; at least one language */
    uint32_t join_link_hours;     /* how long after the scheduled end a join link lives; 0: 12 */
    uint32_t staff_link_hours;    /* 0: 168 */
    uint32_t staff_session_hours; /* 0: 12 */
    uint32_t second_device_silence_ms;                    /* 0: 30000 */
    const struct licence_rules *licence_rules;            /* borrowed; NULL: nothing is checked */
    const struct alert_ladder *alert_ladder;              /* borrowed; NULL: the default */
    const struct screening_rules *screening_rules;        /* borrowed; NULL: nothing follows */
    const struct notification_rules *notification_rules;  /* borrowed; NULL: nobody is written to */
    struct account_session_limits account_session_limits; /* 0: 15 minutes idle, 12 hours */
};

struct visit_service;

/* `store` is borrowed. */
struct visit_service *visit_service_create(const struct visit_service_config *config,
                                           struct visit_store *store);
struct visit_service *visit_service_destroy(struct visit_service *service);
DEFINE_AUTO(visit_service)

/* The time of the operations that follow, in UTC milliseconds. The thread sets it before each task.
 */
void visit_service_set_now(struct visit_service *service, int64_t now_ms);
/* Borrowed: for who groups several operations in one transaction. */
struct visit_store *visit_service_store(struct visit_service *service);
/* Whether an operation since the last call wrote to the outbox. */
bool visit_service_take_outbox_signal(struct visit_service *service);

#endif

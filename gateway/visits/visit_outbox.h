/* visit_outbox.h - stored events on their way to hooks: at least once, in order per case and
 * destination. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_OUTBOX_H
#define BEDSIDE_VISITS_VISIT_OUTBOX_H

#include "gateway/visits/visit_event.h"
#include "gateway/visits/visit_service.h"

#define OUTBOX_DESTINATION_SIZE 65

struct outbox_entry {
    int64_t sequence; /* grows; in order per case */
    struct visit_event event;
    uint32_t attempts; /* failed ones, so far, to this destination */
    int64_t due_at_ms; /* 0: never tried */
};

/* The oldest undelivered entry of each case, at most `capacity`, ready or not (see `due_at_ms`). A
 * destination that is new begins with the oldest entry there is. */
int visit_outbox_pending(struct visit_service *service, const char *destination,
                         struct outbox_entry *ret_entries, size_t capacity, size_t *ret_count);
int visit_outbox_delivered(struct visit_service *service, const char *destination,
                           int64_t sequence);
/* Failed: try again at `due_at_ms`. */
int visit_outbox_failed(struct visit_service *service, const char *destination, int64_t sequence,
                        int64_t due_at_ms);

#endif

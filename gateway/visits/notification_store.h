/* notification_store.h - what the domain asks of a database about notifications (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_NOTIFICATION_STORE_H
#define BEDSIDE_VISITS_NOTIFICATION_STORE_H

#include "gateway/visits/notification.h"

struct visit_store;

struct notification_store_ops {
    int (*insert)(struct visit_store *store, const struct notification *notification);
    int (*update)(struct visit_store *store, const struct notification *notification);
    int (*read)(struct visit_store *store, const char *notification_id,
                struct notification *ret_notification);
    /* Of a visit, newest first. */
    int (*list)(struct visit_store *store, const char *visit_id,
                struct notification *ret_notifications, size_t capacity, size_t *ret_count);
    /* The pending one that has been due for longest. -ENOENT: none is. */
    int (*next_due)(struct visit_store *store, int64_t now_ms,
                    struct notification *ret_notification);
    /* Pending ones of a visit are dropped: of a kind, or NOTIFICATION_KIND_COUNT for all. */
    int (*drop_pending)(struct visit_store *store, const char *visit_id,
                        enum notification_kind kind, int64_t now_ms);
    /* The highest sequence among a visit's notifications. -ENOENT: it has none. */
    int (*read_last_sequence)(struct visit_store *store, const char *visit_id,
                              uint32_t *ret_sequence);
    /* Of one seat, of all kinds. */
    int (*count)(struct visit_store *store, const char *participant_id, size_t *ret_count);
};

#endif

#include "gateway/visits/visit_outbox.h"

#include "gateway/visits/visit_act.h"

int visit_outbox_pending(struct visit_service *service, const char *destination,
                         struct outbox_entry *ret_entries, size_t capacity, size_t *ret_count)
{
    return service->store->ops->pending_outbox(service->store, destination, ret_entries, capacity,
                                               ret_count);
}

static int mark(struct visit_service *service, const char *destination, int64_t sequence,
                bool delivered, int64_t at_ms)
{
    const struct visit_store_ops *ops = service->store->ops;
    int result = ops->begin(service->store);
    if (result < 0) {
        return result;
    }
    result = ops->mark_outbox(service->store, destination, sequence, delivered, at_ms);
    if (result < 0) {
        ops->rollback(service->store);
        return result;
    }
    return ops->commit(service->store);
}

int visit_outbox_delivered(struct visit_service *service, const char *destination, int64_t sequence)
{
    return mark(service, destination, sequence, true, service->now_ms);
}

int visit_outbox_failed(struct visit_service *service, const char *destination, int64_t sequence,
                        int64_t due_at_ms)
{
    return mark(service, destination, sequence, false, due_at_ms);
}

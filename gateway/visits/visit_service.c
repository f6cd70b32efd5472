#include "gateway/visits/visit_service.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/visits/visit_act.h"

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value != 0 ? value : fallback;
}

struct visit_service *visit_service_create(const struct visit_service_config *config,
                                           struct visit_store *store)
{
    struct visit_service *service = allocate_zeroed(1, sizeof(*service));
    service->config = *config;
    service->config.join_link_hours = or_default(config->join_link_hours, 12);
    service->config.staff_link_hours = or_default(config->staff_link_hours, 168);
    service->config.staff_session_hours = or_default(config->staff_session_hours, 12);
    service->config.second_device_silence_ms = or_default(config->second_device_silence_ms, 30000);
    struct account_session_limits *limits = &service->config.account_session_limits;
    limits->idle_minutes = or_default(limits->idle_minutes, 15);
    limits->absolute_hours = or_default(limits->absolute_hours, 12);
    service->store = store;
    service->consent_words = *config->consent_words;
    consent_words_seal(&service->consent_words);
    service->now_ms = clock_wall_ms();
    return service;
}

struct visit_service *visit_service_destroy(struct visit_service *service)
{
    free(service);
    return NULL;
}

void visit_service_set_now(struct visit_service *service, int64_t now_ms)
{
    service->now_ms = now_ms;
}

bool visit_service_take_outbox_signal(struct visit_service *service)
{
    const bool signal = service->outbox_signal;
    service->outbox_signal = false;
    return signal;
}

struct visit_store *visit_service_store(struct visit_service *service)
{
    return service->store;
}

#include "gateway/visits/seat_device.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int seat_device_add(struct visit_service *service, const char *participant_id,
                    enum device_state state, const char *session_id,
                    char ret_token[RANDOM_TOKEN_SIZE], char ret_device_id[UUID_TEXT_SIZE])
{
    struct device device = {.state = state, .created_at_ms = service->now_ms};
    random_uuid_v7(device.id);
    snprintf(device.participant_id, sizeof(device.participant_id), "%s", participant_id);
    snprintf(device.session_id, sizeof(device.session_id), "%s", session_id);
    random_token(ret_token);
    digest_of_token(ret_token, device.token_sha256);
    memcpy(ret_device_id, device.id, sizeof(device.id));
    return service->store->ops->insert_device(service->store, &device);
}

int seat_device_decide(struct visit_service *service, const struct device *active,
                       const struct participant *seat, bool vouched_for)
{
    const int good = seat_device_check_account(service, active, seat->person.role);
    if (good != 0) {
        return good < 0 ? good : SECOND_DEVICE_TAKES_OVER;
    }
    return second_device_decide(seat, vouched_for, service->now_ms,
                                service->config.second_device_silence_ms);
}

int seat_device_replace(struct visit_service *service, struct device *active,
                        struct participant *seat)
{
    active->state = DEVICE_REPLACED;
    seat->connected = false;
    seat->last_seen_ms = service->now_ms;
    return service->store->ops->update_device(service->store, active);
}

int seat_device_refuse_pending(struct visit_service *service, const char *participant_id)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct device device;
    const int result = ops->latest_device(service->store, participant_id, DEVICE_PENDING, &device);
    if (result < 0) {
        return result == -ENOENT ? 0 : result;
    }
    device.state = DEVICE_REFUSED;
    return ops->update_device(service->store, &device);
}

int seat_device_check_account(struct visit_service *service, const struct device *device,
                              enum participant_role role)
{
    const struct staff_store_ops *ops = &service->store->ops->staff;
    struct account_session session;
    struct staff_account account;
    if (!device->session_id[0]) {
        return 0;
    }
    int result = ops->read_session(service->store, device->session_id, &session);
    result = result < 0 ? result : ops->read_account(service->store, session.account_id, &account);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_SESSION_EXPIRED : result;
    }
    return session.ended_at_ms == 0 && account.disabled_at_ms == 0 &&
                   staff_account_bears_role(account.roles, role)
               ? 0
               : REFUSAL_SESSION_EXPIRED;
}

/* seat_device.h - the devices of a seat (join_link.h) as an act changes them. Private to
 * gateway/visits. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_SEAT_DEVICE_H
#define BEDSIDE_VISITS_SEAT_DEVICE_H

#include "gateway/visits/join_link.h"
#include "gateway/visits/visit_service.h"

/* A new device. `session_id`: of the account that took the seat; "": of none. The token goes to
 * `ret_token` and is nowhere else; the id to `ret_device_id`. */
int seat_device_add(struct visit_service *service, const char *participant_id,
                    enum device_state state, const char *session_id,
                    char ret_token[RANDOM_TOKEN_SIZE], char ret_device_id[UUID_TEXT_SIZE]);
/* What becomes of `active` when another device comes (second_device_decide()); whoever signed out
 * gave the seat up. Returns an enum second_device, or a negative errno. */
int seat_device_decide(struct visit_service *service, const struct device *active,
                       const struct participant *seat, bool vouched_for);
/* The seat goes on at another device than `active`. The seat itself is for the caller to write. */
int seat_device_replace(struct visit_service *service, struct device *active,
                        struct participant *seat);
/* Of the devices that ask for the seat only the latest may: the one before is refused. */
int seat_device_refuse_pending(struct visit_service *service, const char *participant_id);
/* Whether whoever took the seat by signing in may still have it: they have not signed out, the
 * account is good and bears the role. Refusal: SESSION_EXPIRED. */
int seat_device_check_account(struct visit_service *service, const struct device *device,
                              enum participant_role role);

#endif

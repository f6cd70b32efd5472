/* visit_arrival.h - the ways in: join links, devices, seat tokens, staff links and sessions.
 *
 * A join link is a single-person secret. Looking at it changes nothing (mail scanners look).
 * Arriving asks for the date of birth when one is on record and binds the seat to a device, which
 * gets a seat token: it resumes, reloads and survives a restart of the gateway. Secrets and tokens
 * have 256 bits and are stored as SHA-256.
 *
 *   A second device:  first connected, or silent for less than 30 s  -> pending: the first device,
 * or staff, says yes first silent for longer                        -> the date of birth takes
 * over; without one on record: pending, staff says yes Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_ARRIVAL_H
#define BEDSIDE_VISITS_VISIT_ARRIVAL_H

#include "gateway/visits/join_link.h" /* JOIN_LINK_TRIES_MAX */
#include "gateway/visits/visit_service.h"

/* Of the date that is asked for. */
enum birth_date_owner { BIRTH_DATE_NOT_ASKED, BIRTH_DATE_OWN, BIRTH_DATE_OF_PATIENT };

struct join_link_look {
    char person_name[PERSON_NAME_SIZE];
    char person_languages[PERSON_LANGUAGES_SIZE]; /* the preferred one first; may be empty */
    char visit_id[UUID_TEXT_SIZE];
    char visit_title[VISIT_TITLE_SIZE];
    enum participant_role role;
    char inviter_name[PERSON_NAME_SIZE]; /* the physician who leads; may be empty */
    char inviter_label[PERSON_LABEL_SIZE];
    enum participant_role inviter_role;
    enum visit_shape shape;
    enum visit_state visit_state;
    int64_t scheduled_at_ms;
    uint32_t scheduled_minutes;
    int64_t expected_at_ms;         /* later than that, as the team says; 0: as planned */
    char time_zone[TIME_ZONE_SIZE]; /* the person's, else the visit's */
    enum birth_date_owner birth_date_owner;
    unsigned tries_left; /* 0: locked */
    bool practice;       /* of invented people (visit_practice.h) */
};
/* Refusals: LINK_UNKNOWN, LINK_EXPIRED, VISIT_ENDED. Writes nothing. */
int visit_arrival_look(struct visit_service *service, const char *link_secret,
                       struct join_link_look *ret_look);

struct join_request {
    const char *link_secret;
    const char *birth_date; /* YYYY-MM-DD, or NULL */
    const char *seat_token; /* of this device, if it has one; or NULL */
};
struct join_result {
    struct visit_actor actor;
    char seat_token[RANDOM_TOKEN_SIZE]; /* give it to the device; it is nowhere else */
    unsigned tries_left; /* set on BIRTH_DATE_NEEDED, BIRTH_DATE_WRONG and LINK_LOCKED too */
    enum birth_date_owner birth_date_owner; /* likewise */
    bool replaced_device; /* the seat's older device must be told and disconnected */
    struct visit_picture
        *picture; /* owned by the caller; NULL unless returned 0 or SECOND_DEVICE_PENDING */
};
/* 0: seated; `actor` and `seat_token` are set. SECOND_DEVICE_PENDING: so are they, but the token resolves only once
 * somebody has said yes; `picture` shows `second_device_asks`. Further refusals: LINK_UNKNOWN,
 * LINK_EXPIRED, VISIT_ENDED, BIRTH_DATE_NEEDED, BIRTH_DATE_WRONG, LINK_LOCKED, DENIED. */
int visit_arrival_join(struct visit_service *service, const struct join_request *request,
                       struct join_result *ret_result);

/* Finds whose seat a token is. Refusals: SEAT_UNKNOWN, SECOND_DEVICE_PENDING, DEVICE_REPLACED,
 * DEVICE_REFUSED, SESSION_EXPIRED (it was taken by an account that has signed out since, or may no
 * more), VISIT_ENDED (then *ret_actor is set all the same). */
int visit_arrival_resolve_seat(struct visit_service *service, const char *seat_token,
                               struct visit_actor *ret_actor);

/* The first device or staff answers for the second, `device_id`: that one alone, so that a yes
 * cannot fall to whoever asked since (WRONG_STATE). Whose seat it is goes to `ret_participant_id`.
 * When accepted, the older device's token is dead: disconnect it. */
int visit_arrival_answer_second_device(struct visit_service *service,
                                       const struct visit_actor *actor, const char *device_id,
                                       bool accepted, char ret_participant_id[UUID_TEXT_SIZE],
                                       struct visit_picture **ret_picture);
/* Staff unlock somebody's links after too many wrong dates; there is nothing to do where none were
 * given. Refusals: NOT_FOUND (no such seat in the visit, or it has no link), VISIT_ENDED. */
int visit_arrival_unlock(struct visit_service *service, const struct visit_actor *actor,
                         const char *visit_id, const char *participant_id);

struct staff_session {
    struct visit_actor actor;
    char display_name[PERSON_NAME_SIZE];
    int64_t expires_at_ms;
    char token[RANDOM_TOKEN_SIZE]; /* of exchange only */
};
/* Refusals: LINK_UNKNOWN, LINK_EXPIRED. */
int visit_arrival_exchange_staff_link(struct visit_service *service, const char *link_secret,
                                      struct staff_session *ret_session);
/* Refusal: SESSION_EXPIRED. */
int visit_arrival_resolve_session(struct visit_service *service, const char *token,
                                  struct staff_session *ret_session);
/* The actor's own staff session is over at once. */
int visit_arrival_end_session(struct visit_service *service, const struct visit_actor *actor);

#endif

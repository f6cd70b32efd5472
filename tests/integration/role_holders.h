/* role_holders.h - a case with somebody of every role, its visits, and whoever can show that they
 * have a role: seats, staff by link, accounts, the operator, a program. For tests over
 * signaling_rig. Thread: the test's. */
#ifndef BEDSIDE_TESTS_ROLE_HOLDERS_H
#define BEDSIDE_TESTS_ROLE_HOLDERS_H

#include "gateway/visits/participant.h"
#include "tests/integration/signaling_rig.h"
#include "tests/integration/visit_client.h"

/* Of the staff whom tests/vectors/staff_of_every_role.json has: a coordinator of this programme. */
#define OTHER_PROGRAMME "south"
#define OTHER_COORDINATOR "south"

/* Everybody of one visit; the arrays go by role. */
struct role_visit {
    struct signaling_rig *rig;
    char address[16]; /* where its people come from: attempts are counted by address */
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participants[ROLE_SEATED_COUNT][UUID_TEXT_SIZE];
    char secrets[ROLE_SEATED_COUNT][RANDOM_TOKEN_SIZE];
    char staff_secrets[ROLE_SEATED_COUNT][RANDOM_TOKEN_SIZE]; /* empty: the role gets none */
    char tokens[ROLE_SEATED_COUNT][RANDOM_TOKEN_SIZE];        /* empty until they arrived */
};

/* Imports a case, schedules a visit led by the nurse (in which each of the staff opens the door),
 * mints the links. */
void role_visit_make(struct signaling_rig *rig, const char *programme, struct role_visit *ret);
/* Another visit of the same case. */
void role_visit_make_another(const struct role_visit *visit, struct role_visit *ret);
/* Opens the link. Returns the HTTP status; from 201 on the seat has its token. */
long role_visit_arrive(struct role_visit *visit, enum participant_role role);
/* The same from a device that is not the seat's. Returns the HTTP status. */
long role_visit_arrive_anew(struct role_visit *visit, enum participant_role role);
/* Arrives if need be, and joins. *ret_joined (may be NULL) is owned. */
struct visit_client *role_visit_join(struct role_visit *visit, enum participant_role role,
                                     json_t **ret_joined);

enum holder_kind {
    HOLDER_SEAT = 1,
    HOLDER_LINK = 2, /* of the staff, come by a link to one case */
    HOLDER_ACCOUNT = 4,
    HOLDER_OPERATOR = 8,
    HOLDER_PROGRAM = 16,
};
struct holder {
    enum participant_role role;
    enum holder_kind kind;
    char credential[192]; /* a header line; empty: the operator's */
    const char *origin;   /* of our pages; NULL: the operator has none */
    struct browser *browser;
};
struct holder *holder_destroy(struct holder *holder);

struct holder *holder_in_seat(struct role_visit *visit, enum participant_role role);
/* NULL: the role gets no staff link. */
struct holder *holder_by_link(struct role_visit *visit, enum participant_role role);
/* NULL: nobody of the role can sign in. */
struct holder *holder_with_account(struct signaling_rig *rig, enum participant_role role);
struct holder *holder_signed_in(struct signaling_rig *rig, const char *staff_key,
                                enum participant_role role);
struct holder *holder_operator(struct signaling_rig *rig);
/* A program with all scopes. `programme`: "" all. */
struct holder *holder_program(struct signaling_rig *rig, const char *programme);

/* Asks with what the holder shows, from a page of ours. */
void holder_ask(const struct holder *holder, const char *method, const char *path, const char *body,
                const char *content_type, struct answer *ret_answer);
/* "a treating_physician by account" */
const char *holder_name(const struct holder *holder);

#endif

/* visit_people.h - the demonstration visit with its people, each with a visit_client. For tests
 * over signaling_rig. Thread: the test's. */
#ifndef BEDSIDE_TESTS_VISIT_PEOPLE_H
#define BEDSIDE_TESTS_VISIT_PEOPLE_H

#include "tests/integration/signaling_rig.h"
#include "tests/integration/visit_client.h"

enum person_name {
    RUTH,
    RAO,
    FELD,
    ANA,
    QUILL,
    PEOPLE_COUNT
}; /* in the order of deploy/demo/visit.json */

struct appointment {
    struct signaling_rig *rig;
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participants[PEOPLE_COUNT][UUID_TEXT_SIZE];
    char secrets[PEOPLE_COUNT][RANDOM_TOKEN_SIZE];
    char tokens[PEOPLE_COUNT][RANDOM_TOKEN_SIZE]; /* empty until they arrived */
};

/* Imports the demonstration case under a number of its own, schedules its visit, mints the links.
 */
void appointment_make(struct signaling_rig *rig, const char *number,
                      struct appointment *ret_appointment);
/* The same of another programme. */
void appointment_make_in(struct signaling_rig *rig, const char *programme, const char *number,
                         struct appointment *ret_appointment);
/* Opens the person's link. Returns the HTTP status. */
long appointment_arrive(struct appointment *appointment, enum person_name person);
/* A socket with the right Origin and subprotocol; never NULL. */
struct visit_client *appointment_connect(const struct appointment *appointment);
/* Arrives if need be, connects and joins. *ret_joined (may be NULL) is owned. */
struct visit_client *appointment_join(struct appointment *appointment, enum person_name person,
                                      json_t **ret_joined);
/* An offer of tests/vectors; every PeerConnection of a test is another (`unique` goes into its
 * ids). */
json_t *offer_message(const char *name, unsigned unique);
/* Joins, is in the visit, offers, is ready. */
struct visit_client *appointment_enter(struct appointment *appointment, enum person_name person);
/* Whether a reply is an error of the code. */
bool is_error(const json_t *reply, const char *code);
/* Sends and frees; true for `ok`. */
bool is_ok(struct visit_client *client, json_t *message);
const char *text_in(const json_t *object, const char *name);

#endif

/* network_tests.h - trying the way between somebody's device and this gateway, before a visit or at
 * its door: which ways there are, and what they carry.
 *
 *   begin --> a room of its own, with a test card (media/worker/test_card.h), that lasts
 *             NETWORK_TEST_SECONDS
 *   connect --> an endpoint in it, as an offer asks for: to see whether a way exists at all
 *   connect, measured --> an endpoint that is in the room too, with the test card in its first
 * slot: what it sends and what reaches it is measured by the parts that serve visits show --> what
 * the worker reported last
 *
 * Tests yield to visits: few at a time, bounded in rate and time, only where more places are free
 * than a test takes, and nobody begins more than a few in a row. They have no part in any visit:
 * nothing is recorded, nothing is routed to anybody else.
 * Time is given. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_NETWORK_TESTS_H
#define BEDSIDE_SIGNALING_SESSION_NETWORK_TESTS_H

#include "gateway/base/cleanup.h"
#include "signaling/protocol/sdp_offer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mailbox_message;
struct turn_servers;
struct worker_pool;

#define NETWORK_TEST_SECONDS 25
#define NETWORK_TESTS_MAX 8
#define NETWORK_TEST_CONNECTIONS_MAX 5
/* Of one seat: so many at once, then one a minute. */
#define NETWORK_TESTS_IN_A_ROW 3
#define NETWORK_TEST_PAUSE_SECONDS 60

/* All borrowed. */
struct network_tests_config {
    struct worker_pool *workers;
    const char *fingerprint; /* of the gateway's DTLS certificate */
    const char *const *addresses;
    size_t address_count;
    bool tcp;
    const struct turn_servers *turn;    /* NULL: none */
    uint64_t (*next_id)(void *context); /* of rooms and endpoints */
    void *context;
};

struct network_tests_counts {
    uint64_t begun;
    uint64_t refused; /* the gateway had no room for it */
    unsigned running;
};

struct network_tests;

struct network_tests *network_tests_create(const struct network_tests_config *config);
/* Ends all of them. Accepts NULL. Always returns NULL. */
struct network_tests *network_tests_destroy(struct network_tests *tests);
DEFINE_AUTO(network_tests)

/* Ends the one that the participant has. Returns 0 with an owned description (id, how long it
 * lasts, TURN servers), -EBUSY when the gateway has no room for it now, -EAGAIN when this
 * participant began too many. */
int network_tests_begin(struct network_tests *tests, const char *participant_id, uint64_t now_us,
                        json_t **ret_description);

struct network_test_offer {
    const char *participant_id;
    const char *test_id;
    const char *sdp;
    size_t sdp_size;
    bool measured;
};
/* Returns 0 with the connection's number and its answer (owned), -ENOENT for a test that is over or
 * somebody else's, -ENOSPC for more connections than a test has, or a second one that is measured,
 * -EBADMSG with `ret_problem`. */
int network_tests_connect(struct network_tests *tests, const struct network_test_offer *offer,
                          json_t **ret_answer, struct sdp_problem *ret_problem);
/* Owned; NULL for a test that is over or somebody else's. */
json_t *network_tests_show(const struct network_tests *tests, const char *participant_id,
                           const char *test_id);
/* Returns 0, or -ENOENT. */
int network_tests_end(struct network_tests *tests, const char *participant_id, const char *test_id);

/* Whether the event of a worker was about a test: then nobody else is to hear of it. Borrowed. */
bool network_tests_take_event(struct network_tests *tests, const struct mailbox_message *message);
/* Each second. */
void network_tests_on_tick(struct network_tests *tests, uint64_t now_us);
void network_tests_count(const struct network_tests *tests,
                         struct network_tests_counts *ret_counts);

#endif

/* native_client.h - libnice's full ICE agent against a gateway's transport, in one thread: another
 * implementation than ours, and the one that many native clients use.
 *
 * Thread: the test's. */
#ifndef BEDSIDE_TESTS_INTEGRATION_NATIVE_CLIENT_H
#define BEDSIDE_TESTS_INTEGRATION_NATIVE_CLIENT_H

#include "gateway/base/clock.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <nice/agent.h>
#include <stdbool.h>

struct native_client_config {
    bool over_tcp;   /* the agent has TCP alone, and is the active side */
    bool relay_only; /* it may use nothing but: */
    NiceRelayType relay_type;
    uint16_t relay_port; /* on 127.0.0.1 */
    const char *relay_user;
    const char *relay_password;
};

struct native_client {
    struct transport_fixture fixture;
    struct native_client_config config;
    GMainContext *loop;
    NiceAgent *agent;
    guint stream;
    bool has_gathered;
    bool is_ready;
    bool has_failed;
    char ufrag[17];
    char pwd[33];
    struct peer_transport *transport;
    unsigned failed;
};

/* Makes both ends; the agent begins to gather. `config` NULL: UDP without a relay. */
void native_client_init(struct native_client *client, const struct native_client_config *config);
void native_client_finish(struct native_client *client);
/* Opens the gateway's end; it expects the agent's present credentials. */
void native_client_open_transport(struct native_client *client);
/* Tells the agent what it would read in the gateway's answer. */
void native_client_give_answer(struct native_client *client);
/* New credentials on both ends. */
void native_client_restart(struct native_client *client);
void native_client_step(struct native_client *client);
struct peer_transport_statistics native_client_statistics(const struct native_client *client);
/* How many relayed candidates the agent has gathered. */
unsigned native_client_relayed_candidates(const struct native_client *client);

#define STEP_UNTIL(client, condition)                                                              \
    do {                                                                                           \
        const uint64_t step_until_us_ = clock_now_us() + 40000000;                                 \
        while (!(condition) && clock_now_us() < step_until_us_) {                                  \
            native_client_step(client);                                                            \
        }                                                                                          \
        assert_true(condition);                                                                    \
    } while (0)

#endif

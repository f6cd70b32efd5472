/* libnice's full ICE agent, another implementation than ours and the one that many native clients
 * use, finds its way to the gateway's lite side, keeps it, and restarts. */
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <nice/agent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct native_client {
    struct transport_fixture fixture;
    GMainContext *loop;
    NiceAgent *agent;
    guint stream;
    bool is_ready;
    char ufrag[17];
    char pwd[33];
    struct peer_transport *transport;
    unsigned failed;
};

static void on_state(NiceAgent *agent, guint stream, guint component, guint state, gpointer context)
{
    (void)agent;
    (void)stream;
    (void)component;
    struct native_client *client = context;
    client->is_ready = state == NICE_COMPONENT_STATE_READY;
}

static void on_receive(NiceAgent *agent, guint stream, guint component, guint size, gchar *bytes,
                       gpointer context)
{
    (void)agent;
    (void)stream;
    (void)component;
    (void)size;
    (void)bytes;
    (void)context;
}

static void on_failed(void *context, enum peer_transport_failure failure, uint64_t now_us)
{
    (void)failure;
    (void)now_us;
    struct native_client *client = context;
    client->failed++;
}

static const struct peer_transport_ops ops = {.on_failed = on_failed};

static void step(struct native_client *client)
{
    while (g_main_context_iteration(client->loop, FALSE)) {
    }
    struct pollfd waiting = {.fd = transport_host_fd(client->fixture.host), .events = POLLIN};
    (void)poll(&waiting, 1, 2);
    transport_fixture_serve(&client->fixture);
}

#define STEP_UNTIL(client, condition)                                                              \
    do {                                                                                           \
        const uint64_t step_until_us_ = clock_now_us() + 20000000;                                 \
        while (!(condition) && clock_now_us() < step_until_us_) {                                  \
            step(client);                                                                          \
        }                                                                                          \
        assert_true(condition);                                                                    \
    } while (0)

static struct peer_transport_statistics statistics_of(const struct native_client *client)
{
    struct peer_transport_statistics statistics;
    peer_transport_statistics(client->transport, &statistics);
    return statistics;
}

static void make_credentials(struct native_client *client)
{
    random_alphanumeric(client->ufrag, sizeof(client->ufrag) - 1);
    random_alphanumeric(client->pwd, sizeof(client->pwd) - 1);
}

/* What the agent would read in the gateway's answer. */
static void give_answer(struct native_client *client)
{
    assert_true(nice_agent_set_remote_credentials(client->agent, client->stream, client->ufrag,
                                                  client->pwd));
    NiceCandidate *candidate = nice_candidate_new(NICE_CANDIDATE_TYPE_HOST);
    candidate->transport = NICE_CANDIDATE_TRANSPORT_UDP;
    candidate->stream_id = client->stream;
    candidate->component_id = 1;
    candidate->priority = 2130706431;
    strcpy(candidate->foundation, "1");
    assert_true(nice_address_set_from_string(&candidate->addr, "127.0.0.1"));
    nice_address_set_port(&candidate->addr, transport_host_port(client->fixture.host));
    GSList *candidates = g_slist_append(NULL, candidate);
    assert_int_equal(nice_agent_set_remote_candidates(client->agent, client->stream, 1, candidates),
                     1);
    g_slist_free_full(candidates, (GDestroyNotify)nice_candidate_free);
}

static void open_agent(struct native_client *client)
{
    client->loop = g_main_context_new();
    client->agent = nice_agent_new_full(client->loop, NICE_COMPATIBILITY_RFC5245,
                                        NICE_AGENT_OPTION_CONSENT_FRESHNESS);
    g_object_set(client->agent, "controlling-mode", TRUE, "upnp", FALSE, "ice-tcp", FALSE, NULL);
    NiceAddress loopback;
    nice_address_init(&loopback);
    assert_true(nice_address_set_from_string(&loopback, "127.0.0.1"));
    assert_true(nice_agent_add_local_address(client->agent, &loopback));
    g_signal_connect(client->agent, "component-state-changed", G_CALLBACK(on_state), client);
    client->stream = nice_agent_add_stream(client->agent, 1);
    assert_true(
        nice_agent_attach_recv(client->agent, client->stream, 1, client->loop, on_receive, client));
    assert_true(nice_agent_gather_candidates(client->agent, client->stream));
}

static void open_transport(struct native_client *client)
{
    const uint8_t fingerprint[32] = {0};
    gchar *ufrag = NULL;
    gchar *pwd = NULL;
    assert_true(nice_agent_get_local_credentials(client->agent, client->stream, &ufrag, &pwd));
    make_credentials(client);
    const struct peer_transport_config config = {.local_ufrag = client->ufrag,
                                                 .local_pwd = client->pwd,
                                                 .remote_ufrag = ufrag,
                                                 .remote_fingerprint = fingerprint,
                                                 .ops = &ops,
                                                 .context = client};
    assert_int_equal(peer_transport_create(client->fixture.host, &config,
                                           transport_fixture_now_us(&client->fixture),
                                           &client->transport),
                     0);
    g_free(ufrag);
    g_free(pwd);
}

static void test_a_libnice_agent_connects_keeps_consent_and_restarts(void **state)
{
    (void)state;
    static struct native_client client;
    transport_fixture_init(&client.fixture, "127.0.0.1");
    open_agent(&client);
    open_transport(&client);
    give_answer(&client);
    STEP_UNTIL(&client, client.is_ready);
    assert_int_equal(statistics_of(&client).stun_rejected, 0);
    /* Consent checks go on after the pair was chosen. */
    const uint64_t answered = statistics_of(&client).checks_answered;
    STEP_UNTIL(&client, statistics_of(&client).checks_answered > answered);
    assert_true(client.is_ready);

    assert_true(nice_agent_restart_stream(client.agent, client.stream));
    gchar *ufrag = NULL;
    gchar *pwd = NULL;
    assert_true(nice_agent_get_local_credentials(client.agent, client.stream, &ufrag, &pwd));
    make_credentials(&client);
    assert_int_equal(peer_transport_restart_ice(client.transport, client.ufrag, client.pwd, ufrag),
                     0);
    g_free(ufrag);
    g_free(pwd);
    client.is_ready = false;
    const uint64_t before_restart = statistics_of(&client).checks_answered;
    give_answer(&client);
    STEP_UNTIL(&client, client.is_ready && statistics_of(&client).checks_answered > before_restart);
    assert_int_equal(client.failed, 0);

    peer_transport_destroy(client.transport);
    g_object_unref(client.agent);
    g_main_context_unref(client.loop);
    transport_fixture_finish(&client.fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_libnice_agent_connects_keeps_consent_and_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

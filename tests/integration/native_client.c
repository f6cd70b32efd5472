#include "tests/integration/native_client.h"

#include "gateway/base/random.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void on_state(NiceAgent *agent, guint stream, guint component, guint state, gpointer context)
{
    (void)agent;
    (void)stream;
    (void)component;
    struct native_client *client = context;
    client->is_ready = state == NICE_COMPONENT_STATE_READY;
    client->has_failed = state == NICE_COMPONENT_STATE_FAILED;
}

static void on_gathered(NiceAgent *agent, guint stream, gpointer context)
{
    (void)agent;
    (void)stream;
    struct native_client *client = context;
    client->has_gathered = true;
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

void native_client_step(struct native_client *client)
{
    while (g_main_context_iteration(client->loop, FALSE)) {
    }
    struct pollfd waiting[] = {
        {.fd = transport_host_fd(client->fixture.host), .events = POLLIN},
        {.fd = transport_host_tcp_fd(client->fixture.host), .events = POLLIN},
    };
    (void)poll(waiting, 2, 2);
    transport_fixture_serve(&client->fixture);
}

struct peer_transport_statistics native_client_statistics(const struct native_client *client)
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

void native_client_give_answer(struct native_client *client)
{
    assert_true(nice_agent_set_remote_credentials(client->agent, client->stream, client->ufrag,
                                                  client->pwd));
    NiceCandidate *candidate = nice_candidate_new(NICE_CANDIDATE_TYPE_HOST);
    candidate->transport = client->config.over_tcp ? NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE
                                                   : NICE_CANDIDATE_TRANSPORT_UDP;
    candidate->stream_id = client->stream;
    candidate->component_id = 1;
    candidate->priority = client->config.over_tcp ? 1520435199 : 2130706431;
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
    const struct native_client_config *config = &client->config;
    client->loop = g_main_context_new();
    client->agent = nice_agent_new_full(client->loop, NICE_COMPATIBILITY_RFC5245,
                                        NICE_AGENT_OPTION_CONSENT_FRESHNESS);
    g_object_set(client->agent, "controlling-mode", TRUE, "upnp", FALSE, "ice-tcp",
                 (gboolean)config->over_tcp, "ice-udp", (gboolean)!config->over_tcp, "force-relay",
                 (gboolean)config->relay_only, NULL);
    NiceAddress loopback;
    nice_address_init(&loopback);
    assert_true(nice_address_set_from_string(&loopback, "127.0.0.1"));
    assert_true(nice_agent_add_local_address(client->agent, &loopback));
    g_signal_connect(client->agent, "component-state-changed", G_CALLBACK(on_state), client);
    g_signal_connect(client->agent, "candidate-gathering-done", G_CALLBACK(on_gathered), client);
    client->stream = nice_agent_add_stream(client->agent, 1);
    if (config->relay_only) {
        assert_true(nice_agent_set_relay_info(client->agent, client->stream, 1, "127.0.0.1",
                                              config->relay_port, config->relay_user,
                                              config->relay_password, config->relay_type));
    }
    assert_true(
        nice_agent_attach_recv(client->agent, client->stream, 1, client->loop, on_receive, client));
    assert_true(nice_agent_gather_candidates(client->agent, client->stream));
}

void native_client_init(struct native_client *client, const struct native_client_config *config)
{
    memset(client, 0, sizeof(*client));
    if (config) {
        client->config = *config;
    }
    transport_fixture_init(&client->fixture, "127.0.0.1");
    open_agent(client);
}

void native_client_finish(struct native_client *client)
{
    peer_transport_destroy(client->transport);
    g_object_unref(client->agent);
    g_main_context_unref(client->loop);
    transport_fixture_finish(&client->fixture);
}

void native_client_open_transport(struct native_client *client)
{
    const uint8_t fingerprint[32] = {0};
    gchar *ufrag = NULL;
    gchar *pwd = NULL;
    assert_true(nice_agent_get_local_credentials(client->agent, client->stream, &ufrag, &pwd));
    make_credentials(client);
    const struct peer_transport_config config = {.local_ufrag = client->ufrag,
                                                 .local_pwd = client->pwd,
                                                 .remote_ufrag = ufrag,
                                                 .remote_pwd = pwd,
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

void native_client_restart(struct native_client *client)
{
    assert_true(nice_agent_restart_stream(client->agent, client->stream));
    gchar *ufrag = NULL;
    gchar *pwd = NULL;
    assert_true(nice_agent_get_local_credentials(client->agent, client->stream, &ufrag, &pwd));
    make_credentials(client);
    assert_int_equal(
        peer_transport_restart_ice(client->transport, client->ufrag, client->pwd, ufrag, pwd), 0);
    g_free(ufrag);
    g_free(pwd);
    client->is_ready = false;
}

unsigned native_client_relayed_candidates(const struct native_client *client)
{
    unsigned count = 0;
    GSList *candidates = nice_agent_get_local_candidates(client->agent, client->stream, 1);
    for (const GSList *at = candidates; at; at = at->next) {
        const NiceCandidate *candidate = at->data;
        count += candidate->type == NICE_CANDIDATE_TYPE_RELAYED;
    }
    g_slist_free_full(candidates, (GDestroyNotify)nice_candidate_free);
    return count;
}
